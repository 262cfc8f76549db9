"""航空运输电子客票行程单, on paper and as 电子发票. Everything on these pages is invented."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage
from models.geometry import Transform
from models.invoice import FieldStatus, InvoiceKind, Witness
from ocr_service.kinds.air_journey import a_fare, a_flight_date, a_ticket
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted, values
from tests.support.faces import Print, a_page


def a_receipt(*, without: tuple[str, ...] = (), **changed: str) -> RecognizedPage:
    """A paper receipt with one flight, 1600 x 690 pixels."""
    prints: dict[str, Print] = {
        "title": ("航空运输电子客票行程单", 610, 33),
        "title_2": ("ITINERARY/RECEIPT OF E-TICKET", 631, 70),
        "serial_label": ("印刷序号：", 1018, 53),
        "serial": ("99900012345", 1170, 53),
        "serial_label_2": ("SERIAL NUMBER：", 986, 88),
        "name_label": ("旅客姓名 NAME OF PASSENGER", 95, 112),
        "name": ("王小明", 110, 145),
        "id_label": ("有效身份证件号码 ID.NO.", 436, 112),
        "id": ("110199199003071239", 450, 145),
        "endorse_label": ("签注 ENDORSEMENTS/RESTRICTIONS(CARBON)", 891, 112),
        "endorse": ("不得签转/改退收费", 900, 145),
        "h1": ("承运人", 408, 187),
        "h2": ("航班号", 507, 187),
        "h3": ("座位等级", 590, 187),
        "h4": ("日期", 715, 187),
        "h5": ("时间", 801, 187),
        "h6": ("客票级别/客票类别", 934, 187),
        "h7": ("客票生效日期", 1164, 187),
        "h8": ("有效截止日期", 1275, 187),
        "h9": ("免费行李", 1394, 187),
        "e1": ("CARRIER", 404, 210),
        "e2": ("FLIGHT", 511, 210),
        "e3": ("CLASS", 601, 210),
        "e4": ("DATE", 715, 210),
        "e5": ("TIME", 804, 210),
        "locator": ("QHZ9AB", 164, 200),
        "from_label": ("自FROM", 90, 262),
        "from": ("青禾T2", 180, 260),
        "carrier": ("示例航", 405, 262),
        "flight": ("ZZ1234", 505, 262),
        "class": ("Y", 620, 262),
        "day": ("2019-05-20", 665, 262),
        "time": ("08:30", 800, 262),
        "basis": ("YB", 950, 262),
        "allow": ("20K", 1410, 262),
        "to_label": ("至TO", 95, 324),
        "to": ("望江", 180, 322),
        "void": ("VOID", 405, 324),
        "to_label_2": ("至TO", 95, 384),
        "void_2": ("VOID", 180, 384),
        "fare_label": ("票价 FARE", 401, 471),
        "fund_label": ("民航发展基金 CAAC", 585, 471),
        "fuel_label": ("燃油附加费 FUEL", 781, 471),
        "other_label": ("其他税费 OTHER", 974, 471),
        "total_label": ("合计 TOTAL", 1167, 471),
        "fare": ("CNY 860.00", 410, 498),
        "fund": ("CN 50.00", 600, 498),
        "fuel": ("YQ 30.00", 790, 498),
        "other": ("EXEMPT", 985, 498),
        "total": ("CNY 940.00", 1170, 498),
        "ticket_label": ("电子客票号码", 98, 528),
        "ticket_label_2": ("E-TICKET NO.", 102, 560),
        "ticket": ("999-1234567890", 240, 540),
        "check_label": ("验证码 CK", 493, 540),
        "check": ("1234", 610, 540),
        "insurance_label": ("保险费 INSURANCE", 1285, 540),
        "insurance": ("X" * 3, 1450, 540),
        "agent_label": ("销售单位代号", 101, 590),
        "agent": ("QHZ123 08300000", 240, 590),
        "issuer_label": ("填开单位", 494, 590),
        "issuer": ("青禾市示例航空服务有限公司", 610, 600),
        "date_label": ("填开日期", 1162, 590),
        "date_label_2": ("DATE OF ISSUE", 1159, 615),
        "date": ("2019-05-18", 1291, 598),
    }
    shown = {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}
    return a_page(*shown.values(), width=1600, height=690, print_height=21)


READ = {
    "invoice_number": "99900012345",
    "passenger_name": "王小明",
    "ticket_number": "999-1234567890",
    "issue_date": "2019-05-18",
    "unit_price": "860.00",
    "fuel_surcharge": "30.00",
    "tax_inclusive_amount": "940.00",
    "from_station": "青禾",
    "to_station": "望江",
    "train_number": "ZZ1234",
    "seat_class": "Y",
    "departure_time": "2019-05-20 08:30",
}


def test_every_field_of_the_paper_receipt_is_found() -> None:
    assert extracted(a_receipt()).classified.kind is InvoiceKind.AIR_ITINERARY
    assert values(a_receipt()) == READ


def test_the_sum_of_fare_and_charges_is_a_witness_to_the_total() -> None:
    total = extracted(a_receipt()).candidates["tax_inclusive_amount"]
    invoice = VerificationStage().run(extracted(a_receipt()))

    assert [(candidate.value, candidate.witness) for candidate in total] == [("940.00", Witness.PRINTED), ("940.00", Witness.ARITHMETIC)]
    assert invoice.fields["tax_inclusive_amount"].status is FieldStatus.PROVED


def test_a_total_that_the_charges_do_not_make_is_only_read() -> None:
    invoice = VerificationStage().run(extracted(a_receipt(total="CNY 949.00")))

    assert invoice.fields["tax_inclusive_amount"].status is FieldStatus.READ
    assert invoice.fields["tax_inclusive_amount"].alternatives == ("940.00",)


@pytest.mark.parametrize("lost", ["fund_label", "fuel_label", "other_label"])
def test_a_box_that_nobody_can_find_leaves_no_sum(lost: str) -> None:
    witnesses = {candidate.witness for candidate in extracted(a_receipt(without=(lost,))).candidates["tax_inclusive_amount"]}

    assert witnesses == {Witness.PRINTED}


def test_a_return_ticket_goes_to_where_it_turns() -> None:
    page = a_receipt(void_2="青禾")

    assert (values(page)["from_station"], values(page)["to_station"]) == ("青禾", "望江")


def test_a_journey_by_way_of_another_place_ends_at_its_end() -> None:
    assert values(a_receipt(void_2="示例港"))["to_station"] == "示例港"


def test_a_day_without_its_year_is_no_departure() -> None:
    assert "departure_time" not in values(a_receipt(day="05-20"))


def test_a_lost_title_leaves_the_forms_own_words() -> None:
    assert extracted(a_receipt(without=("title", "title_2"))).classified.kind is InvoiceKind.AIR_ITINERARY


def test_the_second_and_third_flight_do_not_mix_into_the_first() -> None:
    page = a_receipt(without=("flight", "day"), void="ZZ4321")

    assert values(page).get("departure_time") is None


def a_digital_receipt(*, without: tuple[str, ...] = (), **changed: str) -> RecognizedPage:
    """An 电子发票（航空运输电子客票行程单） with one flight, 1600 x 800 pixels."""
    prints: dict[str, Print] = {
        "title": ("电子发票（航空运输电子客票行程单）", 600, 30),
        "number_label": ("发票号码：", 1200, 40),
        "number": ("24312000000012345679", 1310, 40),
        "state_label": ("国内国际标识：国内", 95, 80),
        "date_label": ("开票日期：", 1200, 80),
        "date": ("2025年03月01日", 1310, 80),
        "name_label": ("旅客姓名", 95, 125),
        "name": ("王小明", 110, 155),
        "id_label": ("有效身份证件号码", 436, 125),
        "id": ("1101991990****1239", 450, 155),
        "endorse_label": ("签注", 891, 125),
        "h1": ("承运人", 408, 200),
        "h2": ("航班号", 507, 200),
        "h3": ("座位等级", 590, 200),
        "h4": ("日期", 715, 200),
        "h5": ("时间", 820, 200),
        "h6": ("客票级别/客票类别", 934, 200),
        "h7": ("客票生效日期", 1164, 200),
        "h8": ("有效截止日期", 1285, 200),
        "h9": ("免费行李", 1424, 200),
        "from_label": ("自：", 95, 240),
        "from": ("青禾", 150, 240),
        "carrier": ("示例航", 405, 240),
        "flight": ("ZZ1234", 505, 240),
        "class": ("Y", 620, 240),
        "day": ("2025年02月25日", 670, 240),
        "time": ("08:30", 830, 240),
        "to_label": ("至：", 95, 280),
        "to": ("望江", 150, 280),
        "fare_label": ("票价", 95, 420),
        "fuel_label": ("燃油附加费", 280, 420),
        "rate_label": ("增值税税率", 480, 420),
        "tax_label": ("增值税税额", 680, 420),
        "fund_label": ("民航发展基金", 880, 420),
        "other_label": ("其他税费", 1080, 420),
        "total_label": ("合计", 1300, 420),
        "fare": ("CNY 700.00", 95, 450),
        "fuel": ("CNY 20.00", 280, 450),
        "rate": ("9%", 480, 450),
        "tax": ("CNY 64.80", 680, 450),
        "fund": ("CNY 50.00", 880, 450),
        "other": ("CNY 0.00", 1080, 450),
        "total": ("CNY 834.80", 1300, 450),
        "ticket_label": ("电子客票号码：", 95, 500),
        "ticket": ("999-1234567890", 250, 500),
        "check_label": ("验证码：1234", 600, 500),
        "agent_label": ("销售网点代号：QHZ123", 95, 550),
        "issuer_label": ("填开单位：青禾市示例航空服务有限公司", 480, 550),
        "made_label": ("填开日期：2025年02月20日", 1150, 550),
        "buyer_label": ("购买方名称：青禾市示例商贸有限公司", 95, 600),
        "buyer_id_label": ("统一社会信用代码/纳税人识别号：91110199291951630T", 800, 600),
    }
    shown = {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}
    return a_page(*shown.values(), width=1600, height=800, print_height=20)


def test_every_field_of_the_digital_receipt_is_found() -> None:
    page = a_digital_receipt()

    assert extracted(page).classified.kind is InvoiceKind.DIGITAL_AIR
    assert values(page) == {
        "invoice_number": "24312000000012345679",
        "issue_date": "2025-03-01",
        "passenger_name": "王小明",
        "ticket_number": "999-1234567890",
        "unit_price": "700.00",
        "fuel_surcharge": "20.00",
        "tax_amount": "64.80",
        "tax_inclusive_amount": "834.80",
        "buyer_name": "青禾市示例商贸有限公司",
        "buyer_tax_id": "91110199291951630T",
        "from_station": "青禾",
        "to_station": "望江",
        "train_number": "ZZ1234",
        "seat_class": "Y",
        "departure_time": "2025-02-25 08:30",
    }


def test_fare_tax_and_charges_prove_the_digital_receipts_total() -> None:
    proved = VerificationStage().run(extracted(a_digital_receipt())).fields["tax_inclusive_amount"]
    doubted = VerificationStage().run(extracted(a_digital_receipt(tax="CNY 64.30"))).fields["tax_inclusive_amount"]

    assert (proved.status, doubted.status) == (FieldStatus.PROVED, FieldStatus.READ)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("CNY 1,230.00", "1230.00"),
        ("CN50.0", "50.00"),
        ("860.00", "860.00"),
        ("CNY 860", "860.00"),
        ("0297", None),
        ("EXEMPT", None),
        ("9%", None),
    ],
)
def test_fares(text: str, amount: str | None) -> None:
    assert a_fare(text) == amount


def test_flight_dates_and_ticket_numbers() -> None:
    assert (a_flight_date("05MAR21"), a_flight_date("2021-03-05"), a_flight_date("05MAR")) == ("2021-03-05", "2021-03-05", None)
    assert (a_ticket("999-1234567890"), a_ticket("9991234567890"), a_ticket("999123456789")) == ("999-1234567890", "9991234567890", None)


def test_an_airline_may_print_the_ten_digits_of_its_own_alone() -> None:
    assert values(a_receipt(ticket="1234567890"))["ticket_number"] == "1234567890"
    assert (a_ticket("1234567890 5"), a_ticket("CK 1234567890")) == (None, None)


def test_the_start_of_an_identity_number_is_no_ticket_number() -> None:
    assert a_ticket("1101991990030X") is None
    assert values(a_receipt(id="1101991990030X"))["ticket_number"] == values(a_receipt())["ticket_number"]


def test_charges_without_a_fare_make_no_sum() -> None:
    found = extracted(a_receipt(without=("fare",))).candidates["tax_inclusive_amount"]

    assert {candidate.witness for candidate in found} == {Witness.PRINTED}


def test_a_photo_with_much_desk_around_the_receipt_is_read_the_same() -> None:
    receipt = a_receipt()
    wide = replace(receipt, flat_width=4800, flat_height=3000, to_flat=Transform((1, 0, 1500, 0, 1, 1000, 0, 0, 1)))

    assert values(wide) == values(receipt)
