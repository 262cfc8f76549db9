"""The boxes of the vehicle forms: a maker's serial number, a model, an amount, an address here and a telephone there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.money import format_amount, parse_amount
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, chinese_brackets, fold, printed, squeeze
from ocr_service.kinds.description import Special


def a_serial(text: str) -> str | None:
    """Letters and digits that a maker gave: the only such run of five and more, at least two of them digits."""
    found = set(re.findall(r"[0-9A-Z][0-9A-Z\-*]{3,28}[0-9A-Z]", squeeze(fold(text)).upper()))
    run = found.pop() if len(found) == 1 else ""
    return run if len(re.findall(r"\d", run)) >= 2 else None


def an_exact_amount(text: str) -> str | None:
    """The only amount in the text with both of its decimals: these forms print no other, and a seal may leave half of one."""
    found = set(re.findall(r"(?<![\d.,])\d[\d,]*\.\d{2}(?![\d.])", fold(text)))
    amount = parse_amount(found.pop()) if len(found) == 1 else None
    return None if amount is None else format_amount(amount)


def a_model(text: str) -> str | None:
    """A make and model (厂牌型号), without the next box's label 产地 where its characters stand far apart."""
    compact = chinese_brackets(squeeze(re.split(r"(?:^|\s)产(?:\s|地|$)", fold(text))[0]).strip(":;,._-|"))
    return compact if len(compact) >= 2 and re.search(r"[0-9A-Za-z\u4e00-\u9fff]{2}", compact) else None


def beside_each_other(key: str, first: Sequence[str], second: Sequence[str], after: Sequence[str], others: Sequence[str] = ()) -> Special:
    """One field out of two boxes of a party (地址 and 电话, 开户银行 and 账号), joined by a space as the VAT forms print them.

    `after` are the labels that open the party's block, `others` those that open the next ones.
    """

    def find(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
        block = _block(face, after, others)
        if block is None:
            return {}
        rows = [_value(face, labels, block) for labels in (first, second)]
        pieces = [piece for row in rows for piece in row]
        if not pieces:
            return {}
        text = " ".join(" ".join(piece.text for piece in row) for row in rows if row)
        head = rows[0] or rows[1]
        return {key: (replace(printed(text, head, text), confidence=min(piece.confidence for piece in pieces)),)}

    return find


def run_into_by_a_seal(key: str, labels: Sequence[str]) -> Special:
    """An amount that was read as one line with the seal across its box: the end of that line, from its ¥, on the label's row."""

    def find(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
        found: dict[str, tuple[Candidate, ...]] = {}
        for label in face.labels(*labels):
            for piece in face.texts(lambda piece: not piece.is_vertical):
                tail = re.search(r"[¥￥]\s*(\d[\d,]*\.\d{2})$", fold(piece.text))
                on_row = abs(piece.y - label.y) < 0.9 * face.line_height and piece.box.left < label.box.right < piece.box.right
                if tail is not None and on_row and not found:
                    found[key] = (printed(an_exact_amount(tail[1]), [piece], tail[1]),)
        return found

    return find


def left_on_row_of(key: str, others: Sequence[str]) -> Special:
    """An amount whose own label a seal hid: the only one with its ¥ left of the label of the next box on its row."""

    def find(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
        for label in face.labels(*others):
            before = [piece for piece in face.texts() if piece.box.right < label.box.left and re.match(r"[¥￥]", piece.text)]
            near = [piece for piece in before if abs(piece.y - label.y) < 0.7 * face.line_height]
            row = [piece for piece in near if an_exact_amount(piece.text) is not None]
            if len(row) == 1:
                return {key: (printed(an_exact_amount(row[0].text), row),)}
        return {}

    return find


def _block(face: Face, after: Sequence[str], others: Sequence[str]) -> tuple[float, float] | None:
    """From the label that opens a party's block down to the one that opens another's, in pixels of the flat frame."""
    openings = face.labels(*after)
    if not openings:
        return None
    top = openings[0].y - 0.6 * face.line_height
    bottoms = [label.y - 0.6 * face.line_height for label in face.labels(*others) if label.y > openings[-1].y + 0.6 * face.line_height]
    return top, min(bottoms, default=face.height)


def _value(face: Face, labels: Sequence[str], block: tuple[float, float]) -> list[Piece]:
    for label in face.labels(*labels):
        if block[0] <= label.y < block[1]:
            row = [piece for piece in face.right_of(label, reach=0.6) if len(squeeze(piece.text)) > 1]
            if row:
                return row
    return []
