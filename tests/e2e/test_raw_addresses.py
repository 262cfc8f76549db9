"""Raw UTF-8 in an address answers like its escaped form, and nothing behind the first line of a request is touched."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from models.digest import Digest
from tests.support.pictures import a_picture
from tests.support.serving import serving

ADDRESSES = ["/v1/invoices?seller=虚构餐饮&text=é", "/v1/invoices/票-1", "/v1/invoices?number=№88"]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("raw") / "archive", workers=0) as (client, _):
        yield int(client.base_url.port or 0)


def _ask(port: int, *pieces: bytes) -> tuple[int, dict[str, object]]:
    """Status and JSON of the last answer; each piece is sent when the one before it was."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        answer = connection.makefile("rb").read()
    head, _, body = answer[answer.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    told = json.loads(body)
    told.pop("request_id", None)
    return int(head.split()[1]), told


def _request(line: str) -> bytes:
    return f"{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_raw_and_escaped_addresses_answer_alike(port: int, address: str) -> None:
    raw = _ask(port, _request("GET " + address))

    assert raw == _ask(port, _request("GET " + quote(address, safe="/?=&")))
    assert raw[0] in (200, 404)


def test_a_line_may_come_byte_by_byte(port: int) -> None:
    request = _request("GET " + ADDRESSES[1])

    assert _ask(port, *(request[i : i + 1] for i in range(len(request)))) == _ask(port, request)


def test_a_body_is_never_touched_wherever_it_is_cut(port: int) -> None:
    """The second of two requests on one connection, whose picture comes behind its headers and holds bytes that are no ASCII."""
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    body = part + a_picture(9) + b"\r\n--b--\r\n"
    head = (
        "POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    first = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"

    for pieces in ([first, head, body], [first + head, body], [first + head + body], [first, head + body[:100], body[100:]]):
        status, told = _ask(port, *pieces)

        assert status == 202
        assert told["files"][0]["digest"] == str(Digest.of(a_picture(9)))  # type: ignore[index]
