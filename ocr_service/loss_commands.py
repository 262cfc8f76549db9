"""The commands about lost invoices: `piaogen loss …`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.errors import BadUsage
from ocr_service.terminal import Archive, AsJson, Department, notes, open_service, say, settings_at, write

if TYPE_CHECKING:
    from ocr_service.losses import Losses, StandingCase

loss_commands = typer.Typer(help="Cases of lost invoices: what replaces them, what is due, the papers.", no_args_is_help=True)

_Case = Annotated[str, typer.Argument(metavar="CASE")]
_Version = Annotated[int | None, typer.Option(min=1, help="The version that was looked at; without it, whatever stands now")]


@loss_commands.command("open")
def open_case(  # noqa: PLR0913  # one option a thing that may be known
    invoice: Annotated[str | None, typer.Argument(help="The archived invoice; without it, say what is remembered")] = None,
    *,
    lost: Annotated[str, typer.Option(help="invoice 发票联, deduction 抵扣联, invoice_and_deduction, bookkeeping 记账联, whole, file")],
    lost_by: Annotated[str, typer.Option(help="Who lost it")],
    discovered_on: Annotated[str | None, typer.Option(help="The day of discovery; today, where none is named")] = None,
    circumstance: Annotated[str, typer.Option(help="ordinary, seller_gone, held_by_tax_bureau")] = "ordinary",
    kind: str = "",
    number: str = "",
    code: str = "",
    seller: str = "",
    seller_tax_id: str = "",
    buyer: str = "",
    amount: str = "",
    date: str = "",
    deducted: Annotated[str, typer.Option(help="yes, no, unknown")] = "",
    booked: Annotated[str, typer.Option(help="yes, no, unknown")] = "",
    voucher: Annotated[str, typer.Option(help="The voucher that it was booked with")] = "",
    department: Department = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Open a case, from an archived invoice or from what is remembered of one that is not in the archive."""
    from ocr_service.loss_matching import search_for
    from ocr_service.loss_words import lost_invoice, understood
    from ocr_service.losses import NewCase

    facts = {"kind": kind, "number": number, "code": code, "seller_name": seller, "seller_tax_id": seller_tax_id, "buyer_name": buyer}
    facts |= {"total": amount, "issued_on": date}
    about = {"lost": lost, "circumstance": circumstance, "deducted": deducted, "booked": booked}
    values = understood(facts | about)
    with _losses(archive, create=True) as losses:
        day = losses.today() if discovered_on is None else understood({"discovered_on": discovered_on})["discovered_on"]
        case = NewCase(
            lost=values["lost"],
            lost_by=lost_by,
            discovered_on=day,
            invoice=lost_invoice(values),
            from_invoice=invoice,
            circumstance=values["circumstance"],
            department=department,
            deducted=values["deducted"],
            booked=values["booked"],
            voucher=voucher,
        )
        _tell(losses, search_for(losses, losses.open(case)), as_json=as_json)


