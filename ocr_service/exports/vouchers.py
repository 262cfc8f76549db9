"""Vouchers of a ledger: one for each invoice, balanced to the last fen, and a list of the invoices that got none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from models.export import ExportRow, LeftOut
from models.own_companies import OwnCompanies, Side
from models.verification import Verdict
from ocr_service.exports.columns import Kind, Value
from ocr_service.exports.left_out import REASONS, LeftOutList, Reason
from ocr_service.exports.voucher_mapping import LEFT_OUT_SHEET, Entry, VoucherMapping, filled
from ocr_service.exports.workbook import Sheet, workbook_at

_MONEY = frozenset({"{debit}", "{credit}", "{amount}", "{net}", "{tax}", "{total}"})
_DAY = "{date}"
_WIDTH = 16
_SETTLED = (Verdict.ACCEPTED, Verdict.CONFIRMED)
_LEFT_OUT = (
    *(("原因", Kind.TEXT, 40.0), ("票种", Kind.TEXT, 24.0), ("发票代码", Kind.TEXT, 14.0), ("发票号码", Kind.TEXT, 23.0)),
    *(("开票日期", Kind.DAY, 12.0), ("销售方名称", Kind.TEXT, 32.0), ("价税合计", Kind.MONEY, 14.0), ("档案编号", Kind.TEXT, 24.0)),
)


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One line: what `VALUES` names, as texts; amounts in yuan and the day of issue stand beside them as what they are."""

    values: dict[str, str]
    typed: dict[str, Value]
    debit: Decimal
    credit: Decimal


@dataclass(slots=True)
class Vouchers:
    """Makes vouchers of invoices that come one after the other; two scans of one invoice are booked once."""

    mapping: VoucherMapping
    own: OwnCompanies
    made: int = 0
    _booked: set[str] = field(default_factory=set)

    def of(self, row: ExportRow) -> tuple[VoucherLine, ...] | Reason:
        """The lines of an invoice's voucher, debits as much as credits; or why there is none."""
        reason = self._refused(row)
        if reason is not None:
            return reason
        side = self._side(row)
        rule = self.mapping.rule_for(side, row.invoice.kind)
        if rule is None:
            return Reason.NO_RULE
        amounts = [(entry, _amount(row, entry.amount)) for entry in rule.entries]
        known = [(entry, amount) for entry, amount in amounts if amount is not None]
        if len(known) < len(amounts):
            return Reason.NO_AMOUNT
        debits = sum((amount for entry, amount in known if entry.is_debit), Decimal(0))
        if debits != sum((amount for entry, amount in known if not entry.is_debit), Decimal(0)):
            return Reason.UNBALANCED
        if not debits:
            return Reason.NO_AMOUNT
        self.made += 1
        if row.invoice.number:
            self._booked.add(_known_by(row))
        of_invoice = _values(row, self.mapping.first_number + self.made - 1)
        lines = ((entry, amount) for entry, amount in known if amount)
        return tuple(_line(row, of_invoice | {"entry": str(place)}, side, entry, amount) for place, (entry, amount) in enumerate(lines, 1))

    def _refused(self, row: ExportRow) -> Reason | None:
        if row.invoice.withdrawn:
            return Reason.WITHDRAWN
        if row.invoice.number and _known_by(row) in self._booked:
            return Reason.COPY
        if row.invoice.verdict not in _SETTLED and not self.mapping.unreviewed:
            return Reason.UNREVIEWED
        if row.day is None:
            return Reason.NO_DAY
        return None

    def _side(self, row: ExportRow) -> Side:
        sells = self.own.owns(row.invoice.seller_tax_id, row.invoice.seller_name)
        buys = self.own.owns(row.invoice.buyer_tax_id, row.invoice.buyer_name)
        return Side.ISSUED if sells and not buys else Side.RECEIVED


