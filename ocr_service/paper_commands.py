"""The commands about the paper of invoices: `piaogen paper …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ocr_service.terminal import Archive, AsJson, notes, open_service, say, settings_at, write

if TYPE_CHECKING:
    from ocr_service.papers import PastEvent, StandingPaper
    from ocr_service.stocktaking import StandingCount

paper_commands = typer.Typer(help="Where the paper of each invoice is: handed in, bound, boxed, lent, returned.", no_args_is_help=True)


@paper_commands.command("event")
def record_event(  # noqa: PLR0913  # one option a fact
    invoice: Annotated[str, typer.Argument(help="The invoice's id, or what its label says")],
    kind: Annotated[str, typer.Argument(help="received, handed_over, bound, boxed, lent, taken, returned, missing or found")],
    *,
    note: Annotated[str, typer.Option(help="Needed where a usual step is left out")] = "",
    person: Annotated[str, typer.Option(help="Who handed it in, took it over or borrowed it")] = "",
    voucher: Annotated[str, typer.Option(help="凭证号")] = "",
    volume: Annotated[str, typer.Option(help="册")] = "",
    box: Annotated[str, typer.Option(help="盒")] = "",
    place: Annotated[str, typer.Option(help="位")] = "",
    due: Annotated[str | None, typer.Option(help="应还, such as 2026-04-01")] = None,
    certificate: Annotated[str, typer.Option(help="Number of the 换票证")] = "",
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Record what happened to a paper."""
    from models.errors import InvalidPaperEvent
    from models.papers import PaperEvent
    from ocr_service.papers import PaperKeeping

    said = {"note": note, "person": person, "voucher": voucher, "volume": volume, "box": box, "place": place, "certificate": certificate}
    try:
        event = PaperEvent.from_json({**said, "kind": kind, "due": due})
    except ValueError as error:
        raise InvalidPaperEvent(f"no event of a paper: {error}", field="kind") from None
    with open_service(settings_at(archive), create=False) as service:
        papers = PaperKeeping.over(service)
        standing = papers.record(papers.scanned(invoice), event)
    say(encode_paper(standing) if as_json else describe_paper(standing))


@paper_commands.command("label")
def print_labels(
    invoices: Annotated[list[str], typer.Argument(help="Ids of invoices")],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="The PDF to write")],
    sheet: Annotated[str, typer.Option(help="Stickers on an A4 sheet: 24 (70 x 37 mm), 21 (63.5 x 38.1) or 65 (38.1 x 21.2)")] = "24",
    skipped: Annotated[int, typer.Option(min=0, help="Stickers of the first sheet that are used")] = 0,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Make labels for papers: sheets of stickers as a PDF."""
    from models.errors import BadUsage
    from ocr_service.paper_labels import Sheet, labels_pdf
    from ocr_service.papers import PaperKeeping

    if sheet not in set(Sheet):
        raise BadUsage(f"--sheet is one of {', '.join(Sheet)}")
    with open_service(settings_at(archive), create=False) as service:
        pdf = labels_pdf(PaperKeeping.over(service), invoices, Sheet(sheet), skipped)
    write(output, pdf)
    say({"file": str(output), "labels": len(invoices)} if as_json else f"{output}  {len(invoices)} 枚标签 labels")


@paper_commands.command("show")
def show_paper(
    invoice: Annotated[str, typer.Argument(help="The invoice's id, or what its label says")],
    *,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Show where a paper stands and everything that happened to it."""
    from ocr_service.papers import PaperKeeping

    with open_service(settings_at(archive), create=False) as service:
        papers = PaperKeeping.over(service)
        name = papers.scanned(invoice)
        standing, events = papers.paper(name), papers.history(name)
    if as_json:
        say({**encode_paper(standing), "events": [encode_event(past) for past in events]})
        return
    say("\n".join([describe_paper(standing), *(describe_event(past) for past in events)]))


