"""What a mail says of itself: plain values, which any process may hold without opening anything."""

from dataclasses import dataclass
from enum import StrEnum

MOST_HOSTS = 20
"""So many hosts that links lead to are told of one mail."""


class LeftOut(StrEnum):
    """Why a part of a mail is no file to be archived by itself; it stays in the mail, which is kept whole."""

    DECORATION = "decoration"
    ACCOMPANYING = "accompanying"
    """A signature that programs check, a calendar entry, a business card."""
    LITTER = "litter"
    TNEF = "tnef"
    """Outlook's own wrapping (`winmail.dat`), which hides the attachments."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says of itself, as it says it: none of it is proof of anything.

    Attributes:
        sent: the date in its head, as it stands there.
        links: hosts that links in its text lead to, each once, at most `MOST_HOSTS`.
        files: how many parts are files to be archived.
        left_out: the others by their place among all parts (from 0), with their names.
    """

    subject: str
    sender: str
    sent: str
    message_id: str
    links: tuple[str, ...]
    files: int
    left_out: tuple[tuple[int, str, LeftOut], ...]
