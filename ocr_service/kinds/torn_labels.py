"""Labels whose characters stand so far apart in their box that they were read as several lines: 账 … 号, 开户银 … 行."""

import re
from collections.abc import Sequence
from dataclasses import replace

from models.geometry import Box
from ocr_service.faces.face import Face, Piece, around, fold, halved, squeeze

_GAP = 4.0
"""The widest gap inside a label, in line heights."""


def with_torn_labels(face: Face, labels: Sequence[str]) -> Face:
    """The face with such pieces put together to the labels that they are; the longest label where several begin alike."""
    plain = sorted({squeeze(fold(label)): label for label in labels}.items(), key=lambda entry: -len(entry[0]))
    gone: set[Piece] = set()
    made: list[Piece] = []
    for head in sorted(face.pieces, key=lambda piece: (piece.y, piece.x)):
        start = _bare(head)
        if head in gone or not start:
            continue
        for text, label in plain:
            if not text.startswith(start) or len(text) < 2 or len(start) >= len(text) or (head.label is not None and head.label != label):
                continue
            parts = _parts(face, head, text, gone)
            if parts:
                gone.update(parts)
                made += _made(parts, text, label)
                break
    return replace(face, pieces=tuple(piece for piece in face.pieces if piece not in gone) + tuple(made)) if made else face


def _bare(piece: Piece) -> str:
    return squeeze(piece.text).rstrip(":;.·")


def _parts(face: Face, head: Piece, label: str, gone: set[Piece]) -> list[Piece]:
    """The head and the pieces behind it that spell the label out; empty when they do not."""
    parts, rest = [head], label[len(_bare(head)) :]
    while rest:
        following = [
            piece
            for piece in face.pieces
            if piece not in gone
            and piece.label is None
            and abs(piece.y - head.y) < 0.5 * face.line_height
            and piece.x > parts[-1].x
            and piece.box.left - parts[-1].box.right < _GAP * face.line_height
            and _bare(piece)
            and (rest.startswith(_bare(piece)) or _has_value(piece, rest))
        ]
        if not following:
            return []
        parts.append(min(following, key=lambda piece: piece.box.left))
        rest = rest[len(_bare(parts[-1])) :]
    return parts


def _has_value(piece: Piece, rest: str) -> bool:
    """Whether a piece is the rest of a label and the value behind it: 票 … 价: 227.00."""
    return re.match(re.escape(rest) + r"[:;¥\d]", squeeze(piece.text)) is not None


def _made(parts: Sequence[Piece], text: str, label: str) -> list[Piece]:
    """The label that some pieces spell out, and the value that came in one piece with its end."""
    *before, last = parts
    rest = text[sum(len(_bare(piece)) for piece in before) :]
    end = re.match(r"\s*".join(map(re.escape, rest)), last.text)
    if end is None or not _has_value(last, rest):
        return [_whole(parts, label)]
    tail, value = halved(last, end.end())
    return [_whole([*before, tail], label), value]


def _whole(parts: Sequence[Piece], label: str) -> Piece:
    boxes = [piece.box for piece in parts]
    box = Box(
        min(box.left for box in boxes), min(box.top for box in boxes), max(box.right for box in boxes), max(box.bottom for box in boxes)
    )
    text = "".join(piece.text for piece in parts)
    return Piece(text, box, around(parts), min(piece.confidence for piece in parts), label)
