"""Every error is a problem document, and every class of error has its status."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient

from api.error_handlers import STATUS, status_of
from models import errors
from models.errors import BudgetSpent, Busy, OutOfResources, PiaogenError, RecognitionFailed, StoreUnavailable
from tests.api.conftest import Desk

KEYS = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}


def _every_error(error: type[PiaogenError] = PiaogenError) -> Iterator[type[PiaogenError]]:
    yield error
    for below in error.__subclasses__():
        yield from _every_error(below)


@pytest.mark.parametrize("error", list(_every_error()), ids=lambda error: error.__name__)
def test_every_error_has_a_status_that_fits_its_exit_code(error: type[PiaogenError]) -> None:
    status = status_of(error)

    assert isinstance(status, HTTPStatus) and status >= 400
    assert (status is HTTPStatus.SERVICE_UNAVAILABLE) == (error.retryable and error is not BudgetSpent)
    assert error.exit_code != 3 or status < 500


def test_the_table_names_only_errors_that_exist() -> None:
    assert set(STATUS) <= set(_every_error())


def _assert_is_problem(answer: object, status: int, code: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    body = answer.json()  # type: ignore[attr-defined]
    assert set(body) == KEYS
    assert (body["status"], answer.status_code, body["code"]) == (status, status, code)  # type: ignore[attr-defined]
    assert body["type"] == f"urn:piaogen:problem:{code}"
    assert body["request_id"] == answer.headers["x-request-id"]  # type: ignore[attr-defined]
    assert body["title"] and body["detail"]


def test_an_unknown_address_is_a_problem(desk: Desk) -> None:
    answer = desk.client.get("/v1/nothing")

    _assert_is_problem(answer, 404, "route_not_found")
    assert answer.json()["instance"] == "/v1/nothing"


def test_a_wrong_method_is_a_problem_and_names_the_right_ones(desk: Desk) -> None:
    answer = desk.client.delete("/v1/invoices/x-1")

    _assert_is_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_an_error_of_the_service_is_a_problem(desk: Desk) -> None:
    _assert_is_problem(desk.client.get("/v1/batches/x"), 404, "batch_not_found")


def test_a_wrong_parameter_is_named(desk: Desk) -> None:
    answer = desk.client.get("/v1/review", params={"limit": "many"})

    _assert_is_problem(answer, 422, "invalid_request")
    assert [item["pointer"] for item in answer.json()["errors"]] == ["query/limit"]


def test_json_that_is_none_is_a_problem(desk: Desk) -> None:
    answer = desk.client.post("/v1/invoices/find", content=b"{", headers={"Content-Type": "application/json"})

    _assert_is_problem(answer, 422, "invalid_request")


def test_what_is_away_says_when_to_come_back(desk: Desk) -> None:
    @desk.client.app.get("/v1/away")  # type: ignore[attr-defined, untyped-decorator]
    def away() -> None:
        raise StoreUnavailable("the disk is full")

    answer = desk.client.get("/v1/away")
    _assert_is_problem(answer, 503, "store_unavailable")
    assert answer.headers["retry-after"] == "5"


_SECRETS = "/srv/secret postgresql://user:swordfish@db/x SELECT * FROM invoices s3://bucket"


@pytest.mark.parametrize("error", [error for error in _every_error() if status_of(error) >= 500], ids=lambda error: error.__name__)
def test_what_breaks_inside_is_told_without_path_address_or_statement(
    desk: Desk, error: type[PiaogenError], capfd: pytest.CaptureFixture[str]
) -> None:
    if issubclass(error, (Busy, OutOfResources, RecognitionFailed)):
        return  # their messages are made of numbers of ours

    @desk.client.app.get("/v1/inside")  # type: ignore[attr-defined, untyped-decorator]
    def inside() -> None:
        raise error(_SECRETS, path="/srv/secret")

    answer = desk.client.get("/v1/inside")
    _assert_is_problem(answer, int(status_of(error)), error.code)
    assert not [word for word in _SECRETS.split() if word in answer.text and len(word) > 6]
    assert "under this request's id" in answer.json()["detail"]
    assert _SECRETS in "".join(capfd.readouterr())


@pytest.mark.parametrize("error", [Busy, StoreUnavailable])
def test_what_is_said_to_the_sender_is_told_as_it_is(desk: Desk, error: type[PiaogenError]) -> None:
    @desk.client.app.get("/v1/outside")  # type: ignore[attr-defined, untyped-decorator]
    def outside() -> None:
        raise error("come back later", retry_after=60)

    answer = desk.client.get("/v1/outside")
    assert (answer.json()["detail"], answer.headers["retry-after"]) == ("come back later", "60")


def test_a_bug_tells_nothing_about_itself(desk: Desk) -> None:
    @desk.client.app.get("/v1/bug")  # type: ignore[attr-defined, untyped-decorator]
    def bug() -> None:
        raise RuntimeError("password=swordfish")

    answer = desk.client.get("/v1/bug")
    _assert_is_problem(answer, 500, "internal")
    assert "swordfish" not in answer.text


ROUTES_WITHOUT_QUERY = [
    "/v1/capabilities",
    "/livez",
    "/readyz",
    "/metrics",
    "/v1/batches/x",
    "/v1/invoices/x-1",
    "/v1/invoices/x-1/original",
    "/v1/files/sha256:" + "0" * 64,
]


@pytest.mark.parametrize("address", ROUTES_WITHOUT_QUERY)
def test_a_query_parameter_that_means_nothing_is_refused(desk: Desk, address: str) -> None:
    method = "HEAD" if "/files/" in address else "GET"

    assert desk.client.request(method, address, params={"no_such": "1"}).status_code == 422


def test_a_misspelt_parameter_is_told_the_known_ones(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", files={"files": ("a", b"x")}, params={"wiat": 1})

    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [{"pointer": "query/wiat", "detail": "unknown query parameter; known are wait"}],
    )


@pytest.mark.parametrize(("offered", "kept"), [("abc-123", True), ("a b\"'<>", False), ("x" * 65, False), ("", False)])
def test_a_request_keeps_its_id_when_it_is_harmless(desk: Desk, offered: str, kept: bool) -> None:
    answer = desk.client.get("/livez", headers={"X-Request-ID": offered})

    assert (answer.headers["x-request-id"] == offered) == kept
    assert len(answer.headers["x-request-id"]) >= 7


def test_another_web_site_cannot_make_a_browser_upload(desk: Desk) -> None:
    answer = desk.client.post("/v1/uploads", files={"files": ("a", b"x")}, headers={"Sec-Fetch-Site": "cross-site"})

    _assert_is_problem(answer, 403, "cross_site_request")
    assert list(desk.service.archive.digests()) == []


def test_every_answer_protects_the_browser(desk: Desk) -> None:
    client: TestClient = desk.client
    for address in ("/", "/find", "/livez", "/v1/nothing", "/static/app.js"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_tree_that_was_walked_is_the_whole_tree() -> None:
    assert set(_every_error()) == {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, PiaogenError)}


def test_answers_are_not_kept_by_a_browser_unless_they_never_change(desk: Desk) -> None:
    assert desk.client.get("/v1/invoices").headers["cache-control"] == "no-store"
    assert "immutable" in desk.client.get("/static/app.css").headers["cache-control"]
