"""Paper train tickets: no labels, so every value is known by its form and its place."""

import pytest

from models.document import RecognizedPage
from models.invoice import FieldStatus, InvoiceKind, Witness
from models.verification import Verdict
from ocr_service.stages.verification import VerificationStage
from tests.support.described import extracted, values
from tests.support.faces import Print, a_page, with_prints

SERIAL = "10010300010307A123456"


def a_ticket(*, without: tuple[str, ...] = (), **changed: str) -> dict[str, Print]:
    """The prints of a blue ticket."""
    prints: dict[str, Print] = {
        "number": ("Z12A123456", 50, 25),
        "gate": ("检票口12B", 700, 25),
        "from": ("青禾北站", 80, 65),
        "train": ("G1234", 380, 70),
        "to": ("望江东站", 560, 65),
        "from_latin": ("Qinghebei", 120, 115),
        "to_latin": ("Wangjiangdong", 600, 115),
        "moment": ("2018年03月05日07:41开", 60, 160),
        "seat": ("11车03F号", 540, 160),
        "price": ("¥59.5元", 60, 205),
        "class": ("二等座", 600, 205),
        "rule": ("限乘当日当次车", 60, 250),
        "holder": ("9901011990****2417王小明", 60, 330),
        "service": ("买票请到12306 发货请到95306", 100, 380),
        "serial": (f"{SERIAL} 青禾售", 60, 470),
    }
    return {name: (changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without}


def page_of(prints: dict[str, Print]) -> RecognizedPage:
    """A page of 860 x 540 pixels."""
    return a_page(*prints.values(), width=860, height=540, print_height=38)


READ = {
    "ticket_number": "Z12A123456",
    "train_number": "G1234",
    "from_station": "青禾北",
    "to_station": "望江东",
    "departure_time": "2018-03-05 07:41",
    "seat": "11车03F号",
    "seat_class": "二等座",
    "tax_inclusive_amount": "59.50",
    "passenger_name": "王小明",
    "check_gate": "12B",
    "serial": SERIAL,
    "sold_at": "青禾售",
}


def test_every_field_of_a_ticket_is_found() -> None:
    page = page_of(a_ticket())

    assert extracted(page).classified.kind is InvoiceKind.TRAIN
    assert values(page) == READ


def test_number_and_station_that_ran_together_are_parted() -> None:
    assert values(page_of(a_ticket(train="G1234 望江东站", without=("to",)))) == READ


def test_a_number_with_its_measure_word_and_a_station_that_lost_its_own_are_read() -> None:
    assert values(page_of(a_ticket(train="G1234次", to="望江东"))) == READ


def test_without_the_trains_number_the_stations_are_told_by_their_sides() -> None:
    found = values(page_of(a_ticket(without=("train",))))

    assert (found["from_station"], found["to_station"]) == ("青禾北", "望江东")
    assert "train_number" not in found


@pytest.mark.parametrize("over", ["西457安站", "457 安站", "457安站", "D457 安站"])
def test_digits_of_the_red_number_over_a_station_are_no_train_and_what_is_left_of_the_station_no_name(over: str) -> None:
    ticket = a_ticket(**{"from": over, "number": "Z12A123"}, without=("train",))
    seen = values(page_of(ticket))
    with_train = values(page_of(a_ticket(**{"from": over, "number": "Z12A123"})))

    assert {"train_number", "from_station"} & set(seen) == set()
    assert (with_train["train_number"], with_train["to_station"]) == ("G1234", "望江东")
    assert "from_station" not in with_train


def test_a_piece_of_a_longer_number_is_no_train() -> None:
    page = with_prints(page_of(a_ticket(without=("train", "to"))), ("D012", 300, 70), ("34457", 340, 70))

    assert "train_number" not in values(page)


def test_the_red_number_just_above_the_trains_is_another_row() -> None:
    prints = a_ticket(number="Z12A123456") | {"number": ("Z12A123456", 170, 34)}

    assert values(page_of(prints)) == READ


def test_an_older_ticket_with_an_arrow_and_a_berth_is_read() -> None:
    older = a_ticket(
        **{"number": "A123456", "from": "青禾北", "train": "K123次", "to": "望江东", "seat": "03车12号下铺"},
        **{"class": "新空调硬卧", "price": "￥120.00元", "rule": "限乘当日当次车在3日内到有效"},
        without=("from_latin", "to_latin", "holder"),
    )
    found = values(page_of(older))

    assert found["ticket_number"] == "A123456"
    assert (found["train_number"], found["from_station"], found["to_station"]) == ("K123", "青禾北", "望江东")
    assert (found["seat"], found["seat_class"], found["tax_inclusive_amount"]) == ("03车12号下铺", "新空调硬卧", "120.00")


def test_the_end_of_the_serial_number_is_a_second_print_of_a_number_of_seven_characters() -> None:
    found = extracted(page_of(a_ticket(number="A123456"))).candidates["ticket_number"]

    assert [(one.value, one.witness) for one in found] == [("A123456", Witness.PRINTED), ("A123456", Witness.SECOND_PRINT)]


def test_a_ticket_whose_number_is_proved_still_waits_for_a_person_who_knows_day_and_fare() -> None:
    """Each is printed once, and nothing on the paper repeats it."""
    invoice = VerificationStage().run(extracted(page_of(a_ticket(number="A123456"))))

    assert invoice.fields["ticket_number"].status is FieldStatus.PROVED
    assert (invoice.fields["departure_time"].status, invoice.fields["tax_inclusive_amount"].status) == (FieldStatus.READ, FieldStatus.READ)
    assert invoice.verdict is Verdict.NEEDS_REVIEW


def test_a_serial_number_that_ends_otherwise_contradicts_the_ticket_number_and_one_that_agrees_does_not_prove_it() -> None:
    agrees = extracted(page_of(a_ticket())).candidates["ticket_number"]
    differs = extracted(page_of(a_ticket(serial="10010300010307A123457 青禾售"))).candidates["ticket_number"]

    assert [one.witness for one in agrees] == [Witness.PRINTED]
    assert [(one.value, one.witness) for one in differs] == [("Z12A123456", Witness.PRINTED), ("Z12A123457", Witness.SECOND_PRINT)]


def test_a_name_beside_the_identity_number_is_the_passengers() -> None:
    prints = a_ticket(holder="9901011990****2417") | {"name": ("王小明", 440, 331)}

    assert values(page_of(prints))["passenger_name"] == "王小明"


def test_advertisements_are_no_passengers() -> None:
    prints = a_ticket(holder="9901011990****2417") | {"advertisement": ("青禾好茶", 440, 420)}

    assert "passenger_name" not in values(page_of(prints))


def test_a_train_without_a_letter_is_known_by_both_stations_beside_it() -> None:
    assert values(page_of(a_ticket(train="624")))["train_number"] == "624"
    assert "train_number" not in values(page_of(a_ticket(train="624", to="望江")))


def test_a_station_whose_characters_came_apart_is_put_together() -> None:
    prints = a_ticket(without=("to",)) | {"first": ("望", 560, 65), "rest": ("江东站", 600, 65)}

    assert values(page_of(prints))["to_station"] == "望江东"


def test_the_gate_near_the_stations_is_no_station() -> None:
    assert values(page_of(a_ticket() | {"near": ("检票：12B", 700, 75)}))["to_station"] == "望江东"
