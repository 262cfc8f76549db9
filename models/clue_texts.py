"""Clues as people type them, the same on the command line, in a query string and in a form."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from models.clues import AmountClue, Clues, DateClue, ListState
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.verification import Verdict

_LARGEST = Decimal(10) ** 15


def parse_clues(texts: Mapping[str, str], limit: int = 20) -> Clues:
    """Read the texts of `text number code seller buyer tax_id amount amount_min amount_max date date_from date_to kind verdict state`;
    blank is no clue.

    Raises:
        InvalidClue: a text cannot be understood, a range is empty, or a value and a range are given together.
    """
    given = {name: text.strip() for name, text in texts.items() if text.strip()}
    return Clues(
        text=given.get("text"),
        number=given.get("number"),
        code=given.get("code"),
        seller=given.get("seller"),
        buyer=given.get("buyer"),
        tax_id=given.get("tax_id"),
        amount=_amount(given.get("amount"), given.get("amount_min"), given.get("amount_max")),
        date=_date(given.get("date"), given.get("date_from"), given.get("date_to")),
        kind=_kind(given.get("kind")),
        verdicts=_verdicts(given.get("verdict", "")),
        limit=limit,
        state=_state(given.get("state")),
    )


def _amount(value: str | None, least: str | None, most: str | None) -> AmountClue | None:
    if value is not None:
        if least is not None or most is not None:
            raise InvalidClue("give either amount or amount_min and amount_max")
        return AmountClue.parse(value)
    if least is None and most is None:
        return None
    low = -_LARGEST if least is None else AmountClue.parse(least).low
    high = _LARGEST if most is None else AmountClue.parse(most).high
    if low > high:
        raise InvalidClue(f"amount_min {least} is more than amount_max {most}")
    return AmountClue(low, high)


def _date(value: str | None, first: str | None, last: str | None) -> DateClue | None:
    if value is not None:
        if first is not None or last is not None:
            raise InvalidClue("give either date or date_from and date_to")
        return DateClue.parse(value)
    if first is None and last is None:
        return None
    begin = date.min if first is None else DateClue.parse(first).first
    end = date.max if last is None else DateClue.parse(last).last
    if begin > end:
        raise InvalidClue(f"date_from {first} is later than date_to {last}")
    return DateClue(begin, end)


def _kind(name: str | None) -> InvoiceKind | None:
    if name is None:
        return None
    try:
        return InvoiceKind(name)
    except ValueError:
        raise InvalidClue(f"no kind of invoice: {name!r}; known are {', '.join(InvoiceKind)}") from None


def _state(name: str | None) -> ListState:
    try:
        return ListState(name or ListState.LISTED)
    except ValueError:
        raise InvalidClue(f"not a state: {name!r}; write one of {', '.join(ListState)}", clue="state") from None


def _verdicts(names: str) -> tuple[Verdict, ...]:
    try:
        return tuple(Verdict(name.strip()) for name in names.split(",") if name.strip())
    except ValueError:
        raise InvalidClue(
            f"not verdicts: {names!r}; write one or more of {', '.join(Verdict)}, separated by commas", clue="verdict"
        ) from None
