"""The activity log on the wire."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from models.activity import Action, LogHead
from ocr_service.log_inspection import LogPage, actors_called, documents_called
from ocr_service.service import ArchiveService
from storage.catalogue.log_index import LogFilter


class LogQuestion(BaseModel):
    """Which entries of the log are asked for; a blank one asks for nothing."""

    document: str | None = Field(default=None, max_length=100, description="A digest, an invoice's id, or a whole invoice number")
    actor: str | None = Field(default=None, max_length=100, description="A login, a key's id, or as the log writes it: `user:wang`")
    action: Action | None = None
    first: date | None = Field(default=None, description="First day")
    last: date | None = Field(default=None, description="Last day")

    def filter(self, service: ArchiveService) -> LogFilter:
        """The question to the index."""
        document, actor = (self.document or "").strip(), (self.actor or "").strip()
        return LogFilter(
            documents=documents_called(service, document) if document else None,
            actors=actors_called(actor) if actor else None,
            action=self.action,
            first=self.first,
            last=self.last,
        )


class LogEntryBody(BaseModel):
    """One thing that somebody did."""

    at: datetime
    actor: str = Field(examples=["user:wang"])
    action: str = Field(examples=["upload.accepted"])
    subject: str = Field(description="A document's digest, an invoice's id, a user, a key, or `archive`")
    details: dict[str, str | int]
    block: str = Field(description="The object of the archive that it stands in", examples=["log/2026-03-02/000000017.json"])


class LogBody(BaseModel):
    """Entries, newest first."""

    entries: list[LogEntryBody]
    next_cursor: str | None = Field(description="Asks for the entries before these; null when there are none")
    head: str | None = Field(
        description="Number and digest of the last block. Keep it: `piaogen audit --log --since-head` proves by it that nothing was cut off"
    )

    @classmethod
    def of(cls, page: LogPage) -> Self:
        """From what the service answers."""
        entries = [
            LogEntryBody(
                at=logged.entry.at,
                actor=logged.entry.actor,
                action=logged.entry.action,
                subject=logged.entry.subject,
                details=dict(logged.entry.details),
                block=logged.block.key,
            )
            for logged in page.entries
        ]
        return cls(entries=entries, next_cursor=page.next, head=_shown(page.head))


def _shown(head: LogHead) -> str | None:
    return str(head) if head.count else None
