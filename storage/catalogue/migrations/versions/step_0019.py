"""Reconciliations and their lines, so that they can be paged through and asked what they know of an invoice."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.column_types import Day

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Archives from before have none."""
    op.create_table(
        "reconciliations",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("taken_in", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_reconciliations"),
        sa.ForeignKeyConstraint(["subject"], ["histories.subject"], name="fk_reconciliations_subject", ondelete="CASCADE"),
    )
    op.create_table(
        "reconciliation_lines",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("main", sa.Text, nullable=False),
        sa.Column("also", sa.Text, nullable=False),
        sa.Column("identity", sa.Text),
        sa.Column("number", sa.Text),
        sa.Column("seller", sa.Text),
        sa.Column("day", Day),
        sa.Column("total_cents", sa.BigInteger),
        sa.Column("selected", sa.Integer),
        sa.Column("booked", sa.Integer),
        sa.Column("voucher", sa.Text),
        sa.Column("state", sa.Text),
        sa.Column("risk", sa.Text),
        sa.Column("wire", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", "place", name="pk_reconciliation_lines"),
        sa.ForeignKeyConstraint(["subject"], ["reconciliations.subject"], name="fk_reconciliation_lines_subject", ondelete="CASCADE"),
    )
    op.create_index("ix_reconciliation_lines_identity", "reconciliation_lines", ["identity"])
    op.create_index("ix_reconciliation_lines_number", "reconciliation_lines", ["number"])
    op.create_index("ix_reconciliation_lines_subject_main_place", "reconciliation_lines", ["subject", "main", "place"])
    op.create_index("ix_reconciliation_lines_total_cents_day", "reconciliation_lines", ["total_cents", "day"])


def downgrade() -> None:
    """They lie in the archive."""
    op.drop_table("reconciliation_lines")
    op.drop_table("reconciliations")
