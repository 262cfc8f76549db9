"""The benchmarks count what they say they count, and say it in the columns that they promise."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import accuracy, search, storage, throughput
from benchmarks.drawing.__main__ import save
from benchmarks.drawing.drawn_set import picture
from benchmarks.found_text import found_share
from benchmarks.labelled import LabelledFile, labelled_files
from benchmarks.readers import Read
from benchmarks.report import Report, percentiles
from benchmarks.scoring import Pair, Score, folded, paired, paired_rows
from benchmarks.synthetic import archived
from models.digest import Digest
from models.document import DocumentRef, MediaType, Scan
from models.errors import EmptyFile
from models.invoice import FieldStatus, Invoice, LineItem
from models.reading import Reading
from models.verification import Verdict
from tests.support.example_reading import NUMBER, example_invoice, proved_invoice, reading_of

TRUTH = {"kind": "vat_special", "invoice_number": NUMBER, "seller_name": "某某公司", "machine_number": "1", "check_code": None}
FILE = LabelledFile("a.jpg", b"a", (TRUTH,))


def scored(truth: dict[str, object], read: Invoice | None, uncertain: frozenset[str] = frozenset()) -> Score:
    score = Score()
    score.add("a.jpg", Pair(truth, read), uncertain)
    return score


def with_number(invoice: Invoice, status: FieldStatus) -> Invoice:
    return replace(invoice, fields={**invoice.fields, "invoice_number": replace(invoice.fields["invoice_number"], status=status)})


def test_exact_missed_and_wrong_are_told_apart() -> None:
    score = scored(TRUTH, example_invoice())

    assert score.fields["invoice_number"] == {"printed": 1, "exact": 1}
    assert score.fields["machine_number"] == {"printed": 1, "missed": 1, "silent": 0}
    assert score.fields["seller_name"] == {"printed": 1, "wrong": 1, "silent": 0}
    assert "check_code" in score.fields
    assert score.total("printed") == 3
    assert score.kinds["vat_special"]["kind right"] == 1
    assert [(mistake.field, mistake.read) for mistake in score.mistakes] == [
        ("machine_number", None),
        ("seller_name", example_invoice().value("seller_name")),
    ]


@pytest.mark.parametrize(
    ("status", "verdict", "silent"),
    [
        (FieldStatus.PROVED, Verdict.NEEDS_REVIEW, 1),
        (FieldStatus.REPAIRED, Verdict.NEEDS_REVIEW, 1),
        (FieldStatus.READ, Verdict.NEEDS_REVIEW, 0),
        (FieldStatus.CONFLICT, Verdict.NEEDS_REVIEW, 0),
        (FieldStatus.READ, Verdict.ACCEPTED, 1),
    ],
)
def test_a_wrong_value_is_silent_when_the_reading_vouches_for_it(status: FieldStatus, verdict: Verdict, silent: int) -> None:
    score = scored({**TRUTH, "invoice_number": "99999999"}, replace(with_number(example_invoice(), status), verdict=verdict))

    assert score.fields["invoice_number"]["wrong"] == 1
    assert score.silent == score.fields["invoice_number"]["silent"] == silent


def test_a_wrong_field_that_is_no_key_field_is_not_silent_in_an_accepted_invoice() -> None:
    assert scored({"kind": "vat_special", "seller_name": "某某公司"}, proved_invoice()).silent == 0


def test_what_was_missed_is_never_silent() -> None:
    accepted = proved_invoice()
    unread = replace(with_number(accepted, FieldStatus.PROVED).fields["invoice_number"], value=None)

    assert scored(TRUTH, replace(accepted, fields={**accepted.fields, "invoice_number": unread})).silent == 0
    assert scored(TRUTH, None).silent == 0


def test_a_proved_value_where_nothing_is_printed_is_silent() -> None:
    score = scored({"kind": "vat_special", "invoice_number": None}, example_invoice())

    assert score.fields["invoice_number"] == {"printed": 0, "invented": 1, "silent": 1}


def test_what_is_not_labelled_or_not_sure_is_not_counted() -> None:
    score = scored({**TRUTH, "items": None}, example_invoice(), frozenset({"seller_name"}))

    assert "seller_name" not in score.fields
    assert "seller_tax_id" not in score.fields
    assert not score.rows


def test_an_accepted_invoice_that_does_not_exist_is_silent() -> None:
    score = Score()
    score.add("a.jpg", Pair(None, proved_invoice()))
    score.add("a.jpg", Pair(None, example_invoice()))

    assert score.spurious == {"accepted": 1, "needs_review": 1}
    assert score.silent == 1


def test_invoices_of_one_file_are_paired_by_number_first() -> None:
    other = {**TRUTH, "invoice_number": "00000000"}
    stranger = replace(example_invoice(), fields={})

    assert paired([other, TRUTH], [example_invoice()]) == [Pair(other, None), Pair(TRUTH, example_invoice())]
    assert paired([other, TRUTH], [example_invoice(), stranger]) == [Pair(other, stranger), Pair(TRUTH, example_invoice())]
    assert paired([TRUTH], [stranger, example_invoice()]) == [Pair(TRUTH, example_invoice()), Pair(None, stranger)]


def test_rows_are_exact_wrong_missed_or_invented() -> None:
    printed = [{"name": "甲", "amount": "1.00"}, {"name": "乙", "amount": "2.00"}, {"name": "丙", "amount": "3.00"}]
    read = (LineItem(name="乙", amount="2.00"), LineItem(name="甲", amount="1.50", unit="个"), LineItem(name="丁", amount="4.00"))
    score = scored({"kind": "vat_special", "items": printed}, replace(example_invoice(), items=read))

    assert score.rows == {"printed": 3, "exact": 1, "wrong": 1, "missed": 1, "invented": 1}
    assert score.cells == {"printed": 6, "exact": 3, "wrong": 1, "missed": 2, "invented": 1}


def test_a_row_is_not_given_to_two_printed_ones() -> None:
    twice = [{"name": "甲", "amount": "1.00"}] * 2

    assert [row is None for _, row in paired_rows(twice, [LineItem(name="甲", amount="1.00")])] == [False, True]


@pytest.mark.parametrize(
    ("key", "printed", "read", "same"),
    [
        ("seller_name", "某（中国）公司 ", "某(中国)公司", True),
        ("seller_name", "某公司", "某公词", False),
        ("tax_amount", "1.50", "1.5", True),
        ("tax_amount", "1.50", "15.0", False),
        ("item quantity", "5.73", "573", False),
        ("item unit_price", "1,200.00", "1200", True),
        ("invoice_number", "00123", "123", False),
        ("tax_inclusive_amount_in_words", "壹元整", "壹圆整", True),
    ],
)
def test_only_what_nobody_would_call_different_is_the_same(key: str, printed: str, read: str, same: bool) -> None:
    assert (folded(key, printed) == folded(key, read)) is same


def test_text_is_looked_for_as_it_is_printed() -> None:
    truth = {"kind": "vat_special", "issue_date": "2019-03-05", "seller_name": "某某公司", "items": [{"name": "甲乙", "unit": None}]}
    file = LabelledFile("a.jpg", b"", (truth,))

    assert found_share(file, "2019年03月05日\n某某\n公司\n甲 乙") == 1.0
    assert found_share(file, "2019年03月05日") == 11 / 17


def test_percentiles_are_measured_values() -> None:
    assert percentiles([0.003, 0.001, 0.002]) == (2.0, 3.0)
    assert percentiles([0.001]) == (1.0, 1.0)


def test_a_labelled_folder_gives_what_was_drawn(tmp_path: Path) -> None:
    drawn = picture(1, 4)
    save(drawn, tmp_path / "files", tmp_path / "labels")
    [file] = labelled_files(tmp_path / "labels", tmp_path / "files")

    assert file.name == drawn.name
    assert file.invoices == (drawn.invoices[0].truth,)
    assert file.content == (tmp_path / "files" / drawn.name).read_bytes()


def test_accuracy_has_its_tables_and_counts_a_failure_as_nothing_found() -> None:
    def read(file: LabelledFile) -> Reading:
        if file.name == "empty.jpg":
            raise EmptyFile("The file is empty.")
        return reading_of(Scan(DocumentRef(Digest.of(b"a"), file.name, MediaType.JPEG, 1), b"a"), example_invoice())

    score, report = accuracy.measure([FILE, LabelledFile("empty.jpg", b"", (TRUTH,))], read, {})

    assert columns(report) == [accuracy.FIELD_COLUMNS, accuracy.KIND_COLUMNS, accuracy.ITEM_COLUMNS]
    assert report.details["failures"] == {"empty_file": 1}
    assert score.fields["invoice_number"] == {"printed": 2, "exact": 1, "missed": 1, "silent": 0}
    assert report.tables[0].rows[-1] == ("all fields", 6, 1, 4, 1, 0, 0)


def load_reader() -> Read:
    """A reader that sees nothing but the name; at the top of the module so that another process finds it."""
    return lambda file: file.name


def test_throughput_lets_every_reader_read_every_file() -> None:
    files = (LabelledFile("某某公司", b"", ({"kind": "vat_special", "seller_name": "某某公司"},)), FILE)
    race = throughput.run_race(files, 2, {"one": load_reader, "other": load_reader})
    report = throughput.report_of(race, files, {})

    assert columns(report) == [throughput.COLUMNS, throughput.PROCESS_COLUMNS]
    assert [row[0] for row in report.tables[0].rows] == ["one", "other"]
    assert {name: [lap.texts for lap in laps] for name, laps in race.laps.items()} == {
        name: [("某某公司", "a.jpg")] * 2 for name in ("one", "other")
    }
    assert report.details["found_by_page"] == {"one": [1.0, 0.0], "other": [1.0, 0.0]}
    assert len(race.two_processes) == 2


def test_search_finds_what_it_asks_for_and_writes_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = search.main(["--rows", "40", "--queries", "3", "--out", str(tmp_path)])
    [written] = tmp_path.iterdir()
    content = json.loads(written.read_text(encoding="utf-8"))
    asked, filling = content["tables"]

    assert code == 0
    assert written.name == "search.json"
    assert (tuple(asked["columns"]), tuple(filling["columns"])) == (search.COLUMNS, search.FILL_COLUMNS)
    assert {row[0]: row[4] for row in asked["rows"]} == dict.fromkeys(search.QUESTIONS, "100.0 %") | {
        row[0]: row[4] for row in asked["rows"] if row[0] in {"seller, two characters", "no clue: the newest", "text, an item's name"}
    }
    assert {"processor", "cores", "memory_mb", "python", "libraries", "commit"} <= content["machine"].keys()
    assert content["options"] == {"rows": 40, "queries": 3, "seed": 7}
    assert "number, whole" in capsys.readouterr().out


def test_a_synthetic_document_is_the_same_every_time_and_some_are_copies() -> None:
    numbers = [archived(place, 3).invoice.identity for place in range(120)]

    assert archived(7, 3) == archived(7, 3)
    assert 100 < len(set(numbers)) < 120
    assert len({archived(place, 3).received.document.digest for place in range(120)}) == 120


def test_storage_measures_both_stores_and_finds_them_sound(tmp_path: Path) -> None:
    report = storage.measure(tmp_path, 3, 1000, 2, {})

    assert columns(report) == [storage.OBJECT_COLUMNS, storage.ARCHIVE_COLUMNS]
    assert [row[0] for row in report.tables[0].rows] == ["folder", "S3 (SeaweedFS)"]
    assert [row[-1] for row in report.tables[1].rows] == ["yes", "yes"]


def columns(report: Report) -> list[tuple[str, ...]]:
    assert all(len(row) == len(table.columns) for table in report.tables for row in table.rows)
    return [table.columns for table in report.tables]
