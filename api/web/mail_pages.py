"""The page of the mails that were taken in: what became of each, and why; it works without JavaScript."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.byte_response import attachment
from api.dependencies import AppSettings, Service, only_query
from api.web.rendering import render
from models.access import Right
from models.activity import Action
from models.errors import RecordNotFound
from models.mail import MAILS, MailOutcome, mail_from_body
from ocr_service.record_keeping import RecordKeeper

router = APIRouter()

_SHOWN = 200
_LOOKED_THROUGH = 5_000
"""Of the newest so many, those are shown that somebody has to look at."""


@router.get("/mails", dependencies=[allowed(Right.READ), Depends(only_query("show", "lang"))])
def mails_page(request: Request, service: Service, settings: AppSettings, show: Literal["refused", "all"] = "refused") -> HTMLResponse:
    """The newest mails: those that somebody has to look at, or all."""
    limit = _SHOWN if show == "all" else _LOOKED_THROUGH
    kept = RecordKeeper.over(service).newest(MAILS, limit=limit)
    mails = [(version, mail_from_body(version.body)) for version in kept]
    if show == "refused":
        mails = [(version, mail) for version, mail in mails if mail.outcome is MailOutcome.REFUSED]
    shown = [(version, version.subject.removeprefix(MAILS), mail) for version, mail in mails[:_SHOWN]]
    return render(request, "mails.html", mails=shown, show=show, most=_SHOWN, refused_mailbox=settings.mail_refused)


@router.get("/mails/{mail_id}/message", dependencies=[allowed(Right.READ), Depends(only_query())])
def mail_message(service: Service, mail_id: Annotated[str, Path(pattern="^[0-9a-f]{40}$")]) -> Response:
    """A message as it came, to be saved and opened by a mail program; noted in the log."""
    keeper = RecordKeeper.over(service)
    kept = keeper.get(MAILS + mail_id)
    if not kept.attachments:
        raise RecordNotFound("this message was too large to be brought; it lies on the mail server")
    service.activity.record(Action.ORIGINAL_DOWNLOADED, kept.subject)
    content = keeper.histories.attachment(kept.attachments[0])
    headers = {"Content-Disposition": attachment(f"{mail_id[:12]}.eml"), "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="message/rfc822", headers=headers)
