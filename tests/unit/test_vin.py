"""Vehicle identification numbers; all invented, check digits computed by hand from the published weights."""

import pytest

from models.vin import looks_like_vin, read_vin, vin_check_digit_holds


def test_a_check_digit_of_the_published_weights_holds() -> None:
    # The weights sum to 89; L counts 3 at a weight of 8, the others 1: 89 + 2 * 8 = 105, which is 6 modulo 11.
    assert vin_check_digit_holds("L1111111611111111") is True


def test_a_check_digit_of_ten_is_written_x() -> None:
    vins = [f"LZZ99AAA{digit}ZZ{serial:06}" for serial in range(11) for digit in "0123456789X"]
    holding = [vin for vin in vins if vin_check_digit_holds(vin)]

    assert len(holding) == 11
    assert sum(vin[8] == "X" for vin in holding) == 1


@pytest.mark.parametrize("place", [place for place in range(1, 17) if place != 8])
def test_a_changed_digit_breaks_it(place: int) -> None:
    vin = "L1111111611111111"

    assert vin_check_digit_holds(vin[:place] + "2" + vin[place + 1 :]) is False


def test_an_imported_car_is_not_held_to_it() -> None:
    assert vin_check_digit_holds("WZZZZZ99ZZZ000001") is None
    assert vin_check_digit_holds("LZZ99") is None


def test_letters_outside_the_alphabet_are_taken_back_to_digits() -> None:
    assert read_vin("lzz99aaaO zzO00012") == "LZZ99AAA0ZZ000012"
    assert read_vin("LZZ99AAAIZZ00Q012") == "LZZ99AAA1ZZ000012"


@pytest.mark.parametrize("text", ["", "LZZ99AAA0ZZ00001", "LZZ99AAA0ZZ0000123", "LZZ99AAA0ZZ00001A", "车架号LZZ99AAA0ZZ0012"])
def test_what_has_not_the_form_of_a_vin_is_none(text: str) -> None:
    assert read_vin(text) is None
    assert not looks_like_vin(text)
