"""The check before an invoice is reimbursed: is it archived already, and what else is worth a look."""

from collections.abc import Sequence
from datetime import date

from models.duplicates import LOOK_BACK
from models.reconciliation import identity_of as identity_of_texts
from models.reimbursement import (
    CheckedClaim,
    Claim,
    ClaimRule,
    Hint,
    buyer_hint,
    consecutive_hint,
    duplicate_hint,
    run_around,
    status_hint,
    year_hint,
)
from ocr_service.companies import own_companies
from ocr_service.reconciling import Reconciling
from ocr_service.service import ArchiveService
from storage.catalogue.duplicates import Duplicates, identity, identity_of

_NEAR_NUMBERS = 20
"""So many numbers on either side are asked for; a longer run is as suspicious as one of these."""


def check_claims(
    service: ArchiveService, claims: Sequence[Claim], booked_on: date, rules: frozenset[ClaimRule]
) -> tuple[CheckedClaim, ...]:
    """Each claim with the archived invoices that are seen and are the same one, and with the hints of these rules.

    A rule that nothing can be said by, since the claim does not have what it needs, gives no hint.
    """
    wanted = [identity(each.number, each.code, each.seller, each.seller_tax_id, each.amount, each.issued_on) for each in claims]
    own = own_companies(service)
    found = Duplicates(service.catalogue).of(wanted, service.sees)
    told = Reconciling.over(service).index.knowledge(identity_of_texts(one.number or "", one.code) for one in wanted)
    checked = []
    for claim, one, same in zip(claims, wanted, found, strict=True):
        others = tuple(other for other in same if str(other.invoice.document) != claim.document)
        hints: list[Hint] = []
        if ClaimRule.DUPLICATE in rules:
            hints.append(duplicate_hint(others))
        if ClaimRule.CONSECUTIVE in rules and claim.number is not None:
            hints.append(consecutive_hint(_run(service, claim, claims, booked_on)))
        if ClaimRule.YEAR_CROSSING in rules and claim.issued_on is not None:
            hints.append(year_hint(claim.issued_on, booked_on))
        if ClaimRule.BUYER in rules and own.companies and (claim.buyer or claim.buyer_tax_id):
            hints.append(buyer_hint(claim.buyer, claim.buyer_tax_id, own))
        if ClaimRule.STATUS in rules:
            known = told.about(identity_of_texts(one.number or "", one.code))
            hints += filter(None, [status_hint(known.state, known.risk)])
        checked.append(CheckedClaim(claim, others, tuple(hints)))
    return tuple(checked)


def _run(service: ArchiveService, claim: Claim, together: Sequence[Claim], booked_on: date) -> tuple[str, ...]:
    """The running numbers around a claim's, of what is archived and of what is claimed together with it."""
    own = identity(claim.number, claim.code, claim.seller, claim.seller_tax_id, None, claim.issued_on)
    number = own.number
    if number is None or not number.isdecimal():
        return ()
    around = range(max(int(number) - _NEAR_NUMBERS, 0), int(number) + _NEAR_NUMBERS + 1)
    near = Duplicates(service.catalogue).numbers(own.code, (str(each).zfill(len(number)) for each in around), service.sees)
    others = [identity_of(summary) for summary in near]
    others += [identity(each.number, each.code, each.seller, each.seller_tax_id, None, each.issued_on) for each in together]
    day = claim.issued_on or booked_on
    timely = [other for other in others if other.issued_on is not None and abs(other.issued_on - day) <= LOOK_BACK]
    return run_around(number, [other.number or "" for other in timely if other.is_of_one_roll(own)])
