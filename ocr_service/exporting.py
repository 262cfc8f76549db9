"""Getting an original back: the bytes as they came, and what was read of them beside them."""

from pathlib import Path

from models.errors import UnreadablePath
from models.reading_json import reading_to_bytes
from ocr_service.service import ArchiveService


def export(service: ArchiveService, name: str, folder: Path) -> tuple[Path, ...]:
    """Write the original bytes, then the newest reading, into a folder, every hash checked.

    Raises:
        IntegrityViolated: the original is not what came in and nothing was written; or the reading is damaged and the original was.
        UnreadablePath: the folder cannot be written, or such a file is there already; it is left alone.
    """
    digest, _ = service.catalogue.resolve(name)
    document, content = service.original(name)
    original = folder / f"{digest.hex[:20]}-{_safe_name(document.file_name)}"
    _write(original, content)
    reading = service.reading(digest)
    if reading is None:
        return (original,)
    beside = folder / f"{digest.hex[:20]}.reading.json"
    _write(beside, reading_to_bytes(reading))
    return (original, beside)


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UnreadablePath(f"cannot write to {path.parent}: {error.strerror}: {error.filename}") from error


def _safe_name(file_name: str) -> str:
    """The sender's name as a file name on this machine: never a path, never hidden, never longer than 150 bytes."""
    kept = "".join(character if character.isalnum() or character in "-_." else "_" for character in file_name).lstrip(".")
    while len(kept.encode()) > 150:
        kept = kept[1:]
    return kept or "original"
