"""The centre's program on the embedded switch: scripts served, floor in step, figures and records agree."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import gevent
import pytest

from dialplan_scripts.kanazawa import app as kanazawa
from fsbridge.adapters.cdr.parse import parse
from fsbridge.app import Watch, serving
from fsbridge.domain.operators import OperatorStatus
from fsbridge.embedded import EmbeddedSwitch, Handset, PhoneCall, QueueConf, SwitchConf, extension
from fsbridge.embedded.delivery import Spool
from tests.waiting import wait_for

NUMBER = "0762202722"
MORNING = datetime(2027, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
QUEUES = tuple(
    QueueConf(f"{name}@kanazawa", moh_sound="tone_stream://%(400,3600,400);loops=-1", **more)
    for name, more in {
        "opening": {},
        "leak": {"strategy": "round-robin"},
        "billing": {"max_wait_time": 1},
        "other": {},
    }.items()
)
OPERATORS = ("op01", "op02", "op03")


class BriefSpeech:
    """Announcements of a tenth of a second."""

    def render(self, text: str, voice: str) -> str:
        return "tone_stream://v=-20;%(100,0,440)"


class Centre:
    """Switch, scripts and floor, in one process over real sockets."""

    def __init__(self, records: Path) -> None:
        app = copy.copy(kanazawa)
        app.speech, app.clock = BriefSpeech(), lambda: MORNING
        self.server = serving(app, port=0)
        self.server.start()
        script = f"127.0.0.1:{self.server.bound_port} async full"
        plan = {
            "public": [
                extension(f"^{NUMBER}$", ("socket", script), ("transfer", "fallback XML public")),
                extension("^fallback$", ("set", "fsbridge_fallback=open"), ("answer",), ("hangup",)),
            ]
        }
        conf = SwitchConf(queues=QUEUES, dialplan=plan, context="public", reserve_agents=True)
        self.switch = EmbeddedSwitch(conf)
        self.switch.on_record.append(Spool(records))
        self.records = records
        self.switch.start()
        self.watch = Watch("127.0.0.1", self.switch.port, conf.password)
        self.watch.start()
        self.watch.link.wait_ready(10)
        self.callers: list[PhoneCall] = []

    def operator(self, name: str, queue: str, *, talks: float | None) -> None:
        self.switch.telephones[name] = Handset(0.05, talks=talks)
        callcenter = self.watch.callcenter
        callcenter.add_operator(name)
        callcenter.set_contact(name, f"user/{name}")
        callcenter.set_tier(queue, name)
        callcenter.set_status(name, OperatorStatus.AVAILABLE)

    def call(self, number: str, key: str) -> PhoneCall:
        """Somebody calls and presses a key in the menu."""
        call = self.switch.dial_in(NUMBER, caller=number)
        call.on_answer = lambda: gevent.spawn_later(0.25, call.press, key)
        self.callers.append(call)
        return call

    def close(self) -> None:
        self.watch.stop()
        self.switch.stop()
        self.server.drain(5)

    def told(self) -> list:
        return [parse(path.read_bytes()) for path in self.records.glob("*.cdr.json")]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    one = Centre(tmp_path / "cdr")
    yield one
    one.close()


def same(centre: Centre) -> None:
    """The floor and the switch's own lists agree, twice in a row."""
    floor, ask = centre.watch.floor, centre.watch.callcenter.facts
    wait_for(lambda: not any(floor.differences(ask()) for _ in range(2)), "the floor is in step", 10)


def test_figures_and_records_agree_on_what_became_of_each_caller(centre):
    for name in OPERATORS:
        centre.operator(name, "opening@kanazawa", talks=0.3)
    answered = [centre.call(f"07610000{number:02d}", "1") for number in range(9)]
    timed_out = [centre.call(f"07620000{number:02d}", "3") for number in range(3)]
    given_up = [centre.call(f"07630000{number:02d}", "4") for number in range(4)]
    floor = centre.watch.floor
    wait_for(lambda: floor.snapshot().total.offered == 16, "all wait or talk")
    same(centre)
    for call in given_up:
        call.hang_up()
    wait_for(lambda: all(call.over for call in answered + timed_out + given_up), "everybody is gone", 30)
    wait_for(lambda: floor.snapshot().legs == 0, "the floor is empty")
    same(centre)
    figures = floor.snapshot().total
    assert figures.balanced
    counts = (figures.offered, figures.answered, figures.abandoned + figures.short_abandoned)
    assert counts == (16, 9, 4)
    assert figures.overflowed == 3

    records = wait_for(lambda: len(centre.told()) >= 16 + 9 and centre.told(), "a record of every leg")
    notes = [visit for one in records if one.side == "member" for visit in one.visits]
    became = Counter("answered" if visit.answered else visit.cancel_reason for visit in notes)
    assert became == {"answered": 9, "TIMEOUT": 3, "BREAK_OUT": 4}
    answered_legs = [one for one in records if one.side == "agent" and one.answered_at is not None]
    assert len(answered_legs) == 9
    assert {one.operator for one in answered_legs} == set(OPERATORS)


def test_without_the_script_the_dialplan_answers(centre):
    centre.server.drain(1)
    call = centre.switch.dial_in(NUMBER, caller="0761234567")
    wait_for(lambda: call.over, "the fallback has answered and hung up")
    record = wait_for(centre.told, "its record")[0]
    assert (record.fallback, record.cause) == ("open", "NORMAL_CLEARING")


def test_an_operator_hangs_up_and_the_script_ends_the_call(centre):
    centre.operator("op01", "leak@kanazawa", talks=None)
    call = centre.call("0761234567", "2")
    floor = centre.watch.floor
    wait_for(lambda: floor.snapshot().total.answered == 1, "they talk")
    leg = wait_for(lambda: centre.watch.callcenter.operators()[0].leg, "the operator's leg")
    same(centre)
    centre.switch.tell(f"uuid_kill {leg}")
    wait_for(lambda: call.over, "the call is over")
    wait_for(lambda: centre.server.connection_count == 0, "and its script")


def test_who_talks_or_waits_is_left_alone_when_the_program_ends(centre):
    centre.operator(OPERATORS[0], "opening@kanazawa", talks=None)
    floor = centre.watch.floor
    talks = centre.call("0761000001", "1")
    wait_for(lambda: floor.snapshot().total.answered == 1, "one talks")
    waits = centre.call("0761000002", "1")
    wait_for(lambda: floor.snapshot().total.offered == 2, "one waits")
    listens = centre.switch.dial_in(NUMBER, caller="0761000003")
    wait_for(lambda: centre.server.connection_count == 3, "one listens to the menu")
    drained = centre.server.drain(0)
    assert (drained.handed_over, drained.left_alone) == (1, 2)
    wait_for(lambda: listens.over, "the fallback has answered and hung up")
    assert not talks.over
    talks.hang_up()
    wait_for(lambda: floor.snapshot().total.answered == 2, "who waited is served next")
    waits.hang_up()

    def callers() -> list:
        return [one for one in centre.told() if one.side != "agent"]

    wait_for(lambda: len(callers()) == 3, "a record of every caller")
    assert sorted(one.fallback for one in callers()) == ["", "", "open"]
