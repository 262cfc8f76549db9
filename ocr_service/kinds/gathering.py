"""Reads any face by its description: every candidate of every field."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise

from models.document import RecognizedPage
from models.geometry import Box
from models.invoice import Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.face import Face, Piece, fold, joined, printed, squeeze, surest
from ocr_service.kinds.bilingual_labels import with_bilingual_labels
from ocr_service.kinds.description import Field, KindDescription, Place, Zone
from ocr_service.kinds.lost_labels import with_lost_labels
from ocr_service.kinds.places import below, beside
from ocr_service.kinds.print_shift import print_shift
from ocr_service.kinds.printed_labels import label_finder
from ocr_service.kinds.second_prints import is_claimed, with_second_prints
from ocr_service.kinds.torn_labels import with_torn_labels
from ocr_service.kinds.twin_labels import with_twins_told_apart


def face_of(page: RecognizedPage, description: KindDescription) -> Face:
    """The page's face, cut at the description's labels."""
    face = with_torn_labels(Face.of(page, label_finder(description.labels)), description.labels)
    return with_lost_labels(with_bilingual_labels(with_twins_told_apart(face, description.labels)), description)


def gather(page: RecognizedPage, description: KindDescription) -> dict[str, tuple[Candidate, ...]]:
    """Every candidate that the page holds for the fields of a description."""
    face = face_of(page, description)
    shift = print_shift(face, description.fields)
    found: dict[str, tuple[Candidate, ...]] = {}
    for field in description.fields:
        if not _has_value(found.get(field.key, ())) and not _is_filled(face, field.unless, shift):
            labelled = _behind_labels(face, field, description, shift)
            found[field.key] = _with_value_first(labelled, _anywhere(face, field, description.fields), found.get(field.key, ()))
    for special in description.specials:
        for key, candidates in special(face).items():
            if not _has_value(found.get(key, ())):
                found[key] = candidates
            else:
                found[key] = (*found[key], *(candidate for candidate in candidates if candidate.witness is Witness.ARITHMETIC))
    for doubt in description.doubts:
        for key in doubt(face, found):
            found[key] = tuple(replace(candidate, value=None) for candidate in found.get(key, ())[:1])
    found = with_second_prints(face, description.fields, found, shift)
    return {key: candidates for key, candidates in found.items() if candidates}


def _has_value(candidates: Sequence[Candidate]) -> bool:
    return any(candidate.value is not None for candidate in candidates)


def _is_filled(face: Face, labels: Sequence[str], shift: float) -> bool:
    """Whether something with digits is printed beside one of these labels."""
    rows = (row for label in (face.labels(*labels) if labels else ()) for row in beside(face, label, labels, shift))
    return any(re.search(r"\d", piece.text) is not None for row in rows for piece in row)


def _with_value_first(*finds: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return next((found for found in finds if _has_value(found)), next((found for found in finds if found), ()))


def _behind_labels(face: Face, field: Field, description: KindDescription, shift: float) -> tuple[Candidate, ...]:
    """One candidate for each label that has a value; a label with print that cannot be read gives one without value."""
    good: list[Candidate] = []
    poor: list[Candidate] = []
    if not _role_is_sure(face, field, description):
        return ()
    for label in face.labels(*field.labels) if field.labels else ():
        if field.after and _opening(face, label, description) not in field.after:
            continue
        candidate = _beside_or_below(face, field, label, shift)
        if candidate is not None and candidate.value is not None:
            good.append(candidate)
        elif candidate is not None and not field.may_be_else:
            poor.append(candidate)
    distinct = _distinct(good)
    return _as_prints(distinct[: field.prints]) if distinct else tuple(poor[:1])


def _beside_or_below(face: Face, field: Field, label: Piece, shift: float) -> Candidate | None:
    """The value that belongs to one label; a candidate without value when what stands beside it cannot be read."""
    poor: Candidate | None = None
    for place in field.places:
        rows = beside(face, label, field.labels, shift) if place is Place.BESIDE else [below(face, label, field.labels)]
        for row in rows:
            candidate = _read(face, field, row)
            if candidate is not None and candidate.value is not None:
                return candidate
            if place is Place.BESIDE:
                poor = poor or candidate
    return poor


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """No print twice: a label in two languages stands twice beside one value."""
    seen: list[Candidate] = []
    for candidate in candidates:
        if all(candidate.polygon != other.polygon for other in seen):
            seen.append(candidate)
    return seen


def _as_prints(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The first as the print, the others as further prints of the same."""
    return (*candidates[:1], *(replace(candidate, witness=Witness.SECOND_PRINT) for candidate in candidates[1:]))


def _role_is_sure(face: Face, field: Field, description: KindDescription) -> bool:
    """Whether a label that buyer and seller share can be the buyer's: not on a face that shows the seller's block nowhere.

    Every invoice names its seller, so there the one number may well be the seller's, and its check digit would not tell.
    """
    if not field.after or not field.key.startswith("buyer_"):
        return True
    of_seller = [one for one in description.fields if one.key == field.key.replace("buyer_", "seller_")]
    shared = [one for one in of_seller if one.after and set(one.labels) & set(field.labels)]
    return not shared or bool(face.labels(*(opening for one in shared for opening in one.after)))


