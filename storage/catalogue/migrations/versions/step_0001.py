"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the index tables, the queue's tables and, by dialect, what finds parts of text."""
    _documents()
    _parties()
    _invoices()
    _queue()
    _batches()
    if op.get_bind().dialect.name == "sqlite":
        _full_text_sqlite()
    else:
        _full_text_postgresql()


def downgrade() -> None:
    """Drop all of it; the extension stays, since other tables of the database may use it."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("number_grams", "text_grams"):
            op.drop_table(name)
    for name in ("idempotency_keys", "batch_items", "batches", "workers", "jobs"):
        op.drop_table(name)
    for name in ("invoice_texts", "invoices", "tax_ids", "company_grams", "companies", "documents"):
        op.drop_table(name)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("digest", name="pk_documents"),
    )
    op.create_index("ix_documents_state_received_at_digest", "documents", ["state", "received_at", "digest"])


def _parties() -> None:
    op.create_table(
        "companies",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_companies"),
        sa.UniqueConstraint("name", name="uq_companies_name"),
    )
    op.create_table(
        "company_grams",
        sa.Column("gram", sa.Text, nullable=False),
        sa.Column("company_id", _ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("gram", "company_id", name="pk_company_grams"),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], ondelete="CASCADE", name="fk_company_grams_company_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_company_grams_company_id", "company_grams", ["company_id"])
    op.create_table(
        "tax_ids",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("old_form", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_tax_ids"),
        sa.UniqueConstraint("value", name="uq_tax_ids_value"),
    )
    op.create_index("ix_tax_ids_old_form", "tax_ids", ["old_form"])


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("number", sa.Text),
        sa.Column("code_key", sa.Text, nullable=False),
        sa.Column("number_key", sa.Text),
        sa.Column("issue_day", sa.Integer),
        sa.Column("seller_name", sa.Text),
        sa.Column("seller_tax_id", sa.Text),
        sa.Column("buyer_name", sa.Text),
        sa.Column("buyer_tax_id", sa.Text),
        sa.Column("seller_company", _ROW_ID),
        sa.Column("buyer_company", _ROW_ID),
        sa.Column("seller_tax", _ROW_ID),
        sa.Column("buyer_tax", _ROW_ID),
        sa.Column("total_cents", sa.BigInteger),
        sa.Column("net_cents", sa.BigInteger),
        sa.Column("tax_cents", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_invoices"),
        sa.UniqueConstraint("document", "position", name="uq_invoices_document"),
        sa.ForeignKeyConstraint(["document"], ["documents.digest"], ondelete="CASCADE", name="fk_invoices_document"),
        sa.ForeignKeyConstraint(["seller_company"], ["companies.id"], name="fk_invoices_seller_company"),
        sa.ForeignKeyConstraint(["buyer_company"], ["companies.id"], name="fk_invoices_buyer_company"),
        sa.ForeignKeyConstraint(["seller_tax"], ["tax_ids.id"], name="fk_invoices_seller_tax"),
        sa.ForeignKeyConstraint(["buyer_tax"], ["tax_ids.id"], name="fk_invoices_buyer_tax"),
    )
    for columns in (
        ["number_key", "code_key"],
        ["code_key"],
        ["issue_day", "total_cents"],
        ["total_cents", "issue_day"],
        ["net_cents"],
        ["tax_cents"],
        ["seller_company", "issue_day"],
        ["buyer_company", "issue_day"],
        ["seller_tax"],
        ["buyer_tax"],
    ):
        op.create_index("ix_invoices_" + "_".join(columns), "invoices", columns)
    op.create_table(
        "invoice_texts",
        sa.Column("id", _ROW_ID, nullable=False, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_texts"),
        sa.ForeignKeyConstraint(["id"], ["invoices.id"], ondelete="CASCADE", name="fk_invoice_texts_id"),
    )


def _queue() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("batch", sa.Text),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("document", name="uq_jobs_document"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_order", "jobs", [sa.text("priority DESC"), "id"])
    op.create_index("ix_jobs_batch", "jobs", ["batch"])
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workers"),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("cancelled_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_table(
        "batch_items",
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("arrival", sa.Text, nullable=False),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("duplicate_of", sa.Text),
        sa.PrimaryKeyConstraint("batch", "position", name="pk_batch_items"),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], ondelete="CASCADE", name="fk_batch_items_batch"),
    )
    op.create_index("ix_batch_items_digest", "batch_items", ["digest"])
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("batch", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("complete", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency_keys"),
    )


def _full_text_sqlite() -> None:
    """Contentless: the index holds pieces of text only, and rows leave it by giving the same pieces again."""
    tokenizer = "ascii tokenchars '!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~'".replace('"', '""')
    for name, columns in (("number_grams", "number, code"), ("text_grams", "text")):
        op.get_bind().exec_driver_sql(
            f"CREATE VIRTUAL TABLE {name} USING fts5({columns}, content='', columnsize=0, detail=full, tokenize=\"{tokenizer}\")"
        )


def _full_text_postgresql() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX ix_invoices_number_trigrams ON invoices USING gin (number_key gin_trgm_ops)")
    op.execute("CREATE INDEX ix_invoices_code_trigrams ON invoices USING gin (code_key gin_trgm_ops)")
    op.execute("CREATE INDEX ix_invoice_texts_trigrams ON invoice_texts USING gin (text gin_trgm_ops)")
