"""The page of invoices that came in more than one file; it works without JavaScript."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.dependencies import Service, only_query
from api.error_handlers import status_of
from api.web.forms import form_texts, version_of
from api.web.money import of_field
from api.web.rendering import render, see
from models.access import Right
from models.clues import InvoiceSummary
from models.duplicates import SameDecision
from models.errors import BadUsage, StaleVersion
from ocr_service.duplicates import decide, duplicate_groups
from ocr_service.service import ArchiveService

router = APIRouter()

_Texts = Annotated[dict[str, str], Depends(form_texts)]

_GROUPS = 20
_COMPARED = (
    *("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount"),
    *("seller_name", "seller_tax_id", "buyer_name", "buyer_tax_id"),
)


def shown_fields(summary: InvoiceSummary) -> dict[str, str]:
    """What of an invoice is shown beside the same of others, by field key; empty where it is not printed or not read."""
    values = (
        *(summary.code, summary.number, summary.issue_date, summary.total),
        *(summary.seller_name, summary.seller_tax_id, summary.buyer_name, summary.buyer_tax_id),
    )
    return {key: "" if value is None else of_field(str(value), key) for key, value in zip(_COMPARED, values, strict=True)}


@router.get("/duplicates", dependencies=[allowed(Right.READ), Depends(only_query("page", "show", "lang"))])
def duplicates_page(
    request: Request, service: Service, page: Annotated[int, Query(ge=1, le=100_000)] = 1, show: Literal["open", "decided"] = "open"
) -> HTMLResponse:
    """Groups of files that are one invoice, side by side: those on which nobody has decided, or those on which somebody has."""
    return _page(request, service, page=page, is_decided=show == "decided")


@router.post("/duplicates", dependencies=[allowed(Right.CORRECT)])
def take_decision(request: Request, service: Service, texts: _Texts) -> Response:
    """The same invoice, or not; a form that somebody else was quicker than comes back with what stands."""
    try:
        decision = SameDecision(texts.get("decision", ""))
        decide(service, texts.get("invoices", "").split(), decision, texts.get("reason", "").strip(), version_of(texts))
    except ValueError:
        return _page(request, service, wrong=BadUsage.code, status=status_of(BadUsage))
    except (BadUsage, StaleVersion) as error:
        return _page(request, service, wrong=error.code, status=status_of(type(error)))
    return see("/duplicates")


def _page(
    request: Request, service: ArchiveService, *, page: int = 1, is_decided: bool = False, wrong: str = "", status: int = 200
) -> HTMLResponse:
    found = duplicate_groups(service)
    groups = [group for group in found if (group.decided is not None) is is_decided]
    groups.sort(key=lambda group: not group.is_alarm)
    shown = groups[(page - 1) * _GROUPS : page * _GROUPS]
    return render(
        request,
        "duplicates.html",
        status,
        groups=shown,
        open_count=sum(group.decided is None for group in found),
        decided_count=sum(group.decided is not None for group in found),
        is_decided=is_decided,
        page=page,
        has_more=len(groups) > page * _GROUPS,
        fields={summary.id: shown_fields(summary) for group in shown for summary in group.invoices},
        compared=_COMPARED,
        wrong=wrong,
    )
