"""Exports in the catalogue's database: taken on within limits, made by one maker each, never lost, shown to whoever asked for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.access import EVERYTHING, Visibility
from models.errors import Busy, RecordNotFound
from models.export import ExportFormat, ExportJob, ExportOutcome, ExportState, ExportWish, LeftOut
from storage.catalogue.catalogue import Catalogue
from storage.catalogue.export_jobs import LEASE, MOST_ATTEMPTS, MOST_OPEN, ExportJobs
from tests.support.catalogued import START

WISH = ExportWish(ExportFormat.VOUCHER, ids=("a-1", "b-2"), mapping="kingdee")
DONE = ExportOutcome(2, 1234, "ab" * 32, (LeftOut("a-1", "copy"),), 1)
SOME = Visibility(frozenset({"财务部"}))
LATER = START + timedelta(hours=24)


def a_job(name: str = "j1", owner: str = "user:li") -> ExportJob:
    minutes = timedelta(minutes=int(name[1:]))
    return ExportJob(name, owner, WISH, ExportState.QUEUED, START + minutes, LATER, total=2)


@pytest.fixture
def jobs(catalogue: Catalogue) -> ExportJobs:
    return ExportJobs(catalogue.database)


def standing(jobs: ExportJobs, name: str = "j1") -> ExportJob:
    return jobs.get(name, "user:li", EVERYTHING, START)


def test_what_is_asked_for_is_kept_as_it_was_said(jobs: ExportJobs) -> None:
    jobs.add(a_job(), EVERYTHING)

    assert standing(jobs) == a_job()
    assert list(jobs.of_owner("user:li", EVERYTHING, START)) == [a_job()]


def test_the_oldest_comes_first_and_each_to_one_maker(jobs: ExportJobs) -> None:
    for name in ("j2", "j1"):
        jobs.add(a_job(name), SOME)
    first, second, third = (jobs.claim(f"maker{number}", START) for number in range(3))

    assert first is not None and second is not None and third is None
    assert (first.job.id, second.job.id, first.sees) == ("j1", "j2", SOME)
    assert (first.job.state, first.job.attempts) == (ExportState.RUNNING, 1)


def test_what_is_ready_has_its_outcome_until_it_is_over(jobs: ExportJobs) -> None:
    jobs.add(a_job(), EVERYTHING)
    jobs.claim("m", START)
    assert jobs.note("j1", "m", START, 1, 2)
    assert (standing(jobs).done, standing(jobs).total) == (1, 2)
    assert jobs.finish("j1", "m", DONE, LATER)

    assert (standing(jobs).state, standing(jobs).outcome) == (ExportState.DONE, DONE)
    with pytest.raises(RecordNotFound):
        jobs.get("j1", "user:li", EVERYTHING, LATER)
    assert list(jobs.of_owner("user:li", EVERYTHING, LATER)) == []
    assert list(jobs.forget(START)) == [] and list(jobs.forget(LATER)) == ["j1"]


def test_whoever_did_not_ask_for_it_is_told_that_there_is_none(jobs: ExportJobs) -> None:
    jobs.add(a_job(), SOME)
    jobs.add(a_job("j2"), EVERYTHING)

    assert jobs.get("j1", "user:li", SOME, START) and jobs.get("j1", "user:li", EVERYTHING, START)
    for name, owner, sees in (
        ("j1", "user:wang", EVERYTHING),
        ("j1", "user:li", Visibility(frozenset({"采购部"}))),
        ("j2", "user:li", SOME),
        ("j3", "user:li", EVERYTHING),
    ):
        with pytest.raises(RecordNotFound):
            jobs.get(name, owner, sees, START)
    assert [one.id for one in jobs.of_owner("user:li", SOME, START)] == ["j1"]
    assert not jobs.remove("j1", "user:wang") and jobs.remove("j1", "user:li")


def test_nobody_has_more_than_a_few_on_their_way(jobs: ExportJobs) -> None:
    for number in range(MOST_OPEN):
        jobs.add(a_job(f"j{number}"), EVERYTHING)

    with pytest.raises(Busy):
        jobs.add(a_job("j9"), EVERYTHING)
    jobs.add(a_job("j8", owner="user:wang"), EVERYTHING)
    jobs.claim("m", START)
    jobs.fail("j0", "m", "no")
    jobs.add(a_job("j9"), EVERYTHING)
    assert (standing(jobs, "j0").state, standing(jobs, "j0").error) == (ExportState.FAILED, "no")


def test_what_a_maker_leaves_behind_is_made_by_another_when_its_lease_is_over(jobs: ExportJobs) -> None:
    jobs.add(a_job(), EVERYTHING)
    jobs.claim("first", START)
    assert jobs.claim("second", START + LEASE - timedelta(seconds=1)) is None
    again = jobs.claim("second", START + LEASE)

    assert again is not None and again.job.attempts == 2
    assert not jobs.note("j1", "first", START, 1, 2) and not jobs.finish("j1", "first", DONE, LATER)
    assert jobs.finish("j1", "second", DONE, LATER)


def test_what_ends_every_maker_is_given_up(jobs: ExportJobs) -> None:
    jobs.add(a_job(), EVERYTHING)
    now = START
    for _ in range(MOST_ATTEMPTS):
        assert jobs.claim("m", now) is not None
        now += LEASE

    assert jobs.claim("m", now) is None
    assert (standing(jobs).state, standing(jobs).error) == (ExportState.FAILED, "gave_up")


def test_what_its_makers_break_on_is_given_up_without_another_try(jobs: ExportJobs) -> None:
    """Whoever waits for it is told at once, not when the next maker looks."""
    jobs.add(a_job(), EVERYTHING)
    for _ in range(MOST_ATTEMPTS):
        assert standing(jobs).state is ExportState.QUEUED
        assert jobs.claim("m", START) is not None
        assert jobs.put_back_all_of("m", frozenset()) == 1

    assert (standing(jobs).state, standing(jobs).error) == (ExportState.FAILED, "gave_up")


def test_a_maker_that_is_told_to_stop_leaves_it_as_if_it_had_not_begun(jobs: ExportJobs) -> None:
    jobs.add(a_job(), EVERYTHING)
    for is_counted, attempts in ((False, 0), (True, 1)):
        jobs.claim("m", START)
        jobs.put_back("j1", "m", is_counted=is_counted)
        assert (standing(jobs).state, standing(jobs).attempts) == (ExportState.QUEUED, attempts)


def test_what_makers_of_a_machine_left_that_are_gone_waits_at_once(jobs: ExportJobs) -> None:
    for number, holder in enumerate(("here/1/a", "here/2/b", "there/1/a")):
        jobs.add(a_job(f"j{number}", owner=f"user:{number}"), EVERYTHING)
        jobs.claim(holder, START)

    assert jobs.holders("here/") == {"here/1/a", "here/2/b"}
    assert jobs.put_back_all_of("here/", frozenset({"here/2/b"})) == 1
    again = jobs.claim("here/3/c", START)
    assert again is not None and again.job.id == "j0" and jobs.claim("here/3/d", START) is None


def test_what_lost_its_file_is_made_again(jobs: ExportJobs) -> None:
    jobs.add(a_job(), EVERYTHING)
    jobs.claim("m", START)
    jobs.finish("j1", "m", DONE, LATER)
    jobs.make_again("j1")

    assert standing(jobs) == replace(a_job(), total=2)