def _opening(face: Face, label: Piece, description: KindDescription) -> str | None:
    """The label that opened the block in which a label stands: the last one above it, or before it on its row."""
    openings = {name for field in description.fields for name in field.after}
    before = [
        piece
        for piece in face.labels(*openings)
        if piece.y < label.y - 0.5 * face.line_height or (abs(piece.y - label.y) <= 0.5 * face.line_height and piece.x <= label.x)
    ]
    return before[-1].label if before else None


def _read(face: Face, field: Field, row: Sequence[Piece]) -> Candidate | None:
    if not row:
        return None
    close = _close(row, 4 * face.line_height)
    if field.read(_spelled(close)) is not None:
        row = close
    whole = _spelled(row)
    value = field.read(whole)
    alone = [piece for piece in row if field.read(piece.text) is not None] if len(row) > 1 else []
    if len(alone) == 1 and field.read(alone[0].text) == value:
        # What stands beside it says nothing: a seal's characters, the tail of another print.
        row, whole = alone, alone[0].text
    if value is not None:
        pieces = [*row, *_continuation(face, row)] if field.wraps else list(row)
        text = whole if len(pieces) == len(row) else "".join(piece.text for piece in pieces)
        return replace(printed(field.read(text) or value, row, text), confidence=surest(pieces))
    for piece in row:
        if (value := field.read(piece.text)) is not None:
            return printed(value, [piece])
    return printed(None, row)


def _spelled(row: Sequence[Piece]) -> str:
    """The texts of a row; without white space between pieces that touch: one print that was read as two."""
    text = row[0].text
    for before, piece in pairwise(row):
        touches = piece.box.left - before.box.right < 0.1 * piece.box.height
        text += piece.text if touches else f" {piece.text}"
    return text


def _close(row: Sequence[Piece], gap: float) -> list[Piece]:
    """The row up to the first gap wider than this, in pixels."""
    kept = list(row[:1])
    for piece in row[1:]:
        if piece.box.left - kept[-1].box.right > gap:
            break
        kept.append(piece)
    return kept


def _continuation(face: Face, row: Sequence[Piece]) -> list[Piece]:
    """The lines that a long text runs on to: below it, from its own left edge, above the next label."""
    first, height = row[0], face.line_height
    labels = [piece.y for piece in face.pieces if piece.label is not None and piece.y > first.y + 0.6 * height]
    bottom = min(labels, default=first.y) - 0.5 * height
    below = face.texts(lambda piece: first.box.bottom - 2 < piece.y < bottom and abs(piece.box.left - first.box.left) < height)
    kept: list[Piece] = []
    for piece in below:
        if piece.y - (kept[-1] if kept else first).y > 2 * height:
            break
        kept.append(piece)
    return kept


def _anywhere(face: Face, field: Field, fields: Sequence[Field]) -> tuple[Candidate, ...]:
    """Prints that the field's pattern fits; different ones cancel each other unless the field is printed several times."""
    if not field.pattern:
        return ()
    found: list[Candidate] = []
    frames = _frames(face)
    level = face.texts(lambda piece: any(_inside(field.zone, frame, piece) for frame in frames))
    if field.prints > 1:
        level = [piece for piece in level if not is_claimed(face, piece, field, fields)]
    for row in ([[piece] for piece in level], _runs(level, face.line_height)):
        for pieces in row:
            match = re.search(field.pattern, squeeze(fold(joined(pieces))))
            value = None if match is None else field.read(match.group(match.lastindex or 0))
            if value is not None:
                found.append(printed(value, pieces))
        if found:
            break
    if field.prints == 1:
        return tuple(found[:1]) if len({candidate.value for candidate in found}) == 1 else ()
    return _as_prints(found[: field.prints])


def _runs(pieces: Sequence[Piece], height: float) -> list[list[Piece]]:
    """Pieces that stand close on one row, for prints that came in parts: 2018 年 03 月 05 日."""
    runs: list[list[Piece]] = []
    for piece in sorted((piece for piece in pieces if not piece.is_vertical), key=lambda piece: piece.box.left):
        for run in runs:
            if abs(run[-1].y - piece.y) < 0.5 * height and -0.5 * height < piece.box.left - run[-1].box.right < 0.9 * height:
                run.append(piece)
                break
        else:
            runs.append([piece])
    return [run for run in runs if len(run) > 1]


def _frames(face: Face) -> tuple[Box, Box]:
    """What zones are measured in: the face, and its print where a photo shows much more than the paper."""
    whole = Box(0, 0, face.width, face.height)
    return whole, reduce(Box.union, (piece.box for piece in face.pieces)) if face.pieces else whole


def _inside(zone: Zone, frame: Box, piece: Piece) -> bool:
    return (
        zone.left <= (piece.x - frame.left) / max(1.0, frame.width) <= zone.right
        and zone.top <= (piece.y - frame.top) / max(1.0, frame.height) <= zone.bottom
    )
