"""The commands about legal holds: `piaogen hold …`."""

from typing import TYPE_CHECKING, Annotated

import typer

from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at

if TYPE_CHECKING:
    from models.retention import Hold

hold_commands = typer.Typer(help="Legal holds: what nobody may destroy, whatever its term.", no_args_is_help=True)


@hold_commands.command("set")
def set_hold(
    invoices: Annotated[list[str] | None, typer.Argument(help="Ids of invoices, or digests of documents")] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why")],
    everything: Annotated[bool, typer.Option("--all", help="Everything in the archive")] = False,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Keep documents until the hold is lifted."""
    from ocr_service import retaining

    with open_service(settings_at(archive), create=False) as service:
        _tell(retaining.set_hold(service, invoices or [], reason, everything=everything), as_json=as_json)


@hold_commands.command("release")
def release_hold(
    hold: str,
    *,
    reason: Annotated[str, typer.Option(help="Why")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Lift a hold; it stays on record."""
    from ocr_service import retaining

    with open_service(settings_at(archive), create=False) as service:
        _tell(retaining.release_hold(service, hold, reason), as_json=as_json)


@hold_commands.command("list")
def list_holds(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Name every hold, newest first."""
    from ocr_service import retaining

    with open_service(settings_at(archive), create=False) as service:
        found = retaining.holds(service)
        for hold in found:
            _tell(hold, as_json=as_json)
        if not found:
            notes.print("没有封存  there is no hold", markup=False)


def encode_hold(hold: "Hold") -> dict[str, object]:
    """A hold as JSON-ready values."""
    return {
        "id": hold.id,
        "documents": None if hold.documents is None else sorted(map(str, hold.documents)),
        "at": hold.at.isoformat(),
        "by": hold.by,
        "reason": hold.reason,
        "released_at": None if hold.released_at is None else hold.released_at.isoformat(),
        "released_by": hold.released_by,
        "release_reason": hold.release_reason,
    }


def _tell(hold: "Hold", *, as_json: bool) -> None:
    if as_json:
        say(encode_hold(hold))
        return
    what = "全部档案 everything" if hold.documents is None else f"{len(hold.documents)} 份文件 documents"
    state = f"已解除 released by {hold.released_by}" if hold.is_released else "封存中 on hold"
    say(f"{hold.id}  {state}  {what}  {hold.by}  {hold.at:%Y-%m-%d}  {hold.reason}")
