"""A worker holds the archive against itself in the time that nobody needs: oldest first, one of many, going on after a restart."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.archive import DocumentState
from models.audit import AuditWay, FindingKind
from models.clues import Clues
from models.errors import StoreUnavailable
from ocr_service.checking import audit_now, drill_now, last_checks
from storage import archive_layout as layout
from storage.audit_results import AUDITS, kept_results
from storage.catalogue.checks import LEASE, Checks
from tests.support.archived import a_document
from tests.support.catalogued import a_reading, an_invoice
from tests.support.checked_site import DAY, START, Site, Times, content_of, digest_of, original
from tests.support.memory_store import MemoryStore
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store, times = MemoryStore(), Times()
    service = replace(service_in(tmp_path, ScriptedReader(), store), clock=lambda: times.now)
    yield Site(service, store, replace(settings_in(tmp_path), drill_days=0), times)
    service.catalogue.close()


def test_everything_is_checked_once_in_a_period_and_the_result_is_kept(site: Site) -> None:
    site.keep(1, 2, 3)
    watch = site.watch()

    site.turns(watch, 4)
    [result] = site.results()
    assert (result.way, result.by, result.documents, result.verified, result.checked) == (AuditWay.ROUND, "schedule", 3, 3, 3)
    assert (result.sound, result.hashed_objects) == (True, 6)

    site.times.now += timedelta(days=site.settings.audit_days) - timedelta(seconds=1)
    site.turns(watch, 4)
    assert len(site.results()) == 1
    site.times.now += timedelta(seconds=3)
    site.turns(watch, 4)
    assert len(site.results()) == 2
    assert Checks(site.service.catalogue).oldest() == site.times.now


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda store: store.objects.update({original(2): b"other bytes"}), FindingKind.DAMAGED),
        (lambda store: store.objects.pop(original(2)), FindingKind.MISSING),
        (lambda store: store.objects.pop(layout.manifest_key(digest_of(2), 2)), FindingKind.ROLLED_BACK),
        (lambda store: [store.objects.pop(key) for key in list(store.objects) if digest_of(2).hex in key], FindingKind.ROLLED_BACK),
    ],
    ids=["damaged", "gone", "rolled back", "taken away whole"],
)
def test_what_is_wrong_is_kept_counted_and_gone_from_the_count_once_it_is_mended(
    site: Site, spoil: Callable[[MemoryStore], object], kind: FindingKind
) -> None:
    site.keep(1, 2, 3, version=2)
    before = dict(site.store.objects)
    spoil(site.store)
    watch = site.watch()
    site.turns(watch, 4)

    [result] = site.results()
    assert (result.sound, result.verified, result.documents) == (False, 2, 3)
    assert {finding.document for finding in result.findings} == {digest_of(2)}
    assert kind in {finding.kind for finding in result.findings}
    checks = Checks(site.service.catalogue)
    assert (checks.damaged(), checks.last().sound_at) == (1, None)

    site.store.objects.update(before)
    site.times.now += 8 * DAY
    site.turns(watch, 4)
    assert (checks.damaged(), checks.last().sound_at, site.results()[-1].verified) == (0, site.times.now, 3)


def test_a_damaged_reading_that_a_check_finds_is_listed_for_review(site: Site) -> None:
    site.keep(1, 2)
    newest = site.service.archive.latest(digest_of(2))
    assert newest is not None
    site.store.objects[newest.part("reading").key] = b"{}"

    site.turns(site.watch(), 3)

    assert [entry.document.error for entry in site.service.review().entries] == ["reading_damaged"]


def test_a_document_that_was_never_read_is_not_queued_again_by_a_finding(site: Site) -> None:
    content = content_of(1)
    received, _ = site.service.archive.receive(content, a_document(content), START, "cli")
    site.service.catalogue.record_received(received, DocumentState.UNREAD)
    del site.store.objects[original(1)]

    site.turns(site.watch(), 3)

    assert (site.service.queue.waiting(), Checks(site.service.catalogue).damaged()) == (0, 1)


def test_the_document_that_was_checked_longest_ago_is_the_next(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time passes with every look, so that each turn ends after one document; after a restart another worker goes on."""
    site.keep(*range(6))
    looked: dict[str, datetime] = {}
    get = MemoryStore.get

    def slow(store: MemoryStore, key: str) -> bytes:
        if key.startswith(layout.ORIGINALS):
            looked[key] = site.times.now
            site.times.seconds += 1
        return get(store, key)

    monkeypatch.setattr(MemoryStore, "get", slow)
    for restart in range(6):
        site.turns(site.watch(f"w{restart}"), 1)
        site.times.now += LEASE
    assert sorted(looked) == sorted(original(number) for number in range(6))

    site.turns(site.watch("again"), 1)
    assert len(set(looked.values())) == 6
    [result] = site.results()
    assert result.checked == 6


