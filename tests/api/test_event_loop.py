"""A store that takes its time holds up nobody but those who asked it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from models.digest import Digest
from storage.filesystem import FileSystemStore
from tests.support.example_reading import SCAN, example_invoice, reading_of
from tests.support.held_store import HeldStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in, settings_in
from tests.support.served import served


@dataclass(frozen=True)
class SlowDesk:
    """A server over a store that can be held up, with one invoice in it."""

    base: str
    store: HeldStore
    invoice: str


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[SlowDesk]:
    """The server runs one event loop, as every worker of uvicorn does."""
    store = HeldStore(FileSystemStore(tmp_path / "archive"))
    reader = ScriptedReader({Digest.of(SCAN.read_bytes()): lambda scan: reading_of(scan, example_invoice())})
    service = service_in(tmp_path, reader, store)
    with served(create_app(service, settings=settings_in(tmp_path))) as base:
        httpx2.post(f"{base}/v1/uploads", files={"files": (SCAN.name, SCAN.read_bytes())})
        read_everything(service, tmp_path)
        [hit] = httpx2.get(f"{base}/v1/invoices").json()["hits"]
        yield SlowDesk(base, store, hit["invoice"]["id"])
    service.catalogue.close()


UPLOAD = {"files": {"files": ("a.png", a_picture())}}


@pytest.mark.parametrize(
    ("method", "path", "request_", "status"),
    [
        ("POST", "/v1/uploads", UPLOAD, 202),
        ("POST", "/v1/uploads", UPLOAD | {"headers": {"Idempotency-Key": "k"}}, 202),
        ("POST", "/v1/uploads?wait=0.01", UPLOAD, 202),
        ("POST", "/uploads", UPLOAD, 303),
        ("GET", "/v1/invoices/{invoice}", {}, 200),
        ("GET", "/v1/invoices/{invoice}/original", {}, 200),
        ("GET", "/v1/invoices/{invoice}/preview", {}, 200),
        ("GET", "/v1/invoices/{invoice}/crops/invoice_number", {}, 200),
        ("GET", "/invoices/{invoice}", {}, 200),
        ("GET", "/find", {}, 200),
        ("GET", "/readyz", {}, 200),
    ],
)
def test_others_are_answered_meanwhile(slow: SlowDesk, method: str, path: str, request_: dict[str, object], status: int) -> None:
    slow.store.hold()
    with ThreadPoolExecutor(1) as pool:
        address = slow.base + path.format(invoice=slow.invoice)
        held = pool.submit(httpx2.request, method, address, timeout=60, **request_)  # type: ignore[arg-type]
        try:
            assert slow.store.reached.wait(20)
            assert httpx2.get(f"{slow.base}/livez", timeout=10).status_code == 200
            assert not held.done()
        finally:
            slow.store.release()

    assert held.result().status_code == status
