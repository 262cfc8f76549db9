"""The register (台账): which invoices are asked for, in which order, and from where on.

What people type is read by `register_texts`; what is asked of the catalogue are these values.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from models.clues import MAX_LENGTH, AmountClue, DateClue, InvoiceSummary
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.papers import PaperState
from models.verification import Verdict

MOST_ON_A_PAGE = 500
DEFAULT_ON_A_PAGE = 50
_LONGEST_CURSOR = 60_000
"""Characters: a name that a list is ordered by may be long, and whatever is given out is taken back; servers take no longer address."""
_CHECKED = 8
"""Characters of a cursor that say whether the others came back whole: people shorten addresses, and mails break them."""


class Listing(StrEnum):
    """Those that stand in the lists, those that somebody withdrew (作废), or both."""

    LISTED = "listed"
    WITHDRAWN = "withdrawn"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ReceivedClue:
    """A stretch of time in which a file came in: from `since` (UTC, included) to `before` (not included), None for open ends.

    Both are whole milliseconds, which is what the order of receipt keeps.
    """

    since: datetime | None = None
    before: datetime | None = None

    def __post_init__(self) -> None:
        """Raise InvalidClue for ends that are the wrong way round."""
        if self.since is not None and self.before is not None and self.since >= self.before:
            raise InvalidClue("received_since is later than received_until: write the earlier one first", clue="received_since")


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Which invoices of the register are meant: those that meet everything that is given; an empty one means all that are listed.

    `issued`: days of issue, or of departure where a ticket prints no other · `amount`: yuan, 价税合计 · of `kinds`, `verdicts` and
    `papers` an invoice has one · `seller`, `buyer` and `party` (either of both) are any part of a name, or a tax id · `batch`: the id of
    an upload · `papers`: where the paper stands, `expected` also where nothing was recorded of it · `box`: where it belongs ·
    `department`: whose they are · `duplicates`: whether another file holds the same invoice (None: either way) · `text`: words, parted
    by spaces, that stand on the page.
    """

    issued: DateClue | None = None
    received: ReceivedClue | None = None
    amount: AmountClue | None = None
    kinds: tuple[InvoiceKind, ...] = ()
    seller: str | None = None
    buyer: str | None = None
    party: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    batch: str | None = None
    papers: tuple[PaperState, ...] = ()
    box: str | None = None
    department: str | None = None
    listing: Listing = Listing.LISTED
    duplicates: bool | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        """Raise InvalidClue for a text of more than 200 characters, or a name of less than two."""
        for name in ("seller", "buyer", "party", "batch", "box", "department", "text"):
            given = getattr(self, name)
            if given is not None and len(given) > MAX_LENGTH:
                raise InvalidClue(f"{name} has at most {MAX_LENGTH} characters, not {len(given)}", clue=name)
        for name in ("seller", "buyer", "party"):
            given = getattr(self, name)
            if given is not None and len("".join(given.split())) < 2:
                raise InvalidClue(f"{name} needs at least two characters of the name", clue=name)


