"""What a print may be besides what was read."""

from itertools import islice

import pytest

from models.money import format_amount, parse_amount
from ocr_service.proof.offers import odds_of, offers, value_choices, variants, weakest
from tests.support.witnesses import a_word, choices_for


def an_amount(text: str) -> str | None:
    amount = parse_amount(text)
    return None if amount is None else format_amount(amount)


def test_variants_come_from_the_likeliest_down() -> None:
    choices = choices_for("123", {0: (("1", 0.6), ("7", 0.3)), 2: (("3", 0.5), ("8", 0.4), ("5", 0.1))}, 0.999)

    found = list(variants("123", choices))

    assert [text for text, _ in found] == ["123", "128", "723", "728", "125", "725"]
    assert [round(odds, 3) for _, odds in found] == [1.0, 0.8, 0.5, 0.4, 0.2, 0.1]


def test_no_variant_comes_twice() -> None:
    doubts = {place: (("1", 0.5), ("7", 0.3), ("4", 0.2)) for place in range(5)}
    found = [text for text, _ in variants("11111", choices_for("11111", doubts, 0.999))]

    assert len(found) == len(set(found)) == 1 + 5 * 2 + 10 * 4 + 10 * 8


def test_what_no_reading_offered_is_never_tried() -> None:
    choices = choices_for("12", {0: (("1", 0.9), ("7", 0.1))}, 1.0)

    assert {text for text, _ in variants("12", choices)} == {"12", "72"}


def test_an_alternative_that_is_noise_is_none() -> None:
    assert list(variants("1", ((("1", 0.9999), ("7", 0.00001)),))) == [("1", 1.0)]


def test_an_engine_without_alternatives_leaves_signs_of_one_shape() -> None:
    assert {text for text, _ in variants("8", ())} == {"8", "0", "B", "3", "6", "G"}
    assert [text for text, _ in variants("A", ())] == ["A"]


def test_a_sign_that_may_not_be_there_can_go() -> None:
    choices = choices_for("1-2", {1: (("-", 0.5), ("", 0.4))}, 0.999)

    assert "12" in {text for text, _ in variants("1-2", choices)}


def test_variants_of_a_long_doubtful_line_are_cheap_to_begin() -> None:
    doubts = {place: (("1", 0.4), ("7", 0.3), ("4", 0.2), ("2", 0.1)) for place in range(40)}

    assert len(list(islice(variants("1" * 40, choices_for("1" * 40, doubts, 0.9)), 50))) == 50


def test_offers_are_values_as_they_are_read_from_the_print() -> None:
    printed = a_word("1230.00", raw="￥1,230.00", doubts={3: (("2", 0.6), ("7", 0.3), ("x", 0.1))})

    assert [(offer.value, round(offer.odds, 2)) for offer in offers(printed, an_amount)] == [("1230.00", 1.0), ("1730.00", 0.5)]


def test_a_print_that_was_not_understood_offers_what_can_be() -> None:
    printed = a_word(None, raw="12.3.00", doubts={2: ((".", 0.5), (",", 0.3), ("", 0.2))})

    assert "123.00" in {offer.value for offer in offers(printed, an_amount)}


def test_odds_of_another_value_are_those_of_its_characters() -> None:
    printed = a_word("12345678", raw="No12345678", doubts={4: (("3", 0.5), ("8", 0.25)), 9: (("8", 0.8), ("0", 0.2))})

    assert odds_of(printed, "12345678") == 1.0
    assert odds_of(printed, "12845678") == pytest.approx(0.5)
    assert odds_of(printed, "12845670") == pytest.approx(0.125)
    assert odds_of(printed, "12745678") == 0.0
    assert odds_of(printed, "1234567") == 0.0


def test_the_digits_of_a_date_are_found_in_its_print() -> None:
    printed = a_word("2020-01-08", raw="2020年1月8日", doubts={5: (("1", 0.7), ("7", 0.3)), 7: (("8", 0.6), ("3", 0.3))})

    assert odds_of(printed, "2020-01-03") == pytest.approx(0.5)
    assert odds_of(printed, "2020-07-08") == pytest.approx(0.3 / 0.7)
    assert [len(choices) for choices in value_choices(printed)] == [1, 1, 1, 1, 1, 0, 2, 1, 0, 2]


def test_the_weakest_character_is_that_of_the_value() -> None:
    printed = a_word("12345678", raw="No12345678", doubts={0: (("N", 0.3),), 6: (("5", 0.91),)})

    assert weakest(printed) == 0.91
    assert weakest(a_word("12345678")) == 0.0
