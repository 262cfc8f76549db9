"""How long a document is kept, and what keeps it longer."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from models.archive import Received
from models.calendar_words import day_in_china
from models.digest import Digest
from models.errors import InvalidSetting
from models.invoice import FieldStatus, Invoice, InvoiceKind
from models.reading import Reading

PERMANENT = "permanent"
_MOST_YEARS = 200
_BORNE_OUT = frozenset({FieldStatus.PROVED, FieldStatus.CORRECTED, FieldStatus.CONFIRMED})
"""Dates that two witnesses or a person stand behind; a misread year must not bring the end of a document forward."""


@dataclass(frozen=True, slots=True)
class Terms:
    """For how many years what kind is kept, None for ever; `dated` is the day on which somebody wrote so, `digest` that of the text."""

    dated: date
    default: int | None
    by_kind: Mapping[InvoiceKind, int | None]
    digest: Digest

    @classmethod
    def parse(cls, text: str) -> "Terms":
        """Read the file of terms (TOML): `dated`, and a table `years` with `default` and kinds of invoices.

        Raises:
            InvalidSetting: it is no such file, names a kind that there is not, or a number of years that cannot be.
        """
        try:
            wire = tomllib.loads(text)
            dated, years = wire["dated"], dict(wire["years"])
            if type(dated) is not date:
                raise ValueError("`dated` is a day such as 2026-11-30")
            default = _years(years.pop("default"))
            by_kind = {InvoiceKind(kind): _years(value) for kind, value in years.items()}
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidSetting(f"the file of retention terms cannot be used: {error}") from error
        return cls(dated, default, by_kind, Digest.of(text.encode()))

    def years(self, kind: InvoiceKind | None) -> int | None:
        """For a kind; the general term for one that the file does not name."""
        return self.by_kind.get(kind, self.default) if kind is not None else self.default

    @property
    def shortest(self) -> int | None:
        """The least number of years that anything is kept; None when everything is kept for ever."""
        finite = [years for years in (self.default, *self.by_kind.values()) if years is not None]
        return min(finite, default=None)


def _years(value: object) -> int | None:
    if value == PERMANENT:
        return None
    if type(value) is not int or not 1 <= value <= _MOST_YEARS:
        raise ValueError(f"{value!r} is neither a number of years from 1 to {_MOST_YEARS} nor {PERMANENT!r}")
    return value


@dataclass(frozen=True, slots=True)
class Term:
    """How long one document is kept: from the day after the end of its accounting year for so many years, None for ever.

    Source: 会计档案管理办法 (Order 79 of the Ministry of Finance and the State Archives Administration): 30 years for original vouchers,
    counted from the day after the accounting year ends.
    """

    accounting_year: int
    years: int | None

    @property
    def due(self) -> date | None:
        """The first day on which it may be destroyed; None for never."""
        return None if self.years is None else date(self.accounting_year + self.years + 1, 1, 1)

    @property
    def length(self) -> tuple[bool, int]:
        """For comparing: the longer one is greater."""
        return self.years is None, self.accounting_year + (self.years or 0)


def term_of(received: Received, reading: Reading | None, terms: Terms) -> Term:
    """The term of a document: the longest of its invoices', and the general one from its receipt where none was read."""
    came = received.received_on.year
    if reading is None or not reading.invoices:
        return Term(came, terms.default)
    found = [Term(accounting_year(invoice, came), terms.years(invoice.kind)) for invoice in reading.invoices]
    return max(found, key=lambda term: term.length)


def accounting_year(invoice: Invoice, came: int) -> int:
    """The year of its date of issue; the year of receipt (`came`) where no date is known, or nobody stands behind an earlier one."""
    issued = invoice.fields.get("issue_date")
    try:
        year = date.fromisoformat((issued.value or "") if issued is not None else "").year
    except ValueError:
        return came
    assert issued is not None
    return year if issued.status in _BORNE_OUT else max(year, came)


def today(now: datetime) -> date:
    """The day by which terms are counted: China's."""
    return day_in_china(now)


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of these documents may be destroyed, whatever their term; all documents of the archive when `documents` is None."""

    id: str
    documents: frozenset[Digest] | None
    at: datetime
    by: str
    reason: str
    released_at: datetime | None = None
    released_by: str | None = None
    release_reason: str | None = None

    @property
    def is_released(self) -> bool:
        """Whether somebody has lifted it."""
        return self.released_at is not None

    def covers(self, document: Digest) -> bool:
        """Whether it keeps this document now."""
        return not self.is_released and (self.documents is None or document in self.documents)
