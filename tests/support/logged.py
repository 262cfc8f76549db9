"""Builders of log entries, and a clock that tests set."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.activity import Action, LogEntry
from models.digest import Digest
from tests.support.archived import MORNING


@dataclass
class SetClock:
    """Says what it was set to."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let days, hours or seconds go by; less than none set the clock back."""
        self.now += timedelta(**time)


def an_entry(number: int = 0, action: str = Action.ORIGINAL_VIEWED) -> LogEntry:
    """An entry; its subject tells two of them apart."""
    return LogEntry(MORNING, "user:wang", action, f"invoice-{number}", {"page": number})


def an_upload(content: bytes, action: str = Action.UPLOAD_ACCEPTED) -> LogEntry:
    """The entry of a document that came in."""
    return LogEntry(MORNING, "key:scanner-1", action, str(Digest.of(content)), {"size": len(content)})
