"""Slips of taxi meters, as the cities print them."""

import pytest

from models.document import RecognizedPage
from models.invoice import InvoiceKind, Witness
from tests.support.described import a_slip, extracted, values, with_code
from tests.support.faces import a_page, with_prints

CODE, NUMBER = "199001751011", "12345678"
HEAD = ("青禾市出租汽车专用发票", f"发票代码：{CODE}", f"发票号码：{NUMBER}")
METER = (
    *(("车号：", "豫AT1234"), ("证号：", "130456"), ("日期：", "2018-03-05"), ("上车：", "08:05"), ("下车：", "08:41")),
    *(("单价：", "2.50"), ("里程：", "15.8"), ("等候：", "00:05:10"), ("金额：", "¥62.00")),
)
READ = {
    "invoice_code": CODE,
    "invoice_number": NUMBER,
    "plate_number": "豫AT1234",
    "issue_date": "2018-03-05",
    "boarding_time": "08:05",
    "alighting_time": "08:41",
    "unit_price": "2.50",
    "mileage": "15.8",
    "waiting_time": "00:05:10",
    "tax_inclusive_amount": "62.00",
}

BILINGUAL = (
    *(("单位", "Company", "0205"), ("电话", "Tel", "55501234"), ("车号", "Taxi No.", "豫AT1234"), ("证号", "Certificate No.", "130456")),
    *(("日期", "Date", "2018-03-05"), ("时间", "Time", "08:05-08:41"), ("单价", "Price per km", "2.50"), ("里程", "Distance", "15.8")),
    *(("等候", "Waiting time", "00:05:10"), ("状态", "State", "1"), ("金额", "Fare", "¥61.20")),
    *(
        ("燃油附加费", "Fuel oil surcharge", "¥1.00"),
        ("预约叫车服务费", "Call service surcharge", "¥0.00"),
        ("实收金额", "Total", "¥62.00"),
        ("卡号", "Card No.", "----"),
    ),
)


def bilingual(
    shift: float = 0, *, without: tuple[str, ...] = (), values: dict[str, str] | None = None, head: tuple[str, ...] = (CODE, NUMBER)
) -> RecognizedPage:
    """A receipt in two languages with code and number above it that no label names; `without` are labels that nobody can read."""
    prints = [("青禾市出租汽车专用发票", 30.0, 10.0), *((text, 20.0, 40.0 + 26 * place) for place, text in enumerate(head))]
    for place, (chinese, english, value) in enumerate(BILINGUAL):
        top = 100.0 + 36 * place
        prints += [(text, 40.0, top + 17 * low) for low, text in enumerate((chinese, english)) if text not in without]
        text = (values or {}).get(chinese, value)
        prints += [(text, 210.0, top + 9 + shift)] if text else []
    return a_page(*prints, width=300, height=680, print_height=16)


@pytest.mark.parametrize("shift", [-16, -9, 0, 9, 16])
def test_a_row_with_its_label_in_two_languages_is_one_row_wherever_the_print_stands(shift: float) -> None:
    assert values(bilingual(shift)) == READ | {"fuel_surcharge": "1.00"}


@pytest.mark.parametrize("shift", [-9, 0, 9])
def test_a_total_whose_label_lies_under_a_seal_is_known_by_its_row(shift: float) -> None:
    found = values(bilingual(shift, without=("预约叫车服务费", "Call service surcharge", "实收金额", "Total", "卡号", "Card No.")))

    assert found["tax_inclusive_amount"] == "62.00"


def test_the_fare_is_the_total_only_where_no_total_is_printed() -> None:
    assert values(bilingual(values={"实收金额": ""}))["tax_inclusive_amount"] == "61.20"
    assert values(bilingual(values={"实收金额": "6 2:#"}))["tax_inclusive_amount"] is None


def test_a_total_below_the_fare_lost_its_first_digits() -> None:
    assert values(bilingual(values={"实收金额": "2.00"}))["tax_inclusive_amount"] is None


