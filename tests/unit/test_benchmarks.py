"""The benchmarks of speed, search and storage count what they say they count, in the columns that they promise."""

import json
from pathlib import Path

import pytest

from benchmarks import exports, reconciling, register, search, storage, throughput
from benchmarks.labelled import LabelledFile
from benchmarks.questions import QUESTIONS
from benchmarks.race_pages import RacePage
from benchmarks.readers import Read
from benchmarks.report import Report, Table, markdown, percentiles
from benchmarks.synthetic import archived

FILE = LabelledFile("a.jpg", b"a", ({"kind": "vat_special", "seller_name": "某某公司"},))


def test_percentiles_are_measured_values() -> None:
    assert percentiles([0.003, 0.001, 0.002]) == (2.0, 3.0)
    assert percentiles([0.001]) == (1.0, 1.0)


def test_a_table_is_markdown_with_columns_as_wide_as_what_stands_in_them() -> None:
    assert markdown(Table("Sizes", ("what", "px"), (("a long name", 7), ("b", None)))).splitlines() == [
        "### Sizes",
        "",
        "| what        |  px |",
        "| ----------- | --: |",
        "| a long name |   7 |",
        "| b           |   - |",
    ]


def load_reader() -> Read:
    """A reader that sees nothing but the name; at the top of the module so that another process finds it."""
    return lambda file: file.name


def test_throughput_lets_every_reader_read_every_file() -> None:
    other = LabelledFile("某某公司", b"", ({"kind": "vat_special", "seller_name": "某某公司"},))
    race = throughput.run_race((other, FILE), 2, {"one": load_reader, "other": load_reader})
    report = throughput.report_of(race, (RacePage(other, ("某某公司", "某")), RacePage(FILE)), {}, ((2, 100, 120),))

    assert columns(report) == [throughput.COLUMNS, throughput.PROCESS_COLUMNS, throughput.MEMORY_COLUMNS]
    assert [(row[0], *row[4:8]) for row in report.tables[0].rows] == [
        (name, "0 of 5", "0 of 0", "4 of 4", "0 of 0") for name in ("one", "other")
    ]
    assert [row[0] for row in report.tables[1].rows] == ["other, looped", "one, 1 process", "one, 2 processes"]
    assert {name: [lap.texts for lap in laps] for name, laps in race.laps.items()} == {
        name: [("某某公司", "a.jpg")] * 2 for name in ("one", "other")
    }
    assert len(race.two_processes) == 2


def test_the_memory_of_a_worker_is_measured_as_it_reads_on() -> None:
    measured = throughput.endured((FILE,), 120, load_reader)

    assert [pages for pages, _, _ in measured] == [50, 100, 120]
    assert all(0 < held <= peak for _, held, peak in measured)


def test_search_finds_what_it_asks_for_in_every_database_and_writes_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = search.main(["--rows", "40", "--queries", "3", "--out", str(tmp_path)])
    [written] = tmp_path.iterdir()
    content = json.loads(written.read_text(encoding="utf-8"))
    asked, filling, size = content["tables"]
    names = ["sqlite", "postgresql"]

    assert code == 0
    assert written.name == "search.json"
    assert (tuple(asked["columns"]), tuple(filling["columns"])) == (search.COLUMNS, search.FILL_COLUMNS)
    assert [(row[0], row[1]) for row in asked["rows"]] == [(clue, name) for clue in QUESTIONS for name in names]
    vague = {"no clue: the newest", "seller, any two characters", "seller, 有限", "text, a common word"}
    assert {row[0] for row in asked["rows"] if row[6] != "100.0 %"} <= vague
    answers = [[row[5:] for row in asked["rows"] if row[1] == name] for name in names]
    assert answers[0] == answers[1]
    assert [row[:2] for row in filling["rows"]] == [[name, 40] for name in names]
    assert {row[0] for row in size["rows"] if row[1] == "invoices"} == set(names)
    assert {"processor", "cores", "memory_mb", "python", "libraries", "commit"} <= content["machine"].keys()
    assert content["options"] == {"rows": 40, "queries": 3, "seed": 7, "databases": "sqlite,postgresql", "departments": 1}
    assert "number, whole" in capsys.readouterr().out


