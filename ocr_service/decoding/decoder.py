"""What a service asks of strangers' files: whether to take them, what they hold, and how they look."""

import re
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.capture import CaptureAdvice
from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.errors import Busy, EmptyFile, FileTooLarge, PiaogenError
from models.geometry import Polygon
from ocr_service.decoding import limits
from ocr_service.decoding.children import PATIENCE_SECONDS, RETRY_AFTER, Children
from ocr_service.decoding.conversation import conversation, nonsense, number_of
from ocr_service.decoding.frames import Head
from ocr_service.decoding.letters import letter_in
from ocr_service.decoding.tables import SheetRows, tables_of
from ocr_service.decoding.unfolder import Budget, Unfolder
from ocr_service.letter import Letter
from ocr_service.opened import LONGEST_SIDE, FoundFile, PagePicture, Upload, display_name

_HOLDS_NONE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II[*+]\x00|MM\x00[*+]|RIFF.{4}WEBP", re.DOTALL)
"""How pictures begin, which hold no other files; what any other file is, a child finds out."""
_LONGEST_SIDE = 1_000_000
"""Pixels."""
MOST_LOOKERS = 16
"""Who look at a page at a time: each of them holds a thread of its caller while it waits."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An accepted file; `advice` says how it could be photographed better, which is known a moment later."""

    scan: Scan
    advice: Callable[[], tuple[CaptureAdvice, ...]]


