"""Getting an original back: the bytes as they came, and what was read of them beside them."""

import errno
from collections.abc import Iterable
from pathlib import Path

import structlog

from models.activity import Action
from models.digest import Digest
from models.errors import StoreUnavailable, UnreadablePath
from models.reading_json import reading_to_bytes
from ocr_service.service import ArchiveService

_log = structlog.get_logger(__name__)


def export(service: ArchiveService, name: str, folder: Path) -> tuple[Path, ...]:
    """Write the original bytes, then the newest reading, into a folder, every hash checked.

    Raises:
        IntegrityViolated: the original is not what came in and nothing was written; or the reading is damaged and the original was.
        UnreadablePath: the folder cannot be written, or such a file is there already; it is left alone.
        StoreUnavailable: the log takes no entry now, so nothing was written.
    """
    digest, _ = service.catalogue.resolve(name, service.sees)
    document, content = service.received(digest).document, service.archive.original_in_pieces(digest)
    _note(service, digest)
    original = folder / f"{digest.hex[:20]}-{safe_name(document.file_name)}"
    _write(original, content.read())
    reading = service.reading(digest)
    if reading is None:
        return (original,)
    beside = folder / f"{digest.hex[:20]}.reading.json"
    _write(beside, [reading_to_bytes(reading)])
    return (original, beside)


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise UnreadablePath(f"cannot write to {path.parent}: {error.strerror}: {error.filename}") from error


def _note(service: ArchiveService, digest: Digest) -> None:
    """Only what lies on a disk without write access, a backup say, is restored without an entry: there is nowhere to write it, and
    whoever has that disk at hand has the files."""
    try:
        service.activity.record(Action.EXPORTED, str(digest))
    except StoreUnavailable as error:
        if error.details.get("errno") != errno.EROFS:
            raise
        _log.warning("the archive takes no writes, so that no log says who restored this", document=str(digest))


def safe_name(file_name: str) -> str:
    """The sender's name as a file name on this machine: never a path, never hidden, never longer than 150 bytes."""
    kept = "".join(character if character.isalnum() or character in "-_." else "_" for character in file_name).lstrip(".")
    while len(kept.encode()) > 150:
        kept = kept[1:]
    return kept or "original"
