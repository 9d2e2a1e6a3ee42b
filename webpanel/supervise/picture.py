"""The supervisor's picture: the wallboard's figures, and everybody by name, as plain data for a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from datetime import datetime
from typing import Any

from fsbridge.domain.duty import Choice, Duty, Status
from fsbridge.domain.plan import CentrePlan, FlowPlan
from fsbridge.domain.recordingalarms import Standing as Alarm
from fsbridge.domain.sight import Sight
from fsbridge.domain.tally import Tally
from fsbridge.domain.views import CallView, QueueView, Snapshot
from fsbridge.services.floor import utc_now
from webpanel.centre import Centre, Kept
from webpanel.desk.picture import call_of, flow_of, name_of
from webpanel.supervise.names import Callers
from webpanel.supervise.roll import Roll
from webpanel.wallboard.board import Board
from webpanel.wallboard.levels import Levels, Thresholds


class Pictures:
    """Makes the picture; any thread may ask. Times are milliseconds since 1970."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self._centre = centre
        self._board = Board(centre.floor, centre.plan, clock=centre.clock, staff=centre.staff)
        self._callers = Callers(centre, kept)
        self._thresholds = Thresholds()
        self._levels = Levels()

    def draw(self, roll: Roll, eyes: Sight) -> dict[str, Any]:
        """Everything, as somebody with these eyes may see it."""
        board = self._board.picture()
        plan, floor = self._centre.plan(), self._centre.floor.snapshot()
        return {
            **board,
            "flows": [one | {"levels": self._flow_levels(plan, one["key"], floor)} for one in board["flows"]],
            "operators": [self._operator(duty, roll, plan, floor, eyes) for duty in roll.duties.values()],
            "queue": self._waiting(plan, floor, eyes),
            "seats": _seats(roll),
            "listening": [
                {
                    "by": one.by,
                    "name": roll.seldom.people.get(one.by, one.by),
                    "operator": one.operator,
                    "mode": one.mode.value,
                    "since": _ms(one.since),
                }
                for one in roll.listening
            ],
            "emergencies": [
                {
                    "flow": one.flow,
                    "text": one.text,
                    "author": roll.seldom.people.get(one.author, one.author),
                    "since": _ms(one.since),
                    "until": _ms(one.until),
                }
                for one in roll.seldom.emergencies
            ],
            "alarms": [_alarm(one) for one in roll.seldom.alarms],
            "alarm_count": roll.seldom.alarm_count,
            "drift": [
                {"at": _ms(one.at), "what": one.what, "repaired": one.repaired, "note": one.note}
                for one in roll.drift
            ],
        }

    def _operator(
        self, duty: Duty, roll: Roll, plan: CentrePlan, floor: Snapshot, eyes: Sight
    ) -> dict[str, Any]:
        seat = next((one for one in roll.standing.held if one.operator == duty.operator), None)
        call = call_of(duty, floor) if duty.status.in_call else None
        since = duty.since
        if duty.status is Status.TALKING and call is not None and call.talking_since is not None:
            since = min(since, call.talking_since)  # a hold in between does not begin the talk anew
        flow = flow_of(plan, duty.queue) or (flow_of(plan, call.queue) if call is not None else "")
        assigned = [one for one in roll.seldom.assignments if one.operator == duty.operator]
        return {
            "key": duty.operator,
            "name": name_of(plan, duty.operator),
            "kana": next((one.kana for one in plan.operators if one.key == duty.operator), ""),
            "seat": seat.number if seat is not None else None,
            "place": seat.place if seat is not None else "",
            "status": duty.status.value,
            "reason": duty.reason,
            "since": _ms(since),
            "due": _ms(duty.due_at),
            "next": _choice(duty.next),
            "outgoing": duty.outgoing and not duty.sent,
            "flow": flow,
            "caller": self._caller(call, eyes, duty.operator) if call is not None else None,
            "hand": _ms(roll.hands.get(duty.operator)),
            "assigned": _ms(min((one.until for one in assigned), default=None)),
        }

    def _caller(self, call: CallView, eyes: Sight, *operators: str) -> dict[str, str]:
        number = call.number
        if call.direction.value == "outbound" or (operators and call.destination and not call.number):
            number = call.destination or call.number
        known = self._callers.of(number)
        return {"number": eyes.number(known.shown, operators), "name": known.name}

    def _waiting(self, plan: CentrePlan, floor: Snapshot, eyes: Sight) -> list[dict[str, Any]]:
        calls = [one for one in floor.calls if one.waiting_since is not None and one.talking_since is None]
        calls.sort(key=lambda one: (one.waiting_since or utc_now(), one.uuid))
        return [
            {
                "call": one.uuid,
                **self._caller(one, eyes),
                "flow": flow_of(plan, one.queue),
                "since": _ms(one.waiting_since),
                "rings": [name_of(plan, operator) for operator in one.operators],
            }
            for one in calls
        ]

    def _flow_levels(self, plan: CentrePlan, key: str, floor: Snapshot) -> dict[str, str]:
        flow = next(one for one in plan.flows if one.key == key)
        now = utc_now()
        judged = self._thresholds.judge(now, _of_flow(plan, flow, floor))
        if not any(one.queues for one in floor.operators):  # nobody knows who serves
            del judged["available"]
        shown = self._levels.show({f"{key} {name}": level for name, level in judged.items()}, now)
        return {name: shown[f"{key} {name}"] for name in judged}


def _of_flow(plan: CentrePlan, flow: FlowPlan, floor: Snapshot) -> Snapshot:
    """The floor as if there were this flow alone."""
    keys = {queue.key for queue in plan.queues if queue.flow == flow.key}
    views = tuple(view for view in floor.queues if view.name in keys)
    serving = tuple(one for one in floor.operators if keys.intersection(one.queues))
    return replace(floor, queues=views, operators=serving, total=_total(views))


def _total(views: tuple[QueueView, ...]) -> Tally:
    rows = [astuple(view.tally) for view in views]
    return Tally(*map(sum, zip(*rows, strict=True))) if rows else Tally()


def _seats(roll: Roll) -> dict[str, Any]:
    allowance = roll.standing.allowance
    return {
        "of": allowance.seats,
        "reserve": allowance.reserve,
        "held": [
            {
                "number": seat.number,
                "operator": seat.operator,
                "reserve": seat.reserve,
                "place": seat.place,
                "since": _ms(seat.taken_at),
            }
            for seat in sorted(roll.standing.held, key=lambda one: one.number)
        ],
    }


def _alarm(one: Alarm) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": one.alarm.sentence(0),
        "text_en": one.alarm.sentence(1),
        "call": one.alarm.call,
        "subject": one.alarm.subject,
        "at": _ms(one.raised_at),
    }


def _choice(choice: Choice | None) -> Mapping[str, str] | None:
    return {"status": choice.status.value, "reason": choice.reason} if choice is not None else None


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
