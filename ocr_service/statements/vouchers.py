"""The vouchers of a ledger, and the invoices that their texts name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.statement import Problem, StatementEntry
from ocr_service.statements import cells
from ocr_service.statements.cells import Cell, text
from ocr_service.statements.entries import cell, further
from ocr_service.statements.heads import Head
from ocr_service.statements.references import Reference, references
from ocr_service.statements.titles import Meaning

_INPUT_TAX = "进项税"
_WORDS = (Meaning.SUMMARY, Meaning.SUPPLIER, Meaning.BILL_NUMBER)
_LONGEST_TEXT = 500


@dataclass(slots=True)
class _Voucher:
    name: str
    file: str
    sheet: str
    row: int
    day: date | None
    rows: int = 0
    texts: dict[str, None] = field(default_factory=dict)
    references: dict[Reference, None] = field(default_factory=dict)
    seller: str = ""
    debit: Decimal = Decimal(0)
    tax: Decimal | None = None
    further: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Vouchers:
    """Collects the rows of vouchers; a voucher is known by 凭证字, 凭证号 and its period.

    `silent` counts the rows of vouchers that speak of no invoice and book no input tax.
    """

    silent: int = 0
    _found: dict[tuple[str, str], _Voucher] = field(default_factory=dict)

    def take(self, head: Head, file: str, sheet: str, rows: Iterable[tuple[int, Sequence[Cell]]]) -> None:
        """Take in the rows of one table. In a form that names a voucher in its first row alone, the next rows are of the same one."""
        current = ""
        for number, row in rows:
            named = _name(head, row)
            current = named or current or f"row {number}"
            day = _day(head, row)
            found = self._found.setdefault((file, current), _Voucher(current, file, sheet, number, day))
            _take_row(found, head, row)

    def entries(self) -> Iterator[StatementEntry]:
        """An entry for each invoice that a voucher names, and one for a voucher that books input tax and names none."""
        for voucher in self._found.values():
            if voucher.references:
                yield from (_entry(voucher, reference) for reference in voucher.references)
            elif voucher.tax is not None:
                yield _entry(voucher, None)
            else:
                self.silent += voucher.rows


def _take_row(voucher: _Voucher, head: Head, row: Sequence[Cell]) -> None:
    voucher.rows += 1
    for meaning in _WORDS:
        said = text(cell(head, row, meaning))
        if said:
            voucher.texts.setdefault(said)
            voucher.references |= dict.fromkeys(references(said))
    voucher.seller = voucher.seller or text(cell(head, row, Meaning.SUPPLIER))
    voucher.further |= further(head, row)
    debit = _amount(cell(head, row, Meaning.DEBIT))
    account = text(cell(head, row, Meaning.ACCOUNT_NAME)) + text(cell(head, row, Meaning.ACCOUNT_CODE))
    if _INPUT_TAX in account and debit is not None:
        voucher.tax = (voucher.tax or Decimal(0)) + debit
    voucher.debit += debit or Decimal(0)


def _entry(voucher: _Voucher, reference: Reference | None) -> StatementEntry:
    is_alone = len(voucher.references) == 1
    return StatementEntry(
        row=voucher.row,
        sheet=voucher.sheet,
        file=voucher.file,
        rows=voucher.rows,
        number=reference.number if reference else "",
        is_tail=bool(reference and reference.is_tail),
        seller_name=voucher.seller if not voucher.seller.isdigit() else "",
        booked=True,
        voucher=voucher.name,
        booked_on=voucher.day,
        voucher_tax=voucher.tax,
        voucher_total=voucher.debit if is_alone and voucher.debit else None,
        text=" | ".join(voucher.texts)[:_LONGEST_TEXT],
        problem=None if reference else Problem.NO_NUMBER,
        trouble="" if reference else "it books input tax and names no invoice",
        further=dict(voucher.further),
    )


def _name(head: Head, row: Sequence[Cell]) -> str:
    """凭证字-凭证号 with the period before it, as `2025-03 记-12`."""
    whole = text(cell(head, row, Meaning.VOUCHER))
    word, number = (text(cell(head, row, one)) for one in (Meaning.VOUCHER_WORD, Meaning.VOUCHER_NUMBER))
    named = whole or "-".join(part for part in (word, number) if part)
    if not named:
        return ""
    year, period = (text(cell(head, row, one)) for one in (Meaning.YEAR, Meaning.PERIOD))
    day = _day(head, row)
    when = f"{year}-{period}".strip("-") if period else (f"{day:%Y-%m}" if day else "")
    return f"{when} {named}".strip()


def _day(head: Head, row: Sequence[Cell]) -> date | None:
    for meaning in (Meaning.VOUCHER_DATE, Meaning.DATE):
        try:
            day = cells.day(cell(head, row, meaning))
        except (ValueError, OverflowError):
            continue
        if day is not None:
            return day
    return None


def _amount(found: Cell) -> Decimal | None:
    try:
        return cells.amount(found)
    except ValueError:
        return None
