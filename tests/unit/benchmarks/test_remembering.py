"""The benchmark of vague memory: its catalogue is the one that recording makes, and a small world answers its stories."""

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.remembering.__main__ import main
from benchmarks.remembering.filling import filled
from benchmarks.remembering.stories import story
from benchmarks.remembering.world import documents, told
from tests.support.catalogued import opened

ROWS, SEED = 240, 5


def test_filling_table_by_table_writes_the_rows_that_recording_writes(tmp_path: Path) -> None:
    for name in ("filled", "recorded"):
        (tmp_path / name).mkdir()
    with opened(tmp_path / "filled"):
        pass
    filled(tmp_path / "filled" / "catalogue.sqlite3", ROWS, SEED)
    with opened(tmp_path / "recorded") as catalogue:
        catalogue.record_readings(list(documents(ROWS, SEED)))

    assert _rows(tmp_path / "filled") == _rows(tmp_path / "recorded")


def _rows(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold, parties and goods by their names: their ids are given in the order in which they come."""
    asked = {
        "documents": "SELECT * FROM documents",
        "arrivals": "SELECT * FROM arrivals",
        "texts": "SELECT * FROM invoice_texts",
        "shares": """
            SELECT what, coalesce(companies.name, goods.name, key), department, many FROM shares
            LEFT JOIN companies ON companies.id = key AND what IN ('seller', 'buyer') LEFT JOIN goods ON goods.id = key AND what = 'goods'
        """,
        "grams": "SELECT gram, name, pinyin, initials FROM company_grams JOIN companies ON id = company_id",
        "goods": "SELECT name, day, total_cents, invoice_id FROM invoice_goods JOIN goods ON goods.id = goods_id",
        "found": "SELECT rowid FROM text_grams WHERE text_grams MATCH '\"远景\"'",
        "invoices": """
            SELECT invoices.*, seller.name, buyer.name, value, goods.name FROM invoices
            JOIN companies AS seller ON seller.id = seller_company JOIN companies AS buyer ON buyer.id = buyer_company
            JOIN tax_ids ON tax_ids.id = seller_tax JOIN goods ON goods.id = goods
        """,
    }
    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as file:
        file.row_factory = sqlite3.Row
        own = {"seller_company", "buyer_company", "seller_tax", "goods"}
        return {
            name: sorted((tuple(row[key] for key in row.keys() if key not in own) for row in file.execute(sql)), key=str)  # noqa: SIM118
            for name, sql in asked.items()
        }


def test_a_world_and_its_stories_are_the_same_each_time() -> None:
    one = [story(told(place, ROWS, SEED), random.Random(place)) for place in range(50)]

    assert one == [story(told(place, ROWS, SEED), random.Random(place)) for place in range(50)]
    assert all(2 <= len(each.memory) <= 4 and each.sentence for each in one)
    assert len({thing.how for each in one for thing in each.things}) > 20


def test_stories_are_told_in_both_ways_and_to_plain_searches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "--rows",
        "300",
        "--stories",
        "12",
        "--databases",
        "sqlite",
        "--plain",
        "--out",
        str(tmp_path),
        "--json",
        str(tmp_path / "r.json"),
    ]

    assert main(given) == 0

    assert "### Found" in capsys.readouterr().out
    found = {row[0]: row for row in json.loads((tmp_path / "r.json").read_text())["tables"][0]["rows"]}
    assert set(found) == {"clues, sqlite", "sentences, sqlite", "sentences, plain FTS5", "sentences, LIKE"}
    assert float(found["clues, sqlite"][3].split()[0]) > 80
