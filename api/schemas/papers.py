"""Where papers are, on the wire."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from models.papers import MOST_LETTERS, Paper, PaperEvent, PaperEventKind
from ocr_service.papers import PastEvent, StandingPaper
from ocr_service.stocktaking import StandingCount


class PaperEventBody(BaseModel):
    """Something that happened to a paper."""

    model_config = ConfigDict(extra="forbid")

    kind: PaperEventKind = Field(
        description="`received` 签收, `handed_over` 交接, `bound` 装订, `boxed` 入盒, `lent` 借出, `taken` 税局调取, `returned` 归还, "
        "`missing` 盘点缺失, `found` 找到"
    )
    note: str = Field(default="", max_length=MOST_LETTERS, description="Needed where a usual step is left out", examples=["补录"])
    person: str = Field(default="", max_length=MOST_LETTERS, description="Who handed it in, took it over or borrowed it", examples=["李四"])
    voucher: str = Field(default="", max_length=MOST_LETTERS, description="凭证号", examples=["记-12"])
    volume: str = Field(default="", max_length=MOST_LETTERS, description="册", examples=["2026-03-1"])
    box: str = Field(default="", max_length=MOST_LETTERS, description="盒", examples=["2026-01"])
    place: str = Field(default="", max_length=MOST_LETTERS, description="位", examples=["A-3-2"])
    due: date | None = Field(default=None, description="应还: the day on which it should be back", examples=["2026-04-01"])
    certificate: str = Field(default="", max_length=MOST_LETTERS, description="Number of the 换票证", examples=["换-7"])

    def event(self) -> PaperEvent:
        """The event itself; raise InvalidPaperEvent."""
        return PaperEvent(**self.model_dump())


class NewPaperEventBody(PaperEventBody):
    """The same with the number of the last event that was looked at."""

    version: int | None = Field(default=None, ge=0, description="0 before the first event; left out, it is recorded whatever stands")

    def event(self) -> PaperEvent:
        """The event itself; raise InvalidPaperEvent."""
        return PaperEvent(**self.model_dump(exclude={"version"}))


class PaperBody(BaseModel):
    """Where a paper stands."""

    invoice: str = Field(examples=["0011223344556677889a-1"])
    state: str = Field(examples=["lent"])
    state_name: str = Field(examples=["借出中"])
    person: str
    voucher: str
    volume: str
    box: str
    place: str
    due: date | None
    overdue: bool
    certificate: str
    version: int = Field(description="How many events were recorded")
    last: datetime | None = Field(description="When the last of them was recorded")

    @classmethod
    def of(cls, standing: StandingPaper, today: date) -> Self:
        """The wire form of a paper."""
        return cls(
            invoice=standing.invoice,
            **_standing(standing.paper, today),
            version=standing.version,
            last=None if standing.last is None else standing.last.at,
        )


class PastEventBody(PaperEventBody):
    """An event with who recorded it and when."""

    by: str = Field(examples=["user:wang"])
    at: datetime
    version: int

    @classmethod
    def of(cls, past: PastEvent) -> Self:
        """The wire form of a past event."""
        return cls(**past.event.to_json(), by=past.by, at=past.at, version=past.version)


class PaperHistoryBody(PaperBody):
    """Where a paper stands, what its label says, and everything that happened to it, oldest first."""

    label: str = Field(examples=["PIAOGEN:0123456789abcdef0123456789abcdef:0011223344556677889a-1"])
    events: list[PastEventBody]


class PapersBody(BaseModel):
    """Papers of one question."""

    papers: list[PaperBody]

    @classmethod
    def of(cls, standing: Sequence[StandingPaper], today: date) -> Self:
        """The wire form of them all."""
        return cls(papers=[PaperBody.of(one, today) for one in standing])


def _standing(paper: Paper, today: date) -> dict[str, Any]:
    wire = paper.to_json()
    wire.pop("before")
    return {**wire, "state_name": paper.state.chinese, "overdue": paper.is_overdue(today)}


class NewStocktakingBody(BaseModel):
    """What is to be counted: a box, or the papers of invoices that were issued from one day to another."""

    model_config = ConfigDict(extra="forbid")

    box: str = Field(default="", max_length=MOST_LETTERS, examples=["2026-01"])
    first: date | None = Field(default=None, examples=["2026-03-01"])
    last: date | None = Field(default=None, examples=["2026-03-31"])


class SeenBody(BaseModel):
    """Papers that were seen."""

    model_config = ConfigDict(extra="forbid")

    labels: list[str] = Field(min_length=1, max_length=5_000, description="What their labels say, or the ids of their invoices")


class StocktakingBody(BaseModel):
    """A count as it stands; all lists are ids of invoices."""

    id: str = Field(examples=["20261130-0a1b2c3d"])
    box: str
    first: date | None
    last: date | None
    expected: list[str]
    seen: list[str]
    missing: list[str] = Field(description="盘亏: not seen")
    surplus: list[str] = Field(description="盘盈: seen, and not expected here")
    closed: bool
    by: str = Field(description="Who touched it last", examples=["user:wang"])
    at: datetime
    version: int

    @classmethod
    def of(cls, standing: StandingCount) -> Self:
        """The wire form of a count."""
        count = standing.count
        return cls(
            id=standing.id,
            box=count.scope.box,
            first=count.scope.first,
            last=count.scope.last,
            expected=list(count.expected),
            seen=[one for one in count.expected if one in count.seen],
            missing=list(count.missing),
            surplus=list(count.surplus),
            closed=count.is_closed,
            by=standing.by,
            at=standing.at,
            version=standing.version,
        )


class StocktakingsBody(BaseModel):
    """Every count, the last changed first."""

    stocktakings: list[StocktakingBody]
