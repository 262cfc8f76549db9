"""What else a face says: who made it out, remarks, which copy it is."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from models.invoice import Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import SIGNATURES, Bands, rows, signatures
from ocr_service.faces.face import Face, Piece, fold, joined, printed, squeeze, surest
from ocr_service.faces.labels import NO_NAME
from ocr_service.faces.parties import read_taxpayer_id
from ocr_service.faces.seal_print import is_seals_print

_COPY_BY_USE = (
    *(("扣税凭证", "抵扣联"), ("买方记账", "发票联"), ("购货方记账", "发票联")),
    *(("销售方记账", "记账联"), ("销货方记账", "记账联")),
)
"""What each copy is for, printed behind its name and often all that is left of it."""
_COPY = re.compile(r"第[一二三四五六七]联\s*[::,，]?\s*(\S*?联)")
_COPY_NAMES = {name: re.compile(r"\S?".join(name)) for name in ("发票联", "抵扣联", "记账联", "存根联")}
"""Names of copies; the seal above the title puts its own characters between theirs."""
_EDGE_LETTERS = frozenset("第二三四五六七联发票抵扣记账存根购买销售货方税凭证::")
"""Characters of what the right edge says; 一 is not among them, for holes in the paper are read so."""
_NOT_A_PERSON = re.compile(
    rf"发票专用章|监制|[销售购买]{{1,2}}方|销售|购买|章[)）]?$|^[(（]|凭证|[::]|\d|号$|^[销售购买方单位]$|^{NO_NAME.pattern}"
)
"""What stands beside the names at the foot: the seal, 销售方：（章）, numbers across them, and what the seller's last row ends with."""
_TOLD = re.compile(r"(?:^|[^\u4e00-\u9fff]|(?:收款|复核|开票)[人员]?\s*[::]\s*[\u4e00-\u9fff]{2,4})\s*$")
"""What may stand before a label in remarks: nothing, a sign, or another label with its name; 代收款人 is none."""
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}")
_OVERLAP = 1.2
"""By how many line heights a name that was printed askew may begin before its label ends."""
_ASKEW = 2.2
"""Print that takes more line heights than this lies askew: it is of another sheet."""
_FULL_LINE = 0.85
"""Share of the box's width from which a line of remarks was broken for want of room."""


def people(face: Face, below: float = 0.0) -> dict[str, tuple[Candidate, ...]]:
    """收款人, 复核 and 开票人 at the foot of the face: those whose labels stand below a height."""
    found: dict[str, tuple[Candidate, ...]] = {}
    for key in ("payee", "reviewer", "drawer"):
        found |= _person(face, key, [label for label in face.labels(key) if label.y > below])
    return found | _unlabelled_people(face, found)


def people_of_a_digital_face(face: Face, below: float) -> dict[str, tuple[Candidate, ...]]:
    """开票人 at the foot of a 数电票, the only one who has a place there; what its remarks tell as `收款人:…` and `复核人:…` besides.

    The issuing platform writes these with their colons. Remarks are free text: without one, 复核 is a word among others.
    """
    found = _person(face, "drawer", [label for label in face.labels("drawer") if label.y > below])
    for key in ("payee", "reviewer"):
        found |= _person(face, key, [label for label in face.labels(key) if label.y > below and _is_told(label, face)])
    return found


def _person(face: Face, key: str, labels: Sequence[Piece]) -> dict[str, tuple[Candidate, ...]]:
    """The name behind the lowest of the labels that has one."""
    for label in reversed(labels):
        row = face.right_of(label, reach=0.18, overlap=_OVERLAP, fits=_may_be_a_person)
        if row:
            return {key: (printed(squeeze(joined(row[:1])), row[:1]),)}
    return {}


def _is_told(label: Piece, face: Face) -> bool:
    """Whether a label has its colon and is no part of a longer word of its line."""
    if not label.text.rstrip().endswith((":", "：")):
        return False
    lines = [line.text for line in face.uncut if label.text in line.text and line.box.contains(label.box.centre)]
    return all(_TOLD.search(line[: line.index(label.text)]) for line in lines)


def _may_be_a_person(piece: Piece) -> bool:
    return _NOT_A_PERSON.search(squeeze(piece.text)) is None


def _unlabelled_people(face: Face, found: Mapping[str, tuple[Candidate, ...]]) -> dict[str, tuple[Candidate, ...]]:
    """收款人 and 复核 by the order in which the forms print the three, where their labels were lost and that of 开票人 was not."""
    drawers = face.labels("drawer")
    if not drawers or "drawer" not in found:
        return {}
    foot = drawers[-1]
    row = face.texts(lambda piece: abs(piece.y - foot.y) < 1.2 * face.line_height and piece.box.right < foot.box.left)
    names = sorted((piece for piece in row if _PERSON.fullmatch(squeeze(piece.text))), key=lambda piece: piece.x)
    others = face.labels("payee", "reviewer")
    if others or len(names) != 2:
        return {}
    return {key: (printed(squeeze(piece.text), [piece]),) for key, piece in zip(("payee", "reviewer"), names, strict=True)}


