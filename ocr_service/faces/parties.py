"""Buyer and seller: name, taxpayer id, address and phone, bank and account.

Whose a block is, its label says, its place beside the table, or the other party: never its place on the page alone, which a cut changes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise

from models.geometry import Box
from models.identifiers import looks_like_taxpayer_id, taxpayer_id_holds
from models.invoice import InvoiceKind
from ocr_service.evidence import Candidate
from ocr_service.faces.bands import SIGNATURES, Bands, rows, signatures
from ocr_service.faces.face import Face, Piece, chinese_brackets, halved, joined, printed, squeeze
from ocr_service.faces.seal_print import is_seals_print

_FIELDS = ("name", "tax_id", "address_phone", "bank_account")
_TORN: Mapping[str, tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]] = {
    "name": (re.compile("名"), re.compile(r"称[::]?"), re.compile(r"称[::]?(?=[\u4e00-\u9fff]{3})")),
    "address_phone": (
        re.compile(r"地|地址[、,.·]?电?"),
        re.compile(r"址?[、,.·]?电?话?[::]?"),
        re.compile(r"话[::]?(?=[\u4e00-\u9fff]{3})"),
    ),
    "tax_id": (re.compile("纳税人识?别?"), re.compile("识?别?号[::]?"), re.compile(r"号[::]?(?=[0-9A-Z]{15})")),
}
"""How the beginning of a label looks when it stands alone, its other parts, and a value that took its last character in."""
_LABEL_ENDS = {"name": "称", "address_phone": "话", "tax_id": "号"}
_SHORTEST_REPEAT = 3
"""Characters that no name says twice by chance."""
_APART = 3.0
"""Of its own heights, from which on a piece behind a name was not printed with it; names have gaps of one character at most."""
_SEALS_SHORTEST = 5
"""Characters; what a row has in pieces as short as that may be its own."""
_SPECK = 0.45
"""Print lower than this many line heights is none."""
_HALVES_APART, _WITHIN_A_HALF = 12.0, 22.0
"""Line heights from the labels of one half to those of the other, at least, and to where its own values begin, at most.

On drawn faces the other half's labels stand 20 to 35 line heights away, the half's own taxpayer id 9 to 16.
"""
_BLOCKS_APART = 8.0
"""Line heights between the last label of the block above the table and the first of the block below it, at least."""
_TITLE_REACH = 5.0
"""Line heights left of its labels in which a half's title stands."""
_TITLE_LETTERS = frozenset("购买销售货方单位信息")
_ROLE_LETTERS: Mapping[str, frozenset[str]] = {"buyer": frozenset("购买"), "seller": frozenset("销售")}
_CIPHER = re.compile(r"[\d+\-*/<>±=.,]{12,}")
_UNIFORM_LENGTH = 18
_NOT_IN_ALPHABET = str.maketrans({"O": "0", "I": "1", "S": "5", "Z": "2", "|": "1"})
"""Letters that GB 32100 leaves out: where one is read, the engine took a digit for it."""


def parties(face: Face, layout: Bands, kind: InvoiceKind) -> dict[str, tuple[Candidate, ...]]:
    """Candidates of both parties' fields; buyer above and seller below the table, or side by side above it (数电票)."""
    regions = _side_by_side(face, layout) if kind.is_digital else _stacked(face, layout)
    found: dict[str, tuple[Candidate, ...]] = {}
    for party, region in regions.items():
        for key, candidate in _party(face, party, region).items():
            found[f"{party}_{key}"] = (candidate,)
    return found


