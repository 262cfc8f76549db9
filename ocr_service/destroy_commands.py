"""The commands about destruction after the term: `piaogen destroy …`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import BadUsage
from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at, write

if TYPE_CHECKING:
    from models.invoice import InvoiceKind
    from ocr_service.destroying import Destroying, DueDocument, Outcome
    from storage.destruction import StandingList

destroy_commands = typer.Typer(help="Destruction after the term: one person proposes, another approves.", no_args_is_help=True)

_DUE_TOGETHER = 500
_Today = Annotated[str, typer.Option("--today", metavar="YYYY-MM-DD", help="Today's date, from a calendar: no clock alone is believed")]


@destroy_commands.command("due")
def due(
    *,
    year: Annotated[int | None, typer.Option(min=1900, max=9000, help="Of this accounting year only")] = None,
    kind: Annotated[str | None, typer.Option(help="With an invoice of this kind only, such as vat_special")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Name documents whose term is over, and what keeps them all the same."""
    after, count = None, 0
    with _destroying(archive) as destroying:
        while True:
            page = destroying.due(_DUE_TOGETHER, after, year=year, kind=_kind(kind))
            for one in page.documents:
                _tell_due(one, as_json=as_json)
            after, count = page.next, count + len(page.documents)
            if after is None:
                break
    if not count:
        notes.print("没有期满的  nothing is due", markup=False)


