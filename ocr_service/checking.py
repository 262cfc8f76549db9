"""The archive held against itself without being asked: a little at a time, the document that was checked longest ago first.

A worker does it between its jobs, for a small share of its time, and of many workers one at a time. What was checked and when is noted
in the catalogue, so that a restart goes on where it was; what was found is kept in the archive, write-once. The two places of a mirrored
archive are compared on the way: each document with the document, everything else between them, once in a round.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import structlog

from models.audit import MOST_FINDINGS, AuditFinding, AuditReport, AuditResult, AuditWay, FindingKind, Remembered
from models.digest import Digest
from models.errors import PiaogenError, StoreUnavailable
from ocr_service.acting import actor
from ocr_service.drilling import DRAWN, differences_of_places, drill
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from storage.audit_results import keep_result, newest_result
from storage.catalogue.checks import Checked, Checks, LastChecks, Standing
from storage.document_audit import DocumentAudit
from storage.mending import TwoPlaces, compare_others

_log = structlog.get_logger(__name__)

SLICE_SECONDS = 0.2
"""A worker looks for its next job this often while it checks; one document is finished in any case."""
PAUSE_SECONDS = 30.0
"""Between two looks for something to check, where there was nothing, or where another worker checks."""
LONGEST_ROUND = timedelta(days=1)
"""A round that goes on for longer is kept as a result, and the next one goes on where it was."""
_TAKEN_TOGETHER = 50
_BY_ITSELF = "schedule"
_WORST = (FindingKind.ROLLED_BACK, FindingKind.MISSING, FindingKind.DAMAGED, FindingKind.UNLOGGED, FindingKind.DIFFERS)


def audit_now(service: ArchiveService, sample: int | None = None, *, days: int = 0, repair: bool = False) -> AuditReport:
    """Walk the whole archive, note what was found of each document, and keep the result; `days` is what `verified` counts, 0 for all.

    An archive that takes no writes is audited all the same; then the result is only told.
    """
    began_at = service.clock()
    report = service.audit(sample, repair=repair)
    ended_at = service.clock()
    checks = Checks(service.catalogue)
    _tell_lists(service, report.findings)
    if sample is None:
        checks.note_all(_damaged(report.findings), began_at, ended_at)
    else:
        checks.note([Checked(document, kind) for document, kind in _damaged(report.findings).items()], ended_at)
    stands = checks.standing(_since(ended_at, days))
    result = AuditResult(
        way=AuditWay.WALK,
        began_at=began_at,
        ended_at=ended_at,
        by=actor(),
        documents=report.documents,
        verified=stands.verified,
        checked=report.documents,
        hashed_objects=report.hashed_objects,
        hashed_bytes=report.hashed_bytes,
        findings=report.findings[:MOST_FINDINGS],
        findings_in_all=len(report.findings),
        log_head=_log_head(service),
    )
    try:
        keep(service, result)
    except StoreUnavailable as error:
        _log.warning("the result of the audit could not be kept", reason=error.message)
    return report


def drill_now(service: ArchiveService, sample: int = DRAWN, by: str | None = None) -> AuditResult:
    """Restore so many random documents on trial (see `drilling`) and keep the result, unless the archive takes no writes."""
    result = replace(drill(service, sample, by or actor()), log_head=_log_head(service))
    try:
        keep(service, result)
    except StoreUnavailable as error:
        _log.warning("the result of the drill could not be kept", reason=error.message)
    return result


def keep(service: ArchiveService, result: AuditResult) -> None:
    """Keep a result in the archive, then note it in the catalogue; raise StoreUnavailable."""
    keep_result(service.archive.store, result)
    Checks(service.catalogue).note_result(result)


def last_checks(service: ArchiveService) -> LastChecks:
    """What the last audits and drills said; asked of the archive where the catalogue was made anew and knows of none."""
    checks = Checks(service.catalogue)
    last = checks.last()
    if last.audit is not None:
        return last
    for ways in ((AuditWay.WALK, AuditWay.ROUND), (AuditWay.DRILL,)):
        found = newest_result(service.archive.store, ways)
        if found is not None:
            checks.note_result(found)
    return checks.last()


def standing(service: ArchiveService, settings: Settings) -> Standing:
    """How the archive stands by the checks of the last `audit_days` days."""
    return Checks(service.catalogue).standing(_since(service.clock(), settings.audit_days))


@dataclass(slots=True)
class Watch:
    """The checks of one worker; `holder` names it. `seconds` is a clock that never goes back, for pauses and shares of time."""

    service: ArchiveService
    settings: Settings
    holder: str
    seconds: Callable[[], float] = time.monotonic
    _due_at: float = field(init=False)
    _knows_last: bool = field(default=False, init=False)
    _has_round: bool = field(default=False, init=False)
    _others: Iterator[tuple[AuditFinding, ...]] | None = field(default=None, init=False)
    """Where the comparison stands of what belongs to no document, in a mirrored archive; None when it is through."""

    def __post_init__(self) -> None:
        self._due_at = self.seconds() + PAUSE_SECONDS

    def turn(self) -> None:
        """Check a little when it is time for it. A catalogue or store that is away now is asked again later."""
        began = self.seconds()
        if self.settings.audit_days == 0 or began < self._due_at:
            return
        try:
            is_busy = self._slice(began)
        except PiaogenError as error:
            if not error.retryable:
                raise
            _log.warning("a check was put off", code=error.code, reason=error.message)
            is_busy = False
        ended = self.seconds()
        rest = (ended - began) * (100 / self.settings.audit_share - 1)
        self._due_at = ended + (rest if is_busy else PAUSE_SECONDS)

    def _slice(self, began: float) -> bool:
        """Check documents for a moment; False when there was nothing to do."""
        checks, now = Checks(self.service.catalogue), self.service.clock()
        if not checks.take_turn(self.holder, now):
            return False
        if not self._knows_last:
            last_checks(self.service)
            self._knows_last = True
        due = checks.due(_since(now, self.settings.audit_days), now, _TAKEN_TOGETHER)
        so_far = checks.round()
        is_through = not due and self._others is None
        if so_far is not None and (is_through or now - so_far.began_at > LONGEST_ROUND or so_far.began_at > now):
            self._end_round(checks, so_far, now)
            so_far, self._has_round = None, False
        if is_through:
            self._drill(checks.last().drill, now)
            return False
        so_far = so_far or _new_round(now)
        store = self.service.archive.store
        if not self._has_round and self._others is None and isinstance(store, TwoPlaces):
            self._others = compare_others(store)
        self._has_round = True
        done: list[Checked] = []
        for remembered in due:
            checked, so_far = self._check(remembered, so_far)
            done.append(checked)
            if self.seconds() - began > SLICE_SECONDS:
                break
        while self._others is not None:
            so_far = self._compare(self._others, so_far)
            if self.seconds() - began > SLICE_SECONDS:
                break
        checks.note(done, now)
        checks.note_round(so_far)
        return True

    def _compare(self, others: Iterator[tuple[AuditFinding, ...]], so_far: AuditResult) -> AuditResult:
        """Compare one object that belongs to no document in both places; of a place that does not answer the next round asks again."""
        try:
            met = next(others, None)
        except StoreUnavailable as error:
            _log.warning("the two places could not be compared", reason=error.message)
            met = None
        if met is None:
            self._others = None
            return so_far
        return _with(so_far, _wrong(met))

    def _drill(self, last: AuditResult | None, now: datetime) -> None:
        """Have the restore drill done when it is time for it. One that a clock which was ahead dates in the future was long ago."""
        pause = timedelta(days=self.settings.drill_days)
        if not pause or (last is not None and now - pause < last.ended_at <= now):
            return
        result = drill_now(self.service, by=_BY_ITSELF)
        if not result.sound:
            _log.error("a restore drill found differences", findings=result.findings_in_all, first=result.findings[0].key)

    def _check(self, remembered: Remembered, so_far: AuditResult) -> tuple[Checked, AuditResult]:
        met: list[AuditFinding] = []
        each = DocumentAudit(self.service.archive.store, met.append)
        found = each.whole(remembered)
        named = {(finding.kind, finding.key) for finding in met}
        differ = differences_of_places(self.service, remembered)
        met.extend(finding for finding in differ if (finding.kind, finding.key) not in named)
        wrong = _wrong(met)
        if met:
            _tell_lists(self.service, met)
        so_far = replace(
            _with(so_far, wrong),
            checked=so_far.checked + 1,
            hashed_objects=so_far.hashed_objects + each.hashed_objects,
            hashed_bytes=so_far.hashed_bytes + each.hashed_bytes,
        )
        damage = _damaged(wrong).get(remembered.document)
        return Checked(remembered.document, damage, found.version, found.manifest), so_far

    def _end_round(self, checks: Checks, so_far: AuditResult, now: datetime) -> None:
        stands = checks.standing(_since(now, self.settings.audit_days))
        ended = replace(so_far, ended_at=now, documents=stands.documents, verified=stands.verified, log_head=_log_head(self.service))
        keep(self.service, ended)
        checks.note_round(None)


def _new_round(now: datetime) -> AuditResult:
    return AuditResult(AuditWay.ROUND, now, now, _BY_ITSELF, 0, 0, 0, 0, 0, (), 0)


def _wrong(met: Iterable[AuditFinding]) -> tuple[AuditFinding, ...]:
    """What is wrong of what was met, which the log of the service tells at once."""
    wrong = tuple(finding for finding in met if not finding.kind.is_note)
    if wrong:
        _log.error("a check found damage", document=str(wrong[0].document), key=wrong[0].key, kind=wrong[0].kind.value)
    return wrong


def _with(so_far: AuditResult, wrong: tuple[AuditFinding, ...]) -> AuditResult:
    findings = (*so_far.findings, *wrong)[:MOST_FINDINGS]
    return replace(so_far, findings=findings, findings_in_all=so_far.findings_in_all + len(wrong))


def _since(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days) if days else datetime(1970, 1, 2, tzinfo=UTC)


def _damaged(findings: Iterable[AuditFinding]) -> dict[Digest, FindingKind]:
    """The worst that was found of each document."""
    worst: dict[Digest, FindingKind] = {}
    for finding in findings:
        if finding.document is None:
            continue
        before = worst.get(finding.document, finding.kind)
        worst[finding.document] = min(before, finding.kind, key=_WORST.index)
    return worst


def _tell_lists(service: ArchiveService, met: Iterable[AuditFinding]) -> None:
    """Have the index look again at documents of which something was met: a damaged reading is listed for review, a new version found."""
    for document in {finding.document for finding in met if finding.document is not None}:
        service.index.look_again(document)


def _log_head(service: ArchiveService) -> str | None:
    head = service.activity.known_head()
    return None if head is None else str(head)
