"""From the columns of the recogniser's output to text, alternatives, and characters that were passed over."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ocr_service.engines.ctc import decode

CHARACTERS = ("A", "1", "7", "*", "元", " ")
NOTHING = ""


def output(*columns: dict[str, float]) -> NDArray[np.float32]:
    """Columns of probabilities by character, "" for nothing; the rest is shared out evenly."""
    named = (NOTHING, *CHARACTERS)
    rows = []
    for column in columns:
        rest = (1 - sum(column.values())) / (len(named) - len(column))
        rows.append([column.get(character, rest) for character in named])
    return np.array(rows, np.float32)


def test_neighbouring_columns_are_one_character_and_nothing_parts_two() -> None:
    line = decode(output({"1": 0.9}, {"1": 0.99}, {NOTHING: 0.99}, {"1": 0.95}, {"7": 0.98}), CHARACTERS)

    assert line.text == "117"
    assert line.probabilities == pytest.approx((0.99, 0.95, 0.98))
    assert line.confidence == pytest.approx((0.99 + 0.95 + 0.98) / 3)


def test_each_character_has_its_alternatives_where_it_is_likeliest() -> None:
    line = decode(output({"1": 0.5, "7": 0.3}, {"1": 0.7, "7": 0.2, NOTHING: 0.08}, {NOTHING: 1.0}, {"7": 1.0}), CHARACTERS)

    first, second = line.choices
    assert first[:3] == (("1", pytest.approx(0.7)), ("7", pytest.approx(0.2)), (NOTHING, pytest.approx(0.08)))
    assert second == (("7", pytest.approx(1.0)),)
    assert "".join(choices[0][0] for choices in line.choices) == line.text


def test_an_alternative_beside_a_character_that_is_nearly_sure_is_kept() -> None:
    (choices,) = decode(output({"1": 0.9997, "7": 0.0003}), CHARACTERS).choices

    assert choices == (("1", pytest.approx(0.9997)), ("7", pytest.approx(0.0003)))


def test_no_more_than_five_alternatives_are_kept() -> None:
    (choices,) = decode(output({"1": 0.4}), CHARACTERS).choices

    assert len(choices) == 5
    assert [probability for _, probability in choices] == sorted((probability for _, probability in choices), reverse=True)


@pytest.mark.parametrize(("column", "kept"), [("1", True), ("A", False), ("元", False)])
def test_alternatives_are_kept_for_lines_that_may_be_a_value(column: str, kept: bool) -> None:
    assert bool(decode(output({column: 0.9}), CHARACTERS).choices) is kept


def test_an_amount_in_words_may_be_a_value() -> None:
    assert decode(np.array([[0.1, 0.9]], np.float32), ("柒",)).choices


def test_a_character_that_nearly_stood_there_is_told() -> None:
    line = decode(output({NOTHING: 0.6, "*": 0.35}, {"A": 0.99}), CHARACTERS)

    assert line.text == "A"
    assert line.missed == pytest.approx(0.35)


def test_the_rim_of_a_neighbour_is_no_missed_character() -> None:
    line = decode(output({"A": 0.99}, {NOTHING: 0.6, "A": 0.35}, {NOTHING: 0.55, "1": 0.4}, {"1": 0.99}), CHARACTERS)

    assert (line.text, line.missed) == ("A1", 0.0)


def test_a_space_that_nearly_stood_there_is_no_missed_character() -> None:
    assert decode(output({"A": 0.99}, {NOTHING: 0.6, " ": 0.35}, {"1": 0.99}), CHARACTERS).missed == 0.0


def test_a_line_of_nothing_has_no_text() -> None:
    line = decode(output({NOTHING: 0.99}, {NOTHING: 0.99}), CHARACTERS)

    assert (line.text, line.confidence, line.missed) == ("", 0.0, 0.0)
