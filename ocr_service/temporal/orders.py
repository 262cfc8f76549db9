"""What travels through Temporal, and the names under which it is found there: digests and numbers, never anything that was read."""

from dataclasses import dataclass

TASKS = "piaogen"
"""The task queue of workflows and of small activities, which must not wait behind readings."""
READINGS = "piaogen-readings"
"""The task queue of readings: a worker process takes one at a time."""

READ_DOCUMENT = "read-document"
END_JOB = "end-job"
OFFER_WAITING = "offer-waiting"
AUDIT = "audit"

CALLED_OFF = "called_off"
"""Why a job ends whose workflow was cancelled."""


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """Do a job of the catalogue, by its id and its document's digest in hex: read it as this version of its record.

    `silence_seconds` is how long its worker may stay silent before another is given it.
    """

    document: str
    version: int
    job: int
    silence_seconds: float

    @property
    def workflow_id(self) -> str:
        """The one name of this order, so that a file sent twice is read once; a document has one job at a time."""
        return f"read-{self.document}-v{self.version}-{self.job}"


@dataclass(frozen=True, slots=True)
class JobEnd:
    """Give a job up: `reason` is `CALLED_OFF` or the code of the error that its reading ended with."""

    document: str
    job: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditOrder:
    """Re-hash `sample` random documents."""

    sample: int


@dataclass(frozen=True, slots=True)
class AuditOutcome:
    """What a sound audit looked at."""

    documents: int
    hashed_objects: int
