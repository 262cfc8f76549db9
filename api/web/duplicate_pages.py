"""The page of invoices that came in more than one file; it works without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.dependencies import Service, only_query
from api.web.rendering import render
from models.access import Right
from models.clues import InvoiceSummary
from ocr_service.duplicates import duplicate_groups

router = APIRouter()

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
    return {key: "" if value is None else str(value) for key, value in zip(_COMPARED, values, strict=True)}


@router.get("/duplicates", dependencies=[allowed(Right.READ), Depends(only_query("page", "lang"))])
def duplicates_page(request: Request, service: Service, page: Annotated[int, Query(ge=1, le=100_000)] = 1) -> HTMLResponse:
    """Groups of files that are one invoice, side by side."""
    groups = duplicate_groups(service)
    shown = groups[(page - 1) * _GROUPS : page * _GROUPS]
    fields = {summary.id: shown_fields(summary) for group in shown for summary in group.invoices}
    has_more = len(groups) > page * _GROUPS
    return render(
        request, "duplicates.html", groups=shown, count=len(groups), page=page, has_more=has_more, fields=fields, compared=_COMPARED
    )
