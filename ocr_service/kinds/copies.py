"""联次 on tickets and forms: which copy a paper is, where seals leave only parts of its name.

发票联 is the only copy whose name ends in 票联, and the only one that begins with 发. The vehicle forms print beside the name what the
copy is for.
"""

import re
from collections.abc import Iterator, Mapping

from ocr_service.evidence import Candidate
from ocr_service.faces.bands import rows
from ocr_service.faces.face import Face, Piece, fold, printed, squeeze
from ocr_service.faces.remainder import copy_name

_BY_USE = (
    *((r"[购買买]\S?单?位?付款凭证|付款凭证", "发票联"), (r"扣税凭证", "抵扣联"), (r"车购税|征收单位留存", "报税联")),
    *((r"车辆登记单位留存|登记单位留存", "注册登记联"), (r"[销货卖]\S{0,3}记账凭证", "记账联")),
)
_FAINT = re.compile(r"票\S{0,1}[联聯]|^[发發]\S{0,6}[联聯]")
_OTHER = re.compile(r"[奖存记抵扣报]\S{0,2}[联聯]")
"""兑奖联, 存根联, 记账联, 抵扣联, 报销联."""
_HEAD = 0.45
"""Share of the face's height in which the copy stands under the title."""


def which_copy(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    """The copy's name where it is printed; what is left of 发票联 between the characters of a seal counts as its name."""
    return copy_name(face) or _by_use(face) or _faint(face)


def _by_use(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    for piece in face.pieces:
        text = squeeze(fold(piece.text))
        name = next((name for use, name in _BY_USE if re.search(use, text)), None)
        if name is not None:
            return {"copy_name": (printed(name, [piece]),)}
    return {}


def _faint(face: Face) -> Mapping[str, tuple[Candidate, ...]]:
    for row in _names(face):
        text = "".join(squeeze(fold(piece.text)) for piece in row)
        if _FAINT.search(text) and not _OTHER.search(text):
            return {"copy_name": (printed("发票联", row),)}
    return {}


def _names(face: Face) -> Iterator[list[Piece]]:
    """Every short print of the head, and the letter-spaced characters of a row, which may have come one by one."""
    head = face.texts(lambda piece: piece.y < _HEAD * face.height and len(squeeze(piece.text)) <= 9)
    yield from ([piece] for piece in head)
    yield from rows([piece for piece in head if squeeze(piece.text) in tuple("发發票联聯")], 0.6 * face.line_height)
