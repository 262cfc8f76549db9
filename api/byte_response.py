"""Bytes that never change under their address: ETag, If-None-Match and single ranges (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from api.head_requests import is_head
from storage.verified_object import VerifiedObject

IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATE = "private, no-cache"
_RANGE = re.compile(r"bytes=(?=-?\d)(\d{0,18})-(\d{0,18})")
"""No file has more bytes than 18 digits can count; anything longer is no range and is ignored, as the standard allows."""


@dataclass(frozen=True, slots=True)
class Representation:
    """Bytes with the name of their version; `file_name` makes a browser save them under that name instead of showing them."""

    content: bytes | VerifiedObject
    media_type: str
    etag: str
    cache_control: str
    file_name: str | None = None

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.size

    def headers(self) -> dict[str, str]:
        """The headers that a 200, 206 and 304 share."""
        # Who asks decides whether it is answered at all: what a browser keeps for one login is not another's.
        whose = {"Vary": "Authorization, Cookie"}
        headers = {"ETag": f'"{self.etag}"', "Cache-Control": self.cache_control, "Accept-Ranges": "bytes", **whose}
        if self.file_name is not None:
            headers["Content-Disposition"] = attachment(self.file_name)
        return headers


def attachment(file_name: str) -> str:
    """Content-Disposition for any name: an ASCII stand-in for old clients and the real name by RFC 8187 (once RFC 5987)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def answer(request: Request, found: Representation) -> Response:
    """Answer with all of the bytes, a range of them, or 304.

    Several ranges in one request are answered with everything, which the standard allows.
    """
    headers = found.headers()
    if _matches(request.headers.get("if-none-match"), found.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    wanted = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    condition = request.headers.get("if-range")
    if wanted is None or (condition is not None and condition != f'"{found.etag}"'):
        return _response(request, found, HTTPStatus.OK, headers, 0, found.size - 1)
    size = found.size
    first, last = _bounds(wanted[1], wanted[2], size)
    if first > last or first >= size:
        raise HTTPException(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"the file has {size} bytes", headers={"Content-Range": f"bytes */{size}"}
        )
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _response(request, found, HTTPStatus.PARTIAL_CONTENT, headers, first, last)


def _response(request: Request, found: Representation, status: HTTPStatus, headers: dict[str, str], first: int, last: int) -> Response:
    """The bytes from `first` to `last`; of an object in a store no more than a piece is in memory, however slowly it is taken."""
    if isinstance(found.content, bytes):
        return Response(found.content[first : last + 1], status, headers, found.media_type)
    headers["Content-Length"] = str(last + 1 - first)
    pieces = found.content.read(first, last) if not is_head(request.scope) else ()
    return StreamingResponse(pieces, status, headers, found.media_type)


def _matches(condition: str | None, etag: str) -> bool:
    if condition is None:
        return False
    return any(part.strip() in ("*", f'"{etag}"', f'W/"{etag}"') for part in condition.split(","))


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte, both included; more than is there ends at the end, `-n` means the last n."""
    if first == "":
        return (max(size - int(last), 0), size - 1) if last not in ("", "0") else (size, 0)
    return int(first), min(int(last), size - 1) if last else size - 1