def write_vouchers(rows: Iterable[ExportRow], path: Path, vouchers: Vouchers, left_out: LeftOutList, step: Callable[[int], None]) -> int:
    """Write the sheet of vouchers, and one that names every invoice without one, which `left_out` is told of. Returns how many came.

    Raises:
        BadUsage: more lines than a sheet holds.
    """
    mapping, counted = vouchers.mapping, 0
    kinds = [_kind(column.value) for column in mapping.columns]
    with workbook_at(path) as workbook:
        titles = [(column.title, kind, _WIDTH) for column, kind in zip(mapping.columns, kinds, strict=True)]
        sheet, others = Sheet(workbook, mapping.sheet, titles), Sheet(workbook, LEFT_OUT_SHEET, _LEFT_OUT)
        for counted, row in enumerate(rows, 1):
            made = vouchers.of(row)
            if isinstance(made, Reason):
                left_out.add(LeftOut(row.invoice.id, made.value))
                others.add(_told(row, made))
            else:
                for line in made:
                    sheet.add(_cells(mapping, line))
            step(counted)
    return counted


def _known_by(row: ExportRow) -> str:
    """Code and number in one: a number of 20 digits may have been cut in two by whoever wrote it down."""
    return f"{row.invoice.code or ''}{row.invoice.number}"


def _amount(row: ExportRow, name: str) -> Decimal | None:
    if name == "total":
        return row.invoice.total
    if name == "net":
        return row.net
    # An invoice without tax prints none, or stars in its place.
    if row.tax is None and row.net is not None and row.net == row.invoice.total:
        return Decimal(0)
    return row.tax


def _values(row: ExportRow, number: int) -> dict[str, str]:
    invoice, day = row.invoice, row.day
    assert day is not None
    goods = next((item.name for item in row.items if item.name), "")
    return {
        "date": day.isoformat(),
        "year": str(day.year),
        "month": str(day.month),
        "period": f"{day:%Y-%m}",
        "voucher": str(number),
        "kind": invoice.kind.chinese,
        "code": invoice.code or "",
        "number": invoice.number or "",
        "seller_name": invoice.seller_name or "",
        "seller_tax_id": invoice.seller_tax_id or "",
        "buyer_name": invoice.buyer_name or "",
        "buyer_tax_id": invoice.buyer_tax_id or "",
        "goods": goods,
        "net": _money(row.net),
        "tax": _money(row.tax),
        "total": _money(invoice.total),
        "remarks": row.remarks,
        "id": invoice.id,
    }


def _line(row: ExportRow, of_invoice: dict[str, str], side: Side, entry: Entry, amount: Decimal) -> VoucherLine:
    debit, credit = (amount, Decimal(0)) if entry.is_debit else (Decimal(0), amount)
    values = of_invoice | {
        "summary": " ".join(filled(entry.summary, of_invoice).split()),
        "account": entry.account,
        "account_name": entry.account_name,
        "debit": _money(debit) if entry.is_debit else "",
        "credit": "" if entry.is_debit else _money(credit),
        "amount": _money(amount),
        "supplier": of_invoice["seller_name"] if entry.party and side is Side.RECEIVED else "",
        "customer": of_invoice["buyer_name"] if entry.party and side is Side.ISSUED else "",
    }
    typed: dict[str, Value] = {
        "date": row.day,
        "debit": debit if entry.is_debit else None,
        "credit": None if entry.is_debit else credit,
        "amount": amount,
        "net": row.net,
        "tax": row.tax,
        "total": row.invoice.total,
    }
    return VoucherLine(values, typed, debit, credit)


def _cells(mapping: VoucherMapping, line: VoucherLine) -> Iterator[Value]:
    for column in mapping.columns:
        if column.value == _DAY or column.value in _MONEY:
            yield line.typed[column.value.strip("{}")]
        else:
            yield filled(column.value, line.values)


def _kind(template: str) -> Kind:
    if template == _DAY:
        return Kind.DAY
    return Kind.MONEY if template in _MONEY else Kind.TEXT


def _told(row: ExportRow, reason: Reason) -> tuple[Value, ...]:
    invoice = row.invoice
    return (REASONS[reason], invoice.kind.chinese, invoice.code, invoice.number, row.day, invoice.seller_name, invoice.total, invoice.id)


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
