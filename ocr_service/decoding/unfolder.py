"""The files that an upload holds, unfolded in a child; one that ends its child is one refused file, and the rest goes on."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from models.errors import CannotBeOpened, FileTooLarge, PiaogenError, RefusedInput
from ocr_service.decoding import limits
from ocr_service.decoding.children import Children
from ocr_service.decoding.conversation import conversation, error_of, number_of, text_of
from ocr_service.decoding.frames import Head
from ocr_service.opened import FoundFile, Upload

_MOST_DEATHS = 3
"""So many members of one container may end a child; what follows is to be sent by itself."""
_MOST_MEMBERS = 10_000_000


@dataclass(slots=True)
class Budget:
    """What the containers of one upload may unfold to, all together: counted here, whatever a child says."""

    files: int
    bytes: int

    def spend(self, size: int) -> None:
        """Count one file; raise FileTooLarge when it was one too many, or its bytes were."""
        self.files -= 1
        self.bytes -= size
        if self.files < 0 or self.bytes < 0:
            raise FileTooLarge("unfolds to more files or bytes than are taken at once: unpack it and send the rest by itself")


@dataclass(slots=True)
class Unfolder:
    """One upload on its way: `own` is what was sent; a file of this machine that is too large to be held is read at `path`."""

    children: Children
    max_bytes: int
    name: str
    own: Upload | None
    path: Path | None = None
    without: tuple[int, ...] | None = None
    """Of a mail, the places of the parts that are left out; None where nobody said that it is one."""
    _is_whole: bool = False
    _member: int = -1
    _member_name: str = ""

    def files(self, budget: Budget) -> Iterator[FoundFile]:
        """The upload itself, unless it only holds others, and what it holds; each an upload or why it cannot be one.

        Raises:
            OutOfResources, Busy, Unavailable: nothing is said about the rest of it.
        """
        for _ in range(_MOST_DEATHS):
            try:
                yield from self._from_here_on(budget)
                return
            except CannotBeOpened as error:
                if self._member < 0:
                    # Its intake says what is wrong with it; what only an attachment does leaves the document as it is.
                    if not self._is_whole:
                        yield self._itself()
                    return
                yield FoundFile(f"{self.name}!{self._member_name}", error=error)
            except RefusedInput as error:
                yield FoundFile(self.name, error=error)
                return
        yield FoundFile(self.name, error=CannotBeOpened("holds files that cannot be opened: unpack it and send the others by themselves"))

    def _from_here_on(self, budget: Budget) -> Iterator[FoundFile]:
        content = b"" if self.own is None else self.own.content
        place = "" if self.path is None else str(self.path)
        head = {"task": "unfold", "path": place, "max_bytes": self.max_bytes, "skip": self._member + 1}
        if self.without is not None:
            head = {**head, "without": self.without}
        allowed = {"members": budget.files, "bytes": budget.bytes}
        with closing(conversation(self.children, head | allowed, content, self.max_bytes, limits.MEMBER_SECONDS)) as answers:
            for answer, blob in _one_ahead(answers):
                yield from self._found(answer, blob, budget)

    def _found(self, answer: Head, blob: bytes, budget: Budget) -> Iterator[FoundFile]:
        match answer.get("state"):
            case "whole":
                self._is_whole = True
                yield self._itself()
            case "at":
                self._member = number_of(answer, "member", _MOST_MEMBERS)
                self._member_name = text_of(answer, "name")
            case "found":
                budget.spend(len(blob))
                yield FoundFile(self.name + text_of(answer, "name"), Upload(blob, text_of(answer, "file_name")))
            case _:
                budget.spend(0)
                error = error_of(answer)
                yield FoundFile(self.name + text_of(answer, "name"), error=error if isinstance(error, RefusedInput) else None)

    def _itself(self) -> FoundFile:
        if self.own is not None:
            return FoundFile(self.name, self.own)
        size = 0 if self.path is None else self.path.stat().st_size
        told = f"has {size:,} bytes; at most {self.max_bytes:,} are taken"
        return FoundFile(self.name, error=FileTooLarge(told, size=size, limit=self.max_bytes))


def _one_ahead(answers: Iterator[tuple[Head, bytes]]) -> Iterator[tuple[Head, bytes]]:
    """The same, each when the next is there: most files hold no others, and their child is free before they are stored."""
    held, failure = None, None
    try:
        for answer in answers:
            if held is not None:
                yield held
            held = answer
    except PiaogenError as error:
        failure = error
    if held is not None:
        yield held
    if failure is not None:
        raise failure
