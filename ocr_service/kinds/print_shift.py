"""How far the print stands off the form that it was printed on."""

from collections.abc import Sequence

from ocr_service.faces.face import Face, Piece
from ocr_service.faces.registration import most_answered
from ocr_service.kinds.description import Field

_REACH = 5.0
"""The farthest shift that is looked for, in line heights."""
_FEWEST = 4
"""How many labels must be answered under one shift before it is believed."""


def print_shift(face: Face, fields: Sequence[Field]) -> float:
    """How much lower (negative: higher) than its label each value stands, in pixels of the flat frame.

    A ticket printer that was fed askew puts the whole column of values beside other labels than their own. The shift is the one under
    which most labels find a value of their own form (a date, a time, an amount), if it answers at least two more than no shift does.
    """
    return most_answered(_pairs(face, fields), 0.45 * face.line_height, _FEWEST)


def _pairs(face: Face, fields: Sequence[Field]) -> list[tuple[int, int, float]]:
    """Label, value and how much lower the value stands, wherever the value's form answers the label."""
    values = face.texts(lambda piece: not piece.is_vertical)
    found: list[tuple[int, int, float]] = []
    for number, field in enumerate(fields):
        for label in face.labels(*field.labels) if field.labels else ():
            for place, value in enumerate(values):
                offset = value.y - label.y
                if _is_beside(label, value) and abs(offset) <= _REACH * face.line_height and field.read(value.text) is not None:
                    found.append((number, place, offset))
    return found


def _is_beside(label: Piece, value: Piece) -> bool:
    return value.box.left > label.box.right - 0.5 * label.box.height
