"""What the commands share: where the archive is, the service over it, and two ways to say something."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from models.errors import UnreadablePath
from models.shown_text import as_shown
from ocr_service.settings import Settings, read_settings

if TYPE_CHECKING:
    from ocr_service.service import ArchiveService

Archive = Annotated[str | None, typer.Option("--archive", metavar="WHERE", help="A folder or s3://bucket/prefix [PIAOGEN_ARCHIVE]")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output and nothing else there")]
Department = Annotated[str | None, typer.Option(help="Whose they are from then on; without it nobody's in particular")]

notes = Console(stderr=True, highlight=False)
"""Standard error: progress, hints and complaints."""


def settings_at(archive: str | None) -> Settings:
    """The settings of the environment, for the archive that the command names."""
    settings = read_settings()
    return settings if archive is None else replace(settings, archive=archive)


@contextmanager
def open_service(settings: Settings, *, create: bool = True, renew: bool = False) -> "Iterator[ArchiveService]":
    """The service as long as a command runs."""
    from ocr_service.composition import build_service

    service = build_service(settings, create=create, renew=renew)
    try:
        yield service
    finally:
        service.close()


def write(output: Path, content: bytes) -> None:
    """Write a file where somebody wants it; raise UnreadablePath where that cannot be."""
    try:
        output.write_bytes(content)
    except OSError as error:
        raise UnreadablePath(f"cannot write {output}: {error.strerror}") from error


def say(what: dict[str, Any] | str) -> None:
    """One JSON line, or text, on standard output, whatever its encoding can hold.

    JSON is UTF-8 everywhere (RFC 8259); what of a file name is no UTF-8 becomes escapes of JSON, from which Python makes the same name.
    """
    if isinstance(what, str):
        line = as_shown(what).encode(sys.stdout.encoding or "utf-8", "backslashreplace")
    else:
        line = as_shown(json.dumps(what, ensure_ascii=False)).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
