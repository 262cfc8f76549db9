"""A crash between any two writes: what was acknowledged stands, no record names what is not there, and a retry completes the rest."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.audit import FindingKind
from models.digest import Digest
from models.errors import StoreUnavailable
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.filesystem import FileSystemStore
from storage.object_store import ObjectStore
from tests.support.archived import MORNING, NOON, a_document, a_reading
from tests.support.faulty_store import FaultyStore
from tests.support.memory_store import MemoryStore

REPOSITORY = Path(__file__).parents[2]
SCAN = b"the bytes of a scan"
WRITES = 8
"""The marker, the marker again (to see that it is not replaced), original, received, and twice reading and manifest."""


def whole_way(store: ObjectStore, milliseconds: float = 1) -> Iterator[str]:
    """Open, receive and read twice; say what is acknowledged."""
    archive = InvoiceArchive(store).open()
    archive.receive(SCAN, a_document(SCAN), MORNING, "cli")
    yield "received"
    archive.add_reading(a_reading(SCAN, milliseconds), NOON, version=1)
    yield "version 1"
    archive.add_reading(a_reading(SCAN, milliseconds + 1), NOON, version=2)
    yield "version 2"


def crash(inner: ObjectStore, fail_at: int, after: bool) -> list[str]:
    """Go the whole way on a store that fails at one write; what was acknowledged until then."""
    acknowledged: list[str] = []
    with pytest.raises(StoreUnavailable):
        acknowledged.extend(whole_way(FaultyStore(inner, fail_at, after=after)))
    return acknowledged


def test_the_way_has_as_many_writes_as_are_made_to_fail_below() -> None:
    counting = FaultyStore(MemoryStore(), fail_at=0)

    list(whole_way(counting))

    assert counting.writes == WRITES


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("fail_at", range(1, WRITES + 1))
class TestCrash:
    def test_no_record_names_what_is_not_there(self, fail_at: int, after: bool) -> None:
        store = MemoryStore()

        crash(store, fail_at, after)

        report = audit(InvoiceArchive(store))
        assert report.sound
        assert {note.kind for note in report.notes} <= {FindingKind.ORPHANED}

    def test_what_was_acknowledged_stands(self, fail_at: int, after: bool) -> None:
        store = MemoryStore()

        acknowledged = crash(store, fail_at, after)

        archive = InvoiceArchive(store)
        digest = Digest.of(SCAN)
        if "received" in acknowledged:
            assert (archive.original(digest), archive.received(digest).source) == (SCAN, "cli")
        for version in (1, 2):
            if f"version {version}" in acknowledged:
                assert archive.reading(digest, version) == a_reading(SCAN, version)

    def test_the_same_work_again_completes_it(self, fail_at: int, after: bool) -> None:
        store, smooth = MemoryStore(), MemoryStore()
        crash(store, fail_at, after)

        list(whole_way(store))
        list(whole_way(smooth))

        assert audit(InvoiceArchive(store)).sound
        assert store.objects == smooth.objects

    def test_another_reading_after_the_crash_completes_it_too(self, fail_at: int, after: bool) -> None:
        """A reading is never the same twice: its times differ."""
        store = MemoryStore()
        crash(store, fail_at, after)

        list(whole_way(store, milliseconds=7))

        archive = InvoiceArchive(store)
        assert len(archive.manifests(Digest.of(SCAN))) == 2
        report = audit(InvoiceArchive(store))
        assert report.sound
        assert {note.kind for note in report.notes} <= {FindingKind.ORPHANED}


INGEST = """
import sys
from pathlib import Path
from storage.archive import InvoiceArchive
from storage.filesystem import FileSystemStore
from tests.support.archived import MORNING, NOON, a_document, a_reading

archive = InvoiceArchive(FileSystemStore(Path(sys.argv[1]))).open()
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    content = b"scan %d " % number * 2000
    _, new = archive.receive(content, a_document(content), MORNING, "cli")
    print("received", number, new, flush=True)
    archive.add_reading(a_reading(content), NOON, version=1)
    print("archived", number, flush=True)
"""


def ingesting(root: Path, count: int) -> subprocess.Popen[str]:
    """A process that ingests `count` scans once a line comes in, and says what is acknowledged."""
    command = [sys.executable, "-c", INGEST, str(root), str(count)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def content_of(number: int) -> bytes:
    return b"scan %d " % number * 2000


@pytest.mark.parametrize("lines", [1, 2, 35, 80])
def test_a_process_killed_while_ingesting_has_lost_nothing_that_it_acknowledged(tmp_path: Path, lines: int) -> None:
    with ingesting(tmp_path, 1000) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        heard = [process.stdout.readline().split() for _ in range(lines + 1)]
        process.kill()
        heard += [line.split() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    received = [int(words[1]) for words in heard if words[0] == "received"]
    archived = [int(words[1]) for words in heard if words[0] == "archived"]
    archive = InvoiceArchive(FileSystemStore(tmp_path)).open()

    assert 0 < len(received) < 1000
    assert all(archive.original(Digest.of(content_of(number))) == content_of(number) for number in received)
    assert all(archive.reading(Digest.of(content_of(number))) == a_reading(content_of(number)) for number in archived)
    assert audit(archive).sound

    for number in range(len(received) + 1):  # the work again, up to the scan that was in hand
        content = content_of(number)
        archive.receive(content, a_document(content), MORNING, "cli")
        archive.add_reading(a_reading(content), NOON, version=1)

    assert audit(archive).sound


def test_processes_that_ingest_the_same_scans_at_once_agree_on_who_was_first(tmp_path: Path) -> None:
    processes = [ingesting(tmp_path / "archive", 25) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()

    answers = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        answers += [line.split() for line in process.communicate()[0].splitlines()]

    assert sorted(int(words[1]) for words in answers if words[0] == "received" and words[2] == "True") == list(range(25))
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    report = audit(InvoiceArchive(FileSystemStore(tmp_path / "archive")))
    assert (report.findings, report.documents, report.manifests, report.originals) == ((), 25, 25, 25)
