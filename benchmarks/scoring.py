"""Holds readings against what is really printed.

`exact` is equal after folding (see `folded`), `missed` is printed and not read, `wrong` is read otherwise than printed, and `invented` is
read where nothing is printed. What is wrong or invented is `silent` when the reading vouches for it: the field's status is proved or
repaired, or it is a key field of an accepted invoice.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from benchmarks.labelled import Truth
from models.invoice import FIELD_KEYS, FieldStatus, Invoice, LineItem
from models.verification import Verdict

KEY_FIELDS = ("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id")
ITEM_CELLS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")

_NUMERIC = frozenset(
    {"tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "unit_price", "fuel_surcharge", "mileage", "quantity", "amount"}
)
_VOUCHED = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED})
_DASHES = re.compile(r"[‐-―−]")


class Mistake(NamedTuple):
    """One value that is not as printed; `silent` when the reading vouches for it."""

    file: str
    field: str
    printed: str | None
    read: str | None
    status: str
    silent: bool


class Pair(NamedTuple):
    """What is printed and what was read of it; the one is None for an invoice that is not there, the other for one not found."""

    truth: Truth | None
    read: Invoice | None


@dataclass(slots=True)
class Score:
    """Counts of outcomes by field and by kind, of item rows, of item cells; and every mistake."""

    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rows: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    mistakes: list[Mistake] = field(default_factory=list)
    spurious: Counter[str] = field(default_factory=Counter)

    @property
    def silent(self) -> int:
        """Values that are silently wrong, and accepted invoices that do not exist."""
        return self.total("silent") + self.spurious[Verdict.ACCEPTED.value]

    def total(self, outcome: str, keys: Sequence[str] = FIELD_KEYS) -> int:
        """One count over several fields."""
        return sum(self.fields[key][outcome] for key in keys if key in self.fields)

    def add(self, file: str, pair: Pair, uncertain: frozenset[str] = frozenset()) -> None:
        """Count one invoice; `uncertain` fields are left out."""
        truth, read = pair
        if truth is None:
            if read is not None:
                self.spurious[read.verdict.value] += 1
            return
        kind = self.kinds[truth["kind"]]
        kind["invoices"] += 1
        kind["kind right"] += read is not None and read.kind.value == truth["kind"]
        kind[Verdict.UNREAD.value if read is None else read.verdict.value] += 1
        for key in FIELD_KEYS:
            if key in truth and key not in uncertain:
                self._add_field(file, key, truth, read)
        if isinstance(truth.get("items"), list) and "items" not in uncertain:
            self._add_items(file, truth["items"], () if read is None else read.items)

    def _add_field(self, file: str, key: str, truth: Truth, read: Invoice | None) -> None:
        printed: str | None = truth[key]
        found = None if read is None else read.fields.get(key)
        value = None if found is None else found.value
        outcome = outcome_of(key, printed, value)
        counts, kind = self.fields[key], self.kinds[truth["kind"]]
        counts["printed"] += printed is not None
        kind["printed"] += printed is not None
        if outcome is None:
            return
        counts[outcome] += 1
        kind["exact"] += outcome == "exact"
        if outcome == "exact":
            return
        accepted = read is not None and read.verdict is Verdict.ACCEPTED and key in KEY_FIELDS
        silent = outcome != "missed" and found is not None and (found.status in _VOUCHED or accepted)
        counts["silent"] += silent
        kind["silent"] += silent
        self.mistakes.append(Mistake(file, key, printed, value, "absent" if found is None else found.status.value, silent))

    def _add_items(self, file: str, printed: Sequence[Mapping[str, str | None]], read: Sequence[LineItem]) -> None:
        pairs = paired_rows(printed, read)
        self.rows["printed"] += len(printed)
        self.rows["invented"] += len(read) - sum(row is not None for _, row in pairs)
        for truth, row in pairs:
            values = {cell: (truth.get(cell), None if row is None else getattr(row, cell)) for cell in ITEM_CELLS}
            outcomes = {cell: outcome_of(f"item {cell}", *both) for cell, both in values.items()}
            self.cells.update(outcome for outcome in outcomes.values() if outcome)
            self.cells["printed"] += sum(truth.get(cell) is not None for cell in ITEM_CELLS)
            self.rows["missed" if row is None else "exact" if set(outcomes.values()) <= {"exact", None} else "wrong"] += 1
            off = (cell for cell, outcome in outcomes.items() if outcome not in {"exact", None})
            self.mistakes += [Mistake(file, f"item {cell}", *values[cell], "item", False) for cell in off]


def outcome_of(key: str, printed: str | None, read: str | None) -> str | None:
    """`exact`, `missed`, `wrong` or `invented`; None when nothing is printed and nothing was read."""
    if printed is None:
        return None if read is None else "invented"
    if read is None:
        return "missed"
    return "exact" if folded(key, printed) == folded(key, read) else "wrong"


def folded(key: str, text: str) -> str:
    """One form of what nobody would call different: full and half width, white space, dashes, 元 and 圆; numbers by their value."""
    plain = _DASHES.sub("-", re.sub(r"\s", "", unicodedata.normalize("NFKC", text))).replace("元", "圆").upper()
    if key.removeprefix("item ") not in _NUMERIC:
        return plain
    try:
        return str(Decimal(plain.replace(",", "")).normalize() + 0)
    except InvalidOperation:
        return plain


def paired(truths: Sequence[Truth], invoices: Sequence[Invoice]) -> list[Pair]:
    """Each printed invoice with the reading that has its number, then what is left over on both sides in order."""
    left = list(invoices)
    own: dict[int, Invoice] = {}
    for place, truth in enumerate(truths):
        number = truth.get("invoice_number")
        same = next((invoice for invoice in left if number is not None and invoice.value("invoice_number") == number), None)
        if same is not None:
            own[place] = same
            left.remove(same)
    for place in range(len(truths)):
        if place not in own and left:
            own[place] = left.pop(0)
    return [Pair(truth, own.get(place)) for place, truth in enumerate(truths)] + [Pair(None, invoice) for invoice in left]


def paired_rows(
    printed: Sequence[Mapping[str, str | None]], read: Sequence[LineItem]
) -> list[tuple[Mapping[str, str | None], LineItem | None]]:
    """Each printed row with the row read that shares most cells with it, and at least one."""
    alike = [(_cells_alike(truth, row), -place, -other) for place, truth in enumerate(printed) for other, row in enumerate(read)]
    chosen: dict[int, int] = {}
    for cells, place, other in sorted(alike, reverse=True):
        if cells and -place not in chosen and -other not in chosen.values():
            chosen[-place] = -other
    return [(truth, read[chosen[place]] if place in chosen else None) for place, truth in enumerate(printed)]


def _cells_alike(truth: Mapping[str, str | None], row: LineItem) -> int:
    return sum(outcome_of(f"item {cell}", truth.get(cell), getattr(row, cell)) == "exact" for cell in ITEM_CELLS)
