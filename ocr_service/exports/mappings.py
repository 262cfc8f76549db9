"""The mappings of vouchers: those that are shipped, and one's own, which are kept in the archive as settings that change."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from models.access import EVERYTHING
from models.errors import BadUsage, DamagedRecord, RecordNotFound
from ocr_service.exports.voucher_mapping import VoucherMapping, parse_mapping
from ocr_service.record_keeping import RecordKeeper
from ocr_service.service import ArchiveService
from storage.histories import HistoryVersion

SHIPPED = ("kingdee", "yonyou")
_SUBJECT = "settings/voucher-"


class MappingText(NamedTuple):
    """A mapping as it is written; `version` is 0 for one that is shipped and that nobody changed."""

    name: str
    title: str
    toml: str
    version: int


@dataclass(frozen=True, slots=True)
class Mappings:
    """Every mapping, the same for all departments: own ones stand in the place of those that are shipped under their name."""

    service: ArchiveService

    def all(self) -> Sequence[MappingText]:
        """Those that are shipped first, then one's own by name."""
        kept = {version.subject.removeprefix(_SUBJECT): version for version in self._kept()}
        names = [*SHIPPED, *sorted(name for name in kept if name not in SHIPPED)]
        return [_text_of(name, kept[name]) if name in kept else _shipped_text(name) for name in names]

    def text(self, name: str) -> MappingText:
        """One as it is written; raise BadUsage with the names that there are."""
        found = next((one for one in self.all() if one.name == name), None)
        if found is None:
            known = ", ".join(one.name for one in self.all())
            raise BadUsage(f"no mapping is kept under the name {name[:40]!r}: there are {known}", field="mapping")
        return found

    def get(self, name: str) -> VoucherMapping:
        """One, checked; the first that is shipped without a name. Raise BadUsage."""
        found = self.text(name or SHIPPED[0])
        return parse_mapping(found.name, found.toml)

    def keep(self, name: str, toml: str) -> MappingText:
        """Keep one in the place of what was kept under its name.

        Raises:
            BadUsage: it says something that means nothing, and what there is instead.
            StaleVersion: somebody else changed it at the same moment.
        """
        mapping = parse_mapping(name, toml)
        keeper = self._keeper()
        body = {"name": name, "toml": toml, "title": mapping.title}
        try:
            standing = keeper.get(_SUBJECT + name)
        except RecordNotFound:
            return _text_of(name, keeper.begin(_SUBJECT + name, body))
        if standing.body["toml"] == toml:
            return _text_of(name, standing)
        return _text_of(name, keeper.change(standing, body))

    def _kept(self) -> list[HistoryVersion]:
        return [version for version in self._keeper().newest("settings/") if version.subject.startswith(_SUBJECT)]

    def _keeper(self) -> RecordKeeper:
        return RecordKeeper.over(self.service.seen_by(EVERYTHING))


def mapping_file(path: Path) -> VoucherMapping:
    """A mapping from a file that is kept nowhere else; raise BadUsage."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadUsage(f"the mapping {path} cannot be read: {error}", field="mapping") from error
    return parse_mapping("file", text)


@cache
def _shipped_text(name: str) -> MappingText:
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return MappingText(name, parse_mapping(name, text).title, text, 0)


def _text_of(name: str, version: HistoryVersion) -> MappingText:
    try:
        return MappingText(name, str(version.body["title"]), str(version.body["toml"]), version.number)
    except (KeyError, TypeError) as error:
        raise DamagedRecord(f"{version.key} is no mapping of vouchers", key=version.key) from error
