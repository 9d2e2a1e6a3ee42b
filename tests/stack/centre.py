"""A centre with all that `fsbridge run` starts, in this process, and the people around it."""

from __future__ import annotations

import contextlib
import copy
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import gevent

from dialplan_scripts.centre import app as reception
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.app import Watch
from fsbridge.config import load
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.figures import Figures, Question, Window
from fsbridge.domain.figures.judging import ASIDE
from fsbridge.domain.views import CallState, CallView
from fsbridge.errors import FsbridgeError
from fsbridge.esl import Event, Link, Subscription
from fsbridge.running import Running
from fsbridge.services.figures import Reporting
from fsbridge.services.operators import Operators
from fsbridge.stages import Caller
from tests.freeswitch.freeswitch import NUMBER
from tests.freeswitch.test_compressed_day import PARTS, brisk, counted, parts
from tests.stack.houses import House
from tests.waiting import wait_for

MORNING = "2027-05-12T10:00"
READY, BREAK = Choice(Status.READY), Choice(Status.ON_BREAK, "昼休み")
HEARING = Subscription(("CHANNEL_CREATE", "CHANNEL_EXECUTE"), ())
_numbers = itertools.count(1)


class Voice:
    """Speaks each text as a short tone of its own, and knows it again."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def render(self, text: str, voice: str) -> str:
        if text not in self._texts:
            self._texts.append(text)
        return f"tone_stream://v=-20;%(150,0,{300 + self._texts.index(text)})"

    def heard_in(self, argument: str) -> list[str]:
        """The texts in what an application was told to play."""
        return [self._texts[int(hertz) - 300] for hertz in re.findall(r"%\(150,0,(\d+)\)", argument)]


class Person:
    """A caller with a number that nobody else has."""

    def __init__(self, centre: Centre, number: str, call: Caller) -> None:
        self._centre = centre
        self.number = number
        self.call = call

    def press(self, key: str) -> Person:
        """Press a key as soon as the menu asks."""
        wait_for(lambda: self.call.asked, f"{self.number} is asked for a key")
        self.call.press(key)
        return self

    def hang_up(self) -> None:
        self.call.hang_up()

    @property
    def view(self) -> CallView | None:
        """The call as the floor shows it."""
        seen = self._centre.watch.floor.snapshot()
        return next((one for one in seen.calls if one.number == self.number), None)

    def waits(self) -> CallView:
        """Wait until the caller waits in a queue."""
        states = (CallState.WAITING, CallState.OFFERED)
        wait_for(lambda: (one := self.view) and one.state in states, f"{self.number} waits")
        found = self.view
        assert found is not None
        return found

    def talks(self) -> str:
        """Wait until the caller talks with an operator, and say with whom."""
        return wait_for(
            lambda: (one := self.view) and one.state is CallState.TALKING and one.operators,
            f"{self.number} talks: {self.view}",
            30,
        )[0]

    def ends(self) -> None:
        """Wait until the call is over."""
        wait_for(lambda: self.call.over, f"{self.number} is over", 60)

    @property
    def record(self) -> dict[str, str]:
        """What the call's record says, once it is there."""
        return wait_for(lambda: self._centre.record_of(self.number), f"the record of {self.number}")

    @property
    def heard(self) -> Sequence[str]:
        """The texts that were played to the caller, and the files."""
        return self._centre.heard.get(self.number, [])


