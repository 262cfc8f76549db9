"""The register: what it is filtered, summed and ordered by lies in indexes, and invoices that two files hold are marked."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_ORDERS = ("seller_name", "number_key", "total_cents")
_REGISTER = (
    *("day", "id", "withdrawn", "position", "department", "kind", "verdict", "seller_company", "buyer_company"),
    *("doubled", "doubled_within", "total_cents", "net_cents", "tax_cents"),
)


def upgrade() -> None:
    """The marks are made from what is indexed."""
    for name in ("doubled", "doubled_within"):
        op.add_column("invoices", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        for name in ("seller_name", "number_key"):
            op.execute(f'ALTER TABLE invoices ALTER COLUMN {name} TYPE text COLLATE "C"')
    _mark("doubled", "")
    _mark("doubled_within", "department")
    for column in _ORDERS:
        op.create_index(f"ix_invoices_{column}_id", "invoices", [column, "id"])
    op.create_index("ix_invoices_register", "invoices", list(_REGISTER))


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_invoices_register", "invoices")
    for column in _ORDERS:
        op.drop_index(f"ix_invoices_{column}_id", "invoices")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("seller_name", "number_key"):
            op.execute(f'ALTER TABLE invoices ALTER COLUMN {name} TYPE text COLLATE "default"')
    for name in ("doubled_within", "doubled"):
        op.drop_column("invoices", name)


def _mark(mark: str, department: str) -> None:
    """Mark the listed invoices that another document holds as well; numbers of 20 digits also where they are cut into 12 and 8."""
    whole = "CASE WHEN length(code_key) = 12 AND length(number_key) = 8 THEN code_key || number_key ELSE code_key || '/' || number_key END"
    whole = f"CASE WHEN code_key = '' AND length(number_key) = 20 THEN number_key ELSE {whole} END"
    listed = "number_key IS NOT NULL AND withdrawn = 0"
    keys = f"{whole}, coalesce(department, '')" if department else whole
    twice = f"SELECT {keys} FROM invoices WHERE {listed} GROUP BY {keys} HAVING count(DISTINCT document) > 1"
    op.execute(f"UPDATE invoices SET {mark} = 1 WHERE {listed} AND ({keys}) IN ({twice})")
