"""Why a request for a vendor's answer is refused, in the codes that the vendor's own programs know."""

from collections.abc import Callable, Mapping
from enum import Enum
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.request_context import request_id_of
from models.errors import (
    BadUsage,
    EmptyFile,
    FileTooLarge,
    NotAllowed,
    NotAuthenticated,
    PiaogenError,
    RefusedInput,
    TooManyPixels,
    Unavailable,
)


class Refusal(Enum):
    """What is wrong. `later`: the same request again may be answered."""

    KEY = "key"
    SIGNATURE = "signature"
    RIGHT = "right"
    NO_IMAGE = "no_image"
    ADDRESS = "address"
    IMAGE = "image"
    SIZE = "size"
    NOTHING = "nothing"
    ACTION = "action"
    LATER = "later"


class Refused(Exception):
    """A request is not answered, for this reason."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal
        self.message = message


Refuse = Callable[[Refused, str], tuple[int, dict[str, Any]]]
"""Makes status and body of a vendor's answer of a refusal and the request's id."""


class NotLetIn(Exception):
    """Whoever shows a key in a vendor's way is not let in, and told so in that vendor's words."""

    def __init__(self, wrong: Refused, refuse: Refuse) -> None:
        super().__init__(wrong.message)
        self.wrong = wrong
        self.refuse = refuse


def on_not_let_in(request: Request, error: Exception) -> Response:
    """The answer to a request that is not let in."""
    assert isinstance(error, NotLetIn)
    status, body = error.refuse(error.wrong, request_id_of(request.scope))
    return JSONResponse(body, status)


class _Codes(NamedTuple):
    baidu: int
    tencent: str
    aliyun: str
    aliyun_status: int = HTTPStatus.BAD_REQUEST


_CODES: Mapping[Refusal, _Codes] = {
    Refusal.KEY: _Codes(110, "AuthFailure.SecretIdNotFound", "InvalidAccessKeyId.NotFound", HTTPStatus.NOT_FOUND),
    Refusal.SIGNATURE: _Codes(14, "AuthFailure.SignatureFailure", "SignatureDoesNotMatch"),
    Refusal.RIGHT: _Codes(6, "UnauthorizedOperation", "NoPermission"),
    Refusal.NO_IMAGE: _Codes(216101, "MissingParameter", "MissingBody"),
    Refusal.ADDRESS: _Codes(216100, "InvalidParameter", "InvalidParameter"),
    Refusal.IMAGE: _Codes(216201, "FailedOperation.ImageDecodeFailed", "unsupportedImageFormat"),
    Refusal.SIZE: _Codes(216202, "LimitExceeded.TooLargeFileError", "exceededImageContent"),
    Refusal.NOTHING: _Codes(282103, "FailedOperation.OcrFailed", "noRelatedResult"),
    Refusal.ACTION: _Codes(3, "InvalidAction", "InvalidAction.NotFound", HTTPStatus.NOT_FOUND),
    Refusal.LATER: _Codes(18, "RequestLimitExceeded", "Throttling", HTTPStatus.SERVICE_UNAVAILABLE),
}
"""As the vendors' lists of errors have them; the clients retry what says that there were too many requests."""

_OF_ERROR: tuple[tuple[type[PiaogenError], Refusal], ...] = (
    (NotAuthenticated, Refusal.KEY),
    (NotAllowed, Refusal.RIGHT),
    (EmptyFile, Refusal.NO_IMAGE),
    (FileTooLarge, Refusal.SIZE),
    (TooManyPixels, Refusal.SIZE),
    (RefusedInput, Refusal.IMAGE),
    (BadUsage, Refusal.ADDRESS),
    (Unavailable, Refusal.LATER),
)


def refused(error: PiaogenError) -> Refused | None:
    """The refusal that an error of ours is; None for what no sender can mend."""
    for kind, refusal in _OF_ERROR:
        if isinstance(error, kind):
            return Refused(refusal, error.message)
    return None


def baidu_refusal(wrong: Refused, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and body: Baidu answers errors with 200."""
    code = _CODES[wrong.refusal].baidu
    return HTTPStatus.OK, {"error_code": code, "error_msg": wrong.message, "log_id": log_number(request_id)}


def tencent_refusal(wrong: Refused, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and body: Tencent answers errors with 200."""
    error = {"Code": _CODES[wrong.refusal].tencent, "Message": wrong.message}
    return HTTPStatus.OK, {"Response": {"Error": error, "RequestId": request_id}}


def aliyun_refusal(wrong: Refused, request_id: str) -> tuple[int, dict[str, Any]]:
    """Status and body."""
    codes = _CODES[wrong.refusal]
    return codes.aliyun_status, {"Code": codes.aliyun, "Message": wrong.message, "RequestId": request_id, "HostId": "piaogen"}


def log_number(request_id: str) -> int:
    """A request's id as the number that Baidu's `log_id` is; the same for the same id."""
    return int.from_bytes(request_id.encode()[:7], "big")
