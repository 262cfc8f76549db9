"""The blocks of the activity log as JSON and back, and where they lie: `log/<day>/<number>.json`, written down in FORMAT.md."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.activity import Details, LogEntry, LogHead
from models.digest import Digest
from storage.archive_records import damaged, decode_time, encode_time, record_from_bytes, record_to_bytes, text_of
from storage.merkle import Frontier, leaf_hash

LOG = "log/"
MOST_BLOCKS = 999_999_999

_KEY = re.compile(r"log/([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{9})\.json")


@dataclass(frozen=True, slots=True)
class BlockName:
    """Where a block lies: its day, and its number among all blocks from 1."""

    day: date
    number: int

    @property
    def key(self) -> str:
        """The key of the object."""
        return f"{day_prefix(self.day)}{self.number:09d}.json"

    def next(self, next_day: date | None) -> "BlockName":
        """The place after this one; `next_day` when this one closed its day."""
        if self.number >= MOST_BLOCKS:
            raise ValueError(f"a log ends after {MOST_BLOCKS} blocks")
        return BlockName(next_day or self.day, self.number + 1)


@dataclass(frozen=True, slots=True)
class Link:
    """The block before: where it lies, and the digest of its bytes."""

    key: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Block:
    """One object of the log: entries that became durable together, the block before, and the tree of the day's entries up to here.

    The block that closes a day has no entries and names the day that the log goes on with. `nonce` makes blocks of two writers differ.
    """

    name: BlockName
    previous: Link | None
    written_at: datetime
    nonce: str
    entries: tuple[LogEntry, ...]
    tree: Frontier
    next_day: date | None = None


def day_prefix(day: date) -> str:
    """What the keys of a day's blocks begin with."""
    return f"{LOG}{day.isoformat()}/"


def block_name_of(key: str) -> BlockName | None:
    """The day and number that a block's key names; None for any other key."""
    match = _KEY.fullmatch(key)
    try:
        return None if match is None else BlockName(date.fromisoformat(match[1]), int(match[2]))
    except ValueError:
        return None


def entry_to_bytes(entry: LogEntry) -> bytes:
    """The entry as it stands in its block, byte for byte: the leaf of the day's tree."""
    return record_to_bytes(_encode_entry(entry))


def entry_leaf(entry: LogEntry) -> bytes:
    """The hash of an entry in the day's tree."""
    return leaf_hash(entry_to_bytes(entry))


def block_to_bytes(block: Block) -> bytes:
    """The block as it is kept; raise ValueError when a time has no zone."""
    return record_to_bytes(
        {
            "schema_version": 1,
            "number": block.name.number,
            "day": block.name.day.isoformat(),
            "previous": None if block.previous is None else {"key": block.previous.key, "digest": str(block.previous.digest)},
            "written_at": encode_time(block.written_at),
            "nonce": block.nonce,
            "entries": [_encode_entry(entry) for entry in block.entries],
            "tree": {"size": block.tree.size, "root": block.tree.root.hex(), "peaks": [peak.hex() for peak in block.tree.peaks]},
            "next_day": None if block.next_day is None else block.next_day.isoformat(),
        }
    )


def block_from_bytes(content: bytes, key: str) -> Block:
    """Read back what `block_to_bytes` wrote; `key` is where it lay.

    Raises:
        DamagedRecord: the bytes are not a block, or one of another place.
    """
    try:
        wire = record_from_bytes(content)
        block = Block(
            name=BlockName(date.fromisoformat(wire["day"]), int(wire["number"])),
            previous=None if wire["previous"] is None else Link(text_of(wire["previous"]["key"]), Digest.parse(wire["previous"]["digest"])),
            written_at=decode_time(wire["written_at"]),
            nonce=text_of(wire["nonce"]),
            entries=tuple(_decode_entry(entry) for entry in wire["entries"]),
            tree=Frontier(int(wire["tree"]["size"]), tuple(bytes.fromhex(peak) for peak in wire["tree"]["peaks"])),
            next_day=None if wire["next_day"] is None else date.fromisoformat(wire["next_day"]),
        )
        if block.name.key != key:
            raise ValueError(f"it is the block of {block.name.key}")
        if wire["tree"]["root"] != block.tree.root.hex():
            raise ValueError("its root is not that of its tree")
        return block
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(key, error) from error


def head_of(name: BlockName, content: bytes) -> LogHead:
    """The head of a log whose last block has these bytes."""
    return LogHead(name.number, Digest.of(content))


def _encode_entry(entry: LogEntry) -> dict[str, Any]:
    return {
        "at": encode_time(entry.at),
        "actor": entry.actor,
        "action": str(entry.action),
        "subject": entry.subject,
        "details": dict(entry.details),
    }


def _decode_entry(wire: Mapping[str, Any]) -> LogEntry:
    return LogEntry(
        decode_time(wire["at"]), text_of(wire["actor"]), text_of(wire["action"]), text_of(wire["subject"]), _details(wire["details"])
    )


def _details(wire: object) -> Details:
    if not isinstance(wire, dict) or not all(isinstance(value, str | int) for value in wire.values()):
        raise ValueError(f"not the details of an entry: {json.dumps(wire)[:80]}")
    return wire
