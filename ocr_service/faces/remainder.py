"""What else a face says: who made it out, remarks, which copy it is, a toll's plate number."""

import re
from collections.abc import Sequence

from models.invoice import Witness
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import Bands, rows
from ocr_service.faces.face import Face, Piece, fold, joined, printed, squeeze, surest
from ocr_service.faces.parties import read_taxpayer_id

_COPY_BY_USE = (
    *(("扣税凭证", "抵扣联"), ("购买方记账", "发票联"), ("购货方记账", "发票联")),
    *(("销售方记账", "记账联"), ("销货方记账", "记账联")),
)
"""What each copy is for, printed behind its name and often all that is left of it."""
_COPY = re.compile(r"第[一二三四五六七]联\s*[::,，]?\s*(\S*?联)")
_COPY_NAMES = {name: re.compile(r"\S?".join(name)) for name in ("发票联", "抵扣联", "记账联", "存根联")}
"""Names of copies; the seal above the title puts its own characters between theirs."""
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-HJ-NP-Z0-9]{5,6}")
_SEAL = re.compile(r"发票专用章|监制|^章$")


def people(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """收款人, 复核 and 开票人 at the foot of the face."""
    found: dict[str, tuple[Candidate, ...]] = {}
    for key in ("payee", "reviewer", "drawer"):
        for label in reversed(face.labels(key)):
            row = [piece for piece in face.right_of(label, reach=0.18) if not _SEAL.search(piece.text)]
            if row:
                found[key] = (printed(squeeze(joined(row[:1])), row[:1]),)
                break
    return found


def remarks(face: Face, layout: Bands, *, seller_tax_id: str, digital: bool) -> dict[str, tuple[Candidate, ...]]:
    """The text of the 备注 box: right of its vertical title, below the total row.

    On 数电票 it spans the width and takes in 收款人 and 复核, which have no place of their own there. The seal across the box
    repeats the seller's taxpayer id, which is left out.
    """
    if layout.total is None:
        return {}
    top = layout.total + 0.5 * face.line_height
    names = ("drawer",) if digital else ("payee", "reviewer", "drawer", "seller_seal")
    footer = [label.y for label in face.labels(*names) if label.y > top]
    bottom = (max(footer) if digital else min(footer)) - 0.5 * face.line_height if footer else face.height
    title = [piece for piece in face.texts() if top < piece.y < bottom and squeeze(piece.text) in {"备", "注", "备注"}]
    if not title:
        return {}
    left = min(piece.box.right for piece in title) - 0.3 * face.line_height
    pieces = face.pieces if digital else face.texts()
    inside = [piece for piece in pieces if top < piece.y < bottom and piece.box.left > left and piece not in title]
    kept = [piece for piece in inside if not piece.is_vertical and not _is_seal(piece, face, seller_tax_id)]
    # Lone characters on a sealed form are the seal's rim; 数电票 carry no seal there.
    kept = [piece for piece in kept if digital or len(squeeze(piece.text)) > 2]
    if not kept:
        return {}
    lines = [_line(row) for row in rows(kept, 0.5 * face.line_height)]
    text = "; ".join(lines) if digital else " ".join(lines)
    return {"remarks": (Candidate(text, "\n".join(lines), surest(kept), kept[0].polygon, Witness.PRINTED),)}


def _line(row: Sequence[Piece]) -> str:
    """A row's text; a label runs on into its value."""
    return "".join(piece.text + ("" if piece.label else " ") for piece in row).strip()


def _is_seal(piece: Piece, face: Face, seller_tax_id: str) -> bool:
    """Print of the round company seal: the taxpayer id across it or a part of it, lone characters along its rim, large text."""
    compact = squeeze(piece.text)
    if _SEAL.search(compact) or read_taxpayer_id(compact) is not None or (len(compact) >= 4 and compact in seller_tax_id):
        return True
    return piece.box.height > 1.7 * face.line_height


def copy_name(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """Which copy (联) of a paper form this is, as printed at its edge or under its title."""
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


def plate(face: Face) -> dict[str, tuple[Candidate, ...]]:
    """The first plate number on a toll invoice."""
    for piece in face.texts():
        match = _PLATE.search(squeeze(piece.text).upper())
        if match:
            return {"plate_number": (printed(match.group(), [piece]),)}
    return {}
