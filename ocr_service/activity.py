"""What people and programs do with the archive, noted in its log before it counts as done."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

import structlog

from models.activity import ARCHIVE, Action, LogEntry, LogHead
from models.archive import Received
from models.digest import Digest
from models.errors import DamagedRecord, DigestMismatch, ObjectNotFound, RefusedInput, StoreUnavailable
from ocr_service.acting import actor
from storage.activity_log import EMPTY, ActivityLog
from storage.catalogue.log_index import Logged, LogIndex, Position

_log = structlog.get_logger(__name__)

ITSELF = "piaogen"
"""The actor of what the service finds or does by itself."""
SEEN_MINUTES = 10
"""One entry covers what the same actor sees of one document in so many minutes: a page with twenty pieces of it is one look."""
GRACE = timedelta(minutes=5)
"""A document that came in later than this may still get its entry from the process that took it in; a store is waited for half a minute."""
_TAKEN_IN_TOGETHER = 500
_FOUND_TOGETHER = 500
_TRIES = 5


class Recorder(Protocol):
    """Notes what somebody does. The actor is the one of `acting`."""

    def record(self, action: str, subject: str, **details: str | int) -> object:
        """Note it durably; raise StoreUnavailable when that cannot be done: the action must then not be done either."""


@dataclass(slots=True)
class Activity:
    """The log as the use cases see it; to be shared between threads.

    Every method may raise StoreUnavailable and DamagedRecord: then the entry is not written, as far as anybody knows.
    """

    log: ActivityLog
    index: LogIndex
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _seen: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, action: str, subject: str, **details: str | int) -> LogHead:
        """Note what the present actor does; durable when this returns."""
        return self.log.append(self._entry(action, subject, details))

    def record_all(self, action: str, subjects: Iterable[str], **details: str | int) -> None:
        """Note what the present actor does to each of some hundred subjects, all or nothing; durable when this returns."""
        self.log.begin([self._entry(action, subject, details) for subject in subjects]).result()

    def begin_upload(self, received: Received, *, is_new: bool, source: str, batch: str | None) -> "Future[LogHead | None]":
        """Note a file that came in, in the background; it may be acknowledged once the result is there.

        It is in the archive already: when the log cannot be written, its entry is owed and comes later.
        """
        document = received.document
        action = Action.UPLOAD_ACCEPTED if is_new else Action.UPLOAD_DUPLICATE
        details: dict[str, str | int] = {"file_name": document.file_name, "size": document.size, "source": source}
        if batch is not None:
            details["batch"] = batch
        if received.department is not None:
            details["department"] = received.department
        return self.log.begin([self._entry(action, str(document.digest), details)], is_owed=is_new)

    def refuse_upload(self, name: str, error: RefusedInput, *, size: int, source: str, department: str | None) -> None:
        """Note a file that was not taken; durable when this returns."""
        details: dict[str, str | int] = {"code": error.code, "size": size, "source": source}
        if department is not None:
            details["department"] = department
        self.record(Action.UPLOAD_REFUSED, name, **details)

    def seen(self, document: Digest, action: Action = Action.ORIGINAL_VIEWED) -> None:
        """Note that the present actor is shown something of an original, unless an entry of the last minutes covers it."""
        who, now = (actor(), str(action), str(document)), self.clock()
        covered = timedelta(minutes=SEEN_MINUTES)
        with self._lock:
            last = self._seen.get(who)
        if last is not None and timedelta() <= now - last < covered:
            return
        self.record(action, str(document))
        with self._lock:
            self._seen = {key: at for key, at in self._seen.items() if now - at < covered}
            self._seen[who] = now

    def catch_up(self) -> LogHead:
        """Index what the log holds by now; returns how far it is indexed.

        Raises:
            DigestMismatch: the block up to which it was indexed is gone or another; nothing was changed.
        """
        position = self.index.position()
        if position is not None:
            self._require(position)
        blocks = self.log.after(None if position is None else position.name)
        while together := list(islice(blocks, _TAKEN_IN_TOGETHER)):
            if not self.index.take_in(together):
                return self.catch_up()
        position = self.index.position()
        return EMPTY if position is None else position.head

    def heal(self) -> int:
        """Give every document without an entry one that says so; returns how many there were.

        A crash between record and entry leaves such documents, an archive from before the log, and whoever slips one in.
        """
        healed = 0
        for _ in range(_TRIES):
            head = self.catch_up()
            missing = self.index.unlogged(self.clock() - GRACE, _FOUND_TOGETHER)
            if not missing:
                break
            entries = [self._found(received) for received in missing]
            # Of two processes that find the same documents one writes them down; the other looks again.
            if self.log.begin(entries, only_after=head).result() is not None:
                healed += len(entries)
                _log.warning("documents without an entry in the log", found=len(entries))
        return healed

    def heal_if_possible(self) -> None:
        """`heal` at a start, which must not fail for it: a place that takes no writes, and a damaged log, are told where they matter."""
        try:
            while self.heal():
                pass
        except StoreUnavailable as error:
            _log.info("log not written", reason=error.message)
        except (DamagedRecord, DigestMismatch) as error:
            _log.error("the activity log is damaged", reason=error.message)

    def remembered(self) -> LogHead | None:
        """The head that the index remembers: what the log had then it must still have."""
        position = self.index.position()
        return None if position is None else position.head

    def known_head(self) -> LogHead | None:
        """The head, or None where there is none or it cannot be read; for those who only tell it."""
        try:
            return self.log.head()
        except DamagedRecord:
            return None

    def of_document(self, document: Digest) -> tuple[Logged, ...]:
        """Every entry about a document and its invoices, oldest first."""
        self.catch_up()
        return self.index.of_document(document)

    def note(self, action: Action, **details: str | int) -> LogHead | None:
        """Note something about the archive itself that is done even where nothing can be written, such as an audit of a disk without
        write access; None when that was so."""
        with suppress(StoreUnavailable):
            return self.record(action, ARCHIVE, **details)
        return None

    def _require(self, position: Position) -> None:
        standing = None
        with suppress(ObjectNotFound):
            standing = self.log.read(position.name).digest
        if standing != position.digest:
            raise DigestMismatch(
                f"{position.name.key} of the activity log is gone or not the one that the index knows: run `piaogen audit --log`, and "
                "restore the log from a backup of the archive",
                key=position.name.key,
            )

    def _entry(self, action: str, subject: str, details: dict[str, str | int]) -> LogEntry:
        return LogEntry(self.clock(), actor(), action, subject, details)

    def _found(self, received: Received) -> LogEntry:
        details = {"file_name": received.document.file_name, "received_at": received.received_at.isoformat(), "source": received.source}
        return LogEntry(self.clock(), ITSELF, Action.DOCUMENT_FOUND, str(received.document.digest), details)
