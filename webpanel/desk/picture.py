"""The state of an operator's desk as plain data: seat, duty, what comes next, the queue, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fsbridge.adapters.store.signals import StoredSignals
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.duty import Choice, Duty, Status
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.seats import Seat, Standing
from fsbridge.domain.views import CallView, Snapshot
from fsbridge.services.floor import utc_now
from fsbridge.services.seats import digest
from fsbridge.services.signals import Hands, Messages
from webpanel.centre import Centre, Kept
from webpanel.desk.today import Today


@dataclass(frozen=True)
class Look:
    """Everything about everybody at one moment."""

    now: datetime
    plan: CentrePlan
    standing: Standing
    duties: Mapping[str, Duty]
    hands: Mapping[str, datetime]
    floor: Snapshot
    ring: int
    """Seconds a telephone rings."""


class Pictures:
    """Makes the state of any desk from one look. Times are milliseconds since 1970."""

    def __init__(self, centre: Centre, kept: Kept, today: Today) -> None:
        signals = StoredSignals(kept.store)
        self._centre = centre
        self._ring = kept.settings.operators.ring
        self._operators = kept.operators
        self._today = today
        self.hands = Hands(signals)
        self.messages = Messages(signals, StoredUsers(kept.store), self._day_of)

    def look(self) -> Look:
        """Ask the store and the floor, once for all desks."""
        now = utc_now()
        self._today.refresh(now)
        standing, duties = self._operators.standing(now)
        hands = {hand.operator: hand.since for hand in self.hands.all()}
        floor, ring = self._centre.floor.snapshot(), self._ring
        return Look(now, self._centre.plan(), standing, duties, hands, floor, ring)

    def state(self, operator: str, session: str, look: Look) -> dict[str, Any]:
        """The desk of an operator in one browser session."""
        seat = next((one for one in look.standing.held if one.operator == operator), None)
        mine = seat is not None and seat.session == digest(session)
        duty = look.duties.get(operator)
        allowance = look.standing.allowance
        season = next((one for one in look.plan.seasons if one.key == allowance.season), None)
        hand = look.hands.get(operator)
        return {
            "now": _ms(look.now),
            "connected": look.floor.link.connected,
            "seat": _seat(seat, look) if seat is not None and mine else None,
            "elsewhere": _seat(seat, look) if seat is not None and not mine else None,
            "seats": {
                "taken": len(look.standing.held),
                "of": allowance.seats,
                "season": season.name if season is not None else "",
                "season_en": (season.name_en or season.name) if season is not None else "",
            },
            "duty": _duty(duty, look) if duty is not None else None,
            "hand": _ms(hand) if hand is not None else None,
            "queue": {
                "waiting": look.floor.waiting,
                "since": _ms(look.floor.waiting_since),
                "available": look.floor.available,
            },
            "today": self._today.of(operator),
        }

    def holders(self, standing: Standing) -> list[dict[str, Any]]:
        """Who holds the seats, for somebody who found none."""
        plan = self._centre.plan()
        duties = {one.operator: one for one in self._operators.book.look()}
        return [
            {
                "number": seat.number,
                "name": name_of(plan, seat.operator),
                "since": _ms(seat.taken_at),
                "place": seat.place,
                "status": duties[seat.operator].status.value if seat.operator in duties else "",
            }
            for seat in sorted(standing.held, key=lambda one: one.number)
        ]

    def targets(self, operator: str) -> dict[str, Any]:
        """Where a call can be sent: colleagues who are logged in, and queues."""
        look = self.look()
        kana = {one.key: one.kana for one in look.plan.operators}
        waiting = {view.name: view for view in look.floor.queues}
        colleagues = [duty for key, duty in look.duties.items() if key != operator]
        colleagues.sort(
            key=lambda one: (one.status.in_call, not one.status.on_duty, kana.get(one.operator, ""))
        )
        return {
            "operators": [
                {
                    "key": duty.operator,
                    "name": name_of(look.plan, duty.operator),
                    "kana": kana.get(duty.operator, ""),
                    "status": duty.status.value,
                    "reason": duty.reason,
                    "since": _ms(duty.since),
                    "free": not duty.status.in_call,
                }
                for duty in colleagues
            ],
            "queues": [
                {
                    "key": queue.key,
                    **_flow_words(look.plan, queue.flow),
                    "waiting": waiting[queue.key].waiting if queue.key in waiting else 0,
                    "available": waiting[queue.key].available if queue.key in waiting else None,
                }
                for queue in look.plan.queues
            ],
        }

    def _day_of(self, at: datetime) -> datetime:
        clock = self._centre.plan().schedule.clock
        return at.astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)


def name_of(plan: CentrePlan, operator: str) -> str:
    """An operator's name, or the ID of one the plan does not know."""
    return next((one.name for one in plan.operators if one.key == operator), operator)


def call_of(duty: Duty, floor: Snapshot) -> CallView | None:
    """The call a duty is about, as the floor shows it."""
    calls = floor.calls
    found = next((one for one in calls if duty.call and one.uuid == duty.call), None)
    return found or next((one for one in calls if duty.operator in one.operators), None)


def flow_of(plan: CentrePlan, queue: str) -> str:
    """The flow whose callers wait in a queue; "" for none."""
    return next((one.flow for one in plan.queues if one.key == queue), "")


def _duty(duty: Duty, look: Look) -> dict[str, Any]:
    call = call_of(duty, look.floor) if duty.status.in_call else None
    waits = call.waiting_since if call is not None else None
    ringing = duty.status is Status.RINGING
    return {
        "status": duty.status.value,
        "reason": duty.reason,
        "since": _ms(duty.since),
        "next": _choice(duty.next),
        "leg": duty.leg,
        "call": duty.call,
        "outgoing": duty.outgoing and not duty.sent,
        "missed": duty.missed,
        **_flow_words(look.plan, flow_of(look.plan, duty.queue)),
        "waits": _ms(waits),
        "withdrawn": _ms(duty.since + timedelta(seconds=look.ring)) if ringing else None,
        "mode": duty.mode.value if duty.mode is not None else "",
        "due": _ms(duty.due_at),
    }


def _choice(choice: Choice | None) -> dict[str, str] | None:
    return {"status": choice.status.value, "reason": choice.reason} if choice is not None else None


def _seat(seat: Seat, look: Look) -> dict[str, Any]:
    return {"number": seat.number, "since": _ms(seat.taken_at), "place": seat.place}


def _flow_words(plan: CentrePlan, flow: str) -> dict[str, str]:
    found = next((one for one in plan.flows if one.key == flow), None)
    name = found.name if found is not None else ""
    return {"flow": flow, "flow_name": name, "flow_name_en": (found.name_en if found else "") or name}


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
