"""What stands beside a label and below it."""

from collections.abc import Iterator, Sequence

from models.geometry import Box
from ocr_service.faces.face import Face, Piece

_SLACK = 0.9
"""How far a value may stand off its label's row, in line heights."""


def beside(face: Face, label: Piece, own: Sequence[str], shift: float) -> Iterator[list[Piece]]:
    """Rows of print that may be a label's value, the likeliest first: what runs on from it, its own row, both together, a row next to it.

    Each ends at the next label and has nothing that stands on another label's row; `own` are the labels of the same field, `shift` is how
    much lower than its label the print stands, in pixels. What runs on from the label came from the same printer as the label,
    whatever shift the rest has: a form prints the province of a plate number, the meter the rest.
    """
    height, limit = face.line_height, row_end(face, label)
    behind = [
        piece
        for piece in face.texts(lambda piece: not piece.is_vertical and piece.box.height < 2.5 * max(label.box.height, height))
        if label.box.right - 0.6 * height <= piece.box.left < limit
    ]
    others = [piece for piece in face.pieces if piece.label is not None and piece.label not in own]
    rows = _rows(behind, others, label, shift, height, _SLACK)
    row = rows[0] if rows else []
    begun = [piece for piece in behind if _runs_on(label, piece)]
    if begun and shift:
        yield from _rows(behind, others, label, 0.0, height, 0.35)[:1]
        yield [*begun, *(piece for piece in row if piece not in begun)]
    else:
        yield from rows


def row_end(face: Face, label: Piece) -> float:
    """How far to the right a label's row reaches, in pixels of the flat frame: to the next label, or to the face's edge."""
    ends = [
        other.box.left
        for other in face.pieces
        if other.label is not None and other.box.left > label.box.right and _bounds(other, label, face.line_height)
    ]
    return min(ends, default=face.width)


def _bounds(other: Piece, label: Piece, height: float) -> bool:
    """Whether another label ends this one's row: it stands on it, or runs down beside it (税控码)."""
    if other.is_vertical:
        return other.box.top - height < label.y < other.box.bottom + height
    return abs(other.y - label.y) <= 0.6 * height


def _rows(behind: Sequence[Piece], others: Sequence[Piece], label: Piece, shift: float, height: float, slack: float) -> list[list[Piece]]:
    """Rows near the label's own, the nearest first: a box may hold two."""
    level = label.y + shift
    near = [piece for piece in behind if abs(piece.y - level) <= slack * height]
    own = [piece for piece in near if not any(_is_nearer(other, label, piece, shift, height) for other in others)]
    rows: list[list[Piece]] = []
    while own:
        nearest = min(own, key=lambda piece: abs(piece.y - level))
        rows.append(sorted((piece for piece in own if abs(piece.y - nearest.y) <= 0.5 * height), key=lambda piece: piece.box.left))
        own = [piece for piece in own if piece not in rows[-1]]
    return rows


def _runs_on(label: Piece, piece: Piece) -> bool:
    return abs(piece.y - label.y) < 0.3 * label.box.height and abs(piece.box.left - label.box.right) < 0.6 * label.box.height


def _is_nearer(other: Piece, label: Piece, piece: Piece, shift: float, height: float) -> bool:
    """Whether a piece stands on another label's row rather than on this one's."""
    if other.box.right > piece.box.left + 0.6 * height or other.box.right < label.box.left:
        return False
    return abs(piece.y - other.y - shift) + 0.1 * height < abs(piece.y - label.y - shift)


def below(face: Face, label: Piece, own: Sequence[str]) -> list[Piece]:
    """The nearest line under a label; none where one print lies under two labels and nobody can say what belongs to which."""
    height = max(face.line_height, label.box.height)
    under = [
        piece
        for piece in face.texts(lambda piece: not piece.is_vertical)
        if 0.4 * height < piece.y - label.y < 3.2 * height
        and piece.box.left < label.box.right + 0.5 * height
        and piece.box.right > label.box.left - 0.5 * height
        and not _has_label_before(face, piece, own, height)
    ]
    if not under:
        return []
    nearest = min(under, key=lambda piece: (round((piece.y - label.y) / height), abs(piece.x - label.x)))
    between = [
        other
        for other in face.pieces
        if other.label is not None and other is not label and other.label not in own and other.y < nearest.y - 0.3 * height
    ]
    if any(other.y > label.y + 0.4 * height and _share(other.box, nearest.box) > 0.5 for other in between):
        return []
    row = [other for other in between if abs(other.y - label.y) <= 0.6 * height]
    if any(_share(other.box, nearest.box) > 0.4 or abs(other.x - nearest.x) < abs(label.x - nearest.x) for other in row):
        return []
    return [nearest]


def _has_label_before(face: Face, piece: Piece, own: Sequence[str], height: float) -> bool:
    """Whether another label on its own row claims a piece."""
    return any(
        other.label is not None
        and other.label not in own
        and abs(other.y - piece.y) <= 0.5 * height
        and -0.6 * height <= piece.box.left - other.box.right < 2 * height
        for other in face.pieces
    )


def _share(label: Box, value: Box) -> float:
    """How much of a label's width lies over a value."""
    return max(0.0, min(label.right, value.right) - max(label.left, value.left)) / max(1.0, label.width)
