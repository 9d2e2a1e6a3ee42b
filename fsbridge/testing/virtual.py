"""The embedded switch on a virtual clock, its calls served by the scripts under test."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import gevent

from fsbridge.adapters.translate import EVENTS, SUBCLASSES, translate
from fsbridge.domain.board import Board
from fsbridge.domain.tally import Definitions, Tally
from fsbridge.embedded import Extension, QueueConf, Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.core import Fired
from fsbridge.embedded.leg import Leg
from fsbridge.esl.encode import encode_event
from fsbridge.esl.frames import FrameReader
from fsbridge.scripting.app import App, Script
from fsbridge.testing.citizen import Citizen
from fsbridge.testing.listening import LONG
from fsbridge.testing.phones import Operator, Phone
from fsbridge.testing.switchleg import SOCKET, Served
from fsbridge.testing.world import ReadAloud, World

PATIENCE = 10.0
"""Real seconds to wait for a script that computes, before the test fails."""


class VirtualSwitch:
    """A whole telephone exchange in a test: several callers and operators at once, minutes in no time.

    It serves an `App`, or just a script. `queues` are names, or `QueueConf` with the seconds that matter;
    `at` is the time it is when it begins, on the wall clock of the app's zone. Contexts in `dialplan` come
    before the scripts. The switch is the embedded one: what an application, a queue or a transfer does here
    it does there.

    >>> def script(call):
    ...     call.answer()
    ...     call.queue("leak@city")
    >>> switch = VirtualSwitch(script, queues=["leak@city"])
    >>> operator = switch.operator("op01")
    >>> caller = switch.call("0762202722").waits_in("leak@city")
    >>> operator.rings().picks_up().talking
    True
    >>> switch.forward(30).figures().answered
    1
    """

    def __init__(
        self,
        app: App | Script,
        *,
        queues: Iterable[str | QueueConf] = (),
        at: str | dt.datetime | None = None,
        world: World | None = None,
        dialplan: Mapping[str, Sequence[Extension]] | None = None,
        seed: int = 1,
        raise_failures: bool = True,
    ) -> None:
        self._app = copy.copy(app if isinstance(app, App) else _app_of(app))
        self._app.speech = ReadAloud()
        self.clock = VirtualClock(at, zone=self._app.zone)
        """What time it is; move it with `forward`."""
        self._app.clock = self.clock.now
        self.queues = [QueueConf(one) if isinstance(one, str) else one for one in queues]
        contexts = {name: list(extensions) for name, extensions in (dialplan or {}).items()}
        contexts.setdefault("public", []).append(extension(".*", (SOCKET, "script async full")))
        zone = self._app.zone or "UTC"
        conf = SwitchConf(
            queues=tuple(self.queues), dialplan=contexts, context="nowhere", seed=seed, zone=zone
        )
        self.switch = Switch(self.clock, conf, sounds=world or World())
        self.switch.connect = self._connect
        self.records: list[dict[str, object]] = []
        """The call detail records, as mod_json_cdr writes them, the first call's first."""
        self.switch.on_record.append(self.records.append)
        self._raise = raise_failures
        self._served: dict[str, Served] = {}
        self._running: list[Served] = []
        self._board = _Counting(Definitions(zone=ZoneInfo(zone)))
        self.switch.core.listeners.append(self._board)

    # -- people ---------------------------------------------------------------------------------

    def caller(self, number: str = "0761234567") -> Citizen:
        """Somebody with a telephone of this number, who has not dialled yet."""
        return Citizen(self, number)

    def call(
        self, to: str, *, number: str = "0761234567", variables: Mapping[str, str] | None = None
    ) -> Citizen:
        """Somebody who calls a number."""
        return self.caller(number).dial(to, variables=variables)

    def operator(self, name: str, *, queues: Iterable[str] | None = None, wrap_up: int = 0) -> Operator:
        """An operator, available in these queues (all, if none are named); `wrap_up` in seconds."""
        served = [queue.name for queue in self.queues] if queues is None else list(queues)
        return Operator(self, name, served, wrap_up)

    def telephone(self, number: str) -> Phone:
        """A telephone outside that can be called by this number."""
        return Phone(self, number)

    # -- time -----------------------------------------------------------------------------------

    def forward(self, seconds: float) -> VirtualSwitch:
        """Lets so many seconds pass, with everything that happens in them."""
        self.run_until(lambda: False, seconds)
        return self

    def run_until(self, reached: Callable[[], bool], within: float = LONG) -> bool:
        """Lets time pass until something holds; False if it does not `within` so many virtual seconds."""

        def settled_and_reached() -> bool:
            self._settle()
            return reached()

        return self.clock.run_until(settled_and_reached, within)

    # -- what there is to see -------------------------------------------------------------------

    def figures(self, queue: str = "") -> Tally:
        """Today's figures as the wallboard has them: of a queue, or of the centre with each call once."""
        snapshot = self._board.board.snapshot()
        if not queue:
            return snapshot.total
        return next((one.tally for one in snapshot.queues if one.name == queue), Tally())

    def api(self, line: str) -> str:
        """What an API command prints, for example ``callcenter_config agent list``."""
        answer = self.switch.tell(line)
        self.forward(0)
        return answer

    def served(self, leg: Leg) -> Served | None:
        """The script that serves, or served, a leg; None if none ever did."""
        return self._served.get(leg.uuid)

    # -- the machinery --------------------------------------------------------------------------

    def _connect(self, leg: Leg, address: str) -> None:
        self.switch.core.soon(lambda: self._serve(leg))

    def _serve(self, leg: Leg) -> None:
        if not leg.ended:
            served = self._served[leg.uuid] = Served(self.switch, leg, self._app)
            self._running.append(served)

    def _settle(self) -> None:
        """Lets the scripts run until only the switch can move them on."""
        with gevent.Timeout(PATIENCE, AssertionError(f"waited {PATIENCE:g} s for a script to use its call")):
            gevent.idle()
            while not all(one.settled for one in self._running):
                gevent.sleep(0.001)
                gevent.idle()
        finished = [one for one in self._running if one.finished]
        self._running = [one for one in self._running if not one.finished]
        for one in finished:
            if self._raise and one.failure is not None:
                raise one.failure


class _Counting:
    """Follows the switch's events as the floor does, and counts."""

    def __init__(self, definitions: Definitions) -> None:
        self.board = Board(definitions)
        self._reader = FrameReader()

    def wants(self, name: str, subclass: str) -> bool:
        """What the floor subscribes to."""
        return name in EVENTS or subclass in SUBCLASSES

    def hear(self, event: Fired) -> None:
        """Counts it."""
        for read in self._reader.feed(encode_event(event.pairs)):
            happened = translate(read)
            if happened is not None:
                self.board.apply(happened)


def _app_of(script: Script) -> App:
    app = App("test")
    app.route(re.compile(".*"))(script)
    return app
