"""What was slow among a million invoices: the companies of some days, and on PostgreSQL words of two Chinese characters and
how a number begins."""

from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBERS = "ix_invoices_number_key_code_key"
_COLUMNS = ("seller_company", "buyer_company")
_FUNCTION = """
    CREATE FUNCTION piaogen_pairs(page text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(one || next), '{}')
        FROM unnest(string_to_array(page, NULL), string_to_array(substr(page, 2), NULL)) AS pairs (one, next)
        WHERE octet_length(one) + octet_length(next) > 2 AND one <> chr(10) AND next <> chr(10)
    $$
"""
"""Every two characters that follow each other in a line and are not both ASCII."""


def upgrade() -> None:
    """Index the day with each side's company; on PostgreSQL every pair of characters, and numbers by how they begin.

    SQLite's indexes give the latter two already.
    """
    for column in _COLUMNS:
        op.create_index(f"ix_invoices_day_{column}", "invoices", ["day", column])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute("CREATE INDEX ix_invoice_texts_pairs ON invoice_texts USING gin (piaogen_pairs(text))")
        op.drop_index(_NUMBERS, "invoices")
        op.execute(f"CREATE INDEX {_NUMBERS} ON invoices (number_key text_pattern_ops, code_key) INCLUDE (id)")


def downgrade() -> None:
    """Look at all invoices of these days, and at all texts."""
    for column in _COLUMNS:
        op.drop_index(f"ix_invoices_day_{column}", "invoices")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_invoice_texts_pairs")
        op.execute("DROP FUNCTION piaogen_pairs")
        op.drop_index(_NUMBERS, "invoices")
        op.create_index(_NUMBERS, "invoices", ["number_key", "code_key"])
