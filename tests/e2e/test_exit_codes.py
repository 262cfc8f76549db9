"""Each kind of failure has its own exit code, one line on standard error, and nothing on standard output."""

import socket
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.command import piaogen
from tests.support.pictures import a_picture


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, kept from others while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a.png"
    path.write_bytes(a_picture())
    return path


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    result = piaogen("find", "--json", archive=tmp_path / "archive", archve="x")

    assert (result.code, result.out) == (2, "")
    assert "unknown_setting" in result.err
    assert "PIAOGEN_ARCHVE" in result.err


def test_a_folder_that_holds_other_things_is_no_archive(tmp_path: Path, picture: Path) -> None:
    (tmp_path / "家庭照片").mkdir()
    (tmp_path / "家庭照片" / "1.txt").write_text("x", encoding="utf-8")
    result = piaogen("ingest", picture, "--json", archive=tmp_path / "家庭照片")

    assert (result.code, result.out) == (2, "")
    assert "not_an_archive" in result.err
    assert sorted(path.name for path in (tmp_path / "家庭照片").iterdir()) == ["1.txt"]


@pytest.mark.parametrize(
    "options",
    [
        *(("--amount", "viel"), ("--date", "2019-13"), ("--kind", "bill"), ("--limit", "0"), ("--colour", "x")),
        ("--amount-min", "9", "--amount-max", "1"),
    ],
)
def test_clues_that_cannot_be_understood_are_bad_usage(options: tuple[str, ...], tmp_path: Path) -> None:
    result = piaogen("find", *options, "--json", archive=tmp_path / "archive")

    assert (result.code, result.out) == (2, "")
    assert result.err


def test_an_unknown_invoice_is_not_found(tmp_path: Path, picture: Path) -> None:
    (tmp_path / "text.jpg").write_text("x", encoding="utf-8")
    piaogen("ingest", tmp_path / "text.jpg", archive=tmp_path / "archive")
    result = piaogen("show", "00000000000000000000-1", "--json", archive=tmp_path / "archive")

    assert (result.code, result.out) == (4, "")
    assert "invoice_not_found" in result.err


def test_a_store_that_is_down_says_try_again(closed_port: int, picture: Path, tmp_path: Path) -> None:
    result = piaogen(
        *("ingest", picture, "--json"),
        archive="s3://invoices/archive",
        s3_endpoint=f"http://127.0.0.1:{closed_port}",
        s3_access_key="a",
        s3_secret_key="b",
        database=f"sqlite:///{tmp_path / 'catalogue.sqlite'}",
    )

    assert (result.code, result.out) == (6, "")
    assert "store_unavailable" in result.err


def test_an_s3_archive_without_keys_is_bad_usage(picture: Path) -> None:
    result = piaogen("ingest", picture, archive="s3://invoices")

    assert result.code == 2
    assert "PIAOGEN_S3_ENDPOINT" in result.err


def test_bad_files_are_reported_each_and_the_batch_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "空.jpg").write_bytes(b"")
    (folder / "文本.jpg").write_text("hello", encoding="utf-8")
    (folder / "truncated.png").write_bytes(a_picture()[:40])
    result = piaogen("ingest", folder, tmp_path / "missing", "--json", archive=tmp_path / "archive")

    assert result.code == 3
    assert {Path(line["file"]).name: line["error"]["code"] for line in result.lines} == {
        "空.jpg": "empty_file",
        "文本.jpg": "unsupported_media_type",
        "truncated.png": "unreadable_file",
        "missing": "unreadable_path",
    }


def test_the_version_is_told() -> None:
    result = piaogen("--version")

    assert (result.code, result.out, result.err) == (0, f"piaogen {version('piaogen')}\n", "")
