"""Links that enrol a phone once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """No link was made yet."""
    op.create_table(
        "phone_offers",
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_phone_offers"),
    )


def downgrade() -> None:
    """Links that were made are over; phones that used theirs have a key."""
    op.drop_table("phone_offers")
