"""Amounts in digits and in 大写."""

from decimal import Decimal

import pytest

from models.money import format_amount, parse_amount, parse_words, write_words


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("¥1,234.50", "1234.50"),
        ("￥ 73.10", "73.10"),
        ("-15.25", "-15.25"),
        ("¥-5", "-5"),
        ("-¥5.00", "-5.00"),
        ("−5.00", "-5.00"),
        ("¥―5.00", "-5.00"),
        ("1583", "1583"),
        ("12,345,678.90", "12345678.90"),
    ],
)
def test_printed_amounts_are_read(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["12 34", "1234,5", "12.3.4", "", "¥", "300 28.00", "壹佰", "1,23.00", "NaN", "1e5", "***"])
def test_what_is_not_exactly_one_amount_is_not_guessed_at(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("肆仟肆佰肆拾玖圆整", "4449"),
        ("壹拾壹圆贰角", "11.20"),
        ("捌佰贰拾伍圆壹角伍分", "825.15"),
        ("壹佰元零伍分", "100.05"),
        ("伍分", "0.05"),
        ("壹万零壹拾元零壹分", "10010.01"),
        ("壹拾圆零柒角整", "10.70"),
        ("叁仟园整", "3000"),
        ("（负数）壹佰元整", "-100"),
        ("负壹佰元整", "-100"),
        ("壹佰零伍萬圆整", "1050000"),
        ("拾圆整", "10"),
        ("零圆整", "0"),
        ("ⓧ叁仟零壹拾贰圆陆角伍分", "3012.65"),
        ("壹亿零伍万圆整", "100050000"),
        ("贰佰圆正", "200"),
    ],
)
def test_words_of_real_forms_are_read(words: str, amount: str) -> None:
    assert parse_words(words) == Decimal(amount)


@pytest.mark.parametrize(
    "words", ["壹壹圆整", "壹拾佰圆整", "壹拾贰佰圆整", "佰圆整", "壹佰", "圆整", "整", "", "壹圆整整", "架仟零查拾陆面伍角", "壹角壹角"]
)
def test_malformed_words_are_not_guessed_at(words: str) -> None:
    assert parse_words(words) is None


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零圆整"),
        ("0.05", "伍分"),
        ("10", "壹拾圆整"),
        ("100.05", "壹佰圆零伍分"),
        ("10010.01", "壹万零壹拾圆零壹分"),
        ("100000.50", "壹拾万圆伍角"),
        ("-42", "负肆拾贰圆整"),
        ("100050000", "壹亿零伍万圆整"),
        ("20010.10", "贰万零壹拾圆壹角"),
    ],
)
def test_words_are_written_as_forms_print_them(amount: str, words: str) -> None:
    assert write_words(Decimal(amount)) == words


def test_fractions_of_a_cent_cannot_be_written() -> None:
    with pytest.raises(ValueError, match=r"0\.001"):
        write_words(Decimal("0.001"))


def test_cents_round_half_up() -> None:
    assert format_amount(Decimal("2.675")) == "2.68"


@pytest.mark.parametrize("text", ["9" * 21, "9" * 8000, "0" * 8000 + "1", "1." + "0" * 8000])
def test_more_digits_than_any_sum_has_are_no_amount(text: str) -> None:
    assert parse_amount(text) is None
    assert format_amount(parse_amount("9" * 20) or Decimal(0)) == "9" * 20 + ".00"
