"""How sure a share is that was counted on so many."""

import math
from typing import NamedTuple

_Z = 1.959963984540054
"""The standard normal's 97.5 % point: an interval of 95 %."""


class Interval(NamedTuple):
    """Bounds of a share, from 0 to 1."""

    low: float
    high: float


def wilson(part: int, whole: int) -> Interval:
    """The 95 % interval of Wilson (1927), within 0 to 1 and honest about few and about none; of nothing it is everything."""
    if not whole:
        return Interval(0.0, 1.0)
    share, spread = part / whole, _Z**2 / whole
    centre = (share + spread / 2) / (1 + spread)
    reach = _Z * math.sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return Interval(max(0.0, centre - reach), min(1.0, centre + reach))


def stated_share(part: int, whole: int) -> str:
    """A share with its interval, as in `98.5 % (95.1-99.6)`; a dash of nothing."""
    if not whole:
        return "-"
    low, high = wilson(part, whole)
    return f"{100 * part / whole:.1f} % ({100 * low:.1f}-{100 * high:.1f})"
