"""Proof of one invoice: fields settled between their witnesses, rules held, a verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from models.calendar_words import day_in_china
from models.invoice import Invoice
from ocr_service.evidence import ExtractedInvoice
from ocr_service.proof.proving import evidence_of, hearing_of, prove


def today_in_china() -> date:
    """The date in China, where invoices are made out."""
    return day_in_china(datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class VerificationStage:
    """Turns candidates into fields with statuses; findings are data, nothing here raises for a wrong invoice.

    No invoice was made out after the day on which its file came: a reading years later is as strict as the first.
    """

    today: Callable[[], date] = today_in_china
    name: str = "verification"

    def run(self, value: ExtractedInvoice) -> Invoice:
        """Verify one invoice."""
        classified, page = value.classified, value.classified.page
        proof = prove(hearing_of(value), value.received_on or self.today())
        return Invoice(
            kind=classified.kind,
            title=classified.title,
            page=page.number,
            polygon=page.polygon,
            fields=proof.fields,
            items=value.items,
            checks=proof.checks,
            verdict=proof.verdict,
            lines=value.lines,
            qr_payload="" if classified.qr is None else classified.qr.text,
            evidence=evidence_of(value),
        )
