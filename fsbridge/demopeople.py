"""The people of a demonstration: callers who come, press a key and lose patience; operators who answer."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from fsbridge.adapters.planfile import DataSet
from fsbridge.domain.duty import Choice, Duty, Status
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.views import CallState
from fsbridge.errors import FsbridgeError
from fsbridge.running import Running
from fsbridge.services.floor import Floor
from fsbridge.services.notes import Notes
from fsbridge.services.operators import Operators
from fsbridge.stages import Caller, Stage

logger = logging.getLogger(__name__)

TALK, WRITE = 38.0, (3.0, 14.0)
"""Seconds: of a talk on average, of after-call work."""
PATIENCE = 75.0
"""Seconds a caller waits on average."""
BREAK_EVERY, BREAK = 25.0, (20.0, 60.0)
"""Seconds between two operators going for a break, and how long they stay."""
LEFT_IN_MENU = 0.04
"""The share of callers who hang up in the menu."""
KNOWN = 0.15
"""The share of callers who are among the contacts."""
READY, ON_BREAK = Choice(Status.READY), Choice(Status.ON_BREAK)


class _Worker:
    """A thread that does something again and again until it is stopped."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(self.act()):
            pass

    def act(self) -> float:
        """Do it; the seconds until the next time."""
        raise NotImplementedError


class Callers(_Worker):
    """Callers at `rate` a minute, at random moments, from numbers of the centre's country."""

    def __init__(self, floor: Floor, stage: Stage, data: DataSet, rate: float, chance: random.Random) -> None:
        super().__init__()
        plan = data.plan
        self._known = ["".join(filter(str.isdigit, one)) for card in data.contacts for one in card.numbers]
        self._floor = floor
        self._stage = stage
        self._rate = rate / 60
        self._chance = chance
        self._dialled = dialled(plan)
        self._keys = [flow.menu_key for flow in plan.flows if flow.menu_key]
        self._weights = [1 / (place + 1) for place in range(len(self._keys))]

    def act(self) -> float:
        """One caller more."""
        chance = self._chance
        number = self._number()
        person = _Person(
            key=chance.choices(self._keys, self._weights)[0],
            thinks=chance.uniform(0.5, 3),
            patience=6 + chance.expovariate(1 / PATIENCE),
            leaves=chance.random() < LEFT_IN_MENU,
        )
        call = self._stage.call(chance.choice(self._dialled), number=number)
        threading.Thread(target=self._live, args=(person, call, number), daemon=True).start()
        return chance.expovariate(self._rate)

    def _number(self) -> str:
        """A contact's, now and then; else a telephone's of the region, a mobile or an internet one's."""
        chance = self._chance
        if self._known and chance.random() < KNOWN:
            return chance.choice(self._known)
        prefix = chance.choice(("0762", "0761", "090", "080", "050"))
        missing = 10 - len(prefix) + (len(prefix) == 3)
        return prefix + f"{chance.randrange(10**missing):0{missing}}"

    def _live(self, person: _Person, call: Caller, number: str) -> None:
        """Listen until the menu asks, press a key a little later, and wait as long as patience lasts."""
        while not call.asked:
            if self._stopping.wait(0.5) or call.over:
                return
        if self._stopping.wait(person.thinks):
            return
        if person.leaves:
            call.hang_up()
            return
        call.press(person.key)
        if not self._stopping.wait(person.patience) and self._waits(number):
            call.hang_up()

    def _waits(self, number: str) -> bool:
        """Whoever speaks with somebody by now stays."""
        waiting = (CallState.WAITING, CallState.OFFERED, CallState.IN_FLOW)
        return any(one.number == number and one.state in waiting for one in self._floor.snapshot().calls)


@dataclass(frozen=True)
class _Person:
    """What one caller is like: the key, the seconds until it is pressed, and those spent waiting."""

    key: str
    thinks: float
    patience: float
    leaves: bool


