"""What else is remembered: tax ids, the kind, the department, places, and words that may stand anywhere."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from sqlalchemy import ColumnElement, Connection, or_, select

from models.remembered import (
    NameForm,
    PartyName,
    PartyRole,
    RememberedDepartment,
    RememberedGoods,
    RememberedKind,
    RememberedParty,
    RememberedPlace,
    RememberedTaxId,
    RememberedWords,
)
from storage.catalogue.evidence.weighing import Evidence, Facts, Met, Reach, Shares
from storage.catalogue.normal_form import plain
from storage.catalogue.one_of import OneOf
from storage.catalogue.search_tables import few, like_pattern
from storage.catalogue.tables import company_grams, invoices, tax_ids
from storage.catalogue.text_search import pages_with

_KINDS_SHARE = 0.2
"""No kind is much more or less common in a company's archive."""
_DEPARTMENTS_SHARE = 0.1
_PLACES_SHARE = 0.06
"""Of 32 cities that share a group's suppliers and its own companies."""
_MOST_TAX_IDS = 500


class TaxIdEvidence(Evidence):
    """A taxpayer id or a part of it."""

    missed = 0.04

    def __init__(self, clue: RememberedTaxId, shares: Shares, connection: Connection, seen: Sequence[ColumnElement[bool]]) -> None:
        wanted = clue.tax_id
        sides = {PartyRole.SELLER: ("seller",), PartyRole.BUYER: ("buyer",), PartyRole.EITHER: ("seller", "buyer")}
        self._sides = sides[clue.role]
        self._levels: dict[int, str] = {}
        slips = (
            [wanted[:place] + "?" + wanted[place + 1 :] for place in range(len(wanted))] if "?" not in wanted and "*" not in wanted else []
        )
        values = _tax_ids(connection, wanted, slips)
        for identity, value in values:
            if value == wanted:
                self._levels[identity] = "exact"
            elif fnmatchcase(value, wanted) or wanted in value:
                self._levels[identity] = "part"
            else:
                self._levels[identity] = "wrong_digit"
        either = [invoices.c.seller_tax, invoices.c.buyer_tax]
        named = or_(*(OneOf(column, list(self._levels)) for column in either))
        self._rows = tuple(few(connection, select(invoices.c.id).where(named, *seen), times=3) or ()) if self._levels else ()
        self._share = share = len(self._rows) / max(shares.rows, 1)
        often = {"exact": 0.85, "part": 0.8, "wrong_digit": 0.08}
        self._met = {level: shares.weight(given_right, share) for level, given_right in often.items()}

    def met(self, row: Facts) -> Met | None:
        """By the id of seller or buyer."""
        for side, identity in (("seller", row.seller_tax), ("buyer", row.buyer_tax)):
            level = self._levels.get(identity) if identity is not None and side in self._sides else None
            if level is not None:
                return Met(self._met[level], level, f"{side}_tax_id")
        return None

    def says(self, row: Facts) -> bool:
        """Whether an id was read."""
        return row.seller_tax is not None or row.buyer_tax is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """The rows themselves."""
        return [Reach("rows", self._rows, self._share)] if self._rows else []


class ColumnEvidence(Evidence):
    """A thing that one column says: the kind or the department."""

    def __init__(self, clue: RememberedKind | RememberedDepartment, shares: Shares) -> None:
        self._clue = clue
        if isinstance(clue, RememberedKind):
            self._values = frozenset(kind.value for kind in clue.kinds)
            self._hit = Met(shares.weight(0.85, _KINDS_SHARE * max(len(self._values) / 2, 1)), "exact", "kind")
        else:
            self._name = plain(clue.name)
            self._hit = Met(shares.weight(0.85, _DEPARTMENTS_SHARE), "exact", None)

    @property
    def missed(self) -> float:
        """Kinds are mixed up (专票 and 普票), and departments share their invoices."""
        return 0.15

    def met(self, row: Facts) -> Met | None:
        """By that column."""
        if isinstance(self._clue, RememberedKind):
            return self._hit if row.kind in self._values else None
        return self._hit if self._name in plain(row.department or "") else None

    def says(self, row: Facts) -> bool:
        """Every row has a kind; not every one is some department's."""
        return isinstance(self._clue, RememberedKind) or row.department is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """So many rows have it that no index helps."""
        return ()


class PlaceEvidence(Evidence):
    """A place, which stands in the names of many of its companies."""

    missed = 0.35
    """Many companies are not called after where they are."""

    def __init__(self, clue: RememberedPlace, shares: Shares, connection: Connection) -> None:
        self._companies: set[int] = set()
        for name in clue.names:
            if len(pair := plain(name)[:2]) == 2:
                self._companies |= set(connection.scalars(select(company_grams.c.company_id).where(company_grams.c.gram == pair)))
        self._weight = shares.weight(0.6, _PLACES_SHARE)

    def met(self, row: Facts) -> Met | None:
        """By the name of seller or buyer."""
        for side, party in (("seller", row.seller), ("buyer", row.buyer)):
            if party in self._companies:
                return Met(self._weight, "part", f"{side}_name")
        return None

    def says(self, row: Facts) -> bool:
        """Whether a name was read."""
        return row.seller is not None or row.buyer is not None

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """A place is too common."""
        return ()


class WordsEvidence(Evidence):
    """Words that may be a name, goods, or stand anywhere on the page."""

    missed = 0.20

    def __init__(
        self, clue: RememberedWords, shares: Shares, connection: Connection, seen: Sequence[ColumnElement[bool]], parts: Sequence[Evidence]
    ) -> None:
        self._parts = parts
        self._rows = pages_with(connection, clue.text, seen)
        self._on_page = Met(shares.weight(0.6, len(self._rows) / max(shares.rows, 1)), "on_page", None)
        self._share = len(self._rows) / max(shares.rows, 1)

    @staticmethod
    def parts(clue: RememberedWords) -> Sequence[RememberedParty | RememberedGoods]:
        """What else the words may be, whose evidence it is made with."""
        return RememberedParty((PartyName(clue.text, NameForm.CHINESE),)), RememberedGoods(clue.text)

    def met(self, row: Facts) -> Met | None:
        """By whatever answers best."""
        found = [met for part in self._parts if (met := part.met(row)) is not None]
        if row.id in self._rows:
            found.append(self._on_page)
        return max(found, key=lambda met: met.weight, default=None)

    def says(self, row: Facts) -> bool:
        """Every page says something."""
        return True

    def reaches(self, *, wide: bool) -> Sequence[Reach]:
        """Whatever its parts reach, and the pages with all the words."""
        reaches = [reach for part in self._parts for reach in part.reaches(wide=wide)]
        return [Reach("rows", tuple(self._rows), self._share), *reaches] if self._rows else reaches


def _tax_ids(connection: Connection, wanted: str, slips: Sequence[str]) -> list[tuple[int, str]]:
    value = tax_ids.c.value
    whole = wanted if "*" in wanted or "?" in wanted else f"*{wanted}*"
    fits = [like_pattern(connection, value, whole), *(like_pattern(connection, value, slip) for slip in slips if len(wanted) >= 15)]
    rows = connection.execute(select(tax_ids.c.id, value).where(or_(*fits)).limit(_MOST_TAX_IDS))
    return [(row.id, row.value) for row in rows]
