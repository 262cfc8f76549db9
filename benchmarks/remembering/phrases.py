"""How one thing that is remembered is put into words; here what is said of the day."""

import random
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from benchmarks.remembering.world import TODAY, Told
from models.remembered import Clue, RememberedDays

NUMERALS = "零一二三四五六七八九"


class Phrased(NamedTuple):
    """One thing remembered: the clue and the words for it, and how it was made."""

    clue: Clue
    words: str
    how: str


def _stretch(first: date, last: date, words: str, how: str, slack: int = 0) -> Phrased:
    return Phrased(RememberedDays(first, last, slack), words, how)


def _month(day: date, how: str) -> Phrased:
    return _stretch(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), f"{day.year}年{day.month}月", how)


def day_exact(said: Told, rng: random.Random) -> Phrased:
    """The very day."""
    day = said.day
    return _stretch(day, day, f"{day.year}年{day.month}月{day.day}日", "date exact")


def day_month(said: Told, rng: random.Random) -> Phrased:
    """Its month."""
    return _month(said.day, "date month")


def day_quarter(said: Told, rng: random.Random) -> Phrased:
    """Its quarter."""
    quarter = (said.day.month - 1) // 3
    first = date(said.day.year, 3 * quarter + 1, 1)
    last = date(said.day.year, 3 * quarter + 3, monthrange(said.day.year, 3 * quarter + 3)[1])
    return _stretch(first, last, f"{said.day.year}年{NUMERALS[quarter + 1]}季度", "date quarter")


def day_part(said: Told, rng: random.Random) -> Phrased:
    """Which third of its month."""
    day, length = said.day, monthrange(said.day.year, said.day.month)[1]
    place = min((day.day - 1) // 10, 2)
    first, last = day.replace(day=10 * place + 1), day.replace(day=(10, 20, length)[place])
    return _stretch(first, last, f"{day.year}年{day.month}月{'上中下'[place]}旬", "date part of month")


def day_off(said: Told, rng: random.Random) -> Phrased:
    """A day that is a few days off."""
    day = said.day + timedelta(days=rng.choice((-5, -3, -2, -1, 1, 2, 3, 4)))
    return _stretch(day, day, f"{day.year}年{day.month}月{day.day}日", "date, days off")


def day_year(said: Told, rng: random.Random) -> Phrased:
    """Its year alone."""
    year = said.day.year
    words = {TODAY.year - 1: "去年", TODAY.year - 2: "前年"}.get(year, f"{year}年")
    return _stretch(date(year, 1, 1), date(year, 12, 31), words, "date year")


def day_wrong_month(said: Told, rng: random.Random) -> Phrased:
    """The month before or after."""
    return _month((said.day.replace(day=15) + timedelta(days=rng.choice((-30, 30)))), "date, next month")


def day_else(said: Told, rng: random.Random) -> Phrased:
    """A month that is plainly wrong."""
    return _month(said.day.replace(day=15) + timedelta(days=rng.choice((-210, -150, 150, 210))), "date wrong")