def read_taxpayer_id(text: str) -> str | None:
    """A taxpayer id from its print, letters outside the alphabet taken back to digits; None when no id has that form.

    Print or seal that touches its end is left out where the check characters of what stands before it hold: ids of enterprises begin
    with 9 and end there (GB 32100), unlike those of 20 characters that are an ID card's number and two digits more.
    """
    compact = re.sub(r"[^0-9A-Z]", "", text.upper()).translate(_NOT_IN_ALPHABET)
    head = compact[:_UNIFORM_LENGTH]
    if _UNIFORM_LENGTH < len(compact) <= _UNIFORM_LENGTH + 3 and head.startswith("9") and taxpayer_id_holds(head):
        return head
    return compact if looks_like_taxpayer_id(compact) else None


def _stacked(face: Face, layout: Bands) -> Mapping[str, Box]:
    """The block above the table and the one below it; without any row of the table, the two blocks, or the only one by its title."""
    labels = face.labels("tax_id", "name", "bank_account")
    middle = next((row for row in (layout.header, layout.total, _between_blocks(labels, face.line_height)) if row is not None), None)
    if middle is None:
        return _titled_block(face, labels)
    lower = layout.total if layout.total is not None else middle
    head = [label.y for label in labels if label.y < middle]
    top = (min(head) if head else 0.18 * face.height) - 1.5 * face.line_height
    foot = signatures(face, lower, *SIGNATURES)
    bottom = face.height if foot is None else foot - 0.4 * face.line_height
    buyer_right = _left_edge(face, "密码区", top, middle, cipher=True)
    seller_right = _left_edge(face, "备注", lower, bottom, cipher=False)
    # Both stand on one ruling of the form, so one serves where the other was lost.
    usual = 0.62 * face.width
    right = seller_right or buyer_right or usual
    return {
        "buyer": Box(0, top, buyer_right or seller_right or usual, middle - 0.5 * face.line_height),
        "seller": Box(0, lower + 0.7 * face.line_height, right, bottom),
    }


def _between_blocks(labels: Sequence[Piece], line_height: float) -> float | None:
    """A height between the labels of two parties, None where they are those of one block."""
    gaps = [(later.y - earlier.y, (later.y + earlier.y) / 2) for earlier, later in pairwise(labels)]
    widest, middle = max(gaps, default=(0.0, 0.0))
    return middle if widest > _BLOCKS_APART * line_height else None


def _titled_block(face: Face, labels: Sequence[Piece]) -> Mapping[str, Box]:
    if not labels:
        return {}
    role = _titled_role(face, min(label.box.left for label in labels), face.height)
    top = labels[0].y - 1.5 * face.line_height
    right = _left_edge(face, "密码区备注", top, face.height, cipher=True) or face.width
    return {} if role is None else {role: Box(0, top, right, face.height)}


def _left_edge(face: Face, column: str, top: float, bottom: float, *, cipher: bool) -> float | None:
    """Where the column at the right of a party begins: at its vertical title (密码区, 备注), else at the cipher text; None if lost."""
    inside = face.texts(lambda piece: top < piece.y < bottom and piece.x > 0.35 * face.width)
    title = [piece.box.left for piece in inside if set(squeeze(piece.text)) <= set(column)]
    ciphers = [piece.box.left - face.line_height for piece in inside if cipher and _CIPHER.fullmatch(squeeze(piece.text))]
    return min(title or ciphers) - 0.8 * face.line_height if title or ciphers else None


def _side_by_side(face: Face, layout: Bands) -> Mapping[str, Box]:
    """The halves above the table by whose they are: left and right of each other, else by the title of the only one (购买方信息).

    A half that stands alone, as on a face that is cut, is nobody's when its title is not there to tell.
    """
    bottom = (layout.header if layout.header is not None else face.height / 2) - 0.5 * face.line_height
    labels = [label for label in face.labels("name", "tax_id") if label.y < bottom]
    ids = face.texts(lambda piece: piece.y < bottom and _is_a_companys_id(piece))
    known = labels or ids
    if not known:
        return {}
    top = min(piece.y for piece in known) - 1.2 * face.line_height
    gutter = _gutter(labels, ids, face.line_height)
    if gutter is not None:
        return {"buyer": Box(0, top, gutter, bottom), "seller": Box(gutter, top, face.width, bottom)}
    left = min(piece.box.left for piece in known)
    role = _titled_role(face, left, bottom)
    return {} if role is None else {role: Box(0, top, left + _WITHIN_A_HALF * face.line_height, bottom)}


