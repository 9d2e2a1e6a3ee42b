"""Conversations of every kind on a real FreeSWITCH, each person a tone; and what a recording should hold."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gevent.pool
import numpy
import soundfile

from fsbridge.errors import FsbridgeError
from fsbridge.esl import Raw
from tests.freeswitch.desks import Desks
from tests.freeswitch.freeswitch import LocalSwitch
from tests.freeswitch.queues import LEAK
from tests.waiting import wait_for

CITIZEN, OPERATOR, OUTSIDE = 440, 880, 660
"""The pitches of a citizen who calls, of an operator, and of whom an operator calls."""
FIRST, DESK, COLLEAGUE = "0769001", "0769003", "0769093"
"""Numbers: of two queues, the second one of operators in browsers, and of a colleague's telephone."""
PLAN = f"""
<include>
  <extension name="citizen"><condition field="destination_number" expression="^citizen$">
    <action application="playback" data="tone_stream://v=-10;%(1000,0,{CITIZEN});loops=-1"/>
  </condition></extension>
  <extension name="colleague"><condition field="destination_number" expression="^{COLLEAGUE}$">
    <action application="set" data="hangup_after_bridge=true"/>
    <action application="bridge" data="sofia/trunk/agent77@127.0.0.1:PHONES"/>
  </condition></extension>
</include>
"""


@dataclass
class Said:
    """A conversation as it was driven: the recorded leg, from and until when it was heard, by the clock."""

    kind: str
    leg: str
    began: float
    ended: float = 0.0
    left: int = CITIZEN
    right: int = OPERATOR


