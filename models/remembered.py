"""What somebody remembers of a lost invoice, as far as their words were understood, and how well an invoice answers it.

A `Memory` is a row of things remembered, each with every way in which its words can be meant. Nothing in it is a condition: each
thing is evidence (Fellegi and Sunter, "A Theory for Record Linkage", 1969), and an invoice that answers all but one of them may be
the one. `Answer` is what the catalogue makes of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.clues import InvoiceSummary
from models.invoice import InvoiceKind


class NumberPart(StrEnum):
    """Which part of a number is remembered."""

    WHOLE = "whole"
    HEAD = "head"
    MIDDLE = "middle"
    TAIL = "tail"
    ANY = "any"
    """It was not said; few digits are most often the last ones."""


@dataclass(frozen=True, slots=True)
class RememberedNumber:
    """A number or a part of it: letters and digits in upper case, `?` for one unknown character, `*` for any number of them.

    `code` is the invoice code where it is remembered too, as when both were copied in one row of digits; `number` is empty where only the
    code is. What looks alike (0 and O, 1 and 7, 6 and 8) stands as it was written.
    """

    number: str
    part: NumberPart = NumberPart.ANY
    code: str = ""


class AmountCertainty(StrEnum):
    """How sure an amount is."""

    EXACT = "exact"
    ROUNDED = "rounded"
    """To a whole `unit`, up, down or cut off: 一千二 is 1,200 to the hundred."""
    ABOUT = "about"
    """Not far from it, as after 左右; `unit` is what the words were rounded to."""
    RANGE = "range"
    """Anything from `low` to `high`, as 几百 and 一千多 are."""


class AmountOf(StrEnum):
    """Which amount of the invoice is meant."""

    ANY = "any"
    TOTAL = "total"
    NET = "net"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class RememberedAmount:
    """An amount in yuan; `low` and `high`, both included, are how far the words reach, and `wanted` the one that was said.

    `wanted` is None for a range. `unit` is the last place that was said (0.01 when cents were), None for a range. `digits` has a `?` for
    each digit that is not known, as in 12?0 or 12?0.50; None when all are.
    """

    low: Decimal
    high: Decimal
    wanted: Decimal | None
    certainty: AmountCertainty
    unit: Decimal | None = None
    of: AmountOf = AmountOf.ANY
    digits: str | None = None


@dataclass(frozen=True, slots=True)
class RememberedDays:
    """A stretch of days, both ends included; `date.min` and `date.max` are open ends.

    `slack` is how many days beyond either end the words still allow: 0 where the calendar says which days are meant (2024年3月), more for
    what has no sharp end (年底, 春天, 前后). `months` (1 to 12) narrows the stretch to these months of each of its years, as 三四月 does
    when no year is told; empty for all. `days_of_month` likewise, as 12号 does when no month is told.
    """

    first: date
    last: date
    slack: int = 0
    months: frozenset[int] = frozenset()
    days_of_month: frozenset[int] = frozenset()


class PartyRole(StrEnum):
    """Which party of the invoice is meant."""

    SELLER = "seller"
    BUYER = "buyer"
    EITHER = "either"


class NameForm(StrEnum):
    """How a name is written."""

    CHINESE = "chinese"
    PINYIN = "pinyin"
    """Syllables without tones and spaces: suzhouxierdun."""
    INITIALS = "initials"
    """The first letter of each syllable: szsf."""
    ENGLISH = "english"
    """The company's or brand's own name in Latin letters."""


@dataclass(frozen=True, slots=True)
class PartyName:
    """One way to write a name, or a part of it; Latin letters in lower case."""

    text: str
    form: NameForm


@dataclass(frozen=True, slots=True)
class RememberedParty:
    """A company or brand: what was said first, then other names that mean the same (Hilton, 希尔顿), each enough by itself."""

    names: tuple[PartyName, ...]
    role: PartyRole = PartyRole.EITHER


@dataclass(frozen=True, slots=True)
class RememberedGoods:
    """What was bought: the word that was said, and other words that invoices print for it (住宿: 酒店, 宾馆)."""

    word: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RememberedTaxId:
    """A taxpayer id or a part of it, written as numbers are."""

    tax_id: str
    role: PartyRole = PartyRole.EITHER


@dataclass(frozen=True, slots=True)
class RememberedKind:
    """The kind of invoice is one of these: 专票 may be on paper or electronic."""

    kinds: tuple[InvoiceKind, ...]


@dataclass(frozen=True, slots=True)
class RememberedDepartment:
    """The department of the own company whose invoice it is, as it was called."""

    name: str


@dataclass(frozen=True, slots=True)
class RememberedPlace:
    """A province, city or district: the short name first (苏州), then others of the same place; it may stand anywhere on the invoice."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RememberedWords:
    """Words that were not understood as anything else; they may stand anywhere on the page.

    `no_day`: they name a day that no calendar has (2月30日), so that no invoice is held against them.
    """

    text: str
    no_day: bool = False


