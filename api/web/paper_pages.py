"""The pages of papers: record what happened to them by their labels, and see where they are. All of them work without JavaScript."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.byte_response import attachment
from api.dependencies import Service, only_query
from api.web.forms import form_texts, version_of
from api.web.rendering import drawn_code, render, see
from models.access import Right
from models.clues import InvoiceSummary
from models.errors import DocumentDestroyed, ImpossiblePaperEvent, InvalidPaperEvent, InvoiceNotFound, PiaogenError, StaleVersion
from models.papers import PaperEvent, PaperEventKind
from models.stocktaking import Scope
from ocr_service.paper_forms import STYLE_SOURCE, PaperForm, filled_in
from ocr_service.paper_forms import Sheet as Filled
from ocr_service.paper_labels import Sheet, labels_pdf
from ocr_service.papers import PaperKeeping, StandingPaper
from ocr_service.service import ArchiveService

router = APIRouter()

MOST_LABELS = 500
"""So many papers are recorded at once: a volume or a box."""
FIELDS = ("person", "voucher", "volume", "box", "place", "due", "certificate", "note")
_Texts = Annotated[dict[str, str], Depends(form_texts)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one label of a form: the paper as it stands now, or what is wrong, a key of `PAPER_WRONG`."""

    label: str
    standing: StandingPaper | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of a list with what its invoice says; None for one that is not in the archive any more."""

    standing: StandingPaper
    summary: InvoiceSummary | None
    is_overdue: bool


@router.get("/papers", dependencies=[allowed(Right.READ), Depends(only_query("box", "lang"))])
def papers_page(request: Request, service: Service, box: Annotated[str | None, Query(max_length=200)] = None) -> HTMLResponse:
    """Who has which paper, what is missing, and the boxes; or what belongs into one of them."""
    return _papers(request, service, box=box)


@router.post("/papers", dependencies=[allowed(Right.CASES)])
def record_papers(request: Request, service: Service, texts: _Texts) -> Response:
    """Record the same of all papers whose labels are in the form; each is told for itself."""
    labels = [line.strip() for line in texts.get("labels", "").splitlines() if line.strip()][:MOST_LABELS]
    outcomes = [_record(service, label, texts) for label in labels] or [Outcome("", wrong="unknown")]
    [only, *others] = outcomes
    if not others and only.standing is not None:
        return see(f"/papers/{only.standing.invoice}?done=1")
    left = [outcome for outcome in outcomes if outcome.wrong]
    kept = {**texts, "labels": "\n".join(outcome.label for outcome in left)}
    return _papers(request, service, outcomes=outcomes, texts=kept, status=422 if left else 200)


@router.get("/papers/open", dependencies=[allowed(Right.READ), Depends(only_query("label", "lang"))])
def open_paper(request: Request, service: Service, label: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The page of the paper with this label; without one the page on which it is typed."""
    if not label.strip():
        return _papers(request, service)
    try:
        return see(f"/papers/{PaperKeeping.over(service).scanned(label)}")
    except (InvalidPaperEvent, InvoiceNotFound, DocumentDestroyed) as error:
        return _papers(request, service, outcomes=[Outcome(label, wrong=wrong_of(error))], status=404)


@router.get("/papers/labels", dependencies=[allowed(Right.READ), Depends(only_query("invoices", "sheet", "skipped", "lang"))])
def print_labels(
    request: Request,
    service: Service,
    invoices: Annotated[str, Query(max_length=20_000)] = "",
    sheet: Sheet = Sheet.S24,
    skipped: Annotated[int, Query(ge=0, le=64)] = 0,
) -> Response:
    """Sheets of labels as a PDF, for the invoices whose ids are given with spaces between; without any the page that asks for them."""
    if not invoices.strip():
        return _papers(request, service)
    pdf = labels_pdf(PaperKeeping.over(service), invoices.split(), sheet, skipped)
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="labels.pdf"'})


