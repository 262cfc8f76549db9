"""An invoice proved anew with what people said of it.

A person is heard in the place of the engine: what they say that the face shows is held against every other witness. It is no proof. So
everything is settled twice, with the word of people and without: what stands without it is proved, what stands only with it rests on a
person.

A record may lack some of its evidence: it is older than that, or a rule is newer. Therefore only the difference that a word makes is taken
over: what comes out alike with the word and without it stays as it is recorded, and so does a failed check that cannot be held anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from models.embedded import EmbeddedInvoice
from models.invoice import (
    FIELD_KEYS,
    Candidate,
    Evidence,
    FieldStatus,
    Invoice,
    InvoiceField,
    InvoiceKind,
    LineItem,
    Witness,
    counted_lines,
)
from models.qr_payload import parse_qr_payload
from models.verification import Check, Outcome, Verdict
from ocr_service.evidence import Side
from ocr_service.proof.proving import Hearing, needed_fields, prove
from ocr_service.proof.verdict import PROVEN, is_settled, rests_on_people, verdict_of

_OF_THE_INK = frozenset({Witness.PRINTED, Witness.SECOND_READING})
"""Readings by the engine of the print that a person read too."""

_WITH_THEIR_OWN_WORD = frozenset({Witness.SECOND_PRINT, Witness.EMBEDDED})
"""The others whose word stands in the field alone; that of the QR code stands in the record, and sums are added anew."""

_HEIGHT = (Verdict.UNREAD, Verdict.NEEDS_REVIEW, Verdict.CONFIRMED, Verdict.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word for one field: what had been read, and what stands on the paper; None where nothing does."""

    read: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Testimony:
    """All that people said of one invoice, the last word on each thing; `items` and `kind` are None where nobody spoke of them."""

    fields: Mapping[str, Word] = field(default_factory=dict)
    items: tuple[LineItem, ...] | None = None
    kind: InvoiceKind | None = None


def reprove(invoice: Invoice, earlier: Testimony, now: Testimony, today: date) -> Invoice:
    """The invoice, recorded with what people had said `earlier`, as it stands with what they say `now`."""
    evidence = invoice.evidence or _evidence_in(invoice, now)
    before, after = _standing(invoice, evidence, earlier, today), _standing(invoice, evidence, now, today)
    changed = replace(
        invoice,
        kind=after.kind,
        items=invoice.items if now.items is None else now.items,
        fields=_fields(invoice.fields, before.fields, after.fields, now.fields),
        checks=_checks(invoice.checks, before.checks, after.checks),
    )
    return replace(changed, verdict=_verdict(invoice, before, changed, after))


def rejudge(invoice: Invoice, said: Testimony, today: date) -> Invoice:
    """The invoice after a person accepted a failed check: nothing is read anew, the verdict is."""
    evidence = invoice.evidence or _evidence_in(invoice, said)
    return replace(invoice, verdict=_standing(invoice, evidence, said, today).verdict_on(invoice))


@dataclass(frozen=True, slots=True)
class _Standing:
    """What comes out of the evidence with one testimony.

    `heard` has the fields that are borne out once people are heard; people have `spoken` of some, and say of some that the paper has none
    (`absent`).
    """

    kind: InvoiceKind
    fields: Mapping[str, InvoiceField]
    checks: tuple[Check, ...]
    heard: Mapping[str, InvoiceField]
    spoken: frozenset[str]
    absent: frozenset[str]
    kind_by_person: bool

    def verdict_on(self, invoice: Invoice) -> Verdict:
        """Accepted by proof alone, confirmed when people leave nothing open."""
        needed = needed_fields(self.kind)
        verdict = verdict_of(self.kind, needed, invoice.fields, invoice.checks)
        if verdict is Verdict.ACCEPTED and not self.kind_by_person and not rests_on_people(invoice.fields):
            return verdict
        borne_out = {key: found for key, found in self.heard.items() if key in invoice.fields and found.value == invoice.value(key)}
        asked = tuple(key for key in needed if key not in self.absent)
        settled = is_settled(self.kind, asked, {**invoice.fields, **borne_out}, invoice.checks, self.spoken)
        return Verdict.CONFIRMED if settled else min(verdict, Verdict.NEEDS_REVIEW, key=_HEIGHT.index)


