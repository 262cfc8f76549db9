"""The whole proof of one invoice, from the witnesses' words to the verdict."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from models.document import TextLine
from models.embedded import EmbeddedInvoice
from models.invoice import FIELD_KEYS, Evidence, FieldStatus, InvoiceField, InvoiceKind, LineItem, Witness, counted_lines
from models.money import parse_amount
from models.qr_payload import QrPayload
from models.verification import Check, Outcome, Verdict
from ocr_service.evidence import Candidate, ExtractedInvoice, Side
from ocr_service.kinds.description import Layout
from ocr_service.kinds.registry import describe
from ocr_service.proof.amount_repair import repair_amounts
from ocr_service.proof.amounts import NET, TAX, TOTAL, WORDS, Amounts, printed_of, settle_amounts
from ocr_service.proof.bounds import with_broken_in_conflict, with_date_in_bounds
from ocr_service.proof.case import Case
from ocr_service.proof.qr_witness import belongs, qr_candidates
from ocr_service.proof.rules import run_checks
from ocr_service.proof.settling import settle, without_refuted
from ocr_service.proof.taxpayer_ids import settle_taxpayer_id, with_roles_in_doubt
from ocr_service.proof.verdict import verdict_of

AMOUNTS = (NET, TAX, TOTAL, WORDS)
_BY_DATA = frozenset({Witness.QR, Witness.EMBEDDED})

_Candidates = Mapping[str, tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that was found on one face: candidates of each field in the order of trust, the lines that make up its sums, the QR code, the
    file's own data, what the file lists and does not hold, the sides at which the face is cut, and all its lines.
    """

    kind: InvoiceKind
    kind_votes: Mapping[str, InvoiceKind]
    candidates: _Candidates
    items: tuple[LineItem, ...]
    page: int
    qr: QrPayload | None = None
    embedded: EmbeddedInvoice | None = None
    missing: tuple[str, ...] | None = None
    cut_at: tuple[Side, ...] = ()
    lines: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of it."""

    fields: Mapping[str, InvoiceField]
    checks: tuple[Check, ...]
    verdict: Verdict


def hearing_of(extracted: ExtractedInvoice) -> Hearing:
    """What was found on the face of one invoice."""
    classified = extracted.classified
    return Hearing(
        kind=classified.kind,
        kind_votes=classified.kind_votes,
        candidates=extracted.candidates,
        items=counted_lines(extracted.items),
        page=classified.page.number,
        qr=classified.qr,
        embedded=classified.embedded,
        missing=classified.missing,
        cut_at=extracted.cut_at,
        lines=extracted.lines,
    )


def evidence_of(extracted: ExtractedInvoice) -> Evidence:
    """What `hearing_of` hears, as the record keeps it; lines and QR code stand in the record themselves."""
    classified = extracted.classified
    embedded = None if classified.embedded is None else classified.embedded.fields
    sides = tuple(side.value for side in extracted.cut_at)
    return Evidence(classified.kind, classified.kind_votes, extracted.candidates, embedded, classified.missing, sides)


def proved_amounts(said: Hearing) -> frozenset[str]:
    """The amounts that words, sums or the QR code bear out as they were read."""
    said = replace(said, candidates=_without_torn(said))
    fields = settle_amounts(_amounts(said, said.candidates), said.candidates, said.page)
    return frozenset(key for key, found in fields.items() if found.status is FieldStatus.PROVED)


def prove(said: Hearing, today: date) -> Proof:
    """Settle every field between its witnesses, repair what only one reading satisfies, hold the rules, give the verdict."""
    said = replace(said, candidates=_without_torn(said))
    own = _is_own(said)
    code_says = qr_candidates(said.qr, said.kind)
    if own is False:
        # Another invoice's code proves nothing; what it says is heard where it contradicts, or where the face is silent.
        code_says = {
            key: word for key, word in code_says.items() if word.value not in {entry.value for entry in said.candidates.get(key, ())}
        }
    heard = _with(said.candidates, code_says)
    heard = _with(heard, _unheard_data(said))
    fields = _settled(said.kind, heard, said.page, qr_vouches=own is True and said.qr is not None and said.qr.crc_holds is True)
    amounts = _amounts(said, heard)
    repaired = repair_amounts(heard, said.items, amounts)
    if repaired:
        heard = _with_repairs(heard, repaired)
        amounts = _amounts(said, heard)
    fields |= _marked(settle_amounts(amounts, heard, said.page), repaired, said.candidates)
    fields = with_date_in_bounds({key: fields[key] for key in FIELD_KEYS if key in fields}, heard, today)
    fields = {key: _of_kind(said.kind, field) for key, field in fields.items()}
    return judge(said, fields, amounts, today)


def _of_kind(kind: InvoiceKind, field: InvoiceField) -> InvoiceField:
    """The field; of a paper of no known kind it is read at most, whatever agrees on the face: nobody can say whose value it is."""
    if kind is not InvoiceKind.OTHER or field.status not in {FieldStatus.PROVED, FieldStatus.REPAIRED} or _BY_DATA & set(field.witnesses):
        return field
    return replace(field, status=FieldStatus.READ)


def _amounts(said: Hearing, heard: _Candidates) -> Amounts:
    return Amounts.of(heard, said.items, own_code(said), lines_are_gross=describe(said.kind).layout is Layout.ROLL)


def _without_torn(said: Hearing) -> _Candidates:
    """The candidates; an amount of a VAT form that does not end in two decimals, as all do there, was not read to its end."""
    if describe(said.kind).layout is Layout.LABELS:
        return said.candidates
    words = Amounts.of(said.candidates, (), None).words
    torn = {key: tuple(_torn(entry, words) for entry in said.candidates[key]) for key in (NET, TAX, TOTAL) if key in said.candidates}
    return {**said.candidates, **torn}


def _torn(entry: Candidate, words: Decimal | None) -> Candidate:
    """The candidate without its value when decimals are missing, unless they are noughts by what the words say."""
    amount = None if entry.value is None else parse_amount(entry.value)
    is_read = entry.witness in {Witness.PRINTED, Witness.SECOND_PRINT, Witness.SECOND_READING} and entry.confidence < 1.0
    is_short = is_read and amount is not None and re.search(r"\d[.,]\s?\d\s?\d\D*$", entry.raw) is None
    return replace(entry, value=None) if is_short and amount != words else entry


def judge(said: Hearing, fields: Mapping[str, InvoiceField], amounts: Amounts, today: date) -> Proof:
    """Hold the rules against fields that are settled, and give the verdict."""
    case = Case(
        said.kind,
        said.kind_votes,
        fields,
        said.items,
        amounts,
        said.qr,
        today,
        _is_own(said),
        said.embedded,
        missing=said.missing,
        cut_at=said.cut_at,
        lines=said.lines,
    )
    checks = run_checks(case)
    fields = without_refuted(fields, {key for check in checks if check.outcome is Outcome.FAIL for key in check.fields})
    fields = with_broken_in_conflict(fields, checks)
    return Proof(fields, checks, verdict_of(said.kind, needed_fields(said.kind), fields, checks))


def own_code(said: Hearing) -> QrPayload | None:
    """The QR code when it is the invoice's own, not one that somebody pasted beside it."""
    return said.qr if _is_own(said) else None


