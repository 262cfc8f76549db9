"""The one table error -> status, and every error as an RFC 9457 problem."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.request_context import request_id_of
from api.schemas.problem import Problem, ProblemItem
from api.told import told
from models.errors import (
    BadUsage,
    BudgetSpent,
    Conflict,
    DocumentDestroyed,
    EmptyFile,
    FileTooLarge,
    IdempotencyConflict,
    IntegrityViolated,
    InvalidClue,
    InvalidSetting,
    LoginElsewhereFailed,
    NotAllowed,
    NotAnArchive,
    NotAuthenticated,
    NotFound,
    ObjectNotFound,
    OutOfResources,
    PiaogenError,
    RefusedInput,
    SecondFactorNeeded,
    StaleVersion,
    TooManyLogins,
    TooManyPixels,
    Unavailable,
    UnknownSetting,
    UnsupportedMediaType,
    WeightsUnavailable,
    WrongCode,
    WrongLogin,
)
from ocr_service.shortage import refuse_shortage

PROBLEM_MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5

_log = structlog.get_logger(__name__)

STATUS: Mapping[type[PiaogenError], HTTPStatus] = {
    PiaogenError: HTTPStatus.INTERNAL_SERVER_ERROR,
    BadUsage: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidClue: HTTPStatus.UNPROCESSABLE_ENTITY,
    # A wrong setting is the operator's mistake, never the caller's.
    UnknownSetting: HTTPStatus.INTERNAL_SERVER_ERROR,
    InvalidSetting: HTTPStatus.INTERNAL_SERVER_ERROR,
    NotAnArchive: HTTPStatus.INTERNAL_SERVER_ERROR,
    RefusedInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    EmptyFile: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyPixels: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotFound: HTTPStatus.NOT_FOUND,
    # The catalogue vouched for it and the store has lost it: that is damage, not a wrong address.
    ObjectNotFound: HTTPStatus.INTERNAL_SERVER_ERROR,
    DocumentDestroyed: HTTPStatus.GONE,
    IntegrityViolated: HTTPStatus.INTERNAL_SERVER_ERROR,
    Conflict: HTTPStatus.CONFLICT,
    IdempotencyConflict: HTTPStatus.CONFLICT,
    StaleVersion: HTTPStatus.PRECONDITION_FAILED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    WrongLogin: HTTPStatus.UNAUTHORIZED,
    WrongCode: HTTPStatus.UNAUTHORIZED,
    LoginElsewhereFailed: HTTPStatus.UNAUTHORIZED,
    SecondFactorNeeded: HTTPStatus.UNAUTHORIZED,
    TooManyLogins: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    BudgetSpent: HTTPStatus.TOO_MANY_REQUESTS,
    WeightsUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What each class of error answers; a class without its own line answers as its parent does."""

