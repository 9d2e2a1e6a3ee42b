"""A caller's visit to a queue: mod_callcenter's application, and what watches over the waiting."""

from __future__ import annotations

from collections.abc import Generator

from fsbridge.embedded.arguments import atoi, tokens
from fsbridge.embedded.callcenter.model import TOGETHER, Member, Queue
from fsbridge.embedded.callcenter.tables import SUBCLASS, Tables
from fsbridge.embedded.happening import Happening, Running, Wait
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.playing import play

TIMEOUT, NO_AGENT, BREAK_OUT, EXIT_KEY = "TIMEOUT", "NO_AGENT_TIMEOUT", "BREAK_OUT", "EXIT_WITH_KEY"
GLANCE = 0.5
"""Seconds between two looks at how long a member has waited."""


class Visit:
    """One caller waiting in one queue, from the leg's side."""

    def __init__(self, tables: Tables, leg: Leg, queue: Queue) -> None:
        self._tables, self.leg, self.queue = tables, leg, queue
        core = leg.core
        self._began = core.clock.micro()
        self.called = core.second()
        self.reason = ""
        self.connecting = False
        """Whether an agent's telephone is being called for this caller."""
        self._key = ""
        self._overdue = False
        self._over = False
        self.member = self._enter()
        leg.keep()
        limit = queue.conf.max_wait_time
        if limit:
            core.clock.later(self._until_glance(self.called + limit), self._timed_out)

    # -- entering and waiting -------------------------------------------------------------------

    def _enter(self) -> Member:
        leg, tables, queue = self.leg, self._tables, self.queue
        name, number = leg.profile.caller_name, leg.profile.caller_number
        started = leg.times.answered // 1_000_000
        base = atoi(leg.variables.get("cc_base_score"))
        if queue.conf.time_base_score.lower() == "system":
            base += self.called - started
        resumed = tables.resumable(queue.conf.name, number) if queue.conf.abandoned_resume_allowed else None
        member = resumed or Member(
            queue=queue.conf.name,
            instance_id="single_box",
            uuid=leg.core.uuid(),
            session_uuid=leg.uuid,
            cid_number=number,
            cid_name=name,
            system_epoch=started,
            joined_epoch=self.called,
            base_score=base,
            serving_agent=queue.conf.strategy if queue.conf.strategy in TOGETHER else "",
        )
        leg.variables.update(cc_side="member", cc_member_uuid=member.uuid)
        leg.set("cc_agent_found", None)
        leg.set("cc_agent_bridged", None)
        leg.variables.update(cc_queue_joined_epoch=str(self.called), cc_queue=queue.conf.name)
        if resumed is not None:
            resumed.session_uuid, resumed.state, resumed.rejoined_epoch = leg.uuid, "Waiting", self.called
        self._fire(member, f"member-queue-{'resume' if resumed else 'start'}")
        tables.members[member.uuid] = member
        tables.count(queue.conf.name)
        tables.changed()
        return member

    def run(self) -> Generator[Wait, Happening, None]:
        """Waits with music until an agent is found, something ends the waiting, or the caller leaves."""
        leg = self.leg
        music = leg.filled(leg.variables.get("cc_moh_override") or self.queue.conf.moh_sound)
        playable = bool(music)
        while not leg.ended:
            if leg.variables.get("cc_agent_found") == "true" or self.reason:
                break
            if playable:
                ending = yield from play(leg, music, self._take_key)
                playable = ending != "missing"
                if ending == "key":
                    self._leave_by_key()
                if ending == "gone":
                    break
            elif (yield Wait(None, f"an agent of {self.queue.conf.name}")).over:
                break
            else:
                self._take_keys()
        self._leave()

    def _take_keys(self) -> None:
        while self.leg.digits and not self.reason:
            if self._take_key(self.leg.take_digit()):
                self._leave_by_key()

    def _take_key(self, digit: str) -> bool:
        self._key = digit
        return digit in self.leg.variables.get("cc_exit_keys", "")

    def _leave_by_key(self) -> None:
        self.leg.set("cc_exit_key", self._key)
        self.reason = EXIT_KEY

    # -- what ends the waiting ------------------------------------------------------------------

    def _timed_out(self) -> None:
        if self._over:
            return
        if self.connecting:
            self._overdue = True  # one more chance for the telephone that rings
        elif self.leg.bridge is None:
            self._cancel(TIMEOUT)

    def connected_or_not(self) -> None:
        """No telephone is being called for this caller any more."""
        self.connecting = False
        if self._overdue and not self._over and self.leg.bridge is None:
            self._cancel(TIMEOUT)

    def look_for_agents(self) -> None:
        """The dispatcher has looked who is present: nobody for too long ends the waiting."""
        if not self._over and self._nobody_for_too_long():
            glance = self._until_glance(self.leg.core.second())
            self.leg.core.clock.later(glance, self._leave_without_agents)

    def _leave_without_agents(self) -> None:
        if not self._over and self._nobody_for_too_long():
            self._cancel(NO_AGENT)

    def _nobody_for_too_long(self) -> bool:
        queue, conf = self.queue, self.queue.conf
        limit = conf.max_wait_time_with_no_agent
        looked, seen = queue.last_agent_exist_check, queue.last_agent_exist
        if not limit or looked <= seen or self.called > looked or looked - seen < limit:
            return False
        grace = conf.max_wait_time_with_no_agent_time_reached
        return not grace or looked - self.called >= grace + limit

    def _cancel(self, reason: str) -> None:
        if not self.reason:
            self.reason = reason
            self.leg.happen("break")

    def _until_glance(self, second: int) -> float:
        """Seconds until the first look at or after the beginning of a second."""
        step = round(GLANCE * 1_000_000)
        now = self.leg.core.clock.micro()
        at = max(second * 1_000_000, now)
        looks = -(-(at - self._began) // step)
        return (self._began + looks * step - now) / 1_000_000

    # -- leaving --------------------------------------------------------------------------------

    def _leave(self) -> None:
        leg, tables, queue = self.leg, self._tables, self.queue
        now = str(leg.core.second())
        found = leg.variables.get("cc_agent_found") == "true"
        if not self.reason and not found:
            self.reason = BREAK_OUT
        leg.set("cc_agent_found", None)
        self._over = True
        if leg.ended or self.reason:
            reason = self.reason or "NONE"
            tables.abandon(self.member)
            tables.stop_offers(self.member.uuid, "ORIGINATOR_CANCEL")
            self._fire(
                self.member,
                "member-queue-end",
                {
                    "CC-Member-Leaving-Time": now,
                    "CC-Member-Joined-Time": str(self.called),
                    "CC-Cause": "Cancel",
                    "CC-Cancel-Reason": reason,
                },
            )
            leg.variables.update(cc_queue_canceled_epoch=now, cc_cause="cancel", cc_cancel_reason=reason)
            queue.calls_abandoned += 1
        else:
            leg.variables["cc_cause"] = "answered"
            queue.calls_answered += 1
        tables.count(queue.conf.name)
        leg.core.clock.later(self._until_glance(leg.core.second()), leg.let_go)

    def _fire(self, member: Member, action: str, more: dict[str, str] | None = None) -> None:
        self.leg.emit(
            "CUSTOM",
            {
                "CC-Queue": self.queue.conf.name,
                "CC-Action": action,
                **(more or {}),
                "CC-Member-UUID": member.uuid,
                "CC-Member-Session-UUID": self.leg.uuid,
                "CC-Member-CID-Name": self.leg.profile.caller_name,
                "CC-Member-CID-Number": self.leg.profile.caller_number,
            },
            subclass=SUBCLASS,
        )


def wait_in_queue(tables: Tables, visits: dict[str, Visit], leg: Leg, arg: str) -> Running:
    """The ``callcenter`` application; the visits under way are in `visits`, by member."""
    queue = tables.queue(next(iter(tokens(arg)), ""))
    if queue is None:
        return ""
    leg.answer()
    visit = Visit(tables, leg, queue)
    visits[visit.member.uuid] = visit
    try:
        yield from visit.run()
    finally:
        visits.pop(visit.member.uuid, None)
    return ""
