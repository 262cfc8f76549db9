"""The only deletion: what is refused and why, what is left of a destroyed document, and who still finds that it was there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from models.archive import DocumentState
from models.audit import FindingKind
from models.clues import Clues
from models.digest import Digest
from models.errors import BadUsage, DestructionRefused, DocumentDestroyed, StaleVersion
from models.reading import Reading
from models.retention import Terms
from ocr_service.acting import acting_as
from ocr_service.checking import drill_now
from ocr_service.destroying import Destroying
from ocr_service.opened import Upload
from ocr_service.retaining import release_hold, set_hold
from ocr_service.service import ArchiveService
from storage import archive_layout as layout
from storage.archive import InvoiceArchive
from storage.audit import audit
from storage.catalogue.tombs import Tombs
from storage.copying import copy_archive
from storage.destruction import Destructions
from storage.destruction_records import approval_key
from storage.log_audit import audit_log
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from tests.support.archived import a_reading
from tests.support.destroyed import (
    APPROVER,
    DAY,
    DOCUMENT,
    LATER,
    OPINIONS_SAID,
    PROPOSER,
    SUPERVISORS_SAID,
    TERMS,
    an_approval,
    approve,
    archive_the_scan,
    destroy,
    old_service,
    propose,
)
from tests.support.example_reading import SCAN
from tests.support.logged import SetClock
from tests.support.memory_store import MemoryStore

NUMBER = "63462197"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def service(tmp_path: Path, store: MemoryStore) -> Iterator[ArchiveService]:
    archive_the_scan(tmp_path, store)
    with old_service(tmp_path, store) as opened:
        yield opened


def objects(store: MemoryStore, *prefixes: str) -> list[str]:
    return [key for key in store.objects if key.startswith(prefixes)]


class TestRefusals:
    def test_before_its_term_ends_nothing_is_destroyed_on_the_day_after_it_may_be(self, service: ArchiveService) -> None:
        last = replace(service, clock=SetClock(datetime(2049, 12, 31, 15, 59, tzinfo=UTC)))
        first = replace(service, clock=SetClock(datetime(2049, 12, 31, 16, 1, tzinfo=UTC)))
        came = service.received(DOCUMENT).received_on.year
        terms = Terms.parse(f"dated = 2026-11-30\n[years]\ndefault = {2049 - came}\n")

        with acting_as(PROPOSER):
            with pytest.raises(DestructionRefused, match="not due until 2050-01-01"):
                Destroying(last, terms).propose([str(DOCUMENT)], "满", date(2049, 12, 31))
            assert Destroying(first, terms).propose([str(DOCUMENT)], "满", date(2050, 1, 1)).documents[0].due == date(2050, 1, 1)

    def test_what_is_kept_for_ever_never_is(self, service: ArchiveService) -> None:
        with pytest.raises(DestructionRefused, match="for ever"):
            propose(service, Terms.parse('dated = 2026-11-30\n[years]\ndefault = "permanent"\n'))

    def test_a_hold_keeps_it_until_it_is_lifted_also_when_it_comes_after_the_proposal(self, service: ArchiveService) -> None:
        list_id = propose(service)
        with acting_as("user:lawyer"):
            hold = set_hold(service, [str(DOCUMENT)], "诉讼")

        with pytest.raises(DestructionRefused, match=r"on hold by user:lawyer since .* 诉讼"):
            approve(service, list_id)
        release_hold(service, hold.id, "结案")

        assert approve(service, list_id).destroyed == (DOCUMENT,)

    def test_what_is_on_loan_or_in_an_open_matter_stands(self, service: ArchiveService) -> None:
        class OnLoan:
            def reasons(self, document: Digest) -> tuple[str, ...]:
                return ("it is on loan to 王样",)

        list_id = propose(service)
        with acting_as(APPROVER), pytest.raises(DestructionRefused, match="on loan to 王样"):
            Destroying(service, TERMS, OnLoan()).approve(list_id, DAY, OPINIONS_SAID, SUPERVISORS_SAID)

        assert service.archive.original(DOCUMENT) == SCAN.read_bytes()

    @pytest.mark.parametrize("same", [PROPOSER, "cli:li", "user:LI"])
    def test_one_person_alone_destroys_nothing_under_whatever_name(self, service: ArchiveService, same: str) -> None:
        list_id = propose(service)

        with pytest.raises(DestructionRefused, match="somebody else must approve"):
            approve(service, list_id, by=same)

    @pytest.mark.parametrize("nobody", ["local", "key:scanner-1", "piaogen"])
    def test_a_key_or_nobody_in_particular_neither_proposes_nor_approves(self, service: ArchiveService, nobody: str) -> None:
        with acting_as(nobody), pytest.raises(DestructionRefused, match="no person"):
            Destroying(service, TERMS).propose([str(DOCUMENT)], "满", DAY)
        list_id = propose(service)
        with pytest.raises(DestructionRefused, match="no person"):
            approve(service, list_id, by=nobody)

    def test_a_list_that_nobody_approved_is_not_gone_through(self, service: ArchiveService) -> None:
        list_id = propose(service)

        with acting_as(APPROVER), pytest.raises(DestructionRefused, match="approved by nobody"):
            Destroying(service, TERMS).finish(list_id)

    def test_it_is_approved_once(self, service: ArchiveService) -> None:
        list_id = propose(service)
        Destructions(service.archive).approve(an_approval(service, list_id))

        with pytest.raises(StaleVersion):
            approve(service, list_id)

    @pytest.mark.parametrize("days", [-1, 1, 3652])
    def test_a_clock_that_says_another_day_than_the_person_destroys_nothing(self, service: ArchiveService, days: int) -> None:
        wrong = replace(service, clock=SetClock(LATER + timedelta(days=days)))

        with acting_as(PROPOSER), pytest.raises(DestructionRefused, match="clock says"):
            Destroying(wrong, TERMS).propose([str(DOCUMENT)], "满", DAY)

    def test_a_clock_behind_the_log_destroys_nothing(self, service: ArchiveService) -> None:
        before = datetime(2020, 1, 2, tzinfo=UTC)
        with acting_as(PROPOSER), pytest.raises(DestructionRefused, match="set the clock"):
            Destroying(replace(service, clock=SetClock(before)), TERMS).propose([str(DOCUMENT)], "满", before.date())

    def test_every_name_that_the_list_bears_is_asked_for(self, service: ArchiveService) -> None:
        list_id = propose(service)
        lacking = {role: name for role, name in OPINIONS_SAID.items() if role != "单位负责人"}

        with acting_as(APPROVER), pytest.raises(BadUsage, match="单位负责人"):
            Destroying(service, TERMS).approve(list_id, DAY, lacking, SUPERVISORS_SAID)

    def test_what_waits_to_be_read_stands(self, service: ArchiveService) -> None:
        service.queue_reprocess(str(DOCUMENT))

        with pytest.raises(DestructionRefused, match="waits"):
            propose(service)


class TestWhatIsLeft:
    def test_original_and_readings_are_gone_and_records_list_and_tombstone_stay(self, service: ArchiveService, store: MemoryStore) -> None:
        list_id = destroy(service)

        assert objects(store, "originals/", "readings/", "restored/") == []
        tombstone = Destructions(service.archive).standing(list_id)
        assert tombstone.is_done
        listed = tombstone.proposed.documents[0]
        assert (listed.document, listed.invoices[0].number) == (DOCUMENT, NUMBER)
        assert len(objects(store, layout.document_prefix(DOCUMENT))) == 3

    def test_audits_of_archive_and_log_find_nothing_wrong(self, service: ArchiveService) -> None:
        destroy(service)

        report = service.audit()
        assert (report.findings, report.notes) == ((), ())
        assert audit_log(service.archive).sound
        assert drill_now(service).sound

    def test_no_search_finds_it_and_its_name_says_that_it_was_destroyed(self, service: ArchiveService) -> None:
        invoice = service.find(Clues(number=NUMBER))[0].invoice.id
        destroy(service)

        assert service.find(Clues(number=NUMBER)) == ()
        assert service.find(Clues()) == ()
        assert service.review().entries == ()
        for ask in (service.show, service.original, service.preview, service.queue_reprocess, service.versions):
            with pytest.raises(DocumentDestroyed):
                ask(invoice)
        assert service.document(DOCUMENT).state is DocumentState.DESTROYED

    def test_an_auditor_finds_by_number_that_it_was_there(self, service: ArchiveService) -> None:
        list_id = destroy(service)

        assert [(tomb.document, tomb.list_id) for tomb in Tombs(service.catalogue.database).find(NUMBER)] == [(DOCUMENT, list_id)]
        assert list(Tombs(service.catalogue.database).find("12345678")) == []

    def test_a_rebuild_from_the_store_alone_answers_the_same(self, service: ArchiveService, store: MemoryStore, tmp_path: Path) -> None:
        list_id = destroy(service)

        with old_service(tmp_path / "another", store) as renewed:
            for _ in range(2):
                assert renewed.find(Clues(number=NUMBER)) == ()
                assert renewed.document(DOCUMENT).state is DocumentState.DESTROYED
                assert Tombs(renewed.catalogue.database).find(NUMBER)[0].list_id == list_id
                assert renewed.queue.waiting() == 0
                assert renewed.audit().sound
                renewed.index.rebuild()

    def test_an_index_from_before_takes_it_in(self, service: ArchiveService, store: MemoryStore, tmp_path: Path) -> None:
        with old_service(tmp_path / "older", store) as older:
            destroy(service)
            assert older.find(Clues(number=NUMBER))
            older.index.compare_all()
            assert older.find(Clues(number=NUMBER)) == ()

    def test_a_copy_is_sound_and_has_the_tombstone(self, service: ArchiveService, store: MemoryStore) -> None:
        destroy(service)
        target = MemoryStore()

        report = copy_archive(store, target, lambda _: None)

        assert report.problems == ()
        assert audit(InvoiceArchive(target)).sound
        assert layout.tombstone_key(DOCUMENT) in target.objects

    def test_the_same_bytes_are_not_taken_in_again_and_the_sender_is_told(self, service: ArchiveService, store: MemoryStore) -> None:
        destroy(service)

        answer = service.submit(Upload(SCAN.read_bytes(), "又一次.jpg"), "cli")

        assert answer.state is DocumentState.REFUSED
        assert answer.error is not None
        assert answer.error.code == "destroyed_before"
        assert objects(store, "originals/") == []

    def test_a_reading_that_comes_too_late_is_not_written(self, service: ArchiveService, store: MemoryStore) -> None:
        destroy(service)
        late: Reading = replace(a_reading(b"x"), document=service.received(DOCUMENT).document)

        with pytest.raises(DocumentDestroyed):
            service.archive.add_reading(late, LATER, version=2)

        assert objects(store, "readings/") == []


class TestForgeries:
    def test_a_tombstone_that_is_taken_away_is_found(self, service: ArchiveService, store: MemoryStore) -> None:
        destroy(service)
        del store.objects[layout.tombstone_key(DOCUMENT)]

        kinds = {finding.kind for finding in service.audit().findings}

        assert {FindingKind.ROLLED_BACK, FindingKind.MISSING} <= kinds

    def test_a_tombstone_without_the_approval_of_two_is_damage(self, service: ArchiveService, store: MemoryStore) -> None:
        list_id = destroy(service)
        del store.objects[approval_key(list_id)]

        assert [finding.key for finding in service.audit().findings] == [approval_key(list_id)]

    def test_an_approval_by_the_proposer_is_damage(self, service: ArchiveService, store: MemoryStore) -> None:
        list_id = destroy(service)
        key = approval_key(list_id)
        store.objects[key] = store.objects[key].replace(APPROVER.encode(), PROPOSER.encode())

        assert FindingKind.DAMAGED in {finding.kind for finding in service.audit().findings}

    def test_a_document_that_no_list_names_cannot_be_removed(self, service: ArchiveService) -> None:
        with pytest.raises(ValueError, match="no tombstone"):
            Destructions(service.archive).remove(DOCUMENT)


def test_a_repair_brings_nothing_back_from_the_mirror(tmp_path: Path) -> None:
    first, second = MemoryStore(), MemoryStore()
    both = MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox", "mirror"))
    archive_the_scan(tmp_path, both)
    original = layout.original_key(DOCUMENT)
    with old_service(tmp_path, both) as service:
        kept = second.objects[original]
        list_id = destroy(service)
        second.objects[original] = kept

        report = service.audit(repair=True)

        assert original not in first.objects
        assert {note.key for note in report.notes} == {original}
        with acting_as(APPROVER):
            Destroying(service, TERMS).finish(list_id)
        assert original not in second.objects
        assert service.audit().notes == ()
