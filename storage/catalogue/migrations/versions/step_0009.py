"""Of each document which manifest is the newest, when it was last checked, and what was wrong with it then."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nobody remembers the manifests of what is indexed already: the next check notes those that it finds."""
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("manifest", sa.Text))
        table.add_column(sa.Column("checked_at", sa.BigInteger, nullable=False, server_default="0"))
        table.add_column(sa.Column("damage", sa.Text))
    op.create_index("ix_documents_checked_at_digest", "documents", ["checked_at", "digest"])
    damaged = sa.text("damage IS NOT NULL")
    op.create_index("ix_documents_damage", "documents", ["damage"], sqlite_where=damaged, postgresql_where=damaged)


def downgrade() -> None:
    """A check finds all of it again, but not which manifest was there before."""
    op.drop_index("ix_documents_damage", "documents")
    op.drop_index("ix_documents_checked_at_digest", "documents")
    for column in ("damage", "checked_at", "manifest"):
        # Not by a batch: it makes the table anew, and what belongs to the old one's documents would go with that.
        op.drop_column("documents", column)
