"""Pictures of what was measured, and of nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import plots
from benchmarks.search import COLUMNS as SEARCH_COLUMNS
from benchmarks.throughput import COLUMNS as RACE_COLUMNS

MACHINE = {"processor": "a processor", "cores": 2, "commit": "abc"}


def race() -> dict[str, object]:
    rows = [[name, cpu, *[0] * (len(RACE_COLUMNS) - 2)] for name, cpu in (("piaogen", 500), ("peer", 2000))]
    seen = {"piaogen": [[1, 500, 3, 3], [0, 500, 3, 3]], "peer": [[5, 500, 3, 3], [5, 500, 2, 3]]}
    tables = [{"title": "Throughput", "columns": RACE_COLUMNS, "rows": rows}]
    return {"tables": tables, "details": {"found_by_page": seen}, "machine": MACHINE, "options": {}}


def search(rows: int, *p95: float) -> dict[str, object]:
    place = SEARCH_COLUMNS.index("p95 ms")
    answers = [[f"clue {number}", "sqlite", *[0] * (len(SEARCH_COLUMNS) - 2)] for number in range(len(p95))]
    for answer, milliseconds in zip(answers, p95, strict=True):
        answer[place] = milliseconds
    tables = [{"title": "Search", "columns": SEARCH_COLUMNS, "rows": answers}]
    return {"tables": tables, "machine": MACHINE, "options": {"rows": rows}}


def test_bars_are_as_long_as_the_cpu_time_and_errors_are_a_share_of_the_characters() -> None:
    (bars,) = plots.cpu_by_reader(race()).axes
    (points,) = plots.errors_against_cpu(race()).axes

    assert [bar.get_path().transformed(bar.get_patch_transform()).get_extents().width for bar in bars.patches] == [500, 2000]
    assert [np.asarray(point.get_offsets()).tolist() for point in points.collections] == [[[500, 1]], [[2000, 10]]]


def test_latency_is_that_of_the_slowest_and_the_middle_kind_of_question_by_size() -> None:
    (axes,) = plots.latency_by_size([search(1000, 9, 1, 4), search(100, 3, 1, 2)]).axes

    assert [np.asarray(line.get_xydata()).tolist() for line in axes.lines] == [[[100, 3], [1000, 9]], [[100, 2], [1000, 4]]]


def test_what_was_measured_becomes_pictures_and_nothing_else_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plots.main(["--results", str(tmp_path), "--docs", str(tmp_path / "docs")]) == 1
    (tmp_path / "search-100.json").write_text(json.dumps(search(100, 3)), encoding="utf-8")
    (tmp_path / "throughput.json").write_text(json.dumps(race()), encoding="utf-8")

    assert plots.main(["--results", str(tmp_path), "--docs", str(tmp_path / "docs")]) == 0

    names = sorted(path.name for path in (tmp_path / "docs").iterdir())
    assert names == ["find-latency.png", "reading-cpu.png", "reading-errors.png"]
    for name in names:
        with Image.open(tmp_path / "docs" / name) as picture:
            assert picture.width == 840
    assert "reading-cpu.png" in capsys.readouterr().out
