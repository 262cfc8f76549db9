"""What happened, told: entries of the activity log and notes of the catalogue become messages to the endpoints that may hear of them.

Nothing is told from memory: whatever process is killed, the log and the notes are there, and the same happening becomes the same message.
An endpoint of a department is told what a person of that department would see, asked of the catalogue as that person.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog

from models.access import EVERYTHING, Visibility
from models.activity import Action
from models.archive import DocumentState
from models.digest import Digest
from models.errors import IntegrityViolated, NotFound
from models.verification import Verdict
from models.webhooks import Endpoint, Event
from ocr_service.activity import GRACE
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses
from ocr_service.reconciling import TAKEN_IN
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.webhooks import told
from storage.catalogue.happenings import ANNOUNCED, AUDITED, READ
from storage.catalogue.log_index import Logged
from storage.catalogue.loss_rows import LOSSES, case_of
from storage.catalogue.reconciliation_lines import PREFIX as RECONCILIATIONS
from storage.catalogue.webhooks import Announced, Message, Note, WebhookOutbox
from storage.histories import Histories
from storage.sound_readings import version as version_of

_log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=3)
"""How far back the log is told where nobody knows what was told: a lost catalogue repeats so much, under the same ids."""
LOOK_EVERY = timedelta(minutes=1)
"""How often terms are looked at."""
HEAL_EVERY = timedelta(hours=1)
"""How often records are looked for of which the log says nothing: every name in the archive is listed for it."""
KEPT = timedelta(days=30)
"""How long messages are kept that were delivered or given up."""
_TOGETHER = 500

_UPLOADS = {
    Action.UPLOAD_ACCEPTED: Event.UPLOAD_RECEIVED,
    Action.DOCUMENT_FOUND: Event.UPLOAD_RECEIVED,
    Action.UPLOAD_DUPLICATE: Event.UPLOAD_DUPLICATE,
    Action.UPLOAD_REFUSED: Event.UPLOAD_REFUSED,
}
_SAID = {
    Action.INVOICE_CORRECTED: Event.INVOICE_CORRECTED,
    Action.INVOICE_CONFIRMED: Event.INVOICE_CONFIRMED,
    Action.INVOICE_OVERRIDDEN: Event.INVOICE_OVERRIDDEN,
    Action.INVOICE_WITHDRAWN: Event.INVOICE_WITHDRAWN,
    Action.INVOICE_RESTORED: Event.INVOICE_RESTORED,
}
_RECORDS = frozenset({Action.RECORD_CHANGED, Action.RECORD_FOUND})
_NAMED = ("file_name", "batch", "source", "size", "code")
"""What of an upload's entry is told."""
_INVOICE = re.compile(r"[0-9a-f]{20}-[0-9]+")
_SETTLED = frozenset({Verdict.ACCEPTED, Verdict.CONFIRMED})


class Told(NamedTuple):
    """An event with the key of its happening, its time, and what is said of it."""

    event: Event
    key: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(slots=True)
