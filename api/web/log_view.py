"""An entry of the activity log as a page shows it: who, what, about what, with a link to where that can be looked at."""

from typing import NamedTuple

from api.web.record_naming import Named, named
from api.web.record_words import ACTORS, DETAILS
from models.activity import Action, LogEntry
from models.destruction import Reason
from storage.catalogue.log_index import Logged

_OF_BATCHES = frozenset({Action.BATCH_CANCELLED, Action.REPROCESS_REQUESTED})
_PEOPLE = frozenset({"by", "actor", "proposer"})
"""Values of a reason that name whoever acted."""


class Actor(NamedTuple):
    """Whoever acted: the way, which words are known for, and the name, empty where there is none."""

    way: str
    name: str


class LogRow(NamedTuple):
    """One entry, and what it is about."""

    entry: LogEntry
    actor: Actor
    about: Named
    details: tuple[tuple[str, str | int], ...]


def log_row(logged: Logged) -> LogRow:
    """The row of an entry."""
    entry = logged.entry
    details = tuple((key, value) for key, value in entry.details.items() if key in DETAILS)
    return LogRow(entry, actor_of(entry.actor), _named(entry), details)


def actor_of(name: str) -> Actor:
    """Who a name of the log is; one that is not understood is shown as it is."""
    way, _, rest = name.partition(":")
    return Actor(way, rest) if way in ACTORS else Actor("", name)


def reason_values(reason: Reason) -> dict[str, str]:
    """What the sentence of a reason is filled in with; people by the name that colleagues know."""
    return {key: actor_of(value).name or value if key in _PEOPLE else value for key, value in reason.values.items()}


def _named(entry: LogEntry) -> Named:
    """What an entry is about; some acts name a batch or a file of somebody's."""
    found = named(entry.subject)
    if found.kind:
        return found
    if entry.action in _OF_BATCHES:
        return Named("batch", entry.subject, f"/batches/{entry.subject}")
    return Named("file", entry.subject) if entry.action == Action.UPLOAD_REFUSED else found
