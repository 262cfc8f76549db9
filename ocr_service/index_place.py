"""Where the index of an archive lies, when no setting says so: in the archive's folder, or in the user's data folder."""

import json
import os
import shutil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from platformdirs import user_data_path

from models.digest import Digest
from models.errors import CatalogueUnavailable
from ocr_service.settings import Settings
from storage.catalogue.database import sqlite_url

_FILE = "catalogue.sqlite"
_OUTBOX = "catalogue.mirror.sqlite"
_EXPORTS = "~exports"
"""As the store of a folder knows it: no object is called so."""
_PORTS = {"http": 80, "https": 443}


class IndexPlace(NamedTuple):
    """The SQLAlchemy URL of an index. `is_beside`: the archive takes no writes, so that this one is kept elsewhere for it, and may be made
    at any time."""

    url: str
    is_beside: bool = False


def index_place(settings: Settings) -> IndexPlace:
    """Where the index lies; raise CatalogueUnavailable when there is no room for it."""
    if settings.database:
        return IndexPlace(settings.database)
    if settings.is_s3:
        return IndexPlace(sqlite_url(_data_folder() / f"{index_name(settings)}.sqlite"))
    folder = settings.archive_folder.resolve()
    if not folder.is_dir() or os.access(folder, os.W_OK):
        return IndexPlace(sqlite_url(folder / _FILE))
    return IndexPlace(sqlite_url(_beside(folder)), is_beside=True)


def outbox_place(settings: Settings) -> Path:
    """Where the list of what the mirror lacks is kept: beside the index that the archive has by itself."""
    if settings.is_s3:
        return _data_folder() / f"{index_name(settings)}.mirror.sqlite"
    return settings.archive_folder.resolve() / _OUTBOX


def exports_place(settings: Settings) -> Path:
    """Where lies what is taken out of the register until somebody fetches it."""
    if settings.exports:
        return Path(settings.exports).expanduser()
    folder = settings.archive_folder.resolve()
    if not settings.is_s3 and (not folder.is_dir() or os.access(folder, os.W_OK)):
        return folder / _EXPORTS
    name = index_name(settings) if settings.is_s3 else _name(folder.name, str(folder))
    return _data_folder() / f"{name}.exports"


def index_name(settings: Settings) -> str:
    """A file name for the index of an archive on S3: no two buckets, prefixes or servers have one name, however they are written."""
    address = urlsplit(settings.s3_endpoint.lower())
    port = address.port or _PORTS.get(address.scheme)
    bucket, _, prefix = settings.archive.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    return _name(f"{bucket}/{prefix}".strip("/"), address.hostname, port, bucket, prefix)


def _beside(folder: Path) -> Path:
    """The index for a folder that takes no writes: a copy of the one in it, unless ours is newer; what a copy lacks is taken in."""
    place = _data_folder() / f"{_name(folder.name, str(folder))}.sqlite"
    source = folder / _FILE
    try:
        if source.exists() and not (place.exists() and place.stat().st_mtime >= source.stat().st_mtime):
            _copy(source, place)
    except OSError as error:
        raise CatalogueUnavailable(
            f"{folder} takes no writes, and its index cannot be copied to {place} ({error.strerror}): name a place in PIAOGEN_DATABASE"
        ) from error
    return place


def _copy(source: Path, place: Path) -> None:
    """Put a copy of an SQLite file with its log in the place of another; the log of that one must not be taken for the new one's."""
    for suffix in ("-shm", "-wal", ""):
        part, target = source.with_name(source.name + suffix), place.with_name(place.name + suffix)
        if suffix == "-shm" or not part.exists():
            target.unlink(missing_ok=True)
            continue
        partial = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copyfile(part, partial)
        partial.replace(target)


def _data_folder() -> Path:
    folder = user_data_path("piaogen")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogueUnavailable(f"cannot make {folder} for the index ({error.strerror}): name a place in PIAOGEN_DATABASE") from error
    return folder


def _name(readable: str, *what: str | int | None) -> str:
    kept = "".join(character if character.isalnum() else "-" for character in readable)
    return f"{kept[:60]}-{Digest.of(json.dumps(what).encode()).hex[:16]}"
