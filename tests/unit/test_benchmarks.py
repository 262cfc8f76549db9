"""The benchmarks of speed, search and storage count what they say they count, in the columns that they promise."""

import json
from pathlib import Path

import pytest

from benchmarks import search, storage, throughput
from benchmarks.labelled import LabelledFile
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
