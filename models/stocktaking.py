"""Taking stock of papers (盘点): what should lie in a box or belongs to a period, what was seen, and what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from models.errors import InvalidPaperEvent

STOCKTAKINGS = "stocktakings/"
"""What the names of their records begin with."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: a box, or the papers of invoices that were issued from one day to another, both included."""

    box: str = ""
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Raise InvalidPaperEvent unless it is exactly one of both."""
        is_period = self.first is not None and self.last is not None and self.first <= self.last
        has_day = self.first is not None or self.last is not None
        if bool(self.box) == has_day or (has_day and not is_period):
            raise InvalidPaperEvent("count a box, or a period from its first to its last day", field="scope")

    def __str__(self) -> str:
        return self.box or f"{self.first} – {self.last}"

    def to_json(self) -> dict[str, Any]:
        """Its JSON form."""
        first, last = self.first, self.last
        return {"box": self.box, "first": first and first.isoformat(), "last": last and last.isoformat()}

    @classmethod
    def from_json(cls, wire: Mapping[str, Any]) -> Self:
        """Read it back; raise ValueError, KeyError or TypeError."""
        first, last = (None if wire[name] is None else date.fromisoformat(wire[name]) for name in ("first", "last"))
        return cls(wire["box"], first, last)


@dataclass(frozen=True, slots=True)
class Stocktaking:
    """A count as it stands, by the ids of invoices.

    `expected`: what should be there, in the order of the list · `seen`: what of it was · `surplus`: what was there beside it (盘盈),
    such as a paper that counts as lent.
    """

    scope: Scope
    expected: tuple[str, ...]
    seen: frozenset[str] = frozenset()
    surplus: tuple[str, ...] = ()
    is_closed: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not seen (盘亏)."""
        return tuple(one for one in self.expected if one not in self.seen)

    def with_seen(self, invoices: Iterable[str]) -> Self:
        """With these seen as well."""
        expected, found = frozenset(self.expected), tuple(invoices)
        surplus = dict.fromkeys((*self.surplus, *(one for one in found if one not in expected)))
        return replace(self, seen=self.seen | (expected & frozenset(found)), surplus=tuple(surplus))

    def to_body(self) -> dict[str, Any]:
        """The body of its record without what is expected: that never changes and is kept once, beside it. `seen` has a bit for each."""
        bits = sum(1 << place for place, one in enumerate(self.expected) if one in self.seen)
        return {"scope": self.scope.to_json(), "seen": f"{bits:x}", "surplus": list(self.surplus), "closed": self.is_closed}

    @classmethod
    def from_body(cls, body: Mapping[str, Any], expected: Sequence[str]) -> Self:
        """Read it back; raise ValueError, KeyError or TypeError."""
        bits = int(body["seen"], 16)
        seen = frozenset(one for place, one in enumerate(expected) if bits >> place & 1)
        return cls(Scope.from_json(body["scope"]), tuple(expected), seen, tuple(map(str, body["surplus"])), body["closed"] is True)
