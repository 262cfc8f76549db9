"""机动车销售统一发票, on paper and as 电子发票. Everything on these pages is invented."""

import pytest

from models.document import RecognizedPage
from models.invoice import FieldStatus, InvoiceKind, Witness
from models.qr_payload import crc16
from models.verification import Verdict
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted, values, with_code
from tests.support.faces import Print, a_page

VIN = "LZZ99AAA1ZZ000012"


def the_prints(*, without: tuple[str, ...] = (), lower: float = 0, **changed: str) -> dict[str, Print]:
    """The prints of a paper form; what the issuer's printer put there stands `lower` pixels below its place."""
    form: dict[str, Print] = {
        "title": ("机动车销售统一发票", 380, 30),
        "copy": ("发票联", 500, 80),
        "code_label": ("发票代码", 840, 70),
        "code": ("142999920660", 930, 70),
        "number_label": ("发票号码", 840, 100),
        "number": ("00123456", 930, 100),
        "date_label": ("开票日期", 90, 125),
        "code_2_label": ("机打代码", 105, 165),
        "number_2_label": ("机打号码", 105, 200),
        "machine_label": ("机器编号", 105, 235),
        "cipher_label": ("税控码", 533, 200),
        "buyer_label": ("购买方名称及", 105, 290),
        "buyer_label_2": ("身份证号码/", 105, 312),
        "buyer_label_3": ("组织机构代码", 105, 334),
        "buyer_tax_label": ("纳税人识别号", 620, 312),
        "type_label": ("车辆类型", 105, 370),
        "model_label": ("厂牌型号", 450, 370),
        "origin_label": ("产地", 875, 370),
        "certificate_label": ("合格证号", 105, 415),
        "import_label": ("进口证明书号", 450, 415),
        "inspection_label": ("商检单号", 850, 415),
        "engine_label": ("发动机号码", 105, 460),
        "vin_label": ("车辆识别代号/车架号码", 573, 460),
        "total_label": ("价税合计", 105, 505),
        "digits_label": ("小写", 833, 505),
        "seller_label": ("销货单位名称", 105, 550),
        "phone_label": ("电话", 755, 550),
        "seller_tax_label": ("纳税人识别号", 105, 595),
        "account_label": ("账号", 755, 595),
        "address_label": ("地", 105, 640),
        "address_label_2": ("址", 190, 640),
        "bank_label": ("开户银行", 625, 640),
        "rate_label": ("增值税税率", 105, 680),
        "rate_label_2": ("或征收率", 105, 704),
        "tax_label": ("增值税", 363, 680),
        "tax_label_2": ("税额", 363, 704),
        "authority_label": ("主管税务", 650, 680),
        "authority_label_2": ("机关及代码", 650, 704),
        "net_label": ("不含税价", 105, 745),
        "net_digits_label": ("小写", 238, 745),
        "proof_label": ("完税凭证号码", 466, 745),
        "tonnage_label": ("吨位", 831, 745),
        "seats_label": ("限乘人数", 930, 745),
        "seal_label": ("销货单位盖章", 100, 790),
        "drawer_label": ("开票人", 500, 790),
        "note": ("备注：一车一票", 845, 790),
    }
    made_out: dict[str, Print] = {
        "date": ("2019-05-20", 200, 122),
        "code_2": ("142999920660", 265, 163),
        "number_2": ("00123456", 265, 198),
        "machine": ("499900001234", 265, 233),
        "cipher": ("03*<8>2+4/-91*<8>2+4/-9", 595, 165),
        "buyer": ("青禾市示例商贸有限公司", 240, 292),
        "buyer_id": ("91110199291951630T", 240, 328),
        "buyer_tax": ("91110199291951630T", 800, 312),
        "type": ("多用途乘用车", 255, 368),
        "model": ("示例牌SLP7150A", 550, 368),
        "origin": ("青禾市", 945, 368),
        "certificate": ("YX9990000123456", 250, 413),
        "engine": ("9A000123", 245, 458),
        "vin": (VIN, 790, 458),
        "words": ("⊗壹拾壹万叁仟圆整", 275, 503),
        "digits": ("￥113000.00", 900, 503),
        "seller": ("望江镇示例汽车销售有限公司", 250, 548),
        "phone": ("0000-5550002", 815, 548),
        "seller_tax": ("91310199651717240Y", 250, 593),
        "account": ("6000000002", 815, 593),
        "address": ("望江镇示例路2号", 250, 638),
        "bank": ("示例银行望江支行", 720, 638),
        "rate": ("13%", 250, 686),
        "tax": ("￥13000.00", 475, 686),
        "authority": ("国家税务总局望江镇税务局", 770, 680),
        "authority_2": ("13199000000", 770, 704),
        "net": ("￥100000.00", 300, 743),
        "seats": ("5", 1030, 743),
        "drawer": ("甲一", 580, 790),
    }
    prints = form | {name: (text, left, top + lower) for name, (text, left, top) in made_out.items()}
    return {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}