@router.get("/papers/print", dependencies=[allowed(Right.READ), Depends(only_query("form", "box", "first", "last", "table", "lang"))])
def print_form(
    request: Request,
    service: Service,
    form: PaperForm | None = None,
    box: Annotated[str, Query(max_length=200)] = "",
    first: Annotated[str, Query(max_length=10)] = "",
    last: Annotated[str, Query(max_length=10)] = "",
    table: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """A form of the papers of a box or a period, or the register of loans, to be printed and signed; with `table` as CSV."""
    if form is None:
        return _papers(request, service)
    papers = PaperKeeping.over(service)
    if form is PaperForm.LOANS:
        return printed(filled_in(papers, form, papers.out(), "全部在外"), is_table=bool(table))
    scope = scope_of({"box": box, "first": first, "last": last})
    if scope.first is not None and scope.last is not None:
        return printed(filled_in(papers, form, papers.of_days(scope.first, scope.last), str(scope)), is_table=bool(table))
    return printed(filled_in(papers, form, papers.in_box(scope.box), f"盒 {scope.box}"), is_table=bool(table))


@router.get("/papers/{invoice_id}", dependencies=[allowed(Right.READ), Depends(only_query("done", "lang"))])
def paper_page(request: Request, invoice_id: str, service: Service) -> HTMLResponse:
    """Where one paper is, and everything that happened to it."""
    papers = PaperKeeping.over(service)
    label = papers.label(invoice_id)
    return render(
        request,
        "paper.html",
        summary=papers.summary(invoice_id),
        standing=papers.paper(invoice_id),
        events=papers.history(invoice_id),
        today=papers.today(),
        label=label,
        code=drawn_code(label),
        done="done" in request.query_params,
        kinds=tuple(PaperEventKind),
        fields=FIELDS,
        texts={},
        sheets=tuple(Sheet),
    )


def scope_of(texts: dict[str, str]) -> Scope:
    """The box or the days of a form; raise InvalidPaperEvent."""
    try:
        first, last = (date.fromisoformat(texts[name]) if texts.get(name) else None for name in ("first", "last"))
    except ValueError:
        raise InvalidPaperEvent("write days as 2026-03-31", field="scope") from None
    return Scope(texts.get("box", "").strip(), first, last)


def printed(sheet: Filled, *, is_table: bool) -> Response:
    """A filled-in form as a page that needs nothing else, or as a table."""
    if is_table:
        headers = {"Content-Disposition": attachment(f"{sheet.title}.csv"), "Cache-Control": "no-store"}
        return Response(sheet.as_csv(), media_type="text/csv", headers=headers)
    policy = f"default-src 'none'; style-src {STYLE_SOURCE}; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(sheet.as_html(), headers={"Content-Security-Policy": policy})


def wrong_of(error: PiaogenError) -> str:
    """What is told of an error, as a key of `PAPER_WRONG`."""
    if isinstance(error, StaleVersion):
        return "stale"
    if isinstance(error, ImpossiblePaperEvent | InvalidPaperEvent):
        return str(error.details.get("reason") or error.details["field"])
    return "unknown"


def event_of(texts: dict[str, str]) -> PaperEvent:
    """What a form says that happened; raise InvalidPaperEvent."""
    said = {name: texts.get(name, "").strip() for name in FIELDS if texts.get(name, "").strip()}
    try:
        return PaperEvent.from_json({**said, "kind": texts.get("kind", "")})
    except ValueError:
        raise InvalidPaperEvent("no kind of event, or no date", field="kind" if "due" not in said else "due") from None


def _record(service: ArchiveService, label: str, texts: dict[str, str]) -> Outcome:
    papers = PaperKeeping.over(service)
    try:
        return Outcome(label, papers.record(papers.scanned(label), event_of(texts), version_of(texts)))
    except (InvalidPaperEvent, ImpossiblePaperEvent, InvoiceNotFound, DocumentDestroyed, StaleVersion) as error:
        return Outcome(label, wrong=wrong_of(error))


def _papers(
    request: Request,
    service: ArchiveService,
    *,
    box: str | None = None,
    outcomes: Sequence[Outcome] = (),
    texts: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    papers = PaperKeeping.over(service)
    return render(
        request,
        "papers.html",
        status,
        box=box,
        within=() if box is None else rows_of(papers, papers.in_box(box)),
        out=rows_of(papers, papers.out()),
        missing=rows_of(papers, papers.missing()),
        boxes=papers.boxes(),
        outcomes=outcomes,
        kinds=tuple(PaperEventKind),
        fields=FIELDS,
        texts=texts or {},
        sheets=tuple(Sheet),
        forms=tuple(PaperForm),
    )


def rows_of(papers: PaperKeeping, standing: Sequence[StandingPaper]) -> list[PaperRow]:
    """Papers with what their invoices say, for a list."""
    today, found = papers.today(), []
    for one in standing:
        try:
            summary = papers.summary(one.invoice)
        except (InvoiceNotFound, DocumentDestroyed):
            summary = None
        found.append(PaperRow(one, summary, one.paper.is_overdue(today)))
    return found
