"""Tickets of coaches and ships."""

from dataclasses import replace

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind
from tests.support.described import a_slip, extracted, values
from tests.support.faces import Print, a_page, with_prints

CODE, NUMBER = "299001831513", "12345678"
READ = {
    "invoice_code": CODE,
    "invoice_number": NUMBER,
    "issue_date": "2018-03-05",
    "departure_time": "07:30",
    "from_station": "青禾汽车站",
    "to_station": "望江",
    "train_number": "1208",
    "seat": "23",
    "tax_inclusive_amount": "45.50",
    "passenger_name": "王小明",
}


def a_wide_ticket(*, without: tuple[str, ...] = (), **changed: str) -> RecognizedPage:
    """A form with headings above their values."""
    prints: dict[str, Print] = {
        "title": ("青禾省道路客运汽车客票", 220, 15),
        "code": (f"发票代码 {CODE}", 480, 60),
        "number": (f"发票号码 {NUMBER}", 480, 90),
        "from_label": ("始发站", 60, 140),
        "from": ("青禾汽车站", 150, 140),
        "to_label": ("到达站", 330, 140),
        "to": ("望江站", 420, 140),
        "price_label": ("票价", 560, 140),
        "price": ("45.50元", 620, 140),
        "date_label": ("乘车日期", 60, 200),
        "time_label": ("开车时间", 200, 200),
        "run_label": ("车次", 330, 200),
        "seat_label": ("座号", 440, 200),
        "gate_label": ("检票口", 540, 200),
        "date": ("2018-03-05", 50, 240),
        "time": ("07:30", 210, 240),
        "run": ("1208", 330, 240),
        "seat": ("23", 450, 240),
        "gate": ("5", 560, 240),
        "name": ("姓名：王小明", 60, 300),
    }
    shown = [(changed.get(name, text), left, top) for name, (text, left, top) in prints.items() if name not in without]
    return a_page(*shown, width=720, height=400, print_height=22)


def test_headings_above_their_values_are_answered() -> None:
    page = a_wide_ticket()

    assert extracted(page).classified.kind is InvoiceKind.COACH
    assert values(page) == READ


def test_labels_before_their_values_are_answered() -> None:
    page = a_slip(
        *("青禾省公路旅客运输客票", f"发票代码：{CODE}", f"发票号码：{NUMBER}", "姓名：王小明"),
        *("始发站：青禾汽车站 到达站：望江", "乘车日期：2018年03月05日 07:30", "班次：1208 座位号：23", "票价：45.50元"),
        width=420,
    )

    assert values(page) == READ | {"departure_time": "2018-03-05 07:30"}


@pytest.mark.parametrize("lost", ["from", "to", "price", "time", "run", "seat"])
def test_a_lost_value_is_not_taken_from_beside_it(lost: str) -> None:
    whole, torn = values(a_wide_ticket()), values(a_wide_ticket(without=(lost,)))

    assert len({key for key in whole if torn.get(key) != whole[key]}) == 1
    assert not set(torn) - set(whole)


def test_values_that_ran_together_under_two_headings_belong_to_neither() -> None:
    page = with_prints(a_wide_ticket(without=("run", "seat")), ("1208000000023", 350, 240))

    assert not {"train_number", "seat"} & set(values(page))


def test_a_route_names_both_ends() -> None:
    page = a_wide_ticket(**{"from_label": "青禾—望江"}, without=("from", "to", "to_label"))

    assert (values(page)["from_station"], values(page)["to_station"]) == ("青禾", "望江")


def test_without_its_title_it_is_known_by_its_headings() -> None:
    assert extracted(a_wide_ticket(without=("title",))).classified.kind is InvoiceKind.COACH


def test_a_code_with_an_eight_digit_of_two_makes_no_motor_vehicle_of_it() -> None:
    classified = extracted(a_wide_ticket(code="发票代码 299001821513")).classified

    assert classified.kind is InvoiceKind.COACH
    assert set(classified.kind_votes.values()) == {InvoiceKind.COACH}


def test_both_ends_in_large_print_need_no_labels() -> None:
    page = a_wide_ticket(without=("from_label", "from", "to_label", "to"))
    large = a_page(("青禾西", 60, 135), ("望江", 400, 135), width=720, height=400, print_height=34)

    found = values(replace(page, lines=(*page.lines, *large.lines)))

    assert (found["from_station"], found["to_station"]) == ("青禾西", "望江")


def test_a_value_below_that_has_its_own_label_is_not_taken() -> None:
    page = with_prints(a_wide_ticket(without=("seat",)), ("售票员", 400, 240), ("090", 456, 240))

    assert "seat" not in values(page)


def test_one_value_under_two_headings_belongs_to_neither() -> None:
    page = with_prints(a_wide_ticket(without=("run", "seat")), ("1    2    3", 355, 240))

    assert not {"train_number", "seat"} & set(values(page))


def test_two_names_in_ordinary_print_are_no_stations() -> None:
    page = with_prints(a_wide_ticket(without=("from_label", "from", "to_label", "to")), ("青禾好茶", 60, 140), ("望江老酒", 400, 140))

    assert not {"from_station", "to_station"} & set(values(page))
