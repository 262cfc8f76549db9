"""Papers through a lost index, two people at once, and walls between departments."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest

from models.access import Visibility
from models.digest import Digest
from models.errors import (
    CaseClosed,
    ImpossiblePaperEvent,
    InvalidPaperEvent,
    InvoiceNotFound,
    RecordNotFound,
    StaleVersion,
    StoreUnavailable,
)
from models.papers import PaperEvent, PaperEventKind, PaperState
from models.stocktaking import Scope
from ocr_service.log_inspection import check_log
from ocr_service.opened import Upload
from ocr_service.papers import PaperKeeping, PaperMatters
from ocr_service.service import ArchiveService
from ocr_service.stocktaking import StocktakingKeeping
from storage.filesystem import FileSystemStore
from tests.support.example_reading import example_invoice, reading_of
from tests.support.faulty_store import FaultyStore
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import read_everything, service_in

RECEIVED = PaperEvent(PaperEventKind.RECEIVED, person="王样")
LENT = PaperEvent(PaperEventKind.LENT, person="李四", due=date(2026, 4, 1))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ArchiveService]:
    reader = ScriptedReader()
    for shade in (0, 1):
        reader.scripts[Digest.of(a_picture(shade))] = lambda scan: reading_of(scan, example_invoice())
    made = service_in(tmp_path, reader)
    for shade, department in ((0, "财务部"), (1, "销售部")):
        made.submit(Upload(a_picture(shade), f"{shade}.png"), "cli", department=department)
    read_everything(made, tmp_path)
    yield made
    made.close()


def invoice(service: ArchiveService, shade: int = 0) -> str:
    return service.invoices_of(Digest.of(a_picture(shade)))[0].id


def test_what_happened_to_a_paper_is_the_same_after_the_index_is_lost(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)
    papers.record(name, RECEIVED)
    papers.record(name, PaperEvent(PaperEventKind.BOXED, box="2026-01", note="散票，不装订"))
    papers.record(name, LENT)
    before = (papers.paper(name), papers.history(name), papers.out(), papers.boxes(), papers.in_box("2026-01"))

    service.catalogue.renew()
    service.index.rebuild()

    assert before == (papers.paper(name), papers.history(name), papers.out(), papers.boxes(), papers.in_box("2026-01"))
    assert [past.event.kind.value for past in papers.history(name)] == ["received", "boxed", "lent"]
    assert service.audit().sound and check_log(service).sound


def test_of_two_people_at_once_one_is_told(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)
    papers.record(name, RECEIVED, 0)

    with pytest.raises(StaleVersion):
        papers.record(name, RECEIVED, 0)
    assert papers.paper(name).version == 1


def test_what_cannot_have_happened_leaves_nothing_behind(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)
    with pytest.raises(ImpossiblePaperEvent):
        papers.record(name, PaperEvent(PaperEventKind.RETURNED))

    assert papers.paper(name).version == 0 and papers.history(name) == ()


def test_papers_of_another_department_are_as_if_they_were_not(service: ArchiveService) -> None:
    everybodys = PaperKeeping.over(service)
    for shade in (0, 1):
        everybodys.record(invoice(service, shade), RECEIVED)
        everybodys.record(invoice(service, shade), LENT)
    ours = PaperKeeping.over(service.seen_by(Visibility(frozenset({"财务部"}))))

    assert [one.invoice for one in ours.out()] == [invoice(service)]
    assert len(everybodys.out()) == 2
    for asked in (ours.paper, ours.history, lambda name: ours.record(name, RECEIVED), ours.scanned):
        with pytest.raises(InvoiceNotFound):
            asked(invoice(service, 1))


def test_papers_are_found_by_the_day_of_their_invoices(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)
    papers.record(name, RECEIVED)

    assert [one.invoice for one in papers.of_days(date(2018, 10, 1), date(2018, 10, 31))] == [name]
    assert papers.of_days(date(2018, 11, 1), date(2018, 11, 30)) == ()


def test_a_paper_that_somebody_has_keeps_its_document_from_being_destroyed(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)
    matters, document = PaperMatters(papers.index), Digest.of(a_picture())
    papers.record(name, RECEIVED)
    assert matters.reasons(document) == ()

    papers.record(name, LENT)
    [reason] = matters.reasons(document)
    assert "李四" in reason and "2026-04-01" in reason
    papers.record(name, PaperEvent(PaperEventKind.RETURNED))
    assert matters.reasons(document) == ()


def test_a_label_of_this_archive_is_understood(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)

    assert papers.scanned(papers.label(name)) == papers.scanned(name.upper()) == name
    with pytest.raises(InvoiceNotFound):
        papers.scanned("0" * 20 + "-1")
    assert papers.paper(name).paper.state is PaperState.EXPECTED


def boxed(service: ArchiveService) -> tuple[PaperKeeping, StocktakingKeeping, list[str]]:
    """Both papers in one box."""
    papers, names = PaperKeeping.over(service), [invoice(service, 0), invoice(service, 1)]
    for name in names:
        papers.record(name, PaperEvent(PaperEventKind.BOXED, box="2026-01", note="散票"))
    return papers, StocktakingKeeping(papers), names


def test_what_a_count_does_not_see_is_missing_from_then_on_and_found_by_the_next(service: ArchiveService) -> None:
    papers, counts, names = boxed(service)
    begun = counts.begin(Scope("2026-01"))
    counts.see(begun.id, [names[0], "0" * 20 + "-1"])

    closed = counts.close(begun.id).count
    assert (set(closed.expected), closed.missing, closed.surplus) == (set(names), (names[1],), ("0" * 20 + "-1",))
    assert [one.invoice for one in papers.missing()] == [names[1]]
    with pytest.raises(CaseClosed):
        counts.see(begun.id, names)

    again = counts.begin(Scope("2026-01"))
    counts.see(again.id, names)
    assert counts.close(again.id).count.missing == ()
    assert papers.missing() == () and papers.paper(names[1]).paper.state is PaperState.BOXED


@pytest.mark.parametrize("writes", range(1, 9))
def test_a_count_whose_end_is_cut_off_is_ended_by_closing_it_again(service: ArchiveService, tmp_path: Path, writes: int) -> None:
    papers, counts, names = boxed(service)
    begun = counts.begin(Scope("2026-01"))
    dying = service_in(tmp_path, ScriptedReader(), FaultyStore(FileSystemStore(tmp_path / "archive"), writes))
    with closing(dying), suppress(StoreUnavailable):
        StocktakingKeeping.over(dying).close(begun.id)
    with suppress(CaseClosed):
        counts.close(begun.id)

    assert counts.count(begun.id).count.is_closed
    assert {one.invoice for one in papers.missing()} == set(names)
    assert [len(papers.history(name)) for name in names] == [2, 2]


def test_what_is_lent_while_it_is_counted_stays_lent(service: ArchiveService) -> None:
    papers, counts, names = boxed(service)
    begun = counts.begin(Scope("2026-01"))
    papers.record(names[0], LENT)

    assert set(counts.close(begun.id).count.missing) == set(names)
    assert [one.invoice for one in papers.out()] == [names[0]] and [one.invoice for one in papers.missing()] == [names[1]]


def test_of_several_people_who_name_no_version_none_is_turned_away(service: ArchiveService) -> None:
    papers, name = PaperKeeping.over(service), invoice(service)
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda place: papers.record(name, PaperEvent(PaperEventKind.RECEIVED, person=f"{place}号")), range(8)))

    assert sorted(past.event.person for past in papers.history(name)) == [f"{place}号" for place in range(8)]


def test_a_count_is_the_same_after_the_index_is_lost_and_is_sound(service: ArchiveService) -> None:
    _, counts, names = boxed(service)
    begun = counts.begin(Scope("2026-01"))
    counts.see(begun.id, names[:1])
    before = counts.count(begun.id)

    service.catalogue.renew()
    service.index.rebuild()

    assert before == counts.count(begun.id) == counts.counts()[0]
    assert service.audit().sound and check_log(service).sound


def test_two_phones_count_at_once_and_nothing_is_lost(service: ArchiveService) -> None:
    _, counts, names = boxed(service)
    begun = counts.begin(Scope("2026-01"))
    with ThreadPoolExecutor(4) as phones:
        list(phones.map(lambda place: counts.see(begun.id, [names[place % 2], f"{place:020x}-1"]), range(8)))

    count = counts.count(begun.id).count
    assert count.missing == () and len(count.surplus) == 8


def test_what_somebody_has_is_not_expected_in_its_box(service: ArchiveService) -> None:
    papers, counts, names = boxed(service)
    papers.record(names[0], LENT)

    assert counts.begin(Scope("2026-01")).count.expected == (names[1],)
    assert set(counts.begin(Scope(first=date(2018, 10, 1), last=date(2018, 10, 31))).count.expected) == {names[1]}
    with pytest.raises(InvalidPaperEvent):
        counts.begin(Scope("2026-02"))


def test_a_department_counts_its_own_papers_of_a_box(service: ArchiveService) -> None:
    _, everybodys, names = boxed(service)
    ours = StocktakingKeeping.over(service.seen_by(Visibility(frozenset({"财务部"}))))
    theirs = StocktakingKeeping.over(service.seen_by(Visibility(frozenset({"销售部"}))))
    both = StocktakingKeeping.over(service.seen_by(Visibility(frozenset({"财务部", "销售部"}))))

    begun = ours.begin(Scope("2026-01"))
    assert begun.count.expected == (names[0],)
    with pytest.raises(RecordNotFound):
        theirs.count(begun.id)
    with pytest.raises(InvalidPaperEvent):
        both.begin(Scope("2026-01"))
    assert len(everybodys.begin(Scope("2026-01")).count.expected) == 2
