"""What is logged of a service's day, once, in the right name, and found again when a crash came between a document and its entry."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.activity import Action
from models.digest import Digest
from models.errors import DigestMismatch, StoreUnavailable
from ocr_service.acting import acting_as
from ocr_service.activity import GRACE, ITSELF, SEEN_MINUTES, Activity
from ocr_service.log_inspection import check_log, newest_entries
from ocr_service.opened import Upload
from ocr_service.service import ArchiveService
from storage.activity_log import ActivityLog
from storage.filesystem import FileSystemStore
from tests.support.archived import MORNING, a_document
from tests.support.logged import SetClock, an_entry
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in

DOCUMENT = Digest.of(a_picture(0))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def service(tmp_path: Path, clock: SetClock) -> Iterator[ArchiveService]:
    service = service_in(tmp_path, ScriptedReader())
    activity = Activity(ActivityLog(service.archive.store, clock), service.activity.index, clock)
    yield replace(service, activity=activity, clock=clock)
    service.catalogue.close()


def told(service: ArchiveService) -> list[tuple[str, str, str]]:
    """Who did what to what, oldest first."""
    blocks = ActivityLog(service.archive.store).after(None)
    return [(entry.actor, str(entry.action), entry.subject) for stored in blocks for entry in stored.block.entries]


def test_an_upload_is_logged_in_the_name_of_whoever_sent_it(service: ArchiveService) -> None:
    with acting_as("key:scanner-1"):
        service.submit(Upload(a_picture(0), "a.png"), "api")
    with acting_as("user:wang"):
        service.submit(Upload(a_picture(0), "b.png"), "web")
        service.submit(Upload(b"not a picture", "c.txt"), "web")

    assert told(service) == [
        ("key:scanner-1", "upload.accepted", str(DOCUMENT)),
        ("user:wang", "upload.duplicate", str(DOCUMENT)),
        ("user:wang", "upload.refused", "c.txt"),
    ]


def test_one_look_is_one_entry_for_a_while_and_for_each_who_looks(service: ArchiveService, clock: SetClock) -> None:
    service.submit(Upload(a_picture(0), "a.png"), "api")

    for actor in ("user:wang", "user:wang", "user:li"):
        with acting_as(actor):
            service.preview(str(DOCUMENT))
    with acting_as("user:wang"):
        service.original(str(DOCUMENT))
        clock.pass_by(minutes=SEEN_MINUTES)
        service.preview(str(DOCUMENT))

    assert [(actor, action) for actor, action, _ in told(service)[1:]] == [
        ("user:wang", "original.viewed"),
        ("user:li", "original.viewed"),
        ("user:wang", "original.downloaded"),
        ("user:wang", "original.viewed"),
    ]


class TestALogThatTakesNoEntry:
    @pytest.fixture
    def refusing(self, service: ArchiveService) -> ArchiveService:
        service.submit(Upload(a_picture(0), "a.png"), "api")

        class Refusing(FileSystemStore):
            def put(self, key: str, data: bytes, expected: Digest) -> bool:
                if key.startswith("log/"):
                    raise StoreUnavailable("no room for a log")
                return super().put(key, data, expected)

        store = service.archive.store
        assert isinstance(store, FileSystemStore)
        log = ActivityLog(Refusing(store._root), service.clock)
        return replace(service, activity=replace(service.activity, log=log))

    def test_shows_and_gives_out_nothing(self, refusing: ArchiveService) -> None:
        for look in (refusing.original, refusing.preview):
            with pytest.raises(StoreUnavailable):
                look(str(DOCUMENT))

    def test_takes_no_wish_to_read_again(self, refusing: ArchiveService) -> None:
        waiting = refusing.queue.waiting()

        with pytest.raises(StoreUnavailable):
            refusing.queue_reprocess(str(DOCUMENT))

        assert refusing.queue.waiting() == waiting

    def test_acknowledges_no_upload(self, refusing: ArchiveService) -> None:
        with pytest.raises(StoreUnavailable):
            refusing.submit(Upload(a_picture(1), "b.png"), "api")

    def test_does_not_keep_an_audit_from_telling_what_it_found(self, refusing: ArchiveService) -> None:
        assert refusing.audit().documents == 1


class TestDocumentsWithoutAnEntry:
    @pytest.fixture
    def slipped_in(self, service: ArchiveService, clock: SetClock) -> Digest:
        """A crash came after its record."""
        service.submit(Upload(a_picture(0), "a.png"), "api")
        service.archive.receive(a_picture(1), a_document(a_picture(1)), clock(), "api")
        service.index.compare_all()
        return Digest.of(a_picture(1))

    def test_get_one_that_says_so_once(self, service: ArchiveService, slipped_in: Digest, clock: SetClock) -> None:
        clock.pass_by(hours=1)

        assert (service.activity.heal(), service.activity.heal()) == (1, 0)
        assert told(service)[1:] == [(ITSELF, "document.found", str(slipped_in))]

    def test_are_left_to_the_process_that_took_them_in_for_a_while(
        self, service: ArchiveService, slipped_in: Digest, clock: SetClock
    ) -> None:
        assert service.activity.heal() == 0
        assert check_log(service).findings == ()

        clock.pass_by(seconds=GRACE.total_seconds() + 1)
        report = check_log(service)

        assert (report.findings, report.found, report.documents) == ((), 1, 2)

    def test_are_found_by_two_processes_and_written_down_by_one(self, service: ArchiveService, slipped_in: Digest, clock: SetClock) -> None:
        clock.pass_by(hours=1)
        other = Activity(ActivityLog(service.archive.store, clock), service.activity.index, clock)
        assert service.activity.index.unlogged(clock(), 10) == other.index.unlogged(clock(), 10) != ()

        assert (service.activity.heal(), other.heal()) == (1, 0)

    def test_are_told_when_the_place_takes_no_writes_only_where_it_matters(self, service: ArchiveService, slipped_in: Digest) -> None:
        service.activity.heal_if_possible()


def test_every_document_of_an_archive_from_before_the_log_is_found(service: ArchiveService, clock: SetClock) -> None:
    for number in range(1201):
        scan = b"scan %d" % number
        service.archive.receive(scan, a_document(scan), MORNING - timedelta(days=400), "cli")

    report = check_log(service)

    assert (report.findings, report.found, report.blocks) == ((), 1201, 3)


class TestTheIndex:
    def test_lists_entries_newest_first_page_by_page(self, service: ArchiveService) -> None:
        for number in range(5):
            service.activity.log.append(an_entry(2 * number), an_entry(2 * number + 1))

        first = newest_entries(service, 4)
        second = newest_entries(service, 4, first.next)
        last = newest_entries(service, 4, second.next)

        pages = [[logged.entry for logged in page.entries] for page in (first, second, last)]
        assert [entry for page in pages for entry in page] == [an_entry(number) for number in range(9, -1, -1)]
        assert (last.next, first.head) == (None, service.activity.known_head())

    def test_knows_every_entry_about_a_document_and_its_invoices(self, service: ArchiveService) -> None:
        service.submit(Upload(a_picture(0), "a.png"), "api")
        service.submit(Upload(a_picture(1), "b.png"), "api")
        service.activity.record(Action.INVOICE_CONFIRMED, f"{DOCUMENT.hex[:20]}-1", version=2)

        found = service.activity.of_document(DOCUMENT)

        assert [logged.entry.action for logged in found] == ["upload.accepted", "invoice.confirmed"]

    def test_is_the_same_after_a_rebuild(self, service: ArchiveService) -> None:
        service.submit(Upload(a_picture(0), "a.png"), "api")
        before = (service.activity.of_document(DOCUMENT), newest_entries(service, 10))

        service.index.rebuild()

        assert (service.activity.of_document(DOCUMENT), newest_entries(service, 10)) == before

    def test_notices_that_the_log_was_cut_off_after_what_it_remembers(self, service: ArchiveService, tmp_path: Path) -> None:
        for number in range(3):
            service.activity.record("test", f"entry-{number}")
        service.activity.catch_up()
        newest = max((tmp_path / "archive" / "log").rglob("*.json"))
        newest.unlink()

        with pytest.raises(DigestMismatch, match="audit --log"):
            service.activity.catch_up()
        assert not check_log(service).sound
