"""An object store that keeps every object in two places, each a whole archive of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from threading import Event, Lock, Thread
from typing import TypeVar

import structlog

from models.digest import Digest
from models.errors import (
    DamagedRecord,
    IntegrityViolated,
    InvalidSetting,
    ObjectConflict,
    ObjectNotFound,
    PiaogenError,
    StoreUnavailable,
)
from storage import archive_layout as layout
from storage.circuit_breaker import CircuitBreaker
from storage.mirror_outbox import MirrorLag, MirrorOutbox, Waiting
from storage.object_store import Mendable, ObjectStore, Purge, StoredObject, keep, require_digest, validate_key
from storage.soundness import problem_with
from storage.two_listings import lacking

_log = structlog.get_logger(__name__)

_Answer = TypeVar("_Answer")
_NO_ANSWER = (ObjectNotFound, StoreUnavailable, IntegrityViolated)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries to catch up: doubled while the mirror does not answer."""
_UNDER_WAY_SECONDS = 3600.0
"""An object that stands in the outbox and not in the first place may still be on its way there; none is for so long."""


class MirroredStore:
    """The first place decides: of two who put different bytes the one wins that wins there. The second is made to follow it.

    An object is acknowledged when both places have it, and an outage of either refuses writes. With `later` it is acknowledged when
    the first has it. The outbox is told beforehand, so that it names what only one place has, whatever crash happens; `catch_up`
    copies that, and with `follow` a thread does so. Reads ask the first place and, where it has no readable object, the second; a place
    that is down is not asked by every read (see `CircuitBreaker`). Every write asks the first, as it must: it decides.
    """

    def __init__(
        self,
        first: ObjectStore,
        second: ObjectStore,
        outbox: MirrorOutbox,
        *,
        later: bool = False,
        follow: bool = False,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._second = second
        self._outbox = outbox
        self._later = later
        self._first_circuit = CircuitBreaker("first", seconds)
        self._second_circuit = CircuitBreaker("mirror", seconds)
        self._joined = False
        self._follower = _Follower(self) if follow else None

    @property
    def first(self) -> ObjectStore:
        """The place that decides."""
        return self._first

    @property
    def second(self) -> ObjectStore:
        """The place that follows."""
        return self._second

    def prepare(self) -> None:
        """Make both places and see that they are of one archive; a new second place is given marker and id of the first.

        Raises:
            InvalidSetting: the second place holds another archive or something else, or the first place is empty while the second is not.
        """
        self.first.prepare()
        try:
            self.second.prepare()
            self._join()
        except StoreUnavailable:
            if not self._later:
                raise
        self._wake()

    def put(self, key: str, data: bytes, expected: Digest) -> bool:
        """Keep the bytes in the first place, then in the second or in the list of what it lacks; see ObjectStore."""
        validate_key(key)
        require_digest(key, data, expected)
        self._outbox.add([key])
        try:
            new = keep(self.first, key, data, expected)
        except ObjectConflict:
            # Whoever wins elsewhere is heard only when both places have it: the winner may have been killed before the second.
            if not self._later:
                with suppress(IntegrityViolated):
                    self._bring(key)
            raise
        # What was written must be found by the next read, also where the second place does not have it yet.
        self._first_circuit.answered()
        if self._later:
            self._wake()
            return new
        self._put_second(key, data, expected)
        self._outbox.remove([key])
        return new

    def get(self, key: str) -> bytes:
        """The bytes from the first place, or from the second where the first cannot give any; see ObjectStore."""
        return self._ask(key, lambda place: place.get(key))

    def part(self, key: str, start: int, length: int) -> bytes:
        """A part from the first place, or from the second; see ObjectStore."""
        return self._ask(key, lambda place: place.part(key, start, length))

    def copies(self, ask: Callable[[ObjectStore], _Answer]) -> Iterator[_Answer]:
        """What each place answers, the first place first; see Copies."""
        for place in (self.first, self.second):
            with suppress(*_NO_ANSWER):
                yield ask(place)

    def stat(self, key: str) -> StoredObject:
        """Size in the first place, or in the second where the first does not have it; see ObjectStore."""
        return self._ask(key, lambda place: place.stat(key))

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """What the first place lists, or the second where the first does not answer; see ObjectStore.

        What only one place has is no part of it: an audit with `--repair` compares them.
        """
        found = self.first.list(prefix)
        try:
            with self._first_circuit.call():
                begun = next(found, None)
        except StoreUnavailable:
            found = self.second.list(prefix)
            begun = next(found, None)
        return iter(()) if begun is None else chain([begun], found)

    def check_writable(self) -> None:
        """Ask the places that must have an object before it is acknowledged; see ObjectStore."""
        self.first.check_writable()
        if not self._later:
            self.second.check_writable()

    def set_aside(self, key: str) -> None:
        """Take the object out of the way in both places; see Mendable."""
        for place in (self.first, self.second):
            if isinstance(place, Mendable):
                place.set_aside(key)

    def purge(self, key: str) -> None:
        """Remove the object from both places; see Purge."""
        for place in (self.first, self.second):
            if not isinstance(place, Purge):
                raise InvalidSetting("a place of this archive cannot remove anything: nothing can be destroyed")
            place.purge(key)
        self._outbox.remove([key])

    @property
    def lag(self) -> MirrorLag:
        """How far the second place is behind. Without `later` nothing that was acknowledged is."""
        return self._outbox.lag()

    def is_under_way(self, key: str) -> bool:
        """Whether the second place is still to be given this object: that it lacks it is no damage."""
        return self._outbox.lists(key)

    def catch_up(self) -> int:
        """Copy what the second place lacks, in an order that keeps it a sound archive; how many objects were copied.

        What cannot be copied, since the first place cannot read it or the second has other bytes, stays in the outbox and is passed over.

        Raises:
            StoreUnavailable: a place does not answer; the rest stays in the outbox.
        """
        if not self._joined:
            self.second.prepare()
            self._join()
        if not self._outbox.is_compared():
            for missing in lacking(self.first, self.second):
                self._outbox.add(missing)
            self._outbox.note_compared()
        copied, last = 0, None
        while waiting := self._outbox.waiting(last):
            last = waiting[-1]
            done = [each.key for each in waiting if self._carry(each)]
            self._outbox.remove(done)
            copied += len(done)
        return copied

    def _carry(self, waiting: Waiting) -> bool:
        """Copy one object; whether it need not wait any longer."""
        try:
            self._bring(waiting.key)
        except ObjectNotFound:
            return waiting.seconds > _UNDER_WAY_SECONDS
        except IntegrityViolated as error:
            _log.warning("cannot be mirrored", key=waiting.key, reason=error.message)
            return False
        return True

    def _bring(self, key: str) -> None:
        """Copy what stands in the first place to the second; what is damaged does not spread."""
        content = self.first.get(key)
        problem = problem_with(key, content)
        if problem is not None:
            raise DamagedRecord(f"{key} is damaged in the archive's first place: {problem}; run `piaogen audit --repair`", key=key)
        self._put_second(key, content, Digest.of(content))

    def _put_second(self, key: str, data: bytes, expected: Digest) -> None:
        try:
            keep(self.second, key, data, expected)
        except ObjectConflict as error:
            raise ObjectConflict(
                f"the mirror holds other bytes for {key} than the archive; both were left as they are: run `piaogen audit --repair`",
                key=key,
            ) from error

    def _ask(self, key: str, ask: Callable[[ObjectStore], _Answer]) -> _Answer:
        """What the first place answers, or the second where the first has no answer."""
        try:
            with self._first_circuit.call():
                return ask(self.first)
        except _NO_ANSWER as error:
            failure = error
        try:
            with self._second_circuit.call():
                found = ask(self.second)
        except _NO_ANSWER as other:
            raise self._answer(failure, other) from None
        _log.warning("read from the mirror", key=key, reason=failure.code)
        return found

    def _answer(self, first: PiaogenError, second: PiaogenError) -> PiaogenError:
        """Which of two failures is told: "not found" is never said while a place that must have everything has not been heard."""
        if isinstance(first, ObjectNotFound) and not isinstance(second, ObjectNotFound) and not self._later:
            return second
        return first

    def _wake(self) -> None:
        if self._follower is not None:
            self._follower.wake()

    def _join(self) -> None:
        """Both places are one archive after this, or it raises."""
        if self._joined:
            return
        first, second = (_read(place, layout.MARKER_KEY) for place in (self.first, self.second))
        if first is None and second is None:
            return  # no archive yet: its first writes go to both
        if first is None:
            raise InvalidSetting(
                "the archive's first place is empty and its mirror is not: is its disk mounted? To fill a new one, run "
                "`piaogen copy MIRROR FIRST`"
            )
        if second is None:
            self._require_new_mirror()
        identities = {_read(place, layout.IDENTITY_KEY) for place in (self.first, self.second)} - {None}
        if len(identities) > 1:
            raise InvalidSetting("PIAOGEN_MIRROR is another archive's: name an empty place, or the copy of this archive")
        for key in (layout.MARKER_KEY, layout.IDENTITY_KEY):
            with suppress(ObjectNotFound):
                self._bring(key)
        self._joined = True

    def _require_new_mirror(self) -> None:
        """With `later` an empty second place is filled by and by; without, it must not look like a copy that it is not."""
        if any(not layout.is_litter_key(found.key) for found in self.second.list()):
            raise InvalidSetting("PIAOGEN_MIRROR holds something else than this archive: name an empty place, or the copy of this archive")
        if self._later:
            self._outbox.begin_anew()
        elif next(self.first.list(layout.DOCUMENTS), None) is not None:
            raise InvalidSetting(
                "PIAOGEN_MIRROR is empty and the archive is not: is its disk mounted? To fill a new one: `piaogen copy MIRROR`"
            )


def _read(place: ObjectStore, key: str) -> bytes | None:
    try:
        return place.get(key)
    except ObjectNotFound:
        return None


class _Follower:
    """A thread that catches up whenever something was written, and again and again while the mirror does not answer."""

    def __init__(self, store: MirroredStore) -> None:
        self._store = store
        self._woken = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """There is something to copy."""
        self._woken.set()
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="mirror", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            self._woken.clear()
            try:
                self._store.catch_up()
                pause = _SHORTEST_PAUSE
                self._woken.wait(_LONGEST_PAUSE)
            except PiaogenError as error:
                _log.warning("the mirror is behind", reason=error.message, again_in_seconds=pause)
                Event().wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
