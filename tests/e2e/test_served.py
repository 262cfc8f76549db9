"""`piaogen serve` as a user runs it: real engine, its own worker process, real browser, and a kill -9 in the middle."""

from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from models.digest import Digest
from tests.support.serving import serving
from tests.support.waiting import until
from tests.web.test_browser import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="module")
def first() -> DrawnInvoice:
    return invent("digital_general", 31)


@pytest.fixture(scope="module")
def second() -> DrawnInvoice:
    return invent("vat_electronic_general", 32)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "archive"


def picture(invoice: DrawnInvoice) -> bytes:
    return encoded(draw(invoice), "PNG")


def test_a_scan_uploaded_on_the_page_is_found_on_the_page(archive: Path, first: DrawnInvoice, tmp_path: Path) -> None:
    scan = tmp_path / "发票.png"
    scan.write_bytes(picture(first))
    with serving(archive, workers=1) as (client, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(base_url=str(client.base_url))
        page.goto("/")
        page.locator("input[type=file]").first.set_input_files(scan)
        if page.locator("button[type=submit]:visible").count():
            page.locator("button[type=submit]:visible").first.click()
        until(lambda: any(hit["invoice_number"] == first.truth["invoice_number"] for hit in _found(client)))
        page.goto("/find?seller=" + str(first.truth["seller_name"])[3:6])

        expect(page.get_by_text(str(first.truth["invoice_number"])).first).to_be_visible()
        browser.close()


def _found(client: httpx.Client) -> list[dict[str, str]]:
    return [hit["invoice"] for hit in client.get("/v1/invoices").json()["hits"]]


def test_an_acknowledged_scan_survives_a_killed_server_and_is_read_after_restart(archive: Path, second: DrawnInvoice) -> None:
    content = picture(second)
    digest = str(Digest.of(content))
    with serving(archive, workers=1) as (client, process):
        answer = client.post("/v1/uploads", files=[("files", ("b.png", content, "image/png"))])
        process.kill()
        process.wait()

    assert answer.status_code == 202
    assert [(file["digest"], file["state"]) for file in answer.json()["files"]] == [(digest, "queued")]

    with serving(archive, workers=1) as (client, _):
        assert client.head(f"/v1/files/{digest}").status_code == 200
        until(lambda: any(hit["invoice_number"] == second.truth["invoice_number"] for hit in _found(client)))
        original = client.get(f"/v1/invoices/{digest.removeprefix('sha256:')[:20]}-1/original")
        again = client.post("/v1/uploads", files=[("files", ("c.png", content, "image/png"))]).json()["files"]

    assert original.content == content
    assert [file["state"] for file in again] == ["duplicate"]
