"""The OpenAPI document: every error of every route stands in it, as the problem that is really sent."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from api.access import SESSION_COOKIE, Allowed, declarations
from api.error_handlers import PROBLEM_MEDIA_TYPE
from api.schemas.problem import Problem

TITLE = "Piaogen 票根"
DESCRIPTION = """A verified, searchable backup archive of paper invoices (发票).

Every error is a problem document (RFC 9457) with a stable `code` and the `request_id` of the answer's `X-Request-ID` header.
503 is worth trying again after `Retry-After` seconds; every upload may be repeated safely, the same bytes are kept once."""

_MEANINGS = {
    400: "The request cannot be read",
    401: "Nobody said who asks, or what was shown opens nothing",
    403: "Whoever asks may not do this, or another web site sent the request",
    404: "Nothing has this name",
    409: "An earlier request with this Idempotency-Key still runs",
    412: "The record has another version by now; look at it again",
    413: "More bytes than one request may have",
    415: "The body is of a type that this route does not take",
    416: "The range lies outside the file",
    422: "A parameter or the body is wrong; `errors` says where",
    428: "If-Match is missing; send the ETag of the invoice",
    429: "More than one sender may ask for in a while, or too many tries; go on after `Retry-After` seconds",
    500: "Something broke inside, or bytes in the archive are damaged",
    503: "Store or catalogue do not answer; try again after `Retry-After` seconds",
}
_EVERYWHERE = (401, 403, 429, 500, 503)


_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key: `piaogen key add`, or the page of keys"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "Set by POST /v1/sessions. Until anybody has a login, this machine needs neither.",
    },
}
"""The ways to say who asks; each of them alone is enough."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for its `responses`; those that every route can have are added here."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, 422, *_EVERYWHERE})
    }


def content(media_type: str, meaning: str) -> dict[str, Any]:
    """An answer that is bytes."""
    return {"description": meaning, "content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of the application, made when it is first asked for."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = get_openapi(title=TITLE, version=app.version, description=DESCRIPTION, routes=app.routes, tags=app.openapi_tags)
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions = schema.pop("$defs", {})
    document["components"]["schemas"].update({**definitions, "Problem": schema})
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    document["components"]["securitySchemes"] = _SCHEMES
    for route in iter_route_contexts(app.routes):
        _declare(document, route)
    app.openapi_schema = document
    return document


def described(request: Request) -> dict[str, Any]:
    """The document of the application that answers. FastAPI remembers the functions of routes, and one that held its application would
    keep it."""
    app = request.app
    assert isinstance(app, FastAPI)
    return describe(app)


def _declare(document: dict[str, Any], route: RouteContext) -> None:
    """Give a route's operations a name of their own, that of its function, and say what it asks of whoever sends a request."""
    for method in sorted(route.methods or ()):
        operation = document["paths"].get(route.path, {}).get(method.lower())
        if operation is None:
            continue
        operation["operationId"] = route.name
        asked = [declared for declared in declarations(route) if isinstance(declared, Allowed)]
        operation["security"] = [{name: []} for name in _SCHEMES] if asked else []
        needed = " or ".join(f"`{right.value}`" for declared in asked for right in declared.rights)
        if needed:
            operation["description"] = f"{operation['description']}\n\nNeeds the right to {needed}."
