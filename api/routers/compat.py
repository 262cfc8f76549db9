"""/compat: answers in the shapes of Baidu's, Tencent's and Aliyun's OCR, for programs that were written for those.

They are told in README.md and not in the OpenAPI document: their vendors describe them. Errors come in the vendors' shapes as well.
"""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api.access import PUBLIC, AppAccess, Caller, by_key
from api.compat import aliyun, baidu, tencent
from api.compat.front import ALIYUN_PATH, TENCENT_PATH
from api.compat.refusals import Refusal, Refuse, Refused, aliyun_refusal, baidu_refusal, log_number, refused, tencent_refusal
from api.compat.signatures import aliyun_key, check_aliyun, check_tencent, tencent_key
from api.compat.taking import ORIGINAL_PATH, AllowedByVendor, Taking, decoded, refuse_address
from api.dependencies import AppUploadGate, Service
from api.request_context import request_id_of
from models.access import Right
from models.errors import NotAuthenticated, PiaogenError
from models.reading import Reading

router = APIRouter(include_in_schema=False)

_TOKEN_SECONDS = 2_592_000
_SCOPE = "public brain_all_scope"
"""Without the second one Baidu's own program signs in another way."""
_RIGHTS = (Right.UPLOAD,)
_BY_BAIDU = Depends(AllowedByVendor(_RIGHTS, baidu_refusal))
_BY_TENCENT = Depends(AllowedByVendor(_RIGHTS, tencent_refusal))
_BY_ALIYUN = Depends(AllowedByVendor(_RIGHTS, aliyun_refusal))


def _taking(request: Request, service: Service, gate: AppUploadGate, access: AppAccess, caller: Caller) -> Taking:
    return Taking(request, service, gate, access, caller)


AppTaking = Annotated[Taking, Depends(_taking)]


@router.api_route("/compat/baidu/oauth/2.0/token", methods=["GET", "POST"], dependencies=[PUBLIC])
async def open_baidu_token(request: Request, access: AppAccess) -> JSONResponse:
    """The key that was shown as `client_secret`, as an `access_token`."""
    secret = request.query_params.get("client_secret", "")
    if not secret and request.method == "POST":
        secret = dict(parse_qsl((await request.body()).decode("utf-8", "replace"))).get("client_secret", "")
    try:
        await run_in_threadpool(by_key, access, secret)
    except NotAuthenticated:
        meaning = "Client authentication failed: client_secret must be a key of this service"
        return JSONResponse({"error": "invalid_client", "error_description": meaning}, HTTPStatus.UNAUTHORIZED)
    return JSONResponse({"access_token": secret, "expires_in": _TOKEN_SECONDS, "scope": _SCOPE, "session_key": ""})


@router.post("/compat/baidu/rest/2.0/ocr/v1/{product}", dependencies=[_BY_BAIDU])
async def ask_baidu(product: str, taking: AppTaking) -> JSONResponse:
    """A form with `image`, `pdf_file` or `ofd_file` in Base64."""

    async def answer(request_id: str) -> dict[str, Any]:
        if product not in baidu.PRODUCTS:
            raise Refused(Refusal.ACTION, f"there is no {product} here: {', '.join(baidu.PRODUCTS)}")
        form = dict(parse_qsl((await taking.body()).decode("utf-8", "replace"), keep_blank_values=True))
        file = form.get("image") or form.get("pdf_file") or form.get("ofd_file") or ""
        reading = await taking.read(_bytes_of(file, form.get("url")))
        return baidu.baidu_answer(product, reading, log_number(request_id))

    return await _answered(taking.request, answer, baidu_refusal)


@router.post(TENCENT_PATH, dependencies=[_BY_TENCENT])
async def ask_tencent(taking: AppTaking) -> JSONResponse:
    """JSON with `ImageBase64`; what is asked for stands in the header `X-TC-Action`."""
    headers, action = taking.request.headers, taking.request.headers.get("x-tc-action", "")

    async def answer(request_id: str) -> dict[str, Any]:
        if action not in tencent.ACTIONS:
            raise Refused(Refusal.ACTION, f"there is no {action or 'action'} here: {', '.join(tencent.ACTIONS)}")
        body = await taking.body()
        if tencent_key(headers.get("authorization", "")) is not None:
            check_tencent("POST", _signed_path(taking.request), headers, body)
        asked = _json(body)
        reading = await taking.read(_bytes_of(asked.get("ImageBase64"), asked.get("ImageUrl")))
        return tencent.tencent_answer(action, reading, request_id)

    return await _answered(taking.request, answer, tencent_refusal)


@router.post(ALIYUN_PATH, dependencies=[_BY_ALIYUN])
async def ask_aliyun(taking: AppTaking) -> JSONResponse:
    """The file as the body; what is asked for stands in the header `x-acs-action`."""
    request, action = taking.request, taking.request.headers.get("x-acs-action", "")

    async def answer(request_id: str) -> dict[str, Any]:
        if action not in aliyun.ACTIONS:
            raise Refused(Refusal.ACTION, f"there is no {action or 'action'} here: {', '.join(aliyun.ACTIONS)}")
        body = await taking.body()
        if aliyun_key(request.headers.get("authorization", "")) is not None:
            check_aliyun("POST", _signed_path(request), request.url.query, request.headers, body)
        if request.query_params.get("Url"):
            raise refuse_address()
        if not body:
            raise Refused(Refusal.NO_IMAGE, "there is no file in the request: send its bytes as the body")
        reading: Reading = await taking.read(body)
        return aliyun.aliyun_answer(action, reading, request_id)

    return await _answered(request, answer, aliyun_refusal)


async def _answered(request: Request, answer: Callable[[str], Awaitable[dict[str, Any]]], refuse: Refuse) -> JSONResponse:
    request_id = request_id_of(request.scope)
    try:
        return JSONResponse(await answer(request_id))
    except Refused as wrong:
        status, body = refuse(wrong, request_id)
    except PiaogenError as error:
        known = refused(error)
        if known is None:
            raise
        status, body = refuse(known, request_id)
    return JSONResponse(body, status)


def _signed_path(request: Request) -> str:
    return str(request.scope.get(ORIGINAL_PATH, request.url.path))


def _bytes_of(file: object, address: object) -> bytes:
    if isinstance(file, str) and file:
        return decoded(file)
    if address:
        raise refuse_address()
    raise Refused(Refusal.NO_IMAGE, "there is no image in the request: send its bytes in Base64")


def _json(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Refused(Refusal.ADDRESS, "the body is no JSON") from None
    if not isinstance(asked, dict):
        raise Refused(Refusal.ADDRESS, "the body is no JSON object")
    return asked
