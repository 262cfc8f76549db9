"""Lines of goods as a face shows them beside the same lines as data."""

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal

from models.invoice import LineItem
from ocr_service.embedded.shown import folded

_CELLS = tuple(cell.name for cell in fields(LineItem))


def completed_rows(shown: Sequence[LineItem], data: Sequence[LineItem]) -> tuple[LineItem, ...]:
    """The face's rows, blank cells filled from the data row that is the same otherwise; the data's rows where the face's are not rows.

    A cell that both have is kept as the face prints it, also where they contradict: that is for the sums to tell. A row that refers to
    a list of goods stays before the list, whether the list stands on further pages or in the data alone.
    """
    if not shown or not data:
        return tuple(shown or data)
    references = tuple(row for row in shown if row.refers_to_list)
    if references and not any(row.refers_to_list for row in data):
        return (*references, *completed_rows([row for row in shown if not row.refers_to_list], data))
    if len(shown) == len(data):
        return tuple(_completed(row, said) for row, said in zip(shown, data, strict=True))
    # A face whose rows add up to the same refers to a list of goods; else its rows were torn and the data tells them whole.
    if _sum(shown) == _sum(data) or _sum(data) is None:
        return tuple(shown)
    return tuple(data)


def _completed(shown: LineItem, said: LineItem) -> LineItem:
    """A name that was wrapped and lost its end is taken whole from the data."""
    blank = {cell: getattr(said, cell) for cell in _CELLS if getattr(shown, cell) is None}
    name = said.name if said.name and shown.name and folded(said.name).startswith(folded(shown.name)) else shown.name
    agree = all(same_cell(getattr(shown, cell), getattr(said, cell)) for cell in ("amount", "tax_amount"))
    return replace(shown, **{**blank, "name": name}) if agree else shown


def same_cell(one: str | None, other: str | None) -> bool:
    """Whether two cells say the same, blank ones anything."""
    if one is None or other is None:
        return True
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return folded(one) == folded(other)


def _sum(rows: Sequence[LineItem]) -> Decimal | None:
    try:
        return sum((Decimal(row.amount or "") for row in rows), Decimal(0))
    except ArithmeticError:
        return None
