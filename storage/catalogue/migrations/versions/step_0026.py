"""Goods are looked up with a total as they are with a day: each amount that may be meant went through all invoices of the goods."""

from alembic import op

revision = "0026"
down_revision = "0025"

_NAME, _TABLE = "ix_invoice_goods_goods_id_total_cents", "invoice_goods"


def upgrade() -> None:
    """All columns, so that the index answers alone."""
    op.create_index(_NAME, _TABLE, ["goods_id", "total_cents", "day", "invoice_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_index(_NAME, _TABLE)
