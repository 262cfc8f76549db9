"""A body that is too large is stopped while it streams, and the sender still gets the answer."""

from collections.abc import Iterator

import httpx2
import pytest

from api.limits import MAX_FEW_BYTES, max_request_bytes
from tests.api.conftest import Desk
from tests.support.scripted_service import settings_in
from tests.support.served import served

HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'


def _body(size: int) -> Iterator[bytes]:
    yield HEAD
    for _ in range(size // 65536):
        yield b"\0" * 65536
    yield b"\r\n--b--\r\n"


def _post(base: str, **request: object) -> httpx2.Response:
    headers = {"Content-Type": "multipart/form-data; boundary=b"} | dict(request.pop("headers", {}))  # type: ignore[call-overload]
    return httpx2.post(f"{base}/v1/uploads", headers=headers, timeout=30, **request)  # type: ignore[arg-type]


@pytest.mark.parametrize("declared", [True, False])
def test_sixty_megabytes_are_refused_with_a_problem(desk: Desk, declared: bool) -> None:
    limit = max_request_bytes(settings_in(desk.folder))
    size = limit + 1_000_000
    body: object = b"".join(_body(size)) if declared else _body(size)
    with served(desk.client.app) as base:  # type: ignore[arg-type]
        answer = _post(base, content=body)

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(limit) in answer.json()["detail"]
    assert list(desk.service.archive.digests()) == []


def test_a_length_that_lies_is_found_out(desk: Desk) -> None:
    """TestClient hands the body over as it is, whatever the header says."""
    size = max_request_bytes(settings_in(desk.folder)) + 1_000_000
    answer = desk.client.post(
        "/v1/uploads",
        content=b"".join(_body(size)),
        headers={"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "10"},
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=b", "text/plain"])
def test_what_is_no_upload_has_a_limit_of_its_own_whatever_it_calls_itself(desk: Desk, media_type: str) -> None:
    for size, statuses in ((MAX_FEW_BYTES + 10, {413}), (MAX_FEW_BYTES - 10, {200, 422})):
        answer = desk.client.post("/v1/invoices/find", content=b" " * size, headers={"Content-Type": media_type})

        assert answer.status_code in statuses
        assert answer.json()["code"] in {"body_too_large", "invalid_request"}


@pytest.mark.parametrize("digits", [19, 5000])
def test_a_length_that_is_no_length_is_too_large(desk: Desk, digits: int) -> None:
    answer = desk.client.post(
        "/v1/invoices/find", content=b"{}", headers={"Content-Type": "application/json", "Content-Length": "9" * digits}
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_body_just_under_the_limit_is_taken(desk: Desk) -> None:
    answer = desk.client.post(
        "/v1/uploads", content=b"".join(_body(2_900_000)), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )

    assert (answer.status_code, answer.json()["counts"]) == (202, {"refused": 1})


def test_a_form_that_breaks_off_is_malformed(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", content=b"nonsense", headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert answer.status_code in (400, 422)
    assert list(desk.service.archive.digests()) == []
