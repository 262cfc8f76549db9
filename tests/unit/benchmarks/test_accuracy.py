"""The accuracy benchmark reads what it says it reads, and stands by its tables."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from benchmarks import accuracy
from benchmarks.accuracy_report import report_of
from benchmarks.drawing.__main__ import save
from benchmarks.drawing.drawn_set import picture
from benchmarks.examinees import OURS, examine, invoice_of
from benchmarks.labelled import Drawing, LabelledFile, codes_in, drawings, labels
from benchmarks.report import Report
from models.errors import EmptyFile
from models.invoice import Invoice, InvoiceKind
from models.verification import Verdict
from tests.support.example_reading import NUMBER, example_invoice

TRUTH = {"kind": "vat_special", "invoice_number": NUMBER, "seller_name": "某某公司", "items": [{"name": "甲", "amount": "1.00"}]}
FILES = (LabelledFile("a.jpg", b"a", (TRUTH,), medium="scan"), LabelledFile("empty.jpg", b"", (TRUTH,), medium="photo"))


def ours(file: LabelledFile) -> Sequence[Invoice]:
    if not file.content:
        raise EmptyFile("The file is empty.")
    return (example_invoice(),)


def other(file: LabelledFile) -> Sequence[Invoice]:
    return (invoice_of(["增值税专用发票", f"No{NUMBER}", file.name]),)


def run() -> accuracy.Result:
    return accuracy.collected(examine(file, {OURS: ours, "other": other}) for file in FILES)


def report(result: accuracy.Result) -> Report:
    return report_of(result.scores, result.failures, result.seconds, result.files, result.settings, {})


def rows(of: Report, title: str) -> dict[str, tuple[object, ...]]:
    [table] = [table for table in of.tables if table.title == title]
    assert all(len(row) == len(table.columns) for row in table.rows)
    return {f"{row[0]} {row[1]}" if title in {"Fields", "Kinds"} else str(row[0]): row[1:] for row in table.rows}


def test_a_failure_counts_as_nothing_found() -> None:
    result = run()

    assert result.failures == {OURS: {"empty_file": 1}}
    assert (result.scores[OURS].total("exact"), result.scores[OURS].total("missed")) == (1, 2)
    assert result.scores["other"].total("exact") == 2
    assert result.files == {"scan": 1, "photo": 1}


def test_every_reader_stands_in_the_same_tables() -> None:
    read = rows(report(run()), "Readers")

    assert list(read) == ["piaogen, scan", "other, scan", "piaogen, photo", "other, photo", "piaogen, all", "other, all"]
    assert read["piaogen, all"][:2] == (2, "50.0 % (9.5-90.5)")
    assert read["piaogen, scan"][3:5] == ("0.0 % (0.0-79.3)", "50.0 % (9.5-90.5)")
    assert read["other, scan"][3:5] == (None, None)
    assert read["other, photo"][:3] == (1, "100.0 % (20.7-100.0)", "100.0 % (20.7-100.0)")


def test_fields_are_counted_for_each_medium() -> None:
    fields = rows(report(run()), "Fields")

    assert fields["invoice_number scan"][1:] == (1, 1, 0, 0, 0, 0, 0, "100.0 % (20.7-100.0)", "1/1 (100.0 %)")
    assert fields["key fields photo"][1:] == (1, 0, 1, 0, 0, 0, 0, "0.0 % (0.0-79.3)", "1/1 (100.0 %)")
    assert fields["seller_name scan"][-1] is None


def test_kinds_verdicts_and_rows_have_their_tables() -> None:
    made = report(run())

    assert rows(made, "Kinds")["vat_special scan"][1:3] == (1, 1)
    assert rows(made, "Verdicts")["rest of the VAT family, all"] == (2, 0, "0.0 % (0.0-65.8)")
    assert rows(made, "Line items")["rows, scan"] == (1, 0, 0, 1, 3, "0.0 % (0.0-79.3)")


def test_what_is_silent_is_said_one_by_one() -> None:
    truth = {"kind": "vat_special", "invoice_code": "1100000000"}
    result = accuracy.collected([examine(LabelledFile("b.jpg", b"b", (truth,)), {OURS: ours})])

    assert "silently wrong: 1" in report(result).notes
    assert any(note.startswith("SILENT b.jpg invoice_code: printed '1100000000'") for note in report(result).notes)


def test_a_peer_vouches_for_whatever_it_says() -> None:
    said = invoice_of(["电子发票（普通发票）", "发票号码：24000000000000000001", "开票日期：2024年3月5日"])

    assert (said.kind, said.verdict) == (InvoiceKind.DIGITAL_GENERAL, Verdict.ACCEPTED)
    assert {key: field.value for key, field in said.fields.items()} == {
        "invoice_number": "24000000000000000001",
        "issue_date": "2024-03-05",
    }
    assert invoice_of([]).verdict is Verdict.UNREAD


def test_drawings_are_the_same_papers_in_every_degradation() -> None:
    assert list(drawings(("taxi", "train"), ("clean", "fax"), 1, 5)) == [
        Drawing("taxi", "clean", 5, 0),
        Drawing("taxi", "fax", 5, 0),
        Drawing("train", "clean", 5, 0),
        Drawing("train", "fax", 5, 0),
    ]
    clean, fax = Drawing("taxi", "clean", 5, 0).file(), Drawing("taxi", "fax", 5, 0).file()
    assert clean.invoices == fax.invoices
    assert (clean.name, fax.name) == ("taxi-5-000-clean.png", "taxi-5-000-fax.tif")
    assert (clean.medium, fax.medium) == ("clean", "fax")


def test_a_drawn_file_says_with_what_it_was_damaged_and_which_codes_can_be_read() -> None:
    file = Drawing("vat_electronic_general", "scan", 5, 1).file()

    assert file.shows_code(file.invoices[0])
    assert not file.shows_code({"invoice_number": "00000000"})
    assert not file.shows_code({"invoice_number": None})
    [page] = file.settings["pages"]
    assert {"skew_degrees", "dpi", "quality"} <= page.keys()


def test_a_code_too_small_for_a_plain_look_is_read_at_twice_its_size() -> None:
    code = zxingcpp.create_barcode("01,04,sample,12345678,,01,04,sample,12345678,,", zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(code, scale=8)))
    small = drawn.resize((44, 44), Image.Resampling.BOX)

    assert zxingcpp.read_barcodes(small) == []
    assert codes_in(small) == ("01,04,sample,12345678,,01,04,sample,12345678,,",)
    assert codes_in(drawn.resize((12, 12))) == ()


def test_a_labelled_folder_gives_what_was_drawn(tmp_path: Path) -> None:
    drawn = picture(1, 4)
    save(drawn, tmp_path / "files", tmp_path / "labels")
    [file] = [recipe.file() for recipe in labels(tmp_path / "labels", tmp_path / "files")]

    assert file.name == drawn.name
    assert file.invoices == (drawn.invoices[0].truth,)
    assert file.content == (tmp_path / "files" / drawn.name).read_bytes()
    assert (file.medium, file.blanks_are_sure) == (drawn.medium, True)


def test_labels_of_others_do_not_say_that_a_blank_is_sure(tmp_path: Path) -> None:
    label = {"file": "a.png", "medium": "photo", "uncertain": ["remarks"], "qr_payload": f"01,01,,{NUMBER},", "invoices": [TRUTH]}
    (tmp_path / "a.png").write_bytes(b"a")
    (tmp_path / "a.json").write_text(json.dumps(label), encoding="utf-8")
    [file] = [recipe.file() for recipe in labels(tmp_path, tmp_path)]

    assert not file.blanks_are_sure
    assert file.uncertain == {"remarks"}
    assert file.shows_code(TRUTH)


@pytest.mark.parametrize("given", [["--kinds", "banknote"], ["--degradations", "scan,soup"], ["--peers", "x"], ["--labels", "labels"]])
def test_what_it_does_not_know_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        accuracy.main(given)

    assert given[-1].split(",")[-1] in capsys.readouterr().err
