"""Of each invoice whether its page is text of the file itself, which settles how the scans of it spell a name."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nobody knows it of what is indexed already: those settle nothing until they are indexed anew."""
    with op.batch_alter_table("invoices") as table:
        table.add_column(sa.Column("own_text", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Only the format of a file tells it again."""
    op.drop_column("invoices", "own_text")
