"""Kill whoever acts and tells, let the last one finish, and hold what was told against what the archive says."""

import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.webhooks.doing import open_service, settings_at
from models.digest import Digest
from models.webhooks import Event, MessageState
from ocr_service.delivering import Courier
from ocr_service.loss_rules import rules_at
from ocr_service.losses import Losses
from ocr_service.service import ArchiveService
from ocr_service.settings import Settings
from ocr_service.vouching import history
from ocr_service.webhooks import Webhooks
from ocr_service.workers import Worker
from storage.histories import Histories
from tests.support.webhook_receiver import Receiver

_LIVES = (0.0, 3.0)
"""For how many seconds after it is ready, or still starts, one of them lives."""
_A_KILL_WHILE_STARTING = 5
"""One of so many is killed before it is ready."""
_LONGEST_START = 120
_LATER = timedelta(minutes=10)
"""What was interrupted is missed by then."""
_MOST_TURNS = 60

Happening = tuple[str, str]
"""The kind of an event, and what it is about."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of everything: each tuple should be empty.

    `lost` happened and was not told · `doubled` was told under more than one id · `false` was told and did not happen · `unreported`
    messages that neither were delivered nor say why.
    """

    happened: int
    told: int
    repeated: int
    kills: int
    lost: tuple[Happening, ...]
    doubled: tuple[Happening, ...]
    false: tuple[Happening, ...]
    unreported: int
    forged: int

    @property
    def is_right(self) -> bool:
        """Whether everything was told, once, and nothing else."""
        return not (self.lost or self.doubled or self.false or self.unreported or self.forged)


def killed_while_telling(folder: Path, erp: Receiver, kills: int, seed: int) -> Outcome:
    """Let `kills` processes die one after the other, then let what is left be told."""
    settings, rng = settings_at(folder), random.Random(seed)
    with closing(open_service(settings)) as service:
        endpoint = Webhooks.over(service).add(erp.url)
    erp.secret = endpoint.secret
    for number in range(kills):
        _live_and_die(folder, rng, is_early=number % _A_KILL_WHILE_STARTING == _A_KILL_WHILE_STARTING - 1)
        # Some are not taken, so that tries and their pauses are killed as well.
        erp.statuses = [rng.choice((204, 500)) for _ in range(6)]
    erp.statuses = []
    with closing(open_service(settings)) as service:
        _finish(service, settings)
        return _outcome(service, endpoint.id, erp, kills)


def _live_and_die(folder: Path, rng: random.Random, *, is_early: bool) -> None:
    command = [sys.executable, "-m", "benchmarks.webhooks.doing", str(folder), str(rng.randrange(10**9))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        if not is_early:
            process.stdout.readline()
        time.sleep(rng.uniform(*_LIVES))
        process.kill()


def _finish(service: ArchiveService, settings: Settings) -> None:
    """Read what waits, and tell until nothing waits any more, each turn by a later clock."""
    worker = Worker(service, settings)
    worker.stop.set()
    now = service.clock() + _LATER
    later = _at(service, now)
    later.activity.heal()
    for turn in range(_MOST_TURNS):
        worker.release_dead()
        while service.queue.waiting():
            worker.take_turn()
        courier = Courier(_at(service, now + turn * timedelta(days=1)), settings)
        courier.take_turn()
        endpoints = courier.webhooks.listed()
        if not service.queue.waiting() and not any(courier.webhooks.counts(endpoint.id).waiting for endpoint in endpoints):
            return


def _at(service: ArchiveService, now: datetime) -> ArchiveService:
    return replace(service, clock=lambda: now, activity=replace(service.activity, clock=lambda: now))


def _outcome(service: ArchiveService, endpoint: str, erp: Receiver, kills: int) -> Outcome:
    happened = set(_happened(service))
    ids: Mapping[Happening, set[str]] = defaultdict(set)
    for message in erp.told:
        if message["type"] in _ABOUT:
            ids[message["type"], _ABOUT[message["type"]](message["data"])].add(message["id"])
    deliveries = Webhooks.over(service).outbox.deliveries(endpoint, 10**6)
    silent = [one for one in deliveries if one.state is not MessageState.DELIVERED and one.status is None and one.error is None]
    return Outcome(
        happened=len(happened),
        told=len(erp.told),
        repeated=len(erp.told) - len({message["id"] for message in erp.told}),
        kills=kills,
        lost=tuple(sorted(happened - ids.keys())),
        doubled=tuple(sorted(key for key, found in ids.items() if len(found) > 1)),
        false=tuple(sorted(ids.keys() - happened)),
        unreported=len(silent),
        forged=erp.forged,
    )


_ABOUT = {
    Event.UPLOAD_RECEIVED.value: lambda data: str(data["document"]),
    Event.INVOICE_ARCHIVED.value: lambda data: str(data["document"]),
    Event.DOCUMENT_UNREAD.value: lambda data: str(data["document"]),
    Event.INVOICE_CONFIRMED.value: lambda data: f"{data['invoice']} {data['version']}",
    Event.LOSS_OPENED.value: lambda data: str(data["case"]),
    Event.LOSS_STEP_OVERDUE.value: lambda data: f"{data['case']} {data['step']}",
}
"""What a message is about, for those events that can be told from the archive alone."""


def _happened(service: ArchiveService) -> Iterator[Happening]:
    """What the archive itself says that happened."""
    for digest in service.archive.digests():
        yield Event.UPLOAD_RECEIVED.value, str(digest)
        yield from _of_document(service, digest)
    for subject, _ in Histories(service.archive.store).numbers("losses/"):
        yield Event.LOSS_OPENED.value, subject.removeprefix("losses/")
    for late in Losses(service, rules_at("")).overdue():
        yield Event.LOSS_STEP_OVERDUE.value, f"{late.case} {late.step.value}"


def _of_document(service: ArchiveService, digest: Digest) -> Iterator[Happening]:
    invoices = service.invoices_of(digest)
    yield (Event.INVOICE_ARCHIVED if invoices else Event.DOCUMENT_UNREAD).value, str(digest)
    for invoice in invoices:
        for entry in history(service, invoice.id):
            if entry.corrections:
                yield Event.INVOICE_CONFIRMED.value, f"{invoice.id} {entry.version}"
