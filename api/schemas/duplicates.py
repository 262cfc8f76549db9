"""The same invoice in another file, on the wire."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.invoice import SummaryBody
from api.schemas.links import address, invoice_path
from models.clues import InvoiceSummary
from models.duplicates import Decided, Duplicate, DuplicateGroup, SameDecision


class SameInvoiceBody(BaseModel):
    """An invoice of a file that was archived before, from another file."""

    invoice: str = Field(description="The invoice in this file", examples=["0011223344556677889a-1"])
    same_as: str = Field(description="The same invoice in the other file", examples=["99887766554433221100-1"])
    digest: str = Field(description="The other file")
    file_name: str = Field(description="What the other file is called", examples=["打车票 三月.jpg"])
    received_at: datetime = Field(description="When the other file came")
    by: str = Field(description="`number`, or suspected only: `number_alone`, `seller_amount_date`", examples=["number"])
    certain: bool
    differs: list[str] = Field(description="Fields in which both contradict each other, which is an alarm", examples=[[]])
    message: str = Field(examples=["同一张发票，已于 2026-03-02 16:31 存档"])
    message_en: str = Field(examples=["The same invoice was archived 2026-03-02 16:31"])
    links: dict[str, str]

    @classmethod
    def of(cls, summary: InvoiceSummary, other: Duplicate) -> Self:
        """The wire form of an invoice that came before."""
        invoice = other.invoice
        return cls(
            invoice=summary.id,
            same_as=invoice.id,
            digest=str(invoice.document),
            file_name=invoice.file_name,
            received_at=invoice.received_at,
            by=other.by.value,
            certain=other.by.is_certain,
            differs=list(summary.differences(invoice)),
            message=other.chinese,
            message_en=other.english,
            links={"self": invoice_path(invoice.id), "page": address(f"/invoices/{invoice.id}")},
        )


class NewDecisionBody(BaseModel):
    """What a person found out about files that may be one invoice."""

    model_config = ConfigDict(extra="forbid")

    invoices: list[str] = Field(min_length=2, max_length=100, description="Ids of the invoices in those files")
    decision: SameDecision
    reason: str = Field(default="", max_length=500, examples=["发票联与抵扣联"])
    version: int | None = Field(default=None, ge=0, description="Of the decision that was looked at, 0 where there was none")


class DecisionBody(BaseModel):
    """What a person said of files that may be one invoice."""

    invoices: list[str]
    decision: str = Field(description="`same` 同一张 or `different` 不同", examples=["same"])
    reason: str
    by: str = Field(examples=["user:wang"])
    at: datetime
    version: int

    @classmethod
    def of(cls, said: Decided) -> Self:
        """The wire form of a decision."""
        return cls(
            invoices=sorted(said.invoices),
            decision=said.decision.value,
            reason=said.reason,
            by=said.by,
            at=said.at,
            version=said.version,
        )


class DuplicateGroupBody(BaseModel):
    """Files that are one invoice, newest first."""

    by: str = Field(
        description="The weakest reason: `number`, or suspected only: `number_alone`, `seller_amount_date`", examples=["number"]
    )
    certain: bool
    differs: list[str] = Field(description="Fields in which two of them contradict each other, which is an alarm")
    decided: DecisionBody | None
    invoices: list[SummaryBody]

    @classmethod
    def of(cls, group: DuplicateGroup) -> Self:
        """The wire form of a group."""
        return cls(
            by=group.by.value,
            certain=group.by.is_certain,
            differs=list(group.differing),
            decided=None if group.decided is None else DecisionBody.of(group.decided),
            invoices=[SummaryBody.of(summary) for summary in group.invoices],
        )


class DuplicateGroupsBody(BaseModel):
    """A stretch of all groups, those with the newest file first."""

    groups: list[DuplicateGroupBody]
    total: int
