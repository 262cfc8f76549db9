"""The pages about keys and phones, for administrators, and the page on which a phone is enrolled. They work without JavaScript."""

from datetime import UTC, date, datetime, time
from http import HTTPStatus
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.access import PUBLIC, AppAccess, Caller, allowed
from api.dependencies import AppSettings
from api.logging_in import asked_from, keep_phone
from api.schemas.links import address
from api.web.forms import form_texts
from api.web.rendering import drawn_code, render, see
from models.access import Right, Scope
from models.calendar_words import CHINA
from models.errors import InvalidAccess
from ocr_service.access import Access
from ocr_service.enrolling import OFFER_MINUTES, PhoneDesk
from ocr_service.settings import Settings
from storage.catalogue.phone_offers import PhoneOffers

router = APIRouter()

Texts = Annotated[dict[str, str], Depends(form_texts)]
_ADMINISTRATORS = [allowed(Right.ADMINISTER)]
_SCOPE = "scope:"
"""Names of the boxes to tick begin so."""


def _phone_desk(request: Request, access: AppAccess) -> PhoneDesk:
    return PhoneDesk(access, PhoneOffers(request.app.state.context.service.catalogue.database))


Phones = Annotated[PhoneDesk, Depends(_phone_desk)]


@router.get("/keys", dependencies=_ADMINISTRATORS)
def keys_page(request: Request, access: AppAccess) -> HTMLResponse:
    """Every key, and the forms that make one or enrol a phone."""
    return _keys(request, access, {})


@router.post("/keys", dependencies=_ADMINISTRATORS)
def make_key(request: Request, access: AppAccess, texts: Texts) -> Response:
    """Make a key and show it, this once."""
    try:
        scopes = [scope for scope in Scope if _SCOPE + scope.value in texts]
        department = texts.get("department", "").strip() or None
        expires_at = _end_of(texts.get("expires", ""), access)
        key, secret = access.add_key(texts.get("label", "").strip(), scopes, department=department, expires_at=expires_at)
    except InvalidAccess as error:
        return _keys(request, access, texts, error)
    response = render(request, "key_made.html", key=key, secret=secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/keys/{key_id}/revoke", dependencies=_ADMINISTRATORS)
def revoke_key(key_id: str, access: AppAccess) -> Response:
    """Withdraw a key for ever."""
    access.revoke_key(key_id)
    return see("/keys?done=revoked")


@router.post("/phones", dependencies=_ADMINISTRATORS)
def offer_phone(request: Request, access: AppAccess, caller: Caller, phones: Phones, settings: AppSettings, texts: Texts) -> Response:
    """Show the code that enrols one phone."""
    label = texts.get("label", "").strip()
    try:
        code = phones.offer(label, texts.get("department", "").strip() or _only_department(caller.departments))
    except InvalidAccess as error:
        return _keys(request, access, texts, error)
    link = public_address(request, settings, f"/phones/{code}")
    picture = drawn_code(link)
    host = urlsplit(link).hostname or ""
    local = host if _is_this_machine(host) else ""
    response = render(request, "phone_offer.html", link=link, picture=picture, label=label, minutes=OFFER_MINUTES, local=local)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/phones/{code}", dependencies=[PUBLIC])
def enrol_page(request: Request, code: str, phones: Phones) -> HTMLResponse:
    """What the camera leads to. It only asks: programs that look at links beforehand must not use them up."""
    response = render(request, "enrol.html", code=code, label=phones.offered(code).label)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/phones/{code}", dependencies=[PUBLIC])
def enrol_phone(request: Request, code: str, phones: Phones) -> Response:
    """Give the phone its key, which no script can read, and have it hand in."""
    _, secret = phones.enrol(code, asked_from(request))
    response = see("/phone")
    keep_phone(request, response, secret)
    return response


def public_address(request: Request, settings: Settings, path: str) -> str:
    """A page's address for another device: by the setting, else by the name that whoever asks used."""
    if settings.public_url:
        return settings.public_url.rstrip("/") + path
    return f"{request.url.scheme}://{request.url.netloc}{address(path)}"


def _keys(request: Request, access: Access, texts: dict[str, str], wrong: InvalidAccess | None = None) -> HTMLResponse:
    return render(
        request,
        "keys.html",
        HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        keys=access.keys(),
        now=access.clock(),
        scopes=tuple(Scope),
        texts=texts,
        done=request.query_params.get("done", ""),
        wrong="" if wrong is None else wrong.code,
    )


def _end_of(day: str, access: Access) -> datetime | None:
    """The end of a day in China as a form's field says it; raise InvalidAccess for one that is over or none."""
    if not day.strip():
        return None
    try:
        end = datetime.combine(date.fromisoformat(day.strip()), time.max, CHINA).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidAccess("a key expires on a day such as 2027-01-31") from None
    if end <= access.clock():
        raise InvalidAccess("this day is over: the key would open nothing")
    return end


def _only_department(departments: frozenset[str] | None) -> str | None:
    """A phone belongs to its administrator's department where that is one."""
    return next(iter(departments)) if departments is not None and len(departments) == 1 else None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
