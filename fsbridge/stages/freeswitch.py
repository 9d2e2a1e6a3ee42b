"""A FreeSWITCH as a stage: it calls itself by SIP, and its telephones without people sit on the desks."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from pathlib import Path

from fsbridge.adapters.callcenter import Callcenter
from fsbridge.domain.facts import AgentRow
from fsbridge.domain.operators import OperatorStatus
from fsbridge.errors import FsbridgeError
from fsbridge.esl import Event, Link, Raw, Subscription
from fsbridge.stages.found import Found
from fsbridge.stages.stage import RING, Seconds

logger = logging.getLogger(__name__)

PERSON = "X-Fsbridge-Person"
"""The SIP header by which a leg that comes in is known to be a caller of ours."""
EVENTS = Subscription(
    (
        "CHANNEL_CREATE",
        "CHANNEL_ANSWER",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP_COMPLETE",
    ),
    (),
)
ASKING = ("read", "play_and_get_digits")
LEAVING = 10.0
"""Seconds the last calls are given to end."""


class SwitchedCaller:
    """Somebody who has called a FreeSWITCH: a leg of its own, parked, that dials it by SIP."""

    def __init__(self, stage: FreeSwitchStage) -> None:
        self._stage = stage
        self.uuid = str(uuid.uuid4())
        self.over = False
        self.asked = False
        self.leg = ""
        """The leg that runs the script, once it has come in."""

    def press(self, keys: str) -> None:
        """Press keys."""
        if self.leg and not self.over:
            self._stage.tell("uuid_recv_dtmf", self.leg, keys)

    def hang_up(self) -> None:
        """Hang up."""
        if not self.over:
            self._stage.tell("uuid_kill", self.uuid)

    def hear(self, event: Event) -> None:
        """What happens on one of the two legs."""
        name = event.name
        if event.uuid == self.uuid:
            if name == "CHANNEL_HANGUP_COMPLETE":
                self.over = True
            return
        self.leg = event.uuid
        if event.headers.get("Application") in ASKING:
            self.asked = name == "CHANNEL_EXECUTE"


class FreeSwitchStage:
    """A stage on a FreeSWITCH that this project rendered; `recorded` whether its calls leave records.

    When it stops, agents and tiers are as they were when it started.
    """

    def __init__(self, found: Found, *, recorded: bool = True) -> None:
        self._found = found
        self._link = Link(found.host, found.port, found.password, subscription=EVENTS, on_event=self._hear)
        self._callcenter = Callcenter(self._link.api)
        self._recorded = recorded
        self._variables = "" if recorded else ",process_cdr=false"
        self._callers: dict[str, SwitchedCaller] = {}
        self._talks: dict[str, Seconds] = {}
        self._ringing: set[str] = set()
        self._gone: set[str] = set()
        self._agents: dict[str, AgentRow] = {}
        self._tiers: dict[tuple[str, str], tuple[int, int]] = {}

    def start(self) -> None:
        """Connect, and remember who serves which queue."""
        self._link.start()
        self._link.wait_ready(10)
        self._agents = {one.name: one for one in self._callcenter.operators()}
        self._tiers = self._tiers_now()

    def call(self, dialled: str, *, number: str) -> SwitchedCaller:
        """A caller with this number dials one of the centre's."""
        caller = SwitchedCaller(self)
        self._callers[caller.uuid] = caller
        variables = (
            f"origination_uuid={caller.uuid},origination_caller_id_number={number},"
            f"origination_caller_id_name={number},sip_h_{PERSON}={caller.uuid}{self._variables}"
        )
        dial = Raw(f"{{{variables}}}sofia/trunk/{dialled}@{self._found.trunk}")
        threading.Thread(target=self._place, args=(caller, dial), daemon=True).start()
        return caller

    def telephone(self, extension: str, *, talks: Seconds) -> str:
        """Put a telephone on an operator's desk, and return where it is called."""
        self._talks[extension] = talks
        return f"[leg_timeout={RING}{self._variables}]sofia/trunk/agent{extension}@{self._found.phones}"

    def clear(self) -> None:
        """Every call of these people is over."""
        deadline = time.monotonic() + LEAVING
        while (self._callers or self._ringing) and time.monotonic() < deadline:
            for caller in list(self._callers.values()):
                if caller.leg:  # who hangs up before that would be recorded
                    caller.hang_up()
            for leg in list(self._ringing):
                self.tell("uuid_kill", leg)
            time.sleep(0.1)
        for caller in list(self._callers.values()):
            caller.hang_up()

    def stop(self) -> None:
        """Bring agents and tiers back to what they were, and let FreeSWITCH go."""
        try:
            self._restore()
            self._drop_records()
        except FsbridgeError as error:
            logger.warning("agents of the demonstration may be left in FreeSWITCH: %s", error)
        self._link.stop()

    def tell(self, name: str, *args: str) -> None:
        """Give an order about a leg, which may be gone by now."""
        try:
            self._link.api(name, *args)
        except FsbridgeError as error:
            logger.debug("%s: %s", name, error)

    def _place(self, caller: SwitchedCaller, dial: Raw) -> None:
        try:
            self._link.bgapi("originate", dial, Raw("&park()"))
        except FsbridgeError as error:
            logger.info("a caller did not get through: %s", error)
            caller.over = True
            self._callers.pop(caller.uuid, None)

    def _hear(self, event: Event) -> None:
        headers = event.headers
        if headers.get("Caller-Context") == "phones":
            self._hear_telephone(event)
            return
        person = headers.get(f"variable_sip_h_{PERSON}", "")
        if person and event.name == "CHANNEL_CREATE":
            self._leave_no_record(event.uuid)
        if person and event.name == "CHANNEL_HANGUP_COMPLETE":
            self._leave_no_recording(event.uuid, headers.get("variable_cc_record_filename", ""))
        caller = self._callers.get(person)
        if caller is not None:
            caller.hear(event)
            if caller.over:
                del self._callers[caller.uuid]

    def _hear_telephone(self, event: Event) -> None:
        leg = event.uuid
        extension = event.headers.get("Caller-Destination-Number", "").removeprefix("agent")
        talks = self._talks.get(extension)
        if talks is None:
            return
        match event.name:
            case "CHANNEL_CREATE":
                self._ringing.add(leg)
                self._leave_no_record(leg)
            case "CHANNEL_ANSWER":
                ending = threading.Timer(talks(), self.tell, ("uuid_kill", leg))
                ending.daemon = True
                ending.start()
            case "CHANNEL_HANGUP_COMPLETE":
                self._ringing.discard(leg)

    def _leave_no_record(self, leg: str) -> None:
        """Of a demonstration."""
        if self._recorded:
            return
        try:
            self._link.api("uuid_setvar", leg, "process_cdr", "false")
        except FsbridgeError:
            self._gone.add(leg)

    def _drop_records(self) -> None:
        """Those of legs that were over before anything could be said of them, on this machine."""
        if self._found.local and self._gone:
            folder = Path(self._link.api("global_getvar", "conf_dir")).parent / "cdr"
            for leg in self._gone:
                (folder / f"{leg}.cdr.json").unlink(missing_ok=True)

    def _leave_no_recording(self, leg: str, path: str) -> None:
        """Of a demonstration, where FreeSWITCH runs on this machine."""
        if not self._recorded and self._found.local and Path(path).stem.rpartition("-")[0] == leg:
            Path(path).unlink(missing_ok=True)

    def _tiers_now(self) -> dict[tuple[str, str], tuple[int, int]]:
        return {(one.queue, one.operator): (one.level, one.position) for one in self._callcenter.tiers()}

    def _restore(self) -> None:
        for queue, operator in self._tiers_now().keys() - self._tiers.keys():
            self._callcenter.remove_tier(queue, operator)
        for one in self._callcenter.operators():
            before = self._agents.get(one.name)
            if before is None:
                self._callcenter.remove_operator(one.name)
            else:
                self._put_back(before, one)
        now = self._tiers_now()
        for (queue, operator), (level, position) in self._tiers.items():
            if now.get((queue, operator)) != (level, position):
                self._callcenter.set_tier(queue, operator, level=level, position=position)

    def _put_back(self, before: AgentRow, now: AgentRow) -> None:
        if now.contact != before.contact and before.contact:
            self._callcenter.set_contact(before.name, before.contact)
        elif now.contact != before.contact:
            self._callcenter.remove_operator(before.name)
            self._callcenter.add_operator(before.name)
        if now.status is not before.status and before.status is not OperatorStatus.UNKNOWN:
            self._callcenter.set_status(before.name, before.status)
