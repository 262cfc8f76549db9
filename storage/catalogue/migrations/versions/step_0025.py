"""Batches that several requests fill: what is meant to come and what came before; when somebody looked in."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_INDEXES = (
    ("batches", ("created_at", "id"), False),
    ("batch_items", ("batch", "mark"), True),
    ("access_batches", ("owner",), False),
    ("access_batches", ("department",), False),
)


def upgrade() -> None:
    """Of batches that are there already nobody said how many files they would have."""
    op.add_column("batches", sa.Column("expected", sa.Integer))
    op.add_column("batch_items", sa.Column("mark", sa.Text))
    for table, columns, unique in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), unique=unique)
    op.create_table(
        "visits",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("previous_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("person", name="pk_visits"),
    )


def downgrade() -> None:
    """An older program adds to no batch and remembers no visit."""
    op.drop_table("visits")
    for table, columns, _ in reversed(_INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
    op.drop_column("batch_items", "mark")
    op.drop_column("batches", "expected")
