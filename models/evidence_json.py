"""The evidence of an invoice as JSON and back: kept in the archive, so that a correction is proved with every witness of the reading.

Short, for it is kept with every invoice: what is empty is left out, and of a character's alternatives those that nobody would try.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from models.document import CharacterChoices
from models.geometry import Polygon
from models.invoice import Candidate, Evidence, InvoiceKind, Witness

_DECIMALS = 6
"""Of a probability: far finer than any threshold of the proof."""

_FAINTEST = 1e-5
"""A tenth of the least probability that the proof tries."""


def encode_evidence(evidence: Evidence) -> dict[str, Any]:
    """The evidence as JSON-ready values; `kind_votes` are pairs, for their order counts."""
    return {
        "kind": evidence.kind.value,
        "kind_votes": [[who, kind.value] for who, kind in evidence.kind_votes.items()],
        "candidates": {key: [_encode_candidate(entry) for entry in found] for key, found in evidence.candidates.items()},
        "embedded": None if evidence.embedded is None else dict(evidence.embedded),
        "missing": None if evidence.missing is None else list(evidence.missing),
        "cut_at": list(evidence.cut_at),
    }


def decode_evidence(wire: Mapping[str, Any]) -> Evidence:
    """The evidence behind JSON values; raise ValueError, KeyError or TypeError when they are none."""
    return Evidence(
        kind=InvoiceKind(wire["kind"]),
        kind_votes={who: InvoiceKind(kind) for who, kind in wire["kind_votes"]},
        candidates={key: tuple(_decode_candidate(entry) for entry in found) for key, found in wire["candidates"].items()},
        embedded=None if wire["embedded"] is None else dict(wire["embedded"]),
        missing=None if wire.get("missing") is None else tuple(wire["missing"]),
        cut_at=tuple(wire.get("cut_at", ())),
    )


def _encode_candidate(candidate: Candidate) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "value": candidate.value,
        "raw": candidate.raw,
        "confidence": candidate.confidence,  # to the last digit: 1 means a file's own text, which nobody had to read
        "witness": candidate.witness.value,
    }
    if candidate.polygon is not None:
        wire["polygon"] = [[round(x, 1), round(y, 1)] for x, y in candidate.polygon.points]
    if candidate.choices:
        wire["choices"] = [_encode_choices(choices) for choices in candidate.choices]
    if candidate.page is not None:
        wire["page"] = candidate.page
    return wire


def _encode_choices(choices: CharacterChoices) -> list[list[Any]]:
    """The character as read, and those beside it."""
    return [[sign, round(odds, _DECIMALS)] for place, (sign, odds) in enumerate(choices) if place == 0 or odds >= _FAINTEST]


def _decode_candidate(wire: Mapping[str, Any]) -> Candidate:
    return Candidate(
        value=wire["value"],
        raw=wire["raw"],
        confidence=wire["confidence"],
        polygon=Polygon.of(wire["polygon"]) if "polygon" in wire else None,
        witness=Witness(wire["witness"]),
        choices=tuple(_decode_choices(choices) for choices in wire.get("choices", ())),
        page=wire.get("page"),
    )


def _decode_choices(wire: Sequence[Sequence[Any]]) -> CharacterChoices:
    return tuple((sign, odds) for sign, odds in wire)
