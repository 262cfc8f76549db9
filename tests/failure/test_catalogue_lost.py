"""The catalogue is deleted or overwritten while the service runs: nobody is told "not found", nothing is lost, and no restart is needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from models.access import EVERYTHING
from models.digest import Digest
from models.errors import CatalogueUnavailable
from tests.support.example_reading import NUMBER, SCAN, example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in, settings_in


def delete(database: Path) -> None:
    for path in database.parent.glob(database.name + "*"):
        path.unlink()


def overwrite(database: Path) -> None:
    delete(database)
    database.write_bytes(b"this is no database, whatever its name says " * 100)


@dataclass(frozen=True)
class Desk:
    """A running API over one read invoice and one scan that nothing could be read on yet."""

    client: TestClient
    folder: Path

    def send(self, content: bytes) -> tuple[int, str]:
        """Upload one file: the status, and the file's state or the problem's code."""
        answer = self.client.post("/v1/uploads", files={"files": ("a.png", content)})
        body = answer.json()
        return answer.status_code, body["files"][0]["state"] if answer.status_code == 202 else body["code"]

    def numbers(self) -> list[str]:
        """The numbers of all invoices that are found."""
        return [hit["invoice"]["invoice_number"] for hit in self.client.get("/v1/invoices").json()["hits"]]

    def rebuild(self) -> int:
        """What `piaogen rebuild` does in a process of its own."""
        service = service_in(self.folder, ScriptedReader(), renew=True)
        count = service.index.rebuild()
        service.catalogue.close()
        return count


@pytest.fixture(params=[delete, overwrite], ids=["deleted", "overwritten"])
def lose(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    loss: Callable[[Path], None] = request.param
    return loss


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    reader = ScriptedReader({Digest.of(SCAN.read_bytes()): lambda scan: reading_of(scan, example_invoice())})
    service = service_in(tmp_path, reader)
    with TestClient(create_app(service, settings=settings_in(tmp_path)), raise_server_exceptions=False) as client:
        desk = Desk(client, tmp_path)
        desk.send(SCAN.read_bytes())
        read_everything(service, tmp_path)
        desk.send(a_picture(1))
        yield desk
    service.catalogue.close()


def test_it_is_said_and_never_called_not_found(desk: Desk, lose: Callable[[Path], None]) -> None:
    lose(desk.folder / "catalogue.sqlite")
    digest = Digest.of(SCAN.read_bytes())
    for path in ("/v1/invoices", "/v1/review", f"/v1/invoices/{digest}", f"/v1/invoices/{digest}/original"):
        answer = desk.client.get(path)

        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "catalogue_unavailable", "5"), path
        assert "piaogen rebuild" in answer.json()["detail"]
    assert desk.client.head(f"/v1/files/{digest}").status_code == 503
    assert desk.client.get("/livez").status_code == 200
    ready = desk.client.get("/readyz")
    assert ready.status_code == 503
    assert [component["name"] for component in ready.json()["components"] if not component["ok"]] == ["catalogue", "uploads", "workers"]


def test_after_a_rebuild_the_running_service_answers_as_before(desk: Desk, lose: Callable[[Path], None]) -> None:
    lose(desk.folder / "catalogue.sqlite")

    assert desk.rebuild() == 2
    assert desk.numbers() == [NUMBER]
    assert desk.client.get("/v1/invoices").json()["not_searchable"] == 1
    assert desk.send(SCAN.read_bytes()) == (202, "duplicate")


def test_an_upload_meanwhile_is_not_acknowledged_and_not_lost(desk: Desk, lose: Callable[[Path], None]) -> None:
    lose(desk.folder / "catalogue.sqlite")
    meanwhile = desk.send(a_picture(2))
    desk.rebuild()

    assert meanwhile == (503, "catalogue_unavailable")
    assert desk.send(a_picture(2))[0] == 202
    assert desk.client.head(f"/v1/files/{Digest.of(a_picture(2))}").status_code == 200


def test_a_sound_catalogue_that_may_not_be_opened_is_not_called_damaged_and_never_put_aside(desk: Desk) -> None:
    """As on a read-only disk: SQLite cannot make its log beside the file."""
    database = desk.folder / "catalogue.sqlite"
    service = service_in(desk.folder, ScriptedReader())
    content = database.read_bytes()
    delete(database)
    database.write_bytes(content)
    log = database.with_name("catalogue.sqlite-wal")
    log.mkdir()

    with pytest.raises(CatalogueUnavailable, match="PIAOGEN_DATABASE"):
        service.catalogue.counts(EVERYTHING)
    with pytest.raises(CatalogueUnavailable, match="PIAOGEN_DATABASE"):
        service.index.rebuild()

    assert database.read_bytes() == content
    service.catalogue.close()
    log.rmdir()
