"""An offer: an agent's telephone rings for a caller, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable

from fsbridge.embedded.bridging import join
from fsbridge.embedded.callcenter.dispatcher import Offering
from fsbridge.embedded.callcenter.model import (
    ABANDONED,
    ACTIVE,
    ANSWERED,
    IDLE,
    IN_A_CALL,
    LOGGED_OUT,
    NO_ANSWER,
    OFFERING,
    ON_DEMAND,
    READY,
    STANDBY,
    STANDBY_AGENT,
    TOGETHER,
    TRYING,
    WAITING,
    Member,
)
from fsbridge.embedded.callcenter.notices import Notices
from fsbridge.embedded.callcenter.tables import Tables
from fsbridge.embedded.callcenter.visit import Visit
from fsbridge.embedded.dialling import Dialling, Exchange
from fsbridge.embedded.leg import Leg

POLL = 100_000
"""Microseconds between two looks at whether the agent is still there."""
NOT_BUSY = ("LOSE_RACE", "ORIGINATOR_CANCEL")
BUSY = ("NORMAL_CIRCUIT_CONGESTION", "USER_BUSY")
UNREGISTERED_DELAY = 5
"""Seconds for which an agent without a registered telephone is left alone."""


class Offer:
    """One agent called for one caller; `visit` finds the caller's waiting, if it still waits."""

    def __init__(
        self,
        exchange: Exchange,
        tables: Tables,
        offering: Offering,
        visit: Callable[[str], Visit | None],
        *,
        timeout: float,
    ) -> None:
        self._exchange, self._tables, self._visit = exchange, tables, visit
        self._queue, self._member, self._agent = offering.queue, offering.member, offering.agent
        self._timeout = timeout
        self._core = tables.core
        self._caller: Leg | None = None
        self._leg: Leg | None = None
        self._notices = Notices(tables, offering)
        self._cause = "NONE"

    def start(self) -> None:
        """Tell of the offer, and call the agent."""
        caller = self._core.find(self._member.session_uuid)
        if caller is None:
            row = self._row()
            if row is not None and row.state != ABANDONED:
                self._tables.abandon(row)
            self._done(READY, bridged=False)
            return
        self._caller = caller
        caller.keep()
        self._notices.offering(caller)
        if self._agent.type.lower() == STANDBY_AGENT:
            self._take_standing_by()
        else:
            self._dial(caller)

    def _dial(self, caller: Leg) -> None:
        member, agent = self._member, self._agent
        name = caller.variables.get("effective_caller_id_name", member.cid_name)
        name = caller.variables.get("cc_outbound_cid_name_prefix", "") + name
        variables = {
            "cc_queue": self._queue.name,
            "cc_queue_joined_epoch": str(member.joined_epoch),
            "cc_member_uuid": member.uuid,
            "cc_member_session_uuid": member.session_uuid,
            "cc_member_pre_answer_uuid": member.uuid,
            "cc_agent": agent.name,
            "cc_agent_type": agent.type,
            "cc_side": "agent",
            "loopback_bowout": "false",
            "loopback_bowout_on_execute": "false",
            "ignore_early_media": "true",
            "origination_caller_id_name": name,
            "origination_caller_id_number": caller.variables.get(
                "effective_caller_id_number", member.cid_number
            ),
        }
        exported = caller.variables.get("cc_export_vars", "").split(",")
        variables.update({key: caller.variables[key] for key in exported if key in caller.variables})
        self._notices.called = self._core.second()
        visit = self._visit(member.uuid)
        if visit is not None:
            visit.connecting = True
        Dialling(
            self._exchange,
            caller.filled(agent.contact),
            self._dialled,
            variables=variables,
            timeout=self._timeout,
        ).start()

    def _take_standing_by(self) -> None:
        leg = self._core.find(self._agent.uuid)
        if leg is None:
            self._tables.set_agent("status", LOGGED_OUT, self._agent.name)
            self._tables.set_agent("uuid", "", self._agent.name)
            self._failed("NONE")
            return
        leg.variables.update(
            cc_side="agent",
            cc_queue=self._queue.name,
            cc_agent=self._agent.name,
            cc_agent_type=self._agent.type,
            cc_member_uuid=self._member.uuid,
            cc_member_session_uuid=self._member.session_uuid,
        )
        self._won(leg)

    # -- the agent answers ----------------------------------------------------------------------

    def _dialled(self, leg: Leg | None, cause: str) -> None:
        self._cause = cause
        if leg is None:
            # The caller may be on the way out; what it does comes first.
            self._core.soon(lambda: self._failed(cause))
        else:
            self._won(leg)

    def _won(self, leg: Leg) -> None:
        self._leg = leg
        caller = self._caller
        assert caller is not None, "an offer begins with its caller"
        leg.keep()
        leg.set("cc_member_pre_answer_uuid", None)
        if self._queue.strategy in TOGETHER and not self._wins_the_race():
            self._done(READY, bridged=True)
            return
        self._notices.answered = self._core.second()
        self._notices.answers(leg, caller)
        if self._queue.record_template:
            path = caller.filled(self._queue.record_template)
            caller.variables["cc_record_filename"] = path
            caller.record(path)
        caller.variables.update(cc_agent_found="true", cc_agent_uuid=leg.uuid)
        join(caller, leg, self._joined)

    def _wins_the_race(self) -> bool:
        row = self._row()
        if row is None or row.state != TRYING or row.serving_agent != self._queue.strategy:
            return False
        row.serving_agent, row.serving_system = self._agent.name, self._agent.instance_id
        self._tables.stop_offers(self._member.uuid, "LOSE_RACE")
        return True

    def _joined(self, bridged: bool) -> None:
        leg, caller, row = self._leg, self._caller, self._row()
        assert leg is not None
        assert caller is not None
        now = self._core.second()
        if not bridged:
            caller.variables["cc_agent_bridged"] = leg.variables["cc_agent_bridged"] = "false"
            if caller.ended:
                if row is not None:
                    self._tables.abandon(row)
                if self._agent.type.lower() != STANDBY_AGENT:
                    leg.hangup("ORIGINATOR_CANCEL")
            elif row is not None:
                row.state = WAITING
            self._free_caller()
            self._end(bridged=False)
            return
        caller.variables["cc_agent_bridged"] = leg.variables["cc_agent_bridged"] = "true"
        if row is not None:
            row.state, row.bridge_epoch = ANSWERED, now
        caller.variables.update(cc_agent=self._agent.name, cc_queue_answered_epoch=str(now))
        agent = self._tables.agents.get(self._agent.name)
        if agent is not None:
            agent.uuid, agent.last_bridge_start = leg.uuid, now
            agent.calls_answered += 1
            agent.no_answer_count = 0
            tier = self._tables.tiers.get((self._queue.name, agent.name))
            if tier is not None:
                tier.state = ACTIVE
            self._tables.set_agent("state", IN_A_CALL, agent.name)
        self._free_caller()
        began = self._core.clock.micro()
        over = [False]

        def end() -> None:
            if not over[0]:
                over[0] = True
                passed = self._core.clock.micro() - began
                wait = -(-passed // POLL) * POLL - passed
                self._core.clock.later(wait / 1_000_000, lambda: self._end(bridged=True))

        leg.on_hangup.append(end)
        leg.on_break.append(end)
        if self._agent.type.lower() == STANDBY_AGENT:
            caller.on_hangup.append(end)
        if leg.ended:
            end()

    def _end(self, *, bridged: bool) -> None:
        """The agent's leg is over, and with it the visit."""
        leg, caller = self._leg, self._caller
        assert leg is not None
        assert caller is not None
        now = self._core.second()
        self._notices.parted(leg, self._cause, bridged=bridged)
        if bridged:
            caller.variables["cc_queue_terminated_epoch"] = str(now)
            agent = self._tables.agents.get(self._agent.name)
            if agent is not None:
                if agent.type.lower() != STANDBY_AGENT:
                    agent.uuid = ""
                agent.last_bridge_end = now
                agent.talk_time += now - agent.last_bridge_start
            self._tables.members.pop(self._member.uuid, None)
            self._notices.served(caller, leg, self._cause)
        self._done(READY, bridged=bridged)

    # -- the agent does not ---------------------------------------------------------------------

    def _failed(self, cause: str) -> None:
        self._free_caller()
        row = self._row()
        if row is not None and row.serving_agent == self._agent.name:
            row.state = WAITING if row.state == TRYING else row.state
            row.serving_agent = row.serving_system = ""
        delay, tier_state = self._consequence(cause)
        if delay:
            self._tables.set_agent("ready_time", str(self._core.second() + delay), self._agent.name)
        self._notices.failed(cause)
        self._done(tier_state, bridged=False)

    def _consequence(self, cause: str) -> tuple[int, str]:
        """For how many seconds the agent is left alone, and what its tier becomes."""
        agent = self._agent
        if cause in NOT_BUSY:
            return 0, READY
        if cause in BUSY:
            return agent.busy_delay_time, READY
        if cause == "CALL_REJECTED":
            return agent.reject_delay_time, READY
        if cause == "USER_NOT_REGISTERED":
            return UNREGISTERED_DELAY, READY
        known = self._tables.agents.get(agent.name)
        if known is not None:
            known.no_answer_count += 1
        if known is not None and 0 < agent.max_no_answer <= agent.no_answer_count + 1:
            status = self._queue.agent_no_answer_status
            self._notices.missed_too_many(status)
            self._tables.set_agent("status", status, agent.name)
        return agent.no_answer_delay_time, NO_ANSWER

    # -- in any case ----------------------------------------------------------------------------

    def _done(self, tier_state: str, *, bridged: bool) -> None:
        """The agent is free again, or idle if on demand."""
        agent, tables = self._agent, self._tables
        for tier in tables.tiers.values():
            if tier.agent != agent.name:
                continue
            if tier.queue == self._queue.name and tier.state in (ACTIVE, STANDBY, OFFERING):
                tier.state = tier_state
            elif tier.queue != self._queue.name and tier.state == STANDBY:
                tier.state = READY
        if agent.name in tables.agents:
            idle = agent.status.lower() == ON_DEMAND.lower() and bridged
            tables.set_agent("state", IDLE if idle else WAITING, agent.name)
        for leg in (self._leg, self._caller):
            if leg is not None:
                leg.let_go()

    def _free_caller(self) -> None:
        visit = self._visit(self._member.uuid)
        if visit is not None:
            visit.connected_or_not()

    def _row(self) -> Member | None:
        return self._tables.members.get(self._member.uuid)
