"""What became of a mail: which of its files are archived, which were refused, and why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MAILS = "mails/"
"""What the names of their records begin with."""


class MailOutcome(StrEnum):
    """`archived`: every file of it is kept. `refused`: something of it a person has to look at; what else was in it is kept."""

    ARCHIVED = "archived"
    REFUSED = "refused"


class MailNote(StrEnum):
    """What is told of a mail besides what became of its files.

    `no_file`: it brings none. `links_only`: it brings none but links. `outlook`: Outlook's own wrapping hides what is attached.
    """

    NO_FILE = "no_file"
    LINKS_ONLY = "links_only"
    OUTLOOK = "outlook"


@dataclass(frozen=True, slots=True)
class MailPlace:
    """Where a message lay on its server (RFC 9051): what names it there for as long as `uidvalidity` stays."""

    account: str
    mailbox: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class MailedFile:
    """A file of a mail: `state` is `queued` (archived then), `duplicate` (archived before) or `refused` with a code and a message."""

    name: str
    state: str
    digest: str | None = None
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class MailRecord:
    """What became of one message. What it says of itself (`subject`, `sender`, `sent`, `message_id`) is as strangers wrote it.

    Attributes:
        size: bytes of the message.
        batch: the batch of its files.
        files: what became of each, the first thousand.
        left_out: names of what is no document (decoration, signatures, calendar entries): it stays in the message.
        links: hosts to which links in its text lead; nothing is fetched from them.
        reason: why nothing or not all of it was taken; empty where all was.
        notes: the same of what is no file, for whoever reads Chinese as well.
    """

    place: MailPlace
    message_id: str
    subject: str
    sender: str
    sent: str
    size: int
    outcome: MailOutcome
    batch: str
    files: tuple[MailedFile, ...] = ()
    left_out: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    reason: str = ""
    notes: tuple[MailNote, ...] = ()


def mail_to_body(record: MailRecord) -> dict[str, Any]:
    """As it is kept."""
    body = asdict(record)
    body["outcome"] = record.outcome.value
    body["notes"] = [note.value for note in record.notes]
    return body


def mail_from_body(body: Mapping[str, Any]) -> MailRecord:
    """Read back what `mail_to_body` wrote."""
    return MailRecord(
        **{
            **body,
            "place": MailPlace(**body["place"]),
            "outcome": MailOutcome(body["outcome"]),
            "files": tuple(MailedFile(**file) for file in body["files"]),
            "left_out": tuple(body["left_out"]),
            "links": tuple(body["links"]),
            "notes": tuple(MailNote(note) for note in body.get("notes", ())),
        }
    )
