"""Holes in series: what comes by the month, and numbers one after the other."""

from datetime import date

import pytest

from models.series import Hole, missing_months, missing_numbers


def days(*months: int, year: int = 2025, party: str = "房东") -> list[tuple[str, date]]:
    return [(party, date(year, month, 5)) for month in months]


def test_the_month_without_rent_is_a_hole() -> None:
    assert list(missing_months(days(1, 2, 3, 4, 6, 7))) == [Hole("房东", ("2025-05",))]


def test_a_hole_across_the_end_of_a_year() -> None:
    assert list(missing_months(days(10, 11) + days(1, 2, year=2026))) == [Hole("房东", ("2025-12",))]


@pytest.mark.parametrize("months", [(1, 2, 3, 4, 5), (1, 3, 5), (1, 4, 7, 10), (6,)])
def test_what_is_complete_or_does_not_come_by_the_month_has_no_hole(months: tuple[int, ...]) -> None:
    assert list(missing_months(days(*months))) == []


def test_each_party_has_months_of_its_own() -> None:
    both = days(1, 2, 4, 5) + days(3, party="别人")

    assert list(missing_months(both)) == [Hole("房东", ("2025-03",))]


def test_a_number_between_two_is_missing() -> None:
    found = missing_numbers([("甲", "1100254130", number) for number in ("00000099", "00000101", "00000105")], 1)

    assert list(found) == [Hole("甲", ("00000100",), "1100254130")]


def test_numbers_of_other_codes_and_parties_and_without_a_code_are_no_neighbours() -> None:
    numbered = [("甲", "1", "11"), ("甲", "2", "13"), ("乙", "1", "13"), ("甲", "", "13"), ("甲", "1", "1X")]

    assert list(missing_numbers(numbered, 3)) == []
