"""The page for a phone: a tray of photos that outlives a lost network, and what makes it an app of its own."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from api.access import PUBLIC, AppAccess, Caller, allowed, department_for, keep_sender
from api.dependencies import AppSettings, Service
from api.receiving import ReceivedForm, received_form, submit_all
from api.schemas.links import address
from api.web import assets
from api.web.batch_pages import drop_zone
from api.web.language import Language, language_of
from api.web.rendering import render, see
from api.web.words import PAGE, say
from models.access import Right
from models.capture import CaptureAdvice

router = APIRouter()

_SHELL = ("app.css", "phone.css", "app.js", "queue.js", "advice.js", "phone.js", "icon.svg")
"""What the page needs without a network."""
_SEEN_BY_PHONE = (CaptureAdvice.BLURRED, CaptureAdvice.DARK, CaptureAdvice.GLARE, CaptureAdvice.CUT_OFF)
_GROUND, _ACCENT = "#f3f5f7", "#0b5d66"
"""Of the style sheet's variables, which a manifest cannot name."""


@router.get("/phone", dependencies=[allowed(Right.UPLOAD)])
def phone_page(request: Request, settings: AppSettings, caller: Caller, shared: int = 0) -> HTMLResponse:
    """The tray; without scripts a plain form."""
    is_chinese = language_of(request) is Language.CHINESE
    advices = {advice.value: advice.chinese if is_chinese else advice.english for advice in _SEEN_BY_PHONE}
    told = json.dumps(advices, ensure_ascii=False)
    return render(request, "phone.html", advices=told, shared=shared, **drop_zone(request, settings, caller))


@router.post("/phone/share", dependencies=[allowed(Right.UPLOAD)])
def take_shared(
    form: Annotated[ReceivedForm, Depends(received_form)], service: Service, caller: Caller, access: AppAccess
) -> RedirectResponse:
    """What another app shares, where the page's own worker did not take it first."""
    batch_id, department = service.open_batch("phone"), department_for(caller, form.meta.department)
    keep_sender(access, caller, batch_id, department)
    submit_all(service, form, "phone", batch_id, department)
    return see(f"/batches/{batch_id}")


@router.get("/phone/manifest.webmanifest", dependencies=[PUBLIC])
def manifest(request: Request) -> JSONResponse:
    """What the page is called as an app, and what other apps may share with it (W3C Web Application Manifest, Web Share Target)."""
    language = language_of(request)
    icon = address(assets.addresses()["icon.svg"])
    body: dict[str, Any] = {
        "id": address("/phone"),
        "name": f"{say(PAGE, 'product', language)} · {say(PAGE, 'tray_title', language)}",
        "short_name": say(PAGE, "product", language),
        "lang": language.value,
        "start_url": address("/phone"),
        "scope": address("/phone"),
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _ACCENT,
        "icons": [{"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": purpose} for purpose in ("any", "maskable")],
        "share_target": {
            "action": address("/phone/share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "files", "accept": ["image/*", "application/pdf"]}]},
        },
    }
    return JSONResponse(body, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@router.get("/phone/worker.js", dependencies=[PUBLIC])
def worker() -> Response:
    """The page's service worker; another one whenever anything that it keeps is another."""
    shell = [address(assets.addresses()[name]) for name in _SHELL]
    name = hashlib.sha256(json.dumps(shell).encode()).hexdigest()[:12]
    known = f"const AT = {json.dumps(address(''))}, SHELL = {json.dumps(shell)}, SHELL_NAME = {json.dumps(name)};\n"
    scripts = "".join((assets.FOLDER / file).read_text(encoding="utf-8") for file in ("queue.js", "worker.js"))
    headers = {"Service-Worker-Allowed": address("/phone"), "Cache-Control": "no-cache"}
    return Response(known + scripts, media_type="text/javascript", headers=headers)
