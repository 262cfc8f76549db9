"""An archive on a disk that takes no writes is searched, exported and audited, with its index or without, and nothing in it changes."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.digest import Digest
from ocr_service.composition import build_service
from ocr_service.opened import Upload
from ocr_service.settings import Settings
from storage.catalogue.recording import Read
from tests.support.catalogued import a_reading, an_invoice
from tests.support.command import ROOT
from tests.support.pictures import a_picture

_MOUNTED = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
"""In a space of mounts of its own, where the folder takes no writes from anybody, root included."""


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """One invoice, and one scan that nobody has read."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = tmp_path / "archive"
    service = build_service(Settings(archive=str(folder)))
    for number in (1, 2):
        service.submit(Upload(a_picture(number), f"{number}.png"), "cli")
    received = service.archive.received(Digest.of(a_picture(1)))
    reading = a_reading(received, an_invoice("住宿", invoice_number="08765432"))
    service.archive.add_reading(reading, received.received_at, version=1)
    service.catalogue.record_readings([Read(received, reading, 1)])
    service.catalogue.close()
    yield folder
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)


def on_read_only(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ocr_service.cli", *arguments, "--archive", str(archive)]
    spaced = ["unshare", "--map-root-user", "--mount", "sh", "-c", _MOUNTED, "sh", str(archive), *command]
    return subprocess.run(spaced, cwd=ROOT, capture_output=True, text=True, check=False)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("with_index", [True, False])
def test_it_is_searched_exported_and_audited(archive: Path, tmp_path: Path, *, with_index: bool) -> None:
    if not with_index:
        for part in archive.glob("catalogue.*"):
            part.unlink()
    before = everything(archive)

    found = on_read_only(archive, "find", "--number", "08765432", "--json")
    assert found.returncode == 0, found.stderr
    assert '"08765432"' in found.stdout
    nothing = on_read_only(archive, "find", "--number", "11111111")
    assert "1 scans are not read yet" in nothing.stderr
    exported = on_read_only(archive, "export", Digest.of(a_picture(1)).hex[:20] + "-1", "--output", str(tmp_path / "out"))
    assert (exported.returncode, next((tmp_path / "out").glob("*.png")).read_bytes()) == (0, a_picture(1)), exported.stderr
    audited = on_read_only(archive, "audit")
    assert (audited.returncode, "sound" in audited.stdout) == (0, True), audited.stdout + audited.stderr

    assert everything(archive) == before


def test_what_is_handed_in_is_refused_with_the_reason(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "new.png").write_bytes(a_picture(0))
    refused = on_read_only(archive, "ingest", str(tmp_path / "new.png"))

    assert refused.returncode == 6
    assert "read-only" in refused.stderr


def test_a_newer_copy_of_the_archive_under_the_same_path_is_taken_in(archive: Path) -> None:
    on_read_only(archive, "find", "--number", "08765432")
    copy = archive.with_name("copy")
    shutil.copytree(archive, copy)
    service = build_service(Settings(archive=str(copy)))
    service.submit(Upload(a_picture(0), "0.png"), "cli")
    service.catalogue.close()
    shutil.copytree(copy, archive, dirs_exist_ok=True)

    assert "2 scans are not read yet" in on_read_only(archive, "find", "--number", "11111111").stderr
