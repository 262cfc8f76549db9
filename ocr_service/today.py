"""The day at a glance: what came in, what is open, what lists say is missing, and how the archive is."""

from dataclasses import dataclass
from datetime import datetime

from models.calendar_words import CHINA
from models.reconciliation import LineClass
from ocr_service.duplicates import undecided_numbers
from ocr_service.reconciling import Reconciling
from ocr_service.service import ArchiveService
from storage.catalogue.checks import Checks, LastChecks
from storage.catalogue.day import Arrived, DayFigures

_LOOKED_THROUGH = 20
"""The newest of each kind of list is among the last so many."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many invoices the newest list of a kind has that the archive has not, and which reconciliation says so."""

    reconciliation: str
    count: int


@dataclass(frozen=True, slots=True)
class Today:
    """What somebody sees who comes in.

    Attributes:
        began_at: when the day began in China.
        received: since then.
        open: what waits to be read and for people, whenever it came.
        doubled: invoices with several files of one number, of which nobody said anything.
        missing: what the newest list of the tax bureau has and the archive has not; None where nobody handed one in.
        unpapered: the same of the newest list of our own vouchers.
        before: when they looked the time before; None for never.
        since: what came in since then.
        checks: what the last audits said; None for whoever does not see all.
    """

    began_at: datetime
    received: Arrived
    open: Arrived
    doubled: int
    missing: Lacking | None
    unpapered: Lacking | None
    before: datetime | None
    since: Arrived | None
    checks: LastChecks | None


def today_of(service: ArchiveService, person: str) -> Today:
    """The day as somebody sees it, who is noted to have looked. Raise StoreUnavailable, CatalogueUnavailable."""
    now = service.clock()
    figures = DayFigures(service.catalogue, service.sees)
    began_at = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    before = figures.visit(person, now)
    missing, unpapered = lacking(service)
    return Today(
        began_at,
        figures.arrived(began_at),
        figures.open(),
        undecided_numbers(service),
        missing,
        unpapered,
        before,
        None if before is None else figures.arrived(before),
        Checks(service.catalogue).last() if service.sees.is_whole else None,
    )


def lacking(service: ArchiveService) -> tuple[Lacking | None, Lacking | None]:
    """What the newest list that was taken in has and the archive has not: of the tax bureau's lists, and of our own vouchers."""
    found: dict[bool, Lacking] = {}
    for one in Reconciling.over(service).all(_LOOKED_THROUGH):
        if one.is_taken_in:
            found.setdefault(one.kind.is_ledger, Lacking(one.id, one.counts.get(LineClass.STATEMENT_ONLY, 0)))
    return found.get(False), found.get(True)
