"""二手车销售统一发票, on paper and as 电子发票. Everything on these pages is invented."""

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind, Witness
from tests.support.described import extracted, values
from tests.support.faces import Print, a_page

VIN = "LZZ99AAA1ZZ000012"


def the_prints(*, without: tuple[str, ...] = (), lower: float = 0, **changed: str) -> dict[str, Print]:
    """The prints of a paper form; what the issuer's printer put there stands `lower` pixels below its place."""
    form: dict[str, Print] = {
        "title": ("二手车销售统一发票", 380, 30),
        "copy": ("发票联", 500, 80),
        "code_label": ("发票代码", 840, 70),
        "code": ("099991900117", 930, 70),
        "number_label": ("发票号码", 840, 100),
        "number": ("00123456", 930, 100),
        "date_label": ("开票日期：", 90, 125),
        "code_2_label": ("机打代码", 105, 165),
        "number_2_label": ("机打号码", 105, 200),
        "machine_label": ("机器编号", 105, 235),
        "cipher_label": ("税控码", 533, 200),
        "buyer_label": ("买方单位/个人", 105, 280),
        "buyer_id_label": ("单位代码/身份证号码", 650, 280),
        "buyer_home_label": ("买方单位/个人住址", 105, 315),
        "buyer_phone_label": ("电话", 790, 315),
        "seller_label": ("卖方单位/个人", 105, 350),
        "seller_id_label": ("单位代码/身份证号码", 650, 350),
        "seller_home_label": ("卖方单位/个人住址", 105, 385),
        "seller_phone_label": ("电话", 790, 385),
        "plate_label": ("车牌照号", 105, 420),
        "registration_label": ("登记证号", 420, 420),
        "type_label": ("车辆类型", 790, 420),
        "vin_label": ("车架号/车辆识别代码", 105, 455),
        "model_label": ("厂牌型号", 520, 455),
        "office_label": ("转入地车辆管理所名称", 790, 455),
        "total_label": ("车价合计（大写）", 105, 490),
        "digits_label": ("小写", 760, 490),
        "dealer_label": ("经营、拍卖单位", 105, 525),
        "dealer_address_label": ("经营、拍卖单位地址", 105, 560),
        "dealer_tax_label": ("纳税人识别号", 700, 560),
        "dealer_bank_label": ("开户银行、账号", 105, 595),
        "dealer_phone_label": ("电话", 790, 595),
        "market_label": ("二手车市场", 105, 630),
        "market_tax_label": ("纳税人识别号", 700, 630),
        "market_address_label": ("地址", 700, 660),
        "market_bank_label": ("开户银行、账号", 105, 690),
        "market_phone_label": ("电话", 790, 690),
        "note_label": ("备注", 105, 730),
        "seal_label": ("开票单位（盖章）", 100, 790),
        "drawer_label": ("开票人", 500, 790),
    }
    made_out: dict[str, Print] = {
        "date": ("2019年05月20日", 200, 125),
        "code_2": ("099991900117", 265, 165),
        "number_2": ("00123456", 265, 200),
        "machine": ("499900001234", 265, 235),
        "buyer": ("王小明", 290, 280),
        "buyer_id": ("110199199003071239", 850, 280),
        "buyer_home": ("青禾市示例路1号", 300, 315),
        "buyer_phone": ("00055500010", 850, 315),
        "seller": ("望江镇示例文具有限公司", 290, 350),
        "seller_id": ("91310199651717240Y", 850, 350),
        "seller_home": ("望江镇示例路2号", 300, 385),
        "seller_phone": ("00055500020", 850, 385),
        "plate": ("京AZZ999", 210, 420),
        "registration": ("990001234567", 520, 420),
        "type": ("小型轿车", 890, 420),
        "vin": (VIN, 310, 455),
        "model": ("示例牌SLP7150A", 615, 455),
        "office": ("青禾市车管所", 1000, 455),
        "words": ("捌万陆仟伍佰圆整", 290, 490),
        "digits": ("￥86500.00", 820, 490),
        "market": ("望江镇示例旧机动车交易市场有限公司", 250, 630),
        "market_tax": ("91440399671649249F", 850, 630),
        "market_address": ("望江镇示例路3号", 760, 660),
        "market_bank": ("示例银行 6000000003", 260, 690),
        "drawer": ("丙三", 580, 790),
    }
    prints = form | {name: (text, left, top + lower) for name, (text, left, top) in made_out.items()}
    return {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}


