"""On a real FreeSWITCH: telephones that ring together and are picked up in the same instant."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from collections.abc import Callable

import gevent

from fsbridge.adapters.switchconf import render
from fsbridge.app import Watch
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.seats import Allowance, Person
from fsbridge.services.floor import utc_now
from fsbridge.services.keeper import Keeper
from fsbridge.services.operators import Operators
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import DutiesInMemory
from fsbridge.testing.seats import SeatsInMemory
from tests.freeswitch.freeswitch import LocalSwitch, telephones
from tests.waiting import wait_for

NAMES = ("agent1", "agent2", "agent3", "agent4")
IN = """<include>
<extension name="in"><condition field="destination_number" expression="^in$">
  <action application="callcenter" data="leak@kanazawa"/>
</condition></extension>
</include>
"""


def test_one_talks_and_the_others_are_free_at_once_and_on_no_open_line(
    fresh_switch: Callable[..., LocalSwitch],
) -> None:
    switch = fresh_switch(telephones_of=lambda ports: telephones(ports, "agent", len(NAMES)))
    queues = tuple(dataclasses.replace(one, strategy="ring-all") for one in switch.conf.centre.queues)
    switch.conf = dataclasses.replace(
        switch.conf, centre=dataclasses.replace(switch.conf.centre, queues=queues)
    )
    render(switch.conf)
    switch.extension("in", IN)
    switch.api("callcenter_config", "queue", "reload", "leak@kanazawa")

    watch = Watch(switch.conf.host, switch.conf.port, switch.conf.password)
    seats = SeatsInMemory([Person(name) for name in NAMES])
    book = DutiesInMemory(NAMES)
    operators = Operators(
        Seats(seats, lambda at: Allowance("all", seats=4, registered=4)), book, watch.callcenter
    )
    began = utc_now()
    keeper, stop = Keeper(operators, clock=lambda: began), threading.Event()  # nobody's seat grows old
    watch.listeners.append(keeper.hear)
    watch.start()
    working = gevent.spawn(keeper.run, stop, every=0.05)
    try:
        watch.link.wait_ready(20)
        for name in NAMES:
            operators.log_in(name, name, utc_now(), choice=Choice(Status.READY))
        switch.call("in")

        def statuses() -> Counter[Status]:
            return Counter(duty.status for duty in book.look())

        wait_for(lambda: statuses() == {Status.TALKING: 1, Status.READY: 3}, "one talks, three are free")
        wait_for(lambda: len(switch.channels()) == 4, "two ends of the caller, two of the telephone")
        assert statuses() == {Status.TALKING: 1, Status.READY: 3}
    finally:
        stop.set()
        working.join(5)
        watch.stop()
