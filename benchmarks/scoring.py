"""Holds readings against what is really printed.

`exact` is equal after folding (see `folded`), `missed` is printed and not read, `wrong` is read otherwise than printed, and `invented` is
read where nothing is printed. What is wrong or invented is `silent` when the reading vouches for it: the field's status is proved or
repaired, or it is a key field of an accepted invoice. Any other wrong value in an accepted invoice is `unproved`: it is shown as read by
one witness alone.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks.folding import folded
from benchmarks.labelled import LabelledFile, Truth
from models.invoice import FIELD_KEYS, FieldStatus, Invoice, LineItem
from models.verification import Verdict

KEY_FIELDS = ("invoice_code", "invoice_number", "issue_date", "tax_inclusive_amount", "seller_tax_id")
TICKET_FIELD = "ticket_number"
"""What identifies a ticket that has no invoice number."""
ROW_CELLS = ("name", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")
"""An item row is exact when all of these that are printed are."""
ITEM_CELLS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")
VAT_FAMILY = (
    "vat_special",
    "vat_general",
    "vat_roll",
    "vat_electronic_special",
    "vat_electronic_general",
    "toll_electronic",
    "digital_special",
    "digital_general",
)

_VOUCHED = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED})


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


class Place(NamedTuple):
    """Where something is counted: how the picture came about, the kind that is printed, and the field (empty: the invoice)."""

    medium: str
    kind: str
    field: str = ""


@dataclass(slots=True)
class Score:
    """Counts of outcomes by place, of item rows and cells; every mistake; invoices read that are not there."""

    fields: dict[Place, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    papers: dict[Place, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    rows: dict[Place, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    cells: dict[Place, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    mistakes: list[Mistake] = field(default_factory=list)
    spurious: Counter[str] = field(default_factory=Counter)

    @property
    def silent(self) -> int:
        """Values that are silently wrong, and accepted invoices that do not exist."""
        return self.total("silent") + self.spurious[Verdict.ACCEPTED.value]

    def total(self, outcome: str, keys: Collection[str] = FIELD_KEYS, *, medium: str | None = None, kind: str | None = None) -> int:
        """One count over several fields, of one medium or kind or of all."""
        return sum(
            counts[outcome]
            for place, counts in self.fields.items()
            if place.field in keys and _within(place, medium, kind) and counts[outcome]
        )

    def counted(self, what: str, *, medium: str | None = None, kind: str | None = None) -> int:
        """How many invoices: `invoices`, `kind right`, a verdict, `qr`, `qr accepted`, `plain`, `plain accepted`, `whole`."""
        return _sum(self.papers, what, medium, kind)

    def rows_counted(self, outcome: str, *, medium: str | None = None, kind: str | None = None) -> int:
        """How many item rows are `printed`, `exact`, `wrong`, `missed` or `invented`."""
        return _sum(self.rows, outcome, medium, kind)

    def cells_counted(self, outcome: str, *, medium: str | None = None, kind: str | None = None) -> int:
        """How many cells of item rows are `printed`, `exact`, `wrong`, `missed` or `invented`."""
        return _sum(self.cells, outcome, medium, kind)

    def add_file(self, file: LabelledFile, invoices: Sequence[Invoice]) -> None:
        """Count one file with what was read of it.

        A page without an invoice gives one that says so, and a paper that nobody knows becomes `other`: neither was invented.
        """
        pairs = paired(file.invoices, invoices)
        for pair in pairs:
            self.add(file, pair)

    def add(self, file: LabelledFile, pair: Pair) -> None:
        """Count one invoice of a file; its `uncertain` fields are left out."""
        truth, read = pair
        if truth is None:
            if read is not None and (
                read.verdict is Verdict.ACCEPTED or (read.verdict is not Verdict.UNREAD and read.kind.value != "other")
            ):
                self.spurious[read.verdict.value] += 1
            return
        paper = self.papers[Place(file.medium, truth["kind"])]
        keys = [key for key in FIELD_KEYS if key in truth and key not in file.uncertain]
        whole = [self._add_field(file, key, truth, read) for key in keys]
        paper["invoices"] += 1
        paper["whole"] += all(whole)
        paper["kind right"] += read is not None and read.kind.value == truth["kind"]
        self._add_verdict(paper, truth["kind"], file.shows_code(truth), Verdict.UNREAD if read is None else read.verdict)
        if truth.get("items") and "items" not in file.uncertain:
            self._add_items(file, truth, () if read is None else read.items)

    @staticmethod
    def _add_verdict(paper: Counter[str], kind: str, coded: bool, verdict: Verdict) -> None:
        accepted = verdict is Verdict.ACCEPTED
        paper[verdict.value] += 1
        if coded:
            paper["qr"] += 1
            paper["qr accepted"] += accepted
        elif kind in VAT_FAMILY:
            paper["plain"] += 1
            paper["plain accepted"] += accepted

    def _add_field(self, file: LabelledFile, key: str, truth: Truth, read: Invoice | None) -> bool:
        """Count one field; False for a key field that is printed and not exact."""
        printed: str | None = truth[key] or None
        found = None if read is None else read.fields.get(key)
        value = None if found is None else found.value
        outcome = outcome_of(key, printed, value)
        counts = self.fields[Place(file.medium, truth["kind"], key)]
        counts["printed"] += printed is not None
        if outcome is None or (outcome == "invented" and not file.blanks_are_sure):
            return True
        counts[outcome] += 1
        if outcome == "exact":
            return True
        accepted = read is not None and read.verdict is Verdict.ACCEPTED
        differs = outcome != "missed" and found is not None
        silent = differs and found is not None and (found.status in _VOUCHED or (accepted and key in KEY_FIELDS))
        counts["silent"] += silent
        counts["unproved"] += differs and accepted and not silent
        self.mistakes.append(Mistake(file.name, key, printed, value, "absent" if found is None else found.status.value, silent))
        return key not in KEY_FIELDS or outcome == "invented"

    def _add_items(self, file: LabelledFile, truth: Truth, read: Sequence[LineItem]) -> None:
        rows, cells = self.rows[Place(file.medium, truth["kind"])], self.cells[Place(file.medium, truth["kind"])]
        pairs = paired_rows(truth["items"], read)
        rows["printed"] += len(truth["items"])
        rows["invented"] += len(read) - sum(row is not None for _, row in pairs)
        for printed, row in pairs:
            values = {cell: (printed.get(cell), None if row is None else getattr(row, cell)) for cell in ITEM_CELLS}
            outcomes = {cell: outcome_of(f"item {cell}", *both) for cell, both in values.items()}
            cells.update(outcome for outcome in outcomes.values() if outcome)
            cells["printed"] += sum(printed.get(cell) is not None for cell in ITEM_CELLS)
            whole = all(outcomes[cell] == "exact" for cell in ROW_CELLS if printed.get(cell) is not None)
            rows["missed" if row is None else "exact" if whole else "wrong"] += 1
            off = (cell for cell, outcome in outcomes.items() if outcome not in {"exact", None})
            self.mistakes += [Mistake(file.name, f"item {cell}", *values[cell], "item", False) for cell in off]


def outcome_of(key: str, printed: str | None, read: str | None) -> str | None:
    """`exact`, `missed`, `wrong` or `invented`; None when nothing is printed and nothing was read."""
    if printed is None:
        return None if read is None else "invented"
    if read is None:
        return "missed"
    return "exact" if folded(key, printed) == folded(key, read) else "wrong"


def paired(truths: Sequence[Truth], invoices: Sequence[Invoice]) -> list[Pair]:
    """Each printed invoice with the reading that shares most fields with it, then what is left over on both sides in order."""
    shared = [
        (_fields_alike(truth, invoice), -place, -other) for place, truth in enumerate(truths) for other, invoice in enumerate(invoices)
    ]
    chosen: dict[int, int] = {}
    for _, place, other in sorted(shared, reverse=True):
        if -place not in chosen and -other not in chosen.values():
            chosen[-place] = -other
    pairs = [Pair(truth, invoices[chosen[place]] if place in chosen else None) for place, truth in enumerate(truths)]
    return pairs + [Pair(None, invoice) for other, invoice in enumerate(invoices) if other not in chosen.values()]


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


def _fields_alike(truth: Truth, invoice: Invoice) -> int:
    return sum(outcome_of(key, truth.get(key), invoice.value(key)) == "exact" for key in FIELD_KEYS)


def _cells_alike(truth: Mapping[str, str | None], row: LineItem) -> int:
    return sum(outcome_of(f"item {cell}", truth.get(cell), getattr(row, cell)) == "exact" for cell in ITEM_CELLS)


def _sum(counts: Mapping[Place, Counter[str]], what: str, medium: str | None, kind: str | None) -> int:
    return sum(counter[what] for place, counter in counts.items() if _within(place, medium, kind))


def _within(place: Place, medium: str | None, kind: str | None) -> bool:
    return medium in (None, place.medium) and kind in (None, place.kind)
