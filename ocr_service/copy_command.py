"""The command that copies an archive: `piaogen copy`."""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from models.activity import Action
from models.errors import PiaogenError
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from storage.copying import CopiedObject, CopyReport


def copy_command(
    places: Annotated[list[str], typer.Argument(metavar="[FROM] TO", help="Folders or s3://bucket/prefix; FROM is the archive by default")],
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Do not read again what TO has with the same size")] = False,
    seal: Annotated[bool | None, typer.Option("--seal/--clear", help="Seal a new TO, or not; by default as FROM is")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Copy an archive object by object, each verified; it may be in use, and broken off and begun again. Exit 5 if anything is damaged."""
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from ocr_service.composition import build_copies
    from storage.copying import copy_archive

    if len(places) > 2 or (len(places) == 2 and archive is not None):
        raise typer.BadParameter("name FROM and TO, or TO alone with --archive")
    settings = settings_at(places[0] if len(places) == 2 else archive)
    source, target = build_copies(settings, settings.archive, places[-1], seal=seal)
    if len(places) == 1:
        # Before the copying, so that the copy tells of itself. Another place may be a copy, whose log must not go on by itself.
        # Whatever is wrong with the index or the log, what is there is copied.
        with suppress(PiaogenError), open_service(settings, create=False) as service:
            service.activity.note(Action.ARCHIVE_COPIED, to=places[-1])
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed}"))
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as progress:
        task = progress.add_task("复制 copying", total=None)

        def tell(copied: "CopiedObject") -> None:
            progress.advance(task)

        report = copy_archive(source, target, tell, quick=quick)
    _say_report(report, as_json=as_json)
    sys.exit(0 if report.sound else 5)


def _say_report(report: "CopyReport", *, as_json: bool) -> None:
    from ocr_service.report import on_one_line

    if as_json:
        problems = [{"key": found.key, "state": found.state.value, "detail": found.detail} for found in report.problems]
        counted = {"copied": report.copied, "copied_bytes": report.copied_bytes, "there": report.there}
        say({**counted, "sound": report.sound, "left_out": list(report.left_out), "problems": problems})
        return
    for name in report.left_out:
        notes.print(on_one_line(f"不是档案的一部分，未复制 no part of the archive, left out: {name}"), markup=False, soft_wrap=True)
    for found in report.problems:
        say(on_one_line(f"{found.state}  {found.key}  {found.detail}"))
    verdict = "完好 sound" if report.sound else f"{len(report.problems)} 处问题 problems"
    say(f"复制 {report.copied} 个对象 objects copied ({report.copied_bytes} bytes), 已有 {report.there} there before: {verdict}")
