"""What people and programs do with the archive, noted before it counts as done."""

from typing import Protocol


class Recorder(Protocol):
    """Notes what somebody does. The actor is the one of `acting`."""

    def record(self, action: str, subject: str, **details: str | int) -> None:
        """Note it durably; raise StoreUnavailable when that cannot be done: the action must then not be done either."""
