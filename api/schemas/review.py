"""What waits for a person, on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.schemas.invoice import SummaryBody
from api.schemas.links import address, original_path
from api.schemas.question import QuestionBody, question_bodies
from models.catalogue import ReviewEntry, ReviewPage
from ocr_service.answers import StoredInvoice, trouble


class ReviewItemBody(BaseModel):
    """One invoice that proof did not settle, or a document in which none could be read yet."""

    digest: str
    file_name: str
    received_at: datetime
    state: str = Field(examples=["needs_review"])
    error: str | None = Field(description="Why the last try to read it failed, or what is wrong with its record in the archive")
    attempts: int = Field(description="How often its reading was tried; after three it is set aside", examples=[3])
    invoice: SummaryBody | None
    questions: list[QuestionBody] = Field(description="What is asked about the invoice, and why")
    links: dict[str, str]

    @classmethod
    def of(cls, entry: ReviewEntry, stored: StoredInvoice | None) -> Self:
        """The wire form of an entry with the invoice itself, when there is one that can be read."""
        document = entry.document.received.document
        return cls(
            digest=str(document.digest),
            file_name=document.file_name,
            received_at=entry.document.received.received_at,
            state=entry.document.state.value,
            error=trouble(entry, stored),
            attempts=entry.document.attempts,
            invoice=None if entry.invoice is None else SummaryBody.of(entry.invoice),
            questions=_questions(entry, stored),
            links={"original": original_path(document.digest), "page": address(f"/documents/{document.digest}")},
        )


class ReviewBody(BaseModel):
    """A stretch of the review list, oldest first."""

    items: list[ReviewItemBody]
    next_cursor: str | None = Field(description="Ask again with `?cursor=` this; null at the end")

    @classmethod
    def of(cls, page: ReviewPage, found: Sequence[StoredInvoice | None]) -> Self:
        """The wire form of a stretch; `found` are the invoices of its entries."""
        items = [ReviewItemBody.of(entry, stored) for entry, stored in zip(page.entries, found, strict=True)]
        return cls(items=items, next_cursor=page.next)


def _questions(entry: ReviewEntry, stored: StoredInvoice | None) -> list[QuestionBody]:
    if entry.invoice is None or stored is None:
        return []
    return question_bodies(entry.invoice.id, stored.invoice, contradicted=entry.invoice.contradicted)
