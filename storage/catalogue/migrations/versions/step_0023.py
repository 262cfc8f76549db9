"""Where the papers of invoices stand."""

import sqlalchemy as sa
from alembic import op

from storage.catalogue.column_types import Day

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Papers that are indexed without this table are taken in again from the archive."""
    op.execute("DELETE FROM histories WHERE prefix = 'papers/'")
    op.create_table(
        "papers",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("box", sa.Text, nullable=False),
        sa.Column("due", Day),
        sa.PrimaryKeyConstraint("subject", name="pk_papers"),
        sa.ForeignKeyConstraint(["subject"], ["histories.subject"], name="fk_papers_subject", ondelete="CASCADE"),
    )
    op.create_index("ix_papers_document", "papers", ["document"])
    op.create_index("ix_papers_box", "papers", ["box"])
    op.create_index("ix_papers_state_due", "papers", ["state", "due"])


def downgrade() -> None:
    """They lie in the archive."""
    op.drop_table("papers")
