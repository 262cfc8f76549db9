"""Reconciliations on the wire."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.links import address, invoice_path
from models.reconciliation import LineClass, ReconciliationLine
from models.reconciliation_json import encode_line
from models.series import Hole
from ocr_service.reconciling import Reconciliation
from ocr_service.statements.titles import TitleMapping
from storage.catalogue.reconciliation_lines import PlacedLine

_CLASSES = ", ".join(f"`{one.value}`" for one in LineClass)


class SentFileBody(BaseModel):
    """A file that was sent, and is kept as it came."""

    name: str = Field(examples=["全量发票查询导出结果-2025年3月.xlsx"])
    digest: str
    size: int


class ReconciliationBody(BaseModel):
    """What stands of a reconciliation."""

    id: str = Field(examples=["20261130-0a1b2c3d"])
    version: int = Field(description="How often it was run with another outcome")
    state: str = Field(description="`preview`, on which nothing rests, or `taken_in`", examples=["taken_in"])
    at: datetime
    by: str
    kind: str = Field(description="Which list it is, found by its titles", examples=["invoice_list"])
    side: str | None = Field(description="`received` 取得 or `issued` 开具, by our own tax ids")
    period: tuple[date, date] | None
    own_tax_ids: list[str]
    files: list[SentFileBody]
    lines: int
    counts: dict[str, int] = Field(description=f"Lines by class ({_CLASSES}); a line that stands in several counts in each")
    equal: bool = Field(description="Whether there is nothing to look into")
    new: int = Field(description="Lines that no list of this kind had before")
    settled: int = Field(description="Lines that were open at the last run and are not any more")
    said: dict[str, Any] = Field(description="What was passed over, and what was not understood")
    links: dict[str, str]

    @classmethod
    def of(cls, found: Reconciliation) -> Self:
        """The wire form of a reconciliation."""
        path = address(f"/v1/reconciliations/{found.id}")
        return cls(
            id=found.id,
            version=found.version,
            state="taken_in" if found.is_taken_in else "preview",
            at=found.at,
            by=found.by,
            kind=found.kind.value,
            side=None if found.side is None else found.side.value,
            period=found.period,
            own_tax_ids=sorted(found.own_tax_ids),
            files=[SentFileBody(**file) for file in found.files],
            lines=found.lines,
            counts={one.value: count for one, count in found.counts.items()},
            equal=found.is_clean,
            new=found.new,
            settled=found.settled,
            said=dict(found.said),
            links={"self": path, "lines": f"{path}/lines", "xlsx": f"{path}/xlsx", "page": address(f"/reconciliations/{found.id}")},
        )


class ReconciliationStandingBody(ReconciliationBody):
    """One reconciliation, and whether it is worth running again."""

    arrived: int = Field(default=0, description="Lines without a scan of which one came since")


class ReconciliationsBody(BaseModel):
    """Every reconciliation that the caller sees, the last changed first."""

    reconciliations: list[ReconciliationBody]

    @classmethod
    def of(cls, found: Iterable[Reconciliation]) -> Self:
        """The wire form of a list of them."""
        return cls(reconciliations=[ReconciliationBody.of(one) for one in found])


class LineBody(BaseModel):
    """One line: what the list says of an invoice (`entry`), what the archive has (`invoice`), and what comes of it."""

    model_config = ConfigDict(extra="allow")

    place: int
    links: dict[str, str]


class LinesBody(BaseModel):
    """A stretch of lines in order; `next` is the `after` of the following stretch, null at the end."""

    lines: list[LineBody]
    next: int | None

    @classmethod
    def of(cls, found: Sequence[PlacedLine], limit: int) -> Self:
        """The wire form of one page, of which one line more than `limit` was asked for."""
        shown = found[:limit]
        lines = [LineBody(place=one.place, links=_links(one.line), **encode_line(one.line)) for one in shown]
        return cls(lines=lines, next=shown[-1].place if len(found) > limit else None)


class HoleBody(BaseModel):
    """Something that is not there between things that are."""

    party: str
    code: str
    missing: list[str]

    @classmethod
    def of(cls, hole: Hole) -> Self:
        """The wire form of a hole."""
        return cls(party=hole.party, code=hole.code, missing=list(hole.missing))


class HolesBody(BaseModel):
    """Hints at what may be missing besides."""

    months: list[HoleBody] = Field(description="Months without an invoice of a party that comes by the month")
    numbers: list[HoleBody] = Field(description="Numbers left out between two of one party and code")

    @classmethod
    def of(cls, months: Iterable[Hole], numbers: Iterable[Hole]) -> Self:
        """The wire form of both."""
        return cls(months=list(map(HoleBody.of, months)), numbers=list(map(HoleBody.of, numbers)))


class MappingBody(BaseModel):
    """What the titles of a table mean, under a name of lower-case letters, digits and dashes."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=60, examples=["u8-purchase"])
    columns: dict[str, str] = Field(max_length=200, examples=[{"票据号": "number", "金额": "total", "日期": "date"}])

    @classmethod
    def of(cls, mapping: TitleMapping) -> Self:
        """The wire form of a mapping."""
        return cls(name=mapping.name, columns={title: meaning.value for title, meaning in mapping.columns.items()})


class MappingsBody(BaseModel):
    """Every mapping that is kept."""

    mappings: list[MappingBody]


def loss_path(line: ReconciliationLine) -> str | None:
    """Where a loss case is opened for an invoice of which no scan is there, with all that the list says of it; None for any other line."""
    entry = line.entry
    if entry is None or line.main is not LineClass.STATEMENT_ONLY:
        return None
    clues = {
        "number": entry.number,
        "code": entry.code,
        "seller": entry.seller_name,
        "amount": "" if entry.total is None else str(entry.total),
        "date": "" if entry.issued_on is None else entry.issued_on.isoformat(),
    }
    return address("/losses/new?" + urlencode({name: value for name, value in clues.items() if value}))


def _links(line: ReconciliationLine) -> dict[str, str]:
    links = {}
    if line.invoice is not None:
        links["invoice"] = invoice_path(line.invoice.id)
    loss = loss_path(line)
    if loss is not None:
        links["loss"] = loss
    return links
