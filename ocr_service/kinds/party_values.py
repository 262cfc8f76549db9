"""Readers of the parties of a ticket or form: a name, a number that stands for a company or a person."""

import re

from models.identifiers import looks_like_taxpayer_id
from ocr_service.faces.face import chinese_brackets, fold, squeeze

_NOT_IN_ALPHABET = str.maketrans({"O": "0", "I": "1", "S": "5", "Z": "2", "|": "1"})
"""Letters that GB 32100 leaves out: where one is read, the engine took a digit for it."""
_ID = re.compile(r"(?<![0-9A-Z])[0-9A-Z|][0-9A-Z|*]{13,18}[0-9A-Z|](?![0-9A-Z])")
_LENGTHS = frozenset({15, 18, 20})
"""Of the ids in use; those of seventeen digits, long gone, are given up here, since most that are read are torn ones of eighteen."""
_NO_NAME = re.compile(r"^[\W\d_A-Za-z]*$")


def a_party(text: str) -> str | None:
    """A company's or a person's name, without an id that stands in the same box."""
    compact = squeeze(_ID.sub(" ", fold(text))).strip(":;,./_-|")
    if _NO_NAME.match(compact) or len(re.findall(r"[\u4e00-\u9fff]", compact)) < 2 or len(re.findall(r"\d", compact)) > 6:
        return None
    return chinese_brackets(compact)


def an_id(text: str) -> str | None:
    """A taxpayer id, an ID card's number or an organisation code (`12345678-9`); the only one in the text."""
    folded = fold(text).upper()
    found = {match.translate(_NOT_IN_ALPHABET) for match in _ID.findall(re.sub(r"(?<=[0-9A-Z])\s+(?=[0-9A-Z])", "", folded))}
    whole = [match for match in found if len(match) in _LENGTHS and looks_like_taxpayer_id(match)]
    if len(whole) == 1:
        return str(whole[0])
    organisation = re.findall(r"(?<![0-9A-Z])([0-9A-Z]{8}-?[0-9X])(?![0-9A-Z])", folded)
    if found or len(organisation) != 1 or len(re.findall(r"\d", organisation[0])) < 6:
        return None
    return str(organisation[0])
