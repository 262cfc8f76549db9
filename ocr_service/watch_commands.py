"""The command that archives what is put into folders: `piaogen watch`."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.archive import DocumentState
from models.errors import BadUsage
from ocr_service.terminal import Archive, AsJson, Department, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from ocr_service.settings import Settings
    from ocr_service.watching.folder import Settled

Once = Annotated[bool, typer.Option("--once", help="Take what is there, then end")]
OwnWorkers = Annotated[int, typer.Option("--workers", min=0, help="Worker processes of its own; without it `piaogen serve` reads")]


def watch(
    folders: list[Path],
    *,
    department: Department = None,
    once: Once = False,
    workers: OwnWorkers = 0,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Archive what is put into folders as soon as it lies still, then move it into `archived` or `refused` within them."""
    from ocr_service.attending import attend, own_workers
    from ocr_service.watching.folder import WatchedFolder

    settings = settings_at(archive)
    _require_apart(folders, settings)
    refused = False

    def tell(settled: "Settled") -> None:
        nonlocal refused
        refused |= settled.state in (None, DocumentState.REFUSED)
        say(_encoded(settled) if as_json else _described(settled))

    with open_service(settings) as service, ExitStack() as stack:
        watched = [
            WatchedFolder(service, folder, tell, settings.watch_still_seconds, settings.watch_folders == "departments", department)
            for folder in folders
        ]
        for each in watched:
            stack.enter_context(each.alone())
        stack.enter_context(own_workers(settings, workers))
        if not once:
            notes.print(f"正在留意 watching {', '.join(map(str, folders))}  （Ctrl+C 停止 stops）", markup=False, soft_wrap=True)
        # Twice, since at the first look nothing is known to lie still.
        attend([each.look for each in watched], pause=settings.watch_still_seconds, once=2 if once else 0)
        for each in watched if once else ():
            refused |= each.tell_what_moves()
    raise typer.Exit(3 if once and refused else 0)


def _require_apart(folders: Sequence[Path], settings: "Settings") -> None:
    """Raise BadUsage where a folder and another one, or the archive, lie within each other: each would take what the other keeps."""
    places = [folder.resolve() for folder in folders]
    if not settings.is_s3:
        places.append(settings.archive_folder.resolve())
    for place, other in ((one, two) for number, one in enumerate(places) for two in places[number + 1 :]):
        if place.is_relative_to(other) or other.is_relative_to(place):
            raise BadUsage(f"{place} and {other} lie within each other: watch a folder apart from the archive and from other watched ones")


def _described(settled: "Settled") -> str:
    from ocr_service.report import on_one_line, state_name

    state = "留在原处 stays" if settled.state is None else state_name(settled.state)
    told = [f"{state}  {on_one_line(str(settled.path))}"]
    if settled.problem:
        told.append(f"    ⚑ {on_one_line(settled.problem)}")
    several = len(settled.files) > 1
    for file in settled.files:
        if file.error is not None:
            name = f"{on_one_line(file.name)}: " if several else ""
            told.append(f"    ⚑ {name}[{file.error.code}] {on_one_line(file.error.message)}")
    return "\n".join(told)


def _encoded(settled: "Settled") -> dict[str, Any]:
    return {
        "file": str(settled.path),
        "state": "waiting" if settled.state is None else settled.state.value,
        "moved_to": None if settled.moved_to is None else str(settled.moved_to),
        "problem": settled.problem or None,
        "files": [
            {
                "file": file.name,
                "state": file.state.value,
                "digest": None if file.digest is None else str(file.digest),
                "error": None if file.error is None else {"code": file.error.code, "detail": file.error.message},
            }
            for file in settled.files
        ],
    }
