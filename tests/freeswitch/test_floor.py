"""The live copy beside a real FreeSWITCH: the same as its lists, also after a time of deafness."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fsbridge.app import Watch
from fsbridge.domain.events import Direction
from fsbridge.domain.operators import Activity, OperatorStatus
from fsbridge.domain.views import CallState
from fsbridge.esl import Raw
from fsbridge.services.floor import Floor
from tests.freeswitch.freeswitch import LocalSwitch, telephones
from tests.waiting import wait_for

EXTENSIONS = """<include>
  <extension name="to-queue"><condition field="destination_number" expression="^wait-in-(.+)$">
    <action application="answer"/>
    <action application="callcenter" data="$1"/>
    <action application="playback" data="tone_stream://v=-30;%(1000,0,440);loops=-1"/>
  </condition></extension>
  <extension name="elsewhere"><condition field="destination_number" expression="^elsewhere$">
    <action application="playback" data="tone_stream://v=-30;%(1000,0,440);loops=-1"/>
  </condition></extension>
</include>"""


@contextmanager
def watching(switch: LocalSwitch, floor: Floor) -> Iterator[Watch]:
    watch = Watch(switch.conf.host, switch.conf.port, switch.conf.password, floor=floor)
    watch.start()
    watch.link.wait_ready(30)
    try:
        yield watch
    finally:
        watch.stop()


def same(floor: Floor, watch: Watch) -> None:
    """Wait until nothing differs; fails telling what does."""
    last: list[str] = []

    def agree() -> bool:
        last[:] = map(str, floor.differences(watch.callcenter.facts()))
        return not last

    try:
        wait_for(agree, "floor and FreeSWITCH agree", 15)
    except AssertionError:
        pytest.fail("; ".join(last))
    assert floor.snapshot().balanced


def test_the_floor_is_freeswitch_s_own_state_through_hangups_transfers_and_deafness(
    fresh_switch: Callable[..., LocalSwitch],
) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "agent", 1, status="On Break"))
    switch.extension("floor", EXTENSIONS)
    queue = switch.table("queue", "list")[0]["name"]
    floor = Floor()

    def caller() -> str:
        """A caller who waits in the queue; the uuid of the leg that does."""
        before = {row["session_uuid"] for row in switch.table("queue", "list", "members", queue)}
        # Without this mod_loopback takes itself out of a bridge and its legs change their uuids.
        line = f"{{loopback_bowout=false}}loopback/wait-in-{queue}/public/XML"
        switch.api("originate", line, Raw("&park()"))

        def new() -> str | None:
            rows = switch.table("queue", "list", "members", queue)
            return next((uuid for row in rows if (uuid := row["session_uuid"]) and uuid not in before), None)

        return str(wait_for(new, "the caller waits"))

    def figures() -> dict[str, int]:
        tally = floor.snapshot().total
        names = ("offered", "answered", "abandoned", "short_abandoned", "taken_out", "waiting", "inferred")
        return {name: getattr(tally, name) for name in names if getattr(tally, name)}

    def come_to(**expected: int) -> None:
        wait_for(lambda: figures() == expected, f"{expected}, not {figures()}")

    with watching(switch, floor) as watch:
        gives_up, taken_out, leaves_unseen, taken_unseen = (caller() for _ in range(4))
        same(floor, watch)
        switch.api("uuid_kill", gives_up)
        switch.api("uuid_transfer", taken_out, "elsewhere", "XML", "public")
        come_to(offered=4, short_abandoned=1, taken_out=1, waiting=2)
        same(floor, watch)

    # Nobody listens now.
    switch.api("uuid_kill", leaves_unseen)
    switch.api("uuid_transfer", taken_unseen, "elsewhere", "XML", "public")
    stays = caller()
    switch.api("uuid_kill", caller())

    def waiting() -> list[str]:
        rows = switch.table("queue", "list", "members", queue)
        return [row["session_uuid"] for row in rows if row["state"] != "Abandoned"]

    wait_for(lambda: waiting() == [stays], f"only {stays} waits, not {waiting()}")
    with watching(switch, floor) as watch:
        same(floor, watch)
        tally = floor.snapshot().total
        assert (tally.offered, tally.taken_out, tally.waiting, tally.inferred) == (6, 2, 1, 3)
        assert tally.abandoned + tally.short_abandoned == 3

        watch.callcenter.set_status("agent1", OperatorStatus.AVAILABLE)
        wait_for(lambda: floor.snapshot().total.answered == 1, "the operator answers")
        same(floor, watch)
        operator_leg = wait_for(lambda: watch.callcenter.operators()[0].leg, "the operator's leg is known")
        switch.api("uuid_hold", operator_leg)
        held = (Activity.HOLDING, CallState.HELD)
        wait_for(lambda: doing(floor, stays) == held, f"held, not {doing(floor, stays)}")
        same(floor, watch)

        asked = Floor()
        with watching(switch, asked) as second:
            same(asked, second)
            assert doing(asked, stays) == held, "who was only asked sees the same"

        switch.api("uuid_hold", "off", operator_leg)
        talking = (Activity.TALKING, CallState.TALKING)
        wait_for(lambda: doing(floor, stays) == talking, "talking again")
        same(floor, watch)
        switch.api("hupall")
        wait_for(lambda: floor.snapshot().legs == 0, "all is quiet")
        same(floor, watch)
        assert floor.snapshot().total.answered == 1


def doing(floor: Floor, caller: str) -> tuple[Any, Any]:
    """What the operator does and where the caller's call is."""
    seen = floor.snapshot()
    call = next((one for one in seen.calls if one.uuid == caller), None)
    return seen.operators[0].activity, call.state if call is not None else [
        (one.uuid, one.state, one.direction is Direction.INBOUND) for one in seen.calls
    ]
