"""What people write is read as they mean it, or refused with a word on how to write it."""

from datetime import date
from decimal import Decimal

import pytest

from models.clues import MAX_LENGTH, MAX_LIMIT, AmountClue, Clues, DateClue
from models.errors import InvalidClue


@pytest.mark.parametrize("text", ["1200", "1200.00", " 1,200 ", "1，200.00", "¥1200", "￥1200.00元", "1200元"])
def test_an_amount_is_exact(text: str) -> None:
    assert AmountClue.parse(text) == AmountClue(Decimal(1200), Decimal(1200), Decimal(1200))


@pytest.mark.parametrize("text", ["1200~", "1200～", "约1200", "约 1200 元", "¥1,200.00~"])
def test_an_amount_is_about(text: str) -> None:
    assert AmountClue.parse(text) == AmountClue(Decimal(1140), Decimal(1260), Decimal(1200))


def test_about_a_negative_amount_reaches_both_ways() -> None:
    assert AmountClue.parse("-100~") == AmountClue(Decimal(-105), Decimal(-95), Decimal(-100))


@pytest.mark.parametrize("text", ["", "~", "abc", "12.3.4", "NaN", "Infinity", "1E+15", "1e999999999", "壹仟", "12-13"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidClue):
        AmountClue.parse(text)


def test_a_range_may_be_open_at_one_end() -> None:
    assert AmountClue.between(Decimal(1), Decimal(2)) == AmountClue(Decimal(1), Decimal(2))
    assert AmountClue.between(None, Decimal(2)).low < -(10**14)
    assert AmountClue.between(Decimal(1), None).high > 10**14


@pytest.mark.parametrize(("low", "high"), [("2", "1"), ("NaN", "1"), ("1", "Infinity"), ("-1E+30", "1")])
def test_a_range_that_holds_nothing_or_no_amounts_is_refused(low: str, high: str) -> None:
    with pytest.raises(InvalidClue):
        AmountClue(Decimal(low), Decimal(high))


@pytest.mark.parametrize("text", ["2019-03-19", "2019/3/19", "2019.03.19", "2019年03月19日", " 2019 03 19 "])
def test_a_day(text: str) -> None:
    assert DateClue.parse(text) == DateClue(date(2019, 3, 19), date(2019, 3, 19))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019-03", date(2019, 3, 1), date(2019, 3, 31)),
        ("2020年2月", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019年", date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_a_month_and_a_year(text: str, first: date, last: date) -> None:
    assert DateClue.parse(text) == DateClue(first, last)


@pytest.mark.parametrize("text", ["", "2019-02-30", "2019-13", "0", "1 2 3 4", "三月", "99999", "19990101120000000000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidClue):
        DateClue.parse(text)


def test_a_stretch_of_days_may_be_open_at_one_end() -> None:
    day = date(2019, 3, 19)

    assert DateClue.between(None, day) == DateClue(date.min, day)
    assert DateClue.between(day, None) == DateClue(day, date.max)
    with pytest.raises(InvalidClue):
        DateClue.between(day, date(2019, 3, 18))


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_a_limit_that_cannot_be_met_is_refused(limit: int) -> None:
    with pytest.raises(InvalidClue):
        Clues(limit=limit)


@pytest.mark.parametrize("clue", ["text", "number", "code", "seller", "buyer", "tax_id"])
def test_a_clue_of_endless_length_is_refused(clue: str) -> None:
    Clues(**{clue: "字" * MAX_LENGTH})  # type: ignore[arg-type]  # one of the texts

    with pytest.raises(InvalidClue):
        Clues(**{clue: "字" * (MAX_LENGTH + 1)})  # type: ignore[arg-type]  # one of the texts
