"""/openapi.json tells everything that a client needs, errors included."""

import gc
import re
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.access import SESSION_COOKIE, Allowed, declarations
from api.app import create_app
from tests.api.conftest import Desk
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

ROUTES = {
    ("post", "/v1/uploads"),
    ("head", "/v1/files/{digest}"),
    ("get", "/v1/batches"),
    ("get", "/v1/batches/{batch_id}"),
    ("get", "/v1/batches/{batch_id}/events"),
    ("post", "/v1/batches/{batch_id}/cancel"),
    ("post", "/v1/batches/{batch_id}/retry"),
    ("get", "/v1/invoices"),
    ("get", "/v1/duplicates"),
    ("get", "/v1/papers"),
    ("get", "/v1/stocktakings"),
    ("post", "/v1/stocktakings"),
    ("get", "/v1/stocktakings/{count_id}"),
    ("post", "/v1/stocktakings/{count_id}/seen"),
    ("post", "/v1/stocktakings/{count_id}/close"),
    ("get", "/v1/papers/{paper_id}"),
    ("post", "/v1/papers/{paper_id}/events"),
    ("post", "/v1/duplicates"),
    ("post", "/v1/invoices/check-duplicate"),
    ("post", "/v1/invoices/find"),
    ("get", "/v1/invoices/{invoice_id}"),
    ("get", "/v1/invoices/{invoice_id}/copies"),
    ("get", "/v1/invoices/{invoice_id}/original"),
    ("get", "/v1/invoices/{invoice_id}/preview"),
    ("get", "/v1/invoices/{invoice_id}/crops/{field}"),
    ("post", "/v1/invoices/{invoice_id}/proof"),
    ("post", "/v1/invoices/{invoice_id}/confirm"),
    ("post", "/v1/invoices/{invoice_id}/override"),
    ("post", "/v1/invoices/{invoice_id}/withdraw"),
    ("post", "/v1/invoices/{invoice_id}/restore-to-list"),
    ("post", "/v1/invoices/{invoice_id}/reprocess"),
    ("patch", "/v1/invoices/{invoice_id}"),
    ("get", "/v1/invoices/{invoice_id}/history"),
    ("get", "/v1/audits"),
    ("get", "/v1/log"),
    ("get", "/v1/certificates/{invoice_id}"),
    ("get", "/v1/holds"),
    ("post", "/v1/holds"),
    ("post", "/v1/holds/{hold_id}/release"),
    ("get", "/v1/bundles/{invoice_id}"),
    ("get", "/v1/losses"),
    ("post", "/v1/losses"),
    ("get", "/v1/losses/{loss_id}"),
    ("patch", "/v1/losses/{loss_id}"),
    ("post", "/v1/losses/{loss_id}/steps"),
    ("get", "/v1/losses/{loss_id}/pack"),
    ("get", "/v1/destructions"),
    ("post", "/v1/destructions"),
    ("get", "/v1/destructions/destroyed"),
    ("get", "/v1/destructions/due"),
    ("get", "/v1/destructions/{list_id}"),
    ("post", "/v1/destructions/{list_id}/approve"),
    ("post", "/v1/destructions/{list_id}/finish"),
    ("get", "/v1/exports"),
    ("post", "/v1/exports"),
    ("get", "/v1/exports/mappings"),
    ("post", "/v1/exports/mappings"),
    ("get", "/v1/exports/{export_id}"),
    ("delete", "/v1/exports/{export_id}"),
    ("get", "/v1/exports/{export_id}/file"),
    ("get", "/v1/reconciliations"),
    ("post", "/v1/reconciliations"),
    ("get", "/v1/reconciliations/mappings"),
    ("post", "/v1/reconciliations/mappings"),
    ("get", "/v1/reconciliations/{reconciliation_id}"),
    ("get", "/v1/reconciliations/{reconciliation_id}/lines"),
    ("get", "/v1/reconciliations/{reconciliation_id}/holes"),
    ("get", "/v1/reconciliations/{reconciliation_id}/xlsx"),
    ("post", "/v1/reconciliations/{reconciliation_id}/take-in"),
    ("post", "/v1/reconciliations/{reconciliation_id}/run"),
    ("get", "/v1/review"),
    ("post", "/v1/sessions"),
    ("get", "/v1/sessions"),
    ("delete", "/v1/sessions"),
    ("post", "/v1/me/password"),
    ("get", "/v1/users"),
    ("post", "/v1/users"),
    ("patch", "/v1/users/{name}"),
    ("get", "/v1/keys"),
    ("post", "/v1/keys"),
    ("post", "/v1/keys/{key_id}/revoke"),
    ("get", "/v1/webhooks"),
    ("post", "/v1/webhooks"),
    ("get", "/v1/webhooks/{webhook_id}"),
    ("patch", "/v1/webhooks/{webhook_id}"),
    ("post", "/v1/webhooks/{webhook_id}/secret"),
    ("post", "/v1/webhooks/{webhook_id}/test"),
    ("post", "/v1/webhooks/{webhook_id}/send-again"),
    ("post", "/v1/webhooks/{webhook_id}/remove"),
    ("get", "/v1/webhooks/{webhook_id}/deliveries"),
    ("get", "/v1/capabilities"),
    ("get", "/livez"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}


@pytest.fixture
def document(desk: Desk) -> dict[str, Any]:
    """The document as it is served."""
    body: dict[str, Any] = desk.client.get("/openapi.json").json()
    return body


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_exactly_the_routes_of_the_contract_are_served(document: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in _operations(document)} == ROUTES


def test_every_route_is_explained(document: dict[str, Any]) -> None:
    assert [path for _, path, operation in _operations(document) if not operation.get("description")] == []


def test_every_error_is_documented_as_the_problem_that_is_sent(document: dict[str, Any]) -> None:
    for _, path, operation in _operations(document):
        errors = {status: answer for status, answer in operation["responses"].items() if status >= "400" and path != "/readyz"}
        assert path == "/readyz" or {"422", "500", "503"} <= set(errors), path
        for answer in errors.values():
            assert answer["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}, path


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for child in node.values():
                yield from references(child)
        elif isinstance(node, list):
            for child in node:
                yield from references(child)

    schemas = document["components"]["schemas"]
    assert [name for name in references(document) if name.removeprefix("#/components/schemas/") not in schemas] == []


def test_routes_say_which_errors_are_theirs(document: dict[str, Any]) -> None:
    assert {"400", "409", "413", "415"} <= set(document["paths"]["/v1/uploads"]["post"]["responses"])
    assert {"404", "416"} <= set(document["paths"]["/v1/invoices/{invoice_id}/original"]["get"]["responses"])


def test_clues_come_with_an_example(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/invoices/find"]["post"]["requestBody"]["content"]["application/json"]
    assert content["examples"]["half remembered"]["value"]["seller"] == "科技"


def test_no_page_of_the_viewer_loads_scripts_from_elsewhere(desk: Desk) -> None:
    assert desk.client.get("/redoc").status_code == 404
    page = desk.client.get("/docs").text
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*', page) == []


def test_each_operation_has_a_name_of_its_own_that_a_client_can_use(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]

    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    assert document["paths"]["/v1/invoices/{invoice_id}"]["patch"]["operationId"] == "correct_invoice"


def test_no_two_bodies_have_one_name(document: dict[str, Any]) -> None:
    """Such are told apart by `-Input` and `-Output`, and generators of clients leave both out."""
    assert [name for name in document["components"]["schemas"] if not re.fullmatch(r"\w+", name)] == []


def test_each_operation_says_how_its_sender_is_known_as_its_route_declares(desk: Desk, document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert (schemes["key"]["scheme"], schemes["session"]["in"], schemes["session"]["name"]) == ("bearer", "cookie", SESSION_COOKIE)
    app = desk.client.app
    assert isinstance(app, FastAPI)
    seen = 0
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = document["paths"].get(route.path, {}).get(method.lower())
            if operation is None:
                continue
            [declared] = declarations(route)
            is_open = not isinstance(declared, Allowed)
            assert operation["security"] == ([] if is_open else [{"key": []}, {"session": []}]), route.path
            for right in () if is_open else declared.rights:
                assert f"`{right.value}`" in operation["description"], route.path
            seen += 1
    assert seen == len(ROUTES)
    assert document["paths"]["/livez"]["get"]["security"] == []


def test_an_application_that_has_ended_is_kept_by_nothing(tmp_path: Path) -> None:
    """FastAPI remembers the functions of routes for every application of the process."""
    service = service_in(tmp_path, ScriptedReader())
    app = create_app(service, settings=settings_in(tmp_path))
    with TestClient(app) as client:
        assert client.get("/openapi.json").status_code == 200
    service.catalogue.close()
    seen = weakref.ref(app)
    del app, client
    gc.collect()
    assert seen() is None
