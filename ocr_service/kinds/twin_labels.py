"""A misread label that may be either of two (买方单位 or 卖方单位, its first character lost): not the one that the form shows already."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from ocr_service.faces.face import Face, fold, squeeze

_SHORTEST = 5
"""Characters; the words of a shorter label with one of them lost may be anything."""


def with_twins_told_apart(face: Face, labels: Sequence[str]) -> Face:
    """The face with such lines as the labels that they are; left alone where two lines could be the same one."""
    shown = {squeeze(fold(piece.label)) for piece in face.pieces if piece.label is not None}
    plain = {squeeze(fold(label)): label for label in labels}
    told = {place: name for place, piece in enumerate(face.pieces) if piece.label is None and (name := _twin(piece.text, plain, shown))}
    sure = {place: name for place, name in told.items() if list(told.values()).count(name) == 1}
    if not sure:
        return face
    pieces = (replace(piece, label=sure.get(place, piece.label)) for place, piece in enumerate(face.pieces))
    return replace(face, pieces=tuple(pieces))


def _twin(text: str, labels: Mapping[str, str], shown: set[str]) -> str | None:
    """The label that a whole line with one wrong character is, of two that fit it as well, one of which stands elsewhere."""
    bare = squeeze(fold(text)).rstrip(":;.·")
    if len(bare) < _SHORTEST or bare.isascii() or any(character.isdigit() for character in bare):
        return None
    near = [plain for plain in labels if len(plain) == len(bare) and Levenshtein.distance(plain, bare, score_cutoff=1) == 1]
    lost = [plain for plain in near if plain not in shown]
    return labels[lost[0]] if len(near) == 2 and len(lost) == 1 else None
