"""What a sender is told about the pictures of an upload; scans of one invoice that contradict each other."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Each file of a batch keeps its advice, each invoice whether another scan of it says something else.

    What is indexed already is marked when it is indexed again (`piaogen rebuild`).
    """
    with op.batch_alter_table("batch_items") as table:
        table.add_column(sa.Column("advice", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("invoices") as table:
        table.add_column(sa.Column("contradicted", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Neither is kept any more."""
    op.drop_column("batch_items", "advice")
    op.drop_column("invoices", "contradicted")
