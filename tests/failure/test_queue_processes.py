"""Workers are processes, and processes die: no job is lost, none is given to two at once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.archive import DocumentState
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import StandingClock, a_received, opened, url_in

ROOT = Path(__file__).resolve().parents[2]

CLAIM_ALL = """
import sys
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import LeaseQueue
queue = LeaseQueue(Catalogue(sys.argv[1]))
job = queue.claim(sys.argv[2], 600)
print(job.document.hex, flush=True)
sys.stdin.readline()
while job is not None:
    queue.finish(job, sys.argv[2])
    job = queue.claim(sys.argv[2], 600)
    if job is not None:
        print(job.document.hex, flush=True)
"""

CLAIM_ONE = """
import sys
from datetime import UTC, datetime
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import LeaseQueue
now = datetime.fromisoformat(sys.argv[2])
job = LeaseQueue(Catalogue(sys.argv[1]), clock=lambda: now).claim("doomed", 60)
print(job.document.hex, flush=True)
sys.stdin.readline()
"""

HALF_AN_ACCEPT = """
import sys
from models.archive import DocumentState
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.document_rows import insert_document
from tests.support.catalogued import a_received
with Catalogue(sys.argv[1]).database.writing() as connection:
    insert_document(connection, a_received(1), DocumentState.QUEUED)
    print("written", flush=True)
    sys.stdin.readline()
"""

ACCEPT_MANY = """
import sys
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.queue import LeaseQueue
from tests.support.catalogued import a_received
queue = LeaseQueue(Catalogue(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(50):
    print(queue.accept(a_received(number)).value, flush=True)
"""


@contextmanager
def _running(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", program, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def _says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _release(*processes: subprocess.Popen[str]) -> None:
    """Let processes go on that wait for a line, all at once."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with opened(tmp_path) as catalogue:
        yield catalogue


def test_the_job_of_a_killed_worker_comes_back_after_its_lease(catalogue: Catalogue, tmp_path: Path) -> None:
    clock = StandingClock()
    queue = LeaseQueue(catalogue, clock=clock)
    queue.accept(a_received(1))
    with _running(CLAIM_ONE, url_in(tmp_path), clock().isoformat()) as worker:
        assert _says(worker) == a_received(1).document.digest.hex
        _kill(worker)

    assert (queue.claim("heir", 60), queue.running()) == (None, 1)
    clock.move(60)
    job = queue.claim("heir", 60)

    assert job is not None
    assert (job.document, job.attempt) == (a_received(1).document.digest, 2)


def test_a_process_killed_in_the_middle_of_a_write_leaves_nothing_of_it(catalogue: Catalogue, tmp_path: Path) -> None:
    with _running(HALF_AN_ACCEPT, url_in(tmp_path)) as writer:
        assert _says(writer) == "written"
        assert list(catalogue.digests()) == []
        _kill(writer)

    assert list(catalogue.digests()) == []
    assert LeaseQueue(catalogue).accept(a_received(1)) is DocumentState.QUEUED


def test_two_workers_share_two_hundred_jobs_without_one_given_twice(catalogue: Catalogue, tmp_path: Path) -> None:
    queue = LeaseQueue(catalogue)
    expected = [a_received(number).document.digest.hex for number in range(200)]
    for number in range(200):
        queue.accept(a_received(number))
    with _running(CLAIM_ALL, url_in(tmp_path), "one") as one, _running(CLAIM_ALL, url_in(tmp_path), "two") as two:
        claimed = [_says(one), _says(two)]
        _release(one, two)
        claimed += [document for worker in (one, two) for document in worker.communicate()[0].split()]

    assert Counter(claimed) == Counter(expected)
    assert (queue.waiting(), queue.running()) == (0, 0)


def test_two_processes_that_accept_the_same_files_at_once_queue_each_once(catalogue: Catalogue, tmp_path: Path) -> None:
    with _running(ACCEPT_MANY, url_in(tmp_path)) as one, _running(ACCEPT_MANY, url_in(tmp_path)) as two:
        assert [_says(one), _says(two)] == ["ready", "ready"]
        _release(one, two)
        answers = [process.communicate()[0].split() for process in (one, two)]

    assert all({first, second} == {"queued", "duplicate"} for first, second in zip(*answers, strict=True))
    assert LeaseQueue(catalogue).waiting() == 50
