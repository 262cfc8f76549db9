"""One piece of waiting work."""

from dataclasses import dataclass

from models.digest import Digest


@dataclass(frozen=True, slots=True)
class Job:
    """One scan to read, as `version` of its record; `attempt` counts from 1.

    Id and attempt together name one lease: a job given again is another lease.
    """

    id: int
    document: Digest
    attempt: int
    file_name: str
    version: int = 1