def _is_a_companys_id(piece: Piece) -> bool:
    return len(squeeze(piece.text)) <= _UNIFORM_LENGTH and read_taxpayer_id(piece.text) is not None


def _gutter(labels: Sequence[Piece], ids: Sequence[Piece], line_height: float) -> float | None:
    """Where the right one of two halves begins: at its labels, else behind the left one's taxpayer id; None when only one half is seen."""
    opening = _further_right(labels, line_height)
    if opening:
        return min(piece.box.left for piece in opening) - 0.5 * line_height
    if _further_right(ids, line_height):
        return min(ids, key=lambda piece: piece.box.left).box.right + 0.5 * line_height
    return None


def _further_right(pieces: Sequence[Piece], line_height: float) -> list[Piece]:
    left = min((piece.box.left for piece in pieces), default=0.0)
    return [piece for piece in pieces if piece.box.left > left + _HALVES_APART * line_height]


def _titled_role(face: Face, left: float, bottom: float) -> str | None:
    """Whose half begins at `left`, by the title down its left edge (购买方信息, 销售方信息) or what is left of that; None when lost."""
    start = left - _TITLE_REACH * face.line_height
    beside = face.texts(lambda piece: piece.y < bottom and start < piece.box.left and piece.box.right < left + 0.5 * face.line_height)
    letters = {letter for piece in beside if set(squeeze(piece.text)) <= _TITLE_LETTERS for letter in piece.text}
    told = [role for role, own in _ROLE_LETTERS.items() if letters & own]
    return told[0] if len(told) == 1 else None


def _party(face: Face, party: str, region: Box) -> dict[str, Candidate]:
    labels: dict[str, Piece] = {}
    for key in _FIELDS:
        inside = [label for label in face.labels(key, f"{party}_{key}") if region.contains(label.box.centre)]
        if inside:
            labels[key] = inside[0]
    texts = [piece for piece in face.texts(lambda piece: _is_value(piece, region)) if piece.box.height > _SPECK * face.line_height]
    labels, texts = _with_torn_labels(labels, texts, face.line_height)
    texts = [piece for piece in texts if not _is_of_the_form(piece, labels)]
    values = rows(texts, 0.45 * face.line_height)
    pitch = _pitch(labels, face.line_height)
    shift = _print_shift(labels, values, pitch)
    taken: dict[str, list[Piece]] = {}
    for key, label in labels.items():
        asked = [row for row in values if key != "name" or not _is_an_id(row)]
        row = _row_for(label, asked, shift, pitch, face.line_height)
        if row:
            values = [[piece for piece in other if piece not in row] for other in values]
            taken[key] = row
    return _of_rows(taken, [row for row in values if row], face, pitch)


def _of_rows(taken: Mapping[str, Sequence[Piece]], loose: list[list[Piece]], face: Face, pitch: float) -> dict[str, Candidate]:
    """The fields of a party by the rows of their labels; id and name else from the rows that no label took."""
    tax_id = read_taxpayer_id(joined(taken.get("tax_id", ()))) or ""
    unsealed = {key: row if key == "tax_id" else _without_seal(row, tax_id) for key, row in taken.items()}
    found = {key: _candidate(key, row) for key, row in unsealed.items() if row}
    if "tax_id" not in found:
        found |= _loose_taxpayer_id(loose)
    if "name" not in found:
        found |= _name_above(found.get("tax_id"), face, loose, pitch)
    return found


def _is_an_id(row: Sequence[Piece]) -> bool:
    """Whether a row holds a taxpayer id alone, which nobody is called: print that slid under the label of a name."""
    return len(row) == 1 and read_taxpayer_id(row[0].text) is not None


