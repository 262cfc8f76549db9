"""`piaogen copy` as a user types it: folder to folder, to S3 and back, with its exit codes."""

import json
from pathlib import Path

import pytest

from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.filesystem import FileSystemStore
from tests.support.archived import MORNING, NOON, a_document, a_reading
from tests.support.command import piaogen
from tests.support.seaweedfs import seaweedfs


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An archive of two documents in a folder."""
    archive = InvoiceArchive(FileSystemStore(tmp_path / "archive")).open()
    for content in (b"one scan", b"another scan"):
        archive.receive(content, a_document(content), MORNING, "cli")
        archive.add_reading(a_reading(content), NOON, version=1)
    return tmp_path / "archive"


def test_a_copy_is_made_carried_on_and_audited(place: Path, tmp_path: Path) -> None:
    first = piaogen("copy", place, tmp_path / "copy", "--json")
    again = piaogen("copy", tmp_path / "copy", "--json", archive=place)
    rebuilt = piaogen("rebuild", "--archive", tmp_path / "copy", "--json")
    audited = piaogen("audit", "--archive", tmp_path / "copy", "--json")

    assert (first.code, first.lines[0]["sound"], first.lines[0]["copied"]) == (0, True, 8)
    assert (again.code, again.lines[0]["copied"], again.lines[0]["there"]) == (0, 0, 9)
    assert (rebuilt.code, rebuilt.lines[0]["documents"]) == (0, 2)
    assert (audited.code, audited.lines[0]["documents"], audited.lines[0]["sound"]) == (0, 2, True)


def test_a_copy_of_an_archive_in_use_tells_of_itself(place: Path, tmp_path: Path) -> None:
    assert piaogen("rebuild", archive=place).code == 0

    assert piaogen("copy", tmp_path / "copy", archive=place).code == 0

    blocks = [json.loads(path.read_bytes()) for path in sorted((tmp_path / "copy" / "log").rglob("*.json"))]
    assert [entry["action"] for block in blocks for entry in block["entries"]][-1] == "archive.copied"


def test_a_copy_goes_to_s3_and_comes_back_the_same(place: Path, tmp_path: Path) -> None:
    with seaweedfs(tmp_path / "seaweedfs") as server:
        keys = {"s3_endpoint": server.endpoint, "s3_access_key": server.access_key, "s3_secret_key": server.secret_key}
        out = piaogen("copy", place, "s3://invoices/copy", "--json", **keys)
        back = piaogen("copy", "s3://invoices/copy", tmp_path / "back", **keys)

    assert (out.code, back.code) == (0, 0)
    assert "完好" in back.out
    assert contents(tmp_path / "back") == contents(place)


def test_a_damaged_original_ends_with_exit_5_and_is_named(place: Path, tmp_path: Path) -> None:
    key = layout.original_key(a_document(b"one scan").digest)
    (place / key).chmod(0o644)
    (place / key).write_bytes(b"one scam")

    result = piaogen("copy", place, tmp_path / "copy", "--json")

    assert result.code == 5
    assert [(found["key"], found["state"]) for found in result.lines[0]["problems"]] == [(key, "damaged")]


def test_what_is_no_archive_is_bad_usage(place: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()

    assert piaogen("copy", tmp_path / "nothing", tmp_path / "copy").code == 2
    assert piaogen("copy", place, place, place).code == 2
    assert piaogen("copy", place, tmp_path / "copy", "--archive", place).code == 2
    assert not (tmp_path / "copy").exists()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
