"""What an audit, a search after `rebuild`, and an auditor without Piaogen say of each damaged archive."""

from dataclasses import dataclass

from models.audit import FindingKind
from tests.golden.damages import (
    APPROVED,
    ARCHIVES,
    FIRST,
    GONE,
    HOLD,
    LISTED,
    ORPHAN_PLACE,
    RELEASE,
    SECOND,
    THIRD,
    TOMBSTONE,
    block_keys,
    reading_key,
)
from tests.golden.making import HELD

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
_GONE_READING = reading_key(ARCHIVES / "destroyed", GONE, 1)
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
    "tombstone removed": Expected(
        frozenset({(_MISSING, f"originals/{GONE}"), (_MISSING, _GONE_READING), (_MISSING, TOMBSTONE)}),
        (
            f"原件丢失 original missing: originals/{GONE}",
            f"{_GONE_READING}: FAILED open or read",
            f"日志里有而没有 told of and not there: {TOMBSTONE}",
            f"墓碑丢失 tombstone missing: {GONE[3:]}",
        ),
    ),
    "tombstone changed": _said(_DAMAGED, TOMBSTONE, f"墓碑与清册不符 not what the list says: {TOMBSTONE}"),
    "list changed": Expected(
        frozenset({(_DAMAGED, TOMBSTONE), (_DAMAGED, LISTED)}),
        (f"与日志不符 not what the log says: {LISTED}", f"清册没有由第二人批准 no second person approved this list: {LISTED}"),
    ),
    "approval removed": _said(
        _MISSING,
        APPROVED,
        f"日志里有而没有 told of and not there: {APPROVED}",
        f"墓碑没有清册或批准 no list or approval behind it: {TOMBSTONE}",
    ),
    "approved by the proposer": _said(
        _DAMAGED,
        TOMBSTONE,
        f"清册没有由第二人批准 no second person approved this list: {LISTED}",
        f"墓碑与清册不符 not what the list says: {TOMBSTONE}",
    ),
    "destroyed and still there": _said(
        FindingKind.ORPHANED, f"originals/{GONE}", f"已销毁而仍在 destroyed and still there: originals/{GONE}"
    ),
    "hold removed": _said(FindingKind.UNFINISHED, HOLD, f"日志里有而没有 told of and not there: {HOLD}"),
    "hold changed": _said(_DAMAGED, HOLD, f"与日志不符 not what the log says: {HOLD}"),
    "release slipped in": _said(
        FindingKind.UNLOGGED, f"holds/{HELD}/released.json", f"日志里没有 the log does not tell of: holds/{HELD}/released.json"
    ),
    "release removed": _said(FindingKind.UNFINISHED, RELEASE, f"日志里有而没有 told of and not there: {RELEASE}"),
    "stamp of another day": _said(
        _DAMAGED, "stamps/2060-03-01.tsr", "时间戳不是当日树根的 not a stamp of this day's root: stamps/2060-03-01.tsr"
    ),
    "access removed": _said(_MISSING, "access/users/wang/000001.json", "记录链断裂 chain broken before: access/users/wang/000002.json"),
}
