"""Getting an original back: the bytes as they came, and what was read of them beside them."""

from pathlib import Path

from models.errors import UnreadablePath
from models.reading_json import reading_to_bytes
from ocr_service.service import ArchiveService


def export(service: ArchiveService, name: str, folder: Path) -> tuple[Path, ...]:
    """Write the original bytes and the newest reading into a folder, every hash checked.

    Raises:
        UnreadablePath: the folder cannot be written, or such a file is there already; it is left alone.
    """
    digest, _ = service.catalogue.resolve(name)
    document, content = service.original(name)
    parts = {folder / f"{digest.hex[:20]}-{_safe_name(document.file_name)}": content}
    reading = service.archive.reading(digest)
    if reading is not None:
        parts[folder / f"{digest.hex[:20]}.reading.json"] = reading_to_bytes(reading)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in parts.items():
            with path.open("xb") as file:
                file.write(data)
    except OSError as error:
        raise UnreadablePath(f"cannot write to {folder}: {error.strerror}: {error.filename}") from error
    return tuple(parts)


def _safe_name(file_name: str) -> str:
    """The sender's name as a file name on this machine: never a path, never hidden, never longer than 150 bytes."""
    kept = "".join(character if character.isalnum() or character in "-_." else "_" for character in file_name).lstrip(".")
    while len(kept.encode()) > 150:
        kept = kept[1:]
    return kept or "original"
