"""One row of a list of invoices as an entry."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from models.statement import InvoiceState, Problem, Risk, StatementEntry
from ocr_service.statements import cells
from ocr_service.statements.cells import Cell, NumberLost, text
from ocr_service.statements.heads import Head
from ocr_service.statements.titles import Meaning

_STATES: Mapping[str, InvoiceState] = {
    **dict.fromkeys(("正常", "0"), InvoiceState.NORMAL),
    **dict.fromkeys(("已作废", "作废", "2"), InvoiceState.VOIDED),
    **dict.fromkeys(("已红冲-全额", "全额红冲", "已红冲", "红冲", "8"), InvoiceState.REVERSED),
    **dict.fromkeys(("已红冲-部分", "部分红冲", "7"), InvoiceState.PARTLY_REVERSED),
    **dict.fromkeys(("失控", "1"), InvoiceState.OUT_OF_CONTROL),
    **dict.fromkeys(("红字", "3"), InvoiceState.NORMAL),
}
"""Words of the exports, and the platform's codes. A red invoice (红字) is itself in order."""
_RISKS: Mapping[str, Risk] = {
    **dict.fromkeys(("正常", "01", "1", ""), Risk.NORMAL),
    **dict.fromkeys(("异常凭证", "异常", "02", "2"), Risk.ABNORMAL),
    **dict.fromkeys(("疑点发票", "疑点", "03", "3"), Risk.DOUBTFUL),
}
_BOOKED = re.compile(r"已入账|0?[23](?!\d)")
_NOT_BOOKED = re.compile(r"未入账|入账撤销|0?[16](?!\d)")
_NOT_SELECTED = re.compile(r"未勾选|不需要勾选|否|0")
_SELECTED = re.compile(r"已勾选|已认证|已统计|是|1|√")
_BLUE = re.compile(r"被红冲蓝字.{0,12}?号码\s*[::]\s*(\d{20}|\d{8})")
_OLD_BLUE = re.compile(r"对应正数发票代码\s*[::]\s*(\d{10,12})\s*号码\s*[::]\s*(\d{8})")
"""Remarks of red invoices: 数电票, and the tax-control system before."""
_MOST_FURTHER = 40
_LONGEST_FURTHER = 300
_TEXTS = ("seller_name", "buyer_name")
_IDS = ("seller_tax_id", "buyer_tax_id")
_AMOUNTS = ("net", "tax", "total", "deductible")


def entry_of(head: Head, number: int, row: Sequence[Cell]) -> StatementEntry:
    """What a row says of an invoice. What is wrong with it is its problem, and the rest of it is kept."""
    values, troubles = _read(head, row)
    if len(values["number"]) == 20:
        values["code"] = ""
    if not troubles and not values["number"]:
        troubles.append((Problem.NO_NUMBER, "no number stands in this row"))
    if values["total"] is None:
        values["total"] = _sum_of(values["net"], values["tax"])
    problem, trouble = troubles[0] if troubles else (None, "")
    return StatementEntry(row=number, problem=problem, trouble=trouble, further=further(head, row), **values, **_words(head, row))


def _read(head: Head, row: Sequence[Cell]) -> tuple[dict[str, Any], list[tuple[Problem, str]]]:
    values: dict[str, Any] = {}
    troubles: list[tuple[Problem, str]] = []

    def take(name: str, read: Callable[[Cell], object], nothing: object, meaning: Meaning | None = None) -> None:
        values[name] = nothing
        try:
            values[name] = read(cell(head, row, meaning or Meaning(name)))
        except NumberLost as error:
            troubles.append((Problem.NUMBER_LOST, str(error)))
        except (ValueError, OverflowError) as error:
            troubles.append((Problem.UNREADABLE, str(error)))

    for name in _TEXTS:
        take(name, text, "")
    for name in _IDS:
        take(name, _tax_id, "")
    take("code", cells.code, "")
    take("number", cells.number, "")
    take("digital_number", cells.number, "")
    digital = values.pop("digital_number")
    if digital:
        values["number"] = digital
        # The short number beside it is the same one cut, and not asked for.
        troubles = [one for one in troubles if one[0] is not Problem.NUMBER_LOST]
    for name in _AMOUNTS:
        take(name, cells.amount, None)
    take("issued_on", cells.day, None, Meaning.DATE)
    return values, troubles


def _sum_of(net: Decimal | None, tax: Decimal | None) -> Decimal | None:
    return None if net is None or tax is None else net + tax


def cell(head: Head, row: Sequence[Cell], meaning: Meaning) -> Cell:
    """What stands in the column of a meaning; None where there is no such column."""
    place = head.columns.get(meaning)
    return row[place] if place is not None and place < len(row) else None


def further(head: Head, row: Sequence[Cell]) -> dict[str, str]:
    """What stands in columns that mean nothing here."""
    kept = {title: text(row[place])[:_LONGEST_FURTHER] for place, title in head.unknown.items() if place < len(row)}
    return dict([(title, value) for title, value in kept.items() if value][:_MOST_FURTHER])


def _tax_id(found: Cell) -> str:
    """A tax id; one that was kept as a quantity is worth nothing, and the number alone decides."""
    if isinstance(found, float) and (not found.is_integer() or abs(found) >= 10**15):
        return ""
    return "".join(text(found).split()).upper()


def _words(head: Head, row: Sequence[Cell]) -> dict[str, Any]:
    state, risk, remarks = (text(cell(head, row, one)) for one in (Meaning.STATE, Meaning.RISK, Meaning.REMARKS))
    blue, old = _BLUE.search(remarks), _OLD_BLUE.search(remarks)
    blue_number = blue[1] if blue else ""
    return {
        "state": _STATES.get(state, InvoiceState.UNKNOWN),
        "risk": _RISKS.get(risk, Risk.DOUBTFUL),
        "is_red": text(cell(head, row, Meaning.IS_POSITIVE)) in ("否", "N", "n", "FALSE", "0"),
        "blue_number": old[1] + old[2] if old else blue_number,
        "voucher": text(cell(head, row, Meaning.VOUCHER)),
        "text": remarks[:_LONGEST_FURTHER],
        "selected": _selected(text(cell(head, row, Meaning.SELECTION)) or text(cell(head, row, Meaning.SELECTION_STATE))),
        "booked": _said(text(cell(head, row, Meaning.BOOKING_STATE)), _BOOKED, _NOT_BOOKED),
    }


def _selected(said: str) -> bool | None:
    return _said(said, _SELECTED, _NOT_SELECTED)


def _said(said: str, yes: re.Pattern[str], no: re.Pattern[str]) -> bool | None:
    if no.match(said):
        return False
    return True if yes.match(said) else None