def test_what_the_meter_adds_on_a_row_of_its_own_stands_above_the_total() -> None:
    page = a_slip(*HEAD, *METER[:-1], ("金额：", "+1元"), ("", "62.00元"))

    assert (values(page)["fuel_surcharge"], values(page)["tax_inclusive_amount"]) == ("1", "62.00")


def test_a_number_without_a_label_stands_next_below_the_code_and_is_no_telephone() -> None:
    assert values(bilingual())["invoice_number"] == NUMBER
    assert "invoice_number" not in values(bilingual(head=(CODE,)))
    together = values(bilingual(head=(f"{CODE} {NUMBER}",)))
    assert (together["invoice_code"], together["invoice_number"]) == (CODE, NUMBER)


def test_a_date_that_was_read_in_two_pieces_is_one() -> None:
    page = with_prints(a_slip(*HEAD, *(row for row in METER if row[0] != "日期："), "日期："), ("201", 130, 362), ("8-03-05", 157, 362))

    assert values(page)["issue_date"] == "2018-03-05"


def test_every_field_of_a_meter_is_found() -> None:
    page = a_slip(*HEAD, *METER)

    assert extracted(page).classified.kind is InvoiceKind.TAXI
    assert values(page) == READ


def test_labels_in_two_languages_give_each_value_once() -> None:
    bilingual = (
        *("TAXI RECEIPT", f"发票代码：{CODE}", f"发票号码：{NUMBER}"),
        *(("车号：豫AT1234", ""), "Taxi No.", "日期2018年03月05日", "Date", ("上车：", "08:05"), "Get on", ("下车：", "08:41"), "Get off"),
        *(("单价：", "2.50元/公里"), "Unit Price", ("里程：", "15.8公里"), "Mileage", ("等候：", "00:05:10"), "Wait"),
        *(("金额：", "62.00元"), "Sum"),
    )

    assert values(a_slip(*bilingual, pitch=22)) == READ


@pytest.mark.parametrize("shift", [-84, -31, -9, 9, 28, 61])
def test_a_column_of_print_that_slid_off_its_labels_is_put_back(shift: float) -> None:
    page = a_slip(*HEAD, "监督电话：0000-5550001", *METER, "发票专用章", "手写无效", pitch=26, shift=shift)

    assert values(page) == READ


def test_a_label_without_value_takes_none_from_its_neighbours() -> None:
    page = a_slip(*HEAD, *(row if row[0] != "等候：" else ("等候：", "") for row in METER), pitch=26)

    assert values(page) == {key: value for key, value in READ.items() if key != "waiting_time"}


def test_a_time_without_its_colon_is_a_time_and_an_impossible_one_is_unreadable() -> None:
    page = a_slip(*HEAD, ("上车：", "08105"), ("下车：", "08:71"), ("等候：", "00105:10"), *METER[5:])

    assert (values(page)["boarding_time"], values(page)["alighting_time"], values(page)["waiting_time"]) == ("08:05", None, "00:05:10")


def test_both_times_on_one_line_are_parted() -> None:
    page = a_slip(*HEAD, "日期：2018-03-05", "时间：08:05-08:41", ("里程：", "15.8"), ("单价：", "2.50"), ("金额：", "62.00"))

    assert (values(page)["boarding_time"], values(page)["alighting_time"]) == ("08:05", "08:41")


def test_the_sum_with_the_surcharge_is_the_amount() -> None:
    page = a_slip(*HEAD, *METER, ("燃油附加费：", "1.00"), ("实收：", "63.00元"), value_at=160)

    assert (values(page)["fuel_surcharge"], values(page)["tax_inclusive_amount"]) == ("1.00", "63.00")


