"""Cases of lost invoices: what is open, due when, about which documents."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.column_types import Day

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Cases that are indexed without these tables are taken in again from the archive."""
    op.execute("DELETE FROM histories WHERE prefix = 'losses/'")
    op.create_table(
        "loss_cases",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("is_open", sa.Integer, nullable=False),
        sa.Column("is_linked", sa.Integer, nullable=False),
        sa.Column("number_key", sa.Text, nullable=False),
        sa.Column("code_key", sa.Text, nullable=False),
        sa.Column("total_cents", sa.BigInteger),
        sa.Column("day", Day),
        sa.Column("due", Day),
        sa.PrimaryKeyConstraint("subject", name="pk_loss_cases"),
        sa.ForeignKeyConstraint(["subject"], ["histories.subject"], name="fk_loss_cases_subject", ondelete="CASCADE"),
    )
    op.create_index("ix_loss_cases_number_key", "loss_cases", ["number_key"])
    op.create_index("ix_loss_cases_is_open_due", "loss_cases", ["is_open", "due"])
    op.create_index("ix_loss_cases_total_cents_day", "loss_cases", ["total_cents", "day"])
    op.create_table(
        "loss_documents",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", "document", name="pk_loss_documents"),
        sa.ForeignKeyConstraint(["subject"], ["loss_cases.subject"], name="fk_loss_documents_subject", ondelete="CASCADE"),
    )
    op.create_index("ix_loss_documents_document", "loss_documents", ["document"])


def downgrade() -> None:
    """Cases lie in the archive."""
    op.drop_table("loss_documents")
    op.drop_table("loss_cases")
