"""What people remember of an invoice, made from one that is there."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from models.clues import AmountClue, Clues, DateClue
from models.invoice import Invoice

Question = Callable[[Invoice, random.Random], Clues]

_CERTAIN = 4
"""Characters of a name that belong to its legal form and that nobody asks by."""


def _number(invoice: Invoice) -> str:
    return invoice.value("invoice_number") or ""


def _middle(invoice: Invoice, rng: random.Random, length: int = 5) -> str:
    """Digits out of the part of a number that counts up."""
    number = _number(invoice)[-8:]
    start = rng.randrange(1, len(number) - length)
    return number[start : start + length]


def _gaps(invoice: Invoice, _: random.Random) -> str:
    """The last eight digits, the first and the fifth illegible: `*?123?567`."""
    number = _number(invoice)[-8:]
    return f"*?{number[1:4]}?{number[5:]}"


def _seller(invoice: Invoice, rng: random.Random, length: int) -> str:
    name = (invoice.value("seller_name") or "")[:-_CERTAIN]
    start = rng.randrange(len(name) - length + 1)
    return name[start : start + length]


def _own_name(invoice: Invoice) -> str:
    """Two characters of the middle of the seller's name, where its own name stands."""
    name = (invoice.value("seller_name") or "")[:-_CERTAIN]
    return name[3:5]


def _misread(invoice: Invoice, rng: random.Random) -> str:
    """Six characters of the seller's name, one of them wrong."""
    part = _seller(invoice, rng, 6)
    place = rng.randrange(1, 5)
    return f"{part[:place]}某{part[place + 1 :]}"


def _amount(invoice: Invoice) -> Decimal:
    return Decimal(invoice.value("tax_inclusive_amount") or 0)


def _within_one_per_cent(invoice: Invoice) -> AmountClue:
    return AmountClue(_amount(invoice) * Decimal("0.99"), _amount(invoice) * Decimal("1.01"))


def _about(invoice: Invoice) -> AmountClue:
    """The total as it is remembered: its first three digits."""
    return AmountClue.parse(f"{_amount(invoice):.3g}~")


def _days(invoice: Invoice, rng: random.Random, count: int) -> DateClue:
    first = date.fromisoformat(invoice.value("issue_date") or "") - timedelta(days=rng.randrange(count))
    return DateClue(first, first + timedelta(days=count - 1))


def _month(invoice: Invoice) -> DateClue:
    return DateClue.parse((invoice.value("issue_date") or "")[:7])


def _goods(invoice: Invoice) -> str:
    return (invoice.items[0].name or "").rpartition("*")[2]


def _contract(invoice: Invoice) -> str:
    return (invoice.value("remarks") or "").removeprefix("合同号")


QUESTIONS: Mapping[str, Question] = {
    "number, whole": lambda invoice, _: Clues(number=_number(invoice)),
    "number, its first 5 digits": lambda invoice, _: Clues(number=f"{_number(invoice)[:5]}*"),
    "number, its last 5 digits": lambda invoice, _: Clues(number=f"*{_number(invoice)[-5:]}"),
    "number, 5 digits out of it": lambda invoice, rng: Clues(number=_middle(invoice, rng)),
    "number, ?123?567": lambda invoice, rng: Clues(number=_gaps(invoice, rng)),
    "amount, exact": lambda invoice, _: Clues(amount=AmountClue.parse(str(_amount(invoice)))),
    "amount, about": lambda invoice, _: Clues(amount=_about(invoice)),
    "amount ±1 % and 90 days": lambda invoice, rng: Clues(amount=_within_one_per_cent(invoice), date=_days(invoice, rng, 90)),
    "seller, 3 characters": lambda invoice, rng: Clues(seller=_seller(invoice, rng, 3)),
    "seller, 2 characters of its own name": lambda invoice, _: Clues(seller=_own_name(invoice)),
    "seller, any 2 characters": lambda invoice, rng: Clues(seller=_seller(invoice, rng, 2)),
    "seller, 有限": lambda *_: Clues(seller="有限"),
    "seller, any 2 characters, and month": lambda invoice, rng: Clues(seller=_seller(invoice, rng, 2), date=_month(invoice)),
    "seller, 6 characters, one wrong": lambda invoice, rng: Clues(seller=_misread(invoice, rng)),
    "seller, one wrong, 120 days, amount about": lambda invoice, rng: Clues(
        seller=_misread(invoice, rng), date=_days(invoice, rng, 120), amount=_about(invoice)
    ),
    "tax id, whole": lambda invoice, _: Clues(tax_id=invoice.value("seller_tax_id")),
    "text, a rare phrase": lambda invoice, _: Clues(text=_contract(invoice)),
    "text, a common word": lambda invoice, _: Clues(text=_goods(invoice)),
    "text, two words": lambda invoice, _: Clues(text=f"{_goods(invoice)} {invoice.value('drawer')}"),
    "no clue: the newest": lambda *_: Clues(),
}
"""Each makes its clues from an invoice that is there."""
