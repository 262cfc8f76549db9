"""`piaogen serve`, `worker` and `ingest` on Temporal, with the real engine: an API host, a worker host and a clerk's folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import invent
from tests.support.command import piaogen, start_piaogen
from tests.support.serving import serving
from tests.support.temporal_server import TemporalServer, temporal_server
from tests.support.waiting import until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TemporalServer]:
    """A server that is not there yet."""
    with temporal_server(tmp_path / "temporal", started=False) as server:
        yield server


def picture(seed: int) -> bytes:
    return encoded(draw(invent("vat_roll", seed), dpi=110), "PNG")


def test_an_upload_is_taken_without_temporal_and_read_by_a_worker_host_once_it_answers(server: TemporalServer, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with serving(archive, workers=0, temporal=server.address) as (api, _):
        upload = api.post("/v1/uploads", files={"files": ("a.png", picture(51), "image/png")})
        worker = start_piaogen("worker", archive=archive, temporal=server.address)
        try:
            waiting = api.get(upload.headers["location"]).json()
            unready = api.get("/readyz")
            server.start()
            until(lambda: api.get(upload.headers["location"]).json()["files"][0]["state"] in ("done", "needs_review"))
            ready = api.get("/readyz")
        finally:
            worker.terminate()
            _, log = worker.communicate(timeout=60)

    assert (upload.status_code, waiting["files"][0]["state"]) == (202, "queued")
    assert (unready.status_code, ready.status_code) == (503, 200)
    assert worker.returncode == 0, log


def test_ingest_reads_through_temporal_and_says_what_became_of_each_file(server: TemporalServer, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "a.png").write_bytes(picture(52))
    server.start()
    result = piaogen("ingest", scans, "--json", archive=tmp_path / "archive", temporal=server.address, workers="1")

    assert (result.code, [line["state"] for line in result.lines]) in [(0, ["done"]), (0, ["needs_review"])], result.err
    assert piaogen("audit", "--json", archive=tmp_path / "archive").code == 0