def page_of(prints: dict[str, Print]) -> RecognizedPage:
    """A page of 1190 x 860 pixels."""
    return a_page(*prints.values(), width=1190, height=860, print_height=20)


READ = {
    "invoice_code": "142999920660",
    "invoice_number": "00123456",
    "issue_date": "2019-05-20",
    "machine_number": "499900001234",
    "buyer_name": "青禾市示例商贸有限公司",
    "buyer_tax_id": "91110199291951630T",
    "vehicle_model": "示例牌SLP7150A",
    "vehicle_type": "多用途乘用车",
    "certificate_number": "YX9990000123456",
    "engine_number": "9A000123",
    "vin": VIN,
    "tax_inclusive_amount": "113000.00",
    "tax_inclusive_amount_in_words": "壹拾壹万叁仟圆整",
    "seller_name": "望江镇示例汽车销售有限公司",
    "seller_tax_id": "91310199651717240Y",
    "seller_address_phone": "望江镇示例路2号 0000-5550002",
    "seller_bank_account": "示例银行望江支行 6000000002",
    "tax_amount": "13000.00",
    "tax_exclusive_amount": "100000.00",
    "drawer": "甲一",
    "copy_name": "发票联",
}


def test_every_field_of_the_paper_form_is_found() -> None:
    page = page_of(the_prints())

    assert extracted(page).classified.kind is InvoiceKind.MOTOR_VEHICLE
    assert values(page) == READ


@pytest.mark.parametrize("lower", [-8, -4, 6, 10])
def test_print_that_slipped_on_its_form_is_read_all_the_same(lower: float) -> None:
    assert values(page_of(the_prints(lower=lower))) == READ


def test_the_machines_print_of_code_and_number_is_a_second_witness() -> None:
    candidates = extracted(page_of(the_prints(number_2="00123459"))).candidates

    assert [candidate.witness for candidate in candidates["invoice_code"]] == [Witness.PRINTED, Witness.SECOND_PRINT]
    assert [candidate.value for candidate in candidates["invoice_number"]] == ["00123456", "00123459"]


def test_sums_words_and_second_prints_prove_it() -> None:
    invoice = VerificationStage().run(extracted(page_of(the_prints())))
    proved = {key for key, field in invoice.fields.items() if field.status is FieldStatus.PROVED}

    assert {"invoice_code", "invoice_number", "tax_inclusive_amount", "tax_amount", "tax_exclusive_amount", "seller_tax_id"} <= proved
    assert not {"vin", "engine_number", "buyer_name", "vehicle_model"} & proved


def test_a_person_buys_with_an_identity_card() -> None:
    read = values(page_of(the_prints(buyer="王小明", buyer_id="110199199003071239", without=("buyer_tax",))))

    assert (read["buyer_name"], read["buyer_tax_id"]) == ("王小明", "110199199003071239")


def test_name_and_number_in_one_line_are_parted() -> None:
    read = values(page_of(the_prints(buyer="王小明 110199199003071239", without=("buyer_id", "buyer_tax"))))

    assert (read["buyer_name"], read["buyer_tax_id"]) == ("王小明", "110199199003071239")