class Centre:
    """Kanazawa's centre with the patience of a test, on a switch, watched by a second pair of eyes."""

    def __init__(self, house: House, home: Path) -> None:
        plan = brisk(example("kanazawa").plan)
        self.plan = replace(plan, flows=[replace(flow, wrap_up="own pace") for flow in plan.flows])
        places = {"cdr.port": "0", "cdr.sweep": "0.5"}
        self.settings = load(home=home, environment={}, overrides=house.settings() | places)
        self.store = Store(self.settings.database_url)
        self.store.migrate()
        StoredPlan(self.store).save(self.plan, by="test", at=datetime.now(UTC))
        self.stage = house.stage(self.settings, self.plan)
        self.voice = Voice()
        self.app = copy.copy(reception)
        self.app.speech, self.app.clock = self.voice, self.told
        self.at(MORNING)
        self.running = Running(self.settings, self.app)
        switch = self.settings.switch
        self.watch = Watch(switch.host, switch.port, switch.password, zone=self.plan.schedule.clock)
        self._ear = Link(
            switch.host, switch.port, switch.password, subscription=HEARING, on_event=self._overhear
        )
        self.heard: dict[str, list[str]] = {}
        self.people: list[Person] = []
        self.unbalanced: list[str] = []
        self._seated: dict[str, bool] = {}
        self._reporting = Reporting(StoredHistory(self.store), FigureShelf(self.store), self.plan.zone)
        self._living: list[gevent.Greenlet[..., None]] = []

    def __enter__(self) -> Centre:
        self.stage.start()
        self.running.start()
        self.running.watch.link.wait_ready(30)
        for link in (self.watch, self._ear):
            link.start()
        for link in (self.watch.link, self._ear):
            link.wait_ready(30)
        self._living = [gevent.spawn(self._operators_at_work), gevent.spawn(self._supervisor_watches)]
        return self

    def __exit__(self, *_: object) -> None:
        gevent.killall(self._living)
        self.stage.clear()
        self.running.stop(drain=2)
        self.watch.stop()
        self._ear.stop()
        self.stage.stop()
        self.store.close()

    # -- the program

    @property
    def operators(self) -> Operators:
        assert self.running.attending is not None
        return self.running.attending.operators

    def restart(self) -> None:
        """End the program, as an administrator does who waits two seconds, and start it anew."""
        self.running.stop(drain=2)
        self.running = Running(self.settings, self.app)
        self.running.start()
        self.running.watch.link.wait_ready(30)

    def at(self, moment: str) -> None:
        """The clock jumps to this local time."""
        self._moment = datetime.fromisoformat(moment).replace(tzinfo=self.plan.schedule.clock)

    def told(self) -> datetime:
        """The time the scripts and the schedule go by."""
        return self._moment

    # -- people

    def dial(self) -> Person:
        """Somebody calls the centre."""
        number = f"0761{next(_numbers):06}"
        person = Person(self, number, self.stage.call(NUMBER, number=number))
        self.people.append(person)
        return person

    def sit(self, *operators: str, talks: float = 1.0, writes: bool = False) -> None:
        """Operators sit down and are ready; after a call they are ready at once, or when the test says so."""
        for key in operators:
            operator = next(one for one in self.plan.operators if one.key == key)
            contact = self.stage.telephone(operator.extension, talks=lambda: talks)
            self.operators.introduce(key)
            self.operators.distributor.set_contact(key, contact)
            self.operators.log_in(key, _session(key), datetime.now(UTC), choice=READY)
            self._seated[key] = writes
        wait_for(lambda: self._available() >= set(operators), "they can be called")

    def _available(self) -> set[str]:
        return {one.name for one in self.running.watch.floor.snapshot().operators if one.available}

    def choose(self, operator: str, choice: Choice) -> None:
        """An operator chooses a status."""
        self.operators.choose(operator, choice, datetime.now(UTC))

    def finish(self, operator: str) -> None:
        """An operator has written down what there was to write."""
        self.operators.finish(operator, datetime.now(UTC))

    def status(self, operator: str) -> Status:
        """What an operator does."""
        return next(duty.status for duty in self.operators.book.look() if duty.operator == operator)

    def empty(self) -> None:
        """Whoever calls still is gone, and the operators go home."""
        self.stage.clear()
        self._seated.clear()
        for duty in self.operators.book.look():
            self._carefully(self.operators.log_out, duty.operator)
        wait_for(lambda: not self._on_duty(), "they are at home")

    def _on_duty(self) -> list[str]:
        return [one.operator for one in self.operators.book.look() if one.status is not Status.LOGGED_OUT]

    def _operators_at_work(self) -> None:
        while True:
            for key in list(self._seated):
                self._carefully(self.operators.seats.beat, _session(key))
            for duty in self.operators.book.look():
                if duty.status is Status.WRAP_UP and not self._seated.get(duty.operator):
                    self._carefully(self.operators.finish, duty.operator)
            gevent.sleep(0.2)

    @staticmethod
    def _carefully(act: Callable[[str, datetime], object], whose: str) -> None:
        """A call may have come in the same moment, or the operator has gone."""
        with contextlib.suppress(FsbridgeError):
            act(whose, datetime.now(UTC))

    def _supervisor_watches(self) -> None:
        """The identity holds whenever somebody looks, live and in the store."""
        while True:
            for floor in (self.watch.floor, self.running.watch.floor):
                if not floor.snapshot().balanced:
                    self.unbalanced.append(f"live: {floor.snapshot().total}")
            if not self.stored().tally.balanced:
                self.unbalanced.append(f"stored: {self.stored().tally}")
            gevent.sleep(0.3)

    def _overhear(self, event: Event) -> None:
        headers = event.headers
        number, app = headers.get("Caller-Caller-ID-Number", ""), headers.get("Application")
        if event.name != "CHANNEL_EXECUTE" or headers.get("Call-Direction") != "inbound":
            return
        if app not in ("playback", "read"):
            return
        argument = headers.get("Application-Data", "")
        self.heard.setdefault(number, []).extend(self.voice.heard_in(argument) or [argument])

    # -- counts

    def records(self) -> list[dict[str, Any]]:
        """Every JSON record of this test's callers, wherever its file is by now."""
        folder = self.settings.switch_folder / "cdr"
        mine = {person.number for person in self.people}
        found = {}
        for pattern in ("*.cdr.json", "done/*/*.cdr.json", "bad/*.cdr.json"):  # the way a file goes
            for path in folder.glob(pattern):
                try:
                    record = json.loads(path.read_bytes())
                except (FileNotFoundError, ValueError):
                    continue  # moved on, or being written
                values = {key: unquote(str(value)) for key, value in record["variables"].items()}
                if number_of(record) in mine:
                    found[path.name] = record | {"variables": values}
        return list(found.values())

    def record_of(self, number: str) -> dict[str, str]:
        """The variables of the leg that ran a caller's script; empty until it is recorded."""
        for record in self.records():
            values: dict[str, str] = record["variables"]
            inbound = record["channel_data"]["direction"] == "inbound"
            if inbound and values.get("sip_req_user") == NUMBER and number_of(record) == number:
                return values
        return {}

    def stored(self) -> Figures:
        """The figures of all that was kept, counted anew."""
        now = datetime.now(UTC)
        window = Window(now - timedelta(hours=2), now + timedelta(hours=1))
        return self._reporting.answer(Question(window=window), now, fresh=True).total

    def counts(self) -> list[Counter[str]]:
        """By the raw records, the live floor, the store. The floor knows queues alone: the rest is lent."""
        raw = counted(self.records())
        beside = {kind: number for kind, number in raw.items() if kind not in PARTS}
        figures = self.stored()
        kept = {kind: figures.counts.get(kind, 0) for kind in ASIDE}
        live = self.watch.floor.snapshot().total
        return [raw, parts(live) + Counter(beside), parts(figures.tally) + Counter(kept)]

    def adds_up(self) -> None:
        """Everybody is gone, and whoever counts finds the same."""
        for person in self.people:
            person.ends()
        everybody = len(self.people)
        wait_for(
            lambda: sum(counted(self.records()).values()) - counted(self.records())["offered"] == everybody,
            f"a record of each of {everybody} callers: {counted(self.records())}",
        )
        raw = counted(self.records())
        wait_for(lambda: self.counts() == [raw] * 3, f"equal: {self.counts()}", 30)
        assert self.unbalanced == []


def number_of(record: dict[str, Any]) -> str:
    """The caller's number on a raw record."""
    return unquote(str(record["callflow"][0]["caller_profile"]["caller_id_number"]))


def _session(operator: str) -> str:
    return f"the browser of {operator}"
