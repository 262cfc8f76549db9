"""The originals of invoices as a zip, with a list of their digests that `sha256sum -c` takes, made piece by piece.

They are stored and not packed: pictures and PDFs are packed already. A document that several invoices stand on is in it once. What cannot
be had is named in a text beside them and in the answer, with the reason.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from models.calendar_words import CHINA
from models.digest import Digest
from models.errors import DocumentDestroyed, IntegrityViolated, NotFound, OutOfResources
from models.export import ExportRow, LeftOut
from ocr_service.exports.left_out import REASONS, LeftOutList, Reason
from ocr_service.exports.windows_names import Names, suffix_of
from ocr_service.service import ArchiveService
from storage.tombstones import tombstone_of
from storage.verified_object import VerifiedObject

SUMS, MISSING = "SHA256SUMS", "MISSING.txt"
_TOGETHER = 100
"""Documents of one entry in the log."""
_HELD = 8 << 20
"""Bytes of an original that are in memory at most: it is whole before any of it is in the zip. A larger one is taken piece by piece."""
_FIRST_YEAR, _LAST_YEAR = 1980, 2107
"""What a zip can say of a file's time (APPNOTE, 4.4.6)."""


class _Original(NamedTuple):
    """A document that is to go in, by the first of its invoices."""

    digest: Digest
    row: ExportRow


@dataclass(slots=True)
class OriginalsZip:
    """A zip on its way. `room`: bytes that must stay free on the disk."""

    service: ArchiveService
    file: zipfile.ZipFile
    left_out: LeftOutList
    room: int
    note: Callable[[Sequence[Digest]], None]
    sums: list[str] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names(SUMS, MISSING))

    def add_all(self, rows: Iterable[ExportRow], step: Callable[[int], None]) -> int:
        """Put the documents of these invoices in, each once; returns how many invoices there were."""
        seen: set[str] = set()
        counted, each = 0, iter(rows)
        while together := list(islice(each, _TOGETHER)):
            new = list(_new(together, seen))
            if new:
                self.note([one.digest for one in new])
            for one in new:
                self._add(one)
            counted += len(together)
            step(counted)
        return counted

    def finish(self) -> None:
        """Put in what is missing, where something is, and the list of digests."""
        if self.left_out.in_all:
            lines = [f"{one.what}  {REASONS[Reason(one.reason)]}  ({one.reason})\n" for one in self.left_out.everything]
            told = "以下没有在这个压缩包里  These are not in this archive:\n" + "".join(lines)
            self.sums.append(f"{hashlib.sha256(told.encode()).hexdigest()}  {MISSING}\n")
            self.file.writestr(MISSING, told.encode())
        self.file.writestr(SUMS, "".join(self.sums).encode())

    def _add(self, one: _Original) -> None:
        try:
            content = self.service.archive.original_in_pieces(one.digest)
            pieces = [b"".join(content.read())] if content.size <= _HELD else content.read()
        except (NotFound, IntegrityViolated) as error:
            self.left_out.add(LeftOut(one.row.invoice.id, self._why(one.digest, error).value))
            return
        if shutil.disk_usage(Path(self.file.filename or ".").parent).free - content.size < self.room:
            raise OutOfResources("this machine has no room for so many originals: take fewer at once")
        name = self._name(one)
        self._write(name, content, pieces, one.row.invoice.received_at)
        self.sums.append(f"{one.digest.hex}  {name}\n")

    def _write(self, name: str, content: VerifiedObject, pieces: Iterable[bytes], came: datetime) -> None:
        at = came.astimezone(CHINA)
        is_told = _FIRST_YEAR <= at.year <= _LAST_YEAR
        info = zipfile.ZipInfo(name, at.timetuple()[:6] if is_told else (_FIRST_YEAR, 1, 1, 0, 0, 0))
        info.file_size, info.external_attr = content.size, 0o644 << 16
        with self.file.open(info, "w") as entry:
            for piece in pieces:
                entry.write(piece)

    def _why(self, document: Digest, error: Exception) -> Reason:
        if isinstance(error, DocumentDestroyed) or tombstone_of(self.service.archive.store, document) is not None:
            return Reason.DESTROYED
        return Reason.DAMAGED

    def _name(self, one: _Original) -> str:
        invoice = one.row.invoice
        number = invoice.number or "无号码"
        day = "" if one.row.day is None else one.row.day.isoformat()
        return self.names.give([number, day, invoice.seller_name or ""], suffix_of(invoice.file_name), one.digest.hex[:12])


def write_originals(
    service: ArchiveService,
    rows: Iterable[ExportRow],
    path: Path,
    left_out: LeftOutList,
    *,
    room: int,
    note: Callable[[Sequence[Digest]], None],
    step: Callable[[int], None],
) -> int:
    """Write the zip; returns how many invoices there were.

    Args:
        service: The archive, for whoever it answers.
        rows: The invoices.
        path: Where the zip goes.
        left_out: What is known to be missing by the end of the rows; what else is goes into it.
        room: Bytes that must stay free on the disk.
        note: Told of documents before they are in the zip, so that the log says first who took them.
        step: Told how many invoices are in.

    Raises:
        OutOfResources: the disk is full.
        StoreUnavailable, CatalogueUnavailable.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        made = OriginalsZip(service, file, left_out, room, note)
        counted = made.add_all(rows, step)
        made.finish()
    return counted


def _new(rows: Iterable[ExportRow], seen: set[str]) -> Iterator[_Original]:
    for row in rows:
        if row.invoice.document.hex not in seen:
            seen.add(row.invoice.document.hex)
            yield _Original(row.invoice.document, row)
