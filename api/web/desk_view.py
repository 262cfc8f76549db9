"""What the review desk shows of one invoice, and what its form means."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from models.correction import Change
from models.invoice import FIELD_KEYS, Invoice, InvoiceField, InvoiceKind, LineItem
from models.shown_text import as_shown
from models.verification import Outcome
from ocr_service.answers import HistoryEntry, StoredInvoice
from ocr_service.desk import DeskWord, open_checks
from ocr_service.kinds.shown_fields import fields_of
from ocr_service.review import Question, Why, questions

VALUE, WAS, ABSENT, ITEM, ACCEPT = "value.", "was.", "absent.", "item.", "accept."
"""What the names of the form's parts begin with; the field's key, the row and cell, or the rule follow."""
CELLS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")
_NUMBERS = frozenset({"quantity", "unit_price", "amount", "tax_amount"})
BLANK_ROWS = 2
MOST_PARTS = 6_000
"""Of one form: the fields with what stood there, and a table of five hundred rows."""
MOST_ROWS = 500
"""A longer table is not put into a form, which would be cut and lose what is beyond; a program can correct it."""
_ROWS_READ = 600
_ABOUT_LINES = frozenset({"lines_sum_to_amount", "lines_sum_to_tax", "tax_is_amounts_times_rates"})


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One field: what stands in the record, what is typed, and where they differ since somebody else spoke, what stands there now.

    `group` is `open` where it is asked about, `kind` where such an invoice has it, `more` for all others.
    """

    key: str
    stands: str
    typed: str
    group: str
    field: InvoiceField | None
    asked: Question | None
    absent: bool
    outline: str | None
    changed_meanwhile: bool

    @property
    def alternatives(self) -> tuple[str, ...]:
        """What else may stand there."""
        return () if self.field is None else self.field.alternatives


def desk_rows(stored: StoredInvoice, texts: Mapping[str, str], kind: InvoiceKind) -> tuple[DeskRow, ...]:
    """Every field: those that are asked about or that a failed check names first; `texts` are what a refused form held."""
    invoice = stored.invoice
    asked = {question.key: question for question in questions(invoice) if question.key is not None}
    named = {key for check in open_checks(invoice) for key in check.fields if key in FIELD_KEYS}
    listed = fields_of(kind)
    rows = []
    for key in FIELD_KEYS:
        usual = key in listed or key in invoice.fields
        group = "kind" if usual else "more"
        if key in asked or key in named:
            group = "open"
        rows.append(_row(invoice, key, group, asked.get(key), texts))
    return tuple(rows)


def _row(invoice: Invoice, key: str, group: str, asked: Question | None, texts: Mapping[str, str]) -> DeskRow:
    field = invoice.fields.get(key)
    # A box holds one line: what a browser does to a value of several must not pass for a change.
    stands = " ".join(as_shown(invoice.value(key) or "").split())
    typed, was = texts.get(VALUE + key), texts.get(WAS + key, stands)
    is_own = typed is not None and typed.strip() != was.strip()
    outline = None
    if field is not None and field.polygon is not None and field.page == invoice.page:
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in field.polygon.points)
    return DeskRow(
        key=key,
        stands=stands,
        typed=typed if is_own and typed is not None else stands,
        group=group,
        field=field,
        asked=asked,
        absent=ABSENT + key in texts,
        outline=outline,
        changed_meanwhile=was.strip() != stands.strip(),
    )


def item_rows(invoice: Invoice, texts: Mapping[str, str]) -> tuple[LineItem, ...]:
    """The rows of the table as they are shown: typed ones where somebody changed them, those of the record otherwise, and blank ones."""
    typed = _typed_items(texts)
    if len(invoice.items) > MOST_ROWS:
        return ()
    stand = tuple(LineItem(**_shown(item)) for item in invoice.items)
    shown = stand if typed is None or not _is_other(typed, texts.get("was_items")) else typed
    return (*shown, *([LineItem()] * BLANK_ROWS))


def items_json(invoice: Invoice) -> str:
    """The rows of the record, as the form carries them along to tell what somebody changed."""
    return _json([_shown(item) for item in invoice.items])


