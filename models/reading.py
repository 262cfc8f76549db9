"""One file, read once by one engine: what `piaogen read` prints and what the archive keeps as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.correction import Correction, Ground
from models.document import DocumentRef
from models.invoice import Invoice
from models.verification import Verdict

SCHEMA_VERSION = 1
BY_HAND = "by_hand"
"""The engine of a record that a person began: of a scan that no engine could read they said what becomes of it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Who read: name and version of the engine, and the name of each model by its task."""

    name: str
    version: str
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run of the pipeline made of one file; `timings_ms` is wall time by stage.

    `corrections` are what people set right in it since, oldest first; the invoices show them already.
    """

    document: DocumentRef
    invoices: tuple[Invoice, ...]
    engine: Engine
    timings_ms: Mapping[str, float]
    corrections: tuple[Correction, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of those of its invoices that were not withdrawn: unread when none was found.

        Nothing is left open about a file of empty pages, which holds none; nor, on people's word, where all were withdrawn.
        """
        if not self.invoices:
            return Verdict.ACCEPTED
        withdrawn = self.withdrawn
        verdicts = {invoice.verdict for place, invoice in enumerate(self.invoices, start=1) if place not in withdrawn}
        if not verdicts:
            return Verdict.CONFIRMED
        if verdicts <= {Verdict.UNREAD}:
            return Verdict.UNREAD
        if not verdicts <= {Verdict.ACCEPTED, Verdict.CONFIRMED}:
            return Verdict.NEEDS_REVIEW
        return Verdict.ACCEPTED if verdicts == {Verdict.ACCEPTED} else Verdict.CONFIRMED

    @property
    def withdrawn(self) -> Mapping[int, Ground]:
        """The places, from 1, of those of its invoices that stand withdrawn, and why each does."""
        spoken = {one.position for one in self.corrections if one.withdrawn is not None}
        said = {place: self.withdrawal(place) for place in sorted(spoken)}
        return {place: one.ground for place, one in said.items() if one is not None}

    def withdrawal(self, position: int) -> Correction | None:
        """By whose word the invoice at a place, from 1, stands withdrawn (作废); None for one that is listed."""
        said = (one for one in reversed(self.corrections) if one.position == position and one.withdrawn is not None)
        last = next(said, None)
        return last if last is not None and last.withdrawn else None
