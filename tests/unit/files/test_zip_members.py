"""A zip is read by a budget of bytes, and its names are only names."""

import io
import zipfile

import pytest

from models.errors import FileTooLarge, UnreadableFile
from ocr_service.files import zip_members
from ocr_service.files.zip_members import MAX_PARTS, ZipParts
from tests.support.ofd_files import zipped


def test_parts_are_found_whatever_slashes_and_case_they_are_asked_in() -> None:
    parts = ZipParts.of(zipped({"Doc_0/Document.xml": b"a", "Doc_0\\Res\\b.png": b"b"}))

    assert parts.read("/doc_0/DOCUMENT.xml") == b"a"
    assert parts.read("Doc_0/Res/b.png") == b"b"
    assert "Doc_0/Document.xml" in parts
    assert parts.read("Doc_0/none.xml") is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\boot.ini"])
def test_a_name_that_climbs_names_nothing_but_its_own_part(name: str) -> None:
    parts = ZipParts.of(zipped({name: b"inside"}))

    assert parts.read(name) == b"inside"
    assert parts.read("etc/passwd") in (None, b"inside")


def test_the_budget_is_one_for_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "MAX_UNFOLDED_BYTES", 1000)
    parts = ZipParts.of(zipped({"a": bytes(600), "b": bytes(600)}))
    parts = ZipParts(parts._archive, parts._members, 1000)

    assert parts.read("a") == bytes(600)
    assert parts.read("a") == bytes(600)
    with pytest.raises(FileTooLarge, match="unfolds"):
        parts.read("b")


def test_a_bomb_is_stopped_by_the_bytes_that_come_out_not_by_those_that_are_stated() -> None:
    content = bytearray(zipped({"bomb": bytes(300_000_000)}))
    for mark, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(mark)
        content[at + size_at : at + size_at + 4] = (10).to_bytes(4, "little")
    assert len(content) < 400_000

    with pytest.raises((FileTooLarge, UnreadableFile)):
        ZipParts.of(bytes(content)).read("bomb")
    with pytest.raises(FileTooLarge):
        ZipParts.of(zipped({"bomb": bytes(300_000_000)})).read("bomb")


def test_too_many_parts_are_refused_before_one_is_unfolded() -> None:
    with pytest.raises(FileTooLarge, match="parts"):
        ZipParts.of(zipped({str(number): b"" for number in range(MAX_PARTS + 1)}, zipfile.ZIP_STORED))


def test_a_locked_zip_is_told_what_to_do() -> None:
    content = bytearray(zipped({"a": b"x"}))
    for mark, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags_at] |= 1

    with pytest.raises(UnreadableFile, match="password"):
        ZipParts.of(bytes(content))


def test_a_damaged_part_is_an_error_and_a_damaged_zip_is_one() -> None:
    content = bytearray(zipped({"a": bytes(range(256)) * 40}, zipfile.ZIP_STORED))
    content[200] ^= 0xFF
    parts = ZipParts.of(bytes(content))

    with pytest.raises(UnreadableFile, match="damaged"):
        parts.read("a")
    with pytest.raises(UnreadableFile, match="damaged"):
        ZipParts.of(bytes(content)[:-30])


def test_a_compression_that_nobody_knows_is_told() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"xyz")
    content = bytearray(stream.getvalue())
    for mark, method_at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(mark) + method_at] = 98

    with pytest.raises(UnreadableFile):
        ZipParts.of(bytes(content)).read("a")
