"""`piaogen export` with a form: what a filter shows, into a file; one invoice into a folder as ever."""

import csv
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from python_calamine import load_workbook
from typer.testing import CliRunner

from models.digest import Digest
from models.errors import BadUsage, PiaogenError, UnreadablePath
from ocr_service.cli import app
from ocr_service.export_command import where_texts
from tests.support.destroyed import archive_the_scan
from tests.support.example_reading import NUMBER


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive of the example scan, as the command line opens it."""
    archive_the_scan(tmp_path / "made")
    folder = tmp_path / "made" / "archive"
    monkeypatch.setenv("PIAOGEN_ARCHIVE", str(folder))
    monkeypatch.setenv("PIAOGEN_DATABASE", f"sqlite:///{tmp_path / 'made' / 'catalogue.sqlite'}")
    return folder


def run(*arguments: str) -> str:
    """What the command says on standard output; what it raises is raised."""
    done = CliRunner().invoke(app, ["export", *arguments], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_a_filter_shows_goes_into_a_file(archive: Path, tmp_path: Path) -> None:
    book, table, packed = tmp_path / "a.xlsx", tmp_path / "a.csv", tmp_path / "a.zip"
    told = json.loads(run(str(book), "--format", "xlsx", "--sort=-amount", "--json"))
    run(str(table), "--format", "csv", "--where", "verdict=accepted,confirmed,needs_review state=all")
    run(str(packed), "--format", "zip")

    assert (told["invoices"], told["left_out"], told["sha256"]) == (1, [], Digest.of(book.read_bytes()).hex)
    assert NUMBER in load_workbook(book).get_sheet_by_name("发票").to_python()[1]
    assert [row["发票号码"] for row in csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines())] == [NUMBER]
    with zipfile.ZipFile(packed) as found:
        found.extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path / "out", check=True, capture_output=True)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_mapping_may_be_a_file_that_is_kept_nowhere(archive: Path, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "ocr_service" / "exports" / "kingdee.toml"
    own = tmp_path / "own.toml"
    own.write_text(shipped.read_text(encoding="utf-8").replace("6602", "5602").replace("unreviewed = false", "unreviewed = true"))
    run(str(tmp_path / "v.xlsx"), "--format", "voucher", "--mapping", str(own))

    rows = load_workbook(tmp_path / "v.xlsx").get_sheet_by_name("凭证").to_python()
    assert "5602" in rows[1]


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (["{}", "--format", "docx"], BadUsage, "xlsx, csv"),
        (["{}", "--format", "xlsx", "--where", "colour=red"], PiaogenError, "colour"),
        (["{}", "--format", "xlsx", "--where", "seller"], BadUsage, "name=value"),
        (["{}", "--format", "xlsx", "--where", "kind=taxi kind=train"], BadUsage, "kind=taxi,train"),
        (["{}", "--format", "xlsx", "--output", "x"], BadUsage, "folder"),
        (["{}", "--format", "xlsx", "--mapping", "kingdee"], BadUsage, "only vouchers"),
        (["{}", "--format", "voucher", "--mapping", "sap"], BadUsage, "kingdee, yonyou"),
        (["0" * 20 + "-1"], BadUsage, "--output"),
        (["0" * 20 + "-1", "--output", "x", "--where", "a=b"], BadUsage, "--format"),
    ],
)
def test_what_means_nothing_is_told(archive: Path, tmp_path: Path, arguments: list[str], error: type[PiaogenError], told: str) -> None:
    with pytest.raises(error, match=told):
        run(*(one.format(tmp_path / "a.xlsx") for one in arguments))
    assert not (tmp_path / "a.xlsx").exists()


def test_a_file_that_is_there_is_left_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(UnreadablePath, match="left alone"):
        run(str(tmp_path / "a.csv"), "--format", "csv")

    assert (tmp_path / "a.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("where", "texts"),
    [
        ("", {}),
        ("date=2026-03 kind=taxi", {"date": "2026-03", "kind": "taxi"}),
        ('seller="某某 公司" text=a=b', {"seller": "某某 公司", "text": "a=b"}),
        ("date=2026-03&seller=%E9%85%92%E5%BA%97&kind=", {"date": "2026-03", "seller": "酒店", "kind": ""}),
    ],
)
def test_a_filter_is_written_as_words_or_as_an_address_has_it(where: str, texts: dict[str, str]) -> None:
    assert where_texts(where) == texts
