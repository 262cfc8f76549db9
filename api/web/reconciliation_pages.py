"""The pages of reconciliations: hand in, look at the counts, take in, look into what does not agree. They work without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Caller, allowed, department_for
from api.dependencies import Service, only_query
from api.receiving import ReceivedForm, received_form, uploads_of
from api.schemas.reconciliations import loss_path
from api.web.rendering import render, see
from models.access import Right
from models.reconciliation import LineClass
from ocr_service.loss_matching import cases_of_lines
from ocr_service.reconciling import Reconciling

router = APIRouter()

_SHOWN = 50
_BADGES = {
    **dict.fromkeys((LineClass.EQUAL,), "status-proved"),
    **dict.fromkeys((LineClass.DIFFERS, LineClass.NUMBER_LOST), "status-conflict"),
    **dict.fromkeys((LineClass.STATEMENT_ONLY, LineClass.ARCHIVE_ONLY, LineClass.SUSPECTED, LineClass.UNREADABLE), "status-unreadable"),
}
_LISTED = 100


@router.get("/reconciliations", dependencies=[allowed(Right.READ), Depends(only_query("lang"))])
def reconciliations_page(request: Request, service: Service, caller: Caller) -> HTMLResponse:
    """Hand a list in, and every reconciliation so far."""
    found = Reconciling.over(service).all(_LISTED)
    return render(request, "reconciliations.html", found=found, departments=sorted(caller.departments or ()), equal=LineClass.EQUAL)


@router.post("/reconciliations", dependencies=[allowed(Right.CASES)])
def preview_reconciliation(form: Annotated[ReceivedForm, Depends(received_form)], service: Service, caller: Caller) -> RedirectResponse:
    """Hold the files against the archive and show the counts; nothing rests on them yet."""
    department = department_for(caller, form.meta.department)
    found = Reconciling.over(service).begin(uploads_of(form), department=department, preview=True)
    return see(f"/reconciliations/{found.id}")


@router.get("/reconciliations/{reconciliation_id}", dependencies=[allowed(Right.READ), Depends(only_query("class", "after", "lang"))])
def reconciliation_page(
    request: Request,
    reconciliation_id: str,
    service: Service,
    wanted: Annotated[LineClass | None, Query(alias="class")] = None,
    after: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> HTMLResponse:
    """The counts of one reconciliation, and its lines of one class; what has to be looked into comes first."""
    reconciling = Reconciling.over(service)
    found = reconciling.get(reconciliation_id)
    lines = reconciling.lines(reconciliation_id, wanted, after, _SHOWN + 1)
    return render(
        request,
        "reconciliation.html",
        found=found,
        arrived=reconciling.arrived(reconciliation_id),
        classes=[one for one in LineClass if found.counts.get(one, 0)],
        wanted=wanted,
        lines=lines[:_SHOWN],
        after=after,
        next_after=lines[_SHOWN - 1].place if len(lines) > _SHOWN else None,
        loss_path=loss_path,
        cases=cases_of_lines(service, lines[:_SHOWN]),
        marks_new=found.new < found.lines - found.counts.get(LineClass.ARCHIVE_ONLY, 0),
        class_badge={one.value: look for one, look in _BADGES.items()},
    )


@router.get("/reconciliations/{reconciliation_id}/holes", dependencies=[allowed(Right.READ), Depends(only_query("lang"))])
def holes_page(request: Request, reconciliation_id: str, service: Service) -> HTMLResponse:
    """Hints at what may be missing besides."""
    reconciling = Reconciling.over(service)
    months, numbers = reconciling.holes(reconciliation_id)
    return render(request, "reconciliation_holes.html", found=reconciling.get(reconciliation_id), months=months, numbers=numbers)


@router.post("/reconciliations/{reconciliation_id}/take-in", dependencies=[allowed(Right.CASES)])
def take_in(reconciliation_id: str, service: Service) -> RedirectResponse:
    """Have it count from now on."""
    Reconciling.over(service).take_in(reconciliation_id)
    return see(f"/reconciliations/{reconciliation_id}")


@router.post("/reconciliations/{reconciliation_id}/run", dependencies=[allowed(Right.CASES)])
def run_again(reconciliation_id: str, service: Service) -> RedirectResponse:
    """Hold it against the archive as it is now."""
    Reconciling.over(service).run_again(reconciliation_id)
    return see(f"/reconciliations/{reconciliation_id}")
