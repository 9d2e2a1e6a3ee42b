"""What the API gives of the past: calls, one call moment by moment, figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from fsbridge.domain.figures import GROUPS, Step
from webpanel.api.shapes import Answer, Asked, Key, Seconds, Share, Time, Words

Outcome = Literal[
    "waiting", "answered", "abandoned", "short abandoned", "timed out", "no operator", "exit key",
    "taken out", "out of hours", "left in IVR", "lines busy", "announcement",
]  # fmt: skip
"""What can become of an inbound call, or of its visit to a queue."""
Every = Literal["15min", "30min", "hour", "day", "week", "month"]
By = Literal["flow", "queue", "operator", "case"]
assert set(By.__args__) == set(GROUPS)  # type: ignore[attr-defined]
assert set(Every.__args__) == {step.value for step in Step}  # type: ignore[attr-defined]


class FindCalls(Asked):
    """Which calls; what is left out does not matter. The window holds their beginning."""

    from_: Annotated[Time, Meta(description="the first moment that fits")] | None = field(
        name="from", default=None
    )
    until: Annotated[Time, Meta(description="the first moment that does not fit any more")] | None = None
    operator: Key = ""
    number: Annotated[Words, Meta(description="any part of the caller's number")] = ""
    contact: Annotated[Words, Meta(description="a part of a contact's name, reading or organisation")] = ""
    flow: Key = ""
    queue: Key = ""
    case: Key = ""
    direction: Literal["inbound", "outbound", "internal"] | None = None
    outcome: Outcome | None = None
    text: Annotated[Words, Meta(description="a part of a note")] = ""
    recorded: bool | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(max_length=200, description="`next` of the page before this one")] = ""


class Call(Answer):
    """A call: what became of it, who dealt with it, how long, in seconds."""

    uuid: str
    started_at: datetime
    direction: str
    number: Annotated[str, Meta(description="the citizen's, as the network gave it")]
    name: str
    flow: str
    queues: list[str]
    operators: list[str]
    outcome: str
    wait: Seconds | None
    talk: Seconds | None
    cases: list[str]
    note: str
    recorded: bool


class Calls(Answer):
    """A page of calls, the newest first."""

    calls: list[Call]
    next: Annotated[str, Meta(description="the cursor of the next page; null on the last")] | None


class Moment(Answer):
    """One thing that happened; `detail` names the queue, operator or outcome it is about."""

    at: datetime
    what: str
    detail: dict[str, str]


class Stretch(Answer):
    """A stretch of time in a call."""

    lane: str
    start: datetime
    end: datetime | None
    operator: str
    queue: str
    what: str


class Note(Answer):
    """What was written about a call."""

    at: datetime
    operator: str
    case: str
    text: str


class Recording(Answer):
    """A recording of a call; to hear it, a person says why, in the panel."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    operator: str
    purged_at: datetime | None


class Timeline(Answer):
    """One call from its beginning to its last note."""

    call: Call
    dialled: str
    ended_at: datetime | None
    cause: str
    contact: Annotated[int, Meta(description="the contact it was from")] | None
    moments: list[Moment]
    stretches: list[Stretch]
    notes: list[Note]
    recordings: list[Recording]


# Figures


class AskFigures(Asked):
    """Which figures: of a window, cut into intervals, by what, of which part of the centre."""

    from_: Time = field(name="from")
    until: Time
    every: Every | None = None
    by: By | None = None
    flow: Key = ""
    queue: Key = ""
    operator: Key = ""
    case: Key = ""


class Legs(Answer):
    """Operators' legs: how many, how many still go on, their times in seconds."""

    legs: int
    open: int
    average: Seconds | None
    talk: Seconds
    hold: Seconds
    wrap_up: Seconds = field(name="wrap-up")


class Figures(Answer):
    """Calls offered and what became of them, times in seconds, shares from 0 to 1."""

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    timed_out: int
    no_operator: int
    exit_key: int
    taken_out: int
    waiting: int
    overflowed: int
    balanced: bool
    off_by: int
    answer_rate: Share | None
    net_answer_rate: Share | None
    service_level: Share | None
    in_time: int
    asa: Seconds | None
    median_wait: Seconds | None
    wait_90: Seconds | None
    aht: Seconds | None
    handled: Legs
    outbound: Legs
    occupancy: Share | None
    utilisation: Share | None
    logged_in: Seconds
    states: Annotated[dict[str, Seconds], Meta(description="operators' time in each status")]
    arrived: int
    out_of_hours: int
    left_in_ivr: int
    lines_busy: int
    announcement: int
    in_flow: int
    repeat: int
    inferred: int


class FigureRow(Answer):
    """One interval, flow, queue, operator or case."""

    from_: datetime | None = field(name="from")
    to: datetime | None
    key: str | None
    name: str | None
    provisional: bool
    figures: Figures


class FlowTargets(Answer):
    """What a flow is measured by: seconds, and per cent of calls."""

    short_abandon: int
    answer_within: int
    target: int | None


class Basis(Answer):
    """Definitions that were in force from a day on."""

    since: str | None
    version: int
    zone: str
    schedule: str
    flows: dict[str, FlowTargets]


class Definitions(Answer):
    """What the figures mean, by which version, and how many days come from figures that were kept."""

    version: int
    texts: dict[str, str]
    in_force: list[Basis]
    kept_days: int


class FigureReport(Answer):
    """Figures of a window, with the definitions that they were counted by."""

    from_: datetime = field(name="from")
    to: datetime
    every: str | None
    by: str | None
    at: datetime
    balanced: bool
    off_by: int
    provisional: bool
    total: Figures
    sum_of_rows: Annotated[Figures, Meta(description="more than the total where a call is in several")] | None
    rows: list[FigureRow]
    definitions: Definitions
