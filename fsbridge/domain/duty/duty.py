"""One operator's duty: what is being done since when, what comes next, and every way from one to the other.

Each transition is a plain function from one `Duty` to the next. What does not apply (an event heard twice, or
too late) leaves the duty as it is; times never run backwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fsbridge.domain.duty.misses import Miss
from fsbridge.domain.duty.status import (
    KICKED,
    NO_ANSWER,
    PHONE_GONE,
    PREPARING,
    REJECTED,
    SEAT_LOST,
    Choice,
    Status,
    StatusRefused,
)
from fsbridge.domain.duty.wrapup import NOTHING, Mode, WrapUp
from fsbridge.errors import FsbridgeError

READY = Choice(Status.READY)
MISSES = 2
"""After so many calls in a row that rang out or were rejected, no more are offered."""


class WrapUpNotOver(FsbridgeError):
    """The flow's wrap-up lasts until its time is up; what was chosen comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What an operator who is logged in is doing.

    `next` is what was chosen for after this call. `missed` counts the offers missed in a row. `call` is the
    caller's leg, `leg` the operator's own; a wrap-up keeps those of the call it is about. `queue` is where
    the caller waited, `flow` what a call is placed for. `mode` and `due_at` are the rule of the wrap-up in
    progress.

    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> duty = choose(begin("op01", noon), Choice(Status.READY), noon)
    >>> duty = answered(offered(duty, noon, call="c1", visit="v1", queue="q"), noon, visit="v1", leg="a1")
    >>> duty = choose(duty, Choice(Status.ON_BREAK, "昼休み"), noon)
    >>> duty.status.ja, duty.next.status.ja, ended(duty, noon, "v1", WrapUp()).status.ja
    ('通話中', '休憩', '後処理')
    """

    operator: str
    status: Status
    since: datetime
    reason: str = ""
    next: Choice | None = None
    missed: int = 0
    call: str = ""
    visit: str = ""
    leg: str = ""
    queue: str = ""
    flow: str = ""
    mode: Mode | None = None
    due_at: datetime | None = None

    @property
    def outgoing(self) -> bool:
        """Whether the call at hand is one the operator placed."""
        return self.status.in_conversation and not self.visit

    @property
    def sent(self) -> bool:
        """Whether the call at hand is a colleague's, who asks about it or has sent it on."""
        return self.outgoing and self.call != self.leg

    def chose(self, choice: Choice) -> bool:
        """Whether the present status is this choice."""
        return (self.status, self.reason) == (choice.status, choice.reason)


def begin(operator: str, at: datetime, choice: Choice = PREPARING) -> Duty:
    """The duty of somebody who has just logged in."""
    return Duty(operator=operator, status=choice.status, since=at, reason=choice.reason)


# What the operator, or a supervisor, wants.


def choose(duty: Duty, choice: Choice, at: datetime) -> Duty:
    """Take a status now; during a call, or a wrap-up without exit, after it."""
    if duty.status.in_call or _locked(duty, at):
        return replace(duty, next=choice)
    if duty.chose(choice):
        return duty
    if choice.status is Status.READY:
        duty = replace(duty, missed=0)
    return _turn(duty, choice, at)


def back(duty: Duty, at: datetime) -> Duty:
    """Into rotation again, whatever took the operator out."""
    return choose(replace(duty, missed=0), READY, at)


def finish(duty: Duty, at: datetime) -> Duty:
    """The wrap-up is done: on to what was chosen, or ready. WrapUpNotOver says how long it still lasts."""
    if duty.status is not Status.WRAP_UP:
        return duty
    if _locked(duty, at):
        assert duty.due_at is not None
        left = max(1, round((duty.due_at - at).total_seconds()))
        raise WrapUpNotOver(f"this flow's wrap-up lasts {left} s more; what you choose comes after it")
    return _turn(duty, duty.next or READY, at)


def kick(duty: Duty, at: datetime, choice: Choice = KICKED) -> Duty:
    """Log out by order; what rings is taken away, a conversation is not cut, but nothing comes after it."""
    if choice not in (KICKED, SEAT_LOST):
        raise StatusRefused(f"{choice.reason or choice.status.value} is no reason to log somebody out")
    return replace(duty, next=choice) if duty.status.in_conversation else _turn(duty, choice, at)


def phone_ready(duty: Duty, at: datetime) -> Duty:
    """The telephone is there (again): whom its absence alone had sent away is back in rotation.

    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> phone_ready(begin("op01", noon, PHONE_GONE), noon).status.ja
    '待受'
    """
    if duty.next == PHONE_GONE:
        duty = replace(duty, next=None)
    return back(duty, at) if duty.chose(PHONE_GONE) else duty


# What happens to the operator.


def phone_gone(duty: Duty, at: datetime) -> Duty:
    """The telephone is gone: no more calls; a call at hand, or its wrap-up, is first brought to its end.

    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> duty = phone_gone(begin("op01", noon, READY), noon)
    >>> duty.status.ja, duty.reason, phone_ready(duty, noon).status.ja
    ('離席', '電話不通', '待受')
    """
    if duty.status.in_call or duty.status is Status.WRAP_UP:
        return replace(duty, next=PHONE_GONE) if duty.next in (None, READY) else duty
    return _turn(duty, PHONE_GONE, at) if duty.status is Status.READY else duty


