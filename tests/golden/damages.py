"""What may happen to an archive: each damage is done to a copy of a golden one, byte for byte the same every time."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from models.digest import Digest
from tests.golden.making import CONFIRMED, CORRECTED, DESTROYED, HELD, LIST, RELEASED, UNREAD

ARCHIVES = Path(__file__).parent / "archives"
ORPHAN = b"Came in; the machine went down before its record.\n"


def _place(content: bytes) -> str:
    found = Digest.of(content).hex
    return f"{found[:2]}/{found}"


FIRST, SECOND, THIRD, ORPHAN_PLACE = _place(CORRECTED), _place(CONFIRMED), _place(UNREAD), _place(ORPHAN)
GONE = _place(DESTROYED)
TOMBSTONE, STAMP = f"documents/{GONE}/tombstone.json", "stamps/2060-03-02.tsr"
HOLD, RELEASE = f"holds/{HELD}/set.json", f"holds/{RELEASED}/released.json"
LISTED, APPROVED = f"destructions/{LIST}/list.json", f"destructions/{LIST}/approved.json"


def reading_key(archive: Path, document: str, version: int) -> str:
    """The key of the reading of a version; `document` is a key below `documents/`."""
    parts = json.loads((archive / f"documents/{document}/manifest-{version:06d}.json").read_bytes())["parts"]
    [key] = [str(part["key"]) for part in parts if part["role"] == "reading"]
    return key


def block_keys(archive: Path) -> list[str]:
    """The keys of the blocks of the log in order."""
    return sorted(path.relative_to(archive).as_posix() for path in (archive / "log").rglob("*.json"))


def remove(archive: Path, key: str) -> None:
    """Take an object away."""
    (archive / key).unlink()


def flip(archive: Path, key: str) -> None:
    """Change one bit in the middle of an object."""
    content = (archive / key).read_bytes()
    middle = len(content) // 2
    _overwrite(archive / key, content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


def forge(archive: Path, key: str, was: str, now: str) -> None:
    """Put one text into an object in the place of another."""
    content = (archive / key).read_bytes()
    assert was.encode() in content
    _overwrite(archive / key, content.replace(was.encode(), now.encode()))


def _overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def _add_orphan(archive: Path) -> None:
    place = archive / "originals" / ORPHAN_PLACE
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(ORPHAN)


def _restore(archive: Path) -> None:
    flip(archive, f"originals/{SECOND}")
    place = archive / "restored" / SECOND
    place.parent.mkdir(parents=True)
    place.write_bytes(CONFIRMED)


def _take_away(archive: Path) -> None:
    shutil.rmtree(archive / "documents" / THIRD)
    remove(archive, f"originals/{THIRD}")


def _bring_back(archive: Path) -> None:
    place = archive / "originals" / GONE
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(DESTROYED)


def _slip_in_a_release(archive: Path) -> None:
    content = (archive / RELEASE).read_bytes().replace(RELEASED.encode(), HELD.encode())
    (archive / f"holds/{HELD}/released.json").write_bytes(content)


def _stamp_another_day(archive: Path) -> None:
    (archive / STAMP).rename(archive / "stamps/2060-03-01.tsr")


OF_DESTROYED: dict[str, Callable[[Path], None]] = {
    "tombstone removed": lambda archive: remove(archive, TOMBSTONE),
    "tombstone changed": lambda archive: forge(archive, TOMBSTONE, '"pages":1', '"pages":7'),
    "list changed": lambda archive: forge(archive, LISTED, "保管期限已满", "没有用处"),
    "approval removed": lambda archive: remove(archive, APPROVED),
    "approved by the proposer": lambda archive: forge(archive, APPROVED, "user:zhao", "cli:LI"),
    "destroyed and still there": _bring_back,
    "hold removed": lambda archive: remove(archive, HOLD),
    "hold changed": lambda archive: forge(archive, HOLD, "诉讼", "没事"),
    "release slipped in": _slip_in_a_release,
    "release removed": lambda archive: remove(archive, RELEASE),
    "stamp of another day": _stamp_another_day,
}
"""Each by its name, done to a copy of the archive `destroyed`."""

OF_PRESENT: dict[str, Callable[[Path], None]] = {
    "original missing": lambda archive: remove(archive, f"originals/{THIRD}"),
    "reading missing": lambda archive: remove(archive, reading_key(archive, SECOND, 2)),
    "original flipped": lambda archive: flip(archive, f"originals/{FIRST}"),
    "reading flipped": lambda archive: flip(archive, reading_key(archive, FIRST, 2)),
    "manifest changed": lambda archive: forge(archive, f"documents/{FIRST}/manifest-000001.json", '"pages":1', '"pages":7'),
    "received changed": lambda archive: forge(archive, f"documents/{FIRST}/received.json", '"source":"cli"', '"source":"web"'),
    "manifest lost": lambda archive: remove(archive, f"documents/{FIRST}/manifest-000001.json"),
    "rolled back": lambda archive: remove(archive, f"documents/{SECOND}/manifest-000002.json"),
    "orphan": _add_orphan,
    "restored": _restore,
    "document taken away": _take_away,
    "log changed": lambda archive: forge(archive, block_keys(archive)[1], '"actor":"cli:wang"', '"actor":"cli:zhou"'),
    "log gap": lambda archive: remove(archive, block_keys(archive)[2]),
    "log cut": lambda archive: remove(archive, block_keys(archive)[-1]),
    "access changed": lambda archive: forge(archive, "access/users/wang/000001.json", '"role":"clerk"', '"role":"admin"'),
    "access removed": lambda archive: remove(archive, "access/users/wang/000001.json"),
}
"""Each by its name, done to a copy of the archive `present`."""

DAMAGES = {**OF_PRESENT, **OF_DESTROYED}


def golden(name: str, folder: Path) -> Path:
    """A copy of a golden archive that may be written to."""
    copy = Path(shutil.copytree(ARCHIVES / name, folder / "archive"))
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return copy


def damaged(damage: str, folder: Path) -> Path:
    """A copy of the archive `present` or `destroyed` after this damage."""
    archive = golden("destroyed" if damage in OF_DESTROYED else "present", folder)
    DAMAGES[damage](archive)
    return archive
