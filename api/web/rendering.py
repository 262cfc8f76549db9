"""Templates to answers: the one place that knows Jinja."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import segno
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from api.schemas.links import address
from api.schemas.problem import Problem
from api.web import (
    access_words,
    assets,
    company_words,
    custody_words,
    desk_words,
    export_words,
    interface_words,
    loss_words,
    mail_words,
    recall_words,
    reconciliation_words,
    record_words,
    register_words,
    trade_words,
    webhook_words,
    words,
)
from api.web.check_words import check_words
from api.web.language import COOKIE, MARKS, Language, language_of
from api.web.log_view import actor_of
from api.web.money import of_field, yuan
from api.web.navigation import MORE, OPEN, offered
from api.web.refusal_words import refusal_words
from models.access import Principal, Right
from models.calendar_words import CHINA
from models.errors import NotAuthenticated
from models.shown_text import as_shown
from ocr_service.version import installed_version

FOLDER = Path(__file__).parent
_A_YEAR_SECONDS = 31_536_000


def local_time(moment: datetime) -> str:
    """A moment as a clock in China shows it."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@pass_context
def who(context: Context, name: str) -> str:
    """Whoever acted, in words: 命令行 root for `cli:root`."""
    actor = actor_of(name)
    if not actor.way:
        return actor.name
    return f"{context['actor_words'](actor.way)} {actor.name}".strip()


def _finalized(value: object) -> object:
    """Every text that a template prints; what another template made is finished already."""
    is_finished = hasattr(value, "__html__")
    return as_shown(value) if isinstance(value, str) and not is_finished else value


def _environment() -> Environment:
    # StrictUndefined: a misspelt name in a template must fail in a test, not print nothing for a clerk.
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.globals.update(assets=assets.addresses(), program_version=installed_version())
    environment.filters.update(local_time=local_time, who=who, yuan=yuan, of_field=of_field)
    return environment


TEMPLATES = _environment()


def vocabulary(language: Language) -> dict[str, Callable[..., str]]:
    """The tables of words as functions of a key, for templates."""
    tables = {
        "t": words.PAGE,
        "state_words": trade_words.STATES,
        "ground_words": desk_words.GROUNDS,
        "desk_done": desk_words.DESK_DONE,
        "cell_words": desk_words.CELLS,
        "witness_sign": desk_words.WITNESS_SIGNS,
        "role_words": access_words.ROLES,
        "role_meaning": access_words.ROLE_MEANINGS,
        "scope_words": access_words.SCOPES,
        "company_wrong_words": company_words.COMPANY_WRONG,
        "same_by": custody_words.SAME_BY,
        "paper_event_words": custody_words.PAPER_EVENTS,
        "paper_state_words": custody_words.PAPER_STATES,
        "paper_form_words": custody_words.PAPER_FORMS,
        "paper_field_words": custody_words.PAPER_FIELDS,
        "paper_wrong_words": custody_words.PAPER_WRONG,
        "class_words": reconciliation_words.CLASSES,
        "class_meaning": reconciliation_words.CLASS_MEANINGS,
        "list_words": reconciliation_words.LISTS,
        "invoice_state": reconciliation_words.INVOICE_STATES,
        "why_words": trade_words.WHYS,
        "mail_words": mail_words.OUTCOMES,
        "mail_note_words": mail_words.NOTES,
        "verdict_words": trade_words.VERDICTS,
        "verdict_meaning": trade_words.VERDICT_MEANINGS,
        "status_words": trade_words.STATUSES,
        "status_meaning": trade_words.STATUS_MEANINGS,
        "witness_words": trade_words.WITNESSES,
        "outcome_words": trade_words.OUTCOMES,
        "source_words": trade_words.SOURCES,
        "clue_words": trade_words.CLUES,
        "doubt_words": trade_words.DOUBTS,
        "how_words": trade_words.HOW,
        "remembered_words": recall_words.NAMES,
        "kind_words": trade_words.KINDS,
        "field_words": trade_words.FIELDS,
        "rule_words": trade_words.RULES,
        "copy_words": loss_words.LOST_COPIES,
        "circumstance_words": loss_words.CIRCUMSTANCES,
        "mark_words": loss_words.MARKS,
        "use_words": loss_words.USES,
        "step_state_words": loss_words.STEP_STATES,
        "link_words": loss_words.LINK_STATES,
        "ending_words": loss_words.ENDINGS,
        "loss_text_words": loss_words.LOSS_TEXTS,
        "loss_field_words": loss_words.LOSS_FIELDS,
        "error_words": trade_words.ERRORS,
        "format_words": export_words.FORMATS,
        "export_state_words": export_words.EXPORT_STATES,
        "left_out_words": export_words.LEFT_OUT,
        "voucher_value_words": export_words.VOUCHER_VALUES,
        "view_words": register_words.VIEWS,
        "filter_words": register_words.FILTER_NAMES,
        "sort_words": register_words.SORTS,
        "export_words": register_words.EXPORT_FORMS,
        "wrong_filter_words": register_words.WRONG,
        "way_words": record_words.WAYS,
        "finding_words": record_words.FINDINGS,
        "action_words": record_words.ACTIONS,
        "actor_words": record_words.ACTORS,
        "detail_words": record_words.DETAILS,
        "obstacle_words": record_words.OBSTACLES,
        "record_words": record_words.RECORD_KINDS,
        "office_words": record_words.OFFICES,
        "event_words": webhook_words.EVENTS,
        "delivery_words": webhook_words.DELIVERY_STATES,
        "delivery_error_words": webhook_words.DELIVERY_ERRORS,
        "webhook_done_words": webhook_words.WEBHOOK_DONE,
        "switched_off_words": webhook_words.SWITCHED_OFF,
        "tag_words": interface_words.TAGS,
    }
    spoken: dict[str, Callable[..., str]] = {name: partial(words.say, table, language=language) for name, table in tables.items()}
    return spoken | {"check_words": partial(check_words, language=language), "refusal_words": partial(refusal_words, language=language)}