def page_of(prints: dict[str, Print]) -> RecognizedPage:
    """A page of 1190 x 860 pixels."""
    return a_page(*prints.values(), width=1190, height=860, print_height=19)


READ = {
    "invoice_code": "099991900117",
    "invoice_number": "00123456",
    "issue_date": "2019-05-20",
    "machine_number": "499900001234",
    "buyer_name": "王小明",
    "buyer_tax_id": "110199199003071239",
    "buyer_address_phone": "青禾市示例路1号 00055500010",
    "seller_name": "望江镇示例文具有限公司",
    "seller_tax_id": "91310199651717240Y",
    "seller_address_phone": "望江镇示例路2号 00055500020",
    "plate_number": "京AZZ999",
    "vin": VIN,
    "vehicle_model": "示例牌SLP7150A",
    "vehicle_type": "小型轿车",
    "tax_inclusive_amount": "86500.00",
    "tax_inclusive_amount_in_words": "捌万陆仟伍佰圆整",
    "drawer": "丙三",
    "copy_name": "发票联",
}


def test_every_field_of_the_paper_form_is_found() -> None:
    page = page_of(the_prints())

    assert extracted(page).classified.kind is InvoiceKind.USED_VEHICLE
    assert values(page) == READ


@pytest.mark.parametrize("lower", [-7, -4, 5, 8])
def test_print_that_slipped_on_its_form_is_read_all_the_same(lower: float) -> None:
    assert values(page_of(the_prints(lower=lower))) == READ


def test_the_machines_print_of_code_and_number_is_a_second_witness() -> None:
    candidates = extracted(page_of(the_prints(code_2="099991900177"))).candidates

    assert [candidate.witness for candidate in candidates["invoice_number"]] == [Witness.PRINTED, Witness.SECOND_PRINT]
    assert [candidate.value for candidate in candidates["invoice_code"]] == ["099991900117", "099991900177"]


def test_the_markets_taxpayer_id_is_neither_partys() -> None:
    read = values(page_of(the_prints(without=("seller_id", "buyer_id"))))

    assert (read.get("buyer_tax_id"), read.get("seller_tax_id")) == (None, None)


def test_a_lost_seller_is_not_the_buyer() -> None:
    read = values(page_of(the_prints(without=("seller",))))

    assert read.get("seller_name") is None
    assert read["buyer_name"] == "王小明"


def test_labels_broken_into_two_lines_are_the_same_labels() -> None:
    prints = the_prints(without=("buyer_id_label", "seller_id_label", "vin_label"))
    prints |= {"a": ("单位代码/", 690, 270), "b": ("身份证号码", 690, 291), "c": ("单位代码/", 690, 340), "d": ("身份证号码", 690, 361)}
    prints |= {"e": ("车架号/", 140, 446), "f": ("车辆识别代码", 120, 467)}

    assert values(page_of(prints)) == READ


def test_a_lost_title_leaves_the_forms_own_words() -> None:
    assert extracted(page_of(the_prints(without=("title", "code", "code_2")))).classified.kind is InvoiceKind.USED_VEHICLE


def test_a_digital_form_has_one_number_and_no_code() -> None:
    lost = (
        "code_label",
        "code",
        "code_2_label",
        "code_2",
        "number_2_label",
        "number_2",
        "machine_label",
        "machine",
        "cipher_label",
        "copy",
    )
    prints = the_prints(without=lost, title="电子发票（二手车销售统一发票）", number="24312000000012345679", date="2024年03月01日")
    page = page_of(prints)
    read = values(page)

    assert extracted(page).classified.kind is InvoiceKind.USED_VEHICLE
    assert (read.get("invoice_code"), read["invoice_number"], read["issue_date"]) == (None, "24312000000012345679", "2024-03-01")
    assert (read["plate_number"], read["tax_inclusive_amount"]) == ("京AZZ999", "86500.00")


def test_the_seller_is_known_when_the_one_character_that_tells_was_misread() -> None:
    assert values(page_of(the_prints(seller_label="集方单位/个人"))) == READ
