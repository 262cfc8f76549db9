"""The register's filters as people write them: the same in a query string, in a form, on the command line and in a saved view."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import TypeVar

from models.calendar_words import CHINA
from models.clues import MAX_AMOUNT, AmountClue, DateClue
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.money import CENT
from models.papers import PaperState
from models.register import Listing, ReceivedClue, RegisterFilter
from models.verification import Verdict

FILTERS = (
    *("date", "date_from", "date_to", "received", "received_since", "received_until", "amount", "amount_min", "amount_max"),
    *("kind", "seller", "buyer", "party", "verdict", "batch", "paper", "box", "department", "state", "duplicates", "text"),
)
"""Names of the parameters that `parse_register` knows; more than one kind, verdict or paper are separated by commas."""
_Each = TypeVar("_Each", bound=StrEnum)
_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_YES, _NO = frozenset({"1", "true", "yes", "only", "是"}), frozenset({"0", "false", "no", "none", "否"})


def _month_begin(day: date, months: int) -> date:
    """The first of the month that lies so many months from a day's."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _months(months: int, many: int = 1) -> Callable[[date], DateClue]:
    return lambda today: DateClue(_month_begin(today, months), _month_begin(today, months + many) - _DAY)


def _quarter(today: date, back: int) -> DateClue:
    begin = _month_begin(today, -((today.month - 1) % 3) - 3 * back)
    return DateClue(begin, _month_begin(begin, 3) - _DAY)


def _year(today: date, back: int) -> DateClue:
    return DateClue(date(today.year - back, 1, 1), date(today.year - back, 12, 31))


def _week(today: date, back: int) -> DateClue:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    return DateClue(monday, monday + 6 * _DAY)


_RELATIVE: Mapping[str, Callable[[date], DateClue]] = {
    "today": lambda today: DateClue(today, today),
    "yesterday": lambda today: DateClue(today - _DAY, today - _DAY),
    "this_week": lambda today: _week(today, 0),
    "last_week": lambda today: _week(today, 1),
    "this_month": _months(0),
    "last_month": _months(-1),
    "this_quarter": lambda today: _quarter(today, 0),
    "last_quarter": lambda today: _quarter(today, 1),
    "this_year": lambda today: _year(today, 0),
    "last_year": lambda today: _year(today, 1),
}
_CHINESE = {
    **{"今天": "today", "昨天": "yesterday", "本周": "this_week", "上周": "last_week", "本月": "this_month", "上月": "last_month"},
    **{"上个月": "last_month", "这个月": "this_month", "本季度": "this_quarter", "上季度": "last_quarter"},
    **{"今年": "this_year", "本年": "this_year", "去年": "last_year", "上年": "last_year"},
}


def parse_register(texts: Mapping[str, str], today: date) -> RegisterFilter:
    """Read the texts of `FILTERS`; blank is no condition. Days are China's, and `today` is the one that 本月 and its like are counted from.

    Raises:
        InvalidClue: a name is unknown, a text cannot be understood, a range is empty, or a value and a range are given together; detail
            `clue` is the parameter's name.
    """
    unknown = sorted(texts.keys() - set(FILTERS))
    if unknown:
        raise InvalidClue(f"the register knows no {unknown[0]!r}; its filters are {', '.join(FILTERS)}", clue=unknown[0])
    given = {name: text.strip() for name, text in texts.items() if text.strip()}
    return RegisterFilter(
        issued=_issued(given, today),
        received=_received(given, today),
        amount=_amount(given),
        kinds=_some(InvoiceKind, "kind", given, {kind.chinese: kind for kind in InvoiceKind}),
        seller=given.get("seller"),
        buyer=given.get("buyer"),
        party=given.get("party"),
        verdicts=_some(Verdict, "verdict", given, {}),
        batch=given.get("batch"),
        papers=_some(PaperState, "paper", given, {state.chinese: state for state in PaperState}),
        box=given.get("box"),
        department=given.get("department"),
        listing=_listing(given.get("state")),
        duplicates=_either(given.get("duplicates")),
        text=given.get("text"),
    )


def where_texts(conditions: Iterable[str]) -> dict[str, str]:
    """The texts of conditions that are written as `name=text`, as a command takes them.

    Raises:
        InvalidClue: one is written otherwise, or two have one name.
    """
    found: dict[str, str] = {}
    for condition in conditions:
        name, sign, text = condition.partition("=")
        if not sign or not name.strip():
            raise InvalidClue(f"write a condition as NAME=TEXT, such as seller=科技, not {condition!r}", clue="where")
        known = name.strip()
        if known in found:
            raise InvalidClue(f"{known} is given twice: more than one kind, verdict or paper are separated by commas", clue=known)
        found[known] = text
    return found


def texts_of(asked: RegisterFilter) -> dict[str, str]:
    """The texts that `parse_register` reads as this filter again, for addresses and forms; what is not asked for is left out."""
    found = {
        **_issued_texts(asked.issued),
        **_received_texts(asked.received),
        **_amount_texts(asked.amount),
        "kind": ",".join(asked.kinds),
        "verdict": ",".join(asked.verdicts),
        "paper": ",".join(asked.papers),
        "state": "" if asked.listing is Listing.LISTED else asked.listing.value,
        "duplicates": "" if asked.duplicates is None else str(int(asked.duplicates)),
    }
    found |= {name: getattr(asked, name) or "" for name in ("seller", "buyer", "party", "batch", "box", "department", "text")}
    return {name: text for name, text in found.items() if text}