def _is_own(said: Hearing) -> bool | None:
    """Whether the QR code is the invoice's own; None without one."""
    return None if said.qr is None else belongs(said.qr, said.kind, said.candidates)


def _unheard_data(said: Hearing) -> dict[str, Candidate]:
    """What the file's own data say of fields for which they have not been heard yet."""
    if said.embedded is None:
        return {}
    heard = {key for key, found in said.candidates.items() if any(entry.witness is Witness.EMBEDDED for entry in found)}
    return {key: Candidate(value, "", 1.0, None, Witness.EMBEDDED) for key, value in said.embedded.fields.items() if key not in heard}


def needed_fields(kind: InvoiceKind) -> tuple[str, ...]:
    """What must be proved before an invoice of this kind is accepted.

    Its identity; and where the kind has them, its date, its total and the taxpayer id of whoever made it out.
    """
    description = describe(kind)
    rest = ("issue_date", "departure_time", TOTAL, "seller_tax_id")
    return (*description.identity, *(key for key in rest if key in description.required))


def _with(candidates: _Candidates, more: Mapping[str, Candidate]) -> dict[str, tuple[Candidate, ...]]:
    return {**candidates, **{key: (*candidates.get(key, ()), candidate) for key, candidate in more.items()}}


def _with_repairs(candidates: _Candidates, repaired: Mapping[str, Candidate]) -> dict[str, tuple[Candidate, ...]]:
    """The repaired print in the place of the one that was read."""
    changed = dict(candidates)
    for key, candidate in repaired.items():
        old = printed_of(candidates, key)
        changed[key] = tuple(candidate if entry is old else entry for entry in candidates[key])
    return changed


def _marked(fields: Mapping[str, InvoiceField], repaired: Mapping[str, Candidate], before: _Candidates) -> dict[str, InvoiceField]:
    """Repaired amounts say so and keep what was read as an alternative."""
    marked = dict(fields)
    for key in set(repaired) & set(fields):
        old = printed_of(before, key)
        others = () if old is None or old.value is None else (old.value,)
        alternatives = tuple(dict.fromkeys((*others, *(other for other in fields[key].alternatives))))
        marked[key] = replace(fields[key], status=FieldStatus.REPAIRED, alternatives=alternatives)
    return marked


def _settled(kind: InvoiceKind, candidates: _Candidates, page: int, *, qr_vouches: bool) -> dict[str, InvoiceField]:
    fields: dict[str, InvoiceField] = {}
    on_vat_form = describe(kind).layout in {Layout.VAT_FORM, Layout.ROLL}
    for key, found in candidates.items():
        if key in AMOUNTS or not found:
            continue
        if key.endswith("_tax_id"):
            fields[key] = settle_taxpayer_id(key, found, page)
        else:
            fields[key] = settle(key, found, page, qr_vouches=qr_vouches, on_vat_form=on_vat_form)
    return with_roles_in_doubt(fields, names_seller=on_vat_form or any(field.key == "seller_tax_id" for field in describe(kind).fields))
