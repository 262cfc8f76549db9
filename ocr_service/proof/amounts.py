"""The amounts of an invoice, each a witness against the others: two sums, a total, its words, the lines, the QR code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from models.invoice import FieldStatus, InvoiceField, LineItem, Witness
from models.money import format_amount, parse_amount, parse_words
from models.qr_payload import QrPayload
from ocr_service.evidence import Candidate
from ocr_service.proof.qr_witness import is_misreading
from ocr_service.proof.words import settle_words

_ON_THE_FACE = frozenset({Witness.PRINTED, Witness.SECOND_PRINT, Witness.PERSON})
"""Who says what the face shows; a person says it in the place of the engine."""


class _Word(NamedTuple):
    """Who says which amount. An echo is the same digits printed once more, which the engine may misread the same way."""

    witness: Witness
    amount: Decimal
    is_echo: bool = False


NO_TAX = "***"
"""Printed where a tax would stand when the whole sale has none (免税, 不征税)."""
NET, TAX, TOTAL, WORDS = "tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "tax_inclusive_amount_in_words"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What each source says, in yuan; None where it says nothing.

    `printed_*` are the face's digits, `lines_*` sums over all rows, `charged` the sum of a fare and what was added to it, `embedded`
    what the file's own data has for each key. `qr` is the code that belongs to this face, if it carries an amount.
    """

    printed_net: Decimal | None
    printed_tax: Decimal | None
    printed_total: Decimal | None
    words: Decimal | None
    lines_net: Decimal | None
    lines_tax: Decimal | None
    qr: QrPayload | None
    charged: Decimal | None = None
    embedded: Mapping[str, Decimal] = field(default_factory=dict)
    has_one_line: bool = False
    lines_are_gross: bool = False

    @classmethod
    def of(
        cls,
        candidates: Mapping[str, Sequence[Candidate]],
        items: Sequence[LineItem],
        qr: QrPayload | None,
        *,
        lines_are_gross: bool = False,
    ) -> "Amounts":
        """Collect every source; `lines_are_gross` on rolls, whose lines have their tax in them and add up to the total."""
        spoken = printed_of(candidates, WORDS) or _of_witness(candidates, WORDS, Witness.EMBEDDED)
        # Where two keys were read from one place, the second says nothing of its own.
        total = printed_of(candidates, TOTAL)
        net = printed_of(candidates, NET)
        if total is not None and net is not None and total.polygon is not None and total.polygon == net.polygon:
            net = None
        said = None if qr is None else qr.as_witness_to(_digits(total), _digits(net))
        data = {key: _of_witness(candidates, key, Witness.EMBEDDED) for key in (NET, TAX, TOTAL)}
        return cls(
            printed_net=_digits(net),
            printed_tax=_digits(printed_of(candidates, TAX)),
            printed_total=_digits(total),
            words=None if spoken is None or spoken.value is None else parse_words(spoken.value),
            lines_net=_sum([item.amount for item in items]),
            lines_tax=_sum([item.tax_amount for item in items]) if all(item.tax_amount for item in items) else None,
            qr=said if said is not None and said.amount is not None else None,
            charged=_digits(_of_witness(candidates, TOTAL, Witness.ARITHMETIC)),
            embedded={key: amount for key, found in data.items() if (amount := _digits(found)) is not None},
            has_one_line=len(items) == 1,
            lines_are_gross=lines_are_gross,
        )

    @property
    def qr_total(self) -> Decimal | None:
        """The QR amount when it speaks of the total: by its kind, or because the total is what it matches (kind 04 is disputed)."""
        if self.qr is None:
            return None
        if self.qr.amount_is_total or (self.qr.amount == self.printed_total and self.qr.amount != self.printed_net):
            return self.qr.amount
        return None

    @property
    def qr_net(self) -> Decimal | None:
        """The QR amount when it speaks of the amount without tax."""
        return None if self.qr is None or self.qr_total is not None else self.qr.amount

    @property
    def tax_or_zero(self) -> Decimal | None:
        """The printed tax, or zero where the face prints none and amount and total are equal (免税)."""
        if self.printed_tax is None and self.printed_net is not None and self.printed_net == self.printed_total:
            return Decimal(0)
        return self.printed_tax


