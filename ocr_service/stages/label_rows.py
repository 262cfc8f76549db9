"""Rows behind labels whose values were lost: a seal tears a print into splinters, or hides it from the search for text altogether.

Where a label of the form stands, its value is to be found on the same row, up to the next label or to the ruling of its box. That place
is looked at for ink in light of the seal's colour, whatever lines the first reading found there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.document import RecognizedPage, TextLine
from models.geometry import Box, Polygon
from ocr_service.faces.face import Face, Piece
from ocr_service.kinds.description import Field, KindDescription, Place
from ocr_service.kinds.gathering import face_of
from ocr_service.kinds.places import row_end
from ocr_service.kinds.print_shift import print_shift
from ocr_service.page_image import PageImage
from ocr_service.stages.pieces import frame_of
from ocr_service.stages.rectification import close_up

_DETAIL = 1.5
"""Pixels of the close look for each of the flat frame."""
_BAND = 0.85
"""Half the height of what is looked at, in line heights."""
_LONGEST = 26.0
"""The longest value, in line heights."""
_DARK = 0.72
"""Ink is darker than this share of the paper around it."""
_FAINTEST = 0.15
"""By how much of its paper the darkest ink of a row is darker, at least, for the row to hold print at all."""
_GAP = 3.0
"""Paper that ends a value, in line heights."""
_LEAST = 0.45
"""The least height of print, in line heights; less is ruling, dust or the rim of something else."""
_RULING = 0.9
"""Ink that takes this share of a line across or down is ruled."""
_SAME = 0.4
"""Share of a line that a row covers from which both are the same print."""
_PADDING = 0.16
"""Paper left around the print, in line heights."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """Where the value of one of these fields may stand; `box` in the flat frame, `place` in the original one.

    `is_joined` when the first reading took label and value for one line.
    """

    keys: frozenset[str]
    label: Piece
    box: Box
    place: Polygon
    line_height: float
    is_joined: bool


def label_rows(page: RecognizedPage, description: KindDescription) -> tuple[LabelRow, ...]:
    """The rows behind all labels of fields."""
    face = face_of(page, description)
    shift = print_shift(face, description.fields)
    keys = _keys_of(description.fields)
    return tuple(_rows(page, face, shift, keys))


def print_on(page: PageImage, piece: RecognizedPage, row: LabelRow, channel: int) -> LabelRow | None:
    """The row cut down to its print, as one channel of the BGR picture shows it; None where there is none that could be a value."""
    band = close_up(page, frame_of(piece), row.box, _DETAIL)[:, :, channel]
    dark = np.asarray(band < _darkest_paper(band), np.bool_)
    size = row.line_height * _DETAIL
    dark[dark.mean(axis=1) > _RULING] = False
    left, right = _across(dark, size)
    if right - left < 0.3 * size:
        return None
    top, bottom = _down(dark[:, left:right], size)
    if bottom - top < _LEAST * size:
        return None
    pad = _PADDING * row.line_height
    box = Box(
        max(row.box.left, row.box.left + left / _DETAIL - pad),
        row.box.top + top / _DETAIL - pad,
        row.box.left + right / _DETAIL + pad,
        row.box.top + bottom / _DETAIL + pad,
    )
    return replace(row, box=box, place=piece.to_flat.inverse().polygon(Polygon.rectangle(box)))


def _darkest_paper(band: NDArray[np.uint8]) -> float:
    """The level below which a place is ink; between paper and ink where the ink has faded."""
    paper, ink = np.percentile(band, (80, 1))
    is_faint = 0.5 * paper < ink < (1 - _FAINTEST) * paper
    return float(max(_DARK * paper, (paper + ink) / 2 if is_faint else 0.0))


def with_rows(page: RecognizedPage, found: Mapping[LabelRow, TextLine]) -> list[TextLine]:
    """The page's lines with these in place of what was read on their rows before; of two rows in one place the surer."""
    rows: list[tuple[LabelRow, TextLine]] = []
    for row, line in sorted(found.items(), key=lambda entry: -entry[1].confidence):
        if all(_share(row.box, other.box) <= _SAME for other, _ in rows):
            rows.append((row, replace(line, polygon=row.place)))
    kept: list[TextLine] = []
    for line in page.lines:
        box = page.to_flat.polygon(line.polygon).box
        joined = next((row for row, _ in rows if row.is_joined and box.contains(row.label.box.centre)), None)
        if joined is not None and abs(box.left - joined.label.box.left) < 0.5 * joined.line_height:
            kept.append(TextLine(joined.label.text, line.confidence, joined.label.polygon))
        elif not any(_share(box, row.box) > _SAME for row, _ in rows):
            kept.append(line)
    return [*kept, *(line for _, line in rows)]


