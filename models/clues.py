"""What a person remembers of a lost invoice, and what the archive answers."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from models.calendar_words import EXPLAINED, HOW_TO_WRITE, Doubt, understand
from models.correction import Ground
from models.digest import Digest
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.money import typed_amount
from models.verification import Verdict

MAX_LIMIT = 200
MAX_LENGTH = 200
"""Characters of one clue; longer ones are pasted by mistake."""
MAX_AMOUNT = Decimal(10) ** 15
ABOUT = Decimal("0.05")
"""How far from the remembered amount "about" reaches, as a share of it."""
_ABOUT_AMOUNT = re.compile(r"(?:~|大?约)(?P<after>[^~约]*)|(?P<before>[^~约]*?)(?:~|左右)")


class ListState(StrEnum):
    """Which invoices a question is about: those that are `listed`, or those alone that somebody took out of the lists (作废)."""

    LISTED = "listed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AmountClue:
    """A remembered amount in yuan: exact (all three the same), a range (`wanted` is None), or about; both ends included."""

    low: Decimal
    high: Decimal
    wanted: Decimal | None = None

    def __post_init__(self) -> None:
        """Raise InvalidClue for ends that are no amounts or the wrong way round."""
        if not all(end.is_finite() and end.copy_abs() <= 2 * MAX_AMOUNT for end in (self.low, self.high)):
            raise InvalidClue("not an amount that an invoice can have")
        if self.low > self.high:
            raise InvalidClue(f"no amount lies between {self.low} and {self.high}; write the smaller one first")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1200`, `1,200.00` (exact) or `1200~`, `~1200`, `约1200`, `1200左右` (about, five per cent either way).

        Raises:
            InvalidClue: the text is not an amount.
        """
        folded = unicodedata.normalize("NFKC", text).strip()
        remembered = _ABOUT_AMOUNT.fullmatch(folded)
        number = folded if remembered is None else remembered["after"] or remembered["before"] or ""
        wanted = typed_amount(number)
        if wanted is None:
            raise InvalidClue(f"not an amount: {text!r}; write 1200, 1200.50 or 1200~ for about, a range as amount_min and amount_max")
        if wanted.copy_abs() >= MAX_AMOUNT:
            raise InvalidClue(f"not an amount that an invoice can have: {text!r}")
        margin = Decimal(0) if remembered is None else abs(wanted) * ABOUT
        return cls(wanted - margin, wanted + margin, wanted)

    @classmethod
    def between(cls, low: Decimal | None, high: Decimal | None) -> Self:
        """From the one to the other; None leaves that end open. Raise InvalidClue as the constructor does."""
        return cls(-MAX_AMOUNT if low is None else low, MAX_AMOUNT if high is None else high)


@dataclass(frozen=True, slots=True)
class DateClue:
    """A remembered stretch of days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raise InvalidClue for days the wrong way round."""
        if self.first > self.last:
            raise InvalidClue(f"no day lies between {self.first} and {self.last}; write the earlier one first")

    @classmethod
    def between(cls, first: date | None, last: date | None) -> Self:
        """From the one day to the other; None leaves that end open. Raise InvalidClue as the constructor does."""
        return cls(first or date.min, last or date.max)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a day, month, quarter or year as `calendar_words` understands them.

        Raises:
            InvalidClue: the text is not a date, or may be more than one; detail `doubt` says why.
        """
        days = understand(text)
        if isinstance(days, Doubt):
            raise InvalidClue(f"{text!r} is not understood as a date: {EXPLAINED[days]}; {HOW_TO_WRITE}", doubt=days.value)
        return cls(days.first, days.last)


@dataclass(frozen=True, slots=True)
class Clues:
    """Everything that a search may ask for; all clues together narrow it, each is optional.

    `number` and `code` may be a part, with `?` for one unknown character and `*` for any number of them. `seller` and `buyer`
    are any part of the name, two characters are enough. `text` is looked for in all text of the page, each of its words
    (parted by spaces) on its own. Of `verdicts` the invoice has one. A blank clue counts as not given. `state` is no clue: it says among
    which invoices is looked.
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
    verdicts: tuple[Verdict, ...] = ()
    limit: int = 20
    state: ListState = ListState.LISTED

    def __post_init__(self) -> None:
        """Raise InvalidClue for a limit outside 1 to 200 or a text of more than 200 characters."""
        for clue in (self.text, self.number, self.code, self.seller, self.buyer, self.tax_id):
            if clue is not None and len(clue) > MAX_LENGTH:
                raise InvalidClue(f"a clue has at most {MAX_LENGTH} characters, not {len(clue)}")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InvalidClue(f"limit must be from 1 to {MAX_LIMIT}, not {self.limit}")


def _compared(name: str | None) -> str | None:
    """A name without what prints of it differ in: widths of signs, white space."""
    return None if name is None else "".join(unicodedata.normalize("NFKC", name).split())


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """An invoice as a list shows it; amounts in yuan; times in UTC.

    `contradicted`: another scan of the same invoice has another total, date or party. `withdrawn`: it is out of the lists, and
    `ground` says why.
    """

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
    contradicted: bool = False
    withdrawn: bool = False
    ground: Ground | None = None

    def differences(self, other: "InvoiceSummary") -> tuple[str, ...]:
        """Keys of the fields in which two scans of one invoice contradict each other; what one of them lacks is no contradiction."""
        pairs = {
            "issue_date": (self.issue_date, other.issue_date),
            "tax_inclusive_amount": (self.total, other.total),
            "seller_tax_id": (self.seller_tax_id, other.seller_tax_id),
            "buyer_tax_id": (self.buyer_tax_id, other.buyer_tax_id),
            "seller_name": (_compared(self.seller_name), _compared(other.seller_name)),
            "buyer_name": (_compared(self.buyer_name), _compared(other.buyer_name)),
        }
        return tuple(key for key, (one, another) in pairs.items() if None not in (one, another) and one != another)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit is one: which clue, how it was met and by which value.

    `how` is `exact`, `part`, `pattern`, `about`, `within`, `similar`, `text` or `file` (by the name of its file). `field` is the key of
    the field that holds the value (an amount may be met by the total, the net amount or the tax), None when it is no field's.
    """

    clue: str
    how: str
    value: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One identity that answers the clues: its best copy, a score from 0 to 1, the reasons, and the ids of its other copies."""

    invoice: InvoiceSummary
    score: float
    reasons: tuple[Reason, ...]
    copies: tuple[str, ...] = ()