def offered(duty: Duty, at: datetime, *, call: str, visit: str, queue: str) -> Duty:
    """A call rings. Whoever had just chosen something else gets that after it."""
    if duty.status.in_conversation or (duty.visit == visit and duty.status.in_call):
        return duty
    chosen = duty.next if duty.status in (Status.RINGING, Status.READY) else _resumed(duty)
    return _in_call(duty, Status.RINGING, at, next=chosen, call=call, visit=visit, queue=queue, leg="")


def offer_failed(duty: Duty, at: datetime, visit: str, miss: Miss, *, limit: int = MISSES) -> Duty:
    """It rang in vain. Only what the operator did counts; what the operator chose comes before any order."""
    if duty.status is not Status.RINGING or duty.visit != visit:
        return duty
    missed = duty.missed + miss.counts
    away = READY
    if miss is Miss.PHONE_GONE:
        away = PHONE_GONE
    elif miss.counts and missed >= limit:
        away = REJECTED if miss is Miss.REJECTED else NO_ANSWER
    chosen = duty.next if duty.next not in (None, READY) else away
    assert chosen is not None
    return replace(_turn(duty, chosen, at), missed=missed)


def answered(duty: Duty, at: datetime, *, visit: str, leg: str, call: str = "", queue: str = "") -> Duty:
    """The call was picked up."""
    if duty.status.in_conversation and duty.leg == leg:
        return duty
    ringing = duty.status is Status.RINGING
    return _in_call(
        replace(duty, missed=0),
        Status.TALKING,
        at,
        next=duty.next if ringing or duty.status is Status.READY else _resumed(duty),
        call=call or (duty.call if ringing else ""),
        visit=visit,
        queue=queue or (duty.queue if ringing else ""),
        leg=leg,
    )


def dialled(duty: Duty, at: datetime, *, leg: str, call: str = "", queue: str = "", flow: str = "") -> Duty:
    """An outgoing call begins, or a colleague's `call` is on its way here; after it comes what was before.

    It is written up as its `flow` wants, or that of the `queue` in which the colleague's caller waited.

    >>> noon = datetime.fromisoformat("2027-04-01T03:00:00Z")
    >>> duty = dialled(begin("op01", noon, Choice(Status.ON_BREAK)), noon, leg="b1")
    >>> duty.status.ja, duty.outgoing, hung_up(duty, noon, "b1").status.ja
    ('通話中', True, '休憩')
    """
    if duty.status.in_call:
        return duty
    before = None if duty.status is Status.READY else Choice(duty.status, duty.reason)
    chosen = duty.next or before
    placed = _in_call(duty, Status.TALKING, at, next=chosen, call=call or leg, visit="", queue=queue, leg=leg)
    return replace(placed, flow=flow)


def hung_up(duty: Duty, at: datetime, leg: str, rule: WrapUp = NOTHING) -> Duty:
    """The operator's leg of an outgoing call, or of one sent here, is gone."""
    return ended(duty, at, "", rule) if duty.outgoing and duty.leg == leg else duty


def held(duty: Duty, at: datetime, *, on: bool) -> Duty:
    """The caller is put on hold, or off."""
    wanted, other = (Status.HOLDING, Status.TALKING) if on else (Status.TALKING, Status.HOLDING)
    if duty.status is not other:
        return duty
    return replace(duty, status=wanted, since=max(at, duty.since))


def ended(duty: Duty, at: datetime, visit: str, rule: WrapUp, *, bridged: bool = True) -> Duty:
    """The call is over: written up as its flow wants, then on to what was chosen.

    Where nobody spoke there is nothing to write up. An optional wrap-up is one that was chosen.
    """
    if not duty.status.in_call or duty.visit != visit:
        return duty
    if not bridged or duty.next in (KICKED, SEAT_LOST):
        return _turn(duty, duty.next or READY, at)
    wanted = duty.next is not None and duty.next.status is Status.WRAP_UP
    if rule.mode is Mode.OPTIONAL and not wanted:
        return _turn(duty, duty.next or READY, at)
    at = max(at, duty.since)
    return replace(
        duty,
        status=Status.WRAP_UP,
        since=at,
        reason="",
        next=None if wanted else duty.next,
        mode=rule.mode,
        due_at=rule.due(at),
    )


def overdue(duty: Duty, at: datetime) -> bool:
    """Whether the time of a wrap-up is up."""
    return duty.status is Status.WRAP_UP and duty.due_at is not None and at >= duty.due_at


def time_out(duty: Duty, at: datetime) -> Duty:
    """End a wrap-up whose time is up."""
    return _turn(duty, duty.next or READY, at) if overdue(duty, at) else duty


def _locked(duty: Duty, at: datetime) -> bool:
    return (
        duty.status is Status.WRAP_UP
        and duty.mode is Mode.NO_EXIT
        and duty.due_at is not None
        and at < duty.due_at
    )


def _resumed(duty: Duty) -> Choice | None:
    """What somebody goes back to whom a call reached although it should not have."""
    if duty.status is Status.WRAP_UP or duty.status.in_call:
        return duty.next
    return Choice(duty.status, duty.reason)


def _in_call(
    duty: Duty,
    status: Status,
    at: datetime,
    *,
    next: Choice | None,
    call: str,
    visit: str,
    queue: str,
    leg: str,
) -> Duty:
    return Duty(
        operator=duty.operator,
        status=status,
        since=max(at, duty.since),
        next=next,
        missed=duty.missed,
        call=call,
        visit=visit,
        queue=queue,
        leg=leg,
    )


def _turn(duty: Duty, choice: Choice, at: datetime) -> Duty:
    return Duty(
        operator=duty.operator,
        status=choice.status,
        since=max(at, duty.since),
        reason=choice.reason,
        missed=duty.missed,
    )
