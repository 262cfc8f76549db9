"""The same invoice in another file: told where it arrives, gathered for a person to look at, and what the person says of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

from models.clues import InvoiceSummary
from models.duplicates import DECISIONS, Decided, Duplicate, DuplicateGroup, SameDecision, subject_of
from models.errors import BadUsage, RecordNotFound, StaleVersion
from ocr_service.record_keeping import RecordKeeper, own_subject
from ocr_service.retaining import require_words
from ocr_service.service import ArchiveService
from storage.catalogue.duplicates import Duplicates, identity_of
from storage.histories import HistoryVersion

MOST_TOGETHER = 100
"""So many files are decided on at once; one invoice has a few copies."""

Pair = frozenset[str]


def came_before(service: ArchiveService, summaries: Sequence[InvoiceSummary]) -> Mapping[str, tuple[Duplicate, ...]]:
    """By the id of each archived invoice, the same invoice in other files that came before its own, newest first.

    What a person said to be another invoice is left out.
    """
    found = Duplicates(service.catalogue).of([identity_of(summary) for summary in summaries], service.sees)
    before = {
        summary.id: tuple(other for other in same if _arrival(other.invoice) < _arrival(summary))
        for summary, same in zip(summaries, found, strict=True)
    }
    if not any(before.values()):
        return before
    decided = _decided(service)
    return {
        invoice: tuple(other for other in others if not _is_different(decided, invoice, other.invoice.id))
        for invoice, others in before.items()
    }


def duplicate_groups(service: ArchiveService) -> tuple[DuplicateGroup, ...]:
    """All files that are one invoice with another file, those with the newest file first; each with what a person said of all of it."""
    decided = _decided(service)
    return tuple(replace(group, decided=_about(decided, group)) for group in Duplicates(service.catalogue).groups(service.sees))


def undecided_numbers(service: ArchiveService) -> int:
    """How many invoices have several files with their number, of which nobody has said anything yet."""
    groups = Duplicates(service.catalogue).marked(service.sees)
    if not groups:
        return 0
    decided = _decided(service)
    return sum(1 for group in groups if _about(decided, group) is None)


def decide(service: ArchiveService, invoices: Sequence[str], decision: SameDecision, reason: str, version: int | None = None) -> Decided:
    """Keep what a person says of files that may be one invoice; a later decision about the same files takes its place.

    Args:
        invoices: Ids of the invoices in those files.
        version: That of the decision that was looked at, 0 where there was none; None to decide whatever stands.

    Raises:
        BadUsage: fewer than two invoices, too many, those of several departments of whoever does not see all, or words that cannot be
            shown.
        InvoiceNotFound: an id names none that is seen.
        StaleVersion: somebody else decided meanwhile.
    """
    if reason:
        require_words("reason", reason)
    summaries = {summary.id: summary for summary in (service.catalogue.summary(name, service.sees) for name in invoices)}
    if not 1 < len(summaries) <= MOST_TOGETHER:
        raise BadUsage(f"name 2 to {MOST_TOGETHER} different invoices that are the same one or are not", field="invoices")
    keeper = RecordKeeper.over(service)
    subject, department = own_subject(service, subject_of(summaries), {summary.document for summary in summaries.values()})
    standing: HistoryVersion | None = None
    with suppress(RecordNotFound):
        standing = keeper.get(subject)
    if version is not None and version != (0 if standing is None else standing.number):
        raise StaleVersion("somebody else decided about these files meanwhile: look at them again")
    said = Decided(frozenset(summaries), decision, "", service.clock(), reason)
    body = said.to_json()
    kept = keeper.begin(subject, body, department=department) if standing is None else keeper.change(standing, body)
    return replace(said, by=kept.by, at=kept.at, version=kept.number)


def _decided(service: ArchiveService) -> Mapping[Pair, Decided]:
    """What was said last of each two invoices."""
    found: dict[Pair, Decided] = {}
    for version in reversed(RecordKeeper.over(service).newest(DECISIONS)):
        decided = _of(version)
        if decided is not None:
            found |= dict.fromkeys(map(frozenset, combinations(decided.invoices, 2)), decided)
    return found


def _of(version: HistoryVersion) -> Decided | None:
    """The decision in a record; None where it says something else, which an audit of the log explains."""
    with suppress(KeyError, TypeError, ValueError):
        return Decided.from_json(version.body, version.by, version.at, version.number)
    return None


def _about(decided: Mapping[Pair, Decided], group: DuplicateGroup) -> Decided | None:
    """What was said alike of each two files of a group; None where something is open."""
    pairs = [frozenset((one.id, other.id)) for one, other in combinations(group.invoices, 2) if one.document != other.document]
    said = [decided.get(pair) for pair in pairs]
    newest = max((one for one in said if one is not None), key=lambda one: one.at, default=None)
    is_whole = newest is not None and all(one is not None and one.decision is newest.decision for one in said)
    return newest if is_whole else None


def _is_different(decided: Mapping[Pair, Decided], one: str, other: str) -> bool:
    said = decided.get(frozenset((one, other)))
    return said is not None and said.decision is SameDecision.DIFFERENT


def _arrival(summary: InvoiceSummary) -> tuple[object, ...]:
    return summary.received_at, summary.document.hex
