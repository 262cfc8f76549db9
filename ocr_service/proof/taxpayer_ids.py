"""A taxpayer id between its print and its check characters."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from models.document import CharacterChoices
from models.identifiers import is_unified_code_form, taxpayer_id_holds
from models.invoice import FieldStatus, InvoiceField, Witness
from ocr_service.evidence import Candidate
from ocr_service.proof.offers import variants
from ocr_service.proof.settling import settle

ACCIDENT = 1 / (31 * 11)
"""Chance that a wrong 18-character id passes both its check characters: mod 31 (GB 32100) and, inside, mod 11 (GB 11714)."""

MOST_ACCIDENTS = 0.01
"""How many accidental solutions a search may expect before its find counts as none."""

_SERIOUS = 0.02
"""Least odds of a solution against the reading as it stands: below, an error that nobody saw is likelier."""

_RIVAL = 1 / 20
"""A second solution whose odds are this share of the first's leaves both in doubt."""

_MOST_TRIED = 400
_NEW_FORM = 18
"""Characters of an id of GB 32100; older ones of enterprises have 15."""
_TAIL = 16
"""Characters of it behind the two that say who registered it, and as what."""
_HEADS = ("91", "92", "93")
"""The market authority's companies, households and cooperatives: who sells, and the likeliest first."""
_OWN_WITNESSES = frozenset({Witness.PRINTED, Witness.SECOND_READING, Witness.CHECK_DIGIT})
_DIGITS_FOR_LETTERS = str.maketrans({"O": "0", "I": "1", "S": "5", "Z": "2", "|": "1"})


@dataclass(frozen=True, slots=True)
class _Solution:
    value: str
    odds: float
    rank: int


def settle_taxpayer_id(key: str, candidates: Sequence[Candidate], page: int) -> InvoiceField:
    """The id, proved when its check characters hold, else repaired when exactly one likely other reading makes them hold.

    Other readings come from the engine: a second reading of the print, or the alternatives that it saw for each character, tried from
    the likeliest down. Each try passes by accident once in 341 times, so that a find counts only when no more than three well-formed ids
    had to be tried for it (an expectation of one accident in a hundred), when it is likely in itself, and when no second one is nearly as
    likely. Older forms with one check character (mod 11) or none are never repaired. An id that lacks its first characters, or has others
    there than any id has, is given those of a business that make it hold (`_headed`), but is merely `read`: nobody saw them, and where
    its label covers an id, it covers the names above and below it.
    """
    field = settle(key, candidates, page)
    if field.status in {FieldStatus.CONFLICT, FieldStatus.REPAIRED} and Witness.EMBEDDED in {entry.witness for entry in candidates}:
        return field
    holds = None if field.value is None else taxpayer_id_holds(field.value)
    if holds is True:
        return _held(field)
    if field.value is not None:
        if Witness.PERSON in field.witnesses:
            return field
        if holds is None:
            return _with_its_head(field, candidates[0])
    return _repaired_by_another(field, candidates)


def _held(field: InvoiceField) -> InvoiceField:
    """A value whose check characters hold."""
    if _may_be_torn(field):
        return field
    as_printed = (field.value or "") in "".join(field.raw.split()).upper()
    status = FieldStatus.PROVED if as_printed else FieldStatus.REPAIRED
    return replace(field, status=status, witnesses=(*field.witnesses, Witness.CHECK_DIGIT))


def _repaired_by_another(field: InvoiceField, candidates: Sequence[Candidate]) -> InvoiceField:
    """A value that is missing or whose check characters fail, by a second reading, the engine's alternatives, or its head."""
    others = [entry for entry in candidates if entry.value not in {None, field.value} and taxpayer_id_holds(entry.value or "") is True]
    if others and len({entry.value for entry in others}) == 1 and len(others[0].value or "") == 18:
        return _repaired(field, others[0].value or "", (others[0].witness, Witness.CHECK_DIGIT))
    found = _solutions(candidates[0])
    if found and _is_convincing(*found):
        return _repaired(field, found[0].value, (Witness.PRINTED, Witness.CHECK_DIGIT))
    if not found:
        return _with_its_head(field, candidates[0])
    return replace(field, alternatives=tuple(dict.fromkeys((*field.alternatives, *(solution.value for solution in found[:3])))))


