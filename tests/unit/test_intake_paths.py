"""What a clerk's folder may hold besides scans: links, pipes, zips of all sorts. Each is told once, nothing hangs, the rest goes on."""

import base64
import io
import os
import zipfile
from pathlib import Path

import pytest

from models.errors import UnsupportedMediaType
from ocr_service import intake_paths
from ocr_service.decoding.unfolder import Budget
from ocr_service.intake_paths import found_files
from ocr_service.opened import FoundFile, Upload
from ocr_service.stages.intake import IntakeStage
from tests.support.archived import LITTER
from tests.support.containers import a_mail, a_seven_zip
from tests.support.decoding import shared_decoder
from tests.support.pictures import a_picture

LIMIT = 100_000


def found(*paths: Path, archive: Path | None = None) -> dict[str, FoundFile]:
    return {file.name.rpartition("/")[2]: file for file in found_files(paths, shared_decoder(LIMIT), archive)}


def why(file: FoundFile) -> str:
    assert file.error is not None
    return f"{file.error.code}: {file.error.message}"


def a_zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "scan.jpg")
    (tmp_path / "z.png").write_bytes(a_picture())

    files = found(tmp_path)

    assert why(files["scan.jpg"]).startswith("unreadable_path: is a pipe")
    assert files["z.png"].upload is not None


def test_a_folder_that_leads_back_to_itself_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "scan.png").write_bytes(a_picture())

    names = [file.name for file in found_files([tmp_path], shared_decoder(LIMIT))]

    assert names == [str(tmp_path / "a" / "scan.png"), str(tmp_path / "a" / "up")]


def test_what_file_managers_and_network_storages_leave_is_passed_over(tmp_path: Path) -> None:
    for litter in LITTER:
        (tmp_path / litter).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / litter).write_bytes(a_picture())

    assert list(found_files([tmp_path], shared_decoder(LIMIT))) == []


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "gone.jpg").symlink_to("nothing")

    files = found(tmp_path)

    assert "symbolic links" in why(files["circle"])
    assert "No such file" in why(files["gone.jpg"])


def test_a_file_that_vanishes_while_the_folder_is_walked_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / name).write_bytes(a_picture())
    walk = found_files([tmp_path], shared_decoder(LIMIT))
    first = next(walk)
    (tmp_path / "b.png").unlink()

    second, third = walk

    assert first.upload is not None
    assert "No such file" in why(second)
    assert third.upload is not None


def test_the_archive_itself_is_not_taken_in_with_the_folder_that_it_lies_in(tmp_path: Path) -> None:
    archive = tmp_path / "piaogen-data"
    (archive / "originals").mkdir(parents=True)
    (archive / "originals" / "kept.png").write_bytes(a_picture())
    (tmp_path / "scan.png").write_bytes(a_picture())

    assert list(found(tmp_path, archive=archive)) == ["scan.png"]


@pytest.mark.parametrize("start", [a_picture(), b"%PDF-1.7\n1 0 obj\n"])
def test_a_picture_or_pdf_with_a_zip_at_its_end_is_one_document(start: bytes, tmp_path: Path) -> None:
    content = start + a_zip(tmp_path / "z.zip", {"attachment.txt": b"x"})
    (tmp_path / "scan").write_bytes(content)

    upload = found(tmp_path / "scan")["scan"].upload

    assert upload is not None
    assert upload.content == content


def test_names_of_chinese_windows_are_read(tmp_path: Path) -> None:
    content = a_zip(tmp_path / "a.zip", {"FPSY.png": a_picture()})
    (tmp_path / "a.zip").write_bytes(content.replace(b"FPSY", "发票".encode("gbk")))

    upload = found(tmp_path / "a.zip")["a.zip!发票.png"].upload

    assert upload is not None
    assert upload.file_name == "发票.png"


