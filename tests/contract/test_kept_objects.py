"""An acknowledgement is believed only when the store then has what it acknowledged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.access import Role
from models.audit import AuditResult, AuditWay
from models.digest import Digest
from models.errors import StoreUnavailable
from models.people import User
from storage.access_records import AccessRecord, AccessRecords
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.audit_results import keep_result
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from storage.object_store import ObjectStore, keep
from tests.support.archived import MORNING
from tests.support.logged import an_entry
from tests.support.memory_store import MemoryStore
from tests.support.troubled_store import Trouble, TroubledStore

DATA = b"some bytes"
WRITERS: dict[str, Callable[[ObjectStore], object]] = {
    "a record of access": lambda store: AccessRecords(store).add(AccessRecord(User("wang", "王样", Role.CLERK), 1, MORNING, "local")),
    "an entry of the log": lambda store: ActivityLog(store).append(an_entry()),
    "the result of an audit": lambda store: keep_result(store, AuditResult(AuditWay.WALK, MORNING, MORNING, "local", 0, 0, 0, 0, 0, (), 0)),
    "the id of an archive": lambda store: InvoiceArchive(store).take_identity("0" * 32),
    "the marker of an archive": lambda store: InvoiceArchive(store).open(),
}


def test_what_is_kept_is_new_once() -> None:
    store = MemoryStore()

    assert [keep(store, "a/b", DATA, Digest.of(DATA)) for _ in range(2)] == [True, False]
    assert keep(store, "empty", b"", Digest.of(b""))


@pytest.mark.parametrize("trouble", [Trouble.LYING, Trouble.CUTTING])
def test_what_the_store_does_not_have_whole_is_not_kept(trouble: Trouble) -> None:
    store = TroubledStore(MemoryStore())
    store.trouble = trouble

    with pytest.raises(StoreUnavailable):
        keep(store, "a/b", DATA, Digest.of(DATA))


@pytest.mark.parametrize("written", WRITERS)
@pytest.mark.parametrize("trouble", [Trouble.LYING, Trouble.CUTTING])
def test_nothing_passes_for_written_that_the_store_does_not_have(written: str, trouble: Trouble) -> None:
    store = TroubledStore(MemoryStore())
    store.trouble = trouble

    with pytest.raises(StoreUnavailable):
        WRITERS[written](store)


def test_an_entry_that_was_not_kept_is_in_the_log_once_when_it_is_written_again() -> None:
    store = TroubledStore(MemoryStore())
    log = ActivityLog(store)
    log.append(an_entry(1))
    store.trouble = Trouble.LYING
    with pytest.raises(StoreUnavailable):
        log.begin([an_entry(2)], is_owed=True).result()
    store.trouble = None

    log.append(an_entry(3))

    entries = [entry.subject for stored in ActivityLog(store).after(None) for entry in stored.block.entries]
    assert entries == ["invoice-1", "invoice-2", "invoice-3"]


@pytest.mark.parametrize("lying", ["first", "second"])
def test_a_mirror_does_not_believe_either_of_its_places(lying: str, tmp_path: Path) -> None:
    places = {"first": TroubledStore(MemoryStore()), "second": TroubledStore(MemoryStore())}
    store = MirroredStore(places["first"], places["second"], MirrorOutbox(tmp_path / "outbox", "mirror"))
    places[lying].trouble = Trouble.LYING

    with pytest.raises(StoreUnavailable):
        keep(store, "a/b", DATA, Digest.of(DATA))

    assert store.is_under_way("a/b")