@dataclass(slots=True)
class Decoder:
    """Opens files in children of its own, `count` of them; safe to share between threads.

    Each method raises, beside what it says itself: CannotBeOpened where a file takes more time or memory than any invoice does, or breaks
    the child; OutOfResources, Busy or Unavailable where nothing is said about the file and it may be tried again.
    """

    max_bytes: int
    max_pages: int
    count: int = 2
    children: Children = field(init=False)
    _unfolding: Children = field(init=False)
    _looking: threading.BoundedSemaphore = field(init=False)
    _lookers: threading.BoundedSemaphore = field(init=False)
    _beside: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.children = Children(self.count)
        # Lent for as long as what comes out is stored; whoever sends but pictures never waits for them.
        self._unfolding = Children(self.count)
        self._looking = threading.BoundedSemaphore(MOST_LOOKERS)
        # Whoever looks never has all of them: one is left to whoever hands something in.
        self._lookers = threading.BoundedSemaphore(max(1, self.count - 1))
        self._beside = ThreadPoolExecutor(self.count, "decoding")

    def start(self) -> None:
        """Have the children ready before anybody needs them; raise OutOfResources when there is no room for them."""
        self.children.warm()

    def close(self) -> None:
        """End the children."""
        self.children.close()
        self._unfolding.close()
        self._beside.shutdown()

    def take(self, upload: Upload) -> Taken:
        """Check the bytes and decode all that can be decoded.

        Raises:
            RefusedInput: as `IntakeStage.take` says.
        """
        size = len(upload.content)
        if not size:
            raise EmptyFile("The file is empty.")
        if size > self.max_bytes:
            raise FileTooLarge(f"The file has {size:,} bytes; at most {self.max_bytes:,} are taken.", size=size, limit=self.max_bytes)
        told: Future[DocumentRef] = Future()
        advice = self._beside.submit(copy_context().run, self._take, upload, told)
        either: list[Future[Any]] = [told, advice]
        wait(either, return_when=FIRST_COMPLETED)
        if not told.done():
            advice.result()  # raises what went wrong
        return Taken(Scan(told.result(), upload.content), advice.result)

    def _take(self, upload: Upload, told: "Future[DocumentRef]") -> tuple[CaptureAdvice, ...]:
        """Tell the document as soon as it is known, then work out the advice, which is a kindness: without it the file is taken as well."""
        head = {"task": "take", "file_name": upload.shown_name, "max_bytes": self.max_bytes, "max_pages": self.max_pages}
        advice: tuple[CaptureAdvice, ...] = ()
        try:
            for answer, _ in conversation(self.children, head, upload.content):
                if answer.get("state") == "taken":
                    told.set_result(self._document(upload, answer))
                else:
                    given = answer.get("advice", ())
                    advice = tuple(one for one in CaptureAdvice if one.value in given)
            if not told.done():
                raise nonsense()
        except PiaogenError:
            if not told.done():
                raise
        return advice

    def media_type(self, content: bytes) -> MediaType:
        """What a file is by its first bytes; raise RefusedInput for nothing that is taken in."""
        answers = list(conversation(self.children, {"task": "sniff"}, content))
        if len(answers) != 1:
            raise nonsense()
        return _media_type(answers[0][0])

    def _document(self, upload: Upload, answer: Head) -> DocumentRef:
        media_type = _media_type(answer)
        pages = number_of(answer, "pages", self.max_pages)
        return DocumentRef(Digest.of(upload.content), display_name(upload.file_name), media_type, len(upload.content), pages)

    def unfolded(self, upload: Upload, budget: Budget) -> Generator[FoundFile, None, None]:
        """The files of an upload: itself, unless it only holds others, and what it holds; each an upload or why it cannot be one."""
        if not upload.content or _HOLDS_NONE.match(upload.content):
            yield FoundFile(upload.file_name, upload)
            return
        yield from Unfolder(self._unfolding, self.max_bytes, upload.file_name, upload).files(budget)

    def unfolded_path(self, path: Path, budget: Budget) -> Iterator[FoundFile]:
        """The same of a file on this machine, of any size where it only holds others; raise OSError when it cannot be opened."""
        if path.stat().st_size > self.max_bytes:
            path.open("rb").close()
            yield from Unfolder(self._unfolding, self.max_bytes, str(path), None, path.absolute()).files(budget)
            return
        upload = Upload(path.read_bytes(), path.name)
        if not upload.content or _HOLDS_NONE.match(upload.content):
            yield FoundFile(str(path), upload)
            return
        yield from Unfolder(self._unfolding, self.max_bytes, str(path), upload).files(budget)

    def letter(self, content: bytes) -> Letter:
        """What a mail says of itself, and which of its parts are files."""
        return letter_in(self._unfolding, content)

    def enclosed(self, mail: Upload, letter: Letter, budget: Budget) -> Generator[FoundFile, None, None]:
        """The files that a mail brings, as `unfolded` gives those of any other container."""
        without = tuple(place for place, _, _ in letter.left_out)
        yield from Unfolder(self._unfolding, self.max_bytes, mail.file_name, mail, without=without).files(budget)

    def tables(self, content: bytes) -> Iterator[SheetRows]:
        """The sheets of a workbook, of HTML that calls itself one or of CSV; the rows of one are to be taken before the next.

        Raises:
            RefusedInput: as `spreadsheets.opening.sheets` says, also while the rows are taken.
        """
        if not content:
            raise EmptyFile("The file is empty.")
        if len(content) > self.max_bytes:
            raise FileTooLarge(f"The file has {len(content):,} bytes; at most {self.max_bytes:,} are taken: export a shorter period.")
        return tables_of(self._unfolding, content)

    def preview(self, scan: Scan, page: int, longest: int = LONGEST_SIDE) -> PagePicture:
        """The page (from 1) as a JPEG, no side longer than so many pixels; raise FieldNotFound when there is none to show."""
        answer, jpeg = self._shown(scan, {"task": "preview", "page": page, "longest": longest})
        return PagePicture(jpeg, number_of(answer, "width", _LONGEST_SIDE), number_of(answer, "height", _LONGEST_SIDE))

    def crop(self, scan: Scan, page: int, polygon: Polygon) -> bytes:
        """The piece of a page as a PNG, turned so that its text reads from left to right; raise FieldNotFound as `preview` does."""
        _, png = self._shown(scan, {"task": "crop", "page": page, "polygon": polygon.points})
        return png

    def _shown(self, scan: Scan, head: Head) -> tuple[Head, bytes]:
        if not self._looking.acquire(blocking=False):
            raise _too_many_look()
        try:
            if not self._lookers.acquire(timeout=PATIENCE_SECONDS):
                raise _too_many_look()
            try:
                document = {"file_name": scan.document.file_name, "media_type": scan.document.media_type.value}
                answers = list(conversation(self.children, {**document, **head}, scan.content, limits.LARGEST_PICTURE))
            finally:
                self._lookers.release()
        finally:
            self._looking.release()
        if len(answers) != 1:
            raise nonsense()
        return answers[0]


def _media_type(answer: Head) -> MediaType:
    try:
        return MediaType(str(answer.get("media_type")))
    except ValueError as error:
        raise nonsense() from error


def _too_many_look() -> Busy:
    return Busy("other pages are being drawn, and take their time; look at this one again later", retry_after=RETRY_AFTER)
