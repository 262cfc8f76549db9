"""Holds and lists of destruction on the wire."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from models.destruction import OPINIONS, SUPERVISORS
from models.retention import Hold
from ocr_service.destroying import DueDocument, DuePage, Outcome
from storage.catalogue.tombs import Tomb
from storage.destruction import StandingList


class NewHoldBody(BaseModel):
    """What is to be kept, and why."""

    model_config = ConfigDict(extra="forbid")

    documents: list[str] = Field(default=[], max_length=10_000, description="Ids of invoices, or digests of documents")
    everything: bool = Field(default=False, description="The whole archive, in the place of `documents`")
    reason: str = Field(max_length=500, examples=["2026年度审计"])


class HoldReasonBody(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=500, examples=["审计已结束"])


class HoldBody(BaseModel):
    """A hold as it stands."""

    id: str = Field(examples=["hold-20261130-0a1b2c3d"])
    documents: list[str] | None = Field(description="Digests; null for the whole archive")
    at: datetime
    by: str = Field(examples=["user:wang"])
    reason: str
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None

    @classmethod
    def of(cls, hold: Hold) -> Self:
        """The wire form of a hold."""
        return cls(
            id=hold.id,
            documents=None if hold.documents is None else sorted(map(str, hold.documents)),
            at=hold.at,
            by=hold.by,
            reason=hold.reason,
            released_at=hold.released_at,
            released_by=hold.released_by,
            release_reason=hold.release_reason,
        )


class HoldsBody(BaseModel):
    """Every hold, newest first."""

    holds: list[HoldBody]

    @classmethod
    def of(cls, holds: Sequence[Hold]) -> Self:
        """The wire form of them all."""
        return cls(holds=[HoldBody.of(hold) for hold in holds])


class NewDestructionBody(BaseModel):
    """What is to be destroyed, and why."""

    model_config = ConfigDict(extra="forbid")

    documents: list[str] = Field(min_length=1, max_length=10_000, description="Ids of invoices, or digests of documents")
    reason: str = Field(max_length=500, examples=["保管期限已满"])
    today: date = Field(description="Today's date, from a calendar: no clock alone is believed")


class ApprovalBody(BaseModel):
    """That a second person approves a list, with the names that it bears."""

    model_config = ConfigDict(extra="forbid")

    today: date = Field(description="Today's date, from a calendar: no clock alone is believed")
    opinions: dict[str, str] = Field(max_length=20, description=f"Names by office: {'、'.join(OPINIONS)}")
    supervisors: dict[str, str] = Field(max_length=20, description=f"Names by office: {'、'.join(SUPERVISORS)}")


class DestructionBody(BaseModel):
    """A list of destruction as it stands."""

    id: str = Field(examples=["20570102-0a1b2c3d"])
    proposed_by: str
    proposed_at: datetime
    reason: str
    documents: list[str]
    approved_by: str | None
    approved_at: datetime | None
    done: bool = Field(description="Whether everything on it is gone")

    @classmethod
    def of(cls, standing: StandingList) -> Self:
        """The wire form of a list."""
        return cls(**_list(standing))


class DestructionsBody(BaseModel):
    """Every list, newest first."""

    lists: list[DestructionBody]


class OutcomeBody(DestructionBody):
    """What became of a list."""

    destroyed: list[str]
    kept: dict[str, list[str]] = Field(description="Documents that stand, and why")

    @classmethod
    def of(cls, outcome: Outcome) -> Self:  # type: ignore[override]
        """The wire form of an outcome."""
        kept = {str(document): list(map(str, reasons)) for document, reasons in outcome.kept.items()}
        return cls(**_list(outcome.standing), destroyed=[str(document) for document in outcome.destroyed], kept=kept)


class ListedInvoiceBody(BaseModel):
    """What a list of destruction says of an invoice."""

    kind: str
    code: str | None
    number: str | None
    issued_on: str | None


class DueBody(BaseModel):
    """A document whose term is over; all but `document` and `kept_by` is null where its record is damaged."""

    document: str
    accounting_year: int | None
    years: int | None = Field(description="Its term, from the end of the accounting year")
    due: date | None = Field(description="The first day on which it may be destroyed")
    received_at: datetime | None
    pages: int | None
    invoices: list[ListedInvoiceBody]
    kept_by: list[str] = Field(description="What keeps it all the same; empty when it may be destroyed")

    @classmethod
    def of(cls, found: DueDocument) -> Self:
        """The wire form of one."""
        listed = found.listed
        return cls(
            document=str(found.document),
            accounting_year=None if listed is None else listed.accounting_year,
            years=None if listed is None else listed.years,
            due=None if listed is None else listed.due,
            received_at=None if listed is None else listed.received_at,
            pages=None if listed is None else listed.pages,
            invoices=[
                ListedInvoiceBody(kind=each.kind.value, code=each.code, number=each.number, issued_on=each.issued_on)
                for each in (() if listed is None else listed.invoices)
            ],
            kept_by=list(map(str, found.kept_by)),
        )


class DueListBody(BaseModel):
    """What is due, by accounting year within this stretch."""

    documents: list[DueBody]
    next_cursor: str | None = Field(description="Asks for what comes after these; null at the end")

    @classmethod
    def of(cls, page: DuePage) -> Self:
        """The wire form of a stretch."""
        return cls(documents=list(map(DueBody.of, page.documents)), next_cursor=None if page.next is None else page.next.hex)


class TombBody(BaseModel):
    """An invoice that was destroyed."""

    document: str
    kind: str | None
    code: str | None
    number: str | None
    issued_on: str | None
    list_id: str
    destroyed_at: datetime


class TombsBody(BaseModel):
    """What was destroyed, the latest first."""

    destroyed: list[TombBody]

    @classmethod
    def of(cls, tombs: Sequence[Tomb]) -> Self:
        """The wire form of them."""
        wires = ({**tomb._asdict(), "document": str(tomb.document)} for tomb in tombs)
        return cls(destroyed=[TombBody.model_validate(wire) for wire in wires])


def _list(standing: StandingList) -> dict[str, Any]:
    proposed, approval = standing.proposed, standing.approval
    return {
        "id": proposed.id,
        "proposed_by": proposed.by,
        "proposed_at": proposed.at,
        "reason": proposed.reason,
        "documents": [str(listed.document) for listed in proposed.documents],
        "approved_by": None if approval is None else approval.by,
        "approved_at": None if approval is None else approval.at,
        "done": standing.is_done,
    }
