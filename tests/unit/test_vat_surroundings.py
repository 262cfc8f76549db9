"""Around the table of a VAT form: labels that were torn, who made it out, remarks beside a seal, which copy it is, a toll's stations."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage
from models.geometry import Box, Polygon
from models.invoice import InvoiceKind
from ocr_service.evidence import Sighting
from ocr_service.faces.bands import bands
from ocr_service.faces.face import Face, fold
from ocr_service.faces.remainder import copy_name, people, people_of_a_digital_face, remarks
from ocr_service.faces.toll import passage
from ocr_service.stages.classification import ClassificationStage
from ocr_service.stages.extraction import ExtractionStage
from tests.support.faces import Print, a_page, a_special_invoice, with_prints


def values(page: RecognizedPage) -> dict[str, str | None]:
    found = ExtractionStage().run(ClassificationStage().run(Sighting(page)))
    return {key: candidates[0].value for key, candidates in found.candidates.items()}


def the_remarks(page: RecognizedPage, kind: InvoiceKind = InvoiceKind.VAT_SPECIAL) -> str | None:
    face = Face.of(page)
    found = remarks(face, bands(face), seller_tax_id="91310199651717240Y", digital=kind.is_digital)
    return found["remarks"][0].value if found else None


def with_text(page: RecognizedPage, *prints: Print, confidence: float) -> RecognizedPage:
    more = with_prints(page, *prints)
    return replace(more, lines=tuple(replace(line, confidence=confidence) for line in more.lines))


@pytest.mark.parametrize(
    ("torn", "key"),
    [
        ((("名", 120, 462), ("称望江镇示例文具有限公司", 210, 462)), "seller_name"),
        ((("地址、电", 120, 510), ("话", 210, 510), ("望江镇示例路2号 0000-5550002", 240, 512)), "seller_address_phone"),
        ((("地址", 120, 510), ("电", 180, 510), ("话", 210, 510), ("望江镇示例路2号 0000-5550002", 240, 512)), "seller_address_phone"),
    ],
)
def test_a_label_read_in_pieces_is_still_one(torn: tuple[Print, ...], key: str) -> None:
    lost = {"seller_name": "seller_name", "seller_address_phone": "seller_address"}[key]
    page = with_prints(a_special_invoice(without=(lost,)), *torn)

    assert values(page) == values(a_special_invoice())


def test_a_place_that_begins_like_a_label_keeps_its_name() -> None:
    assert values(a_special_invoice(seller_name="名    称：称多县示例商贸有限公司"))["seller_name"] == "称多县示例商贸有限公司"


def test_a_character_that_was_found_twice_is_said_once() -> None:
    page = a_special_invoice(without=("seller_bank",))
    page = with_prints(page, ("开户行及账号：", 120, 534), ("示", 240, 534), ("示例银行 6000000002", 244, 534))

    assert values(page)["seller_bank_account"] == "示例银行 6000000002"


@pytest.mark.parametrize("rim", [(("示例文具有限", 440, 460), ("公", 556, 460)), (("有", 556, 460),), (("文具", 540, 455),)])
def test_the_rim_of_a_seal_behind_a_name_repeats_it_and_is_not_of_it(rim: tuple[Print, ...]) -> None:
    page = with_prints(a_special_invoice(), *rim)

    assert values(page)["seller_name"] == "望江镇示例文具有限公司"


def test_the_name_of_the_seals_place_is_nobodys() -> None:
    page = a_special_invoice(drawer="开票人：", seal="销售方")

    assert "drawer" not in values(page)


def test_a_name_printed_askew_over_the_end_of_its_label_is_found() -> None:
    page = with_prints(a_special_invoice(drawer="开票人："), ("丙三", 536, 572))

    assert values(page)["drawer"] == "丙三"


def test_payee_and_reviewer_are_known_by_their_order_when_both_labels_were_lost() -> None:
    page = a_special_invoice(without=("payee", "reviewer"))

    assert {key: found[0].value for key, found in people(Face.of(with_prints(page, ("甲一", 160, 566), ("乙二", 360, 566)))).items()} == {
        "payee": "甲一",
        "reviewer": "乙二",
        "drawer": "丙三",
    }
    assert set(people(Face.of(with_prints(page, ("甲一", 160, 566))))) == {"drawer"}


@pytest.mark.parametrize("seal", ["发票专", "发票专用音", "专用章", "发票专用章", "章"])
def test_a_seal_across_the_remarks_is_not_of_them(seal: str) -> None:
    page = with_prints(a_special_invoice(), ("合同编号：778812", 650, 480), (seal, 700, 510))

    assert the_remarks(page) == "合同编号:778812"


def test_a_remark_of_one_character_is_kept_in_a_files_own_text() -> None:
    assert the_remarks(with_text(a_special_invoice(), ("1", 650, 480), confidence=1.0)) == "1"
    assert the_remarks(with_text(a_special_invoice(), ("1", 650, 480), confidence=0.99)) is None


def a_digital_foot(*prints: Print) -> RecognizedPage:
    return a_page(
        ("项目名称", 60, 100),
        ("金 额", 600, 100),
        ("税率/征收率", 720, 100),
        ("税 额", 880, 100),
        ("价税合计（大写）", 60, 300),
        ("（小写）¥109.00", 640, 296),
        ("备", 20, 340),
        ("注", 20, 400),
        ("开票人：丙三", 60, 460),
        *prints,
    )


def test_a_remark_that_ends_with_a_colon_goes_on_in_the_next_line() -> None:
    page = a_digital_foot(("被红冲蓝字数电发票号码：", 60, 340), ("25992000000012345677", 60, 362))

    assert the_remarks(page, InvoiceKind.DIGITAL_GENERAL) == "被红冲蓝字数电发票号码:25992000000012345677"


def test_lines_of_remarks_are_parted_where_there_was_room_for_more() -> None:
    page = a_digital_foot(("订单号：778812", 60, 340), ("收款人：甲一", 60, 362))

    assert the_remarks(page, InvoiceKind.DIGITAL_GENERAL) == "订单号:778812; 收款人:甲一"


def test_a_line_of_remarks_that_filled_the_box_goes_on_in_the_next() -> None:
    filled = "地址：青禾市示例区样本路一千二百三十四号示例大厦甲座十二层一二零三室；租赁期限自二零二五年十二月起至次年"
    page = a_digital_foot((filled, 60, 340), ("三月止", 60, 362))

    assert (the_remarks(page, InvoiceKind.DIGITAL_GENERAL) or "").endswith("起至次年三月止")


def test_neither_the_total_nor_another_sheet_is_a_remark() -> None:
    page = a_digital_foot(("价税合计（大写）", 60, 318), ("地址：青禾市示例区17号；租期：2025-12-02 2026-03-01", 60, 350))
    beside = with_prints(page, ("旁边的纸", 985, 350))

    assert the_remarks(beside, InvoiceKind.DIGITAL_GENERAL) == "地址:青禾市示例区17号;租期:2025-12-02 2026-03-01"


@pytest.mark.parametrize(
    ("edge", "copy"),
    [
        ("第三联：发票联购买方记账凭证", "发票联"),
        ("第二联：抵扣联购买方扣税凭证", "抵扣联"),
        ("第一联：记账联销售方记账凭证", "记账联"),
        ("第 联 抵 联购 方扣税凭证", "抵扣联"),
    ],
)
def test_the_copy_is_spelled_down_the_right_edge(edge: str, copy: str) -> None:
    letters = [(letter, 965.0, 120.0 + 24 * place) for place, letter in enumerate(edge) if letter.strip()]

    assert copy_name(Face.of(with_prints(a_special_invoice(without=("seal",)), *letters)))["copy_name"][0].value == copy


def test_holes_in_the_edge_spell_no_copy() -> None:
    holes = [("一", 965.0, 120.0 + 24 * place) for place in range(12)]

    assert copy_name(Face.of(with_prints(a_special_invoice(), *holes))) == {}


def test_the_stations_of_a_toll_stand_in_its_remarks() -> None:
    face = Face.of(a_page(("车牌号：京A9X999 车型：一型客车 入口站：青禾东站 出口站：望江北站", 60, 400)))

    assert {key: found[0].value for key, found in passage(face, bands(face)).items()} == {
        "plate_number": "京A9X999",
        "vehicle_type": "一型客车",
        "entry_station": "青禾东站",
        "exit_station": "望江北站",
    }


TOLL_HEADINGS: list[Print] = [
    *(("项目名称", 80, 200), ("车牌号", 260, 200), ("类型", 350, 200), ("通行日期起", 420, 200), ("通行日期止", 530, 200)),
    *(("金 额", 680, 200), ("税率", 770, 200), ("税 额", 850, 200), ("合 计", 80, 320)),
]


def _toll_row(y: float, first: str, last: str) -> list[Print]:
    return [("*经营租赁*通行费", 50, y), ("京A9X999", 255, y), ("客车", 355, y), (first, 425, y), (last, 535, y), ("38.00", 690, y)]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([_toll_row(235, "20240301", "20240302")], ("2024-03-01", "2024-03-02")),
        ([[("*经营租赁*通行费", 50, 235), ("客车", 355, 235), ("20240301 20240302", 425, 235)]], ("2024-03-01", "2024-03-02")),
        ([_toll_row(235, "20240301", "20240302"), _toll_row(265, "20240307", "20240302")], (None, "2024-03-02")),
        ([_toll_row(235, "20241301", "20240332")], (None, None)),
        ([_toll_row(235, "20202011", "20240302")], (None, "2024-03-02")),
    ],
    ids=["one row", "two columns read as one", "two rows", "no days", "a month that looks like a year"],
)
def test_days_and_vehicle_of_a_toll_stand_in_its_columns(rows: list[list[Print]], told: tuple[str | None, str | None]) -> None:
    face = Face.of(a_page(*TOLL_HEADINGS, *(print_ for row in rows for print_ in row), width=1000, height=600))
    found = {key: candidates[0].value for key, candidates in passage(face, bands(face)).items()}

    assert (found.get("passage_from"), found.get("passage_to")) == told
    assert found["vehicle_type"] == "客车"


def test_the_sellers_name_along_the_seals_rim_is_no_remark() -> None:
    page = with_prints(a_special_invoice(), ("合同编号：778812", 650, 480), ("示例文", 700, 510))

    assert values(page)["remarks"] == "合同编号:778812"


@pytest.mark.parametrize("remark", ["领票人:张三", "收款人:李四", "代收款人:李四", "复核:王五", "收款人:李四 复核:王五", "开票人:赵六"])
@pytest.mark.parametrize("lost", [(), ("payee", "reviewer", "drawer", "seal")])
@pytest.mark.parametrize("row", [0, 2])
def test_who_is_named_in_the_remarks_ends_no_block_and_signs_nothing(remark: str, lost: tuple[str, ...], row: int) -> None:
    plain = a_special_invoice(without=lost)
    found = values(with_prints(plain, (remark, 640, 470 + 22 * row)))

    assert found.pop("remarks") == remark
    assert {key: value for key, value in found.items() if not lost or key not in {"payee", "reviewer", "drawer"}} == values(plain)


@pytest.mark.parametrize("beside", ["销", "(完税凭证号)", "（完税凭证号）"])
@pytest.mark.parametrize(("key", "label", "left"), [("drawer", "开票人：", 560), ("reviewer", "复核：", 354)])
def test_print_beside_a_signature_that_is_no_name_is_nobodys(beside: str, key: str, label: str, left: float) -> None:
    assert key not in values(with_prints(a_special_invoice(**{key: label}), (beside, left, 562)))


def test_a_name_below_print_that_is_none_is_found() -> None:
    page = with_prints(a_special_invoice(reviewer="复核："), ("(完税凭证号)", 350, 560), ("乙二", 352, 572))

    assert values(page)["reviewer"] == "乙二"


_NO_SIGNATURES = [
    "复核见附件",
    "收款人签字",
    "收款人签字后生效",
    "复核人：见附件",
    "收款人：已签字",
    "复核 王五",
    "代收款人：李四",
    "复核无误",
]


@pytest.mark.parametrize("remark", _NO_SIGNATURES)
def test_words_in_the_remarks_of_a_digital_invoice_are_nobody(remark: str) -> None:
    page = a_digital_foot((remark, 60, 340))
    found = people_of_a_digital_face(Face.of(page), 300)

    assert {key: [entry.value for entry in entries] for key, entries in found.items()} == {"drawer": ["丙三"]}
    assert the_remarks(page, InvoiceKind.DIGITAL_GENERAL) == fold(remark)


@pytest.mark.parametrize("between", ["；", " ", ""])
def test_who_is_told_in_the_remarks_of_a_digital_invoice_is_found(between: str) -> None:
    found = people_of_a_digital_face(Face.of(a_digital_foot((f"收款人：甲一{between}复核人：乙二", 60, 340))), 300)

    assert {key: entry.value for key, (entry,) in found.items()} == {"drawer": "丙三", "payee": "甲一", "reviewer": "乙二"}


def test_names_beside_the_drawer_of_a_digital_invoice_are_nobodys() -> None:
    page = a_digital_foot(("甲一", 60, 340), ("乙二", 200, 340))
    level = replace(
        page, lines=tuple(replace(line, polygon=the_drawers(page)) if line.text == "开票人：丙三" else line for line in page.lines)
    )

    assert set(people_of_a_digital_face(Face.of(level), 300)) == {"drawer"}


def the_drawers(page: RecognizedPage) -> Polygon:
    return Polygon.rectangle(Box(300, 340, 300 + 6 * 18, 358))


@pytest.mark.parametrize("words", ["签字", "见附件", "已盖章"])
def test_what_a_paper_says_instead_of_a_name_is_nobody(words: str) -> None:
    assert "reviewer" not in values(a_special_invoice(reviewer=f"复核：{words}"))
