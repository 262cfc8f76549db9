"""The amounts that close a face: 合计 with its two sums, 价税合计 in words and in digits."""

import re
from collections.abc import Sequence

from models.money import fold_words, format_amount, parse_amount, parse_words
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import Bands
from ocr_service.faces.face import Face, Piece, joined, printed, squeeze

_NEGATIVE = re.compile(r"[(（]?[负負]数[)）]?")
"""Before the words of a red invoice, set apart far enough to be read as a line of its own."""
_NO_TAX = re.compile(r"\*{3}")
"""Printed for the tax of a sale that has none (免税, 不征税)."""
_SIGNED = re.compile(r"-?\s*[¥￥]")


def totals(face: Face, layout: Bands) -> dict[str, tuple[Candidate, ...]]:
    """Candidates of the three amounts and of the words; the words' own polygon serves their amount too."""
    found: dict[str, tuple[Candidate, ...]] = {}
    digits = _total_digits(face, layout)
    if digits:
        found["tax_inclusive_amount"] = (_amount(digits),)
    words = _words(face, layout)
    if words is not None:
        found["tax_inclusive_amount_in_words"] = (words,)
    found |= _subtotals(face, layout)
    return found


def _amount(row: Sequence[Piece], text: str | None = None) -> Candidate:
    raw = joined(row) if text is None else text
    amount = parse_amount(raw)
    return printed(None if amount is None else format_amount(amount), row, raw)


def _total_digits(face: Face, layout: Bands) -> list[Piece]:
    if layout.total is None:
        return []
    total, subtotal = layout.total, layout.subtotal

    def is_total(piece: Piece) -> bool:
        """Where the total itself was lost, the sum above it must not be taken for it: it would prove itself."""
        return subtotal is None or abs(piece.y - total) < abs(piece.y - subtotal)

    for label in reversed(face.labels("total_digits")):
        row = [piece for piece in face.right_of(label) if re.search(r"\d", piece.text) and is_total(piece)]
        if row:
            return row[:1]
    near = face.texts(lambda piece: abs(piece.y - total) < 1.2 * face.line_height and _SIGNED.match(piece.text) is not None)
    return [piece for piece in near if is_total(piece)][-1:]


def _words(face: Face, layout: Bands) -> Candidate | None:
    """The best 大写 on the total row; text that is plainly meant as words but cannot be parsed gives a candidate without value."""
    if layout.total is None:
        return None
    total = layout.total
    row = face.texts(lambda piece: abs(piece.y - total) < 1.6 * face.line_height and not piece.is_vertical)
    spoken = [piece for piece in row if len(fold_words(piece.text)) >= 2 and parse_words(piece.text) is not None]
    if spoken:
        best = max(spoken, key=lambda piece: len(fold_words(piece.text)))
        sign = [piece for piece in row if _NEGATIVE.fullmatch(squeeze(piece.text)) and piece.x < best.x]
        if sign and not re.match(r"[(（]?[负負]", squeeze(best.text)):
            both = [*sign[-1:], best]
            return printed(f"（负数）{_clean_words(best.text)}", both)
        return printed(_clean_words(best.text), [best])
    wordy = [piece for piece in row if len(squeeze(piece.text)) >= 4 and not re.search(r"\d", piece.text)]
    garbled = [piece for piece in wordy if _share_of_words(piece.text) >= 0.4]
    if garbled:
        best = max(garbled, key=lambda piece: len(fold_words(piece.text)))
        return printed(None, [best])
    return None


def _clean_words(text: str) -> str:
    """The words as printed, without the crossed circle that precedes them."""
    return re.sub(r"^[^负負零〇壹贰貳叁叄肆伍陆陸柒捌玖拾(（]+", "", squeeze(text))


def _share_of_words(text: str) -> float:
    compact = squeeze(text)
    return len(fold_words(compact)) / len(compact) if compact else 0.0


def _subtotals(face: Face, layout: Bands) -> dict[str, tuple[Candidate, ...]]:
    if layout.subtotal is None:
        return {}
    subtotal = layout.subtotal
    row = face.texts(lambda piece: abs(piece.y - subtotal) < 0.9 * face.line_height and not piece.is_vertical)
    amounts = [(piece, text) for piece in row for text in _split_amounts(piece.text)]
    amounts.sort(key=lambda entry: entry[0].box.left)
    stars = [piece for piece in row if _NO_TAX.fullmatch(squeeze(piece.text)) and _is_in_tax_column(piece, layout)]
    if stars and not any(_is_in_tax_column(piece, layout) for piece, _ in amounts):
        found: dict[str, tuple[Candidate, ...]] = {"tax_amount": (printed("***", stars[-1:]),)}
        if amounts:
            piece, text = amounts[-1]
            found["tax_exclusive_amount"] = (_amount([piece], text),)
        return found
    signed = [entry for entry in amounts if _SIGNED.match(entry[1])]
    amounts = signed if signed else amounts
    if len(amounts) >= 2:
        pairs = zip(("tax_exclusive_amount", "tax_amount"), amounts[-2:], strict=True)
    elif amounts:
        key = "tax_amount" if _is_in_tax_column(amounts[0][0], layout) else "tax_exclusive_amount"
        pairs = zip((key,), amounts, strict=True)
    else:
        return {}
    return {key: (_amount([piece], text),) for key, (piece, text) in pairs}


def _split_amounts(text: str) -> list[str]:
    """The amounts of a piece; `¥200.00 ¥26.00` may have come as one line."""
    parts = re.split(r"\s+(?=-?[¥￥])|(?<=\d)(?=-?[¥￥])", text)
    return [part for part in parts if re.match(r"-?[¥￥]?\s*-?[\d,]+\.\d", part) or re.match(r"-?[¥￥]\s*-?\d", part)]


def _is_in_tax_column(piece: Piece, layout: Bands) -> bool:
    amount, tax = layout.columns.get("amount"), layout.columns.get("tax_amount")
    return amount is not None and tax is not None and piece.x > (amount + tax) / 2
