"""The zip of originals: checked by the real `sha256sum -c`, with names that every system takes, and nothing left out in silence."""

import subprocess
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from models.archive import invoice_id
from models.digest import Digest
from models.errors import OutOfResources
from models.export import ExportRow, LeftOut
from ocr_service.exports.left_out import LeftOutList
from ocr_service.exports.originals import write_originals
from ocr_service.exports.windows_names import Names, safe_part, suffix_of
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from storage.archive_layout import original_key
from tests.support.destroyed import DOCUMENT, archive_the_scan, destroy, old_service
from tests.support.exported import a_row
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    made = service_in(tmp_path / "service", ScriptedReader())
    yield made
    made.catalogue.close()


def archived(service: ArchiveService, shade: int, **of_invoice: object) -> ExportRow:
    """A picture that lies in the archive, and an invoice on it."""
    content = a_picture(shade)
    service.submit(Upload(content, f"{shade}.png"), "cli")
    digest = Digest.of(content)
    named = {"document": digest, "id": invoice_id(digest, 1), "file_name": f"{shade}.PNG"}
    return a_row(shade, **{**named, **of_invoice})


def zipped(service: ArchiveService, path: Path, *rows: ExportRow, note: Callable[[Sequence[Digest]], None] | None = None) -> LeftOutList:
    left_out = LeftOutList()
    noted = note or (lambda documents: None)
    assert write_originals(service, rows, path, left_out, room=1, note=noted, step=lambda done: None) == len(rows)
    return left_out


def checked(path: Path, folder: Path) -> str:
    """What `sha256sum -c` says of everything that was in the zip."""
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_list_of_digests_is_taken_by_sha256sum(service: ArchiveService, tmp_path: Path) -> None:
    rows = [archived(service, shade) for shade in range(3)]
    left_out = zipped(service, tmp_path / "a.zip", *rows)
    told = checked(tmp_path / "a.zip", tmp_path / "out")

    assert left_out.in_all == 0
    assert told.count(": OK") == told.count("\n") == 3
    assert (tmp_path / "out" / "00000001_2026-03-01_青禾市示例酒店有限公司.png").read_bytes() == a_picture(1)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert {info.compress_type for info in packed.infolist()} == {zipfile.ZIP_STORED}
        assert set(packed.namelist()) == {path.name for path in (tmp_path / "out").iterdir()}


def test_a_document_of_several_invoices_is_in_it_once(service: ArchiveService, tmp_path: Path) -> None:
    first = archived(service, 1)
    second = replace(first, invoice=replace(first.invoice, id=invoice_id(first.invoice.document, 2), number="2"))
    zipped(service, tmp_path / "a.zip", first, second)

    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert len(packed.namelist()) == 2


def test_a_damaged_original_is_named_in_the_zip_and_in_the_answer(service: ArchiveService, tmp_path: Path) -> None:
    rows = [archived(service, shade) for shade in range(2)]
    broken = tmp_path / "service" / "archive" / original_key(rows[0].invoice.document)
    broken.chmod(0o600)
    broken.write_bytes(b"another")
    gone = a_row(7)
    left_out = zipped(service, tmp_path / "a.zip", *rows, gone)
    told = checked(tmp_path / "a.zip", tmp_path / "out")

    assert left_out.everything == [LeftOut(rows[0].invoice.id, "damaged"), LeftOut(gone.invoice.id, "damaged")]
    missing = (tmp_path / "out" / "MISSING.txt").read_text()
    assert rows[0].invoice.id in missing and gone.invoice.id in missing and "已损坏" in missing
    assert told.count(": OK") == 2  # the other one and MISSING.txt itself


def test_a_destroyed_original_is_named_as_that(tmp_path: Path) -> None:
    archive_the_scan(tmp_path / "old")
    with old_service(tmp_path / "old") as service:
        destroy(service)
        row = a_row(1, document=DOCUMENT, id=invoice_id(DOCUMENT, 1))
        left_out = zipped(service, tmp_path / "a.zip", row)
    checked(tmp_path / "a.zip", tmp_path / "out")

    assert left_out.everything == [LeftOut(row.invoice.id, "destroyed")]
    assert "清册销毁" in (tmp_path / "out" / "MISSING.txt").read_text()


def test_the_log_is_told_of_documents_before_they_are_in_the_zip(service: ArchiveService, tmp_path: Path) -> None:
    rows = [archived(service, shade) for shade in range(2)]
    sizes: list[int] = []

    def note(documents: Sequence[Digest]) -> None:
        sizes.append((tmp_path / "a.zip").stat().st_size)
        assert list(documents) == [row.invoice.document for row in rows]

    zipped(service, tmp_path / "a.zip", *rows, note=note)

    assert sizes == [0]


def test_a_full_disk_ends_it_with_a_reason(service: ArchiveService, tmp_path: Path) -> None:
    row = archived(service, 1)
    with pytest.raises(OutOfResources, match="take fewer"):
        write_originals(
            service, [row], tmp_path / "a.zip", LeftOutList(), room=1 << 60, note=lambda documents: None, step=lambda done: None
        )


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("  a  b . ", "a b"),
        ("a\nb\0c\x7f", "abc"),
        ("发\u202egnp.exe", "发gnp.exe"),
        ("...", ""),
    ],
)
def test_a_part_of_a_name_has_nothing_that_windows_forbids(written: str, safe: str) -> None:
    assert safe_part(written) == safe


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.PDF", ".pdf"), ("a.b.ofd", ".ofd"), ("a", ""), ("a.", ""), ("a.long-one", ""), ("a.p/f", "")]
)
def test_an_ending_is_kept_where_it_is_one(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


def test_no_two_names_are_alike_to_windows_and_none_is_a_device() -> None:
    names = Names("SHA256SUMS")
    given = [
        names.give(parts, ".pdf", distinct) for parts, distinct in [(["A"], "1"), (["a"], "2"), (["a"], "2"), (["con"], "3"), ([], "4")]
    ]
    given += [Names("SHA256SUMS").give(["sha256sums"], "", "5"), names.give(["票" * 300], ".pdf", "6")]

    assert given[:6] == ["A.pdf", "a_2.pdf", "a_2-2.pdf", "con_3.pdf", "4.pdf", "sha256sums_5"]
    assert len(given[6].encode()) <= 160 and given[6].startswith("票" * 40)


@pytest.mark.parametrize("device", ["aux.1", "COM1.2026.03", "nul.x"])
def test_a_name_that_is_a_device_up_to_its_dot_is_none(device: str) -> None:
    assert Names().give([device], ".pdf", "ab12") == f"ab12_{device}_ab12.pdf"
