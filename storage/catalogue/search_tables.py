"""What a search reads from, and the parts of SQL that differ between databases."""

from sqlalchemy import ColumnElement, Connection, FromClause, Select, column, func, literal_column, select, table

from storage.catalogue.tables import companies, invoices, tax_ids

FEW = 10_000
"""So many rows are worth fetching from a search table; a condition that more rows meet is held against the rows themselves."""

seller = companies.alias("seller")
buyer = companies.alias("buyer")
seller_tax = tax_ids.alias("seller_tax")
buyer_tax = tax_ids.alias("buyer_tax")


def searched() -> FromClause:
    """Invoices with the names and tax ids that scores look at."""
    return (
        invoices.outerjoin(seller, seller.c.id == invoices.c.seller_company)
        .outerjoin(buyer, buyer.c.id == invoices.c.buyer_company)
        .outerjoin(seller_tax, seller_tax.c.id == invoices.c.seller_tax)
        .outerjoin(buyer_tax, buyer_tax.c.id == invoices.c.buyer_tax)
    )


def few_rows(connection: Connection, grams: str, match: str) -> Select[tuple[int]] | None:
    """The ids of the rows that an FTS5 expression finds in a table of grams; None when they are many, or without FTS5.

    PostgreSQL needs none: its trigram indexes serve the LIKE conditions.
    """
    if connection.dialect.name != "sqlite" or not match:
        return None
    ids: Select[tuple[int]] = select(column("rowid")).select_from(table(grams)).where(literal_column(grams).op("MATCH")(match))
    count = connection.scalar(select(func.count()).select_from(ids.limit(FEW + 1).subquery()))
    return ids if count is not None and count <= FEW else None


def like_pattern(connection: Connection, text: ColumnElement[str] | ColumnElement[str | None], pattern: str) -> ColumnElement[bool]:
    """Whether the whole text fits a pattern of letters, digits, `?` and `*`."""
    if connection.dialect.name == "sqlite":
        return text.op("GLOB", is_comparison=True)(pattern)
    return text.like(pattern.replace("?", "_").replace("*", "%"))
