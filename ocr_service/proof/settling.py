"""One field, several witnesses: what its value is and how far it may be trusted."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod

from models.invoice import FieldStatus, InvoiceField, Witness
from ocr_service.evidence import Candidate
from ocr_service.proof.offers import odds_of, weakest
from ocr_service.proof.qr_witness import is_misreading

SURE = 0.98
"""Least probability of every character of one of two readings of the same print that together may prove a value."""

FAIR = 0.9
"""Least probability of every character of the other one: at 0.9 beside 0.98 another character would have to be seen wrongly twice."""

_SERIOUS = 0.02
"""Least odds at which a print takes part in a value that it was not read as."""

_MARGIN = 1000.0
"""How much likelier than every other value one must be that settles two prints which were read differently."""

PROVED_BY_READINGS = frozenset({"issue_date", "invoice_code", "invoice_number"})
"""Fields of a VAT form or a roll that two sure readings of one print prove: each has a form and a label that nothing else there has.

A second reading shares the ink and the place with the first: it shows that the engine did not stumble, not that this print is the
field's. So it proves no amount, of which a form has many, and nothing on tickets, which print several dates and numbers. It is all
that can be asked of a date, which no other mark on a paper form repeats. What is proved so far only is lost again as soon as a rule
about the field does not hold (`without_refuted`).
"""

_CENTURY = 2
"""Digits of a year that are the same on all these forms."""

_OF_ONE_PRINT = frozenset({Witness.PRINTED, Witness.SECOND_READING})

_DATA = frozenset({Witness.QR, Witness.EMBEDDED})
_FREE_TEXT = frozenset({"remarks", "buyer_address_phone", "buyer_bank_account", "seller_address_phone", "seller_bank_account"})


def settle(key: str, candidates: Sequence[Candidate], page: int, *, qr_vouches: bool = False, on_vat_form: bool = False) -> InvoiceField:
    """Weigh candidates of one field; they come in the order of trust and must not be empty.

    The file's own data, or a QR value under a checksum that holds and that belongs to this face (`qr_vouches`), outweigh a print that can
    be a misreading of them (`repaired`); a print that plainly says something else contradicts them (`conflict`, the print is shown,
    the other is an alternative). Prints that were read differently are settled when what the engine saw beside its readings fits
    one value a thousand times better than any other, else they are a conflict. A person's word is given up to nobody: where the others
    agree on another value, they contradict it.
    """
    settled = _weighed(key, candidates, page, qr_vouches=qr_vouches, on_vat_form=on_vat_form)
    person = next((candidate for candidate in candidates if candidate.witness is Witness.PERSON), None)
    if person is None or settled.value == person.value:
        return settled
    return _field(person, person.value, page, FieldStatus.CONFLICT, (person.witness,), _others(candidates, person.value))


def _weighed(key: str, candidates: Sequence[Candidate], page: int, *, qr_vouches: bool, on_vat_form: bool) -> InvoiceField:
    spoken = [candidate for candidate in candidates if candidate.value is not None]
    first = candidates[0]
    if not spoken:
        return _field(first, None, page, FieldStatus.UNREADABLE, (first.witness,), ())
    prints = [candidate for candidate in spoken if candidate.witness not in _DATA]
    embedded = next((candidate for candidate in spoken if candidate.witness is Witness.EMBEDDED), None)
    qr = next((candidate for candidate in spoken if candidate.witness is Witness.QR), None)
    if embedded is not None:
        return _against_data(key, embedded, prints, qr, candidates, page)
    if qr is not None and qr_vouches:
        return _against_checksum(qr, prints, candidates, page)
    return _between_prints(key if on_vat_form else "", prints, spoken, page)


def _between_prints(key: str, prints: Sequence[Candidate], spoken: Sequence[Candidate], page: int) -> InvoiceField:
    """The prints, each other's witnesses, with a QR value that nothing vouches for beside them."""
    inks = [candidate for candidate in prints if candidate.witness is not Witness.SECOND_READING]
    leading = inks[0] if inks else spoken[0]
    settled = _settled_value(inks) if len({candidate.value for candidate in inks}) > 1 else leading.value
    if settled is None:
        return _field(leading, leading.value, page, FieldStatus.CONFLICT, _who(spoken, leading.value), _others(spoken, leading.value))
    agreeing, others = _who(spoken, settled), _others(spoken, settled)
    if settled != leading.value:
        return _field(leading, settled, page, FieldStatus.REPAIRED, agreeing, others)
    if any(candidate.value != settled for candidate in spoken if candidate.witness in _DATA):
        return _field(leading, settled, page, FieldStatus.CONFLICT, agreeing, others)
    # A print that was read otherwise but can well be this value is one of its witnesses.
    witnesses = tuple(dict.fromkeys((*(candidate.witness for candidate in inks), *agreeing)))
    if len(set(witnesses) - {Witness.SECOND_READING}) > 1:
        return _field(leading, settled, page, FieldStatus.PROVED, witnesses, others)
    return _once_printed(key, leading, [entry for entry in prints if entry.witness is Witness.SECOND_READING], page)


