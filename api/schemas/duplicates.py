"""The same invoice in another file, on the wire."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.schemas.links import address, invoice_path
from models.clues import InvoiceSummary
from models.duplicates import Duplicate


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