@dataclass
class Town:
    """The people: each method is a conversation of a kind, and `said` holds what came of all of them."""

    switch: LocalSwitch
    desks: Desks | None = None
    """Operators in browsers; without any there are no conversations with them."""
    talk: float = 2.0
    said: list[Said] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def kinds(self) -> list[Callable[[], None]]:
        return [
            self.plain,
            self.held,
            self.blind,
            self.second_queue,
            self.attended,
            self.operator_leaves,
            self.silent,
            self.outgoing,
            *([self.page_loaded_anew] if self.desks else []),
        ]

    def day(self, calls: int, *, at_once: int = 8) -> None:
        """So many calls, of each kind in turn."""
        kinds = itertools.cycle(self.kinds())
        pool = gevent.pool.Pool(at_once)
        for number in range(calls):
            pool.spawn(self._try, next(kinds), number)
            time.sleep(0.1)
        pool.join()

    def _try(self, kind: Callable[[], None], number: int) -> None:
        try:
            kind()
        except (AssertionError, FsbridgeError, ValueError) as error:
            self.failed.append(f"{number} {kind.__name__}: {error}")

    # -- kinds ------------------------------------------------------------------------------------

    def plain(self) -> None:
        """The citizen hangs up."""
        caller, leg, _ = self._answered(FIRST)
        self._over(self._said("plain", leg), caller)

    def operator_leaves(self) -> None:
        """The operator hangs up."""
        _, leg, operator = self._answered(FIRST)
        self._over(self._said("operator leaves", leg), operator)

    def held(self) -> None:
        """The operator holds the citizen for a while."""
        caller, leg, operator = self._answered(FIRST)
        said = self._said("held", leg)
        time.sleep(self.talk / 2)
        self.switch.api("uuid_hold", operator)
        time.sleep(self.talk)
        self.switch.api("uuid_hold", "off", operator)
        self._over(said, caller)

    def silent(self) -> None:
        """Nothing comes from the operator for a while, not even silence."""
        caller, leg, operator = self._answered(FIRST)
        said = self._said("silent", leg)
        time.sleep(self.talk / 2)
        telephone = self._far_end(operator)
        self.switch.api("uuid_transfer", telephone, "park", "inline")
        time.sleep(self.talk)
        self.switch.api("uuid_transfer", telephone, "agent1", "XML", "phones")
        self._over(said, caller)

    def page_loaded_anew(self) -> None:
        """The operator loads the desk's page anew, and goes on.

        While no program runs, the call is with somebody at a telephone, and as any other.
        """
        assert self.desks is not None
        number = f"0761{next(self._numbers):06}"
        caller, leg, _ = self._answered(DESK, number)
        in_browser = self._variable(leg, "cc_agent").startswith("op")
        said = self._said("page loaded anew" if in_browser else "beside the desks", leg)
        if in_browser:
            again = self.desks.heard_again
            wait_for(lambda: number in again or not self.desks.works(), f"{number} is heard again", 120)
            assert number in again, self.desks.trouble()
        self._over(said, caller)

    def blind(self) -> None:
        """The operator hands the citizen on without a word; the recording goes on."""
        caller, leg, _ = self._answered(FIRST)
        said = self._said("blind", leg)
        time.sleep(self.talk / 2)
        self.switch.api("uuid_transfer", leg, COLLEAGUE, "XML", "public")
        time.sleep(1.5)
        self._over(said, caller)

    def attended(self) -> None:
        """The operator asks a colleague first."""
        caller, leg, _ = self._answered(FIRST)
        said = self._said("attended", leg)
        phone = f"sofia/trunk/agent78@127.0.0.1:{self.switch.ports.phones}"
        consulted = self.switch.api("originate", phone, Raw("&park()")).split()[-1]
        self.switch.api("uuid_bridge", leg, consulted)
        self._over(said, caller)

    def second_queue(self) -> None:
        """The citizen is sent to another queue: two conversations, two recordings."""
        caller, leg, first = self._answered(FIRST)
        said = self._said("before the second queue", leg)
        time.sleep(self.talk)
        said.ended = time.time()
        self.switch.api("uuid_setvar", leg, "fsbridge_queue", LEAK)
        self.switch.api("uuid_transfer", leg, "queue", "XML", "desk")

        def another() -> str:
            found = self._variable(leg, "cc_agent_uuid")
            return found if found != first and self._variable(found, "last_bridge_to") == leg else ""

        wait_for(another, "the second operator answers", 40)
        self._over(self._said("in the second queue", leg), caller)

    def outgoing(self) -> None:
        """An operator calls somebody outside."""
        values = "fsbridge_operator=agent1,fsbridge_dialled=0761239999,fsbridge_caller_id=0762202722"
        phone = f"{{{values}}}sofia/trunk/agent90@127.0.0.1:{self.switch.ports.phones}"
        operator = self.switch.api("originate", phone, "outside", "XML", "desk").split()[-1]
        leg = wait_for(
            lambda: (found := self._variable(operator, "signal_bond")) and self._answer(found) and found,
            "somebody answers",
            30,
        )
        said = self._said("outgoing", leg)
        said.left = OUTSIDE
        self._over(said, operator)

    # -- steps ------------------------------------------------------------------------------------

    def _answered(self, number: str, own: str = "") -> tuple[str, str, str]:
        """A citizen, of an `own` number, has got through: the telephone, the centre's leg, the operator's."""
        phone = f"sofia/phones/{number}@127.0.0.1:{self.switch.conf.sip_port}"
        mine = f"t{time.monotonic_ns()}"
        values = f"sip_h_X-Mine={mine},origination_caller_id_number={own or '0000000000'}"
        words = (f"{{{values}}}{phone}", "citizen", "XML", "public")
        caller = self.switch.api("originate", *words).split()[-1]

        def through() -> tuple[str, str] | None:
            for row in self.switch.channels():
                if row["direction"] == "inbound" and self._variable(row["uuid"], "sip_h_X-Mine") == mine:
                    agent = self._variable(row["uuid"], "cc_agent_uuid")
                    if agent and self._variable(agent, "last_bridge_to") == row["uuid"]:
                        return row["uuid"], agent
            return None

        leg, operator = wait_for(through, "an operator answers", 120)
        return caller, leg, operator

    def _far_end(self, leg: str) -> str:
        """The telephone's own leg of a call to it."""
        dialog = self._variable(leg, "sip_call_id")
        return next(
            row["uuid"]
            for row in self.switch.channels()
            if row["uuid"] != leg and self._variable(row["uuid"], "sip_call_id") == dialog
        )

    def _said(self, kind: str, leg: str) -> Said:
        self.said.append(Said(kind, leg, time.time()))
        return self.said[-1]

    def _over(self, said: Said, whose: str) -> None:
        time.sleep(self.talk)
        self.switch.api("uuid_kill", whose)
        said.ended = time.time()

    def _variable(self, leg: str, name: str) -> str:
        try:
            found = self.switch.api("uuid_getvar", leg, name).strip() if leg else ""
        except FsbridgeError:  # the leg is gone
            return ""
        return "" if found == "_undef_" else found

    def _answer(self, leg: str) -> bool:
        return self._variable(leg, "endpoint_disposition") == "ANSWER"


def pitches(path: Path) -> list[set[int]]:
    """Which of the pitches each channel of a recording holds."""
    data, rate = soundfile.read(path, dtype="int16", always_2d=True)
    found = []
    for channel in data.T.astype(float):
        spectrum = numpy.abs(numpy.fft.rfft(channel * numpy.hanning(len(channel))))
        places = numpy.fft.rfftfreq(len(channel), 1 / rate)
        loud: dict[int, Any] = {
            pitch: spectrum[abs(places - pitch) < 8].max() for pitch in (CITIZEN, OPERATOR, OUTSIDE)
        }
        most = max(loud.values())
        found.append({pitch for pitch, value in loud.items() if value > most / 30})
    return found
