"""What makes the phone's page an app: its manifest, its worker, and where both may act."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in


@pytest.fixture(params=["", "/piaogen"], ids=["at the root", "under a path"])
def shown(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[TestClient, str]]:
    """The pages as a browser reaches them, and the path that they are under."""
    service = service_in(tmp_path, ScriptedReader())
    settings = replace(settings_in(tmp_path), path_prefix=request.param)
    with TestClient(create_app(service, settings=settings)) as client:
        yield client, request.param
    service.catalogue.close()


def test_the_manifest_names_what_is_there(shown: tuple[TestClient, str]) -> None:
    client, prefix = shown
    page = client.get(f"{prefix}/phone").text
    [link] = re.findall(r'rel="manifest" href="([^"]+)"', page)
    answer = client.get(link)
    manifest = answer.json()

    assert answer.headers["content-type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"]) == (f"{prefix}/phone", f"{prefix}/phone")
    assert client.get(manifest["icons"][0]["src"]).status_code == 200
    assert manifest["share_target"]["action"] == f"{prefix}/phone/share"
    assert "manifest-src 'self'" in client.get(link).headers["content-security-policy"]


def test_the_worker_may_act_for_the_page_and_keeps_what_is_there(shown: tuple[TestClient, str]) -> None:
    client, prefix = shown
    worker = client.get(f"{prefix}/phone/worker.js")
    kept = re.findall(r'"(/[^"]+\?v=[0-9a-f]{12})"', worker.text)

    assert worker.headers["service-worker-allowed"] == f"{prefix}/phone"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.text.startswith(f'const AT = "{prefix}"')
    assert len(kept) == 7
    assert {client.get(address).status_code for address in kept} == {200}


def test_what_is_shared_without_a_worker_is_taken_all_the_same(shown: tuple[TestClient, str]) -> None:
    client, prefix = shown
    sent = client.post(f"{prefix}/phone/share", files=[("files", ("a.txt", b"text"))], follow_redirects=False)

    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{prefix}/batches/phone-")