@paper_commands.command("count")
def count_papers(
    labels: Annotated[list[str] | None, typer.Argument(help="What is seen: labels, or ids of invoices")] = None,
    *,
    box: Annotated[str, typer.Option(help="Begin to count this box")] = "",
    first: Annotated[str | None, typer.Option(help="Begin to count papers of invoices from this day")] = None,
    last: Annotated[str | None, typer.Option(help="… to this day")] = None,
    count_id: Annotated[str | None, typer.Option("--id", help="Go on with this count")] = None,
    close: Annotated[bool, typer.Option("--close", help="End it: what was not seen is missing")] = False,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Take stock of papers: begin, count on, and close."""
    from models.errors import BadUsage
    from models.stocktaking import Scope
    from ocr_service.stocktaking import StocktakingKeeping

    try:
        scope = None if count_id is not None else Scope.from_json({"box": box, "first": first, "last": last})
    except ValueError as error:
        raise BadUsage(f"write days as 2026-03-31: {error}") from None
    with open_service(settings_at(archive), create=False) as service:
        counts = StocktakingKeeping.over(service)
        seen = [counts.papers.scanned(label) for label in labels or ()]
        standing = counts.count(count_id or "") if scope is None else counts.begin(scope)
        if seen:
            standing = counts.see(standing.id, seen)
        if close:
            standing = counts.close(standing.id)
    say(encode_count(standing) if as_json else describe_count(standing))


@paper_commands.command("list")
def list_papers(
    *,
    box: Annotated[str | None, typer.Option(help="Papers of this box")] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Papers that a stock-taking did not find")] = False,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Name the papers that somebody has, those that are missing, or those of a box."""
    from ocr_service.papers import PaperKeeping

    with open_service(settings_at(archive), create=False) as service:
        papers = PaperKeeping.over(service)
        found = papers.missing() if missing else papers.out()
        if box is not None:
            found = papers.in_box(box)
    for standing in found:
        say(encode_paper(standing) if as_json else describe_paper(standing))
    if not found:
        notes.print("没有  there is none", markup=False)


def encode_paper(standing: "StandingPaper") -> dict[str, Any]:
    """Where a paper stands, as JSON."""
    return {"invoice": standing.invoice, "version": standing.version, **standing.paper.to_json()}


def encode_count(standing: "StandingCount") -> dict[str, Any]:
    """A count as JSON."""
    count = standing.count
    return {
        "id": standing.id,
        **count.scope.to_json(),
        "expected": list(count.expected),
        "seen": [one for one in count.expected if one in count.seen],
        "missing": list(count.missing),
        "surplus": list(count.surplus),
        "closed": count.is_closed,
        "version": standing.version,
    }


def describe_count(standing: "StandingCount") -> str:
    """A count, and below it what was not seen and what was more."""
    count = standing.count
    state = "已结束 closed" if count.is_closed else "盘点中 open"
    told = f"应有 expected {len(count.expected)}  已见 seen {len(count.seen)}"
    lines = [f"{standing.id}  {count.scope}  {state}  {told}  未见 missing {len(count.missing)}"]
    lines += [f"  未见 missing  {one}" for one in count.missing]
    lines += [f"  多出 surplus  {one}" for one in count.surplus]
    return "\n".join(lines)


def encode_event(past: "PastEvent") -> dict[str, Any]:
    """An event of a paper, as JSON."""
    return {"version": past.version, "at": past.at.isoformat(), "by": past.by, **past.event.to_json()}


def describe_paper(standing: "StandingPaper") -> str:
    """Where a paper stands, on one line."""
    paper = standing.paper
    due = "" if paper.due is None else f"应还 due {paper.due}"
    known = (paper.person, due, paper.certificate, paper.voucher, paper.volume, paper.box, paper.place)
    return "  ".join([f"{paper.state.chinese} {paper.state.value}", standing.invoice, *(each for each in known if each)])


def describe_event(past: "PastEvent") -> str:
    """An event of a paper, on one line."""
    event = past.event
    due = "" if event.due is None else f"应还 due {event.due}"
    said = (event.person, due, event.certificate, event.voucher, event.volume, event.box, event.place, event.note)
    when = past.at.isoformat(timespec="minutes")
    return "  ".join([f"  {past.version}. {when} {past.by}  {event.kind.chinese} {event.kind.value}", *(each for each in said if each)])
