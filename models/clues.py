"""What a person remembers of a lost invoice, and what the archive answers."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Self

from models.digest import Digest
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.verification import Verdict

MAX_LIMIT = 200
ABOUT = Decimal("0.05")
"""How far from the remembered amount "about" reaches, as a share of it."""


@dataclass(frozen=True, slots=True)
class AmountClue:
    """A remembered amount in yuan: exact, a range, or about."""

    low: Decimal
    high: Decimal
    wanted: Decimal | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1200`, `1200.00` (exact) or `1200~`, `1200～`, `约1200` (about, five per cent either way).

        Raises:
            InvalidClue: the text is not an amount.
        """
        cleaned = text.strip().replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元")
        about = cleaned.endswith(("~", "～")) or cleaned.startswith("约")
        number = cleaned.strip("~～约 ")
        try:
            wanted = Decimal(number)
        except InvalidOperation:
            raise InvalidClue(f"not an amount: {text!r}; write 1200, 1200.50 or 1200~ for about") from None
        if not wanted.is_finite() or abs(wanted) >= Decimal(10) ** 15:
            raise InvalidClue(f"not an amount that an invoice can have: {text!r}")
        margin = abs(wanted) * ABOUT if about else Decimal(0)
        return cls(wanted - margin, wanted + margin, wanted)


@dataclass(frozen=True, slots=True)
class DateClue:
    """A remembered stretch of days, both ends included."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a day `2019-03-19`, a month `2019-03` or a year `2019`; `/`, `.` and 年月日 separate as well.

        Raises:
            InvalidClue: the text is not a date.
        """
        parts = [int(part) for part in re.findall(r"\d+", text)]
        try:
            match parts:
                case [year, month, day]:
                    return cls(date(year, month, day), date(year, month, day))
                case [year, month]:
                    following = date(year + month // 12, month % 12 + 1, 1)
                    return cls(date(year, month, 1), following - timedelta(days=1))
                case [year]:
                    return cls(date(year, 1, 1), date(year, 12, 31))
        except ValueError:
            pass
        raise InvalidClue(f"not a date: {text!r}; write 2019-03-19, 2019-03 or 2019")


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything that a search may ask for; all clues together narrow it, each is optional.

    `number` and `code` may be a part, with `?` for one unknown character and `*` for any number of them. `seller` and `buyer`
    are any part of the name, two characters are enough. `text` is looked for in all text of the page.
    """

    text: str | None = None
    number: str | None = None
    code: str | None = None
    seller: str | None = None
    buyer: str | None = None
    tax_id: str | None = None
    amount: AmountClue | None = None
    date: DateClue | None = None
    kind: InvoiceKind | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        """Raise InvalidClue for a limit outside 1 to 200."""
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InvalidClue(f"limit must be from 1 to {MAX_LIMIT}, not {self.limit}")


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An invoice as a list shows it; amounts in yuan; times in UTC."""

    id: str
    document: Digest
    file_name: str
    received_at: datetime
    page: int
    kind: InvoiceKind
    title: str
    verdict: Verdict
    code: str | None
    number: str | None
    issue_date: date | None
    seller_name: str | None
    seller_tax_id: str | None
    buyer_name: str | None
    buyer_tax_id: str | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit is one: which clue, how it was met (`exact`, `part`, `pattern`, `about`, `within`, `similar`, `text`) and by which value."""

    clue: str
    how: str
    value: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One identity that answers the clues: its best copy, a score from 0 to 1, the reasons, and the ids of its other copies."""

    invoice: InvoiceSummary
    score: float
    reasons: tuple[Reason, ...]
    copies: tuple[str, ...] = ()