def test_members_that_climb_out_of_the_zip_become_plain_names(tmp_path: Path) -> None:
    a_zip(tmp_path / "a.zip", {"../../evil.png": a_picture(), "/etc/passwd": b""})

    uploads = [file.upload for file in found_files([tmp_path / "a.zip"], shared_decoder(LIMIT))]

    assert [upload.file_name for upload in uploads if upload] == ["evil.png", "passwd"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_that_unfolds_without_end_is_stopped_at_the_limit(tmp_path: Path) -> None:
    a_zip(tmp_path / "a.zip", {"bomb.jpg": bytes(50 * LIMIT), "ok.png": a_picture()}, zipfile.ZIP_DEFLATED)

    files = found(tmp_path / "a.zip")

    assert why(files["a.zip!bomb.jpg"]) == "file_too_large: unfolds to more than 100,000 bytes"
    assert files["a.zip!ok.png"].upload is not None


def test_a_locked_zip_says_so_in_words(tmp_path: Path) -> None:
    content = bytearray(a_zip(tmp_path / "a.zip", {"a.png": a_picture()}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(content)

    assert why(found(tmp_path / "a.zip")["a.zip!a.png"]) == (
        "locked_file: is locked with a password: unpack it yourself and hand in what it holds"
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_costs_itself_only(method: int, tmp_path: Path) -> None:
    content = bytearray(a_zip(tmp_path / "a.zip", {"a.txt": bytes(range(256)) * 40, "b.txt": b"fine"}, method))
    content[60:90] = bytes(30)
    (tmp_path / "a.zip").write_bytes(content)

    files = found(tmp_path / "a.zip")

    assert why(files["a.zip!a.txt"]).startswith("unreadable_path: cannot be unpacked")
    assert files["a.zip!b.txt"].upload is not None


def test_what_lies_in_a_container_in_a_container_comes_out_under_all_their_names(tmp_path: Path) -> None:
    inner = a_zip(tmp_path / "inner.zip", {"a.png": a_picture(), "b.png": a_picture(1)})
    middle = a_seven_zip(tmp_path / "middle.7z", {"三月/inner.zip": inner})
    headers = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.7z"
    mail = a_mail((headers, base64.encodebytes(middle)))
    (tmp_path / "mail.eml").write_bytes(mail)

    on_disk = [(file.name, file.upload) for file in found_files([tmp_path / "mail.eml"], shared_decoder(LIMIT))]
    sent = [(file.name, file.upload) for file in shared_decoder(LIMIT).unfolded(Upload(mail, "mail.eml"), Budget(10, 10**9))]

    uploads = [Upload(a_picture(), "a.png"), Upload(a_picture(1), "b.png")]
    names = [f"mail.eml!a.7z!三月/inner.zip!{upload.file_name}" for upload in uploads]
    assert sent == list(zip(names, uploads, strict=True))
    assert on_disk == [(f"{tmp_path}/{name}", upload) for name, upload in sent]


def test_containers_are_not_opened_for_ever(tmp_path: Path) -> None:
    content = a_zip(tmp_path / "0.zip", {"a.png": a_picture()})
    for depth in range(1, 6):
        content = a_zip(tmp_path / f"{depth}.zip", {f"{depth - 1}.zip": content})

    assert why(next(found_files([tmp_path / "5.zip"], shared_decoder(LIMIT)))) == (
        "unreadable_path: lies more than 4 containers deep: unpack it"
    )


def test_what_containers_hold_is_counted_together(tmp_path: Path) -> None:
    inner = [a_zip(tmp_path / f"{place}.zip", {f"{n}.png": a_picture(n) for n in range(3)}) for place in range(3)]
    outer = a_zip(tmp_path / "outer.zip", {f"{place}.zip": content for place, content in enumerate(inner)})

    files = list(shared_decoder(LIMIT).unfolded(Upload(outer, "outer.zip"), Budget(10, 10**9)))

    assert [file.upload is not None for file in files] == [True] * 6 + [False]
    assert why(files[-1]) == "file_too_large: holds 3 files; at most 1 are taken at once: unpack it"


def test_a_name_in_no_encoding_of_a_member_is_no_crash(tmp_path: Path) -> None:
    content = a_zip(tmp_path / "a.zip", {"票票.png": a_picture()})
    (tmp_path / "a.zip").write_bytes(content.replace("票票".encode(), b"\xff\xfe\xfd\xff\xfe\xfd"))

    assert why(found(tmp_path / "a.zip")["a.zip"]).startswith("unreadable_path: cannot be unpacked")


def test_an_ofd_is_one_document(tmp_path: Path) -> None:
    content = a_zip(tmp_path / "a.ofd", {"OFD.xml": b"<ofd/>"})
    upload = found(tmp_path / "a.ofd")["a.ofd"].upload

    assert upload is not None
    assert upload.content == content
    assert zipfile.is_zipfile(io.BytesIO(content))


def test_a_file_of_an_office_is_one_file(tmp_path: Path) -> None:
    content = a_zip(tmp_path / "a.docx", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})

    assert list(found(tmp_path / "a.docx")) == ["a.docx"]
    with pytest.raises(UnsupportedMediaType):
        IntakeStage().run(Upload(content, "a.docx"))


def test_a_zip_of_many_bombs_is_given_up_at_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_paths, "MAX_UNFOLDED_BYTES", 3 * LIMIT)
    a_zip(tmp_path / "a.zip", {f"{number}.jpg": bytes(2 * LIMIT) for number in range(9)}, zipfile.ZIP_DEFLATED)

    files = [why(file) for file in found_files([tmp_path / "a.zip"], shared_decoder(LIMIT))]

    assert files == [
        *["file_too_large: unfolds to more than 100,000 bytes"] * 3,
        "file_too_large: unfolds to more than 300,000 bytes: unpack it",
    ]


def test_an_uploaded_zip_is_the_files_in_it_and_anything_else_is_itself(tmp_path: Path) -> None:
    content = a_zip(
        tmp_path / "a.zip",
        {"三月/1.png": a_picture(1), "./2.png": a_picture(2), "__MACOSX/x": b"", ".hidden": b"", "三月/@eaDir/1.png": b""},
    )
    files = list(shared_decoder(LIMIT).unfolded(Upload(content, "a.zip"), Budget(5, 10**9)))

    assert [(file.name, file.upload and file.upload.file_name) for file in files] == [
        ("a.zip!三月/1.png", "1.png"),
        ("a.zip!./2.png", "2.png"),
    ]
    assert [file.upload for file in shared_decoder(LIMIT).unfolded(Upload(b"text", "x.txt"), Budget(5, 10**9))] == [
        Upload(b"text", "x.txt")
    ]


def test_an_uploaded_zip_of_too_many_files_says_how_many(tmp_path: Path) -> None:
    content = a_zip(tmp_path / "a.zip", {f"{number}.png": b"" for number in range(6)})

    (file,) = shared_decoder(LIMIT).unfolded(Upload(content, "a.zip"), Budget(5, 10**9))

    assert why(file) == "file_too_large: holds 6 files; at most 5 are taken at once: unpack it"