@destroy_commands.command("propose")
def propose(
    invoices: Annotated[list[str], typer.Argument(help="Ids of invoices, or digests of documents")],
    *,
    reason: Annotated[str, typer.Option(help="Why")],
    today: _Today,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Draw up a list of documents whose term is over; nothing is destroyed by it."""
    with _destroying(archive) as destroying:
        _tell(destroying.standing(destroying.propose(invoices, reason, _day(today)).id), as_json=as_json)


@destroy_commands.command("approve")
def approve(
    destruction: Annotated[str, typer.Argument(metavar="LIST")],
    *,
    today: _Today,
    opinion: Annotated[list[str], typer.Option(metavar="OFFICE=NAME", help="Who gave an opinion; one for each of the five offices")],
    supervisor: Annotated[list[str], typer.Option(metavar="OFFICE=NAME", help="Who supervises; one for each office")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Approve somebody else's list, and destroy for ever what is on it."""
    with _destroying(archive) as destroying:
        _tell_outcome(destroying.approve(destruction, _day(today), _named(opinion), _named(supervisor)), as_json=as_json)


@destroy_commands.command("finish")
def finish(destruction: Annotated[str, typer.Argument(metavar="LIST")], *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Complete an approved list that was broken off."""
    with _destroying(archive) as destroying:
        _tell_outcome(destroying.finish(destruction), as_json=as_json)


@destroy_commands.command("list")
def list_all(*, as_json: AsJson = False, archive: Archive = None) -> None:
    """Name every list there ever was, newest first."""
    with _destroying(archive) as destroying:
        found = destroying.lists()
    for standing in found:
        _tell(standing, as_json=as_json)
    if not found:
        notes.print("没有销毁清册  there is no list of destruction", markup=False)


@destroy_commands.command("print")
def print_list(
    destruction: Annotated[str, typer.Argument(metavar="LIST")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="A file that ends in .html or .csv")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Write the list (销毁清册) for printing and signing."""
    from ocr_service.destruction_list import list_as_csv, list_as_html

    if output.suffix not in {".html", ".csv"}:
        raise BadUsage("name a file that ends in .html or .csv")
    with _destroying(archive) as destroying:
        standing = destroying.standing(destruction)
    write(output, list_as_csv(standing) if output.suffix == ".csv" else list_as_html(standing))
    say({"file": str(output)} if as_json else f"销毁清册已写入 list written to {output}")


@destroy_commands.command("find")
def find(
    number: Annotated[str | None, typer.Argument(help="Number of an invoice; without it, the latest")] = None,
    *,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Look among what was destroyed."""
    from storage.catalogue.tombs import Tombs

    with open_service(settings_at(archive), create=False) as service:
        found = Tombs(service.catalogue.database).find(number)
    for tomb in found:
        wire = {**tomb._asdict(), "document": str(tomb.document), "destroyed_at": tomb.destroyed_at.isoformat()}
        told = (
            f"已销毁 destroyed {tomb.destroyed_at:%Y-%m-%d}  {tomb.number or '?'}  {tomb.issued_on or '?'}  {tomb.list_id}  {tomb.document}"
        )
        say(wire if as_json else told)
    if not found:
        notes.print("没有已销毁的  nothing was destroyed", markup=False)


@contextmanager
def _destroying(archive: str | None) -> "Iterator[Destroying]":
    from ocr_service.destroying import Destroying
    from ocr_service.open_matters import open_matters
    from ocr_service.retaining import terms_at

    settings = settings_at(archive)
    terms = terms_at(settings.retention)
    with open_service(settings, create=False) as service:
        yield Destroying(service, terms, open_matters(service))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadUsage(f"--today is a day such as 2057-01-31, not {text!r}") from None


def _kind(name: str | None) -> "InvoiceKind | None":
    from models.invoice import InvoiceKind

    try:
        return None if name is None else InvoiceKind(name)
    except ValueError:
        raise BadUsage(f"--kind is one of {', '.join(InvoiceKind)}, not {name!r}") from None


def _tell_due(one: "DueDocument", *, as_json: bool) -> None:
    listed, kept_by = one.listed, list(map(str, one.kept_by))
    if as_json:
        invoices = () if listed is None else listed.invoices
        say(
            {
                "document": str(one.document),
                "accounting_year": None if listed is None else listed.accounting_year,
                "years": None if listed is None else listed.years,
                "due": None if listed is None else listed.due.isoformat(),
                "received_at": None if listed is None else listed.received_at.isoformat(),
                "pages": None if listed is None else listed.pages,
                "invoices": [
                    {"kind": each.kind.value, "code": each.code, "number": each.number, "issued_on": each.issued_on} for each in invoices
                ],
                "kept_by": kept_by,
            }
        )
        return
    numbers = "、".join(each.number or "?" for each in listed.invoices) if listed is not None else ""
    term = "????" if listed is None else f"{listed.accounting_year}  期满 due {listed.due}"
    state = f"不能销毁 kept: {'; '.join(kept_by)}" if kept_by else "可以销毁 may be destroyed"
    say(f"{term}  {numbers or '-'}  {one.document}  {state}")


def _named(pairs: Sequence[str]) -> Mapping[str, str]:
    return {office: name for office, _, name in (pair.partition("=") for pair in pairs)}


def encode_list(standing: "StandingList") -> dict[str, object]:
    """A list as JSON-ready values."""
    proposed, approval = standing.proposed, standing.approval
    return {
        "id": proposed.id,
        "proposed_by": proposed.by,
        "proposed_at": proposed.at.isoformat(),
        "reason": proposed.reason,
        "documents": [str(listed.document) for listed in proposed.documents],
        "approved_by": None if approval is None else approval.by,
        "approved_at": None if approval is None else approval.at.isoformat(),
        "done": standing.is_done,
    }


def _tell(standing: "StandingList", *, as_json: bool) -> None:
    if as_json:
        say(encode_list(standing))
        return
    proposed, approval = standing.proposed, standing.approval
    state = "待批准 waits for another person" if approval is None else f"已批准 approved by {approval.by}"
    done = "  已全部销毁 all destroyed" if standing.is_done else ""
    say(f"{proposed.id}  {len(proposed.documents)} 份 documents  {proposed.by}  {proposed.reason}  {state}{done}")


def _tell_outcome(outcome: "Outcome", *, as_json: bool) -> None:
    kept = {str(document): list(map(str, reasons)) for document, reasons in outcome.kept.items()}
    if as_json:
        say({**encode_list(outcome.standing), "destroyed": [str(document) for document in outcome.destroyed], "kept": kept})
        return
    _tell(outcome.standing, as_json=False)
    for document, reasons in kept.items():
        say(f"未销毁 not destroyed: {document}: {'; '.join(reasons)}")
