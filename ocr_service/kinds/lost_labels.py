"""Labels that a seal or a black bar hides: a form prints its rows in one order and at one pitch, so the others tell where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

from models.geometry import Box, Polygon
from ocr_service.faces.face import Face, Piece, squeeze
from ocr_service.kinds.description import KindDescription

_FEWEST = 5
"""Labels that must be read before the order of a form is believed."""
_ASTRAY = 0.25
"""How far any of them may stand off its row, in rows."""
_BEYOND = 2
"""How many rows above the first and below the last label that was read are still told by them."""

_WELL, _SPLINTER = 0.9, 3
"""Confidence and length from which print in a label's place is not taken for what is left of the label."""


@dataclass(frozen=True, slots=True)
class _Column:
    """The rows of a form: where the first stands, how far apart they are, and where their labels begin; pixels of the flat frame."""

    top: float
    pitch: float
    left: float
    labels: Mapping[int, Piece]


def with_lost_labels(face: Face, description: KindDescription) -> Face:
    """The face with the labels that the form's order asks for where none was read; splinters in their place were none.

    Of several orders those count that most labels bear out, and only what all of these say.
    """
    columns = [(order, column) for order in description.rows if (column := _column(face, order, description)) is not None]
    most = max((len(column.labels) for _, column in columns), default=0)
    asked = [_asked(face, order, column) for order, column in columns if len(column.labels) == most]
    lost = [label for label in asked[0] if all(any(_is_same(label, other) for other in others) for others in asked)] if asked else []
    made = [label for label in lost if not any(_bars(piece, label) for piece in face.pieces)]
    kept = tuple(
        piece for piece in face.pieces if piece.label is not None or not any(label.box.contains(piece.box.centre) for label in made)
    )
    return replace(face, pieces=(*kept, *made)) if made else face


def _asked(face: Face, order: Sequence[str], column: _Column) -> list[Piece]:
    """The labels of an order that were not read, from two rows above the first one that was to two rows below the last."""
    first, last = min(column.labels) - _BEYOND, max(column.labels) + _BEYOND
    return [_lost(face, column, place, name) for place, name in enumerate(order) if first <= place <= last and place not in column.labels]


def _is_same(one: Piece, other: Piece) -> bool:
    return one.label == other.label and abs(one.y - other.y) < 0.5 * one.box.height


def _bars(piece: Piece, label: Piece) -> bool:
    """Whether something else stands where a label is looked for: another label, or print that was read well and is no splinter."""
    one, two = piece.box, label.box
    overlaps = one.left < two.right and two.left < one.right and one.top < two.bottom and two.top < one.bottom
    return overlaps and (piece.label is not None or (piece.confidence > _WELL and len(squeeze(piece.text)) > _SPLINTER))


def _column(face: Face, order: Sequence[str], description: KindDescription) -> _Column | None:
    """The rows of an order as the labels that were read lay them out; None where they do not."""
    groups = [_synonyms(name, description) for name in order]
    read = [(place, label) for place, names in enumerate(groups) for label in face.labels(*names) if not label.is_vertical]
    if len({place for place, _ in read}) < _FEWEST:
        return None
    pitch = median((two.y - one.y) / (there - here) for (here, one), (there, two) in combinations(read, 2) if there != here)
    if pitch < 0.8 * face.line_height:
        return None
    top = median(label.y - pitch * place for place, label in read)
    labels = {place: label for place, label in read if abs(label.y - top - pitch * place) <= _ASTRAY * pitch}
    if len(labels) < _FEWEST or len(labels) < 0.8 * len({place for place, _ in read}):
        return None
    return _Column(top, pitch, median(label.box.left for label in labels.values()), labels)


def _synonyms(name: str, description: KindDescription) -> set[str]:
    """The name and the other labels of the fields that it names."""
    return {name}.union(*(field.labels for field in description.fields if name in field.labels))


def _lost(face: Face, column: _Column, place: int, name: str) -> Piece:
    near = min(column.labels, key=lambda other: abs(other - place))
    middle = column.labels[near].y + (place - near) * column.pitch
    height = face.line_height
    box = Box(column.left, middle - 0.5 * height, column.left + len(squeeze(name)) * height, middle + 0.5 * height)
    return Piece(name, box, Polygon.rectangle(box), 0.0, name)
