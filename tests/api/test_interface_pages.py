"""The interface for programs, to be read in a browser: drawn from the document that the application itself gives."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from api.web.interface_words import OPERATIONS
from models.access import Role
from tests.api.conftest import Desk
from tests.support.logins import nobody, person

MOST_BYTES = 150_000


@pytest.fixture
def document(desk: Desk) -> dict[str, Any]:
    document = desk.client.get("/openapi.json").json()
    assert isinstance(document, dict)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_operation_is_listed_and_has_a_page(desk: Desk, document: dict[str, Any], language: str) -> None:
    index = desk.client.get("/docs", params={"lang": language})
    assert index.status_code == 200
    assert len(index.content) < MOST_BYTES
    for path, method, operation in _operations(document):
        name = operation["operationId"]
        assert f'href="/docs/{name}"' in index.text
        page = desk.client.get(f"/docs/{name}", params={"lang": language})
        assert page.status_code == 200, name
        assert len(page.content) < MOST_BYTES, name
        assert path.replace("{", "").split("}")[0] in page.text.replace("{", "")
        assert f'<span class="method">{method}</span>' in page.text
        assert re.findall(r"<script[^>]+src=\"(?!/static/)", page.text) == []


def test_a_page_shows_what_is_sent_and_answered_and_a_command(desk: Desk) -> None:
    page = desk.client.get("/docs/add_webhook", params={"lang": "zh"}).text

    assert "添加推送地址" in page
    for part in ("url", "events", "webhook.test", "secret", "administer", "application/json", "curl -sS -X POST", "$KEY", "422"):
        assert part in page, part


def test_each_command_sends_json_that_is_json(desk: Desk, document: dict[str, Any]) -> None:
    seen = 0
    for _, _, operation in _operations(document):
        page = desk.client.get(f"/docs/{operation['operationId']}").text
        for sent in re.findall(r"-d &#39;(.*?)&#39; \\", page):
            json.loads(sent.replace("&#34;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
            seen += 1
    assert seen > 10


def test_words_are_of_operations_that_there_are(document: dict[str, Any]) -> None:
    assert set(OPERATIONS) - {operation["operationId"] for _, _, operation in _operations(document)} == set()


def test_the_words_of_answers_are_explained(desk: Desk) -> None:
    page = desk.client.get("/docs", params={"lang": "zh"}).text

    for word in ("needs_review", "confirmed", "unreadable", "duplicate"):
        assert f"<code>{word}</code>" in page


def test_an_operation_that_there_is_not_is_not_found(desk: Desk) -> None:
    assert desk.client.get("/docs/nothing", headers={"Accept": "text/html"}).status_code == 404


def test_whoever_is_logged_in_keeps_their_menu_and_a_stranger_reads_without_one(desk: Desk) -> None:
    app = desk.client.app
    assert isinstance(app, FastAPI)
    clerk = person(app, Role.CLERK)
    assert 'href="/find"' in clerk.client.get("/docs").text
    stranger = nobody(app).get("/docs", headers={"Authorization": "Bearer wrong"})
    assert stranger.status_code == 200
    assert 'href="/find"' not in stranger.text


def test_commands_name_the_service_as_it_was_asked_for(desk: Desk) -> None:
    assert "http://testserver/v1/uploads" in desk.client.get("/docs/upload_files").text