def _share(line: Box, row: Box) -> float:
    """How much of a line's region a row covers."""
    across = min(line.right, row.right) - max(line.left, row.left)
    down = min(line.bottom, row.bottom) - max(line.top, row.top)
    return max(0.0, across) * max(0.0, down) / max(1.0, line.width * line.height)


def _keys_of(fields: Sequence[Field]) -> dict[str, frozenset[str]]:
    """The fields that each label may name."""
    keys: dict[str, frozenset[str]] = {}
    for field in fields:
        for label in field.labels if Place.BESIDE in field.places else ():
            keys[label] = keys.get(label, frozenset()) | {field.key}
    return keys


def _rows(page: RecognizedPage, face: Face, shift: float, keys: dict[str, frozenset[str]]) -> Iterator[LabelRow]:
    height = face.line_height
    lines = [page.to_flat.polygon(line.polygon).box for line in page.lines]
    for label in face.labels(*keys):
        middle = label.y + shift
        across = [
            piece for piece in face.texts() if piece.box.left < label.box.right < piece.box.right and abs(piece.y - middle) < 0.5 * height
        ]
        # Print that slid off its labels stands beside other ones.
        passed = [other for other in face.labels(*keys) if abs(other.y - middle) < 0.6 * height and other.box.left < label.box.right]
        edge = max(other.box.right for other in (label, *passed))
        left = min((piece.box.left for piece in across), default=edge + 0.1 * height)
        right = min(row_end(face, label), label.box.right + _LONGEST * height)
        if label.is_vertical or right - left < height:
            continue
        box = Box(left, max(0.0, middle - _BAND * height), right, min(face.height, middle + _BAND * height))
        place = page.to_flat.inverse().polygon(Polygon.rectangle(box))
        over = [line for line in lines if line.contains(label.box.centre) and line.right > label.box.right + 0.3 * height]
        joined = bool(over) and label.confidence > 0
        yield LabelRow(keys[label.label or ""], label, box, place, height, joined)


def _across(dark: NDArray[np.bool_], size: float) -> tuple[int, int]:
    """Where the print begins and ends: up to the ruling of its box, or to a wide gap; specks before such a gap are not its beginning."""
    share = dark.mean(axis=0)
    inked = np.flatnonzero((share > 0.04) & (share <= _RULING))
    ruled = np.flatnonzero(share > _RULING)
    if not inked.size:
        return 0, 0
    first = int(inked[0])
    walls = ruled[ruled > first + 0.5 * size]
    inked = inked[inked < (int(walls[0]) if walls.size else dark.shape[1])]
    runs = np.split(inked, np.flatnonzero(np.diff(inked) > _GAP * size) + 1)
    run = next((run for run in runs if run[-1] - run[0] > size), runs[0])
    return int(run[0]), int(run[-1]) + 1


def _down(dark: NDArray[np.bool_], size: float) -> tuple[int, int]:
    """From the first to the last line of ink around the middle, rows above and below left out."""
    inked = dark.mean(axis=1) > 0.01
    middle = dark.shape[0] // 2
    near = [row for row in range(dark.shape[0]) if inked[row] and abs(row - middle) < 0.4 * size]
    if not near:
        return 0, 0
    top, bottom = near[0], near[-1]
    while top > 0 and inked[top - 1]:
        top -= 1
    while bottom + 1 < dark.shape[0] and inked[bottom + 1]:
        bottom += 1
    return top, bottom + 1