def settle_amounts(amounts: Amounts, candidates: Mapping[str, Sequence[Candidate]], page: int) -> dict[str, InvoiceField]:
    """The four amount fields that the face carries."""
    total = _settled(TOTAL, _total_sources(amounts), amounts, candidates, page)
    whole = amounts.words if amounts.printed_total is None else amounts.printed_total
    if total is not None and total.value is not None and total.status is FieldStatus.REPAIRED:
        whole = Decimal(total.value)
    net = _settled(NET, _net_sources(amounts, whole), amounts, candidates, page)
    tax = _no_tax(amounts, candidates, whole, page) or _settled(TAX, _tax_sources(amounts, whole), amounts, candidates, page)
    fields = {key: found for key, found in ((NET, net), (TAX, tax), (TOTAL, total)) if found is not None}
    printed = printed_of(candidates, WORDS) or _of_witness(candidates, WORDS, Witness.EMBEDDED)
    words = settle_words(printed, amounts.words, amounts.printed_total, fields.get(TOTAL), page)
    return fields | ({WORDS: words} if words is not None else {})


def _settled(
    key: str, said: Sequence[_Word], amounts: Amounts, candidates: Mapping[str, Sequence[Candidate]], page: int
) -> InvoiceField | None:
    """One amount between its print, the file's own data, the other sources and a second reading."""
    printed, data = printed_of(candidates, key), _of_witness(candidates, key, Witness.EMBEDDED)
    crc_holds = amounts.qr is not None and amounts.qr.crc_holds is True
    spoken = [*_known(Witness.EMBEDDED, amounts.embedded.get(key)), *said]
    found = _settle(printed, data, spoken, page, crc_holds=crc_holds)
    return None if found is None else _read_again(found, printed, _of_witness(candidates, key, Witness.SECOND_READING))


def _no_tax(amounts: Amounts, candidates: Mapping[str, Sequence[Candidate]], whole: Decimal | None, page: int) -> InvoiceField | None:
    """The stars that are printed for a tax that there is none of: proved where net and total are one, refuted where they differ."""
    printed = printed_of(candidates, TAX)
    if printed is None or printed.value != NO_TAX:
        return None
    rest = _difference(whole, amounts.printed_net)
    said = [amount for amount in (rest, amounts.embedded.get(TAX)) if amount is not None]
    others = tuple(dict.fromkeys(format_amount(amount) for amount in said if amount))
    status = FieldStatus.CONFLICT if others else FieldStatus.PROVED if rest is not None else FieldStatus.READ
    witnesses = (Witness.PRINTED, *((Witness.ARITHMETIC,) if status is FieldStatus.PROVED else ()))
    return InvoiceField(NO_TAX, printed.raw, printed.confidence, printed.page or page, printed.polygon, status, witnesses, others)


def _net_sources(amounts: Amounts, whole: Decimal | None) -> list[_Word]:
    """`whole` is the total as far as it is known."""
    rest = _difference(whole, amounts.tax_or_zero)
    return [
        *_known(Witness.QR, amounts.qr_net),
        *_known(Witness.ARITHMETIC, amounts.lines_net, is_echo=amounts.has_one_line),
        *_known(Witness.ARITHMETIC, rest, is_echo=amounts.tax_or_zero == 0),
    ]


def _tax_sources(amounts: Amounts, whole: Decimal | None) -> list[_Word]:
    rest = _difference(whole, amounts.printed_net)
    return [*_known(Witness.ARITHMETIC, amounts.lines_tax, is_echo=amounts.has_one_line), *_known(Witness.ARITHMETIC, rest)]


