"""On a real FreeSWITCH: an operator who picks up and hangs up at once leaves a caller nobody is offered."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fsbridge.adapters.switchconf import render
from fsbridge.app import Watch
from fsbridge.domain.facts import MemberRow, MemberState
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.records import RECALL_KEY
from fsbridge.services.stranded import Rescue
from tests.freeswitch.freeswitch import LocalSwitch
from tests.waiting import wait_for

LEAK = "leak@kanazawa"
DIALPLAN = f"""<include>
<extension name="in"><condition field="destination_number" expression="^in$">
  <action application="set" data="cc_exit_keys={RECALL_KEY}"/>
  <action application="callcenter" data="{LEAK}"/>
  <action application="callcenter" data="{LEAK}"/>
</condition></extension>
<extension name="fickle"><condition field="destination_number" expression="^fickle$">
  <action application="ring_ready"/>
  <action application="sleep" data="300"/>
  <action application="answer"/>
  <action application="sleep" data="10"/>
  <action application="hangup"/>
</condition></extension>
<extension name="faithful"><condition field="destination_number" expression="^faithful$">
  <action application="answer"/>
  <action application="sleep" data="60000"/>
</condition></extension>
</include>
"""


def test_the_caller_is_queued_again_and_served(fresh_switch: Callable[..., LocalSwitch]) -> None:
    switch = fresh_switch()
    queues = tuple(dataclasses.replace(one, strategy="ring-all") for one in switch.conf.centre.queues)
    switch.conf = dataclasses.replace(
        switch.conf, centre=dataclasses.replace(switch.conf.centre, queues=queues)
    )
    render(switch.conf)
    switch.extension("in", DIALPLAN)
    switch.api("callcenter_config", "queue", "reload", LEAK)
    watch = Watch(switch.conf.host, switch.conf.port, switch.conf.password)
    centre = watch.callcenter
    watch.link.start()
    try:
        watch.link.wait_ready(20)
        for name in ("fickle", "faithful"):
            centre.add_operator(name)
            centre.set_contact(name, f"sofia/trunk/{name}@{switch.sip}")
            centre.set_tier(LEAK, name)
        centre.set_status("fickle", OperatorStatus.ON_DEMAND)

        def alive() -> list[MemberRow]:
            """The fickle operator may as well end the call, and leave its row behind for ever."""
            rows = [row for row in centre.members(LEAK) if row.call]
            return [row for row in rows if switch.api("uuid_exists", row.call).strip() == "true"]

        def stands() -> list[tuple[MemberState, str]]:
            return [(row.state, row.operator) for row in alive()]

        def stranded() -> bool:
            over = centre.operator("fickle").state is OperatorState.RESERVED
            return over and stands() == [(MemberState.TRYING, "fickle")]

        for _ in range(20):  # it takes a bad moment
            centre.set_state("fickle", OperatorState.WAITING)
            switch.call("in")
            wait_for(lambda: stranded() or not stands(), "picked up")
            if stranded():
                break
            switch.api("hupall")
            switch.idle()
        assert stranded()
        centre.set_status("fickle", OperatorStatus.LOGGED_OUT)
        centre.set_status("faithful", OperatorStatus.ON_DEMAND)
        seconds = itertools.count(0, 5)
        clock = (datetime(2027, 4, 1, tzinfo=UTC) + timedelta(seconds=second) for second in seconds)
        rescue = Rescue(centre, watch.recall, clock=lambda: next(clock))
        (stuck,) = [row.call for row in alive()]
        wait_for(lambda: stuck in {row.uuid for row in centre.channels()}, "the list of legs is up to date")
        rescue.facts()
        rescue.facts()
        wait_for(lambda: stands() == [(MemberState.ANSWERED, "faithful")], "served after all")
    finally:
        watch.link.stop()
