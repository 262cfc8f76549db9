"""A watched folder: what lies still in it is archived first and moved aside then, so that nothing is lost wherever it is broken off."""

import errno
import fcntl
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from models.archive import DocumentState
from models.calendar_words import day_in_china
from models.errors import BadUsage, InvalidAccess, PiaogenError, Unavailable, UnreadablePath
from models.people import require_department
from ocr_service.decoding.unfolder import Budget
from ocr_service.files.name_encodings import decoded_name
from ocr_service.intake_paths import MAX_MEMBERS, MAX_UNFOLDED_BYTES
from ocr_service.opened import FoundFile, Upload
from ocr_service.service import ArchiveService
from ocr_service.watching.lying_still import ARCHIVED, REFUSED, Candidate, Seen, Stillness, candidates
from ocr_service.watching.moving import Replaced, make_folder, move, names_beside
from ocr_service.watching.reasons import reason_text
from ocr_service.ways_in import Delivery, TakenFile

SOURCE = "watch"
WHY = ".没有收.txt"
"""How the name of the text ends that lies beside a refused file."""
_CANNOT_LOCK = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EBADF})
"""What network shares answer that know no locks."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one file of the folder.

    `state` is `queued`, `duplicate` or `refused`; None where it stays and is looked at again, with the reason in `problem`. `files` are
    those in it where it is a zip or a mail. `moved_to` is where it lies now; None where it could not be moved, and `problem` says why.
    """

    path: Path
    state: DocumentState | None
    files: tuple[TakenFile, ...] = ()
    moved_to: Path | None = None
    problem: str = ""


