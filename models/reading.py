"""One file, read once by one engine: what `piaogen read` prints and what the archive keeps as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.correction import Correction
from models.document import DocumentRef
from models.invoice import Invoice
from models.verification import Verdict

SCHEMA_VERSION = 1


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
        """The worst of its invoices': unread when none was found; nothing is left open about a file of empty pages, which holds none."""
        if not self.invoices:
            return Verdict.ACCEPTED
        verdicts = {invoice.verdict for invoice in self.invoices}
        if verdicts <= {Verdict.UNREAD}:
            return Verdict.UNREAD
        if not verdicts <= {Verdict.ACCEPTED, Verdict.CONFIRMED}:
            return Verdict.NEEDS_REVIEW
        return Verdict.ACCEPTED if verdicts == {Verdict.ACCEPTED} else Verdict.CONFIRMED