def _without_seal(row: Sequence[Piece], tax_id: str) -> list[Piece]:
    """The pieces of a row that the company's seal did not print; a file's own text has no seal in it."""
    texts = ((piece, squeeze(piece.text)) for piece in row)
    return [piece for piece, text in texts if piece.is_born_digital or len(text) < _SEALS_SHORTEST or not is_seals_print(text, tax_id)]


def _with_torn_labels(labels: Mapping[str, Piece], texts: Sequence[Piece], line_height: float) -> tuple[dict[str, Piece], list[Piece]]:
    """Labels put together of what was read as several pieces (地址 电 话, 名 称), and the texts without their parts.

    The last character of a label may have been read as the first of its value: 称 or 话 where the label lacks it.
    """
    found, kept = dict(labels), list(texts)
    for key, (head, tails, last) in _TORN.items():
        start = found.get(key) or next((piece for piece in kept if head.fullmatch(squeeze(piece.text))), None)
        if start is None or _LABEL_ENDS[key] in start.text:
            continue
        row = _behind(start, kept, line_height)
        parts = [piece for piece in row if tails.fullmatch(squeeze(piece.text)) and abs(piece.y - start.y) < 0.6 * line_height]
        is_ended = any(_LABEL_ENDS[key] in piece.text for piece in parts)
        glued = None if is_ended else _begins_with_the_end(last, start, row, line_height)
        if glued is None and not parts and key not in found:
            continue  # a lone character that begins no label
        box = reduce(Box.union, (piece.box for piece in (start, *parts)))
        kept = [piece for piece in kept if piece is not start and piece not in parts]
        if glued is not None:
            end, value = halved(glued, 1)
            box = box.union(end.box) if abs(end.y - start.y) < line_height else box
            kept = [value if piece is glued else piece for piece in kept]
        found[key] = replace(start, box=Box(box.left, start.box.top, box.right, start.box.bottom), label=key)
    return found, kept


def _behind(start: Piece, pieces: Sequence[Piece], line_height: float) -> list[Piece]:
    """The pieces that follow one on its row."""
    return [piece for piece in pieces if piece is not start and abs(piece.y - start.y) < 1.2 * line_height and piece.x > start.x]


def _begins_with_the_end(last: re.Pattern[str], start: Piece, row: Sequence[Piece], line_height: float) -> Piece | None:
    """The value near a label's beginning that took the label's last character in."""
    return next((piece for piece in row if last.match(piece.text) and piece.box.left - start.box.right < 5 * line_height), None)


def _is_of_the_form(piece: Piece, labels: Mapping[str, Piece]) -> bool:
    """Whether a lone character stands left of every value (销 售 方 down the side, 名 of a label), or was hardly read at all."""
    lone = len(squeeze(piece.text)) == 1
    return lone and (piece.confidence < 0.5 or piece.box.right < min((label.box.right for label in labels.values()), default=0.0))


def _is_value(piece: Piece, region: Box) -> bool:
    if piece.is_vertical or not region.contains((piece.box.left, piece.y)):
        return False
    if len(piece.text) > 21 and _CIPHER.fullmatch(squeeze(piece.text)):
        return False
    return len(squeeze(piece.text)) > 1 or piece.text.isalnum()


def _pitch(labels: Mapping[str, Piece], line_height: float) -> float:
    """Distance between two rows of the block, from its labels."""
    heights = sorted(label.y for label in labels.values())
    steps = [later - earlier for earlier, later in pairwise(heights) if later - earlier > 0.5 * line_height]
    return min(steps) if steps else 1.5 * line_height


def _print_shift(labels: Mapping[str, Piece], values: Sequence[Sequence[Piece]], pitch: float) -> float:
    """How much lower the issuer's print stands than the form's labels, from the one value that cannot be mistaken: the taxpayer id."""
    label = labels.get("tax_id")
    if label is None:
        return 0.0
    shifts = [row[0].y - label.y for row in values if any(read_taxpayer_id(piece.text) for piece in row)]
    near = [shift for shift in shifts if abs(shift) < 0.9 * pitch]
    return min(near, key=abs, default=0.0)


