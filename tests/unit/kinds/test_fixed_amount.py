"""定额发票 of several bureaus."""

import pytest

from models.invoice import InvoiceKind, Witness
from tests.support.described import extracted, values
from tests.support.faces import Print, a_page

CODE, NUMBER = "199001670101", "12345678"


def a_form(*more: Print, title: str = "青禾省国家税务局通用定额发票", words: str = "壹拾元") -> list[Print]:
    """The prints of a form of 700 x 450 pixels."""
    return [
        (title, 120, 30),
        ("发票联", 300, 70),
        (f"发票代码{CODE}", 300, 150),
        (f"发票号码{NUMBER}", 300, 190),
        (words, 260, 300),
        ("（加盖发票专用章有效）", 240, 350),
        *more,
    ]


def page_values(prints: list[Print]) -> dict[str, str | None]:
    return values(a_page(*prints, width=700, height=450, print_height=26))


@pytest.mark.parametrize(
    "title",
    ["青禾省国家税务局通用定额发票", "青禾市地方税务局服务业定额发票", "国家税务总局青禾省税务局通用定额发票", "青禾市餐饮业定额专用发票"],
)
def test_every_bureaus_form_is_known_by_its_title(title: str) -> None:
    assert extracted(a_page(*a_form(title=title), width=700, height=450)).classified.kind is InvoiceKind.FIXED_AMOUNT


@pytest.mark.parametrize("words", ["壹拾元", "伍元整", "壹佰圆", "人民币贰拾元整", "伍 拾 元"])
def test_the_large_words_are_the_amount(words: str) -> None:
    found = page_values(a_form(words=words))

    assert found["tax_inclusive_amount_in_words"] == words.removeprefix("人民币").replace(" ", "")
    assert (found["invoice_code"], found["invoice_number"]) == (CODE, NUMBER)
    assert "issue_date" not in found


def test_words_printed_far_apart_are_put_together() -> None:
    prints = [entry for entry in a_form() if entry[0] != "壹拾元"] + [("伍", 200, 300), ("拾", 300, 302), ("元", 400, 299)]

    assert page_values(prints)["tax_inclusive_amount_in_words"] == "伍拾元"


@pytest.mark.parametrize(
    ("printed", "words"), [("壹佰发元用章", "壹佰元"), ("伍专拾元整", "伍拾元整"), ("壹发元用章", None), ("发拾元章", None)]
)
def test_a_seals_characters_are_no_part_of_the_words(printed: str, words: str | None) -> None:
    """Of 壹发元 nobody knows whether it is 壹元 or 壹拾元."""
    assert page_values(a_form(words=printed)).get("tax_inclusive_amount_in_words") == words


@pytest.mark.parametrize(("printed", "amount"), [("（￥2.00发票专用章", "2.00"), ("￥10.00用章", "10.00"), ("￥2发票专用章", None)])
def test_digits_under_a_seal_are_read_to_their_last_decimal(printed: str, amount: str | None) -> None:
    assert page_values(a_form((printed, 470, 300), words="票据")).get("tax_inclusive_amount") == amount


@pytest.mark.parametrize("digits", ["￥10.00", "10元", "￥10", "10.00元"])
def test_digits_beside_the_words_are_read(digits: str) -> None:
    assert page_values(a_form((digits, 470, 300)))["tax_inclusive_amount"] == "10.00"


def test_other_numbers_are_no_amount() -> None:
    prints = a_form(("青禾印务2016年07月印10000本@50", 60, 410), ("兑奖区", 60, 300))

    assert "tax_inclusive_amount" not in page_values(prints)


def test_a_stamped_date_and_the_copy_are_read() -> None:
    found = page_values(a_form(("2018年03月05日", 400, 390)))

    assert (found["issue_date"], found["copy_name"]) == ("2018-03-05", "发票联")


def test_code_and_number_of_the_stub_are_second_prints() -> None:
    page = a_page(*a_form((CODE, 40, 380), (NUMBER, 40, 400)), width=700, height=450, print_height=16)

    for key in ("invoice_code", "invoice_number"):
        assert [one.witness for one in extracted(page).candidates[key]] == [Witness.PRINTED, Witness.SECOND_PRINT]


@pytest.mark.parametrize("printed", ["发票联", "发 票 联", "发天票川联"])
def test_a_seals_characters_do_not_get_into_the_copys_name(printed: str) -> None:
    prints = [entry if entry[0] != "发票联" else (printed, 300, 70) for entry in a_form()]

    assert page_values(prints)["copy_name"] == "发票联"


def test_splinters_of_a_seal_behind_the_words_are_left_out() -> None:
    assert page_values(a_form(words="伍元00"))["tax_inclusive_amount_in_words"] == "伍元"