def _standing(invoice: Invoice, evidence: Evidence, said: Testimony, today: date) -> _Standing:
    base = _hearing(invoice, evidence)
    kind = said.kind or evidence.kind
    votes = evidence.kind_votes if kind is evidence.kind else {**evidence.kind_votes, "person": kind}
    read = prove(base, today).fields
    changed = {key for key, word in said.fields.items() if key not in read or word.value != read[key].value}
    items = base.items if said.items is None else counted_lines(said.items)
    with_people = replace(base, kind=kind, kind_votes=votes, items=items, candidates=_heard(evidence, said.fields, read))
    without = replace(base, kind=kind, items=base.items if said.items is None else (), candidates=_unheard(evidence, changed))
    proof, alone = prove(with_people, today), prove(without, today).fields
    fields = {}
    for key in FIELD_KEYS:
        settled = _settled(key, said, read.get(key), proof.fields.get(key), alone.get(key), invoice.page)
        if settled is not None:
            fields[key] = settled
    return _Standing(
        kind,
        fields,
        proof.checks,
        heard={key: found for key, found in proof.fields.items() if found.status in PROVEN},
        spoken=frozenset(said.fields),
        absent=frozenset(key for key, word in said.fields.items() if word.value is None and key not in proof.fields),
        kind_by_person=said.kind is not None and (kind is not evidence.kind or invoice.evidence is None),
    )


def _settled(
    key: str, said: Testimony, read: InvoiceField | None, heard: InvoiceField | None, alone: InvoiceField | None, page: int
) -> InvoiceField | None:
    """One field as it is to be shown: read by the engine, settled once people are `heard`, and `alone`, without their word."""
    word = said.fields.get(key)
    if word is None:
        if alone is None or heard is None or heard.status is not FieldStatus.CONFLICT:
            return alone
        return heard
    if word.value is None:
        return None
    if alone is not None and alone.value == word.value and alone.status in PROVEN:
        place = alone if read is None else replace(alone, raw=read.raw, confidence=read.confidence, page=read.page, polygon=read.polygon)
        return replace(place, alternatives=_others(word.value, read, alone))
    agreeing = () if heard is None or heard.value != word.value else tuple(who for who in heard.witnesses if who not in _OF_THE_INK)
    if read is None:
        others = _others(word.value, heard)
        return InvoiceField(word.value, "", 1.0, page, None, FieldStatus.CORRECTED, _once(Witness.PERSON, *agreeing), others)
    status, witnesses = FieldStatus.CORRECTED, _once(Witness.PERSON, *agreeing)
    if read.value == word.value:
        status, witnesses = FieldStatus.CONFIRMED, _once(*read.witnesses, Witness.PERSON, *agreeing)
    return replace(read, value=word.value, status=status, witnesses=witnesses, alternatives=_others(word.value, read, heard))


def _once(*witnesses: Witness) -> tuple[Witness, ...]:
    return tuple(dict.fromkeys(witnesses))


def _fields(
    recorded: Mapping[str, InvoiceField],
    before: Mapping[str, InvoiceField],
    after: Mapping[str, InvoiceField],
    words: Mapping[str, Word],
) -> dict[str, InvoiceField]:
    """What is recorded, unless what was said now makes a difference; a value that a person gave stands in any case."""
    fields = {}
    for key in FIELD_KEYS:
        found = recorded.get(key)
        value = None if found is None else found.value
        unheard = key in words and words[key].value != value
        if before.get(key) != after.get(key) or unheard:
            found = after.get(key)
        if found is not None:
            fields[key] = found
    return fields


def _checks(recorded: Sequence[Check], before: Sequence[Check], after: Sequence[Check]) -> tuple[Check, ...]:
    kept, earlier = ({check.rule: check for check in checks} for checks in (recorded, before))
    held = {check.rule: _check(kept.get(check.rule), earlier.get(check.rule), check) for check in after}
    return tuple((held | {rule: check for rule, check in kept.items() if rule not in held}).values())


def _check(recorded: Check | None, before: Check | None, after: Check) -> Check:
    """What is recorded, unless what was said now makes a difference; a failure that the evidence does not show takes a pass."""
    if recorded is None:
        return after
    unexplained = recorded.outcome is Outcome.FAIL and (before is None or before.outcome is not Outcome.FAIL)
    if before == after or (unexplained and after.outcome is Outcome.NOT_APPLICABLE):
        return recorded
    same = replace(after, override=recorded.override)
    return recorded if same == recorded else after