def dialled(plan: CentrePlan) -> list[str]:
    """The centre's numbers as they are dialled.

    >>> from fsbridge.adapters.planfile import example
    >>> dialled(example("kanazawa").plan)
    ['0762202722', '0120328117']
    """
    return ["".join(char for char in number if char.isdigit()) for number in plan.numbers]


class OperatorsAtWork(_Worker):
    """The plan's first operators: seated, with browsers that live, answered telephones, and breaks."""

    def __init__(
        self, running: Running, stage: Stage, data: DataSet, notes: Notes, count: int, chance: random.Random
    ) -> None:
        super().__init__()
        plan = data.plan
        self._running = running
        self._notes = notes
        self._flows = {queue.key: queue.flow for queue in plan.queues}
        self._cases = [one for one in data.case_types if one.parent and not one.system]
        self._chance = chance
        self._people = [one for one in plan.operators if one.extension][:count]
        self._writes_until: dict[str, datetime] = {}
        self._back_at: dict[str, float] = {}
        self._beat_at = self._break_at = 0.0
        self._passed = 0.0
        self.seated: list[str] = []
        self._contacts = {one.key: stage.telephone(one.extension, talks=self._talks) for one in self._people}

    def start(self) -> None:
        """Sit down, everybody, and begin."""
        for one in self._people:
            self._operators.introduce(one.key)
            self._operators.distributor.set_contact(one.key, self._contacts[one.key])
            self._operators.log_in(one.key, _session(one.key), datetime.now(UTC), choice=READY)
            self.seated.append(one.key)
        super().start()

    @property
    def _operators(self) -> Operators:
        assert self._running.attending is not None
        return self._running.attending.operators

    def _talks(self) -> float:
        return 8 + self._chance.expovariate(1 / (TALK - 8))

    def act(self) -> float:
        """What each does now."""
        step = 0.5
        self._passed += step
        now = datetime.now(UTC)
        if self._passed >= self._beat_at:
            self._beat_at = self._passed + 3
            for key in self.seated:
                self._operators.seats.beat(_session(key), now)
        own = [duty for duty in self._operators.book.look() if duty.operator in self.seated]
        for duty in own:
            if duty.status is Status.WRAP_UP:
                done = self._writes_until.setdefault(duty.operator, now + _seconds(self._chance, WRITE))
                if now >= done:
                    del self._writes_until[duty.operator]
                    self._carefully(partial(self._write, duty, now))
                    self._carefully(partial(self._operators.finish, duty.operator, now))
        self._breaks({duty.operator: duty.status for duty in own}, now)
        return step

    def _write(self, duty: Duty, now: datetime) -> None:
        """A note about the call, of a kind of case that its flow has."""
        flow = self._flows.get(duty.queue)
        cases = [one for one in self._cases if flow and one.key.startswith(f"{flow}.")]
        if cases and duty.leg:
            case = self._chance.choice(cases)
            self._notes.save(duty.operator, duty.leg, f"{case.name}のご連絡。対応済み。", case.key, now)

    def _breaks(self, duties: Mapping[str, Status], now: datetime) -> None:
        for key, back in list(self._back_at.items()):
            if self._passed >= back:
                del self._back_at[key]
                self._carefully(partial(self._operators.choose, key, READY, now))
        ready = [key for key, status in duties.items() if status is Status.READY]
        if self._passed >= self._break_at and len(ready) > 1:
            self._break_at = self._passed + self._chance.expovariate(1 / BREAK_EVERY)
            key = self._chance.choice(ready)
            self._back_at[key] = self._passed + self._chance.uniform(*BREAK)
            self._carefully(partial(self._operators.choose, key, ON_BREAK, now))

    @staticmethod
    def _carefully(act: Callable[[], object]) -> None:
        """A call may have come in the same moment: then not now."""
        try:
            act()
        except FsbridgeError as error:
            logger.debug("not now: %s", error)


def _session(operator: str) -> str:
    return f"the browser of {operator}"


def _seconds(chance: random.Random, between: tuple[float, float]) -> timedelta:
    return timedelta(seconds=chance.uniform(*between))
