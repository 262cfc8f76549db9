"""What people set right: put into a reading, proved again with everything else, and carried over to later readings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.correction import Change, Correction, Wish
from models.invoice import FIELD_KEYS, FieldStatus, Invoice, InvoiceField, InvoiceKind, Witness, counted_lines
from models.qr_payload import parse_qr_payload
from models.reading import Reading
from ocr_service.evidence import Candidate
from ocr_service.proof.amounts import Amounts
from ocr_service.proof.proving import Hearing, judge, own_code, prove
from ocr_service.proof.verdict import TRUSTED
from ocr_service.stages.verification import today_in_china


@dataclass(frozen=True, slots=True)
class Corrector:
    """Applies corrections; nothing here raises for a correction that contradicts the paper: the checks say so."""

    today: Callable[[], date] = today_in_china

    def correct(self, reading: Reading, position: int, wish: Wish, at: datetime) -> Reading:
        """The reading with one more correction of the invoice at `position` (from 1)."""
        before = reading.invoices[position - 1]
        changes = {key: Change(before.value(key), value) for key, value in wish.fields.items()}
        correction = Correction(position, at, wish.by, wish.reason, changes, wish.items, wish.kind)
        return self._with(reading, correction)

    def carry(self, corrected: Reading, fresh: Reading) -> Reading:
        """A later reading of the same file with all that people set right in the earlier one.

        Corrections name invoices by their place. Where the later reading found another number of them, nobody can say which is which:
        then the corrected reading stands.
        """
        if not corrected.corrections:
            return fresh
        if len(fresh.invoices) != len(corrected.invoices):
            return corrected
        for correction in corrected.corrections:
            fresh = self._with(fresh, correction)
        return fresh

    def _with(self, reading: Reading, correction: Correction) -> Reading:
        place = correction.position - 1
        invoices = list(reading.invoices)
        invoices[place] = self._reproved(invoices[place], correction)
        return replace(reading, invoices=tuple(invoices), corrections=(*reading.corrections, correction))

    def _reproved(self, invoice: Invoice, correction: Correction) -> Invoice:
        """The invoice as corrected, every field settled and every rule held anew."""
        items = invoice.items if correction.items is None else correction.items
        fields = _corrected(invoice, correction)
        said = Hearing(
            kind=correction.kind or invoice.kind,
            kind_votes=_votes(invoice, correction),
            candidates={key: (_said(field),) for key, field in fields.items()},
            items=counted_lines(items),
            page=invoice.page,
            qr=parse_qr_payload(invoice.qr_payload) if invoice.qr_payload else None,
        )
        settled = prove(said, self.today()).fields
        fields = {key: _better(fields[key], settled.get(key)) for key in FIELD_KEYS if key in fields}
        proof = judge(said, fields, Amounts.of(said.candidates, said.items, own_code(said)), self.today())
        return replace(invoice, kind=said.kind, fields=fields, items=items, checks=proof.checks, verdict=proof.verdict)


def _votes(invoice: Invoice, correction: Correction) -> Mapping[str, InvoiceKind]:
    """Who names the kind: what the pages said is not kept; a person's word is."""
    return {"person": correction.kind} if correction.kind is not None else {"reading": invoice.kind}


def _corrected(invoice: Invoice, correction: Correction) -> dict[str, InvoiceField]:
    fields = dict(invoice.fields)
    for key, change in correction.fields.items():
        if change.now is None:
            fields.pop(key, None)
        else:
            fields[key] = _by_hand(fields.get(key), change.now, invoice.page)
    return fields


def _by_hand(read: InvoiceField | None, value: str, page: int) -> InvoiceField:
    """A person's word for a field; its place on the paper and what the engine read there are kept, the read value as an alternative."""
    if read is None:
        return InvoiceField(value, "", 1.0, page, None, FieldStatus.CORRECTED, ())
    others = dict.fromkeys(other for other in (read.value, *read.alternatives) if other is not None and other != value)
    return replace(read, value=value, status=FieldStatus.CORRECTED, alternatives=tuple(others))


def _said(field: InvoiceField) -> Candidate:
    return Candidate(field.value, field.raw, field.confidence, field.polygon, Witness.PRINTED)


def _better(stands: InvoiceField, settled: InvoiceField | None) -> InvoiceField:
    """What a field is worth now: a person's word stays, and changes no other value; trust once earned is lost by contradiction only."""
    if stands.status is FieldStatus.CORRECTED or settled is None or settled.value != stands.value:
        return stands
    if stands.status in TRUSTED and settled.status is not FieldStatus.CONFLICT:
        return stands
    return replace(stands, status=settled.status, witnesses=settled.witnesses, alternatives=settled.alternatives)