class RegisterSort(StrEnum):
    """What the register may be ordered by; rows that lack it come last in either direction, rows that are equal by their receipt."""

    ISSUED = "issue_date"
    RECEIVED = "received"
    AMOUNT = "amount"
    SELLER = "seller"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class RegisterOrder:
    """By what, and whether the greatest comes first."""

    by: RegisterSort = RegisterSort.RECEIVED
    descending: bool = True

    def __str__(self) -> str:
        """As people write it: `amount`, or `-amount` for the greatest first."""
        return f"-{self.by.value}" if self.descending else self.by.value

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `amount` or `-amount`; blank is the newest first. Raise InvalidClue."""
        name = text.strip()
        if not name:
            return cls()
        try:
            return cls(RegisterSort(name.removeprefix("-")), name.startswith("-"))
        except ValueError:
            known = ", ".join(RegisterSort)
            raise InvalidClue(
                f"not an order: {name!r}; write one of {known}, with - before it for the greatest first", clue="sort"
            ) from None


@dataclass(frozen=True, slots=True)
class RegisterCursor:
    """A place between two rows of a list in some order: `key` is what the row beside it is ordered by, None where it lacks that.

    It holds the row's values and not its number, so that rows which come in or go away meanwhile move nothing: nobody is shown twice,
    and nobody is left out. `backward`: the rows before it are meant.
    """

    order: RegisterOrder
    key: int | str | None
    row: int
    backward: bool = False

    def __str__(self) -> str:
        """One word that goes into an address as it is."""
        plain = json.dumps([str(self.order), self.key, self.row, int(self.backward)], separators=(",", ":"), ensure_ascii=False).encode()
        return _sum(plain) + base64.urlsafe_b64encode(plain).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, order: RegisterOrder) -> Self:
        """Read one back.

        Raises:
            InvalidClue: it is none, or not as it was given out, or of a list in another order.
        """
        read = _read_cursor(text.strip())
        is_other = read is not None and read[0] != str(order)
        if read is None or not (is_other or _is_place(order, read[1], read[2])):
            raise InvalidClue("not a place in the register: take next_cursor of the page before as it is, or begin anew", clue="cursor")
        sort, key, row, backward = read
        if is_other:
            raise InvalidClue(f"this cursor belongs to a list that is sorted by {sort[:40]}, not by {order}: begin anew", clue="cursor")
        return cls(order, key, row, backward)


_KEYS: Mapping[RegisterSort, type] = {
    RegisterSort.ISSUED: int,
    RegisterSort.AMOUNT: int,
    RegisterSort.SELLER: str,
    RegisterSort.NUMBER: str,
}
"""What rows are ordered by; by receipt they are without a key."""
_BEYOND_NUMBERS = 2**63
"""The first whole number that databases do not hold."""


def _is_place(order: RegisterOrder, key: int | str | None, row: int) -> bool:
    """Whether a row can stand there: a cursor that somebody made up may hold what no database can compare with."""
    if not 0 <= row < _BEYOND_NUMBERS:
        return False
    if key is None:
        return True
    if type(key) is not _KEYS.get(order.by):
        return False
    if isinstance(key, int):
        return -_BEYOND_NUMBERS <= key < _BEYOND_NUMBERS
    return "\0" not in key and not any("\ud800" <= one <= "\udfff" for one in key)


def _read_cursor(text: str) -> tuple[str, int | str | None, int, bool] | None:
    if len(text) > _LONGEST_CURSOR:
        return None
    check, encoded = text[:_CHECKED], text[_CHECKED:]
    try:
        plain = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        if _sum(plain) != check:
            return None
        sort, key, row, backward = json.loads(plain)
    except (binascii.Error, ValueError, TypeError):
        return None
    is_key = key is None or isinstance(key, int | str)
    return (sort, key, row, bool(backward)) if is_key and isinstance(sort, str) and type(row) is int else None


def _sum(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()[:_CHECKED]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One invoice of the register; amounts in yuan, None where none is known.

    `day` is what the register sorts and filters by: the day of issue, or that of departure where a ticket prints no other. `duplicate`:
    another file holds the same invoice. `paper`: where its paper stands, None where nothing was recorded. `department`: whose it is, None
    for nobody's in particular.
    """

    invoice: InvoiceSummary
    day: date | None
    net: Decimal | None
    tax: Decimal | None
    department: str | None
    duplicate: bool
    paper: PaperState | None

    @property
    def total(self) -> Decimal | None:
        """价税合计."""
        return self.invoice.total


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A stretch of the register; `next` and `previous` are the cursors of the stretches beside it, None where there is none."""

    rows: tuple[RegisterRow, ...]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class RegisterTotals:
    """How many invoices are meant, and what they come to in yuan: 金额, 税额, 价税合计, each over those that have it."""

    count: int
    net: Decimal
    tax: Decimal
    total: Decimal
