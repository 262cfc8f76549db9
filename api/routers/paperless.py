"""/api: what the phone apps of Paperless-ngx ask for when they log in, send a document and follow it, answered as that program does.

The apps hand files in; what of Paperless-ngx has no counterpart here (tags, correspondents …) is an empty list. Left out of the API's own
description: the shapes are another program's.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.access import PUBLIC, AppAccess, Caller, allowed, department_for, keep_sender, own_batch
from api.dependencies import Service
from api.logging_in import AppLoginDesk, finish, log_in
from api.receiving import ReceivedForm, posted_document, submit_all
from api.schemas.links import address
from api.schemas.paperless import API_VERSION, PERMISSIONS, VERSION, ListBody, TaskBody, TokenRequest, document_body
from models.access import Right, Stage
from models.errors import BatchNotFound, InvalidAccess, NotAllowed, SecondFactorNeeded, WrongCode, WrongLogin
from models.register import RegisterFilter, RegisterOrder
from ocr_service.app_keys import app_key
from storage.catalogue.register import Register

SOURCE = "paperless"
_SHOWN = 50
_EMPTY = ("tags", "correspondents", "document_types", "storage_paths", "saved_views", "custom_fields", "users", "groups")
_HAND_IN = allowed(Right.UPLOAD, Right.READ)


def _versions(response: Response) -> None:
    """The headers by which apps tell what they may ask."""
    response.headers["X-Api-Version"] = str(API_VERSION)
    response.headers["X-Version"] = VERSION


router = APIRouter(prefix="/api", tags=["paperless"], include_in_schema=False, dependencies=[Depends(_versions)])


@router.get("/", dependencies=[PUBLIC])
def show_root(request: Request) -> dict[str, str]:
    """Where everything is; apps look here whether this is a server for them."""
    home = str(request.base_url).rstrip("/") + address("/api/")
    return {name: f"{home}{name}/" for name in ("documents", "tasks", *_EMPTY)}


@router.post("/token/", dependencies=[PUBLIC])
async def make_token(request: Request, access: AppAccess, desk: AppLoginDesk) -> JSONResponse:
    """A key that only hands files in, for whoever knows login and password, and the code of the second factor where they have one.

    Raises:
        TooManyLogins.
    """
    asked = await _login_of(request)
    try:
        session = await log_in(request, desk, asked.username, asked.password)
        if session.stage is not Stage.COMPLETE:
            session = await finish(request, desk, session, asked.code)
    except WrongLogin:
        return _refusal("Unable to log in with provided credentials.")
    except SecondFactorNeeded as error:
        # Apps ask for the code when they read these words.
        return _refusal("MFA code is required" if asked.code is None else error.message)
    except WrongCode:
        return _refusal("Invalid MFA code")
    try:
        secret = await run_in_threadpool(app_key, access, session.user)
    except (NotAllowed, InvalidAccess) as error:
        return _refusal(error.message)
    finally:
        await run_in_threadpool(desk.desk.log_out, session.token)
    return JSONResponse({"token": secret}, headers={"Cache-Control": "no-store"})


@router.post("/documents/post_document/", dependencies=[allowed(Right.UPLOAD)])
async def post_document(
    form: Annotated[ReceivedForm, Depends(posted_document)], service: Service, caller: Caller, access: AppAccess
) -> str:
    """Take one document in; the answer is the name of its task, and the document is safe when it comes.

    `title` names the file; `created`, `tags` and the like are not needed: what stands on an invoice is read from it.
    """
    department = department_for(caller, form.meta.department)
    batch_id = service.open_batch(SOURCE)
    if form.title and len(form.files) == 1:
        [file] = form.files
        _, dot, ending = (file.filename or "").rpartition(".")
        file.filename = form.title + dot + ending if dot else form.title
    await run_in_threadpool(submit_all, service, form, SOURCE, batch_id, department)
    await run_in_threadpool(keep_sender, access, caller, batch_id, department)
    return str(UUID(batch_id.rpartition("-")[2]))


@router.get("/tasks/", dependencies=[_HAND_IN])
def show_tasks(service: Service, caller: Caller, access: AppAccess, task_id: str | None = None) -> list[TaskBody]:
    """The task of this name, where it is the caller's own; nothing without a name."""
    try:
        named = UUID(task_id or "")
    except ValueError:
        return []
    batch_id = f"{SOURCE}-{named.hex}"
    try:
        own_batch(batch_id, caller, access)
        return [TaskBody.of(service.batch(batch_id), named)]
    except BatchNotFound:
        return []


@router.get("/documents/", dependencies=[_HAND_IN])
def list_documents(service: Service, caller: Caller) -> ListBody:
    """The newest invoices, for whoever may read; to an app that only hands in, none."""
    if not caller.may(Right.READ):
        return ListBody()
    register = Register(service.catalogue)
    page = register.page(RegisterFilter(), RegisterOrder(), service.sees, _SHOWN)
    results = [document_body(row) for row in page.rows]
    return ListBody(count=len(results), all=[found["id"] for found in results], results=results)


@router.get("/ui_settings/", dependencies=[_HAND_IN])
def show_settings(caller: Caller) -> dict[str, Any]:
    """Who asks, and what an app may offer them."""
    user = {"id": 1, "username": caller.display_name, "first_name": "", "last_name": "", "is_staff": False, "is_superuser": False}
    return {
        "user": {**user, "groups": []},
        "username": caller.display_name,
        "display_name": caller.display_name,
        "settings": {"app_title": "票根 Piaogen", "permissions": {}, "saved_views": {}},
        "permissions": list(PERMISSIONS),
    }


@router.get("/statistics/", dependencies=[_HAND_IN])
def show_statistics(service: Service, caller: Caller) -> dict[str, Any]:
    """How many documents there are, as far as the caller may know."""
    total = sum(service.counts().values()) if caller.may(Right.READ) else 0
    counts = dict.fromkeys(("character_count", "tag_count", "correspondent_count", "document_type_count", "storage_path_count"), 0)
    return {"documents_total": total, "documents_inbox": 0, "inbox_tag": None, "inbox_tags": [], "document_file_type_counts": [], **counts}


@router.get("/remote_version/", dependencies=[_HAND_IN])
def show_remote_version() -> dict[str, Any]:
    """That there is nothing newer."""
    return {"version": f"v{VERSION}", "update_available": False}


def list_nothing() -> ListBody:
    """What this archive has none of."""
    return ListBody()


for _name in _EMPTY:
    router.add_api_route(f"/{_name}/", list_nothing, methods=["GET"], dependencies=[_HAND_IN], name=f"list_{_name}")


async def _login_of(request: Request) -> TokenRequest:
    """Login and password, as JSON or as a form; raise HTTPException for neither."""
    try:
        if request.headers.get("content-type", "").lower().startswith("application/json"):
            return TokenRequest.model_validate_json(await request.body())
        form = await request.form(max_files=0, max_fields=10)
        return TokenRequest.model_validate({name: value for name, value in form.items() if value})
    except ValueError:
        raise HTTPException(400, "send username and password, as JSON or as a form") from None


def _refusal(reason: str) -> JSONResponse:
    return JSONResponse({"non_field_errors": [reason]}, status_code=400)
