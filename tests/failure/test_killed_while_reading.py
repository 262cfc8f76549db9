"""Killed with SIGKILL in the middle: what was acknowledged is listed as unread, and reading it again completes it, once."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.archive import DocumentState
from models.digest import Digest
from ocr_service.workers import Worker
from storage.catalogue.queue import LeaseQueue
from tests.support.command import ROOT
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in, settings_in

_VICTIM = """
import sys
from dataclasses import replace
from pathlib import Path

from ocr_service.logs import log_to_stderr
from ocr_service.opened import Upload
from ocr_service.workers import Worker
from storage.catalogue.catalogue import Catalogue
from tests.support.example_reading import example_invoice, reading_of
from tests.support.pictures import a_picture
from tests.support.scripted_service import service_in, settings_in

folder, fatal = Path(sys.argv[1]), sys.argv[2]


def reach(point):
    if point == fatal:
        print(point, flush=True)
        sys.stdin.read()


class Reader:
    def read(self, scan):
        reach("reading")
        return reading_of(scan, example_invoice())


class ReachingCatalogue(Catalogue):
    def record_reading(self, *arguments):
        reach("archived")
        super().record_reading(*arguments)
        reach("indexed")


log_to_stderr()
service = service_in(folder, Reader())
catalogue = ReachingCatalogue(f"sqlite:///{folder / 'catalogue.sqlite'}")
service = replace(service, catalogue=catalogue, index=replace(service.index, catalogue=catalogue))
service.submit(Upload(a_picture(), "a.png"), "cli")
reach("acknowledged")
Worker(service, settings_in(folder)).take_turn()
"""


def killed_at(point: str, folder: Path) -> None:
    """Run a process that receives a scan and reads it, and kill it the moment it gets to `point`."""
    command = [sys.executable, "-c", _VICTIM, str(folder), point]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        reached = victim.stdout.readline().strip()
        victim.kill()
    assert reached == point


@pytest.mark.parametrize("point", ["acknowledged", "reading", "archived", "indexed"])
def test_a_killed_process_loses_nothing_and_doubles_nothing(point: str, tmp_path: Path) -> None:
    digest = Digest.of(a_picture())
    killed_at(point, tmp_path)
    reader = ScriptedReader({digest: lambda scan: reading_of(scan, example_invoice())})
    service = service_in(tmp_path, reader)
    later = LeaseQueue(service.catalogue, clock=lambda: datetime.now(UTC) + timedelta(hours=1))

    assert service.archive.original(digest) == a_picture()
    assert service.document(digest).state in {DocumentState.QUEUED, DocumentState.RUNNING, DocumentState.NEEDS_REVIEW, DocumentState.DONE}

    job = later.claim("second", 60)
    if job is not None:
        service.read(job.document, version=job.version)
        later.finish(job, "second")

    assert later.claim("second", 60) is None
    assert [manifest.version for manifest in service.archive.manifests(digest)] == [1]
    assert service.document(digest).version == 1
    reading = service.reading(digest)
    assert reading is not None
    assert len(service.invoices_of(digest)) == len(reading.invoices)
    assert reader.read_digests == ([digest] if point in {"acknowledged", "reading"} else [])
    service.catalogue.close()


def test_the_same_file_sent_again_after_a_kill_is_read(tmp_path: Path) -> None:
    digest = Digest.of(a_picture())
    killed_at("reading", tmp_path)
    service = service_in(tmp_path, ScriptedReader({digest: lambda scan: reading_of(scan, example_invoice())}))

    worker = Worker(service, settings_in(tmp_path))
    worker.stop.set()  # where it would wait a moment, it goes on at once
    worker.take_turn()
    worker.take_turn()

    assert service.document(digest).version == 1
    service.catalogue.close()
