"""`piaogen mcp`: the archive for assistants, over standard input and output."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import UnreadablePath
from ocr_service.terminal import Archive, AsJson, open_service, settings_at

if TYPE_CHECKING:
    from models.access import Principal
    from ocr_service.service import ArchiveService


def mcp_command(
    *,
    key_file: Annotated[Path | None, typer.Option(help="A file with a key, whose rights hold; else this machine's")] = None,
    open_cases: Annotated[bool, typer.Option("--open-cases", help="Let the assistant open loss cases too; else it only reads")] = False,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Serve assistants by the Model Context Protocol, over standard input and output: find by memory, show, open a case.

    The protocol is JSON with `--json` and without it.
    """
    del as_json
    from ocr_service.acting import actor
    from ocr_service.loss_rules import rules_at
    from ocr_service.losses import Losses
    from ocr_service.mcp_server import Assistant, build_server

    settings = settings_at(archive)
    with open_service(settings, create=False) as service:
        who = _who(service, key_file)
        principal = who()
        name = principal.name if key_file is not None else actor()
        seen = service.seen_by(principal.visibility)
        assistant = Assistant(seen, Losses(seen, rules_at(settings.loss_rules)), principal, name, who)
        build_server(assistant, opens_cases=open_cases).run("stdio")


def _who(service: "ArchiveService", key_file: Path | None) -> "Callable[[], Principal]":
    """What says who asks, now and each time anew: whoever shows the key, or this machine."""
    from models.access import LOCAL
    from ocr_service.access import Access

    if key_file is None:
        return lambda: LOCAL
    return partial(Access.over(service.archive.store, service.catalogue, service.activity).by_key, _key_in(key_file))


def _key_in(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UnreadablePath(f"cannot read the key in {file}: {error}") from None
