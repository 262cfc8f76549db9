"""`piaogen mcp`: the archive for assistants, over standard input and output."""

from pathlib import Path
from typing import Annotated

import typer

from models.errors import UnreadablePath
from ocr_service.terminal import Archive, AsJson, open_service, settings_at


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
    from models.access import LOCAL
    from ocr_service.access import Access
    from ocr_service.acting import actor
    from ocr_service.loss_rules import rules_at
    from ocr_service.losses import Losses
    from ocr_service.mcp_server import Assistant, build_server

    settings = settings_at(archive)
    with open_service(settings, create=False) as service:
        principal = LOCAL
        if key_file is not None:
            access = Access.over(service.archive.store, service.catalogue, service.activity)
            principal = access.by_key(_key_in(key_file))
        name = principal.name if key_file is not None else actor()
        seen = service.seen_by(principal.visibility)
        assistant = Assistant(seen, Losses(seen, rules_at(settings.loss_rules)), principal, name)
        build_server(assistant, opens_cases=open_cases).run("stdio")


def _key_in(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UnreadablePath(f"cannot read the key in {file}: {error}") from None