def test_a_lost_title_leaves_the_forms_own_words() -> None:
    assert extracted(page_of(the_prints(without=("title", "code", "code_2")))).classified.kind is InvoiceKind.MOTOR_VEHICLE


def test_a_lost_total_is_not_the_price_without_tax() -> None:
    read = values(page_of(the_prints(without=("digits",))))

    assert read.get("tax_inclusive_amount") is None
    assert read["tax_exclusive_amount"] == "100000.00"


def test_a_total_whose_label_was_lost_stands_beside_its_words() -> None:
    found = values(page_of(the_prints(without=("total_label",))))

    assert (found["tax_inclusive_amount"], found["tax_exclusive_amount"]) == ("113000.00", "100000.00")
    assert found["tax_inclusive_amount_in_words"] == "壹拾壹万叁仟圆整"


def test_a_total_whose_label_and_words_were_lost_is_the_first_in_digits() -> None:
    lost = values(page_of(the_prints(without=("total_label",), words="束拾查仟面")))
    both = values(page_of(the_prints(without=("total_label", "digits"), words="束拾查仟面")))

    assert (lost["tax_inclusive_amount"], lost["tax_exclusive_amount"]) == ("113000.00", "100000.00")
    assert both.get("tax_inclusive_amount") is None


def test_letters_that_no_vin_has_are_taken_back_and_a_torn_one_is_no_vin() -> None:
    assert values(page_of(the_prints(vin=VIN.replace("000", "0O0"))))["vin"] == VIN
    assert values(page_of(the_prints(vin=VIN[:-1])))["vin"] is None


def test_a_digital_form_has_one_number_and_no_code() -> None:
    prints = the_prints(
        without=("code_label", "code", "code_2_label", "code_2", "number_2_label", "number_2", "machine_label", "machine", "cipher_label")
    )
    prints |= {"title": ("电子发票（机动车销售统一发票）", 380, 30), "number": ("24312000000012345679", 930, 100)}
    prints |= {"date": ("2024年03月01日", 200, 122), "cipher": ("", 595, 165), "copy": ("", 0, 0)}
    page = page_of({name: entry for name, entry in prints.items() if entry[0]})
    read = values(page)

    assert extracted(page).classified.kind is InvoiceKind.MOTOR_VEHICLE
    assert (read.get("invoice_code"), read["invoice_number"], read["issue_date"]) == (None, "24312000000012345679", "2024-03-01")
    assert (read["vin"], read["tax_inclusive_amount"]) == (VIN, "113000.00")


def test_a_digital_form_whose_number_and_date_its_code_proves_needs_no_invoice_code() -> None:
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
        "cipher",
    )
    number = "24312000000012345679"
    body = f"01,83,,{number},113000.00,20240301,,"
    prints = the_prints(without=lost, title="电子发票（机动车销售统一发票）", number=number, date="2024年03月01日")
    invoice = VerificationStage().run(extracted(with_code(page_of(prints), f"{body}{crc16(body.encode()):04X}")))

    assert (invoice.kind, invoice.verdict) == (InvoiceKind.MOTOR_VEHICLE, Verdict.ACCEPTED)


def test_an_amount_that_a_seal_ran_into_is_read_from_its_sign() -> None:
    prints = the_prints(without=("tax",)) | {"sealed": ("91310199）販￥13000.00", 380, 686)}

    assert values(page_of(prints))["tax_amount"] == "13000.00"


def test_half_an_amount_is_none() -> None:
    assert values(page_of(the_prints(tax="￥130", net="￥100000.")))["tax_amount"] is None
    assert values(page_of(the_prints(tax="￥130", net="￥100000.")))["tax_exclusive_amount"] is None


def test_amounts_whose_labels_a_seal_hid_stand_before_the_labels_of_the_next_boxes() -> None:
    hidden = ("tax_label", "tax_label_2", "net_label", "net_digits_label")
    read = values(page_of(the_prints(without=hidden)))

    assert (read["tax_amount"], read["tax_exclusive_amount"]) == ("13000.00", "100000.00")