Clue = (
    RememberedNumber
    | RememberedAmount
    | RememberedDays
    | RememberedParty
    | RememberedGoods
    | RememberedTaxId
    | RememberedKind
    | RememberedDepartment
    | RememberedPlace
    | RememberedWords
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way in which words can be meant, and how likely it is among all of theirs."""

    clue: Clue
    likelihood: float = 1.0


@dataclass(frozen=True, slots=True)
class Remembered:
    """One thing that is remembered: its words, each way they can be meant, likeliest first (at least one; the likelihoods add up to 1).

    `source` is the field that it was written into (`sentence`, `amount`, `seller` …), and `start` where its words begin there.
    """

    words: str
    meanings: tuple[Meaning, ...]
    source: str = "sentence"
    start: int = 0

    @property
    def clue(self) -> Clue:
        """The likeliest meaning."""
        return self.meanings[0].clue

    @property
    def names_no_day(self) -> bool:
        """Whether the words name a day that no calendar has; no invoice is held against them."""
        return isinstance(self.clue, RememberedWords) and self.clue.no_day


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything that somebody remembers of one invoice, in the order in which it was said."""

    things: tuple[Remembered, ...]

    def __iter__(self) -> Iterator[Remembered]:
        return iter(self.things)

    def __len__(self) -> int:
        return len(self.things)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an invoice answers one thing that is remembered.

    `level` names how well (`exact`, `net`, `same_yuan`, `swapped_digits` …): `missed` when the invoice says something else, `absent` when
    it says nothing. `value` is what it says and `field` the key of the field, if it is one's. `weight` is the natural logarithm of how much
    likelier this level is for the invoice that is looked for than for any other. `clue` is the meaning that was met best.
    """

    thing: Remembered
    clue: Clue
    level: str
    weight: float
    value: str | None = None
    field: str | None = None

    @property
    def is_met(self) -> bool:
        """Whether the invoice bears out what is remembered, as it was said or but for a slip.

        Another month or year, or an amount beyond what the words allow, makes the right invoice no less likely than others, and is not
        what was said.
        """
        allowed = _FURTHER_OFF.get(self.clue.certainty, frozenset()) if isinstance(self.clue, RememberedAmount) else frozenset()
        return self.level not in _UNMET | allowed

    @property
    def is_slip(self) -> bool:
        """Whether it is met only if a slip was made: a digit or character is another one, or it is some days or per cent off."""
        is_off = self.level in ("two_per_cent", "five_per_cent") and not _is_about(self.clue)
        return self.is_met and (is_off or self.level in _SLIPS)

    @property
    def is_as_said(self) -> bool:
        """Whether the invoice says what is remembered."""
        return self.is_met and not self.is_slip


_UNMET = frozenset({"missed", "absent", "wrong_month", "wrong_year", "twenty_per_cent"})
_FURTHER_OFF = {
    AmountCertainty.EXACT: frozenset({"two_per_cent", "five_per_cent", "ten_per_cent"}),
    AmountCertainty.ROUNDED: frozenset({"ten_per_cent"}),
    AmountCertainty.RANGE: frozenset({"ten_per_cent"}),
}
_SLIPS = frozenset({"wrong_digit", "swapped_digits", "digit_more_or_less", "one_wrong", "two_wrong", "near_sound", "partly", "days_off"})


def _is_about(clue: Clue) -> bool:
    return isinstance(clue, RememberedAmount) and clue.certainty is AmountCertainty.ABOUT


@dataclass(frozen=True, slots=True)
class Candidate:
    """One identity that may be the invoice: its best copy, how likely it is the one, a comparison for each thing remembered in their order,
    and the ids of its other copies."""

    invoice: InvoiceSummary
    probability: float
    comparisons: tuple[Comparison, ...]
    copies: tuple[str, ...] = ()

    @property
    def answers_all(self) -> bool:
        """Whether it bears out everything that is remembered, as it was said or but for slips."""
        return all(comparison.is_met for comparison in self.comparisons)

    @property
    def is_as_said(self) -> bool:
        """Whether it says everything that is remembered."""
        return all(comparison.is_as_said for comparison in self.comparisons)

    @property
    def is_near(self) -> bool:
        """Whether it bears out half of what is remembered at least, or something that hardly any other invoice says."""
        met = [comparison for comparison in self.comparisons if comparison.is_met]
        return 2 * len(met) >= len(self.comparisons) or any(comparison.weight >= _RARE for comparison in met)


_RARE = 5.0
"""The weight of a thing that one in a hundred and fifty invoices has by chance, or fewer."""
_CLAIMED = 0.5
"""A candidate is claimed to be the invoice when that is likelier than everything else together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Candidates, likeliest first, and how likely it is that the invoice is not in the archive at all."""

    candidates: tuple[Candidate, ...]
    absent: float

    @property
    def found(self) -> Candidate | None:
        """The one that is said to be the invoice; None when no candidate is sure enough, and all are only near."""
        if not self.candidates:
            return None
        best = self.candidates[0]
        return best if best.answers_all and best.probability >= _CLAIMED else None

    @property
    def hits(self) -> tuple[Candidate, ...]:
        """Those that say everything that is remembered, and the one that is claimed though a slip was made in it."""
        found = self.found
        return tuple(candidate for candidate in self.candidates if candidate is found or candidate.is_as_said)

    @property
    def nearest(self) -> tuple[Candidate, ...]:
        """When there are no hits, those that bear out half of it at least; each says by its comparisons in what it differs."""
        return () if self.hits else tuple(candidate for candidate in self.candidates if candidate.is_near)
