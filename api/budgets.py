"""What one sender may cost in a while: bytes, jobs, pictures, corrections. Each server process counts for itself."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fastapi import Depends, Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.request_context import add_headers
from models.access import LOCAL
from models.errors import BudgetSpent

MEGABYTE = 1 << 20


class Spending(StrEnum):
    """What is counted; the names are those of `PIAOGEN_BUDGETS`."""

    UPLOADED = "uploaded_megabytes"
    UNPACKED = "unpacked_megabytes"
    JOBS = "jobs"
    PREVIEWS = "previews"
    CORRECTIONS = "corrections"
    PROOFS = "proofs"
    REPROCESSINGS = "reprocessings"


GENEROUS: Mapping[Spending, str] = {
    Spending.UPLOADED: "200000/hour",
    Spending.UNPACKED: "200000/hour",
    Spending.JOBS: "200000/hour",
    Spending.PREVIEWS: "6000/minute",
    Spending.CORRECTIONS: "1200/minute",
    Spending.PROOFS: "1200/minute",
    Spending.REPROCESSINGS: "6000/hour",
}
"""Several times what one machine can do for all senders together, so that no honest one meets them; what a program gone wild does."""


class Budgets:
    """Counts by a window that moves: what was spent in the last hour counts now, the hour before it by the share that still overlaps."""

    def __init__(self, written: str = "") -> None:
        """`written` as in `PIAOGEN_BUDGETS`: `jobs=100/hour previews=60/minute`; what it leaves out is generous."""
        chosen = dict(pair.split("=") for pair in written.split())
        self._limits: Mapping[Spending, RateLimitItem] = {
            spending: parse(chosen.get(spending.value, default)) for spending, default in GENEROUS.items()
        }
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    def spend(self, sender: str, spending: Spending, amount: int) -> Mapping[str, str]:
        """Count an amount; returns the headers that say what is left (draft-ietf-httpapi-ratelimit-headers).

        Raises:
            BudgetSpent: it is more than is left; nothing was counted.
        """
        limit = self._limits[spending]
        # What is larger than the whole budget passes when nothing was spent, or it never would.
        cost = min(amount, limit.amount)
        if self._window.hit(limit, sender, spending.value, cost=cost):
            return self._headers(sender, spending)
        seconds = self._seconds_until(sender, spending)
        raise BudgetSpent(
            f"more {spending.value} than {limit.amount} in {limit.get_expiry()} seconds; go on in {seconds} seconds",
            retry_after=seconds,
            **{name.lower(): value for name, value in self._headers(sender, spending).items()},
        )

    def _headers(self, sender: str, spending: Spending) -> Mapping[str, str]:
        limit = self._limits[spending]
        left = self._window.get_window_stats(limit, sender, spending.value).remaining
        return {
            "RateLimit-Policy": f'"{spending.value}";q={limit.amount};w={limit.get_expiry()}',
            "RateLimit": f'"{spending.value}";r={left};t={self._seconds_until(sender, spending)}',
        }

    def _seconds_until(self, sender: str, spending: Spending) -> int:
        limit = self._limits[spending]
        stats = self._window.get_window_stats(limit, sender, spending.value)
        return max(1, math.ceil(stats.reset_time - time.time()))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request, and what it may still cost: the one who is logged in or holds a key, else the address that it came from."""

    request: Request
    budgets: Budgets
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _name(self.request))

    def spend(self, spending: Spending, amount: int = 1) -> None:
        """Count an amount; the answer says what is left. Raise BudgetSpent when that is too little."""
        try:
            headers = self.budgets.spend(self.name, spending, amount)
        except BudgetSpent as error:
            add_headers(self.request.scope, {name: str(error.details[name.lower()]) for name in ("RateLimit-Policy", "RateLimit")})
            raise
        add_headers(self.request.scope, headers)

    def spend_bytes(self, spending: Spending, size: int) -> None:
        """Count bytes, by the begun megabyte."""
        self.spend(spending, max(1, math.ceil(size / MEGABYTE)))


def sender_of(request: Request) -> Sender:
    """The sender of the running request."""
    budgets = request.app.state.budgets
    assert isinstance(budgets, Budgets)
    return Sender(request, budgets)


def spends(spending: Spending) -> Any:  # noqa: ANN401  # what FastAPI calls a dependency has no type
    """The declaration of a route that costs one of something; behind the one that finds out who asks."""

    def count(request: Request) -> None:
        sender_of(request).spend(spending)

    return Depends(count)


def _name(request: Request) -> str:
    principal = getattr(request.state, "principal", LOCAL)
    if principal != LOCAL:
        return f"principal {principal.name}"
    return f"address {request.client.host if request.client else ''}"
