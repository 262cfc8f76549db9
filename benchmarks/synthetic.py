"""Readings of invoices that nobody drew, as many as wanted: what a catalogue of that size would hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from benchmarks.drawing.invoice import KINDS, invent
from models.archive import Received
from models.digest import Digest
from models.document import DocumentRef, MediaType, TextLine
from models.geometry import Polygon
from models.invoice import FIELD_NAMES, FieldStatus, Invoice, InvoiceField, InvoiceKind, LineItem, Witness
from models.reading import Engine, Reading
from models.verification import Verdict

_START = datetime(2026, 1, 1, tzinfo=UTC)
_ENGINE = Engine("synthetic", "1", {})
_PAGE = Polygon.of([[0, 0], [1240, 0], [1240, 800], [0, 800]])
_SHARE_OF_COPIES = 0.05


class Archived(NamedTuple):
    """One document with its reading."""

    received: Received
    reading: Reading

    @property
    def invoice(self) -> Invoice:
        """The one invoice on it."""
        return self.reading.invoices[0]


def archived(place: int, seed: int, content: bytes = b"") -> Archived:
    """The document at a place of a set; one in twenty is another scan of the one before it. `content` is padding for its bytes."""
    rng = np.random.default_rng([seed, place])
    of = place - 1 if place and rng.random() < _SHARE_OF_COPIES else place
    invoice = _invoice(of, seed)
    digest = Digest.of(content or f"{seed}/{place}".encode())
    document = DocumentRef(digest, f"scan-{place:06d}.jpg", MediaType.JPEG, len(content) or 300_000, 1)
    received = Received(document, _START + timedelta(seconds=20 * place), "cli")
    return Archived(received, Reading(document, (invoice,), _ENGINE, {"reading": 0.0}))


def archive_of(count: int, seed: int) -> Iterator[Archived]:
    """All documents of a set."""
    return (archived(place, seed) for place in range(count))


def _invoice(place: int, seed: int) -> Invoice:
    drawn = invent(KINDS[place % len(KINDS)], seed * 1_000_003 + place, lines=1 + place % 4)
    truth = drawn.truth
    values = {key: value for key, value in truth.items() if key in FIELD_NAMES and isinstance(value, str)}
    items = [item.truth for item in drawn.items]
    cells = [value for item in items for value in item.values() if value]
    printed = [f"{FIELD_NAMES[key]}:{value}" for key, value in values.items()] + cells
    kind = InvoiceKind(drawn.kind)
    return Invoice(
        kind=kind,
        title=drawn.title,
        page=1,
        polygon=_PAGE,
        fields={key: InvoiceField(value, value, 0.98, 1, _PAGE, FieldStatus.READ, (Witness.PRINTED,)) for key, value in values.items()},
        items=tuple(LineItem(**item) for item in items),
        checks=(),
        verdict=Verdict.ACCEPTED if place % 3 else Verdict.NEEDS_REVIEW,
        lines=tuple(TextLine(line, 0.98, _PAGE) for line in (drawn.title, *printed, *drawn.cipher)),
    )
