"""A whole day in a minute on a real FreeSWITCH, and three counts of it that agree to the last call.

Night, opening, a busy hour, everybody on break, the change of season, closing, New Year: the clock given
to the schedule moves, SIPp calls, operators on scripted telephones answer. `fsbridge run` is killed again
and again meanwhile; KILLS=10 says how often.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import gevent
import pytest

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.app import Watch
from fsbridge.attending import operators_of
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.figures import Figures, Question, Window
from fsbridge.domain.figures.judging import ASIDE
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.tally import Tally
from fsbridge.services.figures import Reporting
from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, open_now
from tests.freeswitch.sipp import Sipp
from tests.freeswitch.test_history import raw_records
from tests.waiting import wait_for

KILLS = int(os.environ.get("KILLS", "3"))
ROOT = Path(__file__).parents[2]
SECRET = "a-secret-for-call-records"
READY, BREAK = Choice(Status.READY), Choice(Status.ON_BREAK, "昼休み")
SHORT = timedelta(seconds=5)


def brisk(plan: CentrePlan) -> CentrePlan:
    """Kanazawa's plan with the patience of a test.

    By the clock on the wall it is open: by that the dialplan goes while no program runs, whatever day is
    being played.
    """
    patience = {
        "opening": {"max_wait": 20, "overflow_after": 4},
        "leak": {"max_wait": 20, "overflow_after": 4, "max_wait_without_operator": 3},
        "billing": {"max_wait": 6, "overflow_to": "", "overflow_after": 0},
        "other": {"max_wait": 20, "max_wait_without_operator": 3},
    }
    flows = [
        replace(flow, wrap_up="optional", waiting_every=15, **patience.get(flow.key, {}))
        for flow in plan.flows
    ]
    return replace(open_now(plan), flows=flows)


class Day:
    """The centre with everything `fsbridge run` brings, watched from a second process: this one."""

    def __init__(self, switch: LocalSwitch, home: Path) -> None:
        self.switch = switch
        self.home = home
        self.store = Store(f"sqlite:///{home}/centre.sqlite3")
        self.store.migrate()
        self.plan = brisk(example("kanazawa").plan)
        StoredPlan(self.store).save(self.plan, by="test", at=datetime.now(UTC))
        self.moment = ""
        conf = switch.conf
        self.watch = Watch(conf.host, conf.port, conf.password, zone=self.plan.schedule.clock)
        self.operators = operators_of(self.store, lambda: self.plan, self.watch.callcenter, clock=self.told)
        self.seated: list[str] = []
        self.unbalanced: list[str] = []
        self.reporting = Reporting(StoredHistory(self.store), FigureShelf(self.store), self.plan.zone)
        self._process: subprocess.Popen[bytes] | None = None
        self._living: list[gevent.Greenlet[..., None]] = []
        self.log = home / "fsbridge.log"

    def __enter__(self) -> Day:
        self.watch.start()
        self.watch.link.wait_ready(30)
        self._living = [gevent.spawn(self._operators_at_work), gevent.spawn(self._supervisor_watches)]
        return self

    def __exit__(self, *_: object) -> None:
        gevent.killall(self._living)
        self.kill()
        self.watch.stop()
        self.store.close()

    # -- fsbridge run

    def start(self) -> None:
        """Start it, and wait until it is in step."""
        before = self._in_step()
        environment = (
            os.environ
            | self.switch.environment
            | {
                "FSBRIDGE_HOME": str(self.home),
                "FSBRIDGE_SCRIPT": "tests.freeswitch.day_script:app",
                "FSBRIDGE_SPEECH_ENGINE": "tone",
                "FSBRIDGE_CDR_PORT": str(self.switch.ports.spare()),
                "FSBRIDGE_CDR_SECRET": SECRET,
                "FSBRIDGE_CDR_SWEEP": "1",
            }
        )
        with self.log.open("ab") as log:
            command = [sys.executable, "cli.py", "run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_for(lambda: self._in_step() > before, f"fsbridge run is in step: {self.log}", 60)

    def _in_step(self) -> int:
        return self.log.read_text("utf-8").count("in step with") if self.log.exists() else 0

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(30)

    # -- people

    def at(self, moment: str) -> None:
        """The clock of the schedule jumps to this local time."""
        self.moment = moment
        new = self.home / "clock.new"
        new.write_text(datetime.fromisoformat(moment).replace(tzinfo=self.plan.schedule.clock).isoformat())
        new.replace(self.home / "clock")

    def told(self) -> datetime:
        """The time of the compressed day."""
        return datetime.fromisoformat((self.home / "clock").read_text("ascii"))

    def log_in(self, count: int) -> None:
        """So many operators sit down and are ready; their telephones answer and hang up by themselves."""
        wait_for(lambda: len(self.watch.callcenter.operators()) >= count, "FreeSWITCH knows the operators")
        phones = f"127.0.0.1:{self.switch.conf.phones_port}"
        for number, operator in enumerate(self.plan.operators[:count], 1):
            contact = f"[leg_timeout=8]sofia/trunk/short{number}@{phones}"
            self.watch.callcenter.set_contact(operator.key, contact)
            self.operators.log_in(operator.key, self._session(operator.key), datetime.now(UTC), choice=READY)
            self.seated.append(operator.key)

    def everybody(self, choice: Choice) -> None:
        """All who sit choose a status, now or after the call they are in."""
        for operator in self.seated:
            self.operators.choose(operator, choice, datetime.now(UTC))

    @staticmethod
    def _session(operator: str) -> str:
        return f"the browser of {operator}"

    def _operators_at_work(self) -> None:
        """Browsers beat, and nobody writes for long after a call."""
        while True:
            now = datetime.now(UTC)
            for operator in self.seated:
                self.operators.seats.beat(self._session(operator), now)
            for duty in self.operators.book.look():
                if duty.status is Status.WRAP_UP:
                    self.operators.finish(duty.operator, now)
            gevent.sleep(0.3)

    def _supervisor_watches(self) -> None:
        """The identity holds whenever somebody looks, live and in the store."""
        while True:
            if not self.watch.floor.snapshot().balanced:
                self.unbalanced.append(f"live at {self.moment}: {self.watch.floor.snapshot().total}")
            if not self.stored().tally.balanced:
                self.unbalanced.append(f"stored at {self.moment}: {self.stored().tally}")
            gevent.sleep(0.2)

    # -- counts

    def stored(self) -> Figures:
        """The figures of all that was kept, counted anew."""
        now = datetime.now(UTC)
        window = Window(now - timedelta(hours=2), now + timedelta(hours=1))
        answer = self.reporting.answer(Question(window=window), now, fresh=True)
        return answer.total


def calls(day: Day, key: str, count: int, *, stay: int, rate: float = 4) -> Sipp:
    """Callers who press a key and stay so many milliseconds."""
    rows = [(f"0761{key}{number:05d}", key) for number in range(count)]
    return Sipp(
        "caller", day.switch.sip, dialled=NUMBER, calls=count, rows=rows, rate=rate, listen=900, stay=stay
    ).start()


def outside(day: Day, count: int) -> None:
    """Callers who are told that the centre is closed, and let go."""
    listening = Sipp(
        "listener", day.switch.sip, dialled=NUMBER, calls=count, rows=["0762000000"], rate=5, stay=60_000
    ).start()
    done = listening.wait(60)
    assert done.counters["released"] == done.successful == count, done.errors


def counted(records: list[dict[str, Any]]) -> Counter[str]:
    """What became of each caller, from the raw records by other code than the product's."""
    count: Counter[str] = Counter()
    for record in records:
        values = record["variables"]
        if values.get("sip_req_user") != NUMBER or record["channel_data"]["direction"] != "inbound":
            continue
        rows = [row.split("|") for row in values.get("fsbridge_visits", "").split(",") if row.strip("|")]
        joined = [int(row[2]) for row in rows if row[2].isdigit()]
        if "cc_member_uuid" not in values:
            count[values["fsbridge_outcome"]] += 1
            continue
        count["offered"] += 1
        joined.append(int(values["cc_queue_joined_epoch"]))
        if values["cc_cause"] == "answered":
            count["answered"] += 1
        elif values["cc_cancel_reason"] == "BREAK_OUT" and values.get("fsbridge_announcement") != "cut-off":
            waited = int(values["cc_queue_canceled_epoch"]) - min(joined)
            assert abs(waited - SHORT.seconds) > 1, f"too near to tell: {waited} s"
            count["short" if waited < SHORT.seconds else "abandoned"] += 1
        else:
            count["overflowed"] += 1
    return count


