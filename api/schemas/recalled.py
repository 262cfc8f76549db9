"""What a sentence was understood as and what may be meant, on the wire."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.schemas.invoice import FoundBody, HitBody, ReasonBody, SummaryBody
from api.schemas.links import address
from models.catalogue import UnreadScans
from models.remembered import Candidate, Comparison, Meaning, Remembered
from ocr_service.recalling import Recalled
from ocr_service.understanding.telling import clue_name, clue_value


class MeaningBody(BaseModel):
    """One way in which words can be meant."""

    clue: str = Field(examples=["amount"])
    value: str = Field(examples=["1200.00~"])
    likelihood: float = Field(description="Among all meanings of these words", examples=[0.58])

    @classmethod
    def of(cls, meaning: Meaning) -> Self:
        """The wire form of a meaning."""
        return cls(clue=clue_name(meaning.clue), value=clue_value(meaning.clue), likelihood=round(meaning.likelihood, 4))


class UnderstoodBody(BaseModel):
    """How some words were understood."""

    words: str = Field(examples=["一千二左右"])
    start: int = Field(description="Where they begin in the sentence or field, in characters from 0")
    source: str = Field(description="`sentence`, or the field that they were written into", examples=["sentence"])
    clue: str = Field(examples=["amount"])
    value: str = Field(examples=["1200.00~"])
    meanings: list[MeaningBody] = Field(description="Every meaning, likeliest first")
    no_such_day: bool = Field(description="The words name a day that no calendar has; no invoice is held against them")

    @classmethod
    def of(cls, thing: Remembered) -> Self:
        """The wire form of one thing remembered."""
        return cls(
            words=thing.words,
            start=thing.start,
            source=thing.source,
            clue=clue_name(thing.clue),
            value=clue_value(thing.clue),
            meanings=[MeaningBody.of(meaning) for meaning in thing.meanings],
            no_such_day=thing.names_no_day,
        )


class ComparisonBody(BaseModel):
    """How an invoice answers one clue: `missed` when it says something else, `absent` when it says nothing, else the level of it."""

    clue: str = Field(examples=["date"])
    how: str = Field(examples=["within"])
    value: str | None = Field(description="What the invoice says", examples=["2025-03-14"])
    field: str | None = Field(examples=["issue_date"])
    words: str = Field(examples=["去年三四月"])

    @classmethod
    def of(cls, comparison: Comparison) -> Self:
        """The wire form of a comparison."""
        return cls(
            clue=clue_name(comparison.clue),
            how=comparison.level,
            value=comparison.value,
            field=comparison.field,
            words=comparison.thing.words,
        )


class NearMissBody(BaseModel):
    """An invoice that bears out some of what was said, and what of it not."""

    score: float = Field(description="How likely it is the one, 0 to 1")
    invoice: SummaryBody
    met: list[ComparisonBody]
    missed: list[ComparisonBody]
    copies: list[str]

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """The wire form of a candidate."""
        return cls(
            score=round(candidate.probability, 4),
            invoice=SummaryBody.of(candidate.invoice),
            met=[ComparisonBody.of(comparison) for comparison in candidate.comparisons if comparison.is_as_said],
            missed=[ComparisonBody.of(comparison) for comparison in candidate.comparisons if not comparison.is_as_said],
            copies=list(candidate.copies),
        )


class UnreadScanBody(BaseModel):
    """A scan that nothing could be read from (yet)."""

    digest: str
    file_name: str
    received_at: datetime
    state: str = Field(examples=["unread"])
    page: str = Field(description="Its page, with a picture", examples=["/documents/sha256:" + "0" * 64])


class UnreadNearbyBody(BaseModel):
    """Scans of that time in which no search can look."""

    count: int
    documents: list[UnreadScanBody] = Field(description="The newest of them")

    @classmethod
    def of(cls, scans: UnreadScans) -> Self:
        """The wire form of scans."""
        return cls(
            count=scans.in_all,
            documents=[
                UnreadScanBody(
                    digest=str(scan.received.document.digest),
                    file_name=scan.received.document.file_name,
                    received_at=scan.received.received_at,
                    state=scan.state.value,
                    page=address(f"/documents/{scan.received.document.digest}"),
                )
                for scan in scans.newest
            ],
        )


class RecalledBody(FoundBody):
    """The answer to a sentence: `hits` bear out everything that was said; `nearest` is filled when none does."""

    understood: list[UnderstoodBody]
    nearest: list[NearMissBody]
    unread_nearby: UnreadNearbyBody
    not_in_archive: float = Field(description="How likely it is that no invoice here is the one, 0 to 1", examples=[0.12])

    @classmethod
    def answer(cls, recalled: Recalled, not_searchable: int, *, stale: bool) -> Self:
        """The wire form of what was recalled."""
        return cls(
            hits=[_hit(candidate) for candidate in recalled.hits],
            not_searchable=not_searchable,
            index_stale=stale,
            understood=[UnderstoodBody.of(thing) for thing in recalled.memory],
            nearest=[NearMissBody.of(candidate) for candidate in recalled.nearest],
            unread_nearby=UnreadNearbyBody.of(recalled.unread_nearby),
            not_in_archive=round(recalled.answer.absent, 4),
        )


def _hit(candidate: Candidate) -> HitBody:
    reasons = [
        ReasonBody(clue=clue_name(one.clue), how=one.level, value=one.value or one.thing.words, field=one.field)
        for one in candidate.comparisons
    ]
    return HitBody(
        score=round(candidate.probability, 4), invoice=SummaryBody.of(candidate.invoice), reasons=reasons, copies=list(candidate.copies)
    )
