"""Words of two Chinese characters on PostgreSQL, which an index of trigrams does not know."""

from alembic import op

revision = "0006"
down_revision = "0005"

_FUNCTION = """
    CREATE FUNCTION piaogen_pairs(page text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(pair), '{}')
        FROM (
            SELECT character || lead(character) OVER (ORDER BY place) AS pair
            FROM unnest(string_to_array(page, NULL)) WITH ORDINALITY AS cut (character, place)
        ) AS pairs
        WHERE octet_length(pair) > 2 AND strpos(pair, chr(10)) = 0
    $$
"""
"""Every two characters that follow each other in a line and are not both ASCII."""


def upgrade() -> None:
    """Index every pair of characters; SQLite's search tables have them already."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute("CREATE INDEX ix_invoice_texts_pairs ON invoice_texts USING gin (piaogen_pairs(text))")


def downgrade() -> None:
    """Look for them in all texts."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_invoice_texts_pairs")
        op.execute("DROP FUNCTION piaogen_pairs")
