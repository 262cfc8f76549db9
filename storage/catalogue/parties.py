"""Companies and tax ids, each kept once: a million invoices name some ten thousand of them."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, bindparam, delete, insert, or_, select

from storage.catalogue.grams import bigrams
from storage.catalogue.normal_form import identifier, plain
from storage.catalogue.tables import companies, company_grams, invoices, tax_ids

# Built once: building a statement costs more than running it, and a rebuild runs these for every invoice.
_COMPANY = select(companies.c.id).where(companies.c.name == bindparam("name"))
_NEW_COMPANY = insert(companies).returning(companies.c.id)
_TAX_ID = select(tax_ids.c.id).where(tax_ids.c.value == bindparam("value"))
_NEW_TAX_ID = insert(tax_ids).returning(tax_ids.c.id)


def company_of(connection: Connection, name: str | None) -> int | None:
    """The id of the company with this name, made when new; None for no name."""
    kept = plain(name or "")
    if not kept:
        return None
    found = connection.scalar(_COMPANY, {"name": kept})
    if found is not None:
        return int(found)
    made = int(connection.execute(_NEW_COMPANY, {"name": kept}).scalar_one())
    grams = sorted(bigrams(kept))
    if grams:
        connection.execute(insert(company_grams), [{"gram": gram, "company_id": made} for gram in grams])
    return made


def tax_id_of(connection: Connection, text: str | None) -> int | None:
    """The id of this taxpayer number, made when new; None for no number."""
    value = identifier(text or "")
    if not value:
        return None
    found = connection.scalar(_TAX_ID, {"value": value})
    if found is None:
        found = connection.execute(_NEW_TAX_ID, {"value": value, "old_form": old_form(value)}).scalar_one()
    return int(found)


def old_form(value: str) -> str | None:
    """The 15-digit number that an 18-character social credit code took in (its characters 3 to 17); None for another length.

    Source: GB 32100-2015: region code (3-8) and organisation code (9-17), which made up the number before 2015.
    """
    return value[2:17] if len(value) == 18 else None


def drop_unused(connection: Connection, company_ids: Iterable[int | None], tax_id_ids: Iterable[int | None]) -> None:
    """Delete those that no invoice names any more, so that the index equals one made anew."""
    _drop(connection, companies, set(company_ids) - {None}, "seller_company", "buyer_company")
    _drop(connection, tax_ids, set(tax_id_ids) - {None}, "seller_tax", "buyer_tax")


def _drop(connection: Connection, table: Table, ids: set[int | None], *columns: str) -> None:
    if ids:
        used = select(invoices.c.id).where(or_(*(invoices.c[column] == table.c.id for column in columns)))
        connection.execute(delete(table).where(table.c.id.in_(ids), ~used.exists()))
