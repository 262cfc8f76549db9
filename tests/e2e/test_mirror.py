"""Two places as a user sees them: an audit compares them, and `--repair` mends one from the other."""

from pathlib import Path

from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.filesystem import FileSystemStore
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_reading
from tests.support.command import piaogen


def test_an_audit_compares_both_places_and_repairs_when_it_is_told_to(tmp_path: Path) -> None:
    archive = InvoiceArchive(FileSystemStore(tmp_path / "first")).open()
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")
    archive.add_reading(a_reading(SCAN), NOON, version=1)
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    alone = piaogen("rebuild", archive=first)
    piaogen("copy", second, archive=first)
    (tmp_path / "second" / layout.original_key(DIGEST)).unlink()

    found = piaogen("audit", "--json", archive=first, mirror=second)
    mended = piaogen("audit", "--repair", "--json", archive=first, mirror=second)
    after = piaogen("audit", "--json", archive=first, mirror=second)
    without = piaogen("audit", "--repair", archive=first)

    assert (alone.code, found.code, mended.code, after.code, without.code) == (0, 5, 0, 0, 2)
    assert [(finding["kind"], finding["key"]) for finding in found.lines[0]["findings"]] == [("missing", layout.original_key(DIGEST))]
    assert ("mended", layout.original_key(DIGEST)) in [(note["kind"], note["key"]) for note in mended.lines[0]["notes"]]
    assert (tmp_path / "second" / layout.original_key(DIGEST)).read_bytes() == SCAN