def remarks(face: Face, layout: Bands, *, seller_tax_id: str, digital: bool, seller_name: str = "") -> dict[str, tuple[Candidate, ...]]:
    """The text of the 备注 box: right of its vertical title, below the total row.

    On 数电票 it spans the width and takes in 收款人 and 复核, which have no place of their own there. The seal across the box
    repeats the seller's taxpayer id, which is left out.
    """
    if layout.total is None:
        return {}
    top = layout.total + 0.5 * face.line_height
    foot = signatures(face, top, *(("drawer",) if digital else SIGNATURES))
    bottom = face.height if foot is None else foot - 0.5 * face.line_height
    title = [piece for piece in face.texts() if top < piece.y < bottom and squeeze(piece.text) in {"备", "注", "备注"}]
    if not title:
        return {}
    left = min(piece.box.right for piece in title) - 0.3 * face.line_height
    right = _right_edge(layout, face)
    totals = [label.box.centre for label in face.labels("total", "total_digits", "total_words")]
    lines = [line for line in face.lines_between(top, bottom) if left < line.box.left < right and line not in title]
    kept = [line for line in lines if not line.is_vertical and not any(line.box.contains(centre) for centre in totals)]
    if digital:
        kept = [line for line in kept if line.box.height < _ASKEW * face.line_height]
    else:
        kept = [line for line in kept if not _is_seal(line, face, seller_tax_id, seller_name)]
    if not kept:
        return {}
    grouped = rows(kept, 0.5 * face.line_height)
    text = _run_on(grouped, left, face) if digital else " ".join(_line(row, face) for row in grouped)
    raw = "\n".join(_line(row, face) for row in grouped)
    return {"remarks": (Candidate(text, raw, surest(kept), kept[0].polygon, Witness.PRINTED),)}


def _right_edge(layout: Bands, face: Face) -> float:
    """What begins right of this is of the paper's edge or of another sheet: a little beyond the middle of the last column."""
    places = sorted(layout.columns.values())
    return places[-1] + 0.4 * (places[-1] - places[-2]) if len(places) > 1 else face.width


def _line(row: Sequence[Piece], face: Face) -> str:
    """A row's text; pieces of one line run on, others are parted."""
    text = ""
    for before, piece in zip((None, *row), row, strict=False):
        apart = before is not None and piece.box.left - before.box.right > 0.5 * face.line_height
        text += f" {piece.text}" if apart and not text.endswith((":", "：")) else piece.text
    return text.strip()


def _run_on(lines: Sequence[Sequence[Piece]], left: float, face: Face) -> str:
    """The lines as one text: a line that filled the box, or that ends with a colon, goes on in the next; others are parted."""
    text = _line(lines[0], face)
    for before, line in pairwise(lines):
        is_full = max(piece.box.right for piece in before) - left > _FULL_LINE * (face.width - 2 * left)
        text += _line(line, face) if is_full or text.endswith((":", "：")) else f"; {_line(line, face)}"
    return text


def _is_seal(piece: Piece, face: Face, seller_tax_id: str, seller_name: str) -> bool:
    """Print of the round company seal: parts of the taxpayer id across it, of the name along its rim, lone characters, large text.

    A file's own text has no seal in it.
    """
    if piece.is_born_digital:
        return False
    compact = squeeze(piece.text)
    if len(compact) <= 2 or is_seals_print(compact, seller_tax_id) or compact in seller_name:
        return True
    is_tax_id = compact.isalnum() and read_taxpayer_id(compact) is not None
    return is_tax_id or piece.box.height > 1.7 * face.line_height


def copy_name(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """Which copy (联) of a paper form this is, as printed at its edge or under its title."""
    column = _edge_column(face)
    spelled = "".join(squeeze(piece.text) for piece in column)
    for use, name in (*_COPY_BY_USE, *((f"{name[:2]}联", name) for name in _COPY_NAMES)):
        if use in spelled:
            return {"copy_name": (printed(name, _spelling(column, use)),)}
    for piece in face.pieces:
        for use, name in _COPY_BY_USE:
            if use in squeeze(fold(piece.text)):
                return {"copy_name": (printed(name, [piece]),)}
    for piece in face.pieces:
        text = squeeze(fold(piece.text))
        if "专用" in text:
            continue
        named = next((name for name, pattern in _COPY_NAMES.items() if pattern.search(text)), None)
        numbered = _COPY.search(text)
        if named or numbered:
            return {"copy_name": (printed(named or (numbered[1] if numbered else None), [piece]),)}
    return {}


def _edge_column(face: Face) -> list[Piece]:
    """What runs down the right edge of the paper, as a rule character by character: 第二联：发票联 购买方记账凭证."""
    letters = [piece for piece in face.pieces if piece.x > 0.6 * face.width and set(squeeze(piece.text)) <= _EDGE_LETTERS]
    narrow = [piece for piece in letters if piece.box.width < 2 * face.line_height]
    best: list[Piece] = []
    for piece in narrow:
        column = [other for other in narrow if abs(other.x - piece.x) < 1.5 * face.line_height]
        best = max(best, column, key=len)
    return sorted(best, key=lambda piece: piece.y)


def _spelling(column: Sequence[Piece], text: str) -> list[Piece]:
    """The first piece of a column that has a part of a text, for its place."""
    return [next((piece for piece in column if squeeze(piece.text)[:1] in text), column[0])]
