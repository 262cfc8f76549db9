"""A company's invoices of some days without going through all of its invoices."""

from alembic import op

revision = "0005"
down_revision = "0004"

_COLUMNS = ("seller_company", "buyer_company")


def upgrade() -> None:
    """Index each side's company together with the day."""
    for column in _COLUMNS:
        op.create_index(f"ix_invoices_{column}_day", "invoices", [column, "day"])


def downgrade() -> None:
    """Days are looked for among all invoices of a company."""
    for column in _COLUMNS:
        op.drop_index(f"ix_invoices_{column}_day", "invoices")