def _row_for(label: Piece, values: Sequence[Sequence[Piece]], shift: float, pitch: float, line_height: float) -> list[Piece]:
    """The pieces of the row that answers a label: those beginning behind it, on its own line first, else on the shifted one."""
    behind = [[piece for piece in row if piece.box.left > label.box.right - 1.2 * line_height] for row in values]
    candidates = [row for row in behind if row]
    own = [row for row in candidates if abs(row[0].y - label.y) < 0.2 * pitch and row[0].box.left - label.box.right < 1.5 * line_height]
    if own:
        return list(own[0])
    near = [row for row in candidates if abs(row[0].y - label.y - shift) < 0.6 * pitch]
    return min(near, key=lambda row: abs(row[0].y - label.y - shift), default=[])


def _candidate(key: str, row: Sequence[Piece]) -> Candidate:
    row = _without_repeats(row)
    row = _without_rim(row) if key == "name" else row
    text = joined(row)
    value: str | None = chinese_brackets(squeeze(text))
    if key == "tax_id":
        value = read_taxpayer_id(text)
    elif key in {"address_phone", "bank_account"}:
        value = " ".join(text.split())
    return printed(value, row, text)


def _without_repeats(row: Sequence[Piece]) -> list[Piece]:
    """The pieces without the end of one that the next says again, over which it lies: a character was found twice."""
    ordered = sorted(row, key=lambda piece: piece.box.left)
    kept = [
        piece
        for piece, following in zip(ordered, (*ordered[1:], None), strict=True)
        if following is None or piece.box.right < following.box.left or len(piece.text) > 1 or not following.text.startswith(piece.text)
    ]
    return kept


def _without_rim(row: Sequence[Piece]) -> list[Piece]:
    """The pieces up to one that says once more what stands before it: the rim of the company's seal repeats its name."""
    ordered = sorted(row, key=lambda piece: piece.box.left)
    for place, piece in enumerate(ordered):
        compact = squeeze(piece.text)
        if compact not in squeeze(joined(ordered[:place])):
            continue
        if len(compact) >= _SHORTEST_REPEAT or piece.box.left - ordered[place - 1].box.right > _APART * piece.box.height:
            return ordered[:place]
    return ordered


def _loose_taxpayer_id(values: Sequence[Sequence[Piece]]) -> dict[str, Candidate]:
    """A taxpayer id whose label was lost."""
    for row in values:
        for piece in row:
            if read_taxpayer_id(piece.text) is not None and len(squeeze(piece.text)) <= 20:
                return {"tax_id": _candidate("tax_id", [piece])}
    return {}


def _name_above(tax_id: Candidate | None, face: Face, values: Sequence[Sequence[Piece]], pitch: float) -> dict[str, Candidate]:
    """A name whose label was lost: the text one row above the taxpayer id."""
    if tax_id is None or tax_id.polygon is None:
        return {}
    anchors = [piece for piece in face.pieces if piece.polygon == tax_id.polygon]
    if not anchors:
        return {}
    anchor = anchors[0]
    for row in values:
        below_start = [piece for piece in row if abs(piece.box.left - anchor.box.left) < 3 * face.line_height]
        row = row[row.index(below_start[-1]) :] if below_start else row
        text = re.sub(r"^.{0,3}:", "", joined(row))
        starts_near = abs(row[0].box.left - anchor.box.left) < 4 * face.line_height
        if 0.5 * pitch < anchor.y - row[0].y < 1.7 * pitch and starts_near and len(re.findall(r"[\u4e00-\u9fff]", text)) >= 2:
            return {"name": printed(chinese_brackets(squeeze(text)), row)}
    return {}