def _total_sources(amounts: Amounts) -> list[_Word]:
    total = None if amounts.printed_net is None or amounts.tax_or_zero is None else amounts.printed_net + amounts.tax_or_zero
    lines = None if amounts.lines_net is None or amounts.lines_tax is None else amounts.lines_net + amounts.lines_tax
    if amounts.has_one_line and total is not None and lines == total:
        lines = None  # one line says net and tax again, so its sum is the same sum
    if amounts.lines_are_gross:
        lines = amounts.lines_net
    return [
        *_known(Witness.QR, amounts.qr_total),
        *_known(Witness.WORDS, amounts.words),
        *_known(Witness.ARITHMETIC, total, is_echo=amounts.tax_or_zero == 0),
        *_known(Witness.ARITHMETIC, lines, is_echo=amounts.lines_are_gross and amounts.has_one_line),
        *_known(Witness.ARITHMETIC, amounts.charged),
    ]


def _known(witness: Witness, amount: Decimal | None, *, is_echo: bool = False) -> tuple[_Word, ...]:
    return () if amount is None else (_Word(witness, amount, is_echo),)


def _settle(
    printed: Candidate | None, data: Candidate | None, spoken: Sequence[_Word], page: int, *, crc_holds: bool
) -> InvoiceField | None:
    """Hold the printed digits against what the other sources say of the same amount.

    One other source that agrees proves the print, unless the file's own data contradict it, or nothing but echoes of the same digits
    agree while another source differs. Two that agree with each other and not with the print repair it where it can be a misreading of
    what they say; any other contradiction is a conflict. The file's own data stand for themselves where nothing is printed; sums alone,
    however many agree, make no amount where no digit is.
    """
    if not _shows_digits(printed) and not _said_by_more_than_sums(spoken):
        spoken = [word for word in spoken if word.witness is not Witness.ARITHMETIC]
    if printed is None and not spoken:
        return None
    digits = _digits(printed)
    shown = printed or data or Candidate(None, "", 0.0, None, Witness.PRINTED)
    settled = None if digits is None else _by_the_print(shown, digits, spoken, page, crc_holds=crc_holds)
    if settled is not None:
        return settled
    agreed = _most_agreed(spoken)
    if agreed is not None:
        amount, witnesses = agreed
        return _field(shown, amount, page, _against(printed, amount), witnesses, () if digits is None else (format_amount(digits),))
    if digits is not None:
        return _doubted(shown, digits, spoken, page)
    if spoken:
        return _by_one_word(shown, spoken[0], page)
    place = shown.page or page
    return InvoiceField(None, shown.raw, shown.confidence, place, shown.polygon, FieldStatus.UNREADABLE, (Witness.PRINTED,), ())


def _by_the_print(shown: Candidate, digits: Decimal, spoken: Sequence[_Word], page: int, *, crc_holds: bool) -> InvoiceField | None:
    """The printed digits where another source bears them out, nobody else speaks, or both sides stay; None when all others differ."""
    seconding = [word for word in spoken if word.amount == digits]
    differing = [word for word in spoken if word.amount != digits]
    agreeing = tuple(dict.fromkeys(word.witness for word in seconding))
    others = _amounts_of(differing)
    only_echoes = all(word.is_echo for word in seconding)
    if any(word.witness is Witness.EMBEDDED for word in differing) or (seconding and differing and only_echoes):
        return _field(shown, digits, page, FieldStatus.CONFLICT, (Witness.PRINTED, *agreeing), others)
    if agreeing:
        crc = (Witness.QR_CRC,) if crc_holds and Witness.QR in agreeing else ()
        return _field(shown, digits, page, FieldStatus.PROVED, (Witness.PRINTED, *agreeing, *crc), others)
    if not spoken:
        return _field(shown, digits, page, FieldStatus.READ, (Witness.PRINTED,), ())
    return None