def items_are_asked(invoice: Invoice) -> bool:
    """Whether a failed check is about the rows."""
    return any(check.rule in _ABOUT_LINES or check.rule.startswith("line_") for check in open_checks(invoice))


def word_of(invoice: Invoice, texts: Mapping[str, str], by: str) -> DeskWord:
    """What a filled in form says: texts that differ from what stood there, the open fields that were left as they are, rows, kind, checks.

    An open field that has no value says nothing while it is left empty, unless it is said to be on no paper.
    """
    fields: dict[str, str | None] = dict(_changes(texts))
    asked = [question.key for question in questions(invoice) if question.key is not None]
    shown = {name.removeprefix(VALUE) for name in texts if name.startswith(VALUE)}
    agreed = tuple(key for key in asked if key in shown and key not in fields and invoice.value(key) is not None)
    typed = _typed_items(texts)
    items = typed if typed is not None and _is_other(typed, texts.get("was_items")) else None
    kind = texts.get("kind", "")
    is_other_kind = kind in set(InvoiceKind) and kind != texts.get("was_kind", invoice.kind)
    reason = texts.get("accept_reason", "")
    accepted = tuple(name.removeprefix(ACCEPT) for name in texts if name.startswith(ACCEPT)) if reason.strip() else ()
    return DeskWord(by, texts.get("reason", ""), fields, agreed, items, InvoiceKind(kind) if is_other_kind else None, accepted, reason)


def _changes(texts: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    for name, text in texts.items():
        key = name.removeprefix(VALUE)
        if key == name or key not in FIELD_KEYS:
            continue
        if text.strip() != texts.get(WAS + key, "").strip():
            yield key, text.strip() or None
        elif ABSENT + key in texts:
            yield key, None


def _typed_items(texts: Mapping[str, str]) -> tuple[LineItem, ...] | None:
    """The rows of a form without the empty ones; None where it has no table."""
    if "was_items" not in texts:
        return None
    rows = []
    for number in range(_ROWS_READ):
        cells = {cell: _cell(cell, texts.get(f"{ITEM}{number}.{cell}", "")) for cell in CELLS}
        if any(cells.values()):
            rows.append(LineItem(**cells))
    return tuple(rows)


def _cell(cell: str, text: str) -> str | None:
    value = " ".join(text.split())
    if cell in _NUMBERS:
        value = value.replace(",", "").replace("，", "").lstrip("¥￥")
    return value or None


def _is_other(items: tuple[LineItem, ...], was: str | None) -> bool:
    return was is not None and _json([_shown(item) for item in items]) != was


def _shown(item: LineItem) -> dict[str, str | None]:
    return {cell: _cell(cell, as_shown(value or "")) for cell, value in asdict(item).items()}


def _json(rows: list[dict[str, str | None]]) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else said of an invoice while a form was filled in."""

    by: str
    fields: Mapping[str, Change]
    entry: HistoryEntry


def meanwhile(history: tuple[HistoryEntry, ...], version: int) -> tuple[Meanwhile, ...]:
    """What was said after this version, oldest first."""
    found = []
    for entry in history:
        if entry.version > version:
            found += [Meanwhile(one.by, one.changed, entry) for one in entry.corrections]
            found += [Meanwhile(one.by, {}, entry) for one in entry.overrides.values()]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class CheckCounts:
    """How many checks passed, how many do not hold and are open, and how many of those somebody accepted."""

    passed: int
    failed: int
    accepted: int


def check_counts(invoice: Invoice) -> CheckCounts:
    """The checks of an invoice, counted."""
    failed = [check for check in invoice.checks if check.outcome is Outcome.FAIL]
    accepted = sum(check.override is not None for check in failed)
    return CheckCounts(sum(check.outcome is Outcome.PASS for check in invoice.checks), len(failed) - accepted, accepted)


def is_contradicted(asked: tuple[Question, ...]) -> bool:
    """Whether another scan of the same invoice says something else."""
    return any(question.why is Why.OTHER_SCAN_DIFFERS for question in asked)
