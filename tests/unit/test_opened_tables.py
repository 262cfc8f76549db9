"""Tables of strangers, opened in the children that open every file: whatever they call themselves, and whatever they were made for."""

import io
import tracemalloc
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest

from models.errors import CannotBeOpened, EmptyFile, FileTooLarge, RefusedInput, UnreadableFile, UnsupportedMediaType
from ocr_service.decoding.tables import checked_rows
from ocr_service.spreadsheets.opening import sheets
from tests.support.decoding import shared_decoder
from tests.support.workbooks import xls, xlsx


def opened(content: bytes) -> dict[str, list[tuple[int, Sequence[Any]]]]:
    return {sheet.name: list(sheet.rows) for sheet in shared_decoder().tables(content)}


def test_the_sheets_of_a_workbook_come_in_order_with_the_numbers_of_their_rows() -> None:
    found = opened(xlsx({"发票基础信息1": [["a"], [], ["b", 1]], "信息汇总表1": [["c"]]}))

    assert found == {"发票基础信息1": [(1, ("a",)), (3, ("b", 1.0))], "信息汇总表1": [(1, ("c",))]}


@pytest.mark.parametrize("dimension", ["A1", "A1:C1", "A1:XFD1048576"])
def test_a_wrong_dimension_hides_nothing(dimension: str) -> None:
    assert opened(xlsx({"s": [["a", "b", "c", "d"], ["1", "2", "3", "4"]]}, dimension=dimension))["s"][1] == (2, ("1", "2", "3", "4"))


def test_cells_that_are_left_out_move_nothing() -> None:
    assert opened(xlsx({"s": [["a", None, "c"], [None, None, "3"]]}))["s"] == [(1, ("a", None, "c")), (2, (None, None, "3"))]


def test_a_formula_counts_for_the_value_that_was_kept() -> None:
    assert opened(xlsx({"s": [['<f>"0"&amp;"12"</f><v>012</v>', "x"]]}))["s"] == [(1, ("012", "x"))]


def test_a_workbook_of_the_years_before_2007_is_opened() -> None:
    assert opened(xls([["发票号码", "金额"], ["25112000000000000001", 12.5]])) == {
        "sheet1": [(1, ("发票号码", "金额")), (2, ("25112000000000000001", 12.5))]
    }


def test_html_that_calls_itself_a_workbook_is_opened() -> None:
    markup = '<html><meta charset="gb2312"><table><tr><th colspan=2>销方</th><th>金额</th></tr><tr><td>甲<td>1<td>2</tr></table></html>'

    assert opened(markup.encode("gb18030")) == {"": [(1, ("销方", None, "金额")), (2, ("甲", "1", "2"))]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_opened_in_every_encoding_that_is_used(encoding: str, delimiter: str) -> None:
    text = f'发票号码{delimiter}名称\r\n="0123"{delimiter}"甲{delimiter}乙"\r\n'

    assert opened(text.encode(encoding)) == {"": [(1, ("发票号码", "名称")), (2, ('="0123"', f"甲{delimiter}乙"))]}


def test_many_rows_come_in_pieces_and_all_of_them() -> None:
    lines = "\n".join(f"{number},x" for number in range(1, 1_202))

    assert [int(row[0]) for _, row in opened(lines.encode())[""]] == list(range(1, 1_202))


def test_cells_that_span_many_columns_cost_no_more_than_a_row_may_have() -> None:
    markup = b"<table><tr>" + b"<td colspan=500>x" * 20_000
    tracemalloc.start()
    [(number, cells)] = [row for sheet in sheets(markup) for row in sheet.rows]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (number, cells) == (1, ("x",))
    assert peak < 20_000_000


def test_a_reader_that_takes_only_the_first_rows_is_given_the_next_sheet() -> None:
    content = xlsx({"a": [[str(number)] for number in range(1_100)], "b": [["x"]]})

    assert [(sheet.name, next(iter(sheet.rows))) for sheet in shared_decoder().tables(content)] == [("a", (1, ("0",))), ("b", (1, ("x",)))]


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    content = io.BytesIO(xlsx({"s": [["a"]]}))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as parts, parts.open("xl/more.xml", "w") as more:
        for _ in range(1_100):
            more.write(bytes(1_000_000))

    with pytest.raises(FileTooLarge, match="a month at a time"):
        opened(content.getvalue())


def test_two_cells_as_far_apart_as_can_be_cost_that_file_alone() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx({"s": [["a"]]}))) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            body = old.read(part)
            if part.endswith("sheet1.xml"):
                body = body.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            new.writestr(part, body)

    with pytest.raises(RefusedInput, match="month"):
        opened(content.getvalue())
    assert opened(b"a,b\n") == {"": [(1, ("a", "b"))]}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"%PDF-1.7 ...", UnsupportedMediaType),
        (bytes(range(128, 256)) * 40, UnsupportedMediaType),
        (xlsx({"s": [["a"]]})[:-30], UnreadableFile),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), RefusedInput),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes, error: type[RefusedInput]) -> None:
    with pytest.raises(error):
        opened(content)


def test_a_file_beyond_the_limit_is_not_handed_to_a_child() -> None:
    with pytest.raises(FileTooLarge):
        list(shared_decoder(max_bytes=1_000).tables(bytes(1_001)))


def test_a_child_that_talks_nonsense_is_not_believed() -> None:
    for told in (b"[[1]]", b'[["1", ["a"]]]', b'[[1, [{"a": 1}]]]', b"nothing"):
        with pytest.raises(CannotBeOpened):
            list(checked_rows(told))
