"""Several papers in one picture: each read in its own direction, each a piece of its own where its edges and its text both say so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.document import TextLine
from models.geometry import Box, Polygon
from ocr_service.page_image import FlatPage
from ocr_service.stages.legibility import legibility, text_direction
from ocr_service.stages.pieces import holds
from ocr_service.stages.printed_once import recognisable, say_the_same, squeezed
from ocr_service.stages.rectification import Frame, flattened, sheet_frame
from ocr_service.stages.text_clusters import misread_places
from ocr_service.stages.upright import FlatReading, UprightReader

_MOST_PAPERS = 12
"""Papers looked at more closely in one picture; a clerk pastes no more on a sheet."""
_READS_AS_IT_LIES = 6.0
"""Degrees by which print may be askew in the pixels that were read."""
_SMALL_PAPER = 0.6
"""A paper whose sides are shorter than this share of the picture's loses detail when the whole picture is read."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One sheet with its edges, and the lines (original frame) that stand on it."""

    frame: Frame
    lines: tuple[TextLine, ...]


def set_right(reading: FlatReading, reader: UprightReader) -> tuple[TextLine, ...]:
    """The lines of a reading (original frame), papers that were pasted sideways or upside down read again in their own direction.

    Raises:
        RecognitionFailed: the engine broke.
    """
    lines = reading.original_lines
    righted: list[Box] = []
    for place in misread_places(reading.lines)[:_MOST_PAPERS]:
        if any(box.contains(place.box.centre) for box in righted):
            continue
        frame = sheet_frame(reading.flat.to_flat.inverse().polygon(Polygon.rectangle(place.box)))
        again = reader.other_way(flattened(reading.flat, frame), place.legibility)
        if again.legibility.convincing and again.legibility.score > place.legibility.score:
            lines = (*(line for line in lines if not holds(frame, line.polygon)), *again.original_lines)
            righted.append(place.box)
    return lines


def lying_apart(page: FlatPage, sheets: Sequence[Polygon], lines: Sequence[TextLine], reader: UprightReader) -> tuple[Paper, ...]:
    """The sheets that are papers of their own, with every line (original frame) of the picture on one; empty when there are not two.

    A sheet is one when it can be recognised as a paper by what it prints once, and says something else than the others.

    Raises:
        RecognitionFailed: the engine broke.
    """
    if len(sheets) < 2:
        return ()
    papers = [paper for sheet in sheets[:_MOST_PAPERS] if (paper := _looked_at(page, sheet_frame(sheet), lines, reader)).lines]
    papers = [paper for paper in papers if recognisable(_texts(paper.lines))]
    said = [_texts(paper.lines) for paper in papers]
    if len(papers) < 2 or any(say_the_same(one, two) for place, one in enumerate(said) for two in said[:place]):
        return ()
    loose = [line for line in lines if not any(holds(paper.frame, line.polygon) for paper in papers)]
    if recognisable(_texts(loose)):
        return ()
    shares = [list(paper.lines) for paper in papers]
    for line in loose:
        nearest = min(range(len(papers)), key=lambda place: _outside(papers[place].frame, line.polygon))
        shares[nearest].append(line)
    return tuple(replace(paper, lines=tuple(share)) for paper, share in zip(papers, shares, strict=True))


def _looked_at(page: FlatPage, frame: Frame, lines: Sequence[TextLine], reader: UprightReader) -> Paper:
    """The paper with the lines on it, read again from near when it lies askew or is small in the picture."""
    inside = [line for line in lines if holds(frame, line.polygon)]
    if not inside:
        return Paper(frame, ())
    seen = [replace(line, polygon=page.to_flat.polygon(line.polygon)) for line in inside]
    small = max(frame.width, frame.height) < _SMALL_PAPER * max(page.page.width, page.page.height)
    if legibility(seen).convincing and abs(text_direction(seen)) <= _READS_AS_IT_LIES and not small:
        return Paper(frame, tuple(inside))
    again = reader.upright(flattened(page, frame))
    return Paper(frame, again.original_lines if again.legibility.score >= legibility(seen).score else tuple(inside))


def _texts(lines: Sequence[TextLine]) -> list[str]:
    return [squeezed(line.text) for line in lines]


def _outside(frame: Frame, polygon: Polygon) -> float:
    """How far, in pixels, the middle of a region lies outside the upright box around a frame; 0 inside."""
    x, y = polygon.box.centre
    box = frame.outline.box
    return max(box.left - x, x - box.right, 0.0) + max(box.top - y, y - box.bottom, 0.0)
