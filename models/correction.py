"""What a person set right: kept beside the reading, with what was read before, and carried over to later readings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from models.calendar_words import Doubt, understand
from models.errors import InvalidCorrection
from models.invoice import FIELD_KEYS, InvoiceKind, LineItem
from models.money import typed_amount

_DATES = frozenset({"issue_date"})
_AMOUNTS = frozenset({"tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "unit_price", "fuel_surcharge", "mileage"})
_IDENTIFIERS = frozenset({"invoice_code", "invoice_number", "check_code", "machine_number", "buyer_tax_id", "seller_tax_id", "vin"})
_NOT_STATED = re.compile(r"\*{1,3}")
"""Printed in the place of an amount that is not stated."""
_LONGEST_VALUE = 2000
_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what stood there and what stands there now, the same where a person agreed; None where nothing was or is printed."""

    was: str | None
    now: str | None


class Ground(StrEnum):
    """Why an invoice is out of the lists: withdrawn (作废), no invoice at all (不是发票), or to be photographed anew (退回重拍)."""

    VOID = "void"
    NOT_INVOICE = "not_invoice"
    RETAKE = "retake"

    @property
    def chinese(self) -> str:
        """What a clerk calls it."""
        return _GROUNDS[self]


_GROUNDS = {Ground.VOID: "作废", Ground.NOT_INVOICE: "不是发票", Ground.RETAKE: "退回重拍"}


@dataclass(frozen=True, slots=True)
class Correction:
    """Everything that one person changed in one invoice at one time (UTC), and why.

    `position` is the invoice's place in its document, from 1. `items` and `kind` are None where they were left alone. `withdrawn` says
    that by it the invoice was taken out of the lists (True) or put back into them (False), and nothing else; None leaves that alone.
    `ground` is why it was taken out.
    """

    position: int
    at: datetime
    by: str
    reason: str
    fields: Mapping[str, Change]
    items: tuple[LineItem, ...] | None = None
    kind: InvoiceKind | None = None
    withdrawn: bool | None = None
    ground: Ground = Ground.VOID

    @property
    def changed(self) -> Mapping[str, Change]:
        """The fields that have another value by it."""
        return {key: change for key, change in self.fields.items() if change.was != change.now}

    @property
    def agreed(self) -> tuple[str, ...]:
        """Keys of the fields that the person agreed to, in the usual order."""
        return tuple(key for key in FIELD_KEYS if key in self.fields and key not in self.changed)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks to be set right: values by field key, None for a field that the paper does not have.

    Raises:
        InvalidCorrection: an unknown key, a value that such a field cannot have, nothing to change, or no name or reason given.
    """

    by: str
    reason: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    items: tuple[LineItem, ...] | None = None
    kind: InvoiceKind | None = None

    def __post_init__(self) -> None:
        if not self.fields and self.items is None and self.kind is None:
            raise InvalidCorrection("nothing to correct: give at least one field, the items or the kind")
        _ask_who_and_why(self.by, self.reason)
        values = {key: None if text is None else normal_value(key, text) for key, text in self.fields.items()}
        object.__setattr__(self, "fields", values)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person vouches for as it was read: these fields, or without any the whole invoice.

    Raises:
        InvalidCorrection: an unknown key, or no name or reason given.
    """

    by: str
    reason: str
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _ask_who_and_why(self.by, self.reason)
        for key in self.fields:
            if key not in FIELD_KEYS:
                raise InvalidCorrection(f"no field is called {key!r}", field=key)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a person takes upon themselves: that the check of a rule failed, and the invoice holds nevertheless.

    Raises:
        InvalidCorrection: no name or reason given.
    """

    rule: str
    by: str
    reason: str

    def __post_init__(self) -> None:
        _ask_who_and_why(self.by, self.reason)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A person takes an invoice out of the lists, or with `withdrawn` False puts it back; what is kept of it stays kept.

    Raises:
        InvalidCorrection: no name or reason given.
    """

    by: str
    reason: str
    withdrawn: bool = True
    ground: Ground = Ground.VOID

    def __post_init__(self) -> None:
        _ask_who_and_why(self.by, self.reason)


def _ask_who_and_why(by: str, reason: str) -> None:
    for name, words, asked in (("by", by, "who says so"), ("reason", reason, "why")):
        if not words.strip() or len(words) > _LONGEST_WORDS or not words.isprintable():
            raise InvalidCorrection(f"say in `{name}` {asked}, in at most {_LONGEST_WORDS} characters", field=name)


def normal_value(key: str, text: str) -> str:
    """A value in the form that this field has on the wire: dates YYYY-MM-DD, amounts as decimal strings in yuan.

    Raises:
        InvalidCorrection: no field has this key, or the text is no value of it.
    """
    if key not in FIELD_KEYS:
        raise InvalidCorrection(f"no field is called {key!r}", field=key)
    value = " ".join(text.split())
    if not value or len(value) > _LONGEST_VALUE:
        raise InvalidCorrection(f"{key} needs a value of at most {_LONGEST_VALUE} characters, or null where the paper has none", field=key)
    if key in _DATES:
        return _day(key, value)
    if key in _AMOUNTS and not _NOT_STATED.fullmatch(value):
        return _amount(key, value)
    if key in _IDENTIFIERS:
        return _identifier(key, value)
    return value


def _day(key: str, value: str) -> str:
    days = understand(value)
    if isinstance(days, Doubt) or days.first != days.last:
        raise InvalidCorrection(f"{key} is a day as YYYY-MM-DD, not {value!r}", field=key)
    return days.first.isoformat()


def _amount(key: str, value: str) -> str:
    amount = typed_amount(value)
    if amount is None or amount.copy_abs() >= Decimal(10) ** 15:
        raise InvalidCorrection(f"{key} is a number in yuan such as 1234.50, not {value!r}", field=key)
    return f"{amount:f}"


def _identifier(key: str, value: str) -> str:
    compact = value.replace(" ", "").upper()
    if not re.fullmatch(r"[0-9A-Z]{1,30}", compact):
        raise InvalidCorrection(f"{key} has digits and capital letters only, not {value!r}", field=key)
    return compact
