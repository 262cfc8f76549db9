"""An archive on a real S3 server, with the real engine: in, found, restored, audited, and indexed anew from the bucket alone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.drawing.camera import encoded
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from tests.support.command import Result, piaogen
from tests.support.seaweedfs import S3Server, seaweedfs

WHERE = "s3://invoices/finance/2019"


@dataclass(frozen=True)
class Desk:
    """A clerk's machine: the scans, and the settings that lead to the server; its index lies where it does by default."""

    server: S3Server
    home: Path
    drawn: DrawnInvoice

    def piaogen(self, *arguments: str | Path) -> Result:
        return piaogen(
            *arguments,
            archive=WHERE,
            s3_endpoint=self.server.endpoint,
            s3_access_key=self.server.access_key,
            s3_secret_key=self.server.secret_key,
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    drawn = invent("vat_roll", 77)
    (home / "in").mkdir()
    (home / "in" / "卷票.png").write_bytes(encoded(draw(drawn, dpi=110), "PNG"))
    (home / "in" / "空.jpg").write_bytes(b"")
    with pytest.MonkeyPatch.context() as patch, seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as server:
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        yield Desk(server, home, drawn)


@pytest.fixture(scope="module")
def ingested(desk: Desk) -> Result:
    return desk.piaogen("ingest", desk.home / "in", "--json")


def test_the_good_file_is_archived_and_the_bad_one_told(desk: Desk, ingested: Result) -> None:
    states = {Path(line["file"]).name: line["state"] for line in ingested.lines}

    assert ingested.code == 3
    assert states["空.jpg"] == "refused"
    assert states["卷票.png"] in ("done", "needs_review")


def test_it_is_found_and_comes_back_byte_for_byte(desk: Desk, ingested: Result) -> None:
    [hit] = desk.piaogen("find", "--number", str(desk.drawn.truth["invoice_number"]), "--json").lines
    export = desk.piaogen("export", hit["id"], "-o", desk.home / "out", "--json").lines[0]
    content = (desk.home / "in" / "卷票.png").read_bytes()

    assert next((desk.home / "out").glob("*.png")).read_bytes() == content
    assert export["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_an_audit_reads_every_object_of_the_bucket_and_the_index_comes_back_from_it(desk: Desk, ingested: Result) -> None:
    audit = desk.piaogen("audit", "--json")
    before = desk.piaogen("find", "--json")
    for path in (desk.home / "data").rglob("*.sqlite*"):
        path.unlink()
    lost = desk.piaogen("find", "--json")
    rebuilt = desk.piaogen("rebuild", "--json")

    assert (audit.code, audit.lines[0]["documents"], audit.lines[0]["manifests"], audit.lines[0]["findings"]) == (0, 1, 1, [])
    assert (lost.code, lost.out) == (6, "")
    assert "piaogen rebuild" in lost.err
    assert rebuilt.lines == [{"documents": 1, "problems": []}]
    assert before.lines
    assert desk.piaogen("find", "--json").lines == before.lines


def test_a_wrong_secret_is_no_empty_archive(desk: Desk, ingested: Result) -> None:
    stranger = Desk(S3Server(desk.server.endpoint, desk.server.access_key, "wrong"), desk.home, desk.drawn)
    result = stranger.piaogen("audit", "--json")

    assert result.out == ""
    assert result.code in (2, 6)
