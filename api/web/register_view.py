"""What the register's page shows: its views, its form as it was filled in, and what could not be understood."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from api.web.register_words import FILTER_NAMES
from models.errors import InvalidClue
from models.invoice import InvoiceKind
from models.papers import PaperState
from models.register import RegisterOrder, RegisterSort
from models.register_texts import FILTERS
from models.verification import Verdict
from ocr_service.saved_views import SavedView

TICKETS = (InvoiceKind.TRAIN, InvoiceKind.DIGITAL_RAILWAY, InvoiceKind.TAXI, InvoiceKind.COACH)
"""车票: what one rides on; tolls and flights have names of their own."""
SETTLED = (Verdict.ACCEPTED, Verdict.CONFIRMED)
OPEN = (Verdict.NEEDS_REVIEW, Verdict.UNREAD)

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "all": {},
    "month": {"date": "this_month"},
    "received": {"received": "this_month"},
    "review": {"verdict": ",".join(OPEN)},
    "duplicates": {"duplicates": "1"},
    "tickets": {"kind": ",".join(TICKETS)},
    "lent": {"paper": ",".join((PaperState.LENT, PaperState.TAKEN))},
    "withdrawn": {"state": "withdrawn"},
}
"""Views that everybody has, by the keys of their words."""
FIRST = ("date", "party", "kind", "verdict", "amount_min", "amount_max")
"""Filters that are always seen; the others are folded away until one of them is used."""


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A view with its address; `name` is a key of the words for one that everybody has."""

    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class SortLink:
    """What a head of a column leads to; `direction` is how the list is ordered by it now, as `aria-sort` says it, or empty."""

    address: str
    direction: str


@dataclass(frozen=True, slots=True)
class WrongFilter:
    """What is told of a text that is not understood: a filter's name, its value, a doubt about a day, and why as a key of words."""

    name: str
    value: str
    doubt: str
    why: str


def address_of(texts: Mapping[str, str], sort: str = "", **more: str) -> str:
    """The register's address with these filters."""
    query = {**texts, **({"sort": sort} if sort else {}), **more}
    return "/register" + ("?" + urlencode(query) if query else "")


def built_in_links(texts: Mapping[str, str]) -> list[ViewLink]:
    """The views that everybody has."""
    return [ViewLink(name, address_of(view), dict(view) == dict(texts)) for name, view in BUILT_IN.items()]


def own_links(views: Iterable[SavedView], texts: Mapping[str, str], sort: str) -> list[ViewLink]:
    """Somebody's own views."""
    return [ViewLink(view.name, address_of(view.texts, view.sort), (dict(view.texts), view.sort) == (dict(texts), sort)) for view in views]


def sort_links(texts: Mapping[str, str], order: RegisterOrder) -> dict[str, SortLink]:
    """For each order the address by which it is chosen, or turned round where it is chosen; days and amounts begin with the greatest."""
    found = {}
    for sort in RegisterSort:
        begins_great = sort in (RegisterSort.ISSUED, RegisterSort.RECEIVED, RegisterSort.AMOUNT)
        is_chosen = sort is order.by
        descends = not order.descending if is_chosen else begins_great
        found[sort.value] = SortLink(address_of(texts, str(RegisterOrder(sort, descends))), _direction(order) if is_chosen else "")
    return found


def _direction(order: RegisterOrder) -> str:
    return "descending" if order.descending else "ascending"


def wrong_filters(error: InvalidClue, texts: Mapping[str, str]) -> Iterator[WrongFilter]:
    """What of the filters an error is about."""
    name = str(error.details.get("clue", ""))
    known = name if name in FILTER_NAMES else ""
    yield WrongFilter(known, texts.get(name, "")[:80], str(error.details.get("doubt", "")), _why(name, texts))


def _why(name: str, texts: Mapping[str, str]) -> str:
    if name == "cursor":
        return "cursor"
    if name in ("seller", "buyer", "party"):
        return "name"
    pairs = {"date": "date_", "received": "received_", "amount": "amount_"}
    group = next((prefix for first, prefix in pairs.items() if name == first or name.startswith(prefix)), "")
    if group and sum(1 for given in texts if given == group.rstrip("_") or given.startswith(group)) > 1:
        return "range"
    if group == "amount_":
        return "amount"
    return "days" if group else "unknown"


def filters_of(items: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The filters in a query string or a form, without blanks; names that the register does not know stay, to be refused."""
    others = ("sort", "cursor", "lang", "name", "saved", "wrong")
    return {name: text.strip() for name, text in items if name not in others and text.strip()}


def is_more_open(texts: Mapping[str, str]) -> bool:
    """Whether one of the filters is used that are folded away."""
    return any(name in texts for name in FILTERS if name not in FIRST)
