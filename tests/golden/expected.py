"""What an audit, a search after `rebuild`, and an auditor without Piaogen say of each damaged archive."""

from dataclasses import dataclass

from models.audit import FindingKind
from tests.golden.damages import ARCHIVES, FIRST, ORPHAN_PLACE, SECOND, THIRD, block_keys, reading_key

PRESENT = ARCHIVES / "present"
Answer = tuple[str, str | None, str | None, str]
"""Number, buyer, total and verdict of an invoice."""

CORRECTED: Answer = ("00000017", "虚构样本装饰有限公司", "3972.87", "needs_review")
MISREAD: Answer = ("00000017", "虚构样本装饰有限公可", "3972.87", "needs_review")
CONFIRMED: Answer = ("00000042", None, "46.00", "confirmed")
UNCONFIRMED: Answer = ("00000042", None, "46.00", "needs_review")
SOUND = (CORRECTED, CONFIRMED)

_MISSING, _DAMAGED = FindingKind.MISSING, FindingKind.DAMAGED
_READINGS = {name: reading_key(PRESENT, document, 2) for name, document in (("first", FIRST), ("second", SECOND))}
_FIRST_READING = reading_key(PRESENT, FIRST, 1)
_BLOCKS = block_keys(PRESENT)
_MANIFEST = f"documents/{FIRST}/manifest-000001.json"


@dataclass(frozen=True)
class Expected:
    """`found`: kind and key of each finding and note, archive and log together, by the archive alone. `complaints`: what begins a line."""

    found: frozenset[tuple[FindingKind, str]] = frozenset()
    complaints: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = SOUND
    unread: int = 1


def _said(kind: FindingKind, key: str, *complaints: str, answers: tuple[Answer, ...] = SOUND, unread: int = 1) -> Expected:
    return Expected(frozenset({(kind, key)}), complaints, answers, unread)


EXPECTED = {
    "original missing": _said(_MISSING, f"originals/{THIRD}", f"原件丢失 original missing: originals/{THIRD}"),
    "reading missing": _said(
        _MISSING, _READINGS["second"], f"{_READINGS['second']}: FAILED open or read", answers=(CORRECTED, UNCONFIRMED)
    ),
    "original flipped": _said(_DAMAGED, f"originals/{FIRST}", f"originals/{FIRST}: FAILED"),
    "reading flipped": _said(_DAMAGED, _READINGS["first"], f"{_READINGS['first']}: FAILED", answers=(MISREAD, CONFIRMED)),
    "manifest changed": _said(
        _DAMAGED, _MANIFEST, f"上一版本不符 not written after the version before it: documents/{FIRST}/manifest-000002.json"
    ),
    "received changed": _said(_DAMAGED, f"documents/{FIRST}/received.json", f"documents/{FIRST}/received.json: FAILED"),
    "manifest lost": Expected(
        frozenset({(_MISSING, _MANIFEST), (FindingKind.ORPHANED, _FIRST_READING)}),
        (f"版本丢失 version missing: {_MANIFEST}", f"没有版本提到 no version names it: {_FIRST_READING}"),
    ),
    "rolled back": _said(
        FindingKind.ORPHANED,
        _READINGS["second"],
        f"没有版本提到 no version names it: {_READINGS['second']}",
        answers=(CORRECTED, UNCONFIRMED),
    ),
    "orphan": _said(
        FindingKind.ORPHANED,
        f"originals/{ORPHAN_PLACE}",
        f"没有收件记录 no record says that it came in: originals/{ORPHAN_PLACE}",
    ),
    "restored": _said(FindingKind.RESTORED, f"originals/{SECOND}", f"originals/{SECOND}: FAILED"),
    "document taken away": _said(
        _MISSING,
        f"documents/{THIRD}/received.json",
        f"日志里有而档案里没有 in the log and not in the archive: {THIRD[3:]}",
        unread=0,
    ),
    "log changed": _said(
        _DAMAGED, _BLOCKS[1], f"日志链断裂 chain broken: {_BLOCKS[1]}", f"树根不符 entries do not fit the root: {_BLOCKS[1]}"
    ),
    "log gap": Expected(
        frozenset({(_MISSING, _BLOCKS[2]), (FindingKind.UNLOGGED, f"documents/{THIRD}/received.json")}),
        ("日志缺块 block missing: 000000003", f"档案里有而日志里没有 in the archive and not in the log: {THIRD[3:]}"),
    ),
    # Its end cut off, a log is sound by itself: only a head that was kept tells, here that of an audit.
    "log cut": Expected(complaints=("日志被截断或重写 log cut or written anew: head 6:",)),
    "access changed": _said(_DAMAGED, "access/users/wang/000001.json", "记录链断裂 chain broken before: access/users/wang/000002.json"),
    "access removed": _said(_MISSING, "access/users/wang/000001.json", "记录链断裂 chain broken before: access/users/wang/000002.json"),
}
