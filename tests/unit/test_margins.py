"""What stands beside the frame or is a seal's ink is no part of what the form's cells say."""

from dataclasses import replace
from functools import cache

import pytest

from benchmarks.drawing.drawn_set import drawn as draw_anew
from models.document import RecognizedPage, TextLine
from models.geometry import Box, Polygon
from tests.support.described import extracted, values
from tests.support.drawn_pages import recognised
from tests.support.faces import a_special_invoice, with_prints

_DPI = 100
_MILLIMETRE = _DPI / 25.4

drawn = cache(draw_anew)


def with_column(page: RecognizedPage, text: str, left: float, top: float, step: float = 3.3) -> RecognizedPage:
    """The page with a text set upright down a margin, character below character; places in millimetres."""
    lines = [_a_line(letter, left, top + step * place, 2.6, 2.6) for place, letter in enumerate(text)]
    return replace(page, lines=(*page.lines, *lines))


def _a_line(text: str, left: float, top: float, width: float, height: float) -> TextLine:
    box = Box(left, top, left + width, top + height)
    scaled = Box(*(_MILLIMETRE * edge for edge in (box.left, box.top, box.right, box.bottom)))
    return TextLine(text, 0.95, Polygon.rectangle(scaled))


@pytest.mark.parametrize("kind", ["digital_special", "digital_general"])
@pytest.mark.parametrize("top", [35.0, 36.4, 44.0, 60.0, 95.0, 108.0, 128.0])
@pytest.mark.parametrize("left", [205.6, 206.4, 0.4])
def test_downloads_counted_in_a_margin_enter_no_field(kind: str, top: float, left: float) -> None:
    page = recognised(drawn(kind, 21, 0, dpi=_DPI).pages[0])
    (truth,) = drawn(kind, 21, 0, dpi=_DPI).truths
    found = values(with_column(page, "下载次数:12", left, top))

    for key in ("seller_name", "buyer_name", "seller_tax_id", "buyer_tax_id", "drawer"):
        assert found.get(key) == truth.get(key), key
    assert "次" not in (found.get("remarks") or "")


def test_text_of_the_next_sheet_enters_no_field() -> None:
    page = recognised(drawn("digital_general", 21, 1, dpi=_DPI).pages[0])
    (truth,) = drawn("digital_general", 21, 1, dpi=_DPI).truths
    lines = [_a_line("示例银行松川支行 000025615474659564", 206.5, top, 40, 3.2) for top in (35.4, 45.2, 101.0, 110.0, 130.0)]
    wider = replace(page, lines=(*page.lines, *lines), flat_width=page.flat_width + 40 * _MILLIMETRE)
    found = values(replace(wider, polygon=Polygon.rectangle(Box(0, 0, wider.flat_width, wider.flat_height))))

    for key in ("seller_name", "buyer_name", "seller_tax_id", "tax_inclusive_amount", "drawer"):
        assert found.get(key) == truth.get(key), key


@pytest.mark.parametrize("text", ["下载次数:12", "第1页/共1页", "6901234567892"])
@pytest.mark.parametrize("left", [-8.0, 77.5])
@pytest.mark.parametrize("top", [20.0, 60.0, 85.0])
def test_what_is_set_upright_beside_a_roll_enters_no_row_of_it(text: str, left: float, top: float) -> None:
    page = recognised(drawn("vat_roll", 31, 0, dpi=_DPI).pages[0])
    beside = extracted(with_column(page, text, left, top))

    assert beside.items == extracted(page).items
    assert {key: found[0].value for key, found in beside.candidates.items()} == values(page)


@pytest.mark.parametrize("ink", ["91310199651717240Y", "9131019965171724.0Y", "91310199651717240Y*", "发票专用章", "发栗专用章"])
def test_a_seal_over_the_sellers_block_enters_neither_phone_nor_account(ink: str) -> None:
    page = with_prints(a_special_invoice(), (ink, 520, 510), (ink, 520, 534), (ink, 520, 462))
    found = values(page)

    assert found["seller_name"] == "望江镇示例文具有限公司"
    assert found["seller_address_phone"] == "望江镇示例路2号 0000-5550002"
    assert found["seller_bank_account"] == "示例银行 6000000002"


@pytest.mark.parametrize("ink", ["9131019965.1717240Y", "91310199651717240Y￥", "724", "发票专用章"])
def test_a_seal_over_the_remarks_is_no_remark(ink: str) -> None:
    found = values(with_prints(a_special_invoice(), (ink, 720, 500)))

    assert "remarks" not in found


def set_sideways(text: str, left: float, top: float, length: float, *, upwards: bool) -> TextLine:
    """A text turned by a quarter, as files of their own text and pictures have it in a margin; places in millimetres."""
    line = _a_line(text, left, top, 3.2, length)
    first, second, third, last = line.polygon.points
    return replace(line, polygon=Polygon((last, first, second, third) if upwards else (second, third, last, first)))


@pytest.mark.parametrize("text", ["第二联：发票联 购买方记账凭证", "第一联 发票联 购货单位付款凭证", "销货单位名称：示例商贸有限公司"])
@pytest.mark.parametrize("kind", ["motor_vehicle", "used_vehicle", "digital_railway", "medical", "vat_special"])
@pytest.mark.parametrize("upwards", [True, False])
def test_what_is_set_sideways_in_a_margin_enters_no_field(kind: str, text: str, upwards: bool) -> None:
    page = recognised(drawn(kind, 21, 0, dpi=_DPI).pages[0])
    usual = values(page)
    usual.pop("copy_name", None)
    for left in (0.4, 3.5, page.flat_width / _MILLIMETRE - 4.2):
        for top in (40.0, 95.0):
            found = values(replace(page, lines=(*page.lines, set_sideways(text, left, top, 38, upwards=upwards))))
            found.pop("copy_name", None)

            assert found == usual, (left, top)