def test_checks_take_no_more_than_their_share_of_the_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.settings = replace(site.settings, audit_share=10)
    site.keep(*range(30))
    watch = site.watch()
    began = site.times.seconds
    get = MemoryStore.get
    spent = 0.0

    def slow(store: MemoryStore, key: str) -> bytes:
        nonlocal spent
        if key.startswith(layout.ORIGINALS):
            site.times.seconds += 0.5
            spent += 0.5
        return get(store, key)

    monkeypatch.setattr(MemoryStore, "get", slow)
    while spent < 10:
        watch.turn()
        site.times.seconds += 0.1

    assert 0.08 < spent / (site.times.seconds - began) < 0.12


def test_of_many_workers_one_checks(site: Site) -> None:
    site.keep(1)
    checks = Checks(site.service.catalogue)

    assert checks.take_turn("first", START)
    assert not checks.take_turn("second", START)
    assert checks.take_turn("first", START + LEASE / 2)
    assert not checks.take_turn("second", START + LEASE)
    assert checks.take_turn("second", START + 2 * LEASE)


@pytest.mark.parametrize("ahead", [DAY, 365 * DAY])
def test_a_clock_that_was_ahead_keeps_nothing_from_being_checked(site: Site, ahead: timedelta) -> None:
    site.keep(1)
    site.times.now += ahead
    site.turns(site.watch("ahead"), 3)
    site.times.now -= ahead
    site.times.now += timedelta(hours=1)

    site.turns(site.watch("right"), 3)

    assert Checks(site.service.catalogue).oldest() == site.times.now


def test_a_store_that_is_away_puts_the_check_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.keep(1, 2)
    watch = site.watch()

    def away(*_: object) -> bytes:
        raise StoreUnavailable("away")

    with monkeypatch.context() as outage:
        outage.setattr(MemoryStore, "get", away)
        site.turns(watch, 3)
    assert Checks(site.service.catalogue).damaged() == 0
    site.turns(watch, 3)
    assert [result.verified for result in site.results()] == [2]


def test_results_outlive_the_catalogue(site: Site, tmp_path: Path) -> None:
    site.keep(1, 2)
    site.turns(site.watch(), 3)
    (tmp_path / "anew").mkdir()
    anew = service_in(tmp_path / "anew", ScriptedReader(), site.store)

    assert Checks(anew.catalogue).last().audit is None
    assert last_checks(anew).audit == site.results()[0]
    anew.catalogue.close()


def test_a_result_that_was_damaged_hides_no_other(site: Site) -> None:
    site.keep(1)
    for _ in range(3):
        audit_now(site.service)
    keys = sorted(key for key in site.store.objects if key.startswith(AUDITS))
    site.store.objects[keys[1]] = b"{}"

    assert [one.result is None for one in kept_results(site.store, 99)] == [False, True, False]
    assert [one.key for one in kept_results(site.store, 1, before=keys[2])] == [keys[1]]


