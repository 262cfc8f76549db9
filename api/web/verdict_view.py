"""What the verdict of an invoice rests on, told by the fields that its kind needs and that it has."""

from dataclasses import dataclass

from models.invoice import FIELD_KEYS
from models.verification import Outcome
from ocr_service.answers import StoredInvoice, Voucher
from ocr_service.proof.proving import needed_fields
from ocr_service.proof.verdict import PROVEN


@dataclass(frozen=True, slots=True)
class VerdictView:
    """Keys of needed fields that are `proved`, of the others, which stand or fall `by_people`, and of those of them that people have
    `vouched_for`; how many failed checks nobody accepted (`failed`) and somebody did (`accepted`); who vouches.
    """

    proved: tuple[str, ...]
    by_people: tuple[str, ...]
    vouched_for: tuple[str, ...]
    failed: int
    accepted: int
    voucher: Voucher | None


def verdict_view(stored: StoredInvoice) -> VerdictView:
    """What there is to say of a stored invoice."""
    invoice = stored.invoice
    needed = [key for key in FIELD_KEYS if key in needed_fields(invoice.kind) and key in invoice.fields]
    spoken = {key for one in stored.reading.corrections if one.position == stored.position for key in one.fields}
    proved = tuple(key for key in needed if invoice.fields[key].status in PROVEN)
    failed = [check for check in invoice.checks if check.outcome is Outcome.FAIL]
    accepted = sum(check.override is not None for check in failed)
    by_people = tuple(key for key in needed or sorted(spoken & set(invoice.fields), key=FIELD_KEYS.index) if key not in proved)
    vouched_for = by_people if stored.voucher is not None else tuple(key for key in by_people if key in spoken)
    return VerdictView(proved, by_people, vouched_for, len(failed) - accepted, accepted, stored.voucher)
