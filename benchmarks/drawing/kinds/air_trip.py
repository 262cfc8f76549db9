"""A traveller's way through the air, as both itineraries print it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from benchmarks.drawing.digits import digits
from benchmarks.drawing.inventory import pick
from benchmarks.drawing.world import TOWNS, clock, day_between, masked_identity, traveller

# printed, but no field of the contract names it one way only
UNSURE = (
    "invoice_number",
    "check_code",
    "train_number",
    "seller_name",
    "seller_tax_id",
    "remarks",
    "seat",
    "drawer",
    "tax_exclusive_amount",
    "unit_price",
)


@dataclass(frozen=True)
class Trip:
    """Stops one after another, flights between them (number, class, day, time), who flies and what it costs in yuan."""

    stops: tuple[str, ...]
    flights: tuple[tuple[str, str, date, str], ...]
    name: str
    identity: str
    fare: Decimal
    fuel: Decimal
    fund: Decimal
    ticket: str
    issued: date
    agent: str


def invent_trip(rng: np.random.Generator, first: date, last: date, legs: int) -> Trip:
    """Invent a journey of some legs that starts between two days."""
    names = [TOWNS[place][0] for place in rng.permutation(len(TOWNS))[: legs + 1]]
    day = day_between(rng, first, last)
    issued = day - timedelta(days=int(rng.integers(0, 20)))
    flights = []
    for _ in range(legs):
        hour, minute = clock(rng)
        flights.append((f"XX{rng.integers(1000, 9990)}", pick(rng, tuple("YBMHKLQVF")), day, f"{hour:02d}:{minute:02d}"))
        day += timedelta(days=int(rng.integers(0, 6)))
    return Trip(
        tuple(names),
        tuple(flights),
        traveller(rng),
        masked_identity(rng, "1100"),
        Decimal(int(rng.integers(25, 320))) * 10,
        Decimal(int(rng.integers(0, 15))) * 10,
        Decimal(50) * legs,
        f"099-{digits(rng, 10)}" if rng.random() < 0.6 else f"099{digits(rng, 10)}",
        issued,
        f"ABC{digits(rng, 3)}  {digits(rng, 8)}",
    )
