"""What waits for a person, on the wire."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.schemas.invoice import SummaryBody
from api.schemas.links import original_path
from models.catalogue import ReviewEntry, ReviewPage


class ReviewItemBody(BaseModel):
    """One invoice that proof did not settle, or a document in which none could be read yet."""

    digest: str
    file_name: str
    received_at: datetime
    state: str = Field(examples=["needs_review"])
    error: str | None = Field(description="Why the last try to read it failed")
    invoice: SummaryBody | None
    links: dict[str, str]

    @classmethod
    def of(cls, entry: ReviewEntry) -> Self:
        """The wire form of an entry."""
        document = entry.document.received.document
        return cls(
            digest=str(document.digest),
            file_name=document.file_name,
            received_at=entry.document.received.received_at,
            state=entry.document.state.value,
            error=entry.document.error,
            invoice=None if entry.invoice is None else SummaryBody.of(entry.invoice),
            links={"original": original_path(document.digest), "page": f"/documents/{document.digest}"},
        )


class ReviewBody(BaseModel):
    """A stretch of the review list, oldest first."""

    items: list[ReviewItemBody]
    next_cursor: str | None = Field(description="Ask again with `?cursor=` this; null at the end")

    @classmethod
    def of(cls, page: ReviewPage) -> Self:
        """The wire form of a stretch."""
        return cls(items=[ReviewItemBody.of(entry) for entry in page.entries], next_cursor=page.next)
