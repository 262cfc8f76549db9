"""What the phone apps of Paperless-ngx ask: a token for a login, a document sent, its task followed, lists that are empty here."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.schemas.paperless import number_of
from models.access import Role, Scope
from models.digest import Digest
from models.people import User
from ocr_service.acting import acting_as
from ocr_service.app_keys import MOST_KEYS
from ocr_service.passwords import hashed
from tests.api.conftest import Desk
from tests.support.example_reading import SCAN
from tests.support.logins import PASSWORD, access_of, machine, nobody, person
from tests.support.pictures import a_picture


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    person(app, Role.ADMIN)
    return app


@pytest.fixture
def li(app: FastAPI) -> Iterator[str]:
    """A clerk of one department, by login."""
    access_of(app).add_user(replace(User("li", "李四", Role.CLERK, frozenset({"财务部"})), password_hash=hashed(PASSWORD)), None)
    yield "li"


def token_for(app: FastAPI, name: str, password: str = PASSWORD, **more: str) -> Any:
    return nobody(app).post("/api/token/", json={"username": name, "password": password, **more})


def phone(app: FastAPI, token: str) -> TestClient:
    """An app that was given a token."""
    return TestClient(
        app, raise_server_exceptions=False, headers={"Authorization": f"Token {token}", "Accept": "application/json; version=9"}
    )


def post(client: TestClient, name: str, content: bytes, **texts: str) -> str:
    answer = client.post("/api/documents/post_document/", files={"document": (name, content)}, data=texts)
    assert answer.status_code == 200, answer.text
    return str(UUID(answer.json()))


def task(client: TestClient, task_id: str) -> Any:
    [found] = client.get("/api/tasks/", params={"task_id": task_id}).json()
    return found


def test_an_app_logs_in_sends_a_document_and_follows_it(desk: Desk, app: FastAPI, li: str) -> None:
    token = token_for(app, li).json()["token"]
    client = phone(app, token)

    sent = post(client, "scan.jpg", SCAN.read_bytes(), title="打车", created="2026-03-01", tags="1")
    waiting = task(client, sent)
    desk.read_everything()
    done = task(client, sent)

    digest = Digest.of(SCAN.read_bytes())
    assert (waiting["status"], waiting["date_done"], waiting["task_file_name"]) == ("PENDING", None, "打车.jpg")
    assert (done["status"], done["related_document"], done["task_id"]) == ("SUCCESS", str(number_of(digest)), sent)
    assert desk.service.received(digest).department == "财务部"
    keys = access_of(app).keys()
    assert {used.key.label for used in keys if used.key.made_by == "user:li"} == {"app of li"}


def test_a_duplicate_and_a_refused_file_say_why(app: FastAPI, li: str) -> None:
    client = phone(app, token_for(app, li).json()["token"])
    post(client, "a.png", a_picture(1))

    again = task(client, post(client, "b.png", a_picture(1)))
    refused = task(client, post(client, "c.docx", b"no invoice"))

    assert again["status"] == "FAILURE"
    assert f"b.png: Not consuming b.png: It is a duplicate of {Digest.of(a_picture(1))} (#" in again["result"]
    assert (refused["status"], refused["related_document"]) == ("FAILURE", None)
    assert refused["result"].startswith("c.docx: The content is of no known format")


def test_what_an_app_asks_at_its_login_is_answered(app: FastAPI, li: str) -> None:
    client = phone(app, token_for(app, li).json()["token"])
    empty = ("tags", "correspondents", "document_types", "storage_paths", "saved_views", "custom_fields", "users", "groups")

    root = nobody(app).get("/api/")
    answers = {name: client.get(f"/api/{name}/") for name in ("ui_settings", "statistics", "remote_version", "documents", *empty)}

    assert (root.status_code, root.json()["documents"]) == (200, "http://testserver/api/documents/")
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert {(answer.headers["X-Api-Version"], answer.headers["X-Version"]) for answer in answers.values()} == {("9", "2.20.15")}
    assert [answers[name].json()["results"] for name in empty] == [[]] * len(empty)
    assert "add_document" in answers["ui_settings"].json()["permissions"]
    assert answers["statistics"].json()["documents_total"] == 0


def test_who_may_read_is_shown_the_newest_invoices_of_their_own(desk: Desk, app: FastAPI) -> None:
    person(app, Role.ADMIN).client.post("/v1/uploads", files={"files": (SCAN.name, SCAN.read_bytes())})
    desk.read_everything()
    ours = phone_with(app, Scope.INVOICES_READ)
    theirs = phone_with(app, Scope.INVOICES_READ, department="采购部")
    handing_in = phone_with(app, Scope.UPLOADS_WRITE)

    assert [found["id"] for found in ours.get("/api/documents/").json()["results"]] == [number_of(Digest.of(SCAN.read_bytes()))]
    assert [client.get("/api/documents/").json()["count"] for client in (theirs, handing_in)] == [0, 0]
    assert [client.get("/api/statistics/").json()["documents_total"] for client in (ours, theirs, handing_in)] == [1, 0, 0]


def phone_with(app: FastAPI, scope: Scope, department: str | None = None) -> TestClient:
    """A key of an administrator's, shown as apps show theirs."""
    secret = machine(app, scope, department=department).client.headers["Authorization"].removeprefix("Bearer ")
    return phone(app, secret)


