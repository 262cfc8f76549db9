"""Exports survive whoever makes them, and are taken away with their files when their time is over."""

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.access import LOCAL
from models.errors import RecordNotFound
from models.export import ExportFormat, ExportState, ExportWish
from ocr_service.exports.runner import ExportRunner
from ocr_service.service import ArchiveService
from tests.support.catalogued import StandingClock
from tests.support.scripted_reader import ScriptedReader
from tests.support.scripted_service import service_in

EVERY = ExportWish(ExportFormat.CSV)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def service(tmp_path: Path, clock: StandingClock) -> Iterator[ArchiveService]:
    made = replace(service_in(tmp_path, ScriptedReader()), clock=clock)
    yield made
    made.catalogue.close()


@pytest.fixture
def runner(service: ArchiveService, tmp_path: Path) -> Iterator[ExportRunner]:
    made = ExportRunner(service, tmp_path / "exports", hours=24, free_megabytes=1)
    yield made
    made.stop()


@pytest.mark.parametrize("holder", ["999999999/aaaa", f"{os.getpid()}/bbbb"], ids=["a process that is gone", "an earlier life of this one"])
def test_what_a_killed_process_was_making_is_made_at_the_next_start(runner: ExportRunner, clock: StandingClock, holder: str) -> None:
    job = runner.begin(EVERY, LOCAL)
    claimed = runner.jobs.claim(f"{socket.gethostname()}/{holder}", clock())
    assert claimed is not None and claimed.job.id == job.id
    runner.start()

    assert runner.wait(job.id, LOCAL, 20).state is ExportState.DONE
    assert runner.file(job.id, LOCAL)[1].is_file()


def test_what_another_process_that_lives_is_making_is_left_to_it(runner: ExportRunner, clock: StandingClock) -> None:
    job = runner.begin(EVERY, LOCAL)
    runner.jobs.claim(f"{socket.gethostname()}/{os.getppid()}/cccc", clock())
    runner.start()
    other = runner.begin(EVERY, LOCAL)

    assert runner.wait(other.id, LOCAL, 20).state is ExportState.DONE
    assert runner.get(job.id, LOCAL).state is ExportState.RUNNING


def test_an_export_and_its_file_are_there_until_its_time_is_over(runner: ExportRunner, clock: StandingClock) -> None:
    runner.start()
    job = runner.begin(EVERY, LOCAL)
    assert runner.wait(job.id, LOCAL, 20).state is ExportState.DONE
    path = runner.file(job.id, LOCAL)[1]
    clock.move(timedelta(hours=23).total_seconds())
    runner.sweep()
    assert path.is_file() and runner.file(job.id, LOCAL)[1] == path
    clock.move(timedelta(hours=1).total_seconds())
    with pytest.raises(RecordNotFound):
        runner.file(job.id, LOCAL)
    runner.sweep()

    assert list(runner.folder.iterdir()) == []


def test_files_that_no_export_knows_of_any_more_are_taken_away(runner: ExportRunner) -> None:
    runner.folder.mkdir()
    old, fresh, folder = runner.folder / "old.part", runner.folder / "fresh.part", runner.folder / "tmp1"
    folder.mkdir()
    for path in (old, fresh, folder / "rows"):
        path.write_bytes(b"")
    for path in (old, folder):
        os.utime(path, (0, 0))
    runner.sweep()

    assert list(runner.folder.iterdir()) == [fresh]
