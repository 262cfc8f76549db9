"""The main menu: what a clerk uses all day stands in the open, the rest behind one word."""

from collections.abc import Callable
from typing import NamedTuple

from models.access import Right


class Entry(NamedTuple):
    """One link.

    Attributes:
        word: key of its word.
        path: where it leads.
        right: what somebody must be allowed who is offered it.
        below: beginnings of the addresses of the pages that belong to it besides `path` itself.
    """

    word: str
    path: str
    right: Right | None
    below: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page belongs to it."""
        return path == self.path or any(path == each or path.startswith(f"{each}/") for each in self.below)


OPEN = (
    Entry("nav_today", "/today", Right.READ),
    Entry("nav_upload", "/", Right.UPLOAD, ("/batches", "/phone")),
    Entry("nav_register", "/register", Right.READ, ("/register",)),
    Entry("nav_find", "/find", Right.READ),
    Entry("nav_review", "/review", Right.READ, ("/review",)),
)
MORE = (
    Entry("nav_duplicates", "/duplicates", Right.READ),
    Entry("nav_papers", "/papers", Right.READ, ("/papers", "/stocktakings")),
    Entry("nav_losses", "/losses", Right.READ, ("/losses",)),
    Entry("nav_reconciliations", "/reconciliations", Right.READ, ("/reconciliations",)),
    Entry("nav_mails", "/mails", Right.READ, ("/mails",)),
    Entry("nav_exports", "/exports", Right.EXPORT, ("/exports",)),
    Entry("nav_records", "/audit", Right.RECORDS, ("/audit", "/log", "/holds", "/destructions")),
    Entry("nav_people", "/people", Right.ADMINISTER, ("/people",)),
    Entry("nav_keys", "/keys", Right.ADMINISTER, ("/keys", "/phones")),
    Entry("nav_companies", "/companies", Right.ADMINISTER, ("/companies",)),
    Entry("nav_webhooks", "/webhooks", Right.ADMINISTER, ("/webhooks",)),
    Entry("nav_interface", "/docs", None, ("/docs",)),
)


class Link(NamedTuple):
    """An entry as whoever looks at a page is offered it; `is_here` where the page is one of its own."""

    word: str
    path: str
    is_here: bool


def offered(entries: tuple[Entry, ...], path: str, may: Callable[[Right], bool]) -> list[Link]:
    """The links that somebody may follow from a page."""
    followed = [entry for entry in entries if entry.right is None or may(entry.right)]
    return [Link(entry.word, entry.path, entry.holds(path)) for entry in followed]
