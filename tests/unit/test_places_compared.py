"""Scheduled rounds and restore drills hold the two places of a mirrored archive against each other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from models.activity import ARCHIVE, Action
from models.audit import FindingKind
from ocr_service.acting import acting_as
from ocr_service.checking import drill_now
from storage import archive_layout as layout
from storage.catalogue.checks import Checks
from storage.mirror_outbox import MirrorOutbox
from storage.mirrored import MirroredStore
from tests.support.checked_site import DAY, START, Site, Times, digest_of, original
from tests.support.flawed_store import FlawedStore
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

FORMAT = Path(__file__).parents[2] / "storage" / "FORMAT.md"


@dataclass
class MirroredSite(Site):
    """The store is the first place of two."""

    second: FlawedStore = field(default_factory=FlawedStore)

    def hurried(self) -> float:
        """A clock by which everything takes long."""
        self.times.seconds += 1
        return self.times.seconds

    def reading(self, number: int) -> str:
        newest = self.service.archive.latest(digest_of(number))
        assert newest is not None
        return newest.part("reading").key

    def block(self) -> str:
        """The newest of the log."""
        return max(key for key in self.store.objects if key.startswith("log/"))


class TestTwoPlaces:
    """The archive is mirrored: `first` and `second` are its places."""

    @pytest.fixture
    def mirror(self, tmp_path: Path) -> Iterator[MirroredSite]:
        first, second, times = FlawedStore(), FlawedStore(), Times()
        store = MirroredStore(first, second, MirrorOutbox(tmp_path / "outbox.sqlite", "second"))
        service = replace(service_in(tmp_path, ScriptedReader(), store), clock=lambda: times.now)
        site = MirroredSite(service, first, replace(settings_in(tmp_path), drill_days=0), times, second)
        site.keep(1, 2, version=2)
        with acting_as("user:wang"):
            service.activity.record(Action.EXPORTED, ARCHIVE)
        yield site
        service.catalogue.close()

    def test_that_are_the_same_have_no_findings(self, mirror: MirroredSite) -> None:
        mirror.turns(mirror.watch(), 6)

        [result] = mirror.results()
        assert (result.sound, result.checked, result.verified) == (True, 2, 2)

    @pytest.mark.parametrize("place", ["first", "second"])
    @pytest.mark.parametrize(
        "key",
        [original(2), layout.received_key(digest_of(2)), layout.manifest_key(digest_of(2), 1), "reading", "log", layout.IDENTITY_KEY],
        ids=["original", "received", "manifest", "reading", "log", "id"],
    )
    def test_that_differ_are_found_by_a_round(self, mirror: MirroredSite, place: str, key: str) -> None:
        store = mirror.store if place == "first" else mirror.second
        key = {"reading": mirror.reading(2), "log": mirror.block()}.get(key, key)
        del store.objects[key]

        mirror.turns(mirror.watch(), 6)

        [result] = mirror.results()
        assert (FindingKind.MISSING, key) in {(finding.kind, finding.key) for finding in result.findings}
        assert Checks(mirror.service.catalogue).last().sound_at is None

    def test_that_differ_are_found_by_a_drill(self, mirror: MirroredSite) -> None:
        mirror.second.objects[original(2)] = b"other bytes"

        result = drill_now(mirror.service, 9)

        assert [(finding.kind, finding.key, finding.document) for finding in result.findings] == [
            (FindingKind.DAMAGED, original(2), digest_of(2))
        ]
        assert (result.documents, result.verified) == (2, 1)

    def test_are_compared_an_object_at_a_time(self, mirror: MirroredSite) -> None:
        for number in range(20):
            with acting_as(f"user:{number}"):
                mirror.service.activity.record(Action.EXPORTED, ARCHIVE)
        block = mirror.block()
        del mirror.second.objects[block]
        watch = mirror.watch()
        watch.seconds = mirror.hurried

        mirror.turns(watch, 3)
        assert mirror.results() == []
        mirror.turns(watch, 150)

        assert [finding.key for finding in mirror.results()[0].findings] == [block]

    def test_are_checked_as_far_as_they_answer(self, mirror: MirroredSite) -> None:
        mirror.second.down = True
        watch = mirror.watch()
        mirror.turns(watch, 3)
        checks = Checks(mirror.service.catalogue)
        assert checks.standing(START - DAY).verified == 2

        mirror.second.down = False
        mirror.turns(watch, 3)

        assert [result.sound for result in mirror.results()] == [True]


def test_everything_of_an_archive_is_a_documents_or_belongs_to_none() -> None:
    told = re.findall(r"^\| `([^`]+)` \|", FORMAT.read_text(encoding="utf-8"), re.MULTILINE)
    of_documents = (layout.ORIGINALS, layout.RESTORED, layout.READINGS, layout.DOCUMENTS)

    assert len(told) > 15
    assert [key for key in told if not key.startswith((*of_documents, *layout.OF_NO_DOCUMENT))] == []