def render(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page in the language of whoever asks."""
    language = language_of(request)
    other = Language.ENGLISH if language is Language.CHINESE else Language.CHINESE
    principal: Principal | None = getattr(request.state, "principal", None)
    context = {
        **vocabulary(language),
        **values,
        "lang": language.value,
        "marks": MARKS[language],
        "other_lang": other.value,
        "at": address(""),
        "switch_url": address(str(request.url.include_query_params(lang=other.value).replace(scheme="", netloc=""))),
        "path": request.url.path,
        "person": None if principal is None or principal.is_local else principal,
        "may": partial(_may, principal),
        "home": address(home_of(principal)),
        "menu": offered(OPEN, request.url.path, partial(_may, principal)),
        "menu_more": offered(MORE, request.url.path, partial(_may, principal)),
    }
    response = HTMLResponse(TEMPLATES.get_template(template).render(context), status)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language, Cookie"
    if "lang" in request.query_params:
        response.set_cookie(COOKIE, language.value, max_age=_A_YEAR_SECONDS, httponly=True, samesite="lax")
    return response


def home_of(principal: Principal | None) -> str:
    """Where somebody begins: with the day, or with handing in where that is all they may do."""
    return "/today" if principal is not None and principal.may(Right.READ) else "/"


def _may(principal: Principal | None, right: str) -> bool:
    """Whether whoever looks at a page may do something: what they may not is neither linked nor offered."""
    return principal is not None and principal.may(Right(right))


def drawn_code(text: str) -> str:
    """A QR code as a picture for a page."""
    return segno.make_qr(text, error="m").svg_inline(border=4, light="#fff", svgclass="qr", omitsize=True)


def see(path: str) -> RedirectResponse:
    """What to look at after a form was sent."""
    return RedirectResponse(address(path), HTTPStatus.SEE_OTHER)


def error_page(request: Request, problem: Problem) -> Response:
    """A problem as a page; what is told is the table's words, not the technical detail. Who has to log in is asked to."""
    if problem.code == NotAuthenticated.code and request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return see("/login?next=" + quote(request.url.path + query, safe=""))
    return render(request, "error.html", problem.status, problem=problem)
