"""An API over a fresh service, and what it takes to talk to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from models.digest import Digest
from ocr_service.service import ArchiveService
from tests.support.example_reading import SCAN, example_invoice, reading_of, unread
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in, settings_in


@dataclass(frozen=True)
class Desk:
    """Somebody at the API, and the service behind it."""

    client: TestClient
    service: ArchiveService
    reader: ScriptedReader
    folder: Path

    def upload(self, *files: tuple[str, bytes], **request: Any) -> Any:
        """Send files; the answer's JSON."""
        answer = self.client.post("/v1/uploads", files=[("files", file) for file in files], **request)
        assert answer.status_code == 202, answer.text
        return answer.json()

    def read_everything(self) -> None:
        """Let a worker read what waits."""
        read_everything(self.service, self.folder)

    def archived_invoice(self) -> str:
        """Upload the example scan, have it read, and return the id of the invoice on it."""
        self.upload((SCAN.name, SCAN.read_bytes()))
        self.read_everything()
        found = self.client.get("/v1/invoices", params={"number": "63462197"}).json()
        return str(found["hits"][0]["invoice"]["id"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The API over an empty archive; the example scan can be read, and of three pictures that they are no invoices."""
    reader = ScriptedReader()
    reader.scripts[Digest.of(SCAN.read_bytes())] = lambda scan: reading_of(scan, example_invoice())
    for shade in range(3):
        reader.scripts[Digest.of(a_picture(shade))] = unread
    service = service_in(tmp_path, reader)
    with TestClient(create_app(service, settings=settings_in(tmp_path)), raise_server_exceptions=False) as client:
        yield Desk(client, service, reader, tmp_path)
    service.catalogue.close()
