"""A day to search by for tickets that print no date of issue; trigrams of numbers are used for parts of them alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# The newest invoices of a company or a taxpayer stand at one end of an index that goes on by `id`.
_INDEXES = (
    (("issue_day", "total_cents"), ("day", "total_cents")),
    (("total_cents", "issue_day"), ("total_cents", "day")),
    (("net_cents",), ("net_cents", "day")),
    (("tax_cents",), ("tax_cents", "day")),
    (("seller_company", "issue_day"), ("seller_company", "id")),
    (("buyer_company", "issue_day"), ("buyer_company", "id")),
    (("seller_tax",), ("seller_tax", "id")),
    (("buyer_tax",), ("buyer_tax", "id")),
)


def upgrade() -> None:
    """Search by the day of issue, or that of departure where none is printed.

    The departures of what is indexed already are found when it is indexed again (`piaogen rebuild`).
    """
    op.add_column("invoices", sa.Column("day", sa.Integer))
    op.execute("UPDATE invoices SET day = issue_day WHERE issue_day IS NOT NULL")
    for old, new in _INDEXES:
        _change_index(old, new)
    # PostgreSQL takes a trigram index for a plain comparison too, where it is a hundred times as slow as the other; on an expression
    # that no comparison is written with, it is taken for LIKE alone.
    _index_trigrams("({} || '')")


def downgrade() -> None:
    """Search by the day of issue alone."""
    for old, new in _INDEXES:
        _change_index(new, old)
    op.drop_column("invoices", "day")
    _index_trigrams("{}")


def _index_trigrams(expression: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name in ("number", "code"):
        op.execute(f"DROP INDEX ix_invoices_{name}_trigrams")
        op.execute(f"CREATE INDEX ix_invoices_{name}_trigrams ON invoices USING gin ({expression.format(f'{name}_key')} gin_trgm_ops)")


def _change_index(old: Sequence[str], new: Sequence[str]) -> None:
    op.drop_index("ix_invoices_" + "_".join(old), "invoices")
    op.create_index("ix_invoices_" + "_".join(new), "invoices", list(new))