def test_an_audit_that_is_asked_for_counts_as_a_check_of_everything(site: Site) -> None:
    site.keep(1, 2, 3)
    site.store.objects[original(2)] = b"other bytes"

    report = audit_now(site.service)

    [result] = site.results()
    assert (report.sound, result.way, result.verified, result.documents) == (False, AuditWay.WALK, 2, 3)
    assert Checks(site.service.catalogue).damaged() == 1
    site.turns(site.watch(), 3)
    assert len(site.results()) == 1


def test_a_drill_restores_documents_from_the_archive_alone_and_finds_them_as_before(site: Site) -> None:
    site.keep(*range(5), version=2)

    result = drill_now(site.service, 3)

    assert (result.way, result.sound, result.documents, result.verified) == (AuditWay.DRILL, True, 3, 3)
    assert result.hashed_bytes == 3 * len(content_of(0))
    assert Checks(site.service.catalogue).last().drill == site.results()[-1]
    assert drill_now(site.service, 99).documents == 5


class TestDrillFinds:
    def kinds(self, site: Site) -> list[FindingKind]:
        result = drill_now(site.service, 99)
        assert (result.sound, result.verified) == (False, 1)
        assert {finding.document for finding in result.findings} == {digest_of(2)}
        return [finding.kind for finding in result.findings]

    @pytest.fixture(autouse=True)
    def filled(self, site: Site) -> None:
        site.keep(1, 2, version=2)

    def test_an_original_with_other_bytes(self, site: Site) -> None:
        site.store.objects[original(2)] = b"other bytes"
        assert self.kinds(site) == [FindingKind.DAMAGED]

    def test_an_original_that_is_gone(self, site: Site) -> None:
        del site.store.objects[original(2)]
        assert self.kinds(site) == [FindingKind.DAMAGED]

    def test_a_reading_that_cannot_be_read(self, site: Site) -> None:
        newest = site.service.archive.latest(digest_of(2))
        assert newest is not None
        site.store.objects[newest.part("reading").key] = b"{}"
        assert self.kinds(site) == [FindingKind.DAMAGED]

    def test_a_version_that_was_taken_back(self, site: Site) -> None:
        del site.store.objects[layout.manifest_key(digest_of(2), 2)]
        assert FindingKind.DIFFERS in self.kinds(site)

    @pytest.mark.parametrize(
        "said", [{"invoice_number": "99999999"}, {"buyer_name": "望江镇演示装饰工程有限公司"}], ids=["number", "buyer"]
    )
    def test_an_index_that_says_something_else(self, site: Site, said: dict[str, str]) -> None:
        received = site.service.archive.received(digest_of(2))
        facts = {"invoice_number": "00000002", "seller_name": "青禾市示例商贸有限公司", "tax_inclusive_amount": "2.00"}
        site.service.catalogue.record_reading(received, a_reading(received, an_invoice("住宿", **(facts | said))), 2)
        assert FindingKind.DIFFERS in self.kinds(site)


def test_a_drill_is_done_by_itself_when_it_is_time(site: Site) -> None:
    site.settings = replace(site.settings, drill_days=30)
    site.keep(1, 2)
    watch = site.watch()
    site.turns(watch, 4)
    assert [result.way for result in site.results()] == [AuditWay.ROUND, AuditWay.DRILL]

    site.times.now += 29 * DAY
    site.turns(watch, 4)
    site.times.now += 2 * DAY
    site.turns(watch, 4)

    assert [result.way for result in site.results()].count(AuditWay.DRILL) == 2


def test_a_drill_leaves_the_archive_and_its_index_as_they_are(site: Site) -> None:
    site.keep(1, 2)
    before, hits = dict(site.store.objects), site.service.find(Clues())

    drill_now(site.service, 2)

    assert {key: data for key, data in site.store.objects.items() if not key.startswith(AUDITS)} == before
    assert site.service.find(Clues()) == hits
