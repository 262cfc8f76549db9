"""The total in words (大写): held against the total, repaired where it is plainly meant to be that."""

import re
from dataclasses import replace
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.invoice import FieldStatus, InvoiceField, Witness
from models.money import fold_words, write_words
from ocr_service.evidence import Candidate

_ON_FORMS = frozenset("零〇壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正负負()（）数")
"""Signs that are printed in amounts in words, with their traditional forms."""

_LIKE_ONE = "查壶壺喜童登"
"""Characters that an engine takes a 壹 for."""

_WITHOUT_NUMERAL = re.compile(r"^负?[拾佰仟万亿]|(?<![壹贰叁肆伍陆柒捌玖])[拾佰仟]")
"""A unit without the numeral that stands before it: ten is 壹拾 (正确填写票据和结算凭证的基本规定, unverified)."""


def settle_words(
    printed: Candidate | None, words: Decimal | None, digits: Decimal | None, total: InvoiceField | None, page: int
) -> InvoiceField | None:
    """The words between their print and the settled total; `words` is what they say and `digits` what is printed beside them, in yuan."""
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
    if words is None or value is None:
        return _words_field(printed, page, FieldStatus.READ, (printed.witness,))
    if words != value:
        return _words_field(printed, page, FieldStatus.CONFLICT, (printed.witness,))
    if digits != words and not (total is not None and Witness.ARITHMETIC in total.witnesses):
        return _words_field(printed, page, FieldStatus.READ, (printed.witness,))
    meant = _as_forms_print(printed)
    if meant != printed.value:
        return _words_field(replace(printed, value=meant), page, FieldStatus.REPAIRED, (printed.witness, Witness.ARITHMETIC))
    if _WITHOUT_NUMERAL.search(fold_words(meant)) is not None:
        # The amount is right, but nobody knows whether a 壹 was left out or lost.
        return _words_field(printed, page, FieldStatus.READ, (printed.witness,))
    return _words_field(printed, page, FieldStatus.PROVED, (printed.witness, Witness.ARITHMETIC))


def _as_forms_print(printed: Candidate) -> str:
    """Words that say the right amount in the numerals of forms: a look-alike was misread, anything else is print or seal beside them.

    A 拾 behind what looks like 壹 is 壹拾.
    """
    value, raw = printed.value or "", "".join(printed.raw.split())
    if value.startswith("拾") and re.search(rf"[{_LIKE_ONE}]{re.escape(value)}$", raw) is not None:
        value = f"壹{value}"
    return "".join(sign if sign in _ON_FORMS else fold_words(sign) for sign in value)


def _looks_alike(folded: str, raw: str, usual: str) -> bool:
    """Whether at least half of the usual words can be made out, none longer or shorter by more than one."""
    compact = "".join(raw.split())
    return abs(len(compact) - len(usual)) <= 1 and len(usual) - Levenshtein.distance(folded, usual) >= 0.5 * len(usual)


def _words_field(printed: Candidate, page: int, status: FieldStatus, witnesses: tuple[Witness, ...]) -> InvoiceField:
    return InvoiceField(printed.value, printed.raw, printed.confidence, printed.page or page, printed.polygon, status, witnesses, ())
