"""What is due: every document whose term is over and no other, by what its reading says, with what keeps it all the same."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.destruction import Obstacle
from models.digest import Digest
from models.document import Scan
from models.invoice import FieldStatus, InvoiceKind
from models.reading import Reading
from models.retention import Terms
from ocr_service import destroying
from ocr_service.acting import acting_as
from ocr_service.destroying import Destroying
from ocr_service.opened import Upload
from ocr_service.retaining import set_hold
from ocr_service.service import ArchiveService
from tests.support.destroyed import OPINIONS_SAID, SUPERVISORS_SAID
from tests.support.example_reading import example_invoice, reading_of
from tests.support.logged import SetClock
from tests.support.memory_store import MemoryStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import Script, ScriptedReader
from tests.support.scripted_service import read_everything, service_in

TERMS = Terms.parse('dated = 2026-11-30\n[years]\ndefault = 30\ntaxi = 10\nmedical = "permanent"\n')
OLD, LATER_READ, TAXI, MEDICAL, NEW, UNREAD = (a_picture(shade) for shade in range(6))
"""Proved to be of 2003 · of 2003 as one witness says · a taxi's of 2018 · medical of 2003 · of this year · without an invoice."""
IN_2035, IN_2062 = datetime(2035, 5, 4, 3, tzinfo=UTC), datetime(2062, 5, 4, 3, tzinfo=UTC)


def _invoice(issued: str, status: FieldStatus = FieldStatus.PROVED, kind: InvoiceKind = InvoiceKind.VAT_GENERAL) -> Script:
    example = example_invoice()
    day = replace(example.fields["issue_date"], value=issued, raw=issued, status=status)
    invoice = replace(example, kind=kind, fields={**example.fields, "issue_date": day})

    def script(scan: Scan) -> Reading:
        return reading_of(scan, invoice)

    return script


SCRIPTS = {
    OLD: _invoice("2003-05-06"),
    LATER_READ: _invoice("2003-05-06", FieldStatus.READ),
    TAXI: _invoice("2018-05-06", kind=InvoiceKind.TAXI),
    MEDICAL: _invoice("2003-05-06", kind=InvoiceKind.MEDICAL),
    NEW: _invoice("2026-05-06"),
    UNREAD: reading_of,
}


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def service(tmp_path: Path, store: MemoryStore) -> Iterator[ArchiveService]:
    reader = ScriptedReader({Digest.of(content): script for content, script in SCRIPTS.items()})
    opened = service_in(tmp_path, reader, store)
    for content in SCRIPTS:
        opened.submit(Upload(content, "a.png"), "cli")
    read_everything(opened, tmp_path)
    yield opened
    opened.catalogue.close()


def desk(service: ArchiveService, now: datetime) -> Destroying:
    return Destroying(replace(service, clock=SetClock(now)), TERMS)


def due(service: ArchiveService, now: datetime, **asked: object) -> set[Digest]:
    return {one.document for one in desk(service, now).due(100, **asked).documents}  # type: ignore[arg-type]


def digests(*contents: bytes) -> set[Digest]:
    return set(map(Digest.of, contents))


def test_what_is_due_is_due_by_its_reading_and_nothing_else_is(service: ArchiveService) -> None:
    # One witness alone brings no year forward, and what is kept for ever is never due.
    assert due(service, IN_2035) == digests(OLD, TAXI)
    assert due(service, IN_2062) == digests(OLD, TAXI, LATER_READ, NEW, UNREAD)


def test_before_its_last_day_has_passed_nothing_is_due(service: ArchiveService) -> None:
    assert due(service, datetime(2033, 12, 31, 15, 59, tzinfo=UTC)) == digests(TAXI)
    assert due(service, datetime(2033, 12, 31, 16, tzinfo=UTC)) == digests(TAXI, OLD)


def test_a_year_or_a_kind_is_asked_for_alone(service: ArchiveService) -> None:
    assert due(service, IN_2062, year=2003) == digests(OLD)
    assert due(service, IN_2062, year=2018) == digests(TAXI)
    assert due(service, IN_2062, kind=InvoiceKind.TAXI) == digests(TAXI)
    assert due(service, IN_2062, year=2003, kind=InvoiceKind.TAXI) == set()


def test_a_list_that_may_be_drawn_up_is_what_is_told_of_each(service: ArchiveService) -> None:
    [old, _] = desk(service, IN_2035).due(100).documents

    with acting_as("user:li"):
        listed = desk(service, IN_2035).propose([str(old.document)], "期满", date(2035, 5, 4)).documents[0]
    assert (old.listed, old.kept_by) == (listed, ())


def test_what_keeps_a_document_is_told_with_it(service: ArchiveService) -> None:
    with acting_as("user:lawyer"):
        set_hold(service, [str(Digest.of(OLD))], "诉讼")
    service.queue_reprocess(str(Digest.of(TAXI)))

    kept = {one.document: one.kept_by for one in desk(service, IN_2035).due(100).documents}

    assert [reason.obstacle for reason in kept[Digest.of(TAXI)]] == [Obstacle.READING]
    [held] = kept[Digest.of(OLD)]
    assert (held.obstacle, held.values["by"], held.values["reason"]) == (Obstacle.HOLD, "user:lawyer", "诉讼")
    assert str(held) in str(desk(service, IN_2035).reasons(Digest.of(OLD))[0])


def test_one_whose_record_is_damaged_is_told_and_stands_and_hides_no_other(service: ArchiveService, store: MemoryStore) -> None:
    manifest = service.archive.latest(Digest.of(OLD))
    assert manifest is not None
    store.objects[manifest.part("reading").key] = b"{}"

    found = {one.document: one for one in desk(service, IN_2035).due(100).documents}

    assert set(found) == digests(OLD, TAXI)
    assert (found[Digest.of(OLD)].listed, [why.obstacle for why in found[Digest.of(OLD)].kept_by]) == (None, [Obstacle.DAMAGED])


def test_what_was_destroyed_is_not_due_again(service: ArchiveService) -> None:
    with acting_as("user:li"):
        list_id = desk(service, IN_2035).propose([str(Digest.of(OLD))], "期满", date(2035, 5, 4)).id
    with acting_as("user:zhao"):
        desk(service, IN_2035).approve(list_id, date(2035, 5, 4), OPINIONS_SAID, SUPERVISORS_SAID)

    assert due(service, IN_2035) == digests(TAXI)


def test_stretches_name_each_document_once(service: ArchiveService, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = due(service, IN_2062)
    for limit, most in ((1, 2_000), (2, 2_000), (100, 1), (2, 2)):
        monkeypatch.setattr(destroying, "_MOST_LOOKED_AT", most)
        monkeypatch.setattr(destroying, "_LOOKED_AT_TOGETHER", min(most, 3))
        named: list[Digest] = []
        after, first = None, True
        while first or after is not None:
            first = False
            page = desk(service, IN_2062).due(limit, after)
            assert len(page.documents) <= limit
            named += [one.document for one in page.documents]
            after = page.next
        assert sorted(named, key=str) == sorted(everything, key=str)


def test_where_everything_is_kept_for_ever_nothing_is_due(service: ArchiveService) -> None:
    for_ever = Terms.parse('dated = 2026-11-30\n[years]\ndefault = "permanent"\n')

    assert Destroying(replace(service, clock=SetClock(IN_2062)), for_ever).due(100).documents == ()
