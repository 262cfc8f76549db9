"""The amounts of an invoice, each a witness against the others: two sums, a total, its words, the lines, the QR code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.invoice import FieldStatus, InvoiceField, LineItem, Witness
from models.money import fold_words, format_amount, parse_amount, parse_words, write_words
from models.qr_payload import QrPayload
from ocr_service.evidence import Candidate
from ocr_service.proof.settling import are_sure

_ON_THE_FACE = frozenset({Witness.PRINTED, Witness.SECOND_PRINT})

_Word = tuple[Witness, Decimal]
"""Who says which amount."""

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

    @classmethod
    def of(cls, candidates: Mapping[str, Sequence[Candidate]], items: Sequence[LineItem], qr: QrPayload | None) -> "Amounts":
        """Collect every source."""
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
    sources = {NET: _net_sources(amounts), TAX: _tax_sources(amounts), TOTAL: _total_sources(amounts)}
    fields: dict[str, InvoiceField] = {}
    for key, said in sources.items():
        embedded = _known((Witness.EMBEDDED, amounts.embedded.get(key)))
        crc_holds = amounts.qr is not None and amounts.qr.crc_holds is True
        found = _settle(printed_of(candidates, key), [*embedded, *said], page, crc_holds=crc_holds)
        if found is not None:
            fields[key] = _read_again(found, printed_of(candidates, key), _of_witness(candidates, key, Witness.SECOND_READING))
    printed = printed_of(candidates, WORDS) or _of_witness(candidates, WORDS, Witness.EMBEDDED)
    words = _settle_words(printed, amounts, fields.get(TOTAL), page)
    return fields | ({WORDS: words} if words is not None else {})


def _net_sources(amounts: Amounts) -> list[_Word]:
    rest = _difference(amounts.words if amounts.printed_total is None else amounts.printed_total, amounts.tax_or_zero)
    return _known((Witness.QR, amounts.qr_net), (Witness.ARITHMETIC, amounts.lines_net), (Witness.ARITHMETIC, rest))


def _tax_sources(amounts: Amounts) -> list[_Word]:
    rest = _difference(amounts.words if amounts.printed_total is None else amounts.printed_total, amounts.printed_net)
    return _known((Witness.ARITHMETIC, amounts.lines_tax), (Witness.ARITHMETIC, rest))


def _total_sources(amounts: Amounts) -> list[_Word]:
    total = None if amounts.printed_net is None or amounts.tax_or_zero is None else amounts.printed_net + amounts.tax_or_zero
    lines = None if amounts.lines_net is None or amounts.lines_tax is None else amounts.lines_net + amounts.lines_tax
    sums = ((Witness.ARITHMETIC, total), (Witness.ARITHMETIC, lines), (Witness.ARITHMETIC, amounts.charged))
    return _known((Witness.QR, amounts.qr_total), (Witness.WORDS, amounts.words), *sums)


def _known(*words: tuple[Witness, Decimal | None]) -> list[_Word]:
    return [(witness, value) for witness, value in words if value is not None]


def _settle(printed: Candidate | None, spoken: Sequence[_Word], page: int, *, crc_holds: bool) -> InvoiceField | None:
    """Hold the printed digits against what the other sources say of the same amount.

    One other source that agrees proves the print, unless the file's own data contradict it. Two that agree with each other and not
    with the print repair it; a contradiction by fewer is a conflict. The file's own data stand for themselves where nothing is printed.
    """
    digits = _digits(printed)
    if printed is None and not spoken:
        return None
    shown = printed or Candidate(None, "", 0.0, None, Witness.PRINTED)
    said = dict(reversed(spoken))
    contradicted = digits is not None and said.get(Witness.EMBEDDED, digits) != digits
    if digits is not None:
        agreeing = tuple(dict.fromkeys(witness for witness, value in spoken if value == digits))
        others = tuple(dict.fromkeys(format_amount(value) for _, value in spoken if value != digits))
        if contradicted:
            return _field(shown, digits, page, FieldStatus.CONFLICT, (Witness.PRINTED, *agreeing), others)
        if agreeing:
            crc = (Witness.QR_CRC,) if crc_holds and Witness.QR in agreeing else ()
            return _field(shown, digits, page, FieldStatus.PROVED, (Witness.PRINTED, *agreeing, *crc), others)
        if not spoken:
            return _field(shown, digits, page, FieldStatus.READ, (Witness.PRINTED,), ())
    agreed = _most_agreed(spoken)
    if agreed is not None:
        status = FieldStatus.PROVED if printed is None else FieldStatus.REPAIRED
        return _field(shown, agreed[0], page, status, agreed[1], () if digits is None else (format_amount(digits),))
    if digits is not None:
        # A single source against the print: arithmetic alone says only that some number is wrong, not which.
        loud = any(witness is not Witness.ARITHMETIC for witness, _ in spoken)
        status = FieldStatus.CONFLICT if loud else FieldStatus.READ
        others = tuple(dict.fromkeys(format_amount(value) for _, value in spoken))
        return _field(shown, digits, page, status, (Witness.PRINTED,), others)
    if not spoken:
        return InvoiceField(
            None, shown.raw, shown.confidence, shown.page or page, shown.polygon, FieldStatus.UNREADABLE, (Witness.PRINTED,), ()
        )
    witness, value = spoken[0]
    if printed is None and witness is Witness.ARITHMETIC:
        return None
    return _field(shown, value, page, FieldStatus.PROVED if witness is Witness.EMBEDDED else FieldStatus.READ, (witness,), ())


def _read_again(found: InvoiceField, printed: Candidate | None, again: Candidate | None) -> InvoiceField:
    """An amount that nothing else speaks of: proved when two sure readings of its print agree, doubted when they do not."""
    if found.status is not FieldStatus.READ or printed is None or printed.value is None or again is None or again.value is None:
        return found
    if again.value != printed.value:
        return replace(found, alternatives=tuple(dict.fromkeys((*found.alternatives, again.value))))
    if found.alternatives or not are_sure((printed, again)):
        return found
    return replace(found, status=FieldStatus.PROVED, witnesses=(*found.witnesses, Witness.SECOND_READING))


def _most_agreed(spoken: Sequence[_Word]) -> tuple[Decimal, tuple[Witness, ...]] | None:
    for _, value in spoken:
        witnesses = tuple(witness for witness, other in spoken if other == value)
        if len(witnesses) > 1:
            return value, tuple(dict.fromkeys(witnesses))
    return None


def _settle_words(printed: Candidate | None, amounts: Amounts, total: InvoiceField | None, page: int) -> InvoiceField | None:
    if printed is None:
        return None
    proved = total is not None and total.status in {FieldStatus.PROVED, FieldStatus.REPAIRED} and total.value is not None
    value = Decimal(total.value) if total is not None and total.value is not None else None
    if printed.value is None:
        # Words so garbled that they say nothing, where the total is proved without them and they look like it.
        usual = write_words(value) if proved and value is not None else ""
        if usual and _looks_alike(fold_words(printed.raw) or printed.raw, printed.raw, usual):
            repaired = replace(printed, value=usual)
            return _words_field(repaired, page, FieldStatus.REPAIRED, (Witness.ARITHMETIC,))
        return _words_field(printed, page, FieldStatus.UNREADABLE, (Witness.PRINTED,))
    if amounts.words is None or value is None:
        return _words_field(printed, page, FieldStatus.READ, (printed.witness,))
    if amounts.words != value:
        return _words_field(printed, page, FieldStatus.CONFLICT, (printed.witness,))
    if amounts.printed_total != amounts.words and not (total is not None and Witness.ARITHMETIC in total.witnesses):
        return _words_field(printed, page, FieldStatus.READ, (printed.witness,))
    return _words_field(printed, page, FieldStatus.PROVED, (printed.witness, Witness.ARITHMETIC))


def _looks_alike(folded: str, raw: str, usual: str) -> bool:
    """Whether at least half of the usual words can be made out, none longer or shorter by more than one."""
    compact = "".join(raw.split())
    return abs(len(compact) - len(usual)) <= 1 and len(usual) - Levenshtein.distance(folded, usual) >= 0.5 * len(usual)


def _words_field(printed: Candidate, page: int, status: FieldStatus, witnesses: tuple[Witness, ...]) -> InvoiceField:
    return InvoiceField(printed.value, printed.raw, printed.confidence, printed.page or page, printed.polygon, status, witnesses, ())


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
    return None if found is None or found.value is None else Decimal(found.value)


def _sum(texts: Sequence[str | None]) -> Decimal | None:
    """The sum of a column; None when a cell is blank or unreadable, for then it proves nothing."""
    values = [None if text is None else parse_amount(text) for text in texts]
    if not values or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))
