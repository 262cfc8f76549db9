"""The page that finds: by a sentence, whose words it shows as chips, or field by field. It works without JavaScript."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import allowed
from api.dependencies import EachOnce, Service
from api.schemas.clues import ClueTexts
from api.views import not_searchable
from api.web.find_view import HitRow, WrongClue, hit_rows, wrong_clues
from api.web.language import language_of
from api.web.recall_view import changed, chips, known_elsewhere, loss_query, nearest_rows, rows
from api.web.rendering import render, see
from models.access import Right
from models.archive import DocumentState
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.verification import Verdict
from ocr_service.recalling import MAX_SENTENCE, Recalled, recall
from ocr_service.service import ArchiveService

router = APIRouter()

_FINAL = (DocumentState.DUPLICATE, DocumentState.REFUSED)
_LIMIT: int = ClueTexts.model_fields["limit"].default
_EDITED = "/find/words"


@router.get("/find", dependencies=[allowed(Right.READ), EachOnce])
def find_page(request: Request, service: Service) -> HTMLResponse:
    """Search by whatever is remembered; without any clue the newest."""
    texts = _texts(request)
    asked = {name: value.strip() for name, value in texts.items() if value.strip()}
    if ClueTexts.of_form(texts).is_recalled:
        return _recalled_page(request, service, texts, asked)
    wrong: tuple[WrongClue, ...] = ()
    hits: tuple[HitRow, ...] = ()
    try:
        hits = hit_rows(service, service.find(ClueTexts.of_form(texts).clues()))
    except InvalidClue:
        wrong = wrong_clues(service, asked)
    return _page(request, service, texts, asked, hits=hits, wrong=wrong)


@router.get(_EDITED, dependencies=[allowed(Right.READ), EachOnce])
def edited_page(request: Request) -> RedirectResponse:
    """The form of a chip: its words are written into the sentence in the place of those that stood there."""
    said = {name: value for name, value in request.query_params.items() if len(value) <= MAX_SENTENCE}
    start = said.get("start", "")
    asked = {name: value for name, value in _texts(request).items() if value.strip()}
    question = changed(
        asked, int(start) if start.isdecimal() and start.isascii() else 0, said.get("words", ""), said.get("into", "").strip()
    )
    return see("/find?" + urlencode(question))


def _texts(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name in ClueTexts.model_fields and name != "limit"}


def _recalled_page(request: Request, service: ArchiveService, texts: Mapping[str, str], asked: Mapping[str, str]) -> HTMLResponse:
    # Words keep the places that chips know them by, so the sentence goes as it was typed.
    fields = {name: value for name, value in texts.items() if name != "meant"}
    try:
        recalled = recall(service, fields, texts.get("meant", ""), _LIMIT)
    except InvalidClue:
        others = {name: value for name, value in asked.items() if name not in ("sentence", "meant")}
        wrong = wrong_clues(service, others) if others else (WrongClue("sentence", asked["sentence"][:40] + "…", None),)
        return _page(request, service, texts, asked, wrong=wrong)
    return _page(request, service, texts, asked, recalled=recalled)


def _page(
    request: Request,
    service: ArchiveService,
    texts: Mapping[str, str],
    asked: Mapping[str, str],
    *,
    hits: tuple[HitRow, ...] = (),
    wrong: tuple[WrongClue, ...] = (),
    recalled: Recalled | None = None,
) -> HTMLResponse:
    language = language_of(request)
    counts = service.counts()
    understood: dict[str, object] = {"recalled": recalled}
    if recalled is not None:
        understood |= {
            "chips": chips(recalled.memory, texts, recalled.before, language),
            "fitting": rows(service, recalled.hits, language),
            "nearest": nearest_rows(service, recalled, language),
            "loss_query": loss_query(recalled.memory, asked),
            "elsewhere": [] if recalled.hits else known_elsewhere(service, recalled.memory),
        }
    return render(
        request,
        "find.html",
        HTTPStatus.OK if not wrong else HTTPStatus.UNPROCESSABLE_ENTITY,
        texts=texts,
        asked={name: value for name, value in asked.items() if name != "meant"},
        rows=hits,
        wrong=wrong,
        kinds=tuple(InvoiceKind),
        verdicts=tuple(Verdict),
        limit=_LIMIT,
        most=MAX_SENTENCE,
        edited=_EDITED,
        not_searchable=not_searchable(service),
        index=service.index.state(),
        stored=sum(count for state, count in counts.items() if state not in _FINAL),
        in_words=urlencode({"sentence": " ".join(asked.values())}),
        **understood,
    )
