"""A few child processes that open files: lent out one job at a time, killed when they overstay, replaced when they end or wear out."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

import ocr_service
from models.errors import Busy, CannotBeOpened, OutOfResources, Unavailable
from ocr_service.decoding import limits
from ocr_service.decoding.frames import BrokenFrame, Head, receive, send

_log = structlog.get_logger(__name__)

_READY_SECONDS = 60.0
"""To load its libraries a child needs one second, on a machine at rest."""
PATIENCE_SECONDS = 60.0
"""How long a job waits for a child before its sender is told to come back."""
RETRY_AFTER = 5
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "XDG_CACHE_HOME")
"""What of the environment a child sees: no setting, and so no key of a store."""
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class Child:
    """One process, and the socket between it and us; used by one thread at a time."""

    def __init__(self) -> None:
        """Start it; it gets ready while nobody waits.

        Raises:
            OutOfResources: the machine gives no more processes or sockets.
        """
        self.jobs = 0
        self._ready = False
        try:
            self._connection, theirs = socket.socketpair()
            # Nothing is ever said on the life line: it is cut when this process ends, however that happens.
            self._life_line, their_line = socket.socketpair()
            with theirs, their_line:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "ocr_service.decoding.child", str(theirs.fileno()), str(their_line.fileno())],
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno(), their_line.fileno()],
                    # Whoever interrupts the server lets it end its children itself.
                    start_new_session=True,
                )
        except OSError as error:
            raise OutOfResources("This machine starts no more processes just now. Nothing is wrong with the file; try again.") from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def get_ready(self) -> None:
        """Wait until it has loaded what it needs; raise Unavailable when it never does."""
        if not self._ready:
            try:
                told = receive(self._connection, 0, _READY_SECONDS)
            except BrokenFrame as error:
                told, reason = None, str(error)
            else:
                reason = "it ended"
            if told is None:
                self.kill()
                _log.error("a child that opens files did not start", reason=reason)
                raise Unavailable("What opens files does not start on this machine; the log says why.")
            self._ready = True

    def ask(self, head: Head, content: bytes | memoryview, seconds: float) -> None:
        """Begin a job; raise CannotBeOpened or OutOfResources when it ended already."""
        self.jobs += 1
        try:
            send(self._connection, head, content, seconds)
        except BrokenFrame as error:
            raise self._ended(error) from error

    def answer(self, seconds: float, most_bytes: int = 0) -> tuple[Head, bytes]:
        """Its next word on the job at hand.

        Raises:
            CannotBeOpened: it took longer, ended by itself, or talks nonsense; it is dead now.
            OutOfResources: the system killed it, which most likely lacks memory.
        """
        try:
            told = receive(self._connection, most_bytes, seconds)
        except BrokenFrame as error:
            raise self._ended(error) from error
        if told is None:
            raise self._ended(None)
        return told

    def _ended(self, reason: BrokenFrame | None) -> CannotBeOpened | OutOfResources:
        """Why there is no answer; whatever it is, the process is not to be used again."""
        code = None
        if reason is None or not isinstance(reason.__cause__, TimeoutError):
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(1.0)
        self.kill()
        _log.warning("a child that opened a file was ended", exit_code=code, reason=str(reason or "it hung up"))
        if code == -signal.SIGKILL:
            return OutOfResources("What opened the file was killed by this machine, which most likely lacks memory; try again.")
        took_long = code is None or code == -signal.SIGXCPU
        told = "takes longer to open than any invoice" if took_long else "breaks the program that opens it"
        return CannotBeOpened(f"The file {told}. Scan the paper, or save it as a picture or PDF anew, and send that.")

    def is_worn_out(self) -> bool:
        """Whether it should be replaced before the next job."""
        return self.jobs >= limits.JOBS or self._resident_bytes() >= limits.RESIDENT_BYTES

    def _resident_bytes(self) -> int:
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._life_line.close()

    def interrupt(self) -> None:
        """End it at once although somebody waits for it, who then cleans up."""
        self._process.kill()


class Children:
    """At most `most` children, started when they are needed or, with `warm`, before."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._warm = self._closed = False
        self._idle: list[Child] = []
        self._lent = 0
        self._change = threading.Condition()
        self._all: set[Child] = set()
        # Whoever forgets to close it leaves no processes behind.
        weakref.finalize(self, _end, self._all)

    def warm(self) -> None:
        """Start them all, and from now on replace at once whichever ends."""
        with self._change:
            self._warm = True
            self._fill()

    def pids(self) -> tuple[int, ...]:
        """The process ids of those that wait for a job."""
        with self._change:
            return tuple(child.pid for child in self._idle)

    @contextmanager
    def lent(self) -> Iterator[Child]:
        """A child for one job. If the block ends by an exception or before the last answer, the child ends with it.

        Raises:
            Busy: all are at work and stay so.
            OutOfResources, Unavailable: none can be started, or they are closed.
        """
        child = self._ready()
        done = False
        try:
            yield child
            done = True
        finally:
            self._back(child, keep=done)

    def close(self) -> None:
        """End them all. Whoever waits for one is told to come back: what it did was not done yet."""
        with self._change:
            self._warm, self._closed = False, True
            idle, self._idle = self._idle, []
            at_work = self._all.difference(idle)
            self._change.notify_all()
        for child in idle:
            self._end(child)
        for child in at_work:
            child.interrupt()

    def _ready(self) -> Child:
        """One that can be asked at once; one that ended while it was starting says nothing about the next."""
        child = self._taken()
        for is_last_try in (False, True):
            try:
                child.get_ready()
            except Unavailable:
                self._back(child, keep=False)
                if is_last_try:
                    raise
                child = self._taken()
        return child

    def _taken(self) -> Child:
        until = time.monotonic() + PATIENCE_SECONDS
        with self._change:
            while True:
                if self._closed:
                    raise Unavailable("The service stops just now; send the file again in a moment.")
                while self._idle:
                    child = self._idle.pop()
                    if child.is_alive():
                        self._lent += 1
                        return child
                    self._end(child)
                if self._lent < self._most:
                    child = self._started()
                    self._lent += 1
                    return child
                if not self._change.wait(max(0.0, until - time.monotonic())):
                    raise Busy("other files are being opened, and take their time; send this one again later", retry_after=RETRY_AFTER)

    def _back(self, child: Child, *, keep: bool) -> None:
        if self._closed or not keep or child.is_worn_out():
            self._end(child)
        with self._change:
            self._lent -= 1
            if child in self._all:
                self._idle.append(child)
            if self._warm:
                with suppress(OutOfResources):  # the next job tries again, and says so
                    self._fill()
            self._change.notify()

    def _fill(self) -> None:
        while len(self._idle) + self._lent < self._most:
            self._idle.insert(0, self._started())

    def _started(self) -> Child:
        child = Child()
        self._all.add(child)
        return child

    def _end(self, child: Child) -> None:
        child.kill()
        self._all.discard(child)


def _end(children: set[Child]) -> None:
    for child in children:
        child.kill()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, **_ONE_THREAD, "PYTHONPATH": str(Path(ocr_service.__file__).parents[1])}
