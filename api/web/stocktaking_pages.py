"""The pages on which papers are counted, by a phone's camera or by typing. All of them work without JavaScript."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.dependencies import NoQuery, Service, only_query
from api.error_handlers import status_of
from api.web.forms import form_texts
from api.web.paper_pages import MOST_LABELS, Outcome, printed, scope_of, wrong_of
from api.web.rendering import render, see
from models.access import Right
from models.clues import InvoiceSummary
from models.errors import CaseClosed, DocumentDestroyed, InvalidPaperEvent, InvoiceNotFound, StaleVersion
from ocr_service.paper_forms import counted
from ocr_service.service import ArchiveService
from ocr_service.stocktaking import StocktakingKeeping

router = APIRouter()

_Texts = Annotated[dict[str, str], Depends(form_texts)]


@router.get("/stocktakings", dependencies=[allowed(Right.READ)])
def stocktakings_page(request: Request, service: Service) -> HTMLResponse:
    """Every count, and a form that begins one."""
    return _stocktakings(request, service)


@router.post("/stocktakings", dependencies=[allowed(Right.CASES), NoQuery])
def begin_stocktaking(request: Request, service: Service, texts: _Texts) -> Response:
    """Begin to count."""
    try:
        begun = StocktakingKeeping.over(service).begin(scope_of(texts))
    except InvalidPaperEvent as error:
        return _stocktakings(request, service, texts=texts, wrong=wrong_of(error))
    return see(f"/stocktakings/{begun.id}")


@router.get("/stocktakings/{count_id}", dependencies=[allowed(Right.READ)])
def stocktaking_page(request: Request, count_id: str, service: Service) -> HTMLResponse:
    """What is expected, seen and missing; each missing one leads to a loss case."""
    return _stocktaking(request, service, count_id)


@router.get("/stocktakings/{count_id}/print", dependencies=[allowed(Right.READ), Depends(only_query("table", "lang"))])
def print_count(count_id: str, service: Service, table: Annotated[str, Query(max_length=3)] = "") -> Response:
    """The 盘点表 of a count, to be printed and signed; with `table` as CSV."""
    counts = StocktakingKeeping.over(service)
    return printed(counted(counts.papers, counts.count(count_id)), is_table=bool(table))


@router.post("/stocktakings/{count_id}", dependencies=[allowed(Right.CASES), NoQuery])
def count_papers(request: Request, count_id: str, service: Service, texts: _Texts) -> Response:
    """Keep that papers were seen; labels that are unknown stay in the form, each with what is wrong."""
    counts = StocktakingKeeping.over(service)
    seen: list[str] = []
    wrong: list[Outcome] = []
    for label in texts.get("labels", "").split()[:MOST_LABELS]:
        try:
            seen.append(counts.scanned(count_id, label))
        except (InvalidPaperEvent, InvoiceNotFound, DocumentDestroyed) as error:
            wrong.append(Outcome(label, wrong=wrong_of(error)))
    try:
        counts.see(count_id, seen)
    except (CaseClosed, StaleVersion) as error:
        return _stocktaking(request, service, count_id, wrong, status_of(type(error)))
    return _stocktaking(request, service, count_id, wrong, 422) if wrong else see(f"/stocktakings/{count_id}")


@router.post("/stocktakings/{count_id}/close", dependencies=[allowed(Right.CASES), NoQuery])
def close_stocktaking(request: Request, count_id: str, service: Service) -> Response:
    """End a count."""
    try:
        StocktakingKeeping.over(service).close(count_id)
    except (CaseClosed, StaleVersion) as error:
        return _stocktaking(request, service, count_id, status=status_of(type(error)))
    return see(f"/stocktakings/{count_id}")


def _stocktakings(request: Request, service: ArchiveService, texts: dict[str, str] | None = None, wrong: str = "") -> HTMLResponse:
    counts = StocktakingKeeping.over(service)
    values = {"counts": counts.counts(), "boxes": counts.papers.boxes(), "texts": texts or {}, "wrong": wrong}
    return render(request, "stocktakings.html", 422 if wrong else 200, **values)


def _stocktaking(
    request: Request, service: ArchiveService, count_id: str, wrong: Sequence[Outcome] = (), status: int = 200
) -> HTMLResponse:
    counts = StocktakingKeeping.over(service)
    standing = counts.count(count_id)
    count = standing.count
    return render(
        request,
        "stocktaking.html",
        status,
        standing=standing,
        count=count,
        missing=_summaries(counts, count.missing),
        surplus=_summaries(counts, count.surplus),
        wrong=wrong,
    )


def _summaries(counts: StocktakingKeeping, invoices: Sequence[str]) -> list[tuple[str, InvoiceSummary | None]]:
    found: list[tuple[str, InvoiceSummary | None]] = []
    for invoice in invoices:
        try:
            found.append((invoice, counts.papers.summary(invoice)))
        except (InvoiceNotFound, DocumentDestroyed):
            found.append((invoice, None))
    return found
