"""Labels in two languages, the English words below the Chinese ones: one label, in the middle of the row that both name."""

import re
from dataclasses import replace
from statistics import median

from models.geometry import Box
from ocr_service.faces.face import Face, Piece, squeeze

_FARTHEST = 1.4
"""The English words stand at most so much lower than the Chinese ones, in line heights."""
_ASIDE = 1.2
"""So far apart their left edges may be, in line heights."""
_FEWEST = 3
"""Pairs that make a form bilingual; a single one may be chance."""


def with_bilingual_labels(face: Face) -> Face:
    """The face with each pair as its Chinese label alone, halfway down to the English words; polygons stay where the words are.

    As two labels half a row apart, a value that is printed a little low would be as near to the next row as to its own. Of a pair of which
    one half was lost the other stands for both.
    """
    pairs: dict[Piece, list[Piece]] = {}
    for label in face.pieces:
        if label.label is not None and not label.label.isascii() and not label.is_vertical and (words := _words_below(face, label)):
            pairs[label] = words
    if len(pairs) < _FEWEST:
        return face
    paired = {piece for words in pairs.values() for piece in words}
    half = median((words[0].y - label.y) / 2 for label, words in pairs.items())
    left, top = median(label.box.left for label in pairs), min(label.box.top for label in pairs)
    column = [
        piece
        for piece in face.pieces
        if piece.label is not None and piece.box.top >= top and abs(piece.box.left - left) < _ASIDE * face.line_height
    ]
    moves = {piece: -half if piece.label and piece.label.isascii() else half for piece in column} | dict.fromkeys(pairs, half)
    return replace(face, pieces=tuple(_moved(piece, moves.get(piece, 0.0)) for piece in face.pieces if piece not in paired))


def _words_below(face: Face, label: Piece) -> list[Piece]:
    """The English words of the nearest line below a label, from its own left edge on."""
    below = sorted(
        (
            piece
            for piece in face.pieces
            if _is_english(piece) and 0.4 * face.line_height < piece.y - label.y < _FARTHEST * face.line_height
        ),
        key=lambda piece: piece.box.left,
    )
    if not below or abs(below[0].box.left - label.box.left) > _ASIDE * face.line_height:
        return []
    return [
        piece
        for piece in below
        if abs(piece.y - below[0].y) < 0.4 * face.line_height and piece.box.left < label.box.right + 4 * face.line_height
    ]


def _is_english(piece: Piece) -> bool:
    return re.fullmatch(r"[A-Za-z][A-Za-z.]+:?", squeeze(piece.text)) is not None


def _moved(piece: Piece, down: float) -> Piece:
    box = piece.box
    if not down:
        return piece
    return replace(piece, box=Box(box.left, box.top + down, box.right, box.bottom + down))
