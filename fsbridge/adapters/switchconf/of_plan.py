"""From a centre's plan to what the FreeSWITCH templates need: one data set feeds both."""

from __future__ import annotations

from collections.abc import Mapping

from fsbridge.adapters.switchconf.model import Centre, Operator, Queue, Stream
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.planparts import CUT_OFF
from fsbridge.domain.schedule import OUT_OF_HOURS

TONES: Mapping[str, str] = {
    CUT_OFF: "tone_stream://%(400,200,400);loops=3",
    OUT_OF_HOURS: "tone_stream://%(300,300,350);loops=4",
}
"""What is heard while no script runs and the announcement has no sound yet."""
OTHER_TONE = "tone_stream://%(300,300,350,440);loops=4"


def centre_of(
    plan: CentrePlan,
    sounds: Mapping[str, str] | None = None,
    *,
    operators: tuple[Operator, ...] = (),
    streams: tuple[Stream, ...] = (),
) -> Centre:
    """The plan as the templates need it; ConfigError for what FreeSWITCH could not take.

    `sounds` maps announcements to sound files; what is not in it is a tone, but the menu's greeting: no
    tone says that calls are recorded. Agents and tiers are not in it: they are told to the running
    FreeSWITCH, season by season. `operators` are those of the directory, with their password digests.

    >>> from fsbridge.adapters.planfile import example
    >>> centre = centre_of(example("kanazawa").plan, {"cut-off": "/sounds/cut-off.wav"})
    >>> centre.numbers, centre.announcements["cut-off"]
    (('0762202722', '0120328117'), '/sounds/cut-off.wav')
    """
    known = sounds or {}
    announced = dict.fromkeys((CUT_OFF, OUT_OF_HOURS, *(one.announcement for one in plan.schedule.rules)))
    return Centre(
        name=plan.key,
        numbers=tuple(dialled(number) for number in plan.numbers),
        hours=plan.schedule,
        queues=tuple(_queue(plan, one.key) for one in plan.queues),
        fallback_queue=plan.fallback_queue,
        announcements={key: known.get(key) or TONES.get(key, OTHER_TONE) for key in announced},
        greeting=known.get(plan.menu.greeting, ""),
        operators=operators,
        streams=streams,
    )


def dialled(number: str) -> str:
    """A number as the trunk delivers it, from how people write it.

    >>> dialled("076-220-2722")
    '0762202722'
    """
    return number.replace("-", "").replace(" ", "")


def _queue(plan: CentrePlan, key: str) -> Queue:
    queue, flow = plan.queue(key), plan.flow_of(key)
    return Queue(
        name=queue.key,
        strategy=queue.strategy,
        music=queue.music,
        max_wait=flow.max_wait,
        max_wait_without_agent=flow.max_wait_without_operator,
        tier_wait=queue.tier_wait,
        record=queue.record,
    )
