"""What is taken out of the register: exports on their way, and the line items of invoices."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.column_types import UtcTime

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """What is indexed already has no details: they are looked up in the archive until it is read or rebuilt anew."""
    op.create_table(
        "invoice_details",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_details"),
        sa.ForeignKeyConstraint(["id"], ["invoices.id"], name="fk_invoice_details_id", ondelete="CASCADE"),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("departments", sa.Text),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("total", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
        sa.Column("outcome", sa.Text),
        sa.Column("holder", sa.Text),
        sa.Column("lease_until", UtcTime),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_state_created_at", "exports", ["state", "created_at"])
    op.create_index("ix_exports_owner_created_at", "exports", ["owner", "created_at"])
    op.create_index("ix_exports_expires_at", "exports", ["expires_at"])


def downgrade() -> None:
    """The details lie in the archive; exports are asked for again."""
    op.drop_table("exports")
    op.drop_table("invoice_details")