@pytest.fixture
def day(fresh_switch: Callable[..., LocalSwitch], tmp_path: Path) -> Iterator[Day]:
    switch = fresh_switch(
        cdr_url=lambda ports: f"http://127.0.0.1:{ports.spare()}/cdr",
        cdr_secret=SECRET,
    )
    with Day(switch, tmp_path) as day:
        yield day


@pytest.mark.sipp
def test_a_compressed_day_adds_up_whoever_counts_it(day: Day) -> None:
    day.at("2027-02-28T08:40")
    day.start()
    outside(day, 3)

    day.at("2027-02-28T08:45")
    day.log_in(8)
    under_way = [calls(day, "1", 8, stay=60_000, rate=3)]

    day.at("2027-02-28T10:00")  # more callers than eight operators can take
    under_way += [
        calls(day, "1", 10, stay=60_000, rate=5),
        calls(day, "2", 6, stay=60_000, rate=2),
        calls(day, "3", 8, stay=60_000, rate=4),
        calls(day, "4", 5, stay=1500, rate=4),
        calls(day, "4", 4, stay=12_000, rate=4),
    ]
    for _ in range(KILLS):
        seen = day.watch.floor.snapshot().total.offered
        under_way.append(calls(day, "1", 6, stay=60_000, rate=3))
        wait_for(lambda seen=seen: day.watch.floor.snapshot().total.offered > seen, "calls are under way", 60)
        day.kill()
        day.start()
    for one in under_way:
        assert (done := one.wait(180)).failed == 0, done.errors

    day.at("2027-02-28T12:00")
    day.everybody(BREAK)
    wait_for(lambda: day.watch.floor.snapshot().available == 0, "everybody is on break", 60)
    deserted = [calls(day, "1", 2, stay=60_000), calls(day, "4", 2, stay=60_000)]
    assert [one.wait(60).counters["released"] for one in deserted] == [2, 2]  # told so, not kept for ever

    day.at("2027-03-01T08:30")  # the busy season: open already, and other tiers
    wait_for(
        lambda: (
            {(one.queue, one.operator) for one in day.watch.callcenter.tiers()}
            == {(one.queue, one.operator) for one in day.plan.tiers_of("busy")}
        ),
        "the tiers of the busy season",
    )
    day.everybody(READY)
    spring = [calls(day, "1", 5, stay=60_000, rate=2), calls(day, "3", 3, stay=60_000, rate=2)]
    for one in spring:
        assert (done := one.wait(120)).failed == 0, done.errors
    day.at("2027-03-01T19:00")
    outside(day, 2)
    day.at("2028-01-02T10:00")
    outside(day, 2)

    day.switch.idle(60)
    raw = counted(raw_records(day.switch))
    wait_for(lambda: three_counts(day) == [raw] * 3, f"equal: {three_counts(day)}", 30)
    assert raw["out of hours"] >= 7
    for kind in ("answered", "short", "abandoned", "overflowed"):
        assert raw[kind], f"no call was {kind}: {raw}"
    assert day.unbalanced == []
    assert not list((day.switch.conf.home / "cdr" / "bad").glob("*"))


PARTS = ("offered", "answered", "short", "abandoned", "overflowed")


def three_counts(day: Day) -> list[Counter[str]]:
    """By the raw records, the live floor, the store. The floor knows queues alone: the rest is lent to it."""
    raw = counted(raw_records(day.switch))
    beside = {kind: number for kind, number in raw.items() if kind not in PARTS}
    figures = day.stored()
    kept = {kind: figures.counts.get(kind, 0) for kind in ASIDE}
    live = day.watch.floor.snapshot().total
    return [raw, parts(live) + Counter(beside), parts(figures.tally) + Counter(kept)]


def parts(tally: Tally) -> Counter[str]:
    return +Counter(
        offered=tally.offered,
        answered=tally.answered,
        short=tally.short_abandoned,
        abandoned=tally.abandoned,
        overflowed=tally.overflowed,
    )
