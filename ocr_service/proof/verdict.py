"""What becomes of an invoice: accepted, put before a person, or not found at all."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from models.invoice import FieldStatus, InvoiceField, InvoiceKind, Witness
from models.verification import Check, Outcome, Verdict

PROVEN = frozenset({FieldStatus.PROVED, FieldStatus.REPAIRED})
"""Statuses of fields that witnesses bear out."""

TRUSTED = PROVEN | {FieldStatus.CORRECTED, FieldStatus.CONFIRMED}
"""Those, and the statuses of fields that a person vouches for."""

_TELLING = frozenset({"invoice_code", "invoice_number", "ticket_number", "issue_date", "tax_inclusive_amount", "tax_exclusive_amount"})
"""A page that shows one of these is an invoice of some kind, be it unknown."""

_OVER_LINES = frozenset(
    {
        *("lines_sum_to_amount", "lines_sum_to_tax", "tax_is_amounts_times_rates"),
        *("line_amount_is_quantity_times_price", "line_tax_is_amount_times_rate"),
    }
)
_OVER_RATES = frozenset({"tax_rates_exist"})


def unproved(needed: Iterable[str], fields: Mapping[str, InvoiceField], trusted: Collection[FieldStatus] = TRUSTED) -> tuple[str, ...]:
    """Those of the needed fields that are absent or not trusted; a number of twenty digits needs no code beside it (公告2024年第11号)."""
    number = fields["invoice_number"].value if "invoice_number" in fields else None
    without_code = number is not None and len(number) == 20
    missing = tuple(key for key in needed if key not in fields or fields[key].status not in trusted)
    return tuple(key for key in missing if not (key == "invoice_code" and key not in fields and without_code))


def blocking(checks: Iterable[Check], fields: Mapping[str, InvoiceField]) -> tuple[Check, ...]:
    """The failed checks that speak against acceptance: all but those over cells of lines that nothing needed rests on.

    Lines are one more witness of the amounts. Where the words bear out the total, and so does the sum of amount and tax where these are
    printed, it stands without them: a cell or a row that was lost or misread then stays a failed check of an accepted invoice. A rate
    that did not exist yet also speaks of the date, unless that stands on more than a reading of its print.
    """
    failed = [check for check in checks if check.outcome is Outcome.FAIL]
    total, issued = fields.get("tax_inclusive_amount"), fields.get("issue_date")
    said = set(total.witnesses) if total is not None and total.status in TRUSTED else set()
    has_parts = bool({"tax_exclusive_amount", "tax_amount"} & set(fields))
    stands = Witness.WORDS in said and (Witness.ARITHMETIC in said or not has_parts)
    dated = issued is not None and issued.status in TRUSTED and not set(issued.witnesses) <= {Witness.PRINTED, Witness.SECOND_READING}
    spared = (_OVER_LINES if stands else frozenset()) | (_OVER_RATES if stands and dated else frozenset())
    return tuple(check for check in failed if check.rule not in spared)


def verdict_of(kind: InvoiceKind, needed: Sequence[str], fields: Mapping[str, InvoiceField], checks: Iterable[Check]) -> Verdict:
    """Accepted when all that the kind needs (identity, date, total, seller) is proved and no failed check is `blocking`.

    A page of no known kind is never accepted: nobody can say what it would need. What people say is not heard here (`is_settled`).
    """
    if kind is InvoiceKind.OTHER:
        return Verdict.NEEDS_REVIEW if _TELLING & set(fields) else Verdict.UNREAD
    blocked = not needed or unproved(needed, fields, PROVEN) or blocking(checks, fields)
    return Verdict.NEEDS_REVIEW if blocked else Verdict.ACCEPTED


def rests_on_people(fields: Mapping[str, InvoiceField]) -> bool:
    """Whether a number, date, amount or the seller's id stands by a person's word alone, against what was read or where nothing was."""
    said = [found for key, found in fields.items() if key in _TELLING | {"tax_amount", "seller_tax_id"}]
    return any(found.status is FieldStatus.CORRECTED or (found.status is FieldStatus.CONFIRMED and found.alternatives) for found in said)


def is_settled(
    kind: InvoiceKind, needed: Sequence[str], fields: Mapping[str, InvoiceField], checks: Iterable[Check], spoken: Collection[str]
) -> bool:
    """Whether witnesses and people together leave nothing open: all that is needed stands, every failed check that blocks is overridden.

    Of a page of no known kind people must have `spoken` of all that it tells.
    """
    told = _TELLING & set(fields)
    stands = bool(needed) and not unproved(needed, fields)
    if kind is InvoiceKind.OTHER:
        stands = bool(told) and told <= set(spoken)
    return stands and all(check.override is not None for check in blocking(checks, fields))
