"""Invoices that several files hold: marked, so that a list can be asked for them, and for what another file has not.

The same code and number makes two files one invoice, and the same number of 20 digits, whole or cut into 12 and 8 as older systems keep it.
What else may be the same (see `duplicates`) is for a person to judge, and is not marked. A scan that somebody withdrew is not counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.catalogue.chunks import chunks
from storage.catalogue.invoice_rows import Identity
from storage.catalogue.tables import invoices

_CODE, _NUMBER = 12, 8
_KEPT = ("id", "document", "department", "number_key", "code_key", "doubled", "doubled_within")
# Built once: building a statement costs more than running it, and a rebuild runs this for every few hundred documents.
_SCANS = select(*(invoices.c[name] for name in _KEPT)).where(
    invoices.c.number_key.in_(bindparam("numbers", expanding=True)), invoices.c.withdrawn == 0
)


def note_doubled(connection: Connection, identities: Iterable[Identity]) -> None:
    """Mark the invoices of each identity that several documents hold, and unmark those that only one holds by now."""
    wanted = set(map(_whole, identities))
    numbers = {form for number, _ in wanted for form in (number, number[_CODE:] if len(number) == _CODE + _NUMBER else number)}
    scans: dict[Identity, list[Row[Any]]] = defaultdict(list)
    for chunk in chunks(numbers):
        for row in connection.execute(_SCANS, {"numbers": chunk}):
            whole = _whole((row.number_key, row.code_key))
            if whole in wanted:
                scans[whole].append(row)
    for same in scans.values():
        doubled = _doubled(same)
        _turn(connection, "doubled", same, doubled)
        _turn(connection, "doubled_within", same, _doubled_within(same) if doubled else set())


def _whole(identity: Identity) -> Identity:
    """The number and code, put together again where they are the two parts of a number of 20 digits."""
    number, code = identity
    is_cut = len(code) == _CODE and len(number) == _NUMBER
    return (code + number, "") if is_cut else identity


def _doubled(scans: Sequence[Row[Any]]) -> set[int]:
    return {scan.id for scan in scans} if len({scan.document for scan in scans}) > 1 else set()


def _doubled_within(scans: Sequence[Row[Any]]) -> set[int]:
    """The ids of those that another document of the same department holds as well."""
    departments: dict[str | None, list[Row[Any]]] = defaultdict(list)
    for scan in scans:
        departments[scan.department].append(scan)
    return set().union(*map(_doubled, departments.values()))


def _turn(connection: Connection, mark: str, scans: Sequence[Row[Any]], wanted: set[int]) -> None:
    turned = [scan.id for scan in scans if bool(scan._mapping[mark]) != (scan.id in wanted)]
    for chunk in chunks(turned):
        connection.execute(update(invoices).where(invoices.c.id.in_(chunk)).values({mark: 1 - invoices.c[mark]}))
