"""电子发票（铁路电子客票）. Everything on these pages is invented."""

import pytest

from models.document import RecognizedPage
from models.invoice import FieldStatus, InvoiceKind, Witness
from models.qr_payload import crc16_modbus
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted, values, with_code
from tests.support.faces import Print, a_page

NUMBER = "25929000000012345679"


def a_ticket(*, without: tuple[str, ...] = (), **changed: str) -> RecognizedPage:
    """An electronic ticket, 1100 x 700 pixels."""
    prints: dict[str, Print] = {
        "title": ("电子发票（铁路电子客票）", 390, 40),
        "number_label": ("发票号码:", 60, 95),
        "number": (NUMBER, 170, 95),
        "date": ("开票日期:2025年03月02日", 780, 95),
        "from": ("青禾北站", 150, 170),
        "train": ("G1234", 480, 175),
        "to": ("望江东站", 760, 170),
        "from_latin": ("Qinghebei", 170, 205),
        "to_latin": ("Wangjiangdong", 770, 205),
        "moment": ("2025年02月25日", 150, 260),
        "clock": ("08:30开", 400, 260),
        "seat": ("05车12A号", 620, 260),
        "class": ("二等座", 820, 260),
        "price": ("票价:￥553.00", 150, 310),
        "id": ("1101991990****1239", 150, 380),
        "name": ("王小明", 380, 380),
        "ticket": ("电子客票号:9990066101030219012342025", 150, 440),
        "buyer": ("购买方名称:青禾市示例商贸有限公司", 150, 490),
        "buyer_id": ("统一社会信用代码:91110199291951630T", 620, 490),
        "service": ("买票请到12306 发货请到95306", 380, 580),
        "wish": ("中国铁路祝您旅途愉快", 400, 610),
    }
    shown = {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}
    return a_page(*shown.values(), width=1100, height=700, print_height=22)


READ = {
    "invoice_number": NUMBER,
    "issue_date": "2025-03-02",
    "seat": "05车12A号",
    "seat_class": "二等座",
    "tax_inclusive_amount": "553.00",
    "ticket_number": "9990066101030219012342025",
    "buyer_name": "青禾市示例商贸有限公司",
    "buyer_tax_id": "91110199291951630T",
    "train_number": "G1234",
    "from_station": "青禾北",
    "to_station": "望江东",
    "departure_time": "2025-02-25 08:30",
    "passenger_name": "王小明",
}


def a_payload(amount: str = "553.00") -> str:
    """The QR text with its own checksum."""
    body = f"01,51,,{NUMBER},{amount},20250302,,"
    return f"{body}{crc16_modbus(body.encode()):04X}"


def test_every_field_is_found() -> None:
    assert extracted(a_ticket()).classified.kind is InvoiceKind.DIGITAL_RAILWAY
    assert values(a_ticket()) == READ


def test_day_and_time_in_one_line() -> None:
    assert values(a_ticket(moment="2025年02月25日 08:30开", without=("clock",))) == READ


def test_name_and_identity_in_one_line() -> None:
    assert values(a_ticket(id="1101991990****1239 王小明", without=("name",))) == READ


def test_a_passport_holds_too() -> None:
    assert values(a_ticket(id="E12****89"))["passenger_name"] == "王小明"


@pytest.mark.parametrize("label", ["退票费", "改签费"])
def test_a_fee_is_the_amount_of_a_ticket_given_back_whatever_it_cost(label: str) -> None:
    assert values(a_ticket(wish=f"{label}:￥28.00"))["tax_inclusive_amount"] == "28.00"


def test_the_code_proves_number_date_and_fare() -> None:
    invoice = VerificationStage().run(extracted(with_code(a_ticket(), a_payload())))

    for key in ("invoice_number", "issue_date", "tax_inclusive_amount"):
        assert invoice.fields[key].status is FieldStatus.PROVED
        assert Witness.QR_CRC in invoice.fields[key].witnesses


def test_another_fare_in_the_code_is_a_contradiction() -> None:
    invoice = VerificationStage().run(extracted(with_code(a_ticket(), a_payload("563.00"))))

    assert invoice.fields["tax_inclusive_amount"].status is FieldStatus.CONFLICT


def test_without_a_code_everything_is_only_read() -> None:
    invoice = VerificationStage().run(extracted(a_ticket()))

    assert {invoice.fields[key].status for key in ("invoice_number", "issue_date", "tax_inclusive_amount")} == {FieldStatus.READ}
