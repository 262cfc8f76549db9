"""A store that is full, read-only, broken, away or lying: nothing that was acknowledged is lost, and all goes on when it is well again."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from models.archive import DocumentState
from models.audit import FindingKind
from models.digest import Digest
from models.errors import InvalidSetting, StoreUnavailable
from ocr_service.service import ArchiveService
from ocr_service.workers import Worker
from storage.catalogue.queue import LeaseQueue
from storage.filesystem import FileSystemStore
from storage.log_audit import audit_log
from tests.support.catalogued import an_invoice
from tests.support.example_reading import reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in
from tests.support.troubled_store import Trouble, TroubledStore

WRITES_OF_AN_UPLOAD = 4
"""Original, received record, and what the log may write; a fault strikes before each of them, and before none."""


@dataclass
class Post:
    """A running API and a worker, over a store that a test can trouble, by a clock that a test moves."""

    client: TestClient
    service: ArchiveService
    store: TroubledStore
    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    acknowledged: list[int] = field(default_factory=list)

    def send(self, number: int) -> int:
        """Upload a picture; the status. What is acknowledged is remembered."""
        answer = self.client.post("/v1/uploads", files={"files": (f"{number}.png", a_picture(number))})
        if answer.status_code == 202 and answer.json()["files"][0]["state"] in {"queued", "duplicate"}:
            self.acknowledged.append(number)
        return answer.status_code

    def read_everything(self) -> None:
        """Let a worker take what waits, as often as it takes; one that cannot work ends, and the next one comes after the pause."""
        for _ in range(20):
            self.now += timedelta(minutes=5)
            worker = Worker(self.service, settings_in(self.folder))
            worker.stop.set()
            try:
                worker.take_turn()
            except StoreUnavailable:
                continue
            if not self.service.queue.waiting():
                return

    def ask_again(self) -> None:
        """Have read again what was set aside after its tries, as the review list asks a person to."""
        for entry in self.service.review().entries:
            if entry.document.state is DocumentState.UNREAD:
                self.service.queue_reprocess(str(entry.document.received.document.digest))
        self.read_everything()

    def lost(self) -> list[int]:
        """What was acknowledged and is not there byte for byte."""
        return [number for number in self.acknowledged if not self._has(number)]

    def _has(self, number: int) -> bool:
        answer = self.client.get(f"/v1/invoices/{Digest.of(a_picture(number))}/original")
        return answer.status_code == 200 and answer.content == a_picture(number)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    reader = ScriptedReader({Digest.of(a_picture(number)): lambda scan: reading_of(scan, an_invoice("住宿")) for number in range(9)})
    store = TroubledStore(FileSystemStore(tmp_path / "archive"))
    service = service_in(tmp_path, reader, store)
    # The queue's clock is the post's, which is made below.
    post: list[Post] = []
    service = replace(service, queue=LeaseQueue(service.catalogue, clock=lambda: post[0].now), clock=lambda: post[0].now)
    with TestClient(create_app(service, settings=settings_in(tmp_path)), raise_server_exceptions=False) as client:
        post.append(Post(client, service, store, tmp_path))
        yield post[0]
    service.catalogue.close()


CUTS_THE_LOG = (Trouble.CUTTING, 2)
"""Half a block of the log stands where the next entry belongs; its own test says what follows."""


@pytest.mark.parametrize(
    ("trouble", "spared"),
    [case for case in product(Trouble, range(WRITES_OF_AN_UPLOAD)) if case != CUTS_THE_LOG],
)
def test_nothing_acknowledged_is_lost_and_all_goes_on_by_itself(post: Post, trouble: Trouble, spared: int) -> None:
    assert post.send(0) == 202
    post.store.trouble, post.store.spared = trouble, spared
    statuses = {post.send(number) for number in (1, 2)}
    post.read_everything()
    assert statuses <= {202, 503}
    assert 503 in statuses

    post.store.trouble = None
    assert post.lost() == []
    assert [post.send(number) for number in (1, 2, 3)] == [202, 202, 202]
    post.read_everything()

    assert set(post.acknowledged) == {0, 1, 2, 3}
    assert post.lost() == []
    if trouble is Trouble.CUTTING:  # nothing is ever replaced: half a record has to come back from a backup
        return
    if trouble is Trouble.LYING:  # it says that it takes writes, so what it did not take counts as a try
        post.ask_again()
    assert post.service.counts()[DocumentState.DONE] == 4
    assert post.service.audit().sound


def test_half_a_block_of_the_log_stops_what_must_be_logged_until_it_is_restored(post: Post) -> None:
    assert post.send(0) == 202
    post.store.trouble, post.store.spared = CUTS_THE_LOG
    assert post.send(1) == 503
    post.store.trouble = None

    assert post.send(2) == 500
    assert [found.key.startswith("log/") for found in audit_log(post.service.archive).findings if found.kind is FindingKind.DAMAGED] == [
        True
    ]
    assert post.service.archive.original(Digest.of(a_picture(0))) == a_picture(0)


@pytest.mark.parametrize("trouble", [trouble for trouble in Trouble if trouble is not Trouble.CUTTING])
def test_a_reading_that_the_store_does_not_take_is_made_when_it_does(post: Post, trouble: Trouble) -> None:
    post.send(0)
    post.store.trouble = trouble
    post.read_everything()
    assert post.service.document(Digest.of(a_picture(0))).state is not DocumentState.DONE

    post.store.trouble = None
    post.read_everything()
    if trouble is Trouble.LYING:
        post.ask_again()
    assert post.service.document(Digest.of(a_picture(0))).state is DocumentState.DONE
    assert post.service.audit().sound


@pytest.mark.parametrize("off", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_is_a_day_off_and_set_right_again_loses_and_delays_nothing(post: Post, off: timedelta) -> None:
    post.send(0)
    post.now += off
    post.send(1)
    assert post.service.queue.claim("worker that is killed", 60) is not None
    post.now -= off
    post.send(2)
    post.read_everything()

    assert (post.acknowledged, post.lost()) == ([0, 1, 2], [])
    assert post.service.counts()[DocumentState.DONE] == 3
    assert post.service.audit().sound


def test_an_index_that_is_exchanged_for_another_archives_while_the_service_runs_loses_nothing(post: Post, tmp_path: Path) -> None:
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = service_in(other_folder, ScriptedReader())
    other.catalogue.close()
    post.send(0)
    post.service.catalogue.close()
    for part in post.folder.glob("catalogue.sqlite*"):
        part.unlink()
    (other_folder / "catalogue.sqlite").rename(post.folder / "catalogue.sqlite")
    post.send(1)
    post.service.catalogue.close()

    with pytest.raises(InvalidSetting, match="piaogen rebuild"):
        service_in(post.folder, ScriptedReader(), post.store)
    anew = service_in(post.folder, ScriptedReader(), post.store, renew=True)
    assert anew.index.rebuild() == 2
    anew.catalogue.close()

    assert (post.acknowledged, post.lost()) == ([0, 1], [])
    assert len(list(post.folder.glob("catalogue.sqlite.other-archive-*Z"))) == 1
