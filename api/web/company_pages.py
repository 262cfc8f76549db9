"""The page of our own companies, for administrators: named, changed and ended. It works without JavaScript."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.dependencies import Service, only_query
from api.error_handlers import status_of
from api.web.forms import form_texts
from api.web.rendering import render, see
from models.access import Right
from models.errors import BadUsage, PiaogenError, StaleVersion
from models.own_companies import OwnCompany
from ocr_service.companies import add_company, end_company, own_companies
from ocr_service.service import ArchiveService

router = APIRouter(dependencies=[allowed(Right.ADMINISTER)])

_Texts = Annotated[dict[str, str], Depends(form_texts)]
_BETWEEN_IDS = re.compile(r"[\s,，、;；]+")


@router.get("/companies", dependencies=[Depends(only_query("saved", "ended", "lang"))])
def companies_page(request: Request, service: Service) -> HTMLResponse:
    """Every company of ours, and the form that names one."""
    return _companies(request, service, {})


@router.post("/companies")
def name_company(request: Request, service: Service, texts: _Texts) -> Response:
    """Name a company; a form that does not fit comes back with what is wrong."""
    ids = [each for each in _BETWEEN_IDS.split(texts.get("tax_ids", "")) if each]
    try:
        company = OwnCompany.checked(texts.get("name", ""), ids)
        add_company(service, company)
    except (BadUsage, StaleVersion) as error:
        return _companies(request, service, texts, error)
    return see(f"/companies?saved={company.tax_ids[0]}")


@router.post("/companies/{tax_id}/end")
def stop_company(request: Request, tax_id: str, service: Service) -> Response:
    """Count a company as ours no more."""
    try:
        end_company(service, tax_id)
    except (BadUsage, StaleVersion) as error:
        return _companies(request, service, {}, error)
    return see(f"/companies?ended={tax_id}")


def _companies(request: Request, service: ArchiveService, texts: dict[str, str], wrong: PiaogenError | None = None) -> HTMLResponse:
    return render(
        request,
        "companies.html",
        HTTPStatus.OK if wrong is None else status_of(type(wrong)),
        companies=own_companies(service).companies,
        texts=texts,
        wrong="" if wrong is None else str(wrong.details.get("field", "stale")),
        saved=request.query_params.get("saved", "")[:40],
        ended=request.query_params.get("ended", "")[:40],
    )