_HTTP_CODES = {
    HTTPStatus.BAD_REQUEST: ("malformed_request", "The request cannot be read."),
    HTTPStatus.FORBIDDEN: ("cross_site_request", "Another web site may not send this request."),
    HTTPStatus.MISDIRECTED_REQUEST: ("unknown_host", "This service is not called so."),
    HTTPStatus.NOT_FOUND: ("route_not_found", "Nothing is served at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "This address does not take this method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "The request has more bytes than one request may have."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported_body", "The body is of a type that this route does not take."),
    HTTPStatus.REQUEST_TIMEOUT: ("request_timeout", "The request came too slowly."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("headers_too_large", "The headers are larger than any request needs."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("too_many_connections", "Too many connections are open."),
    HTTPStatus.PRECONDITION_REQUIRED: ("version_needed", "Say in If-Match which version you looked at."),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: ("range_not_satisfiable", "The range lies outside the file."),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("invalid_request", "The request is understood but wrong."),
}
INTERNAL = ("internal", "Something broke inside; nothing that was acknowledged is lost.")

PageRenderer = Callable[[Request, Problem], Response]


def status_of(error: type[PiaogenError]) -> HTTPStatus:
    """The status that a class of error answers, by its nearest ancestor in the table."""
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def http_code(status: HTTPStatus) -> tuple[str, str]:
    """Code and title of a problem of HTTP itself."""
    return _HTTP_CODES.get(status, INTERNAL)


def http_codes() -> tuple[str, ...]:
    """Codes that stand for HTTP itself rather than for an error of the domain."""
    return tuple(code for code, _ in _HTTP_CODES.values())


@dataclass(frozen=True, slots=True)
class ProblemResponder:
    """Turns every exception into a problem: JSON for programs, `render_page` for somebody who looks at a page."""

    render_page: PageRenderer

    def install(self, app: FastAPI) -> None:
        """Hang the handlers into the application."""
        app.add_exception_handler(PiaogenError, self.on_piaogen_error)
        app.add_exception_handler(RequestValidationError, self.on_invalid_request)
        app.add_exception_handler(HTTPException, self.on_http_error)
        app.add_exception_handler(MemoryError, self.on_shortage)
        app.add_exception_handler(OSError, self.on_shortage)
        app.add_exception_handler(Exception, self.on_bug)

    def on_piaogen_error(self, request: Request, error: Exception) -> Response:
        """An error that the service reports on purpose."""
        assert isinstance(error, PiaogenError)
        status = status_of(type(error))
        if status is HTTPStatus.CONFLICT and error.details.get("reason") == "other_body":
            # draft-ietf-httpapi-idempotency-key-header-07, section 2.7: a reused key with another payload is 422, a running one 409
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error(
                "request failed", code=error.code, reason=error.message, **{f"detail_{key}": value for key, value in error.details.items()}
            )
        title = (type(error).__doc__ or "").strip().splitlines()[0]
        again = error.retryable or "retry_after" in error.details or error.details.get("reason") == "in_flight"
        headers = {"Retry-After": str(error.details.get("retry_after", RETRY_AFTER_SECONDS))} if again else {}
        if status is HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        detail = told(error) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else error.message
        return self.respond(request, problem(request, status, error.code, title, detail), headers)

    def on_invalid_request(self, request: Request, error: Exception) -> Response:
        """Parameters or a body that do not have the declared shape."""
        assert isinstance(error, RequestValidationError)
        items = [_item(found) for found in error.errors()]
        code, title = _HTTP_CODES[HTTPStatus.UNPROCESSABLE_ENTITY]
        detail = "; ".join(f"{item.pointer}: {item.detail}" for item in items)
        return self.respond(request, problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, code, title, detail, items), {})

    def on_http_error(self, request: Request, error: Exception) -> Response:
        """Unknown routes, wrong methods, bodies that are too large."""
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        code, title = http_code(status)
        detail = title if error.detail in (None, status.phrase) else str(error.detail)
        return self.respond(request, problem(request, status, code, title, detail), error.headers or {})

    def on_shortage(self, request: Request, error: Exception) -> Response:
        """No memory, no open files, no room for temporary files; what else an OSError says is a bug."""
        try:
            refuse_shortage(error)
        except OutOfResources as short:
            _log.error("request found the machine short", exc_info=error)
            return self.on_piaogen_error(request, short)
        return self.on_bug(request, error)

    def on_bug(self, request: Request, error: Exception) -> Response:
        """Anything else: logged with its traceback, told to nobody."""
        _log.error("request broke", exc_info=error, path=request.url.path)
        return self.respond(request, problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, *INTERNAL, INTERNAL[1]), {})

    def respond(self, request: Request, found: Problem, headers: Mapping[str, str]) -> Response:
        """The problem in the form that the sender of the request can use."""
        if wants_page(request):
            response = self.render_page(request, found)
            response.headers.update(headers)
            return response
        return problem_response(found, headers)


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer: a browser that asks for anything outside the API."""
    return not request.url.path.startswith("/v1") and "text/html" in request.headers.get("accept", "")


def problem(request: Request, status: HTTPStatus, code: str, title: str, detail: str, errors: Sequence[ProblemItem] = ()) -> Problem:
    """The problem of one request."""
    return Problem(
        type=f"urn:piaogen:problem:{code}",
        title=title,
        status=status,
        detail=_utf_8(detail),
        instance=request.url.path,
        code=code,
        request_id=request_id_of(request.scope),
        errors=list(errors),
    )


def http_problem(request: Request, status: HTTPStatus, detail: str | None = None) -> Problem:
    """A problem of HTTP itself, for middleware, where no handler of the application is reached."""
    code, title = http_code(status)
    return problem(request, status, code, title, detail or title)


def problem_response(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as JSON; the request's id stands in a header as well, since a bug's answer passes no middleware."""
    every = {"X-Request-ID": found.request_id, **(headers or {})}
    return JSONResponse(found.model_dump(), status_code=found.status, headers=every, media_type=PROBLEM_MEDIA_TYPE)


def _item(found: Mapping[str, Any]) -> ProblemItem:
    message = str(found["msg"]).removeprefix("Value error, ")
    pointer = "/".join(str(part) for part in found["loc"])
    return ProblemItem(pointer=_utf_8(pointer), detail=_utf_8(message))


def _utf_8(text: str) -> str:
    """A text without lone surrogates, which JSON can write and UTF-8 cannot: they are shown by their numbers."""
    return text.encode("utf-8", "backslashreplace").decode()
