"""An audit of the log finds whatever was removed, changed, reordered, put in or cut off, and documents that were taken away whole."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.activity import Action, LogEntry, LogHead
from models.audit import FindingKind
from models.digest import Digest
from storage import archive_layout as layout
from storage.activity_log import ActivityLog
from storage.archive import InvoiceArchive
from storage.log_audit import LogReport, audit_log
from storage.log_records import block_from_bytes, block_to_bytes, entry_leaf
from storage.merkle import Frontier
from tests.support.archived import MORNING, a_document, a_reading, put
from tests.support.logged import SetClock, an_entry, an_upload
from tests.support.memory_store import MemoryStore

SCANS = tuple(b"scan %d" % number for number in range(6))
KEYS = [f"log/2026-03-{2 + (number - 1) // 3:02}/{number:09}.json" for number in range(1, 10)]
"""Three days of two blocks with entries, and the one that closes the day, but for the last."""
Edit = Callable[[dict[str, bytes]], object]


@pytest.fixture
def head(store: MemoryStore) -> LogHead:
    """The head of a log of three days, in an archive that holds what its entries speak of."""
    clock = SetClock()
    archive, log = InvoiceArchive(store).open(), ActivityLog(store, clock)
    for number, scan in enumerate(SCANS):
        archive.receive(scan, a_document(scan), MORNING, "cli")
        kept = log.append(an_upload(scan), an_entry(number))
        if number % 2:
            clock.pass_by(days=1)
    return kept


def found(report: LogReport) -> set[tuple[FindingKind, str]]:
    return {(finding.kind, finding.key) for finding in report.findings}


def test_a_sound_log_has_no_findings(store: MemoryStore, head: LogHead) -> None:
    report = audit_log(InvoiceArchive(store), head)

    assert [key for key in store.objects if key.startswith("log/")] == KEYS[:8]
    assert report == LogReport(blocks=8, entries=12, documents=6, found=0, head=head, findings=())


def test_an_archive_from_before_there_was_a_log_lacks_entries(store: MemoryStore) -> None:
    archive = InvoiceArchive(store).open()
    archive.receive(SCANS[0], a_document(SCANS[0]), MORNING, "cli")

    report = audit_log(archive)

    assert found(report) == {(FindingKind.UNLOGGED, layout.received_key(Digest.of(SCANS[0])))}
    assert report.head is None


def swap(one: int, other: int) -> Edit:
    def edit(objects: dict[str, bytes]) -> None:
        first, second = KEYS[one - 1], KEYS[other - 1]
        objects[first], objects[second] = objects[second], objects[first]

    return edit


def change(number: int, old: bytes, new: bytes) -> Edit:
    def edit(objects: dict[str, bytes]) -> None:
        changed = objects[KEYS[number - 1]].replace(old, new, 1)
        assert changed != objects[KEYS[number - 1]]
        objects[KEYS[number - 1]] = changed

    return edit


def forged(number: int) -> Edit:
    """An entry left out by somebody who knows the format: the block's own tree fits, and only its digest is another."""

    def edit(objects: dict[str, bytes]) -> None:
        key = KEYS[number - 1]
        block = block_from_bytes(objects[key], key)
        before = Frontier() if number % 3 == 1 else block_from_bytes(objects[KEYS[number - 2]], KEYS[number - 2]).tree
        entries = block.entries[:1]
        objects[key] = block_to_bytes(replace(block, entries=entries, tree=before.grown(map(entry_leaf, entries))))

    return edit


@pytest.mark.parametrize(
    ("edit", "kind", "number"),
    [
        (lambda objects: objects.pop(KEYS[0]), FindingKind.MISSING, 1),
        (lambda objects: objects.pop(KEYS[3]), FindingKind.MISSING, 4),
        (lambda objects: objects.pop(KEYS[2]), FindingKind.MISSING, 3),
        (change(4, b"user:wang", b"user:zhou"), FindingKind.DAMAGED, 4),
        (change(4, b'"nonce":"', b'"nonce":"0'), FindingKind.DAMAGED, 4),
        (change(3, b"2026-03-03", b"2026-03-04"), FindingKind.DAMAGED, 3),
        (change(4, b"{", b""), FindingKind.DAMAGED, 4),
        (swap(4, 5), FindingKind.DAMAGED, 4),
        (swap(2, 7), FindingKind.DAMAGED, 7),
        (forged(5), FindingKind.DAMAGED, 5),
        (forged(4), FindingKind.DAMAGED, 4),
    ],
    ids=["first", "middle", "close", "actor", "nonce", "next day", "no json", "neighbours", "days", "entry", "first entry"],
)
def test_an_edit_is_found_where_it_was_made(store: MemoryStore, head: LogHead, edit: Edit, kind: FindingKind, number: int) -> None:
    edit(store.objects)

    report = audit_log(InvoiceArchive(store), head, with_documents=False)

    assert (kind, KEYS[number - 1]) in found(report)


@pytest.mark.parametrize("number", [3, 5, 8])
def test_only_the_block_whose_link_was_changed_is_blamed_for_it(store: MemoryStore, head: LogHead, number: int) -> None:
    before = block_from_bytes(store.objects[KEYS[number - 1]], KEYS[number - 1]).previous
    assert before is not None
    change(number, before.digest.hex.encode(), b"0" * 64)(store.objects)

    assert found(audit_log(InvoiceArchive(store), head, with_documents=False)) == {(FindingKind.DAMAGED, KEYS[number - 1])}