def _doubted(shown: Candidate, digits: Decimal, spoken: Sequence[_Word], page: int) -> InvoiceField:
    """The printed digits against single sources: arithmetic alone says only that some number is wrong, not which."""
    is_loud = any(word.witness is not Witness.ARITHMETIC for word in spoken)
    status = FieldStatus.CONFLICT if is_loud else FieldStatus.READ
    return _field(shown, digits, page, status, (Witness.PRINTED,), _amounts_of(spoken))


def _by_one_word(shown: Candidate, word: _Word, page: int) -> InvoiceField:
    """An amount of which no digit was read, by the one source that has it; the file's own data stand for themselves."""
    status = FieldStatus.PROVED if word.witness is Witness.EMBEDDED else FieldStatus.READ
    return _field(shown, word.amount, page, status, (word.witness,), ())


def _amounts_of(words: Sequence[_Word]) -> tuple[str, ...]:
    """What these say, each amount once."""
    return tuple(dict.fromkeys(format_amount(word.amount) for word in words))


def _said_by_more_than_sums(spoken: Sequence[_Word]) -> bool:
    """Whether what most agree on is said by anything but sums."""
    agreed = _most_agreed(spoken)
    return agreed is not None and set(agreed[1]) != {Witness.ARITHMETIC}


def _against(printed: Candidate | None, amount: Decimal) -> FieldStatus:
    """What an amount is that others agree on and the print does not; digits that are no misreading of it were printed so, or elsewhere."""
    if printed is None:
        return FieldStatus.PROVED
    is_clear = printed.value is not None and not is_misreading(printed, format_amount(amount))
    return FieldStatus.CONFLICT if is_clear else FieldStatus.REPAIRED


def _shows_digits(printed: Candidate | None) -> bool:
    return printed is not None and (printed.value is not None or any(map(str.isdigit, printed.raw)))


def _read_again(found: InvoiceField, printed: Candidate | None, again: Candidate | None) -> InvoiceField:
    """An amount that nothing else speaks of: a second reading that agrees shows that the digits are right, not whose they are."""
    if found.status is not FieldStatus.READ or printed is None or printed.value is None or again is None or again.value is None:
        return found
    if again.value != printed.value:
        return replace(found, alternatives=tuple(dict.fromkeys((*found.alternatives, again.value))))
    return replace(found, witnesses=(*found.witnesses, Witness.SECOND_READING))


def _most_agreed(spoken: Sequence[_Word]) -> tuple[Decimal, tuple[Witness, ...]] | None:
    for word in spoken:
        witnesses = tuple(other.witness for other in spoken if other.amount == word.amount)
        if len(witnesses) > 1:
            return word.amount, tuple(dict.fromkeys(witnesses))
    return None


def _field(
    shown: Candidate, value: Decimal, page: int, status: FieldStatus, witnesses: tuple[Witness, ...], others: tuple[str, ...]
) -> InvoiceField:
    return InvoiceField(format_amount(value), shown.raw, shown.confidence, shown.page or page, shown.polygon, status, witnesses, others)


def _difference(whole: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if whole is None or part is None else whole - part


def printed_of(candidates: Mapping[str, Sequence[Candidate]], key: str) -> Candidate | None:
    """The face's own word for an amount."""
    return next((entry for entry in candidates.get(key, ()) if entry.witness in _ON_THE_FACE), None)


def _of_witness(candidates: Mapping[str, Sequence[Candidate]], key: str, witness: Witness) -> Candidate | None:
    return next((entry for entry in candidates.get(key, ()) if entry.witness is witness), None)


def _digits(found: Candidate | None) -> Decimal | None:
    return None if found is None or found.value is None or found.value == NO_TAX else Decimal(found.value)


def _sum(texts: Sequence[str | None]) -> Decimal | None:
    """The sum of a column; None when a cell is blank or unreadable, for then it proves nothing."""
    values = [None if text is None else parse_amount(text) for text in texts]
    if not values or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))