class Telling:
    """Works out what each endpoint is told. Every method may raise StoreUnavailable and CatalogueUnavailable: nothing is lost by that."""

    service: ArchiveService
    settings: Settings
    outbox: WebhookOutbox
    _seen: dict[str | None, ArchiveService] = field(default_factory=dict)
    _healed_at: datetime | None = None

    def tell(self, endpoints: Iterable[Endpoint]) -> int:
        """Make messages of all that happened since the last time; returns how many there were, at most."""
        hearing = [endpoint for endpoint in endpoints if endpoint.enabled]
        if not hearing:
            self.outbox.rest()
            return 0
        self.service.activity.catch_up()
        count = 0
        while many := self._tell_log(hearing):
            count += many
        count += self._tell_notes(hearing)
        if self.outbox.turn_to_look(LOOK_EVERY):
            self._heal()
            count += self._tell_terms(hearing)
            self.outbox.forget(self.service.clock() - KEPT, except_for=[Event.LOSS_STEP_OVERDUE])
        return count

    def _heal(self) -> None:
        """Have the log tell of records that a crash kept from it: nobody else asks before an audit does."""
        now = self.service.clock()
        if self._healed_at is None or not timedelta() <= now - self._healed_at < HEAL_EVERY:
            RecordKeeper.over(self.service).heal()
            self._healed_at = now

    def _tell_log(self, endpoints: list[Endpoint]) -> int:
        """Take in the next entries of the log; returns how many, 0 at its end."""
        place = self.outbox.cursor()
        if place is None:
            since = max(min(endpoint.made_at for endpoint in endpoints), self.service.clock() - LOOK_BACK)
            place = self.outbox.begin(since)
        entries = self.outbox.entries_after(place, _TOGETHER)
        if not entries:
            return 0
        messages: list[Message] = []
        announced: list[Announced] = []
        for logged in entries:
            action = logged.entry.action
            if action in _SAID:
                details = {**logged.entry.details, "action": str(action)}
                announced.append(Announced(_key(logged), logged.entry.subject, details, logged.entry.at))
            for endpoint in endpoints:
                messages += self._messages(endpoint, self._of_entry(endpoint, logged))
        last = entries[-1]
        self.outbox.take_in(place, (last.block.number, last.place), messages, announced)
        return len(entries)

    def _tell_notes(self, endpoints: list[Endpoint]) -> int:
        """Turn notes into messages; one about a version that is not there yet waits."""
        messages: list[Message] = []
        settled: list[int] = []
        for note in self.outbox.notes(_TOGETHER):
            if note.kind == ANNOUNCED and not self._is_over(note):
                continue
            settled.append(note.id)
            for endpoint in endpoints:
                messages += self._messages(endpoint, self._of_note(endpoint, note))
        if settled:
            self.outbox.settle(settled, messages)
        return len(messages)

    def _tell_terms(self, endpoints: list[Endpoint]) -> int:
        """Tell of steps of loss cases whose term is over; what was told has its message already."""
        messages: list[Message] = []
        for endpoint in endpoints:
            losses = Losses(self._as(endpoint), rules_at(self.settings.loss_rules))
            found = []
            for late in losses.overdue():
                data = {"case": late.case, "step": late.step.value, "due": late.due.isoformat()}
                key = f"{late.case} {late.step.value} {late.due}"
                found.append(Told(Event.LOSS_STEP_OVERDUE, key, self.service.clock(), data))
            messages += self._messages(endpoint, found)
        if messages:
            self.outbox.settle((), messages)
        return len(messages)

    def _messages(self, endpoint: Endpoint, found: Iterable[Told]) -> Iterator[Message]:
        for one in found:
            if endpoint.hears(one.event) and one.at >= endpoint.made_at:
                yield told(endpoint, one.event, one.key, one.at, one.data, self.service.clock())

    def _of_entry(self, endpoint: Endpoint, logged: Logged) -> Iterator[Told]:
        entry = logged.entry
        if entry.at < endpoint.made_at:
            return
        if entry.action in _UPLOADS and self._is_told_of_upload(endpoint, logged):
            data: dict[str, Any] = {name: entry.details[name] for name in _NAMED if name in entry.details}
            if entry.action != Action.UPLOAD_REFUSED:
                data["document"] = entry.subject
            else:
                data["file_name"] = entry.subject
            yield Told(_UPLOADS[Action(entry.action)], _key(logged), entry.at, data)
        if entry.action in _RECORDS:
            yield from self._of_record(endpoint, logged)

    def _is_told_of_upload(self, endpoint: Endpoint, logged: Logged) -> bool:
        """Whether the file came in for the endpoint's department; an entry that was written later, after a crash, does not say it."""
        if endpoint.department is None:
            return True
        if logged.entry.action != Action.DOCUMENT_FOUND:
            return logged.entry.details.get("department") == endpoint.department
        return self._came_in(endpoint, logged.entry.subject) is not None

    def _of_record(self, endpoint: Endpoint, logged: Logged) -> Iterator[Told]:
        """What a version of a loss case or a reconciliation means."""
        subject, number, at = logged.entry.subject, logged.entry.details.get("version"), logged.entry.at
        is_case = subject.startswith(LOSSES)
        if not isinstance(number, int) or not (is_case or subject.startswith(RECONCILIATIONS)):
            return
        try:
            version = Histories(self.service.archive.store).version(subject, number)
            if not _sees(endpoint).shows(version.department):
                return
            key = f"{subject} {number}"
            if is_case:
                case = case_of(version)
                data = {"case": case.id}
                if number == 1:
                    yield Told(Event.LOSS_OPENED, key, at, data)
                elif not case.is_open:
                    yield Told(Event.LOSS_CLOSED, key, at, data)
            elif version.body.get("state") == TAKEN_IN:
                data = {"reconciliation": subject.removeprefix(RECONCILIATIONS)}
                yield Told(Event.RECONCILIATION_DONE, key, at, data | {"counts": version.body.get("counts")})
        except (IntegrityViolated, NotFound) as error:
            _log.warning("not told: the record cannot be read", subject=subject, code=error.code)

    def _of_note(self, endpoint: Endpoint, note: Note) -> Iterable[Told]:
        if note.kind == AUDITED:
            return [Told(Event.AUDIT_FINDING, _note_key(note), note.at, note.details)] if endpoint.department is None else []
        if note.kind == READ:
            return self._of_reading(endpoint, note)
        return self._of_said(endpoint, note)

    def _of_reading(self, endpoint: Endpoint, note: Note) -> Iterator[Told]:
        """What became of a document whose reading is over, as the endpoint's department sees it."""
        service, digest = self._as(endpoint), Digest(note.subject)
        key, at = _note_key(note), note.at
        try:
            document = service.document(digest)
            invoices = service.invoices_of(digest)
        except NotFound:
            return
        if endpoint.department is not None:
            # A later reading may be the doing of another department that handed in the same bytes: each kind of message comes once.
            if at - document.received.received_at > KEPT:
                return
            key = f"read {digest.hex}"
        data: dict[str, Any] = {"document": str(digest), "state": document.state.value}
        if not invoices or document.state is DocumentState.UNREAD:
            yield Told(Event.DOCUMENT_UNREAD, key, at, data)
            yield Told(Event.INVOICE_NEEDS_REVIEW, key, at, data)
            return
        data["invoices"] = [{"id": one.id, "kind": one.kind.value, "verdict": one.verdict.value} for one in invoices]
        yield Told(Event.INVOICE_ARCHIVED, key, at, data)
        is_open = document.state is DocumentState.NEEDS_REVIEW or any(one.verdict not in _SETTLED for one in invoices)
        if is_open:
            yield Told(Event.INVOICE_NEEDS_REVIEW, key, at, data)
        for one in invoices:
            others = [other.id for other in service.copies(one.id)]
            if others:
                yield Told(Event.INVOICE_DUPLICATE, f"{key} {one.id}", at, {"invoice": one.id, "copies": others})

    def _of_said(self, endpoint: Endpoint, note: Note) -> Iterator[Told]:
        """What somebody said of an invoice, where it stands now and was the department's when it was said."""
        came = self._came_in(endpoint, note.subject)
        if came is None or came > note.at or not self._stands(note):
            return
        data = {"invoice": note.subject, "version": note.details.get("version")}
        yield Told(_SAID[Action(str(note.details["action"]))], _note_key(note), note.at, data)

    def _is_over(self, note: Note) -> bool:
        """Whether what was announced stands by now, or will not any more: whoever announced it was killed, or another was faster."""
        return self._stands(note) or self.service.clock() - note.at > GRACE

    def _stands(self, note: Note) -> bool:
        """Whether the version that was announced is in the archive, with the very reading that was."""
        number = note.details.get("version")
        if not isinstance(number, int) or not _INVOICE.fullmatch(note.subject):
            return False
        try:
            digest, _ = self.service.catalogue.resolve(note.subject.partition("-")[0], EVERYTHING)
        except NotFound:
            return False
        manifest = version_of(self.service.archive, digest, number).manifest
        if manifest is None:
            return False
        return any(str(part.digest) == note.details.get("reading") for part in manifest.parts)

    def _came_in(self, endpoint: Endpoint, subject: str) -> datetime | None:
        """When a document, or that of an invoice, came in for the endpoint's department; None where it did not."""
        service = self._as(endpoint)
        try:
            name = subject.partition("-")[0] if _INVOICE.fullmatch(subject) else subject
            digest, _ = service.catalogue.resolve(name, service.sees)
            return service.document(digest).received.received_at
        except NotFound:
            return None

    def _as(self, endpoint: Endpoint) -> ArchiveService:
        """The service as somebody of the endpoint's department sees it."""
        if endpoint.department not in self._seen:
            self._seen[endpoint.department] = self.service.seen_by(_sees(endpoint))
        return self._seen[endpoint.department]


def _sees(endpoint: Endpoint) -> Visibility:
    return EVERYTHING if endpoint.department is None else Visibility(frozenset({endpoint.department}))


def _key(logged: Logged) -> str:
    return f"log {logged.block.number} {logged.place}"


def _note_key(note: Note) -> str:
    """The same for the same happening, however often it is noted."""
    if note.kind == ANNOUNCED:
        return f"said {note.subject} {note.details.get('version')}"
    if note.kind == READ:
        return f"read {note.subject} {note.details.get('version')}"
    return f"audited {note.subject} {note.details.get('ended_at')}"
