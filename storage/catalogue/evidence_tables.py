"""The tables for what is remembered vaguely: goods, and how common things are. They belong to the same metadata as all others."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from storage.catalogue.tables import ROW_ID, metadata

goods = Table(
    "goods",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)
"""What lines of invoices name, with its class (`*住宿服务*住宿费`), in the form of `normal_form.plain`."""

goods_grams = Table(
    "goods_grams",
    metadata,
    Column("gram", Text, primary_key=True),
    Column("goods_id", ROW_ID, ForeignKey("goods.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

invoice_goods = Table(
    "invoice_goods",
    metadata,
    Column("goods_id", ROW_ID, ForeignKey("goods.id"), primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("total_cents", BigInteger, primary_key=True, autoincrement=False),
    Column("invoice_id", ROW_ID, primary_key=True, autoincrement=False),
    Index("ix_invoice_goods_goods_id_total_cents", "goods_id", "total_cents", "day", "invoice_id"),
    sqlite_with_rowid=False,
)
"""Which invoices name some goods, in the order of days and totals (0 for none), and by an index in that of totals and days.

No foreign key to `invoices`, which would need an index of its own: whoever takes out a row of those takes out these by all four columns."""

shares = Table(
    "shares",
    metadata,
    Column("what", Text, primary_key=True),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("department", Text, primary_key=True),
    Column("many", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How many rows of `invoices` have a total of some size (`total`), are of some month (`month`), and name a company (`seller`, `buyer`) or
some goods (`goods`), see `evidence_rows`; the department is empty for nobody's in particular. What is rare weighs more where clues are held
against invoices."""
