"""The amounts of an invoice, each a witness against the others: two sums, a total, its words, the lines, the QR code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.invoice import FieldStatus, InvoiceField, LineItem, Witness
from models.money import fold_words, format_amount, parse_amount, parse_words, write_words
from models.qr_payload import QrPayload
from ocr_service.evidence import Candidate

_Word = tuple[Witness, Decimal]
"""Who says which amount."""

NET, TAX, TOTAL, WORDS = "tax_exclusive_amount", "tax_amount", "tax_inclusive_amount", "tax_inclusive_amount_in_words"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What each source says, in yuan; None where it says nothing. `printed_*` are the face's digits, `lines_*` sums over all rows."""

    printed_net: Decimal | None
    printed_tax: Decimal | None
    printed_total: Decimal | None
    words: Decimal | None
    lines_net: Decimal | None
    lines_tax: Decimal | None
    qr: QrPayload | None

    @classmethod
    def of(cls, candidates: Mapping[str, Sequence[Candidate]], items: Sequence[LineItem], qr: QrPayload | None) -> "Amounts":
        """Collect every source."""
        spoken = _first(candidates, WORDS)
        return cls(
            printed_net=_printed(candidates, NET),
            printed_tax=_printed(candidates, TAX),
            printed_total=_printed(candidates, TOTAL),
            words=None if spoken is None or spoken.value is None else parse_words(spoken.value),
            lines_net=_sum([item.amount for item in items]),
            lines_tax=_sum([item.tax_amount for item in items]) if all(item.tax_amount for item in items) else None,
            qr=qr if qr is not None and qr.amount is not None else None,
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
        field = _settle(_first(candidates, key), said, page, crc_holds=amounts.qr is not None and amounts.qr.crc_holds is True)
        if field is not None:
            fields[key] = field
    words = _settle_words(_first(candidates, WORDS), amounts, fields.get(TOTAL), page)
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
    sums = ((Witness.ARITHMETIC, total), (Witness.ARITHMETIC, lines))
    return _known((Witness.QR, amounts.qr_total), (Witness.WORDS, amounts.words), *sums)


def _known(*words: tuple[Witness, Decimal | None]) -> list[_Word]:
    return [(witness, value) for witness, value in words if value is not None]


def _settle(printed: Candidate | None, spoken: Sequence[_Word], page: int, *, crc_holds: bool) -> InvoiceField | None:
    """Hold the printed digits against what the other sources say of the same amount.

    One other source that agrees proves the print. Two that agree with each other and not with the print repair it; a
    contradiction by fewer is a conflict.
    """
    digits = None if printed is None or printed.value is None else Decimal(printed.value)
    if printed is None and not spoken:
        return None
    shown = printed or Candidate(None, "", 0.0, None, Witness.PRINTED)
    if digits is not None:
        agreeing = tuple(dict.fromkeys(witness for witness, value in spoken if value == digits))
        others = tuple(dict.fromkeys(format_amount(value) for _, value in spoken if value != digits))
        if agreeing:
            crc = (Witness.QR_CRC,) if crc_holds and Witness.QR in agreeing else ()
            return _field(shown, digits, page, FieldStatus.PROVED, (Witness.PRINTED, *agreeing, *crc), others)
        if not spoken:
            return _field(shown, digits, page, FieldStatus.READ, (Witness.PRINTED,), ())
    agreed = _most_agreed(spoken)
    if agreed is not None:
        return _field(shown, agreed[0], page, FieldStatus.REPAIRED, agreed[1], () if digits is None else (format_amount(digits),))
    if digits is not None:
        # A single source against the print: arithmetic alone says only that some number is wrong, not which.
        loud = any(witness is not Witness.ARITHMETIC for witness, _ in spoken)
        status = FieldStatus.CONFLICT if loud else FieldStatus.READ
        others = tuple(dict.fromkeys(format_amount(value) for _, value in spoken))
        return _field(shown, digits, page, status, (Witness.PRINTED,), others)
    witness, value = spoken[0]
    if printed is None and witness is Witness.ARITHMETIC:
        return None
    return _field(shown, value, page, FieldStatus.READ, (witness,), ())


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
        return _words_field(printed, page, FieldStatus.READ, (Witness.PRINTED,))
    if amounts.words != value:
        return _words_field(printed, page, FieldStatus.CONFLICT, (Witness.PRINTED,))
    if amounts.printed_total != amounts.words and not (total is not None and Witness.ARITHMETIC in total.witnesses):
        return _words_field(printed, page, FieldStatus.READ, (Witness.PRINTED,))
    return _words_field(printed, page, FieldStatus.PROVED, (Witness.PRINTED, Witness.ARITHMETIC))


def _looks_alike(folded: str, raw: str, usual: str) -> bool:
    """Whether at least half of the usual words can be made out, none longer or shorter by more than one."""
    compact = "".join(raw.split())
    return abs(len(compact) - len(usual)) <= 1 and len(usual) - Levenshtein.distance(folded, usual) >= 0.5 * len(usual)


def _words_field(printed: Candidate, page: int, status: FieldStatus, witnesses: tuple[Witness, ...]) -> InvoiceField:
    return InvoiceField(printed.value, printed.raw, printed.confidence, page, printed.polygon, status, witnesses, ())


def _field(
    shown: Candidate, value: Decimal, page: int, status: FieldStatus, witnesses: tuple[Witness, ...], others: tuple[str, ...]
) -> InvoiceField:
    return InvoiceField(format_amount(value), shown.raw, shown.confidence, page, shown.polygon, status, witnesses, others)


def _difference(whole: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if whole is None or part is None else whole - part


def _first(candidates: Mapping[str, Sequence[Candidate]], key: str) -> Candidate | None:
    found = candidates.get(key)
    return found[0] if found else None


def _printed(candidates: Mapping[str, Sequence[Candidate]], key: str) -> Decimal | None:
    found = _first(candidates, key)
    return None if found is None or found.value is None else Decimal(found.value)


def _sum(texts: Sequence[str | None]) -> Decimal | None:
    """The sum of a column; None when a cell is blank or unreadable, for then it proves nothing."""
    values = [None if text is None else parse_amount(text) for text in texts]
    if not values or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))
