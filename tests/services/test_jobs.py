"""Jobs: each slot once, by one process, whoever dies meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.jobs import Clockwork
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.jobs import StoredJobs
from fsbridge.domain.timetable import Daily, Every
from fsbridge.errors import FsbridgeError
from fsbridge.services.jobs import Job, JobInterrupted, Jobs, JobTaken, NoSuchJob
from fsbridge.testing.clock import VirtualClock
from tests.waiting import wait_for

NIGHT = Daily(dt.time(3, 10), dt.UTC)
DAY = 86_400


class Office:
    """Processes that share a store, and the work they do."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock("2027-04-01T12:00", zone="UTC")
        self.store = Store(f"sqlite:///{folder}/centre.sqlite3")
        self.store.migrate()
        self.book = StoredJobs(self.store)
        self.done: list[str] = []
        self.trouble: BaseException | None = None

    def process(self, name: str) -> Jobs:
        def work(now: dt.datetime) -> str:
            if self.trouble is not None:
                raise self.trouble
            self.done.append(f"{name} {now:%d %H:%M}")
            return "counted"

        jobs = Jobs(
            [Job("night", "夜間", "Nightly", NIGHT, work)], self.book, holder=name, clock=self.clock.now
        )
        jobs.open()
        return jobs


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    yield one
    one.store.close()


def test_a_new_job_waits_for_its_next_slot(office: Office) -> None:
    jobs = office.process("one")
    assert jobs.missed() == []
    assert jobs.due("night") is None
    office.clock.advance(DAY)
    assert jobs.missed() == ["night"]


def test_of_two_processes_one_does_a_slot(office: Office) -> None:
    one, other = office.process("one"), office.process("other")
    office.clock.advance(DAY)
    state = one.due("night")
    assert state is not None
    assert (state.outcome, state.message, state.holder) == ("done", "counted", "one")
    assert other.due("night") is None
    assert one.due("night") is None
    assert office.done == ["one 02 12:00"]


def test_nights_that_were_missed_are_made_up_for_once(office: Office) -> None:
    jobs = office.process("one")
    office.clock.advance(9 * DAY)
    jobs.due("night")
    assert (jobs.missed(), office.done) == ([], ["one 10 12:00"])


def test_what_somebody_died_over_is_done_after_the_lease(office: Office) -> None:
    one, other = office.process("one"), office.process("other")
    office.clock.advance(DAY)
    assert office.book.take("night", NIGHT.last(office.clock.now()), "dead", office.clock.now(),
                            office.clock.now() + dt.timedelta(minutes=2))  # fmt: skip
    assert one.due("night") is None
    assert one.missed() == []
    office.clock.advance(121)
    assert other.missed() == ["night"]
    assert other.due("night") is not None


def test_a_lease_is_renewed_while_the_work_goes_on(office: Office) -> None:
    office.process("one")
    longer = threading.Event()

    def work(now: dt.datetime) -> str:
        leased = office.book.states()["night"].leased_until
        wait_for(lambda: office.book.states()["night"].leased_until != leased, "a renewed lease")
        longer.set()
        return ""

    job = Job("night", "", "", NIGHT, work)
    jobs = Jobs(
        [job],
        office.book,
        holder="one",
        clock=lambda: dt.datetime.now(dt.UTC),
        lease=dt.timedelta(seconds=0.05),
    )
    jobs.run("night")
    assert longer.is_set()


def test_a_failure_is_kept_and_the_next_slot_comes(office: Office) -> None:
    jobs = office.process("one")
    office.trouble = FsbridgeError("the disk is full")
    office.clock.advance(DAY)
    state = jobs.due("night")
    assert state is not None
    assert (state.outcome, state.message) == ("failed", "the disk is full")
    assert jobs.missed() == []
    office.trouble = None
    office.clock.advance(DAY)
    assert jobs.due("night").outcome == "done"


def test_a_fault_of_the_program_is_kept_too_and_raised(office: Office) -> None:
    jobs = office.process("one")
    office.trouble = ZeroDivisionError()
    office.clock.advance(DAY)
    with pytest.raises(ZeroDivisionError):
        jobs.due("night")
    state = jobs.states()["night"]
    assert (state.outcome, state.running(office.clock.now())) == ("failed", False)


def test_interrupted_work_is_taken_up_again(office: Office) -> None:
    jobs = office.process("one")
    office.trouble = JobInterrupted("the program ends")
    office.clock.advance(DAY)
    jobs.due("night")
    assert office.process("other").missed() == ["night"]


def test_a_job_is_done_by_hand_but_not_beside_another(office: Office) -> None:
    jobs = office.process("one")
    assert jobs.run("night").message == "counted"
    assert jobs.run("night", lambda now: "otherwise").message == "otherwise"
    now = office.clock.now()
    office.book.take("night", None, "other", now, now + dt.timedelta(minutes=2))
    with pytest.raises(JobTaken, match="other is at night since"):
        jobs.run("night")
    with pytest.raises(NoSuchJob, match="there are: night"):
        jobs.run("day")


def test_the_clockwork_does_what_is_due_and_what_was_missed(office: Office) -> None:
    done: list[str] = []
    table = [
        Job("second", "", "", Every(1), lambda now: done.append("second") or ""),
        Job("night", "", "", NIGHT, lambda now: done.append("night") or ""),
    ]
    office.book.open("night", dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    jobs = Jobs(table, office.book, holder="one", clock=lambda: dt.datetime.now(dt.UTC))
    clockwork = Clockwork(jobs)
    clockwork.start()
    wait_for(lambda: done.count("second") >= 2 and "night" in done, "both jobs")
    clockwork.stop()
    assert done.count("night") == 1
    assert jobs.ending.is_set()
