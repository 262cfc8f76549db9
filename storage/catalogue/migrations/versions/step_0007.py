"""An index says of which archive it is one, and whether it was seen to differ from that archive."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """One row, which belongs to no archive yet."""
    state = op.create_table(
        "index_state",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("archive_id", sa.Text),
        sa.Column("behind", sa.Integer, nullable=False, server_default="0"),
        sa.Column("ahead", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_index_state"),
    )
    op.bulk_insert(state, [{"id": 1}])


def downgrade() -> None:
    """Take every index for the archive's own again."""
    op.drop_table("index_state")
