"""Callers who press keys and lose patience, and operators who come, pick up, talk, write up, pause and go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from fsbridge.domain.arrivals import Arrival
from fsbridge.domain.duty.status import Status
from fsbridge.domain.duty.wrapup import Mode
from fsbridge.domain.figures import SpanRecord
from fsbridge.domain.planparts import FlowPlan
from fsbridge.domain.shifts import Duty
from fsbridge.embedded.callcenter.model import IDLE, LOGGED_OUT, ON_BREAK, ON_DEMAND, WAITING
from fsbridge.embedded.clock import Clock
from fsbridge.embedded.phones import PhoneCall
from fsbridge.embedded.switch import Switch

ASKING = ("read", "play_and_get_digits")
"""The applications in which a caller hears the menu."""
QUEUEING = "callcenter"
LEAST = 0.2
"""Seconds that the shortest wrap-up takes: mod_callcenter notices the end of a talk within a tenth of one."""
GLANCE = 15.0
"""Seconds between two looks, after closing time, whether anybody still waits."""


class Caller:
    """Somebody on the telephone; `ran` is told what the script does with the call."""

    def __init__(self, arrival: Arrival, call: PhoneCall, clock: Clock) -> None:
        self.arrival, self.call = arrival, call
        self._clock = clock
        self._keys = list(arrival.keys)
        self._waits = False

    def ran(self, app: str) -> None:
        """The script has begun an application."""
        if app in ASKING:
            if self.arrival.leaves:
                self._clock.later(self.arrival.thinking, self._give_up)
            elif self._keys:
                key = self._keys.pop(0)
                self._clock.later(self.arrival.thinking, lambda: self._press(key))
        elif app == QUEUEING and not self._waits:
            self._waits = True
            self._clock.later(self.arrival.patience, self._give_up)

    def _press(self, key: str) -> None:
        if not (self.call.over or self._waits):
            self.call.press(key)

    def _give_up(self) -> None:
        if not self.call.over and self.call.leg.bridge is None:
            self.call.hang_up()


class Operator:
    """One operator with a telephone. `caller` finds who is on a call, `still_waiting` says if anybody waits.

    `spans` is what the operator did when, `wrap_ups` how long each leg was written up, in microseconds.
    """

    def __init__(
        self,
        key: str,
        switch: Switch,
        *,
        caller: Callable[[str], Caller | None],
        flows: Mapping[str, FlowPlan],
        still_waiting: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        self.key = key
        self.spans: list[SpanRecord] = []
        self.wrap_ups: dict[str, int] = {}
        self._switch, self._clock = switch, switch.core.clock
        self._caller, self._flows = caller, flows
        self._still_waiting, self._changed = still_waiting, changed
        self._status = Status.LOGGED_OUT
        self._since = 0
        self._break_until: datetime | None = None
        self._ends: datetime | None = None

    def begin(self, duty: Duty, closes: datetime) -> None:
        """Have a day's duty done when its time comes; who still waits after `closes` is served first."""
        now = self._clock.now()
        self._at(duty.begins, lambda: self._log_in(duty, closes))
        for start, over in duty.breaks:
            self._at(start, lambda over=over: self._wants_break(over))  # type: ignore[misc]
        if duty.ends > now:
            self._at(duty.ends, self._look_up)

    def __call__(self, call: PhoneCall) -> None:
        """The telephone rings."""
        self._enter(Status.RINGING)
        call.ring()
        caller = self._caller(call.leg.variables.get("cc_member_session_uuid", ""))
        call.on_end = lambda cause: self._hung_up(call, caller)
        self._clock.later(caller.arrival.pick_up if caller else 0.0, lambda: self._pick_up(call, caller))

    # -- a call ---------------------------------------------------------------------------------

    def _pick_up(self, call: PhoneCall, caller: Caller | None) -> None:
        if call.over or call.leg.ended:
            return
        call.pick_up()
        self._enter(Status.TALKING)
        if caller is not None:
            first = caller.call if caller.arrival.hangs_up_first else call
            self._clock.later(caller.arrival.talk, lambda: None if call.over else first.hang_up())

    def _hung_up(self, call: PhoneCall, caller: Caller | None) -> None:
        talked = call.leg.variables.get("cc_agent_bridged") == "true"
        if not talked or caller is None:
            self._free()
            return
        length = max(LEAST, self._written_up(call, caller))
        self.wrap_ups[call.leg.uuid] = round(length * 1_000_000)
        self._enter(Status.WRAP_UP)
        self._clock.later(length, self._free)

    def _written_up(self, call: PhoneCall, caller: Caller) -> float:
        """How long this call is written up, by the rule of the queue's flow."""
        flow = self._flows[call.leg.variables["cc_queue"]]
        mode, wanted = Mode(flow.wrap_up), caller.arrival.wrap_up
        if mode is Mode.NO_EXIT:
            return float(flow.wrap_up_seconds)
        return min(wanted, float(flow.wrap_up_seconds)) if mode.timed else wanted

    # -- the day --------------------------------------------------------------------------------

    def _at(self, moment: datetime, action: Callable[[], None]) -> None:
        self._clock.later((moment - self._clock.now()) / timedelta(seconds=1), action)

    def _log_in(self, duty: Duty, closes: datetime) -> None:
        self._ends = duty.ends
        self._last = duty.ends >= closes
        self._become_ready()

    def _wants_break(self, until: datetime) -> None:
        self._break_until = until
        self._look_up()

    def _look_up(self) -> None:
        """A break or the end has come: now, if nothing else is at hand."""
        if self._status is Status.READY:
            self._free()

    def _free(self) -> None:
        """What is at hand is done; what was put off comes now."""
        now = self._clock.now()
        if self._ends is not None and now >= self._ends and self._may_go():
            self._ends = None
            self._tell(LOGGED_OUT, Status.LOGGED_OUT)
        elif self._break_until is not None and self._break_until > now:
            until, self._break_until = self._break_until, None
            self._tell(ON_BREAK, Status.ON_BREAK)
            self._at(until, self._free)
        else:
            self._become_ready()

    def _may_go(self) -> bool:
        if self._last and self._still_waiting():
            self._clock.later(GLANCE, self._look_up)
            return False
        return True

    def _become_ready(self) -> None:
        if self._status in (Status.LOGGED_OUT, Status.ON_BREAK):
            self._tell(ON_DEMAND, Status.READY)
        self._enter(Status.READY)
        tables = self._switch.callcenter.tables
        if tables.agents[self.key].state == IDLE:  # any other is mod_callcenter's to end
            tables.set_agent("state", WAITING, self.key)

    def _tell(self, status: str, mine: Status) -> None:
        self._switch.callcenter.tables.set_agent("status", status, self.key)
        self._enter(mine)
        self._changed()

    def _enter(self, status: Status) -> None:
        now = self._clock.micro()
        if self._status is not Status.LOGGED_OUT and now > self._since:
            self.spans.append(SpanRecord(self.key, self._status.value, self._since, now))
        self._status, self._since = status, now
