"""Looking at the activity log: its audit, and its entries newest first."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from models.activity import Action, LogHead
from models.audit import AuditFinding, FindingKind
from models.clues import Clues
from models.errors import IntegrityViolated, InvalidClue, NotFound, StoreUnavailable
from ocr_service.acting import acting_as
from ocr_service.activity import GRACE, ITSELF
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from storage.access_records import record_named
from storage.catalogue.log_index import LogFilter, Logged
from storage.catalogue.tombs import Tombs
from storage.histories import Histories, HistoryVersion, history_of
from storage.log_audit import LogReport, audit_log

_NAMED = re.compile(r"(?:sha256:)?([0-9a-f]{20})(?:[0-9a-f]{0,44}|-[0-9]{1,6})")
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")
"""No more digits than a database holds."""
_MOST_OF_A_NUMBER = 50


class LogPage(NamedTuple):
    """Some entries, newest first, how to ask for those before them (None when there are none), and where the log stands."""

    entries: Sequence[Logged]
    next: str | None
    head: LogHead


def check_log(service: ArchiveService, kept: LogHead | None = None) -> LogReport:
    """Hold the log against itself, the documents, the head that the index remembers, and one that somebody kept.

    A document that a crash left without an entry is given one first, which says so, and `found` counts those. A change of access of which
    a crash kept the log from saying that it stands is given that entry.

    Raises:
        StoreUnavailable, CatalogueUnavailable: nothing can be said.
    """
    remembered = service.activity.remembered()
    service.index.compare_all()
    service.activity.heal_if_possible()
    with suppress(StoreUnavailable, IntegrityViolated):  # told by the audit itself
        RecordKeeper.over(service).heal()
    heads = [head for head in (remembered, kept) if head is not None]
    report = audit_log(service.archive, *dict.fromkeys(heads))
    report = replace(report, findings=tuple(finding for finding in report.findings if not _is_under_way(service, finding)))
    with acting_as(ITSELF), suppress(StoreUnavailable):
        for record in report.unvouched:
            service.activity.record(Action.ACCESS_KEPT, record.holder.principal.name, **record_named(record))
    service.activity.note(Action.ARCHIVE_AUDITED, blocks=report.blocks, entries=report.entries, findings=len(report.findings))
    return report


def newest_entries(service: ArchiveService, limit: int, cursor: str | None = None, wanted: LogFilter | None = None) -> LogPage:
    """The newest entries that fit, or those before a cursor; raise InvalidClue when it is none."""
    before = None
    if cursor is not None:
        told = _CURSOR.fullmatch(cursor)
        if told is None:
            raise InvalidClue("not a cursor of the log: take `next_cursor` as it was given")
        before = (int(told[1]), int(told[2]))
    head = service.activity.catch_up()
    found = service.activity.index.newest(limit + 1, before, wanted)
    page, more = found[:limit], len(found) > limit
    return LogPage(page, f"{page[-1].block.number}-{page[-1].place}" if more else None, head)


def actors_called(name: str) -> tuple[str, ...]:
    """Whom a name may mean in the log: a person by whatever way they acted, a key, or the very actor that `kind:name` says."""
    return (name,) if ":" in name else (name, f"user:{name}", f"cli:{name}", f"key:{name}")


def documents_called(service: ArchiveService, name: str) -> tuple[str, ...]:
    """The beginnings of digests by which the log knows the documents that a name may mean, also those that were destroyed.

    `name` is a digest or at least its first 20 hex digits, an invoice's id, or a whole invoice number.
    """
    written = _NAMED.fullmatch(name.strip().lower())
    if written is not None:
        return (written[1],)
    hits = service.find(Clues(number=name, limit=_MOST_OF_A_NUMBER))
    wanted = name.strip().upper()
    ids = [found for hit in hits if (hit.invoice.number or "").upper() == wanted for found in (hit.invoice.id, *hit.copies)]
    gone = [tomb.document.hex for tomb in Tombs(service.catalogue.database).find(name, sees=service.sees)]
    return tuple(dict.fromkeys(found[:20] for found in (*ids, *gone)))


def _is_under_way(service: ArchiveService, finding: AuditFinding) -> bool:
    """Whether a document or a version is so new that the process which took it in may still be about to write its entry."""
    if finding.kind is not FindingKind.UNLOGGED:
        return False
    begun = service.clock() - GRACE
    if history_of(finding.key) is not None:
        version = Histories(service.archive.store).read(finding.key)
        return isinstance(version, HistoryVersion) and version.at > begun
    if finding.document is None:
        return False
    try:
        return service.archive.received(finding.document).received_at > begun
    except NotFound:
        return False
