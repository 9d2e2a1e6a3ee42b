"""Operators beside a real FreeSWITCH: after-call work, breaks that overflow, fair misses, drift repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from fsbridge.adapters.store import Store, StoredSeats
from fsbridge.adapters.store.models import Flow, OperatorSpan, Season, Tier
from fsbridge.adapters.store.models import Operator as OperatorRow
from fsbridge.adapters.store.models import Queue as QueueRow
from fsbridge.adapters.store.operators import StoredDuties
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.switchconf import Agent, Queue
from fsbridge.app import Watch
from fsbridge.attending import Attending, operators_of
from fsbridge.domain.duty import KICKED, NO_ANSWER, PHONE_GONE, REJECTED, Choice, Status
from fsbridge.domain.seats import Allowance
from fsbridge.esl import Raw
from fsbridge.services.operators import Operators
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import NoDistributor
from tests.freeswitch.freeswitch import LocalSwitch, telephones
from tests.freeswitch.ports import Ports
from tests.freeswitch.test_restarts import Program
from tests.waiting import wait_for

QUEUE = "other@kanazawa"
READY = Choice(Status.READY)
LUNCH = Choice(Status.ON_BREAK, "昼休み")
PEOPLE = ("short1", "noanswer1", "busy1", "gone1")
CALLER = """<include>
  <extension name="to-queue"><condition field="destination_number" expression="^wait$">
    <action application="answer"/>
    <action application="callcenter" data="other@kanazawa"/>
    <action application="hangup"/>
  </condition></extension>
</include>"""


def phones(ports: Ports) -> tuple[Agent, ...]:
    """One who answers and hangs up, one who never answers, one who is busy, one whose telephone is gone."""
    where = f"127.0.0.1:{ports.phones}"
    contacts = {
        "short1": f"sofia/trunk/short1@{where}",
        "noanswer1": f"[leg_timeout=1]sofia/trunk/noanswer1@{where}",
        "busy1": f"sofia/trunk/busy1@{where}",
        "gone1": "user/gone1@kanazawa",
    }
    return tuple(
        telephones(ports, name[:-1], 1, queues=[QUEUE], status="", contact=contact)[0]
        for name, contact in contacts.items()
    )


class Centre:
    """A FreeSWITCH, a store, and what `fsbridge run` attends to operators with."""

    def __init__(self, switch: LocalSwitch, store: Store) -> None:
        self.switch = switch
        self.store = store
        self.attending: Attending | None = None
        self.watch: Watch | None = None

    def start(self) -> None:
        """As at the start of `fsbridge run`."""
        conf = self.switch.conf
        self.watch = watch = Watch(conf.host, conf.port, conf.password)
        room, book = StoredSeats(self.store), StoredDuties(self.store, season_at=lambda at: "always")
        allowance = Allowance("always", seats=4, registered=9)
        # Nobody's browser beats here, so nobody may be missed.
        seats = Seats(room, lambda at: allowance, talking=lambda: PEOPLE)
        self.attending = Attending(Operators(seats, book, watch.callcenter), watch)
        self.attending.start()
        watch.start()
        watch.link.wait_ready(30)

    def stop(self) -> None:
        assert self.attending is not None
        assert self.watch is not None
        self.attending.stop()
        self.watch.stop()

    @property
    def operators(self) -> Operators:
        assert self.attending is not None
        return self.attending.operators

    def log_in(self, name: str, choice: Choice = READY) -> None:
        self.operators.log_in(name, f"browser of {name}", now(), choice=choice)

    def log_out(self, *names: str) -> None:
        for name in names:
            self.operators.kick(name, now(), by="test")

    def doing(self, name: str) -> tuple[str, str]:
        duty = self.operators.book.duty(name)
        return (duty.status.value, duty.reason) if duty is not None else ("logged out", "")

    def becomes(self, name: str, status: Status, reason: str = "", within: float = 20.0) -> None:
        wanted = (status.value, reason)
        wait_for(lambda: self.doing(name) == wanted, f"{name} is {wanted}, not {self.doing(name)}", within)

    def there(self, name: str) -> tuple[str, str]:
        row = next(row for row in self.switch.table("agent", "list") if row["name"] == name)
        return row["status"], row["state"]

    def calls(self) -> str:
        """A caller begins to wait; the leg that does."""
        before = {row["session_uuid"] for row in self.members()}
        line = "{loopback_bowout=false}loopback/wait/public/XML"
        self.switch.api("originate", line, Raw("&park()"))

        def new() -> str | None:
            found = (row["session_uuid"] for row in self.members())
            return next((uuid for uuid in found if uuid and uuid not in before), None)

        return str(wait_for(new, "the caller waits"))

    def members(self) -> list[dict[str, str]]:
        return self.switch.table("queue", "list", "members", QUEUE)

    def state_of(self, caller: str) -> str:
        return next((row["state"] for row in self.members() if row["session_uuid"] == caller), "gone")

    def waited(self, caller: str, seconds: int) -> bool:
        """Whether FreeSWITCH has let a caller wait for so long."""
        since = next(int(row["joined_epoch"]) for row in self.members() if row["session_uuid"] == caller)
        return now().timestamp() - since > seconds

    def by_hand(self, *words: str) -> None:
        """What somebody types at FreeSWITCH's console."""
        assert self.switch.api("callcenter_config", *words).strip() == "+OK"


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def centre(fresh_switch: Callable[..., LocalSwitch], tmp_path: Path) -> Iterator[Centre]:
    store = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    store.migrate()
    with store.writing():
        season = Season.create(key="always", name="always", seats=4, registered=9)
        flow = Flow.create(key="other", name="その他", wrap_up="own pace")
        queue = QueueRow.create(key=QUEUE, flow=flow, name="その他")
        for name in PEOPLE:
            person = OperatorRow.create(key=name, name=name, registered_at=now())
            Tier.create(season=season, queue=queue, operator=person)
    switch = fresh_switch(
        telephones_of=phones, queues=lambda ports: (Queue(QUEUE, max_wait_without_agent=1),)
    )
    switch.extension("wait", CALLER)
    centre = Centre(switch, store)
    centre.start()
    yield centre
    centre.stop()
    store.close()


