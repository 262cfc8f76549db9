"""How many invoices name a company or some goods is counted for each department when they come, and the ends of numbers know it too."""

from alembic import op

revision = "0032"
down_revision = "0031"

_ENDS = "ix_invoices_number_tail"


def upgrade() -> None:
    """Count what is there."""
    for what in ("seller", "buyer"):
        _count(what, f"i.{what}_company", f"invoices AS i WHERE i.{what}_company IS NOT NULL")
    _count("goods", "g.goods_id", "invoice_goods AS g JOIN invoices AS i ON i.id = g.invoice_id")
    _index_ends("number_tail", "department")


def downgrade() -> None:
    """As it was."""
    _index_ends("number_tail")
    op.execute("DELETE FROM shares WHERE what IN ('seller', 'buyer', 'goods')")


def _count(what: str, key: str, rows: str) -> None:
    whose = "coalesce(i.department, '')"
    op.execute(
        f"INSERT INTO shares (what, key, department, many) SELECT '{what}', {key}, {whose}, count(*) FROM {rows} GROUP BY {key}, {whose}"
    )


def _index_ends(*columns: str) -> None:
    op.drop_index(_ENDS, "invoices")
    op.create_index(_ENDS, "invoices", list(columns), postgresql_ops={"number_tail": "text_pattern_ops"})