def with_roles_in_doubt(fields: Mapping[str, InvoiceField], *, names_seller: bool) -> dict[str, InvoiceField]:
    """The fields; an id that may be the other party's is merely read, for check characters say that it was read right, not whose it is.

    On a form that names its seller (`names_seller`) an id found in the buyer's place alone may be the seller's, which is never left out,
    in a place that was not told right; a buyer often has none. One id in both places was in one of them taken for the other.
    """
    buyer, seller = fields.get("buyer_tax_id"), fields.get("seller_tax_id")
    if buyer is None or buyer.value is None or not names_seller:
        return dict(fields)
    alone = seller is None or seller.value is None
    doubted = {"buyer_tax_id": buyer} if alone else {}
    if seller is not None and seller.value == buyer.value:
        doubted = {"buyer_tax_id": buyer, "seller_tax_id": seller}
    only_read = {key: replace(field, status=FieldStatus.READ) for key, field in doubted.items() if _only_by_itself(field)}
    return {**fields, **only_read}


def _may_be_torn(field: InvoiceField) -> bool:
    """Whether an id of an old, short form may be what is left of a longer one: its print had more letters or digits, or others.

    The old form is the middle of the new one, and one of eleven wrong ones passes its check character.
    """
    return len(field.value or "") < _NEW_FORM and re.sub(r"[\W_]", "", field.raw) not in {"", field.value}


def _only_by_itself(field: InvoiceField) -> bool:
    """Whether a trusted id has no other witness than its print and its own check characters."""
    return field.status in {FieldStatus.PROVED, FieldStatus.REPAIRED} and set(field.witnesses) <= _OWN_WITNESSES


def _is_convincing(best: _Solution, *rivals: _Solution) -> bool:
    few = best.rank * ACCIDENT <= MOST_ACCIDENTS
    return few and best.odds >= _SERIOUS and not any(other.odds >= _RIVAL * best.odds for other in rivals)


def _repaired(field: InvoiceField, value: str, witnesses: tuple[Witness, ...]) -> InvoiceField:
    others = (field.value,) if field.value is not None else ()
    return replace(field, value=value, status=FieldStatus.REPAIRED, witnesses=witnesses, alternatives=tuple(dict.fromkeys(others)))


def _solutions(printed: Candidate) -> list[_Solution]:
    """Well-formed ids among the likeliest readings of a print whose check characters hold, the likeliest first."""
    text, choices = _compact(printed)
    found: list[_Solution] = []
    tried: set[str] = {printed.value or ""}
    for variant, odds in islice(variants(text, choices), _MOST_TRIED):
        value = variant.upper().translate(_DIGITS_FOR_LETTERS)
        if value in tried or not is_unified_code_form(value):
            continue
        tried.add(value)
        if taxpayer_id_holds(value):
            found.append(_Solution(value, odds, len(tried) - 1))
    return found


def _with_its_head(field: InvoiceField, printed: Candidate) -> InvoiceField:
    """The field with the first characters that its label covered, what was read beside it; as it was where none are missing."""
    headed = _headed(printed) if set(field.witnesses) <= _OWN_WITNESSES else None
    if headed is None:
        return field
    status = FieldStatus.CONFLICT if field.status is FieldStatus.CONFLICT else FieldStatus.READ
    others = tuple(dict.fromkeys(entry for entry in (field.value, *field.alternatives) if entry not in {None, headed}))
    return replace(field, value=headed, status=status, witnesses=(Witness.PRINTED, Witness.CHECK_DIGIT), alternatives=others)


def _headed(printed: Candidate) -> str | None:
    """The only id whose check characters hold of those that begin as businesses' do and go on as was read; None for a file's own text.

    Print that slid over its label loses its first characters to it, and the engine, which saw no character there, names none. Of a head
    one character at least is known where 17 or 18 were read, so that no more than three ids are tried.
    """
    text, _ = _compact(printed)
    tail, seen = text[-_TAIL:].upper(), text[:-_TAIL]
    if printed.confidence == 1.0 or len(text) not in range(_TAIL, _NEW_FORM + 1) or is_unified_code_form(text):
        return None
    tried = [head + tail for head in _HEADS if _may_be_left_of(seen, head) and is_unified_code_form(head + tail)]
    found = [value for value in tried if taxpayer_id_holds(value)]
    return found[0] if len(found) == 1 else None


def _may_be_left_of(seen: str, head: str) -> bool:
    """Whether these characters may be what was read of the first two of an id."""
    if len(seen) == len(head):
        return any(one == other for one, other in zip(seen, head, strict=True))
    return seen in head


def _compact(printed: Candidate) -> tuple[str, tuple[CharacterChoices, ...]]:
    """The letters and digits of a print with their choices."""
    aligned = printed.choices if len(printed.choices) == len(printed.raw) else ((),) * len(printed.raw)
    kept = [(sign, own) for sign, own in zip(printed.raw, aligned, strict=True) if re.fullmatch(r"[0-9A-Za-z|]", sign)]
    return "".join(sign for sign, _ in kept), tuple(own for _, own in kept)
