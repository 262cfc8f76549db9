"""Requests that no client means: each route takes each of them without breaking."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from models.digest import Digest
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN
from tests.support.pictures import a_picture

HOSTILE_WORDS = [
    b"%ED%A0%80",
    b"%00",
    b"%FF%FE",
    b"%F4%90%80%80",
    b"9" * 5000,
    b"-1",
    b"1e400",
    b"NaN",
    b"%E2%80%AE",
    b"..%2f..%2fx",
    b"'%22%3C",
]
"""In an address, escaped: a lone surrogate, a NUL, no UTF-8, beyond Unicode, numbers beyond numbers, a turned direction, paths, quotes."""
HOSTILE_TEXTS = ["\ud800", "\u202e\u0000", "9" * 5000, "1e999999"]
HOSTILE_HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-type", b"application/json; charset=undefined"),
    (b"content-type", b"application/json; charset=utf-7"),
    (b"content-type", b"multipart/form-data; boundary=b; charset=undefined"),
    (b"content-type", b"multipart/form-data; boundary=b; charset=rot13"),
    (b"content-type", b"multipart/form-data; boundary=b; charset=idna"),
    (b"content-type", b"multipart/form-data; boundary=" + b"b" * 5000),
    (b"content-type", b"multipart/form-data"),
    (b"content-type", b"application/x-www-form-urlencoded; charset=punycode"),
    (b"content-type", b"\xff\xfe"),
    (b"content-length", b"9" * 5000),
    (b"content-length", b"-1"),
    (b"accept-language", b"zh;q=" + b"9" * 5000 + b",\xff"),
    (b"accept", b"text/html;q=x,\xff"),
    (b"range", b"bytes=" + b"9" * 5000 + b"-"),
    (b"if-none-match", b"\xed\xa0\x80"),
    (b"if-match", b'"' + b"9" * 5000 + b'"'),
    (b"if-match", b"\xff"),
    (b"idempotency-key", b"\xed\xa0\x80\xff"),
    (b"idempotency-key", b"k" * 5000),
    (b"host", b"\xff"),
    (b"host", b"a:99999999999"),
    (b"origin", b"http://[::"),
    (b"cookie", b"lang=\xff; a=" + b"=" * 5000),
    (b"x-request-id", b"\xff\xfe"),
    (b"authorization", b"Bearer \xff"),
    (b"authorization", b"Basic " + b"=" * 100),
    (b"x-forwarded-prefix", b"\xff"),
]


def _operations(desk: Desk) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in desk.client.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            if "events" not in path:
                yield method.upper(), path, operation


def _filled(path: str, value: bytes) -> bytes:
    while "{" in path:
        path = path.replace(path[path.index("{") : path.index("}") + 1], value.decode(), 1)
    return path.encode()


def _known(desk: Desk, path: str) -> bytes:
    invoice = desk.archived_invoice()
    names = {"{invoice_id}": invoice, "{digest}": str(Digest.of(SCAN.read_bytes())), "{field}": "invoice_number", "{key}": "invoice_number"}
    for name, value in names.items():
        path = path.replace(name, quote(value))
    return _filled(path, b"x")


def _refused_well(answer: Any) -> bool:
    return int(answer.status_code) < 500 or int(answer.status_code) == 503


@pytest.fixture
def broken(desk: Desk) -> Iterator[list[str]]:
    """What of all the requests was answered as a bug."""
    found: list[str] = []
    yield found
    assert not found, f"{len(found)} requests broke: {found[:10]}"


def test_no_word_in_an_address_breaks_a_route(desk: Desk, broken: list[str]) -> None:
    for method, path, operation in _operations(desk):
        names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"] or ["x"]
        for word in HOSTILE_WORDS:
            addresses = [_filled(path, word)] if "{" in path else []
            addresses += [_filled(path, b"x") + b"?" + name.encode() + b"=" + word for name in names]
            addresses.append(_filled(path, b"x") + b"?" + word + b"=1")
            for address in addresses:
                answer = desk.client.request(method, address.decode("ascii"))
                if not _refused_well(answer):
                    broken.append(f"{method} {address[:200]!r}: {answer.status_code}")


def test_no_header_breaks_a_route(desk: Desk, broken: list[str]) -> None:
    for method, path, _ in _operations(desk):
        address = _known(desk, path).decode()
        for name, value in HOSTILE_HEADERS:
            answer = desk.client.request(method, address, headers=[(name, value)], content=b"" if method in ("GET", "HEAD") else b"{}")
            if not _refused_well(answer):
                broken.append(f"{method} {address} {name!r}: {value[:60]!r}: {answer.status_code}")


def _bodies(schema: dict[str, Any], everything: dict[str, Any], text: Any) -> Iterator[Any]:  # JSON
    """Objects in which one field, or everything, is this text."""
    reference = schema.get("$ref")
    if reference is not None:
        schema = everything["components"]["schemas"][reference.rsplit("/", 1)[1]]
    for name in schema.get("properties", {}):
        for value in (text, [text], {text: text}):
            yield {name: value}
            yield {"by": "x", "reason": "x", name: value}
    yield text
    yield [text]
    yield {text: text}


def test_no_text_in_a_json_body_breaks_a_route(desk: Desk, broken: list[str]) -> None:
    everything = desk.client.get("/openapi.json").json()
    for method, path, operation in _operations(desk):
        described = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if described is None:
            continue
        address = _known(desk, path).decode()
        for text in (*HOSTILE_TEXTS, 10**400, None):
            for body in _bodies(described["schema"], everything, text if isinstance(text, str) else json.dumps(text)):
                content = json.dumps(body).encode("ascii")
                headers = {"Content-Type": "application/json", "If-Match": '"1"'}
                answer = desk.client.request(method, address, content=content, headers=headers)
                if not _refused_well(answer):
                    broken.append(f"{method} {address} {content[:200]!r}: {answer.status_code}")


HOSTILE_JSON = [
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'"\xff"',
    b'{"by": "\xed\xa0\x80"}',
    b"\xff\xfe{\x00}\x00",
    b"\x00",
    b'{"limit": ' + b"9" * 5000 + b"}",
    b'{"limit": 1e400}',
    b'{"limit": NaN}',
    b'{"limit": Infinity}',
    b'{"limit": 1, "limit": 2}',
]


@pytest.mark.parametrize("content", HOSTILE_JSON, ids=lambda content: repr(content[:20]))
def test_no_json_breaks_a_route(desk: Desk, broken: list[str], content: bytes) -> None:
    for method, path, operation in _operations(desk):
        if "requestBody" in operation:
            address = _known(desk, path).decode()
            answer = desk.client.request(method, address, content=content, headers={"Content-Type": "application/json", "If-Match": '"1"'})
            if not _refused_well(answer):
                broken.append(f"{method} {address}: {answer.status_code}")


HOSTILE_PARTS = [
    b'form-data; name="files"; filename="\xed\xa0\x80.png"',
    b"form-data; name=\"files\"; filename*=UTF-8''%ED%A0%80.png",
    b"form-data; name=\"files\"; filename*=undefined''%ED%A0%80.png",
    b"form-data; name=\"files\"; filename*=rot13''%ED.png",
    b"form-data; name=\"files\"; filename*=hex''41.png",
    b"form-data; name=\"files\"; filename*=punycode''a-%FF.png",
    b"form-data; name=\"files\"; filename*=unicode_escape''%5Cud800.png",
    b"form-data; name=\"files\"; filename*=raw_unicode_escape''%5Cud800.png",
    b'form-data; name="files"; filename="\x00\x1b[2J"',
    b'form-data; name="files"; filename="' + b"a" * 50_000 + b'"',
    b'form-data; name="\xff"; filename="a.png"',
    b'form-data; name="meta"',
    b'form-data; name="meta"; filename="a.png"',
    b"form-data",
    b"\xff",
]


@pytest.mark.parametrize("charset", [b"", b"; charset=undefined", b"; charset=punycode", b"; charset=unicode_escape", b"; charset=\xff"])
@pytest.mark.parametrize("disposition", HOSTILE_PARTS, ids=lambda disposition: repr(disposition[:60]))
def test_no_name_of_a_part_breaks_an_upload(desk: Desk, disposition: bytes, charset: bytes) -> None:
    body = b"--b\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + a_picture(1) + b"\r\n--b--\r\n"
    answer = desk.client.post("/v1/uploads", content=body, headers=[(b"content-type", b"multipart/form-data; boundary=b" + charset)])

    assert _refused_well(answer), answer.text
    if answer.status_code == 202:
        desk.client.get(answer.headers["location"]).raise_for_status()
