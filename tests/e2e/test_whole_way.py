"""The whole way with the real engine: scans in; proved, archived and findable invoices out; one lost and restored."""

import hashlib
import shutil
from pathlib import Path

import pytest

from benchmarks.drawing.camera import encoded, scan
from benchmarks.drawing.face import draw
from benchmarks.drawing.invoice import DrawnInvoice, invent
from tests.support.command import Result, piaogen


@pytest.fixture(scope="module")
def drawn() -> DrawnInvoice:
    return invent("vat_electronic_general", 4711, lines=2)


@pytest.fixture(scope="module")
def folder(drawn: DrawnInvoice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clerk's folder: a good scan twice, a text file called .jpg, and what Windows leaves behind."""
    place = tmp_path_factory.mktemp("clerk") / "三月"
    place.mkdir()
    picture = encoded(scan(draw(drawn), seed=3, skew_degrees=0.8), "JPEG", quality=85)
    (place / "发票 1.jpg").write_bytes(picture)
    (place / "发票 1 副本.jpg").write_bytes(picture)
    (place / "说明.jpg").write_text("这不是图片", encoding="utf-8")
    (place / "Thumbs.db").write_bytes(b"\0")
    return place


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole") / "archive"


@pytest.fixture(scope="module")
def ingested(folder: Path, archive: Path) -> Result:
    return piaogen("ingest", folder, "--json", archive=archive)


def test_every_file_gets_its_state_and_the_batch_goes_on(ingested: Result) -> None:
    states = {Path(line["file"]).name: line["state"] for line in ingested.lines}

    assert ingested.code == 3
    assert sorted(states) == ["发票 1 副本.jpg", "发票 1.jpg", "说明.jpg"]
    assert states["说明.jpg"] == "refused"
    assert sorted([states["发票 1.jpg"], states["发票 1 副本.jpg"]]) == ["done", "duplicate"]


def test_a_lost_invoice_is_found_by_vague_clues_and_restored_whole(
    ingested: Result, drawn: DrawnInvoice, folder: Path, archive: Path
) -> None:
    truth = drawn.truth
    seller, month = str(truth["seller_name"])[3:7], str(truth["issue_date"])[:7]
    about = f"{float(str(truth['tax_inclusive_amount'])) * 1.03:.0f}~"
    hits = piaogen("find", "--seller", seller, "--amount", about, "--date", month, "--json", archive=archive).lines

    assert [hit["invoice_number"] for hit in hits] == [truth["invoice_number"]]
    assert {reason["clue"] for reason in hits[0]["reasons"]} >= {"seller", "amount", "date"}

    restored = archive.with_name("restored")
    export = piaogen("export", hits[0]["id"], "-o", restored, "--json", archive=archive).lines[0]
    original = next(path for path in restored.iterdir() if path.suffix == ".jpg")

    assert original.read_bytes() == (folder / "发票 1.jpg").read_bytes()
    assert export["digest"] == f"sha256:{hashlib.sha256(original.read_bytes()).hexdigest()}"


def test_key_fields_are_right_and_proved(ingested: Result, drawn: DrawnInvoice, archive: Path) -> None:
    invoice_id = next(line["invoices"][0] for line in ingested.lines if line["state"] == "done")
    invoice = piaogen("show", invoice_id, "--json", archive=archive).lines[0]["invoice"]
    keys = ("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id")

    assert {key: invoice["fields"][key]["value"] for key in keys} == {key: drawn.truth[key] for key in keys}
    assert {invoice["fields"][key]["status"] for key in keys} == {"proved"}
    assert invoice["verdict"] == "accepted"


def test_the_catalogue_comes_back_from_the_archive_alone(ingested: Result, archive: Path) -> None:
    questions = (("--seller", "公司"), ("--kind", "vat_electronic_general"), ("开票人",), ())
    before = [piaogen("find", *question, "--json", archive=archive).out for question in questions]
    for path in archive.glob("catalogue.sqlite*"):
        path.unlink()
    rebuilt = piaogen("rebuild", "--json", archive=archive)

    assert (rebuilt.code, rebuilt.lines[0]["documents"]) == (0, 1)
    assert [piaogen("find", *question, "--json", archive=archive).out for question in questions] == before
    assert any(before)


def test_a_correction_on_the_command_line_is_kept_proved_and_found(ingested: Result, archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "archive"
    shutil.copytree(archive, copy)
    [invoice] = [line["invoices"][0] for line in ingested.lines if line["state"] == "done"]
    before = piaogen("review", "--json", archive=copy).lines
    corrected = piaogen(
        "correct",
        invoice,
        "--field",
        "payee=示例人",
        "--field",
        "tax_inclusive_amount=1.00",
        "--by",
        "周样",
        "--reason",
        "试改",
        "--json",
        archive=copy,
    )
    [asked] = piaogen("review", "--json", archive=copy).lines
    rebuilt = piaogen("rebuild", archive=copy)

    assert before == []
    assert corrected.lines[0]["invoice"]["fields"]["payee"]["status"] == "corrected"
    assert "total_is_amount_plus_tax" in [question["rule"] for question in asked["questions"]]
    assert rebuilt.code == piaogen("audit", archive=copy).code == 0
    assert [hit["id"] for hit in piaogen("find", "示例人", "--amount", "1", "--json", archive=copy).lines] == [invoice]
    assert piaogen("correct", invoice, "--field", "issue_date=昨天", "--by", "周样", "--reason", "试改", archive=copy).code == 2


def test_an_audit_tells_a_flipped_byte(ingested: Result, archive: Path) -> None:
    damaged = archive.with_name("damaged")
    shutil.copytree(archive, damaged)
    original = next(path for path in (damaged / "originals").rglob("*") if path.is_file())
    content = bytearray(original.read_bytes())
    content[len(content) // 2] ^= 1
    original.chmod(0o644)
    original.write_bytes(content)
    sound, broken = piaogen("audit", "--json", archive=archive), piaogen("audit", "--json", archive=damaged)

    assert (sound.code, sound.lines[0]["findings"]) == (0, [])
    assert broken.code == 5
    assert [finding["kind"] for finding in broken.lines[0]["findings"]] == ["damaged"]


def test_reading_archives_nothing(folder: Path, tmp_path: Path) -> None:
    result = piaogen("read", folder / "发票 1.jpg", folder / "说明.jpg", "--json", archive=tmp_path / "none")

    assert result.code == 3
    assert [line["document"]["file_name"] for line in result.lines] == ["发票 1.jpg"]
    assert "unsupported_media_type" in result.err
    assert not (tmp_path / "none").exists()