def _verdict(recorded: Invoice, before: _Standing, changed: Invoice, after: _Standing) -> Verdict:
    """What stands now; where the words made no difference to it, never more than is recorded."""
    verdict = after.verdict_on(changed)
    if verdict is before.verdict_on(recorded):
        return min(verdict, recorded.verdict, key=_HEIGHT.index)
    return verdict


def _hearing(invoice: Invoice, evidence: Evidence) -> Hearing:
    embedded = evidence.embedded
    data = None if embedded is None else EmbeddedInvoice(evidence.kind_votes.get("embedded"), invoice.title, embedded, (), "")
    return Hearing(
        kind=evidence.kind,
        kind_votes=evidence.kind_votes,
        candidates=evidence.candidates,
        items=counted_lines(invoice.items),
        page=invoice.page,
        qr=parse_qr_payload(invoice.qr_payload) if invoice.qr_payload else None,
        embedded=data,
        missing=evidence.missing,
        cut_at=tuple(Side(side) for side in evidence.cut_at),
        lines=invoice.lines,
    )


def _heard(evidence: Evidence, words: Mapping[str, Word], read: Mapping[str, InvoiceField]) -> dict[str, tuple[Candidate, ...]]:
    """The candidates with a person's word in the place of what the engine read of the same print; to what is proved it adds nothing."""
    candidates = dict(evidence.candidates)
    for key, word in words.items():
        if key in read and read[key].value == word.value and read[key].status in PROVEN:
            continue
        others = tuple(entry for entry in candidates.get(key, ()) if entry.witness not in _OF_THE_INK)
        candidates[key] = others if word.value is None else (_spoken(word.value, read.get(key)), *others)
    return candidates


def _spoken(value: str, read: InvoiceField | None) -> Candidate:
    """A person's word, every character of it certain, in the place where the engine read the field."""
    choices = tuple(((sign, 1.0),) for sign in value)
    if read is None:
        return Candidate(value, value, 1.0, None, Witness.PERSON, choices)
    return Candidate(value, value, 1.0, read.polygon, Witness.PERSON, choices, read.page)


def _unheard(evidence: Evidence, changed: Iterable[str]) -> dict[str, tuple[Candidate, ...]]:
    """The candidates without those readings that a person says are wrong."""
    candidates = dict(evidence.candidates)
    for key in changed:
        candidates[key] = tuple(entry for entry in candidates.get(key, ()) if entry.witness not in _OF_THE_INK)
    return candidates


def _evidence_in(invoice: Invoice, said: Testimony) -> Evidence:
    """What an older record still tells of its evidence: who said each value, as it was before people spoke."""
    values = {key: found.value for key, found in invoice.fields.items()}
    values |= {key: word.read for key, word in said.fields.items()}
    candidates = {}
    for key, value in values.items():
        found = invoice.fields.get(key)
        if found is not None and (found.raw or value is not None):
            candidates[key] = _said_of(found, value)
        elif value is not None:
            candidates[key] = (Candidate(value, value, 1.0, None, Witness.PRINTED),)
    return Evidence(invoice.kind, {"reading": invoice.kind}, candidates)


def _said_of(found: InvoiceField, value: str | None) -> tuple[Candidate, ...]:
    """Those of a field's witnesses who have a word of their own; their characters were certain enough where they proved it."""
    witnesses = [witness for witness in found.witnesses if witness in _OF_THE_INK | _WITH_THEIR_OWN_WORD] or [Witness.PRINTED]
    choices = tuple(((sign, 1.0),) for sign in value or "") if found.status in PROVEN else ()
    raw = value or "" if choices else found.raw
    return tuple(Candidate(value, raw, found.confidence, found.polygon, witness, choices, found.page) for witness in witnesses)


def _others(value: str, *found: InvoiceField | None) -> tuple[str, ...]:
    """Everything else that was read or said there."""
    texts = [text for one in found if one is not None for text in (one.value, *one.alternatives)]
    return tuple(dict.fromkeys(text for text in texts if text is not None and text != value))
