"""The register as a workbook and as a table of text, read back by programs that did not write them."""

import csv
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from models.errors import BadUsage
from models.export import ExportRow
from models.invoice import LineItem
from models.verification import Verdict
from ocr_service.exports import workbook as workbook_module
from ocr_service.exports.columns import COLUMNS, ITEM_COLUMNS
from ocr_service.exports.text_table import guarded, taken_back, write_table
from ocr_service.exports.workbook import write_workbook
from tests.support.exported import a_row, an_item

FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1", "\r=1", "'=1", "http://a.b", '=HYPERLINK("http://a")')


def nothing(done: int) -> None:
    """Nobody asks how far it is."""


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = load_workbook(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def written(tmp_path: Path, *rows: ExportRow) -> dict[str, list[list[Any]]]:
    path = tmp_path / "register.xlsx"
    assert write_workbook(rows, path, nothing) == len(rows)
    return sheets(path)


def cell(rows: list[list[Any]], title: str, place: int = 1) -> Any:
    return rows[place][rows[0].index(title)]


def test_numbers_are_texts_amounts_numbers_and_days_days(tmp_path: Path) -> None:
    digital = a_row(1, net="1234.50", tax="-0.01", total="1234.49", code=None, number="26112000000012345678")
    found = written(tmp_path, digital, a_row(7))["发票"]

    assert found[0] == [column.title for column in COLUMNS]
    assert cell(found, "发票号码") == "26112000000012345678"
    assert (cell(found, "发票代码"), cell(found, "发票代码", 2), cell(found, "发票号码", 2)) == ("", "1100211130", "00000007")
    assert (cell(found, "金额"), cell(found, "税额"), cell(found, "价税合计")) == (1234.5, -0.01, 1234.49)
    assert cell(found, "开票日期") == date(2026, 3, 1)
    assert (cell(found, "核验"), cell(found, "收票时间")) == ("已证实", "2026-03-02 16:30")
    assert cell(found, "原件 SHA-256") == digital.invoice.document.hex


def test_line_items_stand_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    long = an_item("*餐饮服务*餐费", "1234567890123456789")
    found = written(tmp_path, a_row(1, an_item(), LineItem(name="（详见销货清单）")), a_row(2), a_row(3, long))["明细"]

    assert found[0] == [column.title for column in ITEM_COLUMNS]
    assert [row[1] for row in found[1:]] == ["00000001", "00000001", "00000003"]
    assert (cell(found, "数量"), cell(found, "金额"), cell(found, "税率")) == (1.0, 100.0, "6%")
    assert cell(found, "金额", 2) == ""
    assert cell(found, "金额", 3) == "1234567890123456789"  # more digits than a spreadsheet keeps


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_that_somebody_wrote_is_a_formula_or_a_link(tmp_path: Path, text: str) -> None:
    found = written(tmp_path, a_row(1, an_item(text), seller_name=text, file_name=text))

    assert cell(found["发票"], "销售方名称") == cell(found["发票"], "文件名") == text
    assert cell(found["明细"], "货物或应税劳务、服务名称") == text
    with zipfile.ZipFile(tmp_path / "register.xlsx") as parts:
        told = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/"))
        assert not re.search(r"<f[ >]|hyperlink", told)


def test_titles_stay_in_sight_and_columns_are_wide_enough(tmp_path: Path) -> None:
    written(tmp_path, a_row(1))

    with zipfile.ZipFile(tmp_path / "register.xlsx") as parts:
        for sheet in ("sheet1", "sheet2"):
            told = parts.read(f"xl/worksheets/{sheet}.xml").decode()
            assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in told
            assert "<cols>" in told
        assert "#,##0.00" in parts.read("xl/styles.xml").decode()


def test_a_sheet_that_is_full_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MOST_ROWS", 2)

    with pytest.raises(BadUsage, match="narrow the filter"):
        write_workbook((a_row(number) for number in range(3)), tmp_path / "x.xlsx", nothing)


def test_how_far_it_is_is_told_after_each_invoice(tmp_path: Path) -> None:
    told: list[int] = []
    write_workbook([a_row(1), a_row(2)], tmp_path / "a.xlsx", told.append)
    write_table([a_row(1), a_row(2)], tmp_path / "a.csv", told.append)

    assert told == [1, 2, 1, 2]


def table(tmp_path: Path, *rows: ExportRow) -> list[dict[str, str]]:
    path = tmp_path / "register.csv"
    assert write_table(rows, path, nothing) == len(rows)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_of_text_has_what_the_workbook_has(tmp_path: Path) -> None:
    withdrawn = a_row(2, net=None, tax=None, verdict=Verdict.NEEDS_REVIEW, withdrawn=True, number=None)
    first, second = table(tmp_path, a_row(1), replace(withdrawn, remarks='甲，"乙"\n丙'))

    assert list(first) == [column.title for column in COLUMNS]
    assert (first["发票号码"], first["开票日期"], first["金额"]) == ("00000001", "2026-03-01", "100.00")
    assert (second["发票号码"], second["金额"], second["状态"], second["备注"]) == ("", "", "已作废", '甲，"乙"\n丙')


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_table_of_text_is_computed_and_each_is_taken_back(tmp_path: Path, text: str) -> None:
    [found] = table(tmp_path, a_row(1, seller_name=text, file_name=text))

    assert not found["销售方名称"].startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert taken_back(found["销售方名称"]) == taken_back(found["文件名"]) == text


@pytest.mark.parametrize("text", ["", "酒店", "'", "''=1", "a=b", *FORMULAS])
def test_what_is_guarded_is_taken_back(text: str) -> None:
    assert taken_back(guarded(text)) == text


def test_a_negative_amount_of_a_table_is_a_number(tmp_path: Path) -> None:
    [found] = table(tmp_path, a_row(1, net="-100.00", tax="-6.00", total="-106.00"))

    assert Decimal(found["价税合计"]) == Decimal("-106.00")