def test_a_plate_without_its_province_is_read_behind_its_label_only() -> None:
    assert values(a_slip(*HEAD, ("车号：", "B·T1234"), *METER[2:]))["plate_number"] == "BT1234"
    assert "plate_number" not in values(a_slip(*HEAD, ("单位：", "BT1234"), *METER[2:]))


def test_a_letter_in_the_code_stays_a_letter() -> None:
    page = a_slip(HEAD[0], "代19900175A011", NUMBER, *METER)

    assert (values(page)["invoice_code"], values(page)["invoice_number"]) == ("19900175A011", NUMBER)


def test_a_second_print_of_the_number_is_a_witness_and_contradicts_where_it_differs() -> None:
    same = extracted(a_slip(*HEAD, *METER, NUMBER)).candidates["invoice_number"]
    other = extracted(a_slip(*HEAD, *METER, "12345679")).candidates["invoice_number"]

    assert [(one.value, one.witness) for one in same] == [(NUMBER, Witness.PRINTED), (NUMBER, Witness.SECOND_PRINT)]
    assert [(one.value, one.witness) for one in other] == [(NUMBER, Witness.PRINTED), ("12345679", Witness.SECOND_PRINT)]


def test_the_code_of_the_printing_works_is_a_witness() -> None:
    page = with_code(a_slip(*HEAD, *METER), f"青禾印务*发票代码{CODE}*发票号码{NUMBER}*")

    assert [one.witness for one in extracted(page).candidates["invoice_code"]] == [Witness.PRINTED, Witness.QR]
    assert [one.witness for one in extracted(page).candidates["invoice_number"]] == [Witness.PRINTED, Witness.QR]


def test_codes_of_the_printing_works_that_name_two_tickets_say_nothing() -> None:
    page = with_code(with_code(a_slip(*HEAD, *METER), f"发票代码{CODE}*发票号码{NUMBER}"), f"发票代码{CODE}*发票号码87654321")

    assert [one.witness for one in extracted(page).candidates["invoice_number"]] == [Witness.PRINTED]


def test_misread_labels_are_still_labels_and_others_are_not_taken_for_them() -> None:
    page = a_slip(
        *HEAD, ("车号：", "豫AT1234"), ("证号：", "130456"), ("日朋：", "2018-03-05"), ("里理：", "15.8"), ("等侯候：", "00:05:10")
    )

    assert {key: values(page)[key] for key in ("issue_date", "mileage", "waiting_time")} == {
        key: READ[key] for key in ("issue_date", "mileage", "waiting_time")
    }


def test_a_plate_whose_province_is_the_forms_and_whose_rest_is_the_meters_is_one_plate() -> None:
    rows = [row if row[0] != "车号：" else ("车号：豫", "A-T1234") for row in METER]

    assert values(a_slip(*HEAD, *rows, shift=10)) == READ


def test_a_meters_value_is_not_added_to_the_forms_province() -> None:
    rows = [row if row[0] != "车号：" else ("车号：豫A", "") for row in METER]

    assert values(a_slip(*HEAD, *rows, pitch=26, shift=-84))["plate_number"] is None


def test_print_that_is_slightly_low_belongs_to_the_nearer_label() -> None:
    rows = [row if row[0] != "里程：" else ("里程：", "") for row in METER]

    assert "mileage" not in values(a_slip(*HEAD, *rows, pitch=20, shift=8))


def test_one_time_behind_a_label_for_two_is_neither() -> None:
    found = values(a_slip(*HEAD, "日期：2018-03-05", "时间：08:05", ("里程：", "15.8"), ("单价：", "2.50"), ("金额：", "62.00")))

    assert not {"boarding_time", "alighting_time"} & set(found)


def test_two_dates_without_a_label_are_none() -> None:
    rows = [row for row in METER if row[0] != "日期："]

    assert values(a_slip(*HEAD, *rows, "2018-03-05"))["issue_date"] == "2018-03-05"
    assert "issue_date" not in values(a_slip(*HEAD, *rows, "2018-03-05", "2018-03-06"))
