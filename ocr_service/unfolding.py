"""A container (zip, mail and their like), or a document with others attached, as the files that it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import FileTooLarge, RefusedInput, UnreadablePath
from models.litter import is_litter
from ocr_service.attached_documents import AttachedDocuments
from ocr_service.files.containers import Container, Member, Source, container_of
from ocr_service.opened import FoundFile, Upload
from ocr_service.stages.intake import sniff

_OFFICE = b"[Content_Types].xml"
"""The name of a part that every file of Word, Excel and their kin has: refused as one file, not as its hundred parts."""
MAX_DEPTH = 4
"""A zip in a zip in a mail is somebody's habit; what lies deeper was made to be unfolded for ever."""


@dataclass(frozen=True, slots=True)
class At:
    """The member of the outermost container (from 0) that is opened next: if it is the end of this process, the next begins behind it."""

    member: int
    name: str


@dataclass(frozen=True, slots=True)
class Whole:
    """The file is no container: it stands for itself, and what follows is attached to it."""


def unfolded(
    source: Source, max_bytes: int, members: int, most_bytes: int, *, skip: int = 0, known: Container | None = None
) -> Iterator[At | Whole | FoundFile]:
    """The files of an upload, named by what is to be added to its own name (`!march/1.jpg`); nothing of it but `Whole` if it is none.

    At most `members` files of `max_bytes` each, `most_bytes` all together; the first `skip` of the container are passed over unopened.
    Where the file is `known` to be a container, nobody asks what it is.
    """
    container = known
    if container is None:
        container = None if isinstance(source, bytes) and _is_document(source) else container_of(source)
    unfolding = _Unfolding(max_bytes, members, most_bytes)
    if container is not None:
        yield from unfolding.outermost(container, skip)
        return
    yield Whole()
    if isinstance(source, bytes):
        yield from unfolding.attached("", source, depth=1)


def _is_document(content: bytes) -> bool:
    """An OFD is a zip too, but one document, as is a file of Office; and a picture or PDF with a zip appended is still that picture."""
    try:
        sniff(content)
    except RefusedInput:
        return _OFFICE in content
    return True


@dataclass(slots=True)
class _Unfolding:
    """Takes one container apart, and the containers in it, as long as its budget of files and bytes lasts."""

    max_bytes: int
    """Of one file."""
    members_left: int
    most_bytes: int
    """Of all together."""
    bytes_come: int = 0

    def outermost(self, container: Container, skip: int) -> Iterator[At | FoundFile]:
        """Every file, each member said before it is opened."""
        try:
            names = container.names()
            self._count([name for name in names[skip:] if _is_wanted(name)])
            members = container.members(self.max_bytes, skip)
            for place in range(skip, len(names)):
                yield At(place, names[place])
                if (member := next(members, None)) is not None:
                    yield from self._member(member, "", depth=1)
        except RefusedInput as error:
            yield FoundFile("", error=error)

    def attached(self, path: str, content: bytes, depth: int) -> Iterator[FoundFile]:
        """The documents attached to a file that is no mere container."""
        attached = AttachedDocuments.of(content) if depth <= MAX_DEPTH else None
        if attached is not None:
            yield from self._files(path, attached, depth)

    def _files(self, path: str, container: Container, depth: int) -> Iterator[FoundFile]:
        """Every file by itself, under the names of all that it lies in; names are shown and never used as paths."""
        try:
            self._count([name for name in container.names() if _is_wanted(name)])
            for member in container.members(self.max_bytes):
                yield from self._member(member, path, depth)
        except RefusedInput as error:
            yield FoundFile(path, error=error)

    def _count(self, wanted: list[str]) -> None:
        if len(wanted) > self.members_left:
            told = f"holds {len(wanted)} files; at most {self.members_left} are taken at once: unpack it"
            raise FileTooLarge(told, members=len(wanted))
        self.members_left -= len(wanted)

    def _member(self, member: Member, above: str, depth: int) -> Iterator[FoundFile]:
        if not _is_wanted(member.name):
            return
        self.bytes_come += self.max_bytes if isinstance(member.error, FileTooLarge) else len(member.content)
        if self.bytes_come > self.most_bytes:
            raise FileTooLarge(f"unfolds to more than {self.most_bytes:,} bytes: unpack it", limit=self.most_bytes)
        path = f"{above}!{member.name}"
        inside = None if member.error is not None or _is_document(member.content) else container_of(member.content)
        if member.error is not None:
            yield FoundFile(path, error=member.error)
        elif inside is None:
            yield FoundFile(path, Upload(member.content, member.name.rpartition("/")[2]))
            yield from self.attached(path, member.content, depth + 1)
        elif depth == MAX_DEPTH:
            yield FoundFile(path, error=UnreadablePath(f"lies more than {MAX_DEPTH} containers deep: unpack it"))
        else:
            yield from self._files(path, inside, depth + 1)


def _is_wanted(name: str) -> bool:
    return not any(map(is_litter, name.split("/")))
