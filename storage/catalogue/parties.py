"""Companies and tax ids, each kept once: a million invoices name some ten thousand of them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Table, bindparam, delete, insert, or_, select

from storage.catalogue.chunks import chunks
from storage.catalogue.sounds import initials, name_grams, pinyin_of
from storage.catalogue.tables import companies, company_grams, invoices, tax_ids

# Built once: building a statement costs more than running it, and a rebuild runs these for every few hundred invoices.
_COMPANIES = select(companies.c.name, companies.c.id).where(companies.c.name.in_(bindparam("names", expanding=True)))
_NEW_COMPANIES = insert(companies).returning(companies.c.name, companies.c.id)
_NEW_GRAMS = insert(company_grams)
_TAX_IDS = select(tax_ids.c.value, tax_ids.c.id).where(tax_ids.c.value.in_(bindparam("values", expanding=True)))
_NEW_TAX_IDS = insert(tax_ids).returning(tax_ids.c.value, tax_ids.c.id)


def company_ids(connection: Connection, names: Iterable[str]) -> Mapping[str, int]:
    """The ids of the companies with these names (in the form of `plain`, none empty); those that are new are made."""
    wanted = set(names)
    found = {row.name: int(row.id) for chunk in chunks(wanted) for row in connection.execute(_COMPANIES, {"names": chunk})}
    if missing := sorted(wanted - found.keys()):
        pinyin = {name: pinyin_of(name) for name in missing}
        rows = [{"name": name, "pinyin": pinyin[name], "initials": initials(pinyin[name])} for name in missing]
        made = {row.name: int(row.id) for row in connection.execute(_NEW_COMPANIES, rows)}
        if grams := [{"gram": gram, "company_id": made[name]} for name in missing for gram in sorted(name_grams(name, pinyin[name]))]:
            connection.execute(_NEW_GRAMS, grams)
        found |= made
    return found


def tax_id_ids(connection: Connection, values: Iterable[str]) -> Mapping[str, int]:
    """The ids of these taxpayer numbers (in the form of `identifier`, none empty); those that are new are made."""
    wanted = set(values)
    found = {row.value: int(row.id) for chunk in chunks(wanted) for row in connection.execute(_TAX_IDS, {"values": chunk})}
    if missing := sorted(wanted - found.keys()):
        rows = [{"value": value, "old_form": old_form(value)} for value in missing]
        found |= {row.value: int(row.id) for row in connection.execute(_NEW_TAX_IDS, rows)}
    return found


def old_form(value: str) -> str | None:
    """The 15-digit number that an 18-character social credit code took in (its characters 3 to 17); None for another length.

    Source: GB 32100-2015: region code (3-8) and organisation code (9-17), which made up the number before 2015.
    """
    return value[2:17] if len(value) == 18 else None


def drop_unused(connection: Connection, company_ids: Iterable[int | None], tax_id_ids: Iterable[int | None]) -> None:
    """Delete those that no invoice names any more, so that the index equals one made anew."""
    _drop(connection, companies, company_ids, "seller_company", "buyer_company")
    _drop(connection, tax_ids, tax_id_ids, "seller_tax", "buyer_tax")


def _drop(connection: Connection, table: Table, ids: Iterable[int | None], *columns: str) -> None:
    used = select(invoices.c.id).where(or_(*(invoices.c[column] == table.c.id for column in columns)))
    for chunk in chunks({identity for identity in ids if identity is not None}):
        connection.execute(delete(table).where(table.c.id.in_(chunk), ~used.exists()))