def _once_printed(key: str, leading: Candidate, readings: Sequence[Candidate], page: int) -> InvoiceField:
    """A value printed once and read again: two sure readings may prove it, a surer one that differs contradicts it."""
    witnesses = _who([leading, *readings], leading.value)
    others = _others(readings, leading.value)
    if others:
        surer = any(weakest(entry) > weakest(leading) for entry in readings if entry.value != leading.value)
        return _field(leading, leading.value, page, FieldStatus.CONFLICT if surer else FieldStatus.READ, witnesses, others)
    twice = key in PROVED_BY_READINGS and leading.witness is Witness.PRINTED and bool(readings)
    twice = twice and are_sure((leading, *readings), given=_CENTURY if key == "issue_date" else 0)
    return _field(leading, leading.value, page, FieldStatus.PROVED if twice else FieldStatus.READ, witnesses, ())


def are_sure(readings: Iterable[Candidate], given: int = 0) -> bool:
    """Whether one reading at least is sure of every character and all others fairly, by the engine's own word.

    A file's own text was not read by an engine and shares none of its errors: any reading of the ink bears it out. The first `given`
    characters of the value can be no others, however faint.
    """
    told = [weakest(entry, given) for entry in readings if entry.choices]
    own_text = any(not entry.choices and entry.confidence == 1.0 for entry in readings)
    return own_text or (len(told) > 1 and max(told) >= SURE and min(told) >= FAIR)


def without_refuted(fields: Mapping[str, InvoiceField], refuted: Collection[str]) -> dict[str, InvoiceField]:
    """The fields; those whose only proof is that one print was read twice alike are merely read when a rule about them is broken."""
    return {
        key: replace(field, status=FieldStatus.READ)
        if key in refuted and field.status is FieldStatus.PROVED and set(field.witnesses) <= _OF_ONE_PRINT
        else field
        for key, field in fields.items()
    }


def _settled_value(inks: Sequence[Candidate]) -> str | None:
    """The one value that fits all prints by what the engine saw in each; None when no value is much the likeliest."""
    odds = {candidate.value: prod(odds_of(other, candidate.value or "") for other in inks) for candidate in inks}
    ranked = sorted(odds.items(), key=lambda entry: -entry[1])
    (value, best), (_, second) = ranked[0], ranked[1]
    return value if best >= _SERIOUS and best >= _MARGIN * second else None


def _against_data(
    key: str, data: Candidate, prints: Sequence[Candidate], qr: Candidate | None, everything: Sequence[Candidate], page: int
) -> InvoiceField:
    """Held against what the file says itself, which nobody had to read."""
    others = tuple(other for other in _others([*prints, *([qr] if qr else [])], data.value) if not _same_text(other, data.value))
    agreeing = [entry for entry in prints if _same_text(entry.value, data.value)]
    seconding = (Witness.QR,) if qr is not None and qr.value == data.value else ()
    if agreeing:
        witnesses = (*dict.fromkeys(entry.witness for entry in agreeing), Witness.EMBEDDED, *seconding)
        return _field(agreeing[0], data.value, page, FieldStatus.PROVED, witnesses, others)
    printed = next((entry for entry in everything if entry.witness not in _DATA), None)
    if printed is None:
        status = FieldStatus.CONFLICT if qr is not None and qr.value != data.value else FieldStatus.PROVED
        return _field(data, data.value, page, status, (data.witness, *seconding), others)
    if printed.value is None or (printed.confidence < 1.0 and is_misreading(printed, data.value or "")):
        return _field(printed, data.value, page, FieldStatus.REPAIRED, (Witness.EMBEDDED, *seconding), others)
    if key in _FREE_TEXT:
        return _field(printed, data.value, page, FieldStatus.READ, (Witness.EMBEDDED,), others)
    return _field(printed, printed.value, page, FieldStatus.CONFLICT, (printed.witness,), (data.value or "",))


def _same_text(one: str | None, other: str | None) -> bool:
    """Equal but for white space and the width of signs."""
    return _folded(one) == _folded(other)


def _folded(text: str | None) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))


def _against_checksum(qr: Candidate, prints: Sequence[Candidate], everything: Sequence[Candidate], page: int) -> InvoiceField:
    agreeing = [candidate for candidate in prints if candidate.value == qr.value]
    witnesses = (*dict.fromkeys(candidate.witness for candidate in agreeing), Witness.QR, Witness.QR_CRC)
    others = _others(prints, qr.value)
    if agreeing:
        return _field(agreeing[0], qr.value, page, FieldStatus.PROVED, witnesses, others)
    printed = next((candidate for candidate in everything if candidate.witness is not Witness.QR), None)
    if printed is None:
        return _field(qr, qr.value, page, FieldStatus.PROVED, witnesses, ())
    if printed.value is None or is_misreading(printed, qr.value or ""):
        return _field(printed, qr.value, page, FieldStatus.REPAIRED, witnesses, others)
    return _field(printed, printed.value, page, FieldStatus.CONFLICT, (printed.witness,), (qr.value or "",))


def _who(candidates: Iterable[Candidate], value: str | None) -> tuple[Witness, ...]:
    return tuple(dict.fromkeys(candidate.witness for candidate in candidates if candidate.value == value))


def _others(candidates: Iterable[Candidate], value: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.value for candidate in candidates if candidate.value is not None and candidate.value != value))


def _field(
    shown: Candidate, value: str | None, page: int, status: FieldStatus, witnesses: tuple[Witness, ...], others: tuple[str, ...]
) -> InvoiceField:
    return InvoiceField(value, shown.raw, shown.confidence, shown.page or page, shown.polygon, status, witnesses, others)
