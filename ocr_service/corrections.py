"""What people say of an invoice: put into a reading, proved again with everything else, and carried over to later readings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.correction import Acceptance, Change, Confirmation, Correction, Wish, Withdrawal
from models.errors import InvalidCorrection
from models.invoice import Invoice
from models.reading import BY_HAND, Reading
from models.verification import Check, Outcome, Override
from ocr_service.proof.reproof import Testimony, Word, rejudge, reprove
from ocr_service.stages.verification import today_in_china


@dataclass(frozen=True, slots=True)
class Corrector:
    """Applies what people say; nothing here raises for a correction that contradicts the paper: the checks say so.

    Invoices are named by their `position` in the reading, from 1.
    """

    today: Callable[[], date] = today_in_china

    def correct(self, reading: Reading, position: int, wish: Wish, at: datetime) -> Reading:
        """The reading with one more correction; a value that stands already is confirmed by it."""
        before = reading.invoices[position - 1]
        changes = {key: Change(before.value(key), value) for key, value in wish.fields.items()}
        return self._said(reading, Correction(position, at, wish.by, wish.reason, changes, wish.items, wish.kind))

    def confirm(self, reading: Reading, position: int, confirmation: Confirmation, at: datetime) -> Reading:
        """The reading with a person's word that fields stand on the paper as they were read.

        Raises:
            InvalidCorrection: such a field has no value, or nothing was read at all.
        """
        invoice = reading.invoices[position - 1]
        values = {key: invoice.value(key) for key in confirmation.fields or invoice.fields}
        blank = next((key for key in confirmation.fields if values[key] is None), None)
        if blank is not None:
            raise InvalidCorrection(f"{blank} was not read: set it right instead, with null where the paper has none", field=blank)
        changes = {key: Change(value, value) for key, value in values.items() if value is not None}
        if not changes:
            raise InvalidCorrection("nothing was read that could be confirmed")
        return self._said(reading, Correction(position, at, confirmation.by, confirmation.reason, changes))

    def _said(self, reading: Reading, correction: Correction) -> Reading:
        position, corrections = correction.position, (*reading.corrections, correction)
        earlier, now = _testimony(reading.corrections, position), _testimony(corrections, position)
        after = reprove(reading.invoices[position - 1], earlier, now, self.today())
        return replace(_with(reading, position, after), corrections=corrections)

    def accept(self, reading: Reading, position: int, acceptance: Acceptance, at: datetime) -> Reading:
        """The reading with one failed check overridden; the check stays failed, and says who accepted it.

        Raises:
            InvalidCorrection: no check of this name failed.
        """
        invoice = reading.invoices[position - 1]
        failed = [check.rule for check in invoice.checks if check.outcome is Outcome.FAIL]
        if acceptance.rule not in failed:
            known = ", ".join(failed) or "none"
            raise InvalidCorrection(f"no check called {acceptance.rule!r} failed; failed checks: {known}", field="rule")
        override = Override(acceptance.by, at, acceptance.reason)
        checks = tuple(replace(check, override=override) if check.rule == acceptance.rule else check for check in invoice.checks)
        said = _testimony(reading.corrections, position)
        return _with(reading, position, rejudge(replace(invoice, checks=checks), said, self.today()))

    def withdraw(self, reading: Reading, position: int, said: Withdrawal, at: datetime) -> Reading:
        """The reading with one of its invoices out of the lists, or back in them; nothing of what was read or proved is touched.

        Raises:
            InvalidCorrection: that is how it stands already.
        """
        if (reading.withdrawal(position) is not None) == said.withdrawn:
            how = "withdrawn" if said.withdrawn else "in the lists"
            raise InvalidCorrection(f"this invoice is {how} already", field="withdrawn")
        correction = Correction(position, at, said.by, said.reason, {}, withdrawn=said.withdrawn, ground=said.ground)
        return replace(reading, corrections=(*reading.corrections, correction))

    def carry(self, corrected: Reading, fresh: Reading) -> Reading:
        """A later reading of the same file with all that people said of the earlier one.

        Corrections name invoices by their place. Where the later reading found another number of them, nobody can say which is which:
        then the corrected reading stands. An accepted check is accepted again where the very same finding fails. A record that was only
        begun by hand, because the scan could not be read, gives way once its scan is in the lists again.
        """
        if corrected.engine.name == BY_HAND and corrected.withdrawal(1) is None:
            return replace(fresh, corrections=corrected.corrections)
        overridden = any(check.override for invoice in corrected.invoices for check in invoice.checks)
        if not corrected.corrections and not overridden:
            return fresh
        if len(fresh.invoices) != len(corrected.invoices):
            return corrected
        for position, earlier in enumerate(corrected.invoices, start=1):
            said = _testimony(corrected.corrections, position)
            if said == Testimony() and not any(check.override for check in earlier.checks):
                continue
            invoice = reprove(fresh.invoices[position - 1], Testimony(), said, self.today())
            invoice = replace(invoice, checks=_with_overrides(invoice.checks, earlier.checks))
            fresh = _with(fresh, position, rejudge(invoice, said, self.today()))
        return replace(fresh, corrections=corrected.corrections)


def _with(reading: Reading, position: int, invoice: Invoice) -> Reading:
    invoices = list(reading.invoices)
    invoices[position - 1] = invoice
    return replace(reading, invoices=tuple(invoices))


def _with_overrides(checks: Iterable[Check], earlier: Iterable[Check]) -> tuple[Check, ...]:
    accepted = {replace(check, override=None): check.override for check in earlier}
    return tuple(replace(check, override=accepted.get(check)) for check in checks)


def _testimony(corrections: Iterable[Correction], position: int) -> Testimony:
    """The last word on each thing, and what the engine had read before the first."""
    said = Testimony()
    for correction in corrections:
        if correction.position != position:
            continue
        fields = dict(said.fields)
        for key, change in correction.fields.items():
            read = fields[key].read if key in fields else change.was
            fields[key] = Word(read, change.now)
        said = Testimony(
            fields,
            said.items if correction.items is None else correction.items,
            correction.kind or said.kind,
        )
    return said