def _days(name: str, text: str, today: date) -> DateClue:
    word = _CHINESE.get(text, text.casefold().replace(" ", "_").replace("-", "_"))
    if word in _RELATIVE:
        return _RELATIVE[word](today)
    try:
        return DateClue.parse(text)
    except InvalidClue as error:
        raise InvalidClue(f"{name}: {error.message}", **{**error.details, "clue": name}) from None


def _issued(given: Mapping[str, str], today: date) -> DateClue | None:
    value, first, last = given.get("date"), given.get("date_from"), given.get("date_to")
    if value is not None:
        if first is not None or last is not None:
            raise InvalidClue("give either date or date_from and date_to", clue="date")
        return _days("date", value, today)
    if first is None and last is None:
        return None
    begin = date.min if first is None else _days("date_from", first, today).first
    end = date.max if last is None else _days("date_to", last, today).last
    if begin > end:
        raise InvalidClue(f"date_from {first} is later than date_to {last}: write the earlier one first", clue="date_from")
    return DateClue(begin, end)


def _received(given: Mapping[str, str], today: date) -> ReceivedClue | None:
    value, since, until = given.get("received"), given.get("received_since"), given.get("received_until")
    if value is not None:
        if since is not None or until is not None:
            raise InvalidClue("give either received or received_since and received_until", clue="received")
        days = _days("received", value, today)
        return ReceivedClue(_begin_of(days.first), _begin_of(days.last + _DAY))
    if since is None and until is None:
        return None
    begin = None if since is None else _moment("received_since", since, today)
    end = None if until is None else _moment("received_until", until, today, last=True)
    return ReceivedClue(begin, end)


def _moment(name: str, text: str, today: date, *, last: bool = False) -> datetime:
    """A time such as 2026-03-02T08:30:00+08:00, or the begin of a day; as the last one that which follows it, or the end of the day."""
    try:
        exact = None if len(text) <= len("2026-03-02") else datetime.fromisoformat(text)
    except ValueError:
        exact = None
    if exact is not None:
        moment = (exact if exact.tzinfo is not None else exact.replace(tzinfo=CHINA)).astimezone(UTC)
        moment -= timedelta(microseconds=moment.microsecond % 1000)
        return moment + _MILLISECOND if last else moment
    days = _days(name, text, today)
    return _begin_of(days.last + _DAY) if last else _begin_of(days.first)


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA).astimezone(UTC)


def _amount(given: Mapping[str, str]) -> AmountClue | None:
    value, least, most = given.get("amount"), given.get("amount_min"), given.get("amount_max")
    if value is not None:
        if least is not None or most is not None:
            raise InvalidClue("give either amount or amount_min and amount_max", clue="amount")
        return _yuan("amount", value)
    if least is None and most is None:
        return None
    low = -MAX_AMOUNT if least is None else _yuan("amount_min", least).low
    high = MAX_AMOUNT if most is None else _yuan("amount_max", most).high
    if low > high:
        raise InvalidClue(f"amount_min {least} is more than amount_max {most}: write the smaller one first", clue="amount_min")
    return AmountClue(low, high)


def _yuan(name: str, text: str) -> AmountClue:
    try:
        about = AmountClue.parse(text)
        return AmountClue(about.low.quantize(CENT, ROUND_CEILING), about.high.quantize(CENT, ROUND_FLOOR))
    except InvalidClue as error:
        raise InvalidClue(f"{name}: {error.message}", **{**error.details, "clue": name}) from None


def _some(values: type[_Each], name: str, given: Mapping[str, str], words: Mapping[str, _Each]) -> tuple[_Each, ...]:
    found: dict[_Each, None] = {}
    for word in filter(None, map(str.strip, given.get(name, "").replace("，", ",").split(","))):
        if word in words:
            found[words[word]] = None
            continue
        try:
            found[values(word)] = None
        except ValueError:
            raise InvalidClue(f"no {name}: {word!r}; write one or more of {', '.join(values)}, separated by commas", clue=name) from None
    return tuple(found)


def _listing(name: str | None) -> Listing:
    try:
        return Listing(name or Listing.LISTED)
    except ValueError:
        raise InvalidClue(f"not a state: {name!r}; write one of {', '.join(Listing)}", clue="state") from None


def _either(text: str | None) -> bool | None:
    if text is None:
        return None
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise InvalidClue(f"duplicates is 1 (only those) or 0 (none of those), not {text!r}", clue="duplicates")


def _issued_texts(issued: DateClue | None) -> dict[str, str]:
    if issued is None:
        return {}
    return {
        "date_from": "" if issued.first == date.min else issued.first.isoformat(),
        "date_to": "" if issued.last == date.max else issued.last.isoformat(),
    }


def _received_texts(received: ReceivedClue | None) -> dict[str, str]:
    if received is None:
        return {}
    last = None if received.before is None else received.before - _MILLISECOND
    return {
        "received_since": "" if received.since is None else received.since.isoformat(),
        "received_until": "" if last is None else last.isoformat(),
    }


def _amount_texts(amount: AmountClue | None) -> dict[str, str]:
    if amount is None:
        return {}
    return {
        "amount_min": "" if amount.low == -MAX_AMOUNT else _plain(amount.low),
        "amount_max": "" if amount.high == MAX_AMOUNT else _plain(amount.high),
    }


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
