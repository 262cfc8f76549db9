"""Words of witnesses written down by hand, with what the engine saw beside them."""

from collections.abc import Mapping

from models.document import CharacterChoices
from models.geometry import Box, Polygon
from models.invoice import Witness
from ocr_service.evidence import Candidate

Doubts = Mapping[int, CharacterChoices]
"""What the engine saw at places of the raw text, the character that it read first."""


def choices_for(text: str, doubts: Doubts, surety: float) -> tuple[CharacterChoices, ...]:
    """An entry for each character: the doubts where there are any, else the character alone."""
    return tuple(doubts.get(place, ((character, surety),)) for place, character in enumerate(text))


def a_word(
    value: str | None,
    witness: Witness = Witness.PRINTED,
    *,
    raw: str | None = None,
    doubts: Doubts | None = None,
    surety: float = 0.999,
    confidence: float = 0.99,
    top: float = 0,
) -> Candidate:
    """One witness's word; `doubts` (may be empty) make it that of an engine that tells its alternatives, None of one that does not."""
    text = (value or "") if raw is None else raw
    choices = () if doubts is None else choices_for(text, doubts, surety)
    return Candidate(value, text, confidence, Polygon.rectangle(Box(0, top, 100, top + 20)), witness, choices)
