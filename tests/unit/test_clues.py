"""What people write is read as they mean it, or refused with a word on how to write it."""

from datetime import date
from decimal import Decimal

import pytest

from models.clues import MAX_LENGTH, MAX_LIMIT, AmountClue, Clues, DateClue
from models.errors import InvalidClue
from ocr_service import cli
from tests.support.written_dates import REFUSED, UNDERSTOOD


@pytest.mark.parametrize("text", ["1200", "1200.00", " 1,200 ", "1，200.00", "¥1200", "￥1200.00元", "1200元"])
def test_an_amount_is_exact(text: str) -> None:
    assert AmountClue.parse(text) == AmountClue(Decimal(1200), Decimal(1200), Decimal(1200))


@pytest.mark.parametrize("text", ["1200~", "1200～", "~1200", "约1200", "约 1200 元", "大约1200", "¥1,200.00~", "1200元左右"])
def test_an_amount_is_about(text: str) -> None:
    assert AmountClue.parse(text) == AmountClue(Decimal(1140), Decimal(1260), Decimal(1200))


def test_about_a_negative_amount_reaches_both_ways() -> None:
    assert AmountClue.parse("-100~") == AmountClue(Decimal(-105), Decimal(-95), Decimal(-100))


@pytest.mark.parametrize(
    "text",
    ["", "~", "abc", "12.3.4", "NaN", "Infinity", "1E+15", "1e999999999", "壹仟", "12-13", "1,2", "12,50", "1,0000", "1200~1300", "1_200"],
)
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


@pytest.mark.parametrize(("text", "days"), UNDERSTOOD.items())
def test_a_date_is_understood(text: str, days: tuple[str, str]) -> None:
    assert DateClue.parse(text) == DateClue(date.fromisoformat(days[0]), date.fromisoformat(days[1]))


@pytest.mark.parametrize(("text", "doubt"), [*REFUSED.items(), ("", "no_date")])
def test_a_date_that_may_mean_something_else_is_refused(text: str, doubt: str) -> None:
    with pytest.raises(InvalidClue, match="write 2025-09-20, 2025-09, 2025-Q3 or 2025") as refused:
        DateClue.parse(text)
    assert refused.value.details["doubt"] == doubt


@pytest.mark.parametrize("text", REFUSED)
def test_the_command_line_refuses_it_before_anything_is_opened(text: str) -> None:
    for clue in ({"date": text}, {"date_from": text}, {"date_to": text}):
        with pytest.raises(InvalidClue, match="is not understood as a date"):
            cli.find(archive="/nowhere", **clue)


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
