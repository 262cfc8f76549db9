"""The command that restores documents on trial: `piaogen drill`."""

from typing import Annotated

import typer

from ocr_service.terminal import Archive, AsJson, open_service, say, settings_at


def drill_command(
    *,
    sample: Annotated[int, typer.Option(min=1, help="Restore so many documents, drawn at random")] = 20,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Restore documents from the archive alone, on trial, and hold them against the index; exit 5 if anything differs."""
    from ocr_service.checking import drill_now
    from ocr_service.report import describe_drill, encode_drill

    with open_service(settings_at(archive), create=False) as service:
        result = drill_now(service, sample)
    say(encode_drill(result) if as_json else describe_drill(result))
    raise typer.Exit(0 if result.sound else 5)
