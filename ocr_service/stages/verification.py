"""Proof of one invoice: fields settled between their witnesses, rules held, a verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from models.identifiers import taxpayer_id_holds
from models.invoice import FIELD_KEYS, FieldStatus, Invoice, InvoiceField, InvoiceKind, Witness
from models.qr_payload import QrPayload
from models.verification import Check, Outcome, Verdict
from ocr_service.evidence import Candidate, ExtractedInvoice
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS, Amounts, settle_amounts
from ocr_service.proof.rules import Case, run_checks
from ocr_service.proof.settling import settle

_IDENTITY = ("invoice_code", "invoice_number", "issue_date", "check_code")
_AMOUNTS = (NET, TAX, TOTAL, WORDS)
_TRUSTED = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED})


def _today() -> date:
    """The date in China, where invoices are made out."""
    return datetime.now(timezone(timedelta(hours=8))).date()


@dataclass(frozen=True, slots=True)
class VerificationStage:
    """Turns candidates into fields with statuses; findings are data, nothing here raises for a wrong invoice."""

    today: Callable[[], date] = _today
    name: str = "verification"

    def run(self, value: ExtractedInvoice) -> Invoice:
        """Verify one invoice."""
        classified, page = value.classified, value.classified.page
        candidates = dict(value.candidates)
        for key, candidate in _qr_candidates(classified.qr, classified.kind).items():
            candidates[key] = (*candidates.get(key, ()), candidate)
        amounts = Amounts.of(candidates, value.items, classified.qr)
        fields = _settled(candidates, classified.qr, page.number) | settle_amounts(amounts, candidates, page.number)
        fields = {key: fields[key] for key in FIELD_KEYS if key in fields}
        checks = run_checks(Case(classified.kind, classified.kind_votes, fields, value.items, amounts, classified.qr, self.today()))
        return Invoice(
            kind=classified.kind,
            title=classified.title,
            page=page.number,
            polygon=page.polygon,
            fields=fields,
            items=value.items,
            checks=checks,
            verdict=_verdict(classified.kind, fields, checks),
            lines=page.lines,
        )


def _qr_candidates(qr: QrPayload | None, kind: InvoiceKind) -> dict[str, Candidate]:
    if qr is None:
        return {}
    said = {
        "invoice_code": qr.invoice_code if not kind.is_digital else "",
        "invoice_number": qr.invoice_number,
        "issue_date": qr.issue_date.isoformat() if qr.issue_date else "",
        "check_code": qr.check_code,
    }
    return {key: Candidate(value, "", 1.0, None, Witness.QR) for key, value in said.items() if value}


def _settled(candidates: Mapping[str, tuple[Candidate, ...]], qr: QrPayload | None, page: int) -> dict[str, InvoiceField]:
    crc_holds = qr is not None and qr.crc_holds is True
    fields: dict[str, InvoiceField] = {}
    for key, found in candidates.items():
        if key in _AMOUNTS or not found:
            continue
        field = settle(found, page, crc_holds=crc_holds and key in _IDENTITY)
        fields[key] = _with_check_digits(field) if key.endswith("_tax_id") else field
    return fields


def _with_check_digits(field: InvoiceField) -> InvoiceField:
    """A taxpayer id whose check characters hold is proved; repaired when letters outside the alphabet were taken back to digits."""
    if field.value is None or taxpayer_id_holds(field.value) is not True:
        return field
    as_printed = field.value in "".join(field.raw.split()).upper()
    status = FieldStatus.PROVED if as_printed else FieldStatus.REPAIRED
    return replace(field, status=status, witnesses=(*field.witnesses, Witness.CHECK_DIGIT))


def _verdict(kind: InvoiceKind, fields: Mapping[str, InvoiceField], checks: tuple[Check, ...]) -> Verdict:
    if kind is InvoiceKind.OTHER and not set(fields) & {*_IDENTITY, *_AMOUNTS}:
        return Verdict.UNREAD
    identity = ("invoice_number",) if kind.is_digital else ("invoice_code", "invoice_number")
    needed = (*identity, "issue_date", "tax_inclusive_amount")
    proved = all(key in fields and fields[key].status in _TRUSTED for key in needed)
    failed = any(check.outcome is Outcome.FAIL for check in checks)
    return Verdict.ACCEPTED if proved and not failed else Verdict.NEEDS_REVIEW