def test_reconciling_finds_every_planted_difference_and_invents_none(tmp_path: Path) -> None:
    code = reconciling.main(["--lines", "600", "--invoices", "900", "--out", str(tmp_path)])
    measured, found = json.loads((tmp_path / "reconciling.json").read_text(encoding="utf-8"))["tables"]

    assert code == 0
    assert measured["rows"][0][:2] == [600, 900]
    assert all(planted == met and not invented for _, planted, met, invented in found["rows"])
    assert sum(planted for _, planted, _, _ in found["rows"]) > 0


def test_exports_take_out_all_that_was_drawn(tmp_path: Path) -> None:
    exports.main(["--rows", "40", "--originals", "12", "--kilobytes", "2", "--out", str(tmp_path)])
    [table] = json.loads((tmp_path / "exports.json").read_text(encoding="utf-8"))["tables"]

    made = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    assert [(one["form"], one["invoices"]) for one in made] == [("xlsx", 40), ("csv", 40), ("voucher", 40), ("zip", 1), ("zip", 12)]
    assert [one["left out"] for one in made if one["form"] != "voucher"] == [0] * 4
    assert all(0 < one["peak MB"] < 1000 and one["seconds"] > 0 for one in made)


def test_the_register_is_asked_for_every_filter_by_everybody_and_by_one_department(tmp_path: Path) -> None:
    register.main(["--rows", "400", "--rounds", "1", "--databases", "sqlite", "--out", str(tmp_path)])
    everybody, department = json.loads((tmp_path / "register.json").read_text(encoding="utf-8"))["tables"]

    counts = [dict(zip(("filter", "invoices"), row[:2], strict=True)) for row in everybody["rows"]]
    found = {one["filter"]: one["invoices"] for one in counts}
    assert 390 < found["nothing"] < 400 and found["nothing"] + found["withdrawn"] == 400
    assert 0 < found["one department"] == department["rows"][0][1] < 100
    assert found["nobody's name"] == 0 < found["needs review"] < found["accepted"]


def test_databases_that_are_kept_are_asked_again_without_being_filled(tmp_path: Path) -> None:
    given = ["--rows", "10", "--queries", "1", "--databases", "sqlite", "--keep", str(tmp_path / "kept"), "--out", str(tmp_path)]
    filled = []
    for _ in range(2):
        search.main(given)
        content = json.loads((tmp_path / "search.json").read_text(encoding="utf-8"))
        filled.append(len(content["tables"][1]["rows"]))

    assert filled == [1, 0]


def test_a_synthetic_document_is_the_same_every_time_and_some_are_copies() -> None:
    numbers = [archived(place, 3).invoice.identity for place in range(120)]

    assert archived(7, 3) == archived(7, 3)
    assert 100 < len(set(numbers)) < 120
    assert len({archived(place, 3).received.document.digest for place in range(120)}) == 120


def test_storage_measures_every_store_and_finds_it_sound(tmp_path: Path) -> None:
    report = storage.measure(tmp_path, 3, 1000, 2, {})
    stores = [row[0] for row in report.tables[1].rows]

    assert columns(report) == [storage.OBJECT_COLUMNS, storage.ARCHIVE_COLUMNS]
    assert [row[0] for row in report.tables[0].rows] == stores
    assert {"folder", "S3 (SeaweedFS)", "folder, sealed", "folder, mirrored to S3"} <= set(stores)
    assert {row[-1] for row in report.tables[1].rows} == {"yes"}


def columns(report: Report) -> list[tuple[str, ...]]:
    assert all(len(row) == len(table.columns) for table in report.tables for row in table.rows)
    return [table.columns for table in report.tables]