def test_a_day_of_operators(centre: Centre) -> None:
    after_call_work(centre)
    misses_are_told_apart(centre)
    everybody_on_break(centre)
    drift_is_repaired(centre)
    with centre.store.reading():
        ends = [row.ended_at for row in OperatorSpan.select()]
    assert None not in ends, "everybody has gone home"


def after_call_work(centre: Centre) -> None:
    centre.log_in("short1")
    first = centre.calls()
    centre.becomes("short1", Status.TALKING)
    centre.operators.choose("short1", READY, now())
    centre.becomes("short1", Status.WRAP_UP)
    wait_for(lambda: centre.there("short1") == ("Available (On Demand)", "Idle"), "kept from calls")

    second = centre.calls()
    wait_for(lambda: centre.waited(second, 2), "the second caller waits")
    assert centre.state_of(second) == "Waiting"
    centre.stop()
    centre.start()  # Python was restarted; the wrap-up goes on
    assert centre.doing("short1")[0] == "wrap-up"
    assert centre.state_of(second) == "Waiting"

    centre.operators.finish("short1", now())
    wait_for(lambda: centre.state_of(second) in ("Answered", "gone"), "finished, so the next call comes")
    centre.operators.choose("short1", LUNCH, now())
    assert centre.doing("short1")[0] in ("ringing", "talking"), "chosen during a call, it comes after it"
    centre.becomes("short1", Status.WRAP_UP)
    centre.operators.finish("short1", now())
    centre.becomes("short1", LUNCH.status, LUNCH.reason)
    assert centre.there("short1")[0] == "Logged Out"
    assert centre.state_of(first) == "gone"


def misses_are_told_apart(centre: Centre) -> None:
    for name, why in (("noanswer1", NO_ANSWER), ("busy1", REJECTED), ("gone1", PHONE_GONE)):
        caller = centre.calls()
        centre.log_in(name)
        centre.becomes(name, why.status, why.reason)
        wait_for(lambda name=name: centre.there(name)[0] == "Logged Out", f"{name} is offered nothing")
        centre.switch.api("uuid_kill", caller)

    centre.operators.back("noanswer1", now(), by="boss")
    assert centre.there("noanswer1") == ("Available (On Demand)", "Waiting")
    caller = centre.calls()
    centre.becomes("noanswer1", Status.RINGING)
    centre.switch.api("uuid_kill", caller)
    centre.becomes("noanswer1", Status.READY)
    duty = centre.operators.book.duty("noanswer1")
    assert duty is not None
    assert duty.missed == 0, "a caller who hangs up counts for nothing"
    centre.log_out("noanswer1", "busy1")


