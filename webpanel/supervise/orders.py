"""What a supervisor orders, each asked of its service as the visitor; the answer is what to say about it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.assignments import StoredAssignments
from fsbridge.adapters.store.emergencies import StoredEmergencies
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.signals import StoredSignals
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.announcing import emergencies_of
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.monitoring import Mode, MonitoringRefused
from fsbridge.errors import ConfigError, FsbridgeError, InvalidArgument
from fsbridge.services.assignments import LEVELS, Assignments
from fsbridge.services.authority import supervising
from fsbridge.services.emergency import NoSuchEmergency
from fsbridge.services.floor import utc_now
from fsbridge.services.plans import Plans
from fsbridge.services.signals import Hands, Messages
from fsbridge.services.supervision import Supervision
from webpanel import audit
from webpanel.access import who
from webpanel.centre import Centre, Kept

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
SEASON = "season"
"""Not until an hour, but for as long as the season in force says."""


class NoVoice(FsbridgeError):
    """Nothing here can speak an announcement; the text says what to set."""


class NoReason(FsbridgeError):
    """What was done about an alarm has to be said."""


class Orders:
    """The orders of whoever is logged in, within a request. Each service asks for the role itself."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        signals = StoredSignals(kept.store)
        self._centre = centre
        self._kept = kept
        self._accounts = StoredUsers(kept.store)
        self._hands = Hands(signals)
        self._messages = Messages(signals, self._accounts, self._day_of)
        self._assignments = Assignments(
            StoredAssignments(kept.store), kept.operators.book, kept.operators.distributor, self._accounts
        )
        self._plans = Plans(StoredPlan(kept.store))
        self._alarms = StoredAlarms(kept.store)
        self._emergencies = StoredEmergencies(kept.store)

    # An operator.

    def status(self, operator: str, status: str, reason: str, why: str) -> dict[str, Any]:
        """Another status, now or after the call; ``later`` says which."""
        self._may("change an operator's status")
        choice = Choice(Status.named(status), reason)
        if choice.status is Status.LOGGED_OUT:
            return self.out(operator, why)
        duty = self._kept.operators.choose(operator, choice, utc_now(), by=who(), reason=why)
        return {"later": duty.next == choice}

    def back(self, operator: str) -> dict[str, Any]:
        """Into rotation again."""
        self._may("bring an operator back")
        duty = self._kept.operators.back(operator, utc_now(), by=who())
        return {"later": duty.status is not Status.READY}

    def out(self, operator: str, why: str) -> dict[str, Any]:
        """Log out; ``later`` if a conversation is brought to its end first."""
        self._may("log an operator out")
        duty = self._kept.operators.kick(operator, utc_now(), by=who(), reason=why)
        gone = duty.status is Status.LOGGED_OUT
        if gone and self._kept.credentials is not None:
            self._kept.credentials.revoke(operator)
        return {"later": not gone}

    def lower(self, operator: str) -> dict[str, Any]:
        """Lower a hand."""
        self._may("lower a hand")
        if self._hands.down(operator):
            audit.record(self._kept.store, "lowered the hand", "operator", operator)
        return {}

    def message(self, text: str, to: str) -> dict[str, Any]:
        """Write to an operator, or to all."""
        return {"number": self._messages.send(text, by=who(), to=to, now=utc_now()).number}

    # Queues and levels.

    def queues(self, operator: str) -> dict[str, Any]:
        """What an operator serves now, and what the season says."""
        plan, now = self._centre.plan(), utc_now()
        season = self._season()
        serves = {
            one.queue: one.level
            for one in self._kept.operators.book.tiers(now) or ()
            if one.operator == operator
        }
        until = {one.queue: one.until for one in self._assignments.now(now) if one.operator == operator}
        own = {one.queue: one.level for one in plan.tiers_of(season) if one.operator == operator}
        return {
            "queues": [
                {
                    "key": queue.key,
                    "flow": queue.flow,
                    "level": serves.get(queue.key, 0),
                    "season_level": own.get(queue.key, 0),
                    "until": round(until[queue.key].timestamp() * 1000) if queue.key in until else None,
                }
                for queue in plan.queues
            ]
        }

    def assign(self, operator: str, queue: str, level: int, until: str, why: str) -> dict[str, Any]:
        """A level until an hour of the day, or for the season in force, from now on."""
        if until != SEASON:
            end = self._until(until)
            self._assignments.assign(
                operator, queue, level=level, until=end, by=who(), now=utc_now(), reason=why
            )
            return {}
        self._may("assign operators")
        if level not in LEVELS:
            raise InvalidArgument("level", f"is {level}; give 0 (not at all) to {LEVELS[-1]}")
        season, now = self._season(), utc_now()
        self._assignments.release(operator, queue, by=who(), now=now)
        if level:
            self._plans.serve(season, queue, [operator], {"level": str(level)}, by=who(), at=now)
        elif any(one.operator == operator for one in self._centre.plan().tiers_of(season, queue)):
            self._plans.release(season, queue, [operator], by=who(), at=now)
        return {}

    def release(self, operator: str, queue: str) -> dict[str, Any]:
        """Back to what the season says."""
        return {"released": self._assignments.release(operator, queue, by=who(), now=utc_now())}

    # Listening in.

    def listen(self, operator: str, mode: str) -> dict[str, Any]:
        """Hear an operator's call with one's own telephone, or change who hears whom."""
        one = self._supervision.listen(operator, by=who(), mode=Mode.named(mode))
        return {"leg": one.leg}

    def stop(self) -> dict[str, Any]:
        """Hear it no longer."""
        self._supervision.stop(by=who())
        return {}

    # Announcements and alarms.

    def announce(self, flow: str, text: str, until: str, why: str) -> dict[str, Any]:
        """Let every caller, or every caller of a flow, hear this first until an hour."""
        self._may("put an emergency announcement on")
        end, by = self._until(until), who()
        try:  # spoken in a child process: nothing is held up
            with emergencies_of(self._kept.settings, self._kept.store) as emergencies:
                one = emergencies.put_on(text, until=end, author=by, now=utc_now(), flow=flow, reason=why)
        except ConfigError as problem:
            raise NoVoice(f"no announcement can be made: {problem}") from problem
        return {"until": round(one.until.timestamp() * 1000)}

    def fall_silent(self, flow: str) -> dict[str, Any]:
        """Take one off."""
        self._may("take an emergency announcement off")
        if self._emergencies.drop(flow, utc_now(), by=who(), why="") is None:
            raise NoSuchEmergency(f"there is no emergency announcement for {flow or 'all callers'}")
        return {}

    def acknowledge(self, alarm: int, why: str) -> dict[str, Any]:
        """Take note of an alarm, saying what was done."""
        self._may("acknowledge an alarm")
        if not why.strip():
            raise NoReason("say what was done about the alarm")
        self._alarms.acknowledge(alarm, utc_now(), by=who(), note=why.strip())
        return {}

    # How.

    def _may(self, what: str) -> None:
        supervising(self._accounts, who(), what)

    def _season(self) -> str:
        return self._centre.plan().schedule.status(self._centre.clock()).season

    @property
    def _supervision(self) -> Supervision:
        if self._kept.supervision is None:
            raise MonitoringRefused("there is no switch here to listen with")
        return self._kept.supervision.supervision

    def _until(self, text: str) -> datetime:
        return next_time(text, utc_now().astimezone(self._centre.plan().schedule.clock))

    def _day_of(self, at: datetime) -> datetime:
        clock = self._centre.plan().schedule.clock
        return at.astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)


def next_time(text: str, now: datetime) -> datetime:
    """The next moment at which the clock shows this; InvalidArgument for what is no time of the day.

    >>> evening = datetime.fromisoformat("2027-04-01T18:30+09:00")
    >>> next_time("19:00", evening).isoformat(), next_time("8:45", evening).isoformat()
    ('2027-04-01T19:00:00+09:00', '2027-04-02T08:45:00+09:00')
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise InvalidArgument("until", f"is {text!r}; give a time of the day like 18:30")
    at = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)
