"""An entry of the activity log as a page shows it: who, what, about what, with a link to where that can be looked at."""

import re
from typing import NamedTuple
from urllib.parse import quote

from api.web.record_words import ACTORS, DETAILS
from models.activity import ARCHIVE, LogEntry
from models.destruction import Reason
from storage.catalogue.log_index import Logged
from storage.destruction_records import LIST_ID

_INVOICE = re.compile(r"[0-9a-f]{20}-[0-9]{1,6}")
_DOCUMENT = re.compile(r"sha256:[0-9a-f]{64}")
_SHOWN_DIGITS = 12
_PEOPLE = frozenset({"by", "actor", "proposer"})
"""Values of a reason that name whoever acted."""


class Actor(NamedTuple):
    """Whoever acted: the way, which words are known for, and the name, empty where there is none."""

    way: str
    name: str


class LogRow(NamedTuple):
    """One entry; `subject` is short and empty for the whole archive, `link` is empty where there is no page of it."""

    entry: LogEntry
    actor: Actor
    subject: str
    link: str
    details: tuple[tuple[str, str | int], ...]


def log_row(logged: Logged) -> LogRow:
    """The row of an entry."""
    entry = logged.entry
    subject, link = _subject(entry.subject)
    details = tuple((key, value) for key, value in entry.details.items() if key in DETAILS)
    return LogRow(entry, actor_of(entry.actor), subject, link, details)


def actor_of(name: str) -> Actor:
    """Who a name of the log is; one that is not understood is shown as it is."""
    way, _, rest = name.partition(":")
    return Actor(way, rest) if way in ACTORS else Actor("", name)


def reason_values(reason: Reason) -> dict[str, str]:
    """What the sentence of a reason is filled in with; people by the name that colleagues know."""
    return {key: actor_of(value).name or value if key in _PEOPLE else value for key, value in reason.values.items()}


def _subject(subject: str) -> tuple[str, str]:
    if subject == ARCHIVE:
        return "", ""
    if _DOCUMENT.fullmatch(subject):
        return f"{subject[7 : 7 + _SHOWN_DIGITS]}…", f"/documents/{subject}"
    if _INVOICE.fullmatch(subject):
        return subject, f"/invoices/{subject}"
    if LIST_ID.fullmatch(subject):
        return subject, f"/destructions/{subject}"
    if subject.startswith(("losses/", "reconciliations/")):
        return subject.partition("/")[2], f"/{subject}"
    kind, _, name = subject.partition(":")
    if kind in ("user", "key") and name:
        return name, f"/people/{quote(name, safe='')}" if kind == "user" else "/keys"
    return subject, "/holds" if subject.startswith("hold-") else ""
