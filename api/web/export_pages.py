"""The pages of exports: choose a form, follow it, fetch it; and the mappings of vouchers. They work without JavaScript."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from api.access import Caller, allowed
from api.dependencies import AppExports, Service, only_query
from api.web.forms import form_texts
from api.web.rendering import render, see
from models.access import Right
from models.errors import BadUsage, InvalidClue, PiaogenError, StaleVersion
from models.export import ExportFormat, ExportWish
from models.register_texts import FILTERS
from ocr_service.exports.chosen import MOST_NAMED, SORT
from ocr_service.exports.mappings import Mappings, MappingText
from ocr_service.exports.runner import ExportRunner
from ocr_service.exports.voucher_mapping import VALUES
from ocr_service.service import ArchiveService

router = APIRouter()

_WAIT_SECONDS = 3.0
"""A small export is ready when its page appears."""
_OF_THE_LIST = frozenset({"all", "ids", "format", "mapping", "cursor", "limit", "view", "lang"})
"""What the form of a list says beside its filter."""
_MOST_FIELDS = MOST_NAMED + 100


async def _sent(request: Request) -> list[tuple[str, str]]:
    """The texts of a form with their names, each as often as it stands there."""
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    return [(name, text) for name, text in form.multi_items() if isinstance(text, str)]


Sent = Annotated[list[tuple[str, str]], Depends(_sent)]


@router.get("/exports", dependencies=[allowed(Right.EXPORT), Depends(only_query("lang"))])
def exports_page(request: Request, service: Service, exports: AppExports, caller: Caller) -> HTMLResponse:
    """A form for taking all of some days out, one's own exports, and the mappings."""
    return _page(request, service, exports, caller)


@router.post("/exports", response_model=None, dependencies=[allowed(Right.EXPORT)])
def begin_export(request: Request, sent: Sent, service: Service, exports: AppExports, caller: Caller) -> HTMLResponse | RedirectResponse:
    """Take invoices out: those with these `ids`, or with `all` everything that the filter in the form shows."""
    try:
        job = exports.begin(_wish(sent, Mappings(service)), caller)
    except (BadUsage, InvalidClue) as error:
        is_empty = error.details.get("field") == "chosen"
        return _page(request, service, exports, caller, wrong=None if is_empty else error, nothing=is_empty)
    exports.wait(job.id, caller, _WAIT_SECONDS)
    return see(f"/exports/{job.id}")


@router.get("/exports/mappings/{mapping_name}", dependencies=[allowed(Right.EXPORT), Depends(only_query("lang", "kept"))])
def mapping_page(request: Request, mapping_name: str, service: Service) -> HTMLResponse:
    """A mapping as it is written, to be changed or kept under another name."""
    found = Mappings(service).text(mapping_name)
    is_kept = "kept" in request.query_params
    return render(request, "export_mapping.html", name=found.name, toml=found.toml, values=VALUES, wrong=None, is_kept=is_kept)


@router.post("/exports/mappings", response_model=None, dependencies=[allowed(Right.CASES)])
async def keep_mapping(request: Request, service: Service) -> HTMLResponse | RedirectResponse:
    """Keep what was written; what means nothing in it is told beside the text, which stays as it is."""
    texts = await form_texts(request)
    name, toml = texts.get("name", "").strip(), texts.get("toml", "").replace("\r\n", "\n")
    try:
        await run_in_threadpool(Mappings(service).keep, name, toml)
    except (BadUsage, StaleVersion) as error:
        return render(request, "export_mapping.html", 422, name=name, toml=toml, values=VALUES, wrong=error, is_kept=False)
    return see(f"/exports/mappings/{name}?kept=1")


@router.get("/exports/{export_id}", dependencies=[allowed(Right.EXPORT), Depends(only_query("lang"))])
def export_page(request: Request, export_id: str, service: Service, exports: AppExports, caller: Caller) -> HTMLResponse:
    """How far one of one's own is, where it is fetched, and what is not in it."""
    return render(request, "export.html", job=exports.get(export_id, caller), titles=_titles(Mappings(service).all()))


@router.post("/exports/{export_id}/remove", dependencies=[allowed(Right.EXPORT)])
def remove_export(export_id: str, exports: AppExports, caller: Caller) -> RedirectResponse:
    """Take one of one's own away."""
    exports.remove(export_id, caller)
    return see("/exports")


def _page(
    request: Request,
    service: ArchiveService,
    exports: ExportRunner,
    caller: Caller,
    *,
    wrong: PiaogenError | None = None,
    nothing: bool = False,
) -> HTMLResponse:
    status = 422 if wrong or nothing else 200
    found, mappings = exports.all(caller), Mappings(service).all()
    told = {"jobs": found, "mappings": mappings, "hours": exports.hours, "wrong": wrong, "nothing": nothing}
    return render(request, "exports.html", status, formats=list(ExportFormat), titles=_titles(mappings), **told)


def _titles(mappings: Sequence[MappingText]) -> Mapping[str, str]:
    """What each mapping is called, by its name; without one it is the first."""
    return defaultdict(str, {one.name: one.title for one in mappings} | {"": mappings[0].title})


def _wish(sent: list[tuple[str, str]], mappings: Mappings) -> ExportWish:
    """What a form asks for; raise BadUsage, with the detail `field` of `chosen` where it names no invoice."""
    texts = dict(sent)
    unknown = next((name for name in texts if name not in _OF_THE_LIST and name not in FILTERS and name != SORT), None)
    if unknown is not None:
        raise BadUsage(f"an export knows no {unknown[:40]!r}", field="filter")
    ids = tuple(text for name, text in sent if name == "ids" and text)
    form, mapping = _form(texts.get("format", ""), texts.get("mapping", ""), mappings)
    if texts.get("all") == "1":
        given = {name: text for name, text in texts.items() if (name in FILTERS or name == SORT) and text.strip()}
        return ExportWish(form, filter=given, mapping=mapping)
    if not ids:
        raise BadUsage("no invoice was chosen", field="chosen")
    return ExportWish(form, ids, mapping=mapping)


def _form(text: str, mapping: str, mappings: Mappings) -> tuple[ExportFormat, str]:
    """`xlsx`, or `voucher:kingdee` for vouchers by a mapping, or the name of the mapping alone."""
    name, _, chosen = text.partition(":")
    if any(one.name == name for one in mappings.all()):
        return ExportFormat.VOUCHER, name
    try:
        form = ExportFormat(name)
    except ValueError:
        raise BadUsage(f"no form {name[:40]!r}: there are {', '.join(ExportFormat)}", field="format") from None
    return form, (chosen or mapping) if form is ExportFormat.VOUCHER else ""
