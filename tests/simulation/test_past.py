"""The short records of a simulation say what FreeSWITCH's whole ones would."""

from __future__ import annotations

from fsbridge.adapters.cdr.parse import parse
from fsbridge.embedded import Handset, QueueConf, Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.records import as_json, record_of
from fsbridge.simulation.past import short_record


def legs_of_a_call() -> list[Leg]:
    """A caller's leg and an operator's, over."""
    plan = {"public": [extension("^100$", ("set", "fsbridge_flow=leak%20é"), ("callcenter", "leak@town"))]}
    clock = VirtualClock()
    switch = Switch(clock, SwitchConf(queues=(QueueConf("leak@town"),), dialplan=plan, seed=1))
    switch.telephones["op1"] = Handset(2.0, talks=30.0)
    tables = switch.callcenter.tables
    tables.add_agent("op1", "callback")
    tables.set_agent("contact", "user/op1", "op1")
    tables.add_tier("leak@town", "op1", 1, 1)
    tables.set_agent("status", "Available", "op1")
    legs: list[Leg] = []
    call = switch.dial_in("100", caller="0761234567")
    switch.on_record.append(lambda record: legs.extend(leg for leg in switch.core.legs.values() if leg.cause))
    while clock.step():
        pass
    assert call.over
    return list({leg.uuid: leg for leg in legs}.values())


def test_a_short_record_says_the_same_of_the_past() -> None:
    legs = legs_of_a_call()
    assert {leg.direction for leg in legs} == {"inbound", "outbound"}
    for leg in legs:
        assert parse(as_json(short_record(leg))) == parse(as_json(record_of(leg)))
    assert {leg.variables.get("cc_side") for leg in legs} == {"member", "agent"}
