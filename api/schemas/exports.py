"""Exports on the wire."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas.links import address
from models.errors import BadUsage
from models.export import ExportFormat, ExportJob, ExportWish
from ocr_service.exports.chosen import MOST_NAMED, SORT
from ocr_service.exports.mappings import MappingText

_FORMATS = ", ".join(f"`{one.value}`" for one in ExportFormat)


class NewExportBody(BaseModel):
    """What is to be taken out: either invoices by their ids, or all that a filter of the register shows."""

    model_config = ConfigDict(extra="forbid")

    format: ExportFormat = Field(description=f"One of {_FORMATS}", examples=["xlsx"])
    ids: list[str] | None = Field(default=None, min_length=1, max_length=MOST_NAMED, description="Ids of invoices")
    filter: dict[str, str] | None = Field(
        default=None, description="The query of the register, `{}` for all that is listed", examples=[{"kind": "taxi", "date": "2026-03"}]
    )
    sort: str = Field(default="", max_length=40, description="The order of the register, `-amount` for the greatest first")
    mapping: str = Field(default="", max_length=60, description="Of a `voucher` sheet: `kingdee`, `yonyou` or one of your own")

    @field_validator("filter")
    @classmethod
    def _few(cls, given: dict[str, str] | None) -> dict[str, str] | None:
        if given is not None and (len(given) > 50 or any(len(text) > 1000 for text in given.values())):
            raise ValueError("no filter is so long")
        return given

    @property
    def wish(self) -> ExportWish:
        """As a use case takes it; raise BadUsage where it is not said which invoices are meant."""
        if (self.ids is None) == (self.filter is None):
            raise BadUsage("give either ids or filter; a filter of {} means all that is listed", field="ids")
        if self.ids is not None and self.sort:
            raise BadUsage("invoices that are named by their ids stay in that order: leave sort out", field="sort")
        texts = {**(self.filter or {}), SORT: self.sort} if self.sort else dict(self.filter or {})
        return ExportWish(self.format, tuple(self.ids or ()), texts, self.mapping)


class LeftOutBody(BaseModel):
    """Something that was asked for and is not in the export as it should be."""

    what: str = Field(description="The id of an invoice")
    reason: str = Field(examples=["destroyed"])


class ExportBody(BaseModel):
    """Where an export stands."""

    id: str = Field(examples=["20261130-0a1b2c3d4e5f6071"])
    format: ExportFormat
    mapping: str
    state: str = Field(description="`queued`, `running`, `done` or `failed`", examples=["done"])
    done: int = Field(description="Invoices that are in it by now")
    total: int | None = Field(description="Invoices that were meant when it was asked for")
    created_at: datetime
    expires_at: datetime = Field(description="Neither it nor its file is there from then on")
    error: str = Field(description="Why it failed; `gave_up` where it ended every process that began it")
    file_name: str
    size: int | None
    sha256: str | None
    left_out: list[LeftOutBody] = Field(description="The first of what was asked for and could not be taken out; the file names all")
    left_out_in_all: int
    links: dict[str, str] = Field(description="`file` once it is ready")

    @classmethod
    def of(cls, job: ExportJob) -> Self:
        """The wire form of an export."""
        path, outcome = address(f"/v1/exports/{job.id}"), job.outcome
        links = {"self": path, "page": address(f"/exports/{job.id}")}
        if outcome is not None:
            links["file"] = f"{path}/file"
        return cls(
            id=job.id,
            format=job.wish.format,
            mapping=job.wish.mapping,
            state=job.state.value,
            done=job.done,
            total=job.total,
            created_at=job.created_at,
            expires_at=job.expires_at,
            error=job.error,
            file_name=job.file_name,
            size=None if outcome is None else outcome.size,
            sha256=None if outcome is None else outcome.sha256,
            left_out=[LeftOutBody(what=one.what, reason=one.reason) for one in (() if outcome is None else outcome.left_out)],
            left_out_in_all=0 if outcome is None else outcome.left_out_in_all,
            links=links,
        )


class ExportsBody(BaseModel):
    """One's own exports, newest first."""

    exports: list[ExportBody]

    @classmethod
    def of(cls, jobs: Iterable[ExportJob]) -> Self:
        """Their wire form."""
        return cls(exports=[ExportBody.of(job) for job in jobs])


class VoucherMappingBody(BaseModel):
    """A mapping of vouchers as it is written."""

    name: str
    title: str
    version: int = Field(description="0 for one that is shipped and that nobody changed")
    toml: str

    @classmethod
    def of(cls, mapping: MappingText) -> Self:
        """The wire form of a mapping."""
        return cls(**mapping._asdict())


class VoucherMappingsBody(BaseModel):
    """Every mapping."""

    mappings: list[VoucherMappingBody]


class VoucherMappingTextBody(BaseModel):
    """What a mapping says from now on."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=60, description="Lower-case letters, digits and dashes", examples=["ours"])
    toml: str = Field(max_length=50_000, description="All of it; `GET` shows how it is written")
