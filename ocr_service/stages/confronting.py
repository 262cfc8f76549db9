"""ExtractedInvoice -> ExtractedInvoice: what the file's own data say is put beside what the face shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.document import TextLine
from models.embedded import EmbeddedInvoice
from models.invoice import Witness
from ocr_service.embedded.rows import completed_rows
from ocr_service.embedded.shown import folded, place_of
from ocr_service.evidence import Candidate, ClassifiedPage, ExtractedInvoice

_TEXTS = frozenset(
    {
        *("buyer_name", "seller_name", "buyer_address_phone", "seller_address_phone", "buyer_bank_account", "seller_bank_account"),
        *("remarks", "payee", "reviewer", "drawer"),
    }
)
"""Fields whose print may be wrapped or cut; found whole on the face they are shown, wherever their label was seen."""
_TELLING = frozenset({"invoice_code", "invoice_number", "check_code", "machine_number", "buyer_tax_id", "seller_tax_id", "ticket_number"})
"""Fields whose value is known when it is seen, label or not."""


@dataclass(frozen=True, slots=True)
class ConfrontingStage:
    """Adds the data as one more witness of each field; proof decides what agreement and contradiction mean."""

    name: str = "confronting"

    def run(self, value: ExtractedInvoice) -> ExtractedInvoice:
        """Confront one invoice with its data; one without data is left as it is."""
        data, page = value.classified.embedded, value.classified.page
        if data is None:
            return value
        lines = (*page.lines, *(line for further in value.further_pages for line in further.lines))
        candidates = dict(value.candidates)
        for key, said in data.fields.items():
            shown = _shown(key, said, candidates.get(key, ()), lines)
            candidates[key] = (*shown, Candidate(said, said, 1.0, None, Witness.EMBEDDED))
        return replace(value, candidates=candidates, items=completed_rows(value.items, data.items))


def told_by_data(classified: ClassifiedPage, data: EmbeddedInvoice) -> ExtractedInvoice:
    """The invoice of a page that was drawn from data: the data are its only witness, the page gives each value a place."""
    lines = classified.page.lines
    candidates = {key: (Candidate(said, said, 1.0, place_of(said, lines), Witness.EMBEDDED),) for key, said in data.fields.items()}
    return ExtractedInvoice(replace(classified, embedded=None), candidates, data.items)


def _shown(key: str, said: str, found: Sequence[Candidate], lines: Sequence[TextLine]) -> tuple[Candidate, ...]:
    """The face's words for a field: as extracted, or whole where the face shows the data's value and extraction had a part of it."""
    printed = [candidate for candidate in found if candidate.witness is Witness.PRINTED]
    whole = any(candidate.value is not None and folded(candidate.value) == folded(said) for candidate in printed)
    for candidate in printed:
        if candidate.confidence == 1.0 and folded(said) in folded(candidate.raw):
            # The file's own text shows it to the letter; only a reading by OCR needs letters folded to digits.
            return tuple(replace(entry, value=said) if entry is candidate else entry for entry in found)
    if whole or not ((key in _TEXTS and len(said) > 1) or (key in _TELLING and not printed)):
        return tuple(found)
    if printed and not all(_is_part(candidate.value, said) for candidate in printed):
        return tuple(found)
    place = place_of(said, lines)
    if place is None:
        return tuple(found)
    confidence = min((line.confidence for line in lines), default=1.0)
    others = tuple(candidate for candidate in found if candidate.witness is not Witness.PRINTED)
    return (Candidate(said, said, confidence, place, Witness.PRINTED), *others)


def _is_part(value: str | None, said: str) -> bool:
    if value is None:
        return True
    one, other = folded(value), folded(said)
    return one in other or other in one
