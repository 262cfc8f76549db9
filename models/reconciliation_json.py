"""Lines of a reconciliation as JSON-ready values and back; what says nothing is left out."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from models.reconciliation import ArchivedInvoice, Difference, LineClass, ReconciliationLine
from models.statement import InvoiceState, Problem, Risk, StatementEntry

_ENUMS: Mapping[str, type[Enum]] = {"state": InvoiceState, "risk": Risk, "problem": Problem}
_AMOUNTS = frozenset({"net", "tax", "total", "deductible", "voucher_tax", "voucher_total"})
_DAYS = frozenset({"issued_on", "booked_on", "day"})
_DEFAULTS = {one.name: one.default for one in fields(StatementEntry)}


def encode_entry(entry: StatementEntry) -> dict[str, Any]:
    """An entry, by the names of its attributes; amounts as decimal strings, days as YYYY-MM-DD."""
    told: dict[str, Any] = {}
    for name, nothing in _DEFAULTS.items():
        value = getattr(entry, name)
        if value is not nothing and value != nothing and value != {}:
            told[name] = _plain(value)
    return told


def decode_entry(wire: Mapping[str, Any]) -> StatementEntry:
    """Back from what `encode_entry` gave; raise ValueError, KeyError or TypeError for anything else."""
    return StatementEntry(**{name: _value(name, value) for name, value in wire.items() if name in _DEFAULTS})


def encode_line(line: ReconciliationLine) -> dict[str, Any]:
    """A line with `class`, and what else there is to say."""
    told: dict[str, Any] = {"class": line.main.value, "is_new": line.is_new}
    if line.also:
        told["also"] = [one.value for one in line.also]
    if line.entry is not None:
        told["entry"] = encode_entry(line.entry)
    if line.invoice is not None:
        told["invoice"] = {name: _plain(value) for name, value in line.invoice._asdict().items() if value is not None}
    if line.differences:
        told["differences"] = [one._asdict() for one in line.differences]
    if line.candidates:
        told["candidates"] = list(line.candidates)
    if line.was is not None:
        told["was"] = line.was.value
    return told


def line_to_text(line: ReconciliationLine) -> str:
    """A line as one line of JSON, which every file and database takes: a lone surrogate, from a file's name, becomes `?`."""
    text = json.dumps(encode_line(line), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")


def line_from_text(text: str) -> ReconciliationLine:
    """Back from what `line_to_text` gave; raise as `decode_line` does."""
    return decode_line(json.loads(text))


def decode_line(wire: Mapping[str, Any]) -> ReconciliationLine:
    """Back from what `encode_line` gave; raise ValueError, KeyError or TypeError for anything else."""
    invoice = wire.get("invoice")
    kept = {} if invoice is None else {name: _value(name, invoice.get(name)) for name in ArchivedInvoice._fields}
    return ReconciliationLine(
        main=LineClass(wire["class"]),
        entry=decode_entry(wire["entry"]) if "entry" in wire else None,
        also=tuple(map(LineClass, wire.get("also", ()))),
        invoice=ArchivedInvoice(**kept) if invoice is not None else None,
        differences=tuple(Difference(**one) for one in wire.get("differences", ())),
        candidates=tuple(wire.get("candidates", ())),
        is_new=bool(wire["is_new"]),
        was=LineClass(wire["was"]) if "was" in wire else None,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever an attribute holds
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  # as above
    if value is None:
        return None
    if name in _AMOUNTS:
        return Decimal(value)
    if name in _DAYS:
        return date.fromisoformat(value)
    return _ENUMS[name](value) if name in _ENUMS else value