def everybody_on_break(centre: Centre) -> None:
    assert centre.doing("short1") == ("on break", "昼休み")
    assert centre.doing("gone1") == ("away", "電話不通")
    assert centre.watch is not None
    before = centre.watch.floor.snapshot().total.no_operator
    caller = centre.calls()
    wait_for(lambda: centre.state_of(caller) == "gone", "nobody is there, so the caller is not kept", 15)
    wait_for(lambda: centre.watch.floor.snapshot().total.no_operator == before + 1, "counted as overflow")
    centre.log_out("gone1")


def drift_is_repaired(centre: Centre) -> None:
    centre.operators.back("short1", now())
    centre.by_hand("agent", "set", "status", "short1", "On Break")
    centre.by_hand("agent", "set", "state", "short1", "Idle")
    centre.by_hand("agent", "set", "status", "noanswer1", "Available")
    centre.by_hand("agent", "set", "max_no_answer", "busy1", "3")
    centre.by_hand("tier", "del", QUEUE, "short1")
    centre.by_hand("tier", "set", "level", QUEUE, "busy1", "7")
    centre.by_hand("tier", "set", "state", QUEUE, "noanswer1", "Active Inbound")

    def repaired() -> bool:
        assert centre.watch is not None
        tiers = {row.operator: (row.level, row.free) for row in centre.watch.callcenter.tiers()}
        numbers = {row["name"]: row["max_no_answer"] for row in centre.switch.table("agent", "list")}
        return (
            centre.there("short1") == ("Available (On Demand)", "Waiting")
            and centre.there("noanswer1")[0] == "Logged Out"
            and numbers["busy1"] == "0"
            and tiers == dict.fromkeys(PEOPLE, (1, True))
        )

    assert centre.watch is not None
    centre.watch.reconciler.check()
    centre.watch.reconciler.check()
    wait_for(repaired, "what was changed by hand is as it should be", 25)
    caller = centre.calls()
    centre.becomes("short1", Status.TALKING)
    centre.log_out("short1")
    assert centre.doing("short1")[0] == "talking", "nobody is thrown out of a call"
    centre.becomes("short1", KICKED.status)
    assert centre.there("short1")[0] == "Logged Out"
    wait_for(lambda: centre.state_of(caller) == "gone", "the last call is over")


def test_fsbridge_run_attends_to_operators(
    fresh_switch: Callable[..., LocalSwitch], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = fresh_switch()
    monkeypatch.setenv("FSBRIDGE_SWITCH_PORT", str(switch.conf.port))
    monkeypatch.setenv("FSBRIDGE_SWITCH_PASSWORD", switch.conf.password)
    monkeypatch.setenv("FSBRIDGE_CDR_PORT", "0")
    fsbridge(tmp_path, "init", "--example", "kanazawa")
    program = Program(switch, tmp_path)

    def agents() -> dict[str, tuple[str, str]]:
        return {row["name"]: (row["status"], row["contact"]) for row in switch.table("agent", "list")}

    program.start()
    try:
        wait_for(lambda: len(agents()) == 16, "every registered operator is made known", 30)
        away = ("Logged Out", "[leg_timeout=20]user/1001@kanazawa")
        wait_for(lambda: agents()["op01"] == away, "by the telephone of the plan", 30)

        log_in(tmp_path, "op01")
        fsbridge(tmp_path, "operators", "set", "op01", "ready")
        assert agents()["op01"][0] == "Available (On Demand)"
        fsbridge(tmp_path, "operators", "kick", "op01")
        assert agents()["op01"][0] == "Logged Out"
    finally:
        program.kill()


def fsbridge(home: Path, *words: str) -> str:
    """What a command prints; it must succeed."""
    environment = {"FSBRIDGE_HOME": str(home), "FSBRIDGE_LANG": "en"}
    result = CliRunner().invoke(main, words, env=environment)
    assert result.exit_code == 0, result.output
    assert "cannot be reached" not in result.output
    return result.output


def log_in(home: Path, name: str) -> None:
    """A browser takes a seat; it beats but once."""
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    plan = StoredPlan(store).load()
    operators_of(store, lambda: plan, NoDistributor()).log_in(name, "browser", now())
    store.close()