@pytest.mark.parametrize("numbers", [(3, 4), (3, 4, 5), (2, 5)])
def test_several_changed_links_are_each_found(store: MemoryStore, head: LogHead, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        key = KEYS[number - 1]
        block = block_from_bytes(store.objects[key], key)
        assert block.previous is not None
        store.objects[key] = block_to_bytes(replace(block, previous=replace(block.previous, digest=Digest.of(b"others"))))

    assert {key for _, key in found(audit_log(InvoiceArchive(store), head, with_documents=False))} == {KEYS[n - 1] for n in numbers}


def test_blocks_that_were_put_in_are_found(store: MemoryStore, head: LogHead) -> None:
    put(store, "log/2026-03-02/000000004.json", store.objects[KEYS[3]])
    put(store, "log/2026-03-03/notes.txt", b"x")

    assert found(audit_log(InvoiceArchive(store), head)) >= {
        (FindingKind.DAMAGED, "log/2026-03-02/000000004.json"),
        (FindingKind.ORPHANED, "log/2026-03-03/notes.txt"),
    }


class TestAHeadThatSomebodyKept:
    def test_finds_a_tail_that_was_cut_off(self, store: MemoryStore, head: LogHead) -> None:
        del store.objects[KEYS[7]]

        assert audit_log(InvoiceArchive(store), with_documents=False).sound
        [finding] = audit_log(InvoiceArchive(store), head, with_documents=False).findings
        assert (finding.kind, "block 8" in finding.detail, "ends with block 7" in finding.detail) == (FindingKind.MISSING, True, True)

    def test_finds_a_last_block_that_was_changed(self, store: MemoryStore, head: LogHead) -> None:
        forged(8)(store.objects)

        assert audit_log(InvoiceArchive(store), with_documents=False).sound
        assert found(audit_log(InvoiceArchive(store), head, with_documents=False)) == {(FindingKind.DAMAGED, KEYS[7])}

    def test_finds_a_chain_that_was_written_anew(self, store: MemoryStore, head: LogHead) -> None:
        anew = MemoryStore()
        log = ActivityLog(anew, SetClock())
        for _ in range(10):
            log.append(an_entry())

        assert audit_log(InvoiceArchive(anew), with_documents=False).sound
        assert not audit_log(InvoiceArchive(anew), head, with_documents=False).sound

    def test_still_fits_when_the_log_has_grown(self, store: MemoryStore, head: LogHead) -> None:
        ActivityLog(store).append(an_entry())

        assert audit_log(InvoiceArchive(store), head).sound


class TestDocuments:
    def test_one_that_was_taken_away_whole_is_missed(self, store: MemoryStore, head: LogHead) -> None:
        taken = Digest.of(SCANS[2])
        for key in [key for key in store.objects if taken.hex in key]:
            del store.objects[key]

        assert found(audit_log(InvoiceArchive(store), head)) == {(FindingKind.MISSING, layout.received_key(taken))}

    def test_a_version_that_somebody_made_and_that_was_taken_back_is_missed(self, store: MemoryStore, head: LogHead) -> None:
        archive, document = InvoiceArchive(store), Digest.of(SCANS[2])
        for version in (1, 2):
            archive.add_reading(a_reading(SCANS[2], version), MORNING, version=version)
        corrected = LogEntry(MORNING, "user:wang", Action.INVOICE_CORRECTED, f"{document.hex[:20]}-1", {"version": 2})
        ActivityLog(store).append(corrected)
        assert audit_log(archive).sound
        del store.objects[layout.manifest_key(document, 2)]

        assert found(audit_log(archive)) == {(FindingKind.ROLLED_BACK, layout.manifest_key(document, 2))}

    def test_a_version_is_missed_once_it_was_said_to_stand_not_when_a_crash_kept_it_from_being_made(
        self, store: MemoryStore, head: LogHead
    ) -> None:
        archive, document = InvoiceArchive(store), Digest.of(SCANS[2])
        archive.add_reading(a_reading(SCANS[2], 1), MORNING, version=1)
        log, subject = ActivityLog(store), f"{document.hex[:20]}-1"
        log.append(LogEntry(MORNING, "user:wang", Action.INVOICE_CORRECTED, subject, {"version": 2, "reading": str(Digest.of(b"it"))}))
        assert audit_log(archive).sound

        log.append(LogEntry(MORNING, "user:wang", Action.VERSION_KEPT, subject, {"version": 2}))

        assert found(audit_log(archive)) == {(FindingKind.ROLLED_BACK, layout.manifest_key(document, 2))}

    def test_one_that_was_slipped_in_has_no_entry(self, store: MemoryStore, head: LogHead) -> None:
        InvoiceArchive(store).receive(b"slipped in", a_document(b"slipped in"), MORNING, "cli")

        assert found(audit_log(InvoiceArchive(store), head)) == {(FindingKind.UNLOGGED, layout.received_key(Digest.of(b"slipped in")))}

    def test_one_that_was_found_without_an_entry_counts_as_logged_and_is_told(self, store: MemoryStore, head: LogHead) -> None:
        InvoiceArchive(store).receive(b"late", a_document(b"late"), MORNING, "cli")
        ActivityLog(store, SetClock()).append(an_upload(b"late", Action.DOCUMENT_FOUND))

        report = audit_log(InvoiceArchive(store), head)

        assert (report.sound, report.found) == (True, 1)

    def test_an_entry_about_nothing_is_damage(self, store: MemoryStore, head: LogHead) -> None:
        ActivityLog(store).append(an_entry(action=Action.UPLOAD_ACCEPTED))

        [finding] = audit_log(InvoiceArchive(store), head).findings

        assert (finding.kind, "'invoice-0'" in finding.detail) == (FindingKind.DAMAGED, True)
