"""What is taken out of the register: in which form, what of each invoice, and how far the work on it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.calendar_words import day_in_china
from models.clues import InvoiceSummary
from models.invoice import LineItem


class ExportFormat(StrEnum):
    """The forms: a workbook, a table of text, a voucher sheet for a ledger, the originals, a list for printing (PDF)."""

    XLSX = "xlsx"
    CSV = "csv"
    VOUCHER = "voucher"
    ZIP = "zip"
    PRINT = "print"

    @property
    def suffix(self) -> str:
        """What a file of it ends in."""
        return {"voucher": "xlsx", "print": "pdf"}.get(self.value, self.value)

    @property
    def media_type(self) -> str:
        """Of its bytes."""
        return _MEDIA_TYPES[self.suffix]


_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "pdf": "application/pdf",
}


class ExportState(StrEnum):
    """Where an export stands: `queued` waits for its turn, `running` is made, `done` lies ready, `failed` says why it is none."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (ExportState.DONE, ExportState.FAILED)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An invoice as it is taken out. Amounts in yuan; `day` is that of issue, or of departure where none is printed.

    `items` are the rows of its table, and `remarks` what is printed under 备注.
    """

    invoice: InvoiceSummary
    day: date | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    items: tuple[LineItem, ...] = ()
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was asked for and could not be taken out: an invoice or a document by its name, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What somebody asks for: a form, and either invoices by their ids or all that a filter shows.

    `filter` has the texts of a query of the register, as `kind` or `date_from`; `mapping` names that of a voucher sheet.
    """

    format: ExportFormat
    ids: tuple[str, ...] = ()
    filter: Mapping[str, str] = field(default_factory=dict)
    mapping: str = ""

    def to_body(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"format": self.format.value, "ids": list(self.ids), "filter": dict(self.filter), "mapping": self.mapping}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "ExportWish":
        """Back from JSON; raise KeyError or ValueError for anything else."""
        return cls(ExportFormat(body["format"]), tuple(body["ids"]), dict(body["filter"]), str(body["mapping"]))


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """What came of an export. `left_out` names the first of what was left out, `left_out_in_all` counts all of it."""

    rows: int
    size: int
    sha256: str
    left_out: tuple[LeftOut, ...] = ()
    left_out_in_all: int = 0


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export on its way. `done` of `total` invoices are in it (None: not counted yet); `attempts` counts how often it was begun.

    `expires_at`: from then on neither it nor its file is there.
    """

    id: str
    owner: str
    wish: ExportWish
    state: ExportState
    created_at: datetime
    expires_at: datetime
    done: int = 0
    total: int | None = None
    attempts: int = 0
    error: str = ""
    outcome: ExportOutcome | None = None

    @property
    def file_name(self) -> str:
        """What the file is saved as: the form, the day and the id, in letters that every machine takes."""
        kind = f"{self.wish.format.value}-{self.wish.mapping}" if self.wish.mapping else self.wish.format.value
        return f"piaogen-{kind}-{day_in_china(self.created_at):%Y%m%d}-{self.id[-6:]}.{self.wish.format.suffix}"
