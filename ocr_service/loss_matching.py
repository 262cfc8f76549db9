"""An invoice that turns up after it was lost: cases opened from what people remembered meet what the archive holds.

What is linked by itself, and what is only proposed: an invoice whose number is proved on its own face, whose number and code (or one
more thing: amount, day) are those that were told, and which says nothing else than what was told, is linked. Everything else that fits
(a number with one witness, or seller, amount and day without the number) is proposed, and a person says whether it is the one.
"""

import unicodedata
from collections.abc import Iterable, Mapping

import structlog

from models.clues import AmountClue, Clues, DateClue, InvoiceSummary
from models.digest import Digest
from models.errors import PiaogenError, StaleVersion
from models.invoice import FieldStatus
from models.loss import Link, LinkState, LossCase, LostInvoice
from models.loss_rules import LossRules
from models.statement import StatementEntry
from ocr_service.acting import acting_as
from ocr_service.activity import ITSELF
from ocr_service.losses import Losses, StandingCase, seen_by_case
from ocr_service.service import ArchiveService
from storage.catalogue.loss_rows import case_of
from storage.catalogue.losses import LossIndex
from storage.catalogue.reconciliation_lines import PlacedLine

_log = structlog.get_logger(__name__)

_CANDIDATES = 20


def invoice_turned_up(service: ArchiveService, rules: LossRules, document: Digest) -> int:
    """Hold the invoices of a document that was just read against the cases that wait for one; returns how many were linked or proposed."""
    index = LossIndex(service.catalogue.database)
    waiting = index.waiting_for(service.invoices_of(document))
    return sum(_met(service, rules, StandingCase(case_of(one), one.number, one.at, one.by), document) for one in waiting)


def search_again(service: ArchiveService, rules: LossRules) -> int:
    """Search the archive for every case that waits: for what a crash, or a worker that knows no cases, left out."""
    index, met, after = LossIndex(service.catalogue.database), 0, ""
    while page := index.waiting(after):
        met += sum(_met(service, rules, StandingCase(case_of(one), one.number, one.at, one.by)) for one in page)
        after = page[-1].subject
    return met


def search_for(losses: Losses, standing: StandingCase) -> StandingCase:
    """Hold a case that was just opened against the archive, and look at what became of it."""
    if standing.case.link is None:
        _met(losses.service, losses.rules, standing)
    return losses.get(standing.case.id)


def cases_of_lines(service: ArchiveService, lines: Iterable[PlacedLine]) -> Mapping[int, str]:
    """The open case about the invoice of each line of a list that has one, by the place of the line: as its asker sees them."""
    told = {placed.place: _told(placed.line.entry) for placed in lines if placed.line.entry is not None and placed.line.entry.number}
    if not told:
        return {}
    versions = LossIndex(service.catalogue.database).open_of_numbers((one.number for one in told.values()), service.sees)
    cases = [case_of(version) for version in versions]
    found = {place: next((case.id for case in cases if _is_about(case, invoice)), "") for place, invoice in told.items()}
    return {place: case for place, case in found.items() if case}


def _told(entry: StatementEntry) -> LostInvoice:
    return LostInvoice(code=entry.code or "", number=entry.number or "", issued_on=entry.issued_on, total=entry.total)


def _is_about(case: LossCase, invoice: LostInvoice) -> bool:
    return bool(case.invoice.number) and not case.invoice.differing(invoice)


def fit(case: LossCase, invoice: InvoiceSummary, *, is_number_proved: bool) -> LinkState | None:
    """How far an archived invoice is the one that was lost; None where it is not."""
    told, found = case.invoice, LostInvoice.of(invoice)
    if invoice.id in case.rejected:
        return None
    agree_on = _agreeing(told, found)
    if "number" in agree_on:
        if told.differing(found):
            return LinkState.PROPOSED if {"total", "issued_on"} & agree_on else None
        is_borne_out = len(told.number) == 20 or bool({"code", "total", "issued_on"} & agree_on)
        return LinkState.PROVED if is_number_proved and is_borne_out else LinkState.PROPOSED
    is_fitting = {"total", "issued_on"} <= agree_on and _is_seller(told, found)
    return LinkState.PROPOSED if is_fitting else None


def _agreeing(told: LostInvoice, found: LostInvoice) -> set[str]:
    names = ("code", "number", "issued_on", "total", "seller_tax_id")
    return {name for name in names if getattr(told, name) and getattr(told, name) == getattr(found, name)}


def _is_seller(told: LostInvoice, found: LostInvoice) -> bool:
    """Whether the sellers may be one, as far as both are known: of a name people remember a part."""
    if told.seller_tax_id and found.seller_tax_id:
        return told.seller_tax_id == found.seller_tax_id
    one, another = ("".join(unicodedata.normalize("NFKC", name).split()).casefold() for name in (told.seller_name, found.seller_name))
    return one in another or another in one


def _met(service: ArchiveService, rules: LossRules, standing: StandingCase, document: Digest | None = None) -> bool:
    case = standing.case
    seen = service.seen_by(seen_by_case(case))
    try:
        candidates = seen.invoices_of(document) if document is not None else _searched(seen, case.invoice)
        best = _best(seen, case, candidates)
        if best is None:
            return False
        summary, state = best
        with acting_as(ITSELF):
            link = Link(summary.id, summary.document, state, ITSELF, service.clock())
            Losses(service, rules).take(case, standing.version, link, LostInvoice.of(summary))
    except StaleVersion:
        return False  # whoever changed the case goes on with it; the next search looks again
    except PiaogenError as error:
        # The reading is done all the same; the next search looks again.
        _log.warning("a case could not be held against the archive", case=case.id, code=error.code)
        return False
    _log.info("a lost invoice turned up", case=case.id, state=state.value)
    return True


def _best(service: ArchiveService, case: LossCase, candidates: Iterable[InvoiceSummary]) -> tuple[InvoiceSummary, LinkState] | None:
    """The one that is proved, else the first that may be it; none where two are proved: then a person has to say."""
    met = [(summary, fit(case, summary, is_number_proved=_is_proved(service, summary))) for summary in candidates]
    proved = [summary for summary, state in met if state is LinkState.PROVED]
    if len({(summary.code, summary.number) for summary in proved}) == 1:
        return proved[0], LinkState.PROVED
    proposed = [summary for summary, state in met if state is not None]
    return (proposed[0], LinkState.PROPOSED) if proposed else None


def _is_proved(service: ArchiveService, summary: InvoiceSummary) -> bool:
    stored = service.show_if_sound(summary.id)
    number = None if stored is None else stored.invoice.fields.get("invoice_number")
    return number is not None and number.status is FieldStatus.PROVED


def _searched(service: ArchiveService, told: LostInvoice) -> list[InvoiceSummary]:
    found: dict[str, InvoiceSummary] = {}
    asked = []
    if told.number:
        asked.append(Clues(number=told.number, limit=_CANDIDATES))
    if told.total is not None and told.issued_on is not None:
        day = DateClue(told.issued_on, told.issued_on)
        asked.append(Clues(amount=AmountClue(told.total, told.total, told.total), date=day, limit=_CANDIDATES))
    for clues in asked:
        found |= {hit.invoice.id: hit.invoice for hit in service.find(clues)}
    return list(found.values())