@dataclass(slots=True)
class WatchedFolder:
    """One folder and what is known of it. `tell` hears what becomes of each file, and once why one stays.

    Attributes:
        folder: where files are put. What is in a folder within it comes as a batch of its own, each day another.
        still_seconds: how long a file must not have changed.
        as_departments: the folders within bear the names of departments, whose files are in them.
        department: whose the others are; None for nobody's in particular.
    """

    service: ArchiveService
    folder: Path
    tell: Callable[[Settled], None]
    still_seconds: float
    as_departments: bool = False
    department: str | None = None
    stillness: Stillness = field(init=False)
    _deliveries: dict[tuple[str, ...], Delivery] = field(default_factory=dict)
    _told: dict[Path, tuple[Seen, str]] = field(default_factory=dict)
    _left: dict[Path, Seen] = field(default_factory=dict)
    _moving: list[Candidate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stillness = Stillness(self.still_seconds)

    def look(self, *, stopped: Callable[[], bool] = lambda: False) -> None:
        """Take what lies still now, a file at a time, until `stopped`.

        Raises:
            Unavailable: the archive, or the folder itself; all that was not taken yet stays and is taken by the next look.
        """
        try:
            found = list(candidates(self.folder))
        except OSError as error:
            raise Unavailable(f"the watched folder cannot be read: {error.strerror}") from error
        there = {candidate.path for candidate in found}
        self._told = {path: told for path, told in self._told.items() if path in there}
        self._left = {path: seen for path, seen in self._left.items() if path in there}
        resting = self.stillness.at_rest(found)
        still = {candidate.path for candidate in resting}
        self._moving = [candidate for candidate in found if candidate.path not in still]
        for candidate in resting:
            if stopped():
                return
            if candidate.problem:
                self._stays(candidate, candidate.problem)
            elif self._left.get(candidate.path) != candidate.seen:
                self._take(candidate)

    def tell_what_moves(self) -> bool:
        """Tell of each file that was left because somebody writes to it still; returns whether there was one."""
        for candidate in self._moving:
            self._stays(candidate, candidate.problem or "is still being written: it is taken when it lies still")
        return bool(self._moving)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process watches the folder meanwhile; raise BadUsage where one does, or where it cannot be watched."""
        try:
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise BadUsage(f"{self.folder} cannot be watched: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _CANNOT_LOCK:
                os.close(descriptor)
                raise BadUsage(f"another `piaogen watch` looks after {self.folder} already") from error
        try:
            yield
        finally:
            os.close(descriptor)

    def _take(self, candidate: Candidate) -> None:
        try:
            files = tuple(self._taken(candidate))
        except Unavailable:
            raise
        except (Replaced, FileNotFoundError):
            # Written anew, or taken away by whoever put it there: the next look sees what there is.
            return
        except OSError as error:
            self._stays(candidate, f"cannot be opened: {error.strerror}")
            return
        except PiaogenError as error:
            self._stays(candidate, f"[{error.code}] {error.message}")
            return
        refused = [file for file in files if file.state is DocumentState.REFUSED]
        if refused:
            self._set_aside(candidate, DocumentState.REFUSED, files)
        elif any(file.state is DocumentState.QUEUED for file in files):
            self._set_aside(candidate, DocumentState.QUEUED, files)
        else:
            self._set_aside(candidate, DocumentState.DUPLICATE, files)

    def _taken(self, candidate: Candidate) -> Iterator[TakenFile]:
        """Every file that the candidate holds, archived; it itself most often. Raises Replaced where it changed meanwhile."""
        name = "/".join((*candidate.below, candidate.path.name))
        try:
            delivery = self._delivery(candidate.below)
        except InvalidAccess as error:
            why = UnreadablePath(f"lies in a folder whose name can be no department's: {error.message}")
            yield TakenFile(name, DocumentState.REFUSED, error=why)
            return
        taken = 0
        # Where the store breaks off, the child that opens files is free for others at once.
        with closing(self._found(candidate)) as opened:
            for found in opened:
                taken += 1
                yield delivery.take(found)
        if not taken:
            yield TakenFile(name, DocumentState.REFUSED, error=UnreadablePath("holds no file"))

    def _found(self, candidate: Candidate) -> Generator[FoundFile, None, None]:
        decoder, budget = self.service.decoder, Budget(MAX_MEMBERS, MAX_UNFOLDED_BYTES)
        if candidate.seen.size > decoder.max_bytes:
            yield from decoder.unfolded_path(candidate.path, budget)
            return
        yield from decoder.unfolded(Upload(_content(candidate), _called(candidate.path)), budget)

    def _delivery(self, below: tuple[str, ...]) -> Delivery:
        """The batch of a folder within, for today; raise InvalidAccess where its name should be a department's and cannot be."""
        first = below[:1]
        department = self.department
        if first and self.as_departments:
            [department] = first
            require_department(department)
        day = day_in_china(self.service.clock()).isoformat()
        if (*first, day) not in self._deliveries:
            marks = (str(self.folder.absolute()), *first, day, department or "")
            # Those of other days come no more.
            self._deliveries = {known: kept for known, kept in self._deliveries.items() if known[-1] == day}
            self._deliveries[(*first, day)] = Delivery.of(self.service, SOURCE, marks, department)
        return self._deliveries[(*first, day)]

    def _set_aside(self, candidate: Candidate, state: DocumentState, files: tuple[TakenFile, ...]) -> None:
        """Move what was archived or refused; where it cannot be moved it stays, and is not looked at again until it changes."""
        day = day_in_china(self.service.clock()).isoformat()
        home = self.folder / (REFUSED if state is DocumentState.REFUSED else ARCHIVED) / day
        target = home.joinpath(*candidate.below, candidate.path.name)
        try:
            if state is DocumentState.REFUSED:
                moved = self._refused(candidate, target, files)
            else:
                moved = move(candidate.path, candidate.seen, target)
        except Replaced:
            return
        except OSError as error:
            self._left[candidate.path] = candidate.seen
            self.tell(Settled(candidate.path, state, files, None, f"cannot be moved aside: {error.strerror}"))
            return
        self.tell(Settled(candidate.path, state, files, moved))

    def _refused(self, candidate: Candidate, target: Path, files: tuple[TakenFile, ...]) -> Path:
        """Move a refused file, and write beside it why; the text first, since a file without one would say nothing."""
        make_folder(target.parent)
        text = reason_text(_called(candidate.path), files, self.service.clock())
        # Room for the text: cut off, the names of two texts would be the same however their files are numbered.
        for place in names_beside(target, len(WHY.encode())):
            why = _text_beside(place)
            if os.path.lexists(place) or _is_of_another(why, text):
                continue
            why.write_text(text, encoding="utf-8")
            why.chmod(target.parent.stat().st_mode & 0o666)
            moved = move(candidate.path, candidate.seen, place)
            if moved != place:
                why.rename(_text_beside(moved))
            return moved
        raise AssertionError("there is always another number")

    def _stays(self, candidate: Candidate, problem: str) -> None:
        if self._told.get(candidate.path) != (candidate.seen, problem):
            self._told[candidate.path] = (candidate.seen, problem)
            self.tell(Settled(candidate.path, None, problem=problem))


def _content(candidate: Candidate) -> bytes:
    """The bytes of the very file that was seen; raise Replaced where it is another one or was written to, OSError."""
    descriptor = os.open(candidate.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(candidate.seen.size + 1)
        if Seen.of(os.fstat(descriptor)) != candidate.seen or len(content) != candidate.seen.size:
            raise Replaced
    return content


def _called(path: Path) -> str:
    """The name as people read it: what older programs put there has one in GBK, which is no text to this system."""
    return decoded_name(os.fsencode(path.name))


def _text_beside(place: Path) -> Path:
    """Where it stands why a file was refused."""
    room = place.name.encode("utf-8", "surrogateescape")[: 255 - len(WHY.encode())]
    return place.with_name(room.decode("utf-8", "surrogateescape") + WHY)


def _is_of_another(why: Path, text: str) -> bool:
    """Whether a text lies there that is not this one beside its time: this one was left by whoever was killed before the file was moved."""
    try:
        return why.read_text(encoding="utf-8").splitlines()[2:] != text.splitlines()[2:]
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