def test_a_task_of_somebody_else_is_none(app: FastAPI, li: str) -> None:
    sent = post(phone(app, token_for(app, li).json()["token"]), "a.png", a_picture(1))
    other = phone_with(app, Scope.UPLOADS_WRITE)

    assert other.get("/api/tasks/", params={"task_id": sent}).json() == []
    assert other.get("/api/tasks/").json() == []
    assert other.get("/api/tasks/", params={"task_id": "nonsense"}).json() == []


@pytest.mark.parametrize("form", [True, False])
def test_a_wrong_password_opens_nothing_and_the_door_closes(app: FastAPI, li: str, *, form: bool) -> None:
    login = {"username": li, "password": "wrong"}
    client = nobody(app)
    answers = [client.post("/api/token/", **({"data": login} if form else {"json": login})) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert answers[0].json() == {"non_field_errors": ["Unable to log in with provided credentials."]}


def test_a_second_factor_is_asked_for_in_the_words_that_apps_know(app: FastAPI, li: str) -> None:
    secret = pyotp.random_base32()
    with acting_as("user:admin"):
        access_of(app).change_user(li, totp_secret=secret)

    asked = token_for(app, li)
    wrong = token_for(app, li, code="000000")
    given = token_for(app, li, code=pyotp.TOTP(secret).now())

    assert (asked.status_code, asked.json()) == (400, {"non_field_errors": ["MFA code is required"]})
    assert (wrong.status_code, wrong.json()) == (400, {"non_field_errors": ["Invalid MFA code"]})
    assert given.status_code == 200


def test_who_may_not_hand_in_and_who_belongs_to_several_get_no_token_and_are_told(app: FastAPI) -> None:
    for name, role, departments in (("shen", Role.AUDITOR, None), ("wu", Role.CLERK, frozenset({"财务部", "采购部"}))):
        access_of(app).add_user(replace(User(name, name, role, departments), password_hash=hashed(PASSWORD)), None)

    auditor, several = token_for(app, "shen"), token_for(app, "wu")

    assert (auditor.status_code, "may not hand files in" in auditor.text) == (400, True)
    assert (several.status_code, "several departments" in several.text) == (400, True)
    assert access_of(app).keys() == ()


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": Role.AUDITOR}, {"departments": frozenset({"采购部"})}])
@pytest.mark.parametrize("shown", ["Authorization: Token {}", "Authorization: Bearer {}", "Cookie: piaogen_phone={}"])
def test_the_key_of_an_app_opens_nothing_once_its_person_is_let_in_no_more(app: FastAPI, li: str, shown: str, change: Any) -> None:
    name, _, text = shown.format(token_for(app, li).json()["token"]).partition(": ")
    client = TestClient(app, raise_server_exceptions=False, headers={name: text})
    before = client.get("/api/ui_settings/").status_code
    with acting_as("user:admin"):
        access_of(app).change_user(li, **change)

    assert (before, client.get("/api/ui_settings/").status_code) == (200, 401)


def test_nor_does_it_in_the_way_of_a_vendor(app: FastAPI, li: str) -> None:
    token = token_for(app, li).json()["token"]
    asked = {"params": {"client_secret": token}}
    before = nobody(app).get("/compat/baidu/oauth/2.0/token", **asked).status_code
    with acting_as("user:admin"):
        access_of(app).change_user(li, disabled=True)

    assert (before, nobody(app).get("/compat/baidu/oauth/2.0/token", **asked).status_code) == (200, 401)


def test_a_person_has_so_many_apps_and_the_one_out_of_use_makes_room(app: FastAPI, li: str) -> None:
    tokens = [token_for(app, li).json()["token"] for _ in range(MOST_KEYS + 1)]

    statuses = [phone(app, token).get("/api/ui_settings/").status_code for token in tokens]

    assert statuses == [401] + [200] * MOST_KEYS


@pytest.mark.parametrize(("content", "kind"), [(b"{", "application/json"), (b"[]", "application/json"), (b"", "text/plain")])
def test_what_is_no_login_is_told(app: FastAPI, content: bytes, kind: str) -> None:
    assert nobody(app).post("/api/token/", content=content, headers={"content-type": kind}).status_code == 400


def test_a_form_without_a_document_is_told_which_part_it_lacks(app: FastAPI) -> None:
    client = phone_with(app, Scope.UPLOADS_WRITE)
    answer = client.post("/api/documents/post_document/", files={"files": ("a.png", a_picture(1))})

    assert (answer.status_code, "named document" in answer.text) == (422, True)