@loss_commands.command("list")
def list_cases(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only the steps whose term is over")] = False,
    invoice: Annotated[str | None, typer.Option(help="Those that rest on this invoice's document")] = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Name the open cases, the nearest term first."""
    from ocr_service.loss_report import describe_line, encode_overdue, encode_standing

    with _losses(archive) as losses:
        if overdue:
            late = losses.overdue()
            for step in late:
                told = f"{step.due}  {step.case}  {losses.rules.steps[step.step].title}"
                say(encode_overdue(step) if as_json else told)
            if not late:
                notes.print("没有逾期  nothing is overdue", markup=False)
            return
        found = losses.listed(is_open=None if everything else True, invoice=invoice)
        for standing in found:
            arguments = (standing, losses.rules, losses.today())
            say(encode_standing(*arguments) if as_json else describe_line(*arguments))
        if not found:
            notes.print("没有遗失案  there is no case", markup=False)


@loss_commands.command("show")
def show_case(case: _Case, *, as_json: AsJson = False, archive: Archive = None) -> None:
    """Show a case with its steps, their terms and grounds."""
    with _losses(archive) as losses:
        _tell(losses, losses.get(case), as_json=as_json)


@loss_commands.command("change")
def change_case(
    case: _Case,
    *,
    fact: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What is known of the case")] = None,
    text: Annotated[list[str] | None, typer.Option(metavar="NAME=WORDS", help="A text of its papers; NAME= for the usual one")] = None,
    version: _Version = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Set right what is known of a case, or the texts of its papers."""
    from ocr_service.loss_texts import named_texts
    from ocr_service.loss_words import understood

    wanted = understood(_pairs(fact))
    if text:
        wanted["texts"] = named_texts(_pairs(text))
    with _losses(archive) as losses:
        _tell(losses, losses.change(case, version, wanted), as_json=as_json)


@loss_commands.command("step")
def record_step(  # noqa: PLR0913  # one option a thing that may be said of a step
    case: _Case,
    step: Annotated[str, typer.Argument(help="report, seller_request, replacement, … as `piaogen loss show` names them")],
    *,
    person: Annotated[str, typer.Option(help="Who did it, as written on paper")],
    on: Annotated[str | None, typer.Option(help="On which day; today, where none is named")] = None,
    state: Annotated[str, typer.Option(help="done, waived (say why in --note), or open to take it back")] = "done",
    note: str = "",
    invoice: Annotated[str | None, typer.Option(help="What was archived for it: an invoice's id or a document's digest")] = None,
    source: Annotated[str, typer.Option(help="From where a file was fetched again")] = "",
    digest: Annotated[str | None, typer.Option(help="SHA-256 of a file that was fetched again and is not archived")] = None,
    version: _Version = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Record a step of a case."""
    from models.loss import StepState
    from models.loss_rules import StepKind
    from ocr_service.loss_words import day, digest_named, word
    from ocr_service.losses import SaidStep

    with _losses(archive) as losses:
        said = SaidStep(
            kind=word(StepKind, "step", step),
            on=losses.today() if on is None else day("on", on),
            person=person,
            state=word(StepState, "state", state),
            note=note,
            invoice=invoice,
            source=source,
            digest=None if digest is None else digest_named(digest),
        )
        _tell(losses, losses.step(case, version, said), as_json=as_json)


@loss_commands.command("link")
def link_invoice(
    case: _Case,
    invoice: Annotated[str, typer.Argument(help="An archived invoice")],
    *,
    other: Annotated[bool, typer.Option("--other", help="It is another invoice than the lost one")] = False,
    version: _Version = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Say that an archived invoice is the lost one, or is not."""
    with _losses(archive) as losses:
        _tell(losses, losses.link(case, version, invoice, is_it=not other), as_json=as_json)


@loss_commands.command("pack")
def write_pack(
    case: _Case,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="A file that ends in .pdf or .zip")],
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Write the papers of a case: one PDF, or a zip with the original and what the papers were set from."""
    from ocr_service.loss_pack import pack

    if output.suffix not in {".pdf", ".zip"}:
        raise BadUsage("name a file that ends in .pdf or .zip")
    with _losses(archive) as losses:
        made = pack(losses.service, losses.rules, case, with_original=output.suffix == ".zip")
    write(output, made.pdf if output.suffix == ".pdf" else made.zipped())
    say({"case": case, "file": str(output)} if as_json else f"材料已写入 papers written to {output}")


@loss_commands.command("close")
def close_case(
    case: _Case,
    *,
    outcome: Annotated[str, typer.Option(help="replaced, found, fetched_again, returned, written_off, mistaken")],
    note: str = "",
    version: _Version = None,
    as_json: AsJson = False,
    archive: Archive = None,
) -> None:
    """Close a case for ever."""
    from models.loss import Outcome
    from ocr_service.loss_words import word

    with _losses(archive) as losses:
        _tell(losses, losses.close(case, version, word(Outcome, "outcome", outcome), note), as_json=as_json)


@contextmanager
def _losses(archive: str | None, *, create: bool = False) -> "Iterator[Losses]":
    from ocr_service.loss_rules import rules_at
    from ocr_service.losses import Losses

    settings = settings_at(archive)
    rules = rules_at(settings.loss_rules)
    with open_service(settings, create=create) as service:
        yield Losses(service, rules)


def _pairs(texts: Sequence[str] | None) -> dict[str, str]:
    return {name: value for name, _, value in (text.partition("=") for text in texts or ())}


def _tell(losses: "Losses", standing: "StandingCase", *, as_json: bool) -> None:
    from ocr_service.loss_report import describe_standing, encode_standing

    arguments = (standing, losses.rules, losses.today())
    say(encode_standing(*arguments) if as_json else describe_standing(*arguments))
