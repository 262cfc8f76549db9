"""What people type about a loss, in a form, an option or a request, understood in one way."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from models.calendar_words import Doubt, understand
from models.clues import MAX_AMOUNT
from models.digest import Digest
from models.errors import InvalidCase
from models.invoice import InvoiceKind
from models.loss import LostInvoice
from models.loss_rules import Circumstance, LostCopy
from models.money import CENT, typed_amount

UNKNOWN = "unknown"
"""A kind that nobody remembers."""
FACTS = ("kind", "code", "number", "issued_on", "seller_name", "seller_tax_id", "buyer_name", "total")
"""What may be told of the lost invoice."""
_Word = TypeVar("_Word", bound=StrEnum)


def understood(texts: Mapping[str, str]) -> dict[str, Any]:
    """The values that texts mean, by the same names: attributes of LossCase and LostInvoice.

    Raises:
        InvalidCase: a name means nothing, or a text cannot be understood.
    """
    values = {}
    for name, text in texts.items():
        if name not in _MEANINGS:
            raise InvalidCase(f"nothing of a case is called {name}; known are {', '.join(_MEANINGS)}", field=name)
        values[name] = _MEANINGS[name](name, text.strip())
    return values


def lost_invoice(values: Mapping[str, Any]) -> LostInvoice:
    """The invoice of values that were understood."""
    return LostInvoice(**{name: value for name, value in values.items() if name in FACTS})


def word(kind: type[_Word], name: str, text: str) -> _Word:
    """One of the words of a table; raise InvalidCase with those that there are."""
    try:
        return kind(text)
    except ValueError:
        raise InvalidCase(f"`{name}` is one of {', '.join(kind)}, not {text!r}", field=name) from None


def day(name: str, text: str) -> date:
    """A single day as people write it; raise InvalidCase."""
    days = understand(text)
    if isinstance(days, Doubt) or days.first != days.last:
        raise InvalidCase(f"`{name}` is a day such as 2026-03-02, not {text!r}", field=name)
    return days.first


def digest_named(text: str) -> Digest:
    """A SHA-256, with or without its name before it; raise InvalidCase."""
    try:
        return Digest(text.strip().lower().removeprefix("sha256:"))
    except ValueError:
        raise InvalidCase("a SHA-256 has 64 hex digits", field="digest") from None


def _kind(name: str, text: str) -> InvoiceKind | None:
    return None if text in ("", UNKNOWN) else word(InvoiceKind, name, text)


def _optional_day(name: str, text: str) -> date | None:
    return day(name, text) if text else None


def _yuan(name: str, text: str) -> Decimal | None:
    if not text:
        return None
    amount = typed_amount(text)
    if amount is None or amount.copy_abs() >= MAX_AMOUNT or amount != amount.quantize(CENT):
        raise InvalidCase(f"`{name}` is an amount such as 1200 or 1200.50, not {text!r}", field=name)
    return amount.quantize(CENT)


def _known(name: str, text: str) -> bool | None:
    known = {"": None, UNKNOWN: None, "yes": True, "no": False}
    if text not in known:
        raise InvalidCase(f"`{name}` is yes, no or unknown", field=name)
    return known[text]


def _words(_: str, text: str) -> str:
    return text


_MEANINGS: Mapping[str, Callable[[str, str], Any]] = {
    "lost": lambda name, text: word(LostCopy, name, text),
    "circumstance": lambda name, text: word(Circumstance, name, text or Circumstance.ORDINARY),
    "discovered_on": day,
    "lost_by": _words,
    "deducted": _known,
    "booked": _known,
    "voucher": _words,
    "kind": _kind,
    "code": _words,
    "number": _words,
    "issued_on": _optional_day,
    "seller_name": _words,
    "seller_tax_id": _words,
    "buyer_name": _words,
    "total": _yuan,
}
