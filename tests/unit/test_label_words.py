"""Words of labels inside the names of goods and parties, specifications and remarks are no labels, and no face is cut for them."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from benchmarks.drawing.drawn_set import drawn as draw_anew
from models.document import TextLine
from models.geometry import Box, Polygon
from models.invoice import Invoice
from ocr_service.faces.face import fold
from ocr_service.faces.labels import find_labels
from ocr_service.kinds.printed_labels import label_finder
from tests.support.drawn_pages import proved, recognised

_VAT = ("vat_special", "digital_special", "blockchain")
_VEHICLES = ("motor_vehicle", "used_vehicle")
_TICKETS = ("digital_railway", "digital_air", "machine_printed", "medical")
_LABELS_OF_FORMS = ("名称", "购买方", "购买方名称", "销售方", "地址", "电话", "备注", "开票人", "小写", "票价")
_WORDS = ("开票日期", "价税合计", "复核", "规格型号", "校验码", "合计", "小计")

drawn = cache(draw_anew)


def reworded(kind: str, key: str, text: str) -> Invoice:
    """A drawn face on which the print of one field says something else, as wide as that is."""
    document = drawn(kind, 31, 0, dpi=60)
    page = recognised(document.pages[0])
    lines: list[TextLine] = []
    is_told = False
    for line, one in zip(page.lines, document.pages[0].prints, strict=True):
        if one.key != key:
            lines.append(line)
        elif not is_told:
            lines.append(_saying(text, line))
            is_told = True
    (invoice,) = proved([replace(page, lines=tuple(lines))])
    return invoice


def _saying(text: str, line: TextLine) -> TextLine:
    box = line.polygon.box
    width = max(box.width, 14 * box.height)
    return replace(line, text=text, polygon=Polygon.rectangle(Box(box.left, box.top, box.left + width, box.bottom)))


def told(invoice: Invoice) -> dict[str, object]:
    fields: dict[str, object] = {key: field.value for key, field in invoice.fields.items()}
    return fields | {f"items.{place}.name": item.name for place, item in enumerate(invoice.items)} | {"rows": len(invoice.items)}


def sides_found_cut(invoice: Invoice) -> list[str | None]:
    return [check.actual for check in invoice.checks if check.rule == "face_is_whole" and check.outcome.value == "fail"]


def as_drawn(kind: str) -> dict[str, object]:
    (invoice,) = proved([recognised(drawn(kind, 31, 0, dpi=60).pages[0])])
    return told(invoice)


@pytest.mark.parametrize("name", ["*其他*{}服务费", "{}服务费", "打印{}机", "*其他*{}", "{}"])
@pytest.mark.parametrize("kind", [*_VAT, "vat_roll"])
def test_goods_named_by_the_word_of_a_label_are_goods(kind: str, name: str) -> None:
    for word in _WORDS:
        invoice = reworded(kind, "items.0.name", name.format(word))

        assert told(invoice) == as_drawn(kind) | {"items.0.name": name.format(word)}, word
        assert sides_found_cut(invoice) == [], word


@pytest.mark.parametrize("party", ["seller_name", "buyer_name"])
@pytest.mark.parametrize("kind", [*_VAT, *_VEHICLES, "vat_roll"])
def test_a_party_named_by_the_word_of_a_label_keeps_its_name(kind: str, party: str) -> None:
    for word in _WORDS:
        name = f"望江{word}科技有限公司"
        invoice = reworded(kind, party, name)

        assert told(invoice) == as_drawn(kind) | {party: name}, word
        assert sides_found_cut(invoice) == [], word


@pytest.mark.parametrize("kind", [*_VAT, *_VEHICLES, *_TICKETS])
def test_a_name_that_begins_with_a_label_and_a_place_in_brackets_is_a_name(kind: str) -> None:
    parties = [key for key in ("seller_name", "buyer_name") if key in as_drawn(kind)]
    for party, word in product(parties, _LABELS_OF_FORMS):
        name = f"{word}（望江）科技有限公司"

        assert told(reworded(kind, party, name)) == as_drawn(kind) | {party: name}, word


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("购货单位（人）青禾市示例商贸有限公司", "购货单位"),
        ("金额（人民币）壹佰圆整", "金额"),
        ("收款单位（公章）示例商店", "收款单位"),
        ("购买方：（望江）科技有限公司", "购买方"),
        ("购买方望江科技有限公司", "购买方"),
    ],
)
def test_a_label_with_brackets_of_the_form_is_a_label(text: str, label: str) -> None:
    find = label_finder(("购货单位", "金额", "收款单位", "购买方"))

    assert [span.name for span in find(fold(text))] == [label]


@pytest.mark.parametrize("kind", _VAT)
def test_remarks_and_specifications_of_such_words_cut_no_face(kind: str) -> None:
    for word in _WORDS:
        assert sides_found_cut(reworded(kind, "remarks", f"另计{word}核对")) == [], word
        assert sides_found_cut(reworded(kind, "items.0.specification", word)) == [], word


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("名称：价税合计科技有限公司", ["name"]),
        ("望江开票日期科技有限公司", []),
        ("发票代码版", []),
        ("名称：示例有限公司纳税人识别号：91110199291951630T", ["name", "tax_id"]),
        ("收款人张三 复核李四 开票人王五", ["payee", "reviewer", "drawer"]),
        ("收款人：张三复核：李四", ["payee", "reviewer"]),
        ("价税合计（大写）壹佰圆整", ["total_words"]),
        ("购买方纳税人识别号91110199291951630T", ["buyer_tax_id"]),
        ("开票日期2020年01月01日", ["issue_date"]),
        ("地址、电话示例路1号", ["address_phone"]),
        ("销售方名称望江镇示例文具有限公司", ["seller_name"]),
    ],
)
def test_a_label_stands_apart_or_has_its_colon(text: str, labels: list[str]) -> None:
    assert [span.name for span in find_labels(text.replace("：", ":").replace("（", "(").replace("）", ")"))] == labels
