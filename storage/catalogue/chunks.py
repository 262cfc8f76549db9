"""Lists of values cut short enough for one statement."""

from collections.abc import Iterable, Iterator
from typing import Any

_CHUNK = 5_000
"""Values in one IN list; SQLite takes 32,766 at most."""


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, in order, in lists of at most some thousand."""
    ordered = sorted(values)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))
