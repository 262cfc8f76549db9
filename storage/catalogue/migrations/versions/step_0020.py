"""What holding vague clues against invoices needs: goods, the ends of numbers, how names are read, and how common things are."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.catalogue.evidence_rows import MONTH, TOTAL, month_of, size_of, tail
from storage.catalogue.sounds import initials, name_grams, pinyin_of

revision = "0020"
down_revision = "0019"

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TOGETHER = 1_000
_INDEXES = (("seller_company", "total_cents"), ("buyer_company", "total_cents"))


def upgrade() -> None:
    """Fill from the rows what they tell. Goods they do not: documents with invoices are taken in again from the archive."""
    _make_tables()
    for name in ("pinyin", "initials"):
        op.add_column("companies", sa.Column(name, sa.Text))
    for name in ("number_tail", "goods"):
        op.add_column("invoices", sa.Column(name, sa.Text))
    _fill_companies()
    _fill_from_invoices()
    for columns in _INDEXES:
        op.create_index("ix_invoices_" + "_".join(columns), "invoices", list(columns))
    op.create_index("ix_invoices_number_tail", "invoices", ["number_tail"], postgresql_ops={"number_tail": "text_pattern_ops"})
    _have_invoices_indexed_anew()


def downgrade() -> None:
    """An older program has no use for it."""
    for columns in (*_INDEXES, ("number_tail",)):
        op.drop_index("ix_invoices_" + "_".join(columns), "invoices")
    for name in ("goods", "number_tail"):
        op.drop_column("invoices", name)
    # Pieces of other kinds than two characters are no names' parts to it.
    op.execute("DELETE FROM company_grams WHERE length(gram) <> 2")
    for name in ("initials", "pinyin"):
        op.drop_column("companies", name)
    for table in ("shares", "invoice_goods", "goods_grams", "goods"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "goods",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_goods"),
        sa.UniqueConstraint("name", name="uq_goods_name"),
    )
    op.create_table(
        "goods_grams",
        sa.Column("gram", sa.Text, nullable=False),
        sa.Column("goods_id", _ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("gram", "goods_id", name="pk_goods_grams"),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], ondelete="CASCADE", name="fk_goods_grams_goods_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_goods_grams_goods_id", "goods_grams", ["goods_id"])
    op.create_table(
        "invoice_goods",
        sa.Column("goods_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("day", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("total_cents", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("invoice_id", _ROW_ID, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("goods_id", "day", "total_cents", "invoice_id", name="pk_invoice_goods"),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name="fk_invoice_goods_goods_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shares",
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("key", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("many", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("what", "key", "department", name="pk_shares"),
        sqlite_with_rowid=False,
    )


def _fill_companies() -> None:
    read = sa.text("UPDATE companies SET pinyin = :pinyin, initials = :initials WHERE id = :id")
    known = sa.text("INSERT INTO company_grams (gram, company_id) VALUES (:gram, :id) ON CONFLICT DO NOTHING")
    for rows in _in_parts("SELECT id, name FROM companies WHERE id > :after ORDER BY id LIMIT :many"):
        pinyin = {row.id: pinyin_of(row.name) for row in rows}
        op.get_bind().execute(read, [{"id": row.id, "pinyin": pinyin[row.id], "initials": initials(pinyin[row.id])} for row in rows])
        grams = [{"gram": gram, "id": row.id} for row in rows for gram in sorted(name_grams(row.name, pinyin[row.id]))]
        if grams:
            op.get_bind().execute(known, grams)


def _fill_from_invoices() -> None:
    many: Counter[tuple[str, int, str]] = Counter()
    named = sa.text("UPDATE invoices SET number_tail = :tail WHERE id = :id")
    columns = "SELECT id, number_key, total_cents, day, department FROM invoices"
    for rows in _in_parts(f"{columns} WHERE id > :after ORDER BY id LIMIT :many"):
        numbers = [{"id": row.id, "tail": tail(row.number_key)} for row in rows if row.number_key is not None]
        if numbers:
            op.get_bind().execute(named, numbers)
        for row in rows:
            day = None if row.day is None else date.fromordinal(row.day)
            many[TOTAL, size_of(row.total_cents), row.department or ""] += 1
            many[MONTH, month_of(day), row.department or ""] += 1
    counted = [{"what": what, "key": key, "department": whose, "many": count} for (what, key, whose), count in many.items()]
    if counted:
        insert = "INSERT INTO shares (what, key, department, many) VALUES (:what, :key, :department, :many)"
        op.get_bind().execute(sa.text(insert), counted)


def _in_parts(select: str) -> Iterator[list[Any]]:
    after = -1
    while rows := op.get_bind().execute(sa.text(select), {"after": after, "many": _TOGETHER}).all():
        yield list(rows)
        after = rows[-1].id


def _have_invoices_indexed_anew() -> None:
    """Forget which version of a document with invoices is indexed: the comparison with the archive takes it in again, and says so."""
    with_invoices = "EXISTS (SELECT 1 FROM invoices WHERE invoices.document = documents.digest)"
    outdated = op.get_bind().execute(sa.text(f"UPDATE documents SET version = 0 WHERE version > 0 AND {with_invoices}"))
    if outdated.rowcount:
        op.execute("UPDATE index_state SET behind = 1")
