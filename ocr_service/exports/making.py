"""Making an export: the file of a wish, what it holds and what is not in it."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from models.activity import ARCHIVE, Action
from models.digest import Digest
from models.errors import OutOfResources
from models.export import ExportFormat, ExportOutcome, ExportWish
from ocr_service.companies import own_companies
from ocr_service.exports.chosen import chosen
from ocr_service.exports.left_out import LeftOutList
from ocr_service.exports.mappings import Mappings
from ocr_service.exports.originals import write_originals
from ocr_service.exports.print_list import write_print_list
from ocr_service.exports.text_table import write_table
from ocr_service.exports.voucher_mapping import VoucherMapping
from ocr_service.exports.vouchers import Vouchers, write_vouchers
from ocr_service.exports.workbook import write_workbook
from ocr_service.service import ArchiveService

_PIECE = 1 << 20

Step = Callable[[int], None]
"""Told how many invoices are in by now; whoever wants it to stop raises from it."""


class Order(NamedTuple):
    """What is to be made, under which name the log knows it, where it goes, and how many bytes must stay free there.

    `mapping`: that of a voucher sheet where it is kept nowhere; None for the one that the wish names.
    """

    wish: ExportWish
    name: str
    path: Path
    room: int
    mapping: VoucherMapping | None = None


def make(service: ArchiveService, order: Order, step: Step) -> ExportOutcome:
    """Make the file; the log says what was taken out before anybody can have it.

    Raises:
        BadUsage: the form has no room for so much, or the mapping is none.
        OutOfResources: the disk is full.
        StoreUnavailable, CatalogueUnavailable.
    """
    left_out = LeftOutList()
    try:
        rows = _write(service, order, left_out, step)
        size, digest = order.path.stat().st_size, _digest(order.path)
    except OSError as error:
        raise OutOfResources(f"this machine cannot write the export: {error.strerror}") from error
    told: dict[str, str | int] = {"export": order.name, "format": order.wish.format.value, "invoices": rows, "sha256": digest}
    service.activity.record(Action.EXPORTED, ARCHIVE, **told)
    return ExportOutcome(rows, size, digest, left_out.first, left_out.in_all)


def _write(service: ArchiveService, order: Order, left_out: LeftOutList, step: Step) -> int:
    rows, path = chosen(service, order.wish, left_out), order.path
    if order.wish.format is ExportFormat.XLSX:
        return write_workbook(rows, path, step)
    if order.wish.format is ExportFormat.CSV:
        return write_table(rows, path, step)
    if order.wish.format is ExportFormat.PRINT:
        return write_print_list(rows, path, service.clock(), step)
    if order.wish.format is ExportFormat.VOUCHER:
        mapping = order.mapping or Mappings(service).get(order.wish.mapping)
        return write_vouchers(rows, path, Vouchers(mapping, own_companies(service)), left_out, step)

    def note(documents: Sequence[Digest]) -> None:
        service.activity.record_all(Action.EXPORTED, map(str, documents), export=order.name)

    return write_originals(service, rows, path, left_out, room=order.room, note=note, step=step)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
