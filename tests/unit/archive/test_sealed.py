"""A sealed archive: nothing of it can be read without its key, and with it everything is as it was."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from models.digest import Digest
from models.errors import DamagedRecord, InvalidSetting, ObjectConflict, StoreUnavailable
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.copying import copy_archive
from storage.filesystem import FileSystemStore
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore
from storage.sealed import OVERHEAD, SealedStore, is_sealed
from tests.support.archived import DIGEST, DOCUMENT, MORNING, NOON, SCAN, a_reading, put
from tests.support.faulty_store import FaultyStore
from tests.support.memory_store import MemoryStore

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
FORMAT = (Path(__file__).parents[3] / "storage" / "FORMAT.md").read_text(encoding="utf-8")


SEAL = "piaogen-seal-000001.json"


@pytest.fixture
def below() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def sealed(below: MemoryStore) -> SealedStore:
    """A sealed archive of one document, read twice."""
    store = SealedStore(below, KEY)
    whole_way(store)
    return store


def whole_way(store: ObjectStore) -> None:
    archive = InvoiceArchive(store).open()
    archive.receive(SCAN, DOCUMENT, MORNING, "cli")
    for version in (1, 2):
        archive.add_reading(a_reading(SCAN, version), NOON, version=version)


def test_whatever_bit_of_the_seal_record_is_wrong_the_archive_opens_or_says_so(sealed: SealedStore, below: MemoryStore) -> None:
    whole = below.objects[SEAL]
    told = 0
    for place in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        below.objects[SEAL] = bytes(changed)
        try:
            assert SealedStore(below, KEY).get(layout.original_key(DIGEST)) == SCAN
        except (DamagedRecord, InvalidSetting):
            told += 1

    assert told > len(whole)


@pytest.mark.parametrize("content", [b"{}", b"[]", b"null", b'{"archive_keys":[]}', b'{"archive_keys":[1]}', b'{"archive_keys":{"a":1}}'])
def test_a_seal_record_without_keys_is_damaged(sealed: SealedStore, below: MemoryStore, content: bytes) -> None:
    below.objects[SEAL] = content

    with pytest.raises(DamagedRecord, match=SEAL):
        SealedStore(below, KEY).get(layout.original_key(DIGEST))


def test_nothing_of_a_document_lies_in_clear(sealed: SealedStore, below: MemoryStore) -> None:
    clear = MemoryStore()
    whole_way(clear)

    assert set(below.objects) == {*clear.objects, "piaogen-seal-000001.json"}
    for key, data in clear.objects.items():
        assert sealed.get(key) == data
        if key != layout.MARKER_KEY:
            assert len(below.objects[key]) == len(data) + OVERHEAD
            assert data[:12] not in below.objects[key]
    assert audit(InvoiceArchive(sealed)).sound


def test_a_program_without_the_key_refuses_and_writes_nothing(sealed: SealedStore, below: MemoryStore) -> None:
    before = dict(below.objects)

    with pytest.raises(InvalidSetting, match="sealed"):
        InvoiceArchive(below).open()

    assert below.objects == before
    assert json.loads(below.objects[layout.MARKER_KEY])["version"] > layout.FORMAT_VERSION


@pytest.mark.parametrize("use", ["prepare", "get", "put"])
def test_another_key_is_told_when_the_archive_is_opened_and_changes_nothing(sealed: SealedStore, below: MemoryStore, use: str) -> None:
    before = dict(below.objects)
    stranger = SealedStore(below, OTHER_KEY)
    uses = {
        "prepare": stranger.prepare,
        "get": lambda: stranger.get(layout.original_key(DIGEST)),
        "put": lambda: put(stranger, "originals/ab/new", b"new"),
    }

    with pytest.raises(InvalidSetting, match="not the key of this archive"):
        uses[use]()

    assert below.objects == before


def test_a_key_for_an_archive_in_clear_is_refused(below: MemoryStore) -> None:
    whole_way(below)
    before = dict(below.objects)

    with pytest.raises(InvalidSetting, match="piaogen copy"):
        InvoiceArchive(SealedStore(below, KEY)).open()
    with pytest.raises(InvalidSetting):
        InvoiceArchive(SealedStore(below, KEY)).open(create=False)

    assert below.objects == before


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(below: MemoryStore, length: int) -> None:
    with pytest.raises(InvalidSetting, match="64 hex digits"):
        SealedStore(below, bytes(length))


def test_the_same_bytes_are_never_sealed_to_the_same_bytes(below: MemoryStore) -> None:
    store = SealedStore(below, KEY)
    store.prepare()
    put(store, "a", SCAN)
    put(store, "b", SCAN)

    assert below.objects["a"] != below.objects["b"]
    assert len({below.objects[name][24:64] for name in "ab"}) == 2, "each has a data key of its own"


@pytest.mark.parametrize("place", [0, 8, 24, 63, 64, 95, 96, 108, -17, -1])
def test_one_flipped_bit_anywhere_is_told_and_loses_that_object_alone(sealed: SealedStore, below: MemoryStore, place: int) -> None:
    key = layout.original_key(DIGEST)
    content = bytearray(below.objects[key])
    content[place] ^= 1
    below.objects[key] = bytes(content)

    with pytest.raises(DamagedRecord):
        sealed.get(key)
    with pytest.raises(ObjectConflict):
        put(sealed, key, SCAN)
    assert sealed.get(layout.received_key(DIGEST))
    assert [finding.key for finding in audit(InvoiceArchive(sealed)).findings if not finding.kind.is_note] == [key]


@pytest.mark.parametrize("content", [b"", b"PGSEAL1\n", b"clear bytes " * 30])
def test_what_is_not_sealed_is_not_taken_for_an_object(sealed: SealedStore, below: MemoryStore, content: bytes) -> None:
    below.objects[layout.original_key(DIGEST)] = content

    with pytest.raises(DamagedRecord, match="not sealed"):
        sealed.get(layout.original_key(DIGEST))


def test_an_object_that_was_moved_to_another_name_does_not_open(sealed: SealedStore, below: MemoryStore) -> None:
    below.objects[layout.manifest_key(DIGEST, 2)] = below.objects[layout.manifest_key(DIGEST, 1)]

    with pytest.raises(DamagedRecord, match="name"):
        sealed.get(layout.manifest_key(DIGEST, 2))


def opened_keys(below: MemoryStore, key: bytes) -> set[bytes]:
    """The archive keys that the newest seal record gives to who has this key."""
    record = json.loads(below.objects[max(name for name in below.objects if name.startswith("piaogen-seal-"))])
    return {aes_key_unwrap(key, bytes.fromhex(each["wrapped"])) for each in record["archive_keys"]}


class TestRotation:
    def test_the_new_key_opens_everything_the_old_one_nothing_and_no_object_is_touched(
        self, sealed: SealedStore, below: MemoryStore
    ) -> None:
        before = dict(below.objects)

        after = sealed.rotate(OTHER_KEY)
        put(after, "later/thing", b"later")

        assert {key: data for key, data in below.objects.items() if key in before} == before
        assert set(below.objects) - set(before) == {"piaogen-seal-000002.json", "later/thing"}
        assert audit(InvoiceArchive(SealedStore(below, OTHER_KEY))).sound
        with pytest.raises(InvalidSetting):
            SealedStore(below, KEY).get(layout.original_key(DIGEST))

    def test_what_is_new_is_sealed_with_what_the_old_key_never_opened(self, sealed: SealedStore, below: MemoryStore) -> None:
        before = opened_keys(below, KEY)
        put(sealed.rotate(OTHER_KEY), "later/thing", b"later")

        assert len(opened_keys(below, OTHER_KEY) - before) == 1
        assert below.objects["later/thing"][8:24] != below.objects[layout.original_key(DIGEST)][8:24]
        del below.objects["piaogen-seal-000002.json"]
        with pytest.raises(DamagedRecord):
            SealedStore(below, KEY).get("later/thing")

    def test_a_process_that_still_has_the_old_key_goes_on_until_it_meets_what_is_new(self, sealed: SealedStore, below: MemoryStore) -> None:
        after = sealed.rotate(OTHER_KEY)
        put(sealed, "by/the/old", b"old")
        put(after, "by/the/new", b"new")

        assert after.get("by/the/old") == b"old"
        with pytest.raises(InvalidSetting, match="not the key"):
            sealed.get("by/the/new")

    def test_of_two_who_change_the_key_at_once_one_is_told(self, sealed: SealedStore, below: MemoryStore) -> None:
        other = SealedStore(below, KEY)
        other.prepare()
        sealed.rotate(OTHER_KEY)

        with pytest.raises(InvalidSetting):
            other.rotate(bytes(32))


def test_a_seal_record_that_is_gone_is_told_and_never_made_anew(sealed: SealedStore, below: MemoryStore) -> None:
    del below.objects["piaogen-seal-000001.json"]
    before = dict(below.objects)

    with pytest.raises(DamagedRecord, match="piaogen-seal-000001"):
        SealedStore(below, KEY).prepare()

    assert below.objects == before


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_before_any_write_of_a_sealed_archive_loses_nothing(after: bool) -> None:
    counting = FaultyStore(MemoryStore(), 0)
    whole_way(SealedStore(counting, KEY))

    for fail_at in range(1, counting.writes + 1):
        store = MemoryStore()
        with pytest.raises(StoreUnavailable):
            whole_way(SealedStore(FaultyStore(store, fail_at, after=after), KEY))

        again = SealedStore(store, KEY)
        whole_way(again)

        assert audit(InvoiceArchive(again)).sound
        assert InvoiceArchive(again).original(DIGEST) == SCAN
        assert not any(data == SCAN for data in store.objects.values())


@pytest.mark.parametrize("mirror_key", [KEY, OTHER_KEY, None], ids=["the same key", "another key", "in clear"])
def test_a_mirror_may_be_sealed_otherwise_and_holds_the_same(below: MemoryStore, tmp_path: Path, mirror_key: bytes | None) -> None:
    second: ObjectStore = MemoryStore() if mirror_key is None else SealedStore(MemoryStore(), mirror_key)
    store = MirroredStore(SealedStore(below, KEY), second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"))
    whole_way(store)
    below.objects[layout.original_key(DIGEST)] = b"scam"

    assert InvoiceArchive(store).original(DIGEST) == SCAN
    assert audit(InvoiceArchive(second)).sound


def test_an_archive_is_sealed_and_opened_again_by_copying() -> None:
    clear, below, opened = MemoryStore(), MemoryStore(), MemoryStore()
    whole_way(clear)
    store = SealedStore(below, KEY)

    there = copy_archive(clear, store, lambda _: None)
    back = copy_archive(store, opened, lambda _: None)

    assert (there.sound, back.sound, is_sealed(below), is_sealed(clear)) == (True, True, True, False)
    assert opened.objects == clear.objects


def test_the_script_of_the_format_opens_an_object_and_refuses_a_damaged_one(tmp_path: Path) -> None:
    """What FORMAT.md prints is what an auditor runs; after a change of the key as well."""
    [script] = re.findall(r"```python\n(.*?)```", FORMAT, re.DOTALL)
    (tmp_path / "open_sealed.py").write_text(script, encoding="utf-8")
    store = SealedStore(FileSystemStore(tmp_path / "archive"), KEY)
    whole_way(store)
    put(store.rotate(OTHER_KEY), "later/thing", b"later")

    def run(key: bytes, name: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, tmp_path / "open_sealed.py", tmp_path / "archive", name]
        return subprocess.run(command, env={**os.environ, "SEAL_KEY": key.hex()}, capture_output=True, check=False)

    original = layout.original_key(DIGEST)
    assert run(OTHER_KEY, original).stdout == SCAN
    assert run(OTHER_KEY, "later/thing").stdout == b"later"
    assert run(bytes(32), original).returncode != 0

    path = tmp_path / "archive" / original
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert run(OTHER_KEY, original).returncode != 0
    assert Digest.of(SCAN) == DIGEST
