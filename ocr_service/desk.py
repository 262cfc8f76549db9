"""The review desk: what a person says of one invoice in one go, and what comes next in the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.archive import invoice_id
from models.catalogue import ReviewEntry
from models.correction import Acceptance, Confirmation, Wish
from models.errors import InvalidCorrection, PiaogenError
from models.invoice import Invoice, InvoiceKind, LineItem
from models.verification import Check, Outcome
from ocr_service.answers import StoredInvoice
from ocr_service.review import Question, Why, questions
from ocr_service.service import ArchiveService
from ocr_service.vouching import confirm, correct, override
from storage.catalogue.review_queue import Neighbours, ReviewQueue
from storage.catalogue.reviewing import place_of

MOST_ALIKE = 200
"""Entries of the queue that are looked through for those that ask the same: each is opened."""


@dataclass(frozen=True, slots=True)
class DeskWord:
    """What somebody says of an invoice: `fields` that change, fields that they `agreed` to, and failed checks that they accept, why."""

    by: str
    reason: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    agreed: tuple[str, ...] = ()
    items: tuple[LineItem, ...] | None = None
    kind: InvoiceKind | None = None
    accepted: tuple[str, ...] = ()
    accept_reason: str = ""

    @property
    def changes(self) -> bool:
        """Whether anything is to stand otherwise than it does."""
        return bool(self.fields) or self.items is not None or self.kind is not None


def speak(service: ArchiveService, name: str, said: DeskWord, version: int) -> StoredInvoice:
    """Record it: what changes and what is agreed to in one version, then one for each check that still fails and is accepted.

    Raises:
        InvoiceNotFound, RecordNeedsRepair, StaleVersion, InvalidCorrection, TooManyCorrections: see `vouching`; a StaleVersion leaves
            what was recorded before it.
    """
    stored = _settled(service, name, said, version)
    for rule in said.accepted:
        if rule in {check.rule for check in open_checks(stored.invoice)}:
            stored = override(service, name, Acceptance(rule, said.by, said.accept_reason), stored.manifest.version)
    return stored


def _settled(service: ArchiveService, name: str, said: DeskWord, version: int) -> StoredInvoice:
    if said.changes:
        return correct(service, name, wish_of(service.show(name).invoice, said), version)
    if said.agreed:
        return confirm(service, name, Confirmation(said.by, said.reason, said.agreed), version)
    if not said.accepted:
        raise InvalidCorrection("nothing to correct: give at least one field, the items or the kind")
    first, *_ = said.accepted
    return override(service, name, Acceptance(first, said.by, said.accept_reason), version)


def wish_of(invoice: Invoice, said: DeskWord) -> Wish:
    """What changes and what is agreed to, as one correction of an invoice.

    Raises:
        InvalidCorrection: neither, or a value that its field cannot have.
    """
    agreed = {key: invoice.value(key) for key in said.agreed if invoice.value(key) is not None and key not in said.fields}
    return Wish(said.by, said.reason, {**agreed, **said.fields}, said.items, said.kind)


def open_checks(invoice: Invoice) -> tuple[Check, ...]:
    """The failed checks that nobody accepted."""
    return tuple(check for check in invoice.checks if check.outcome is Outcome.FAIL and check.override is None)


def neighbours(service: ArchiveService, name: str, limit: int, batch: str | None = None) -> Neighbours:
    """What stands before and after an invoice, or a scan, in the queue; raise InvoiceNotFound."""
    return ReviewQueue(service.catalogue, service.sees, batch).around(_place(service, name), limit)


def first_after(service: ArchiveService, name: str | None, batch: str | None = None) -> ReviewEntry | None:
    """What comes next after an invoice or scan, whether or not that is in the queue still; after the last one the first, None when it is
    empty.

    Raises:
        InvoiceNotFound.
    """
    queue = ReviewQueue(service.catalogue, service.sees, batch)
    found = queue.first(1, None if name is None else _place(service, name)) or queue.first(1)
    return found[0] if found else None


def name_of(entry: ReviewEntry) -> str:
    """By which an entry is opened at the desk: its invoice's id, or its document's digest."""
    return str(entry.document.received.document.digest) if entry.invoice is None else entry.invoice.id


def _place(service: ArchiveService, name: str) -> str:
    digest, position = service.catalogue.resolve(name, service.sees)
    document = service.document(digest)
    position = position if name == invoice_id(digest, position) else 0
    return place_of(document.received.received_at, digest.hex, position)


@dataclass(frozen=True, slots=True)
class Alike:
    """Invoices about which the very same is left open: what is asked of the first, and all of them."""

    asked: tuple[Question, ...]
    invoices: tuple[StoredInvoice, ...]

    @property
    def point(self) -> str:
        """What is left open, as forms name it."""
        return point_of(self.asked)

    @property
    def rule(self) -> str | None:
        """The failed check that it is about; None where fields were read once only."""
        check = self.asked[0].check
        return None if check is None else check.rule

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that it is about."""
        return tuple(question.key for question in self.asked if question.key is not None)


def point_of(asked: Sequence[Question]) -> str:
    """What is asked, in one word: the rule that failed, or each field that was read once only, behind a full stop."""
    first = asked[0]
    return first.check.rule if first.check is not None else "".join(f".{question.key}" for question in asked)


def alike(service: ArchiveService, batch: str | None = None) -> tuple[Alike, ...]:
    """Those of the queue's first entries about which the same is left open, by that: one failed check, or fields that were read once only.

    Only what stands more than once, the largest group first.
    """
    found: dict[str, list[tuple[tuple[Question, ...], StoredInvoice]]] = {}
    for entry in ReviewQueue(service.catalogue, service.sees, batch).first(MOST_ALIKE):
        stored = service.reviewed(entry)
        asked = () if stored is None else questions(stored.invoice, contradicted=stored.summary.contradicted)
        if stored is not None and stored.damage is None and _is_answered_alike(asked):
            found.setdefault(point_of(asked), []).append((asked, stored))
    groups = [Alike(same[0][0], tuple(stored for _, stored in same)) for same in found.values() if len(same) > 1]
    return tuple(sorted(groups, key=lambda group: -len(group.invoices)))


def _is_answered_alike(asked: Sequence[Question]) -> bool:
    """Whether a person's yes settles it: what was read stands on the paper, or one failed check is accepted."""
    if len(asked) == 1 and asked[0].check is not None:
        return True
    return bool(asked) and all(question.value is not None and question.why is Why.UNPROVED for question in asked)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One invoice that somebody chose among equals, with the version that they saw; `error` says why nothing was recorded of it."""

    invoice_id: str
    version: int
    error: PiaogenError | None = None


def settle_alike(service: ArchiveService, point: str, chosen: Sequence[Chosen], by: str, reason: str) -> tuple[Chosen, ...]:
    """Say the same of each chosen invoice, each on its own record and against its own version; what cannot be said of one stops no other.

    Raises:
        InvalidCorrection: no name or reason is given.
    """
    Confirmation(by, reason)
    return tuple(_answered(service, point, one, by, reason) for one in chosen)


def _answered(service: ArchiveService, point: str, one: Chosen, by: str, reason: str) -> Chosen:
    first, *keys = point.split(".")
    try:
        if keys:
            confirm(service, one.invoice_id, Confirmation(by, reason, tuple(keys)), one.version)
        else:
            override(service, one.invoice_id, Acceptance(first, by, reason), one.version)
    except PiaogenError as error:
        return Chosen(one.invoice_id, one.version, error)
    return one
