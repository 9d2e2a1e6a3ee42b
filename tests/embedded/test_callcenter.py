"""mod_callcenter's behaviour on the embedded switch, as its source has it."""

from __future__ import annotations

import pytest

from fsbridge.embedded import Handset
from tests.embedded.room import Room

RINGS = Handset(answers=None)


def one_after_the_other(room: Room, calls: int) -> list[str]:
    """Who is offered each of some short calls, one at a time."""
    for _ in range(calls):
        call = room.call()
        room.clock.advance(3)
        call.hang_up()
        room.clock.advance(3)
    return room.offers()


def test_the_longest_idle_agent_comes_first():
    room = Room()
    room.seat("ann", "bob", "cyd")
    assert one_after_the_other(room, 4) == ["ann", "bob", "cyd", "ann"]


def test_round_robin_goes_on_from_the_agent_called_last():
    room = Room(strategy="round-robin")
    for position, name in enumerate(("ann", "bob", "cyd"), start=1):
        room.seat(name, position=position)
    assert one_after_the_other(room, 4) == ["ann", "bob", "cyd", "ann"]


def test_top_down_begins_at_the_top_for_every_caller():
    room = Room(strategy="top-down")
    for position, name in enumerate(("ann", "bob"), start=1):
        room.seat(name, position=position)
    assert one_after_the_other(room, 3) == ["ann", "ann", "ann"]


def test_top_down_goes_down_for_a_caller_who_is_not_answered():
    room = Room(strategy="top-down")
    room.seat("ann", position=1, phone=Handset(refuses="CALL_REJECTED"))
    room.seat("bob", position=2)
    room.call()
    room.clock.advance(3)
    assert room.offers() == ["ann", "bob"]


@pytest.mark.parametrize(
    ("strategy", "first"),
    [
        ("agent-with-least-talk-time", "bob"),
        ("agent-with-fewest-calls", "bob"),
        ("sequentially-by-agent-order", "ann"),
        ("no-such-strategy", "ann"),
    ],
)
def test_whose_turn_it_is(strategy, first):
    room = Room(strategy=strategy)
    room.seat("ann", position=1)
    room.seat("bob", position=2)
    ann = room.tables.agents["ann"]
    ann.talk_time, ann.calls_answered, ann.last_bridge_end = 100, 5, room.switch.core.second() - 60
    room.call()
    room.clock.advance(1)
    assert room.offers() == [first]


def test_random_is_the_same_for_the_same_seed():
    def drawn() -> list[str]:
        room = Room(strategy="random")
        room.seat("ann", "bob", "cyd")
        return one_after_the_other(room, 6)

    assert drawn() == drawn()
    assert len(set(drawn())) > 1


def test_ring_all_lets_everybody_ring_and_the_first_to_answer_has_the_call():
    room = Room(strategy="ring-all")
    room.seat("ann", phone=Handset(1.0))
    room.seat("bob", phone=Handset(0.4))
    room.seat("cyd", phone=RINGS)
    room.call()
    room.clock.advance(3)
    assert room.offers() == ["ann", "bob", "cyd"]
    assert "bridge-agent-start bob" in room.said
    assert {"bridge-agent-fail ann", "bridge-agent-fail cyd"} <= set(room.said)
    assert [room.agent(name)[1] for name in ("ann", "bob", "cyd")] == [
        "Waiting",
        "In a queue call",
        "Waiting",
    ]


def test_ring_progressively_adds_one_telephone_after_the_other():
    room = Room(strategy="ring-progressively", ring_progressively_delay=5)
    for position, name in enumerate(("ann", "bob", "cyd"), start=1):
        room.seat(name, position=position, phone=RINGS)
    room.call()
    seen = []
    for _ in range(3):
        room.clock.advance(4)
        seen.append(room.offers())
    assert seen == [["ann"], ["ann", "bob"], ["ann", "bob", "cyd"]]


def test_the_next_level_is_called_only_after_the_wait():
    room = Room(tier_rules_apply=True, tier_rule_wait_second=5, tier_rule_no_agent_no_wait=False)
    room.seat("ann", level=1, phone=Handset(refuses="USER_BUSY"), busy_delay_time=60)
    room.seat("bob", level=2)
    room.tables.set_tier("level", "0", "help@city", "ann")
    room.call()
    room.clock.advance(4)
    assert room.offers() == ["ann"]
    room.clock.advance(3)
    assert room.offers() == ["ann", "bob"]


def test_a_level_without_anybody_is_not_waited_for():
    room = Room(tier_rules_apply=True, tier_rule_wait_second=600)
    room.seat("bob", level=2)
    room.call()
    room.clock.advance(1)
    assert room.offers() == ["bob"]


def test_nobody_is_called_in_the_wrap_up_time():
    room = Room()
    room.seat("ann", wrap_up_time=10, phone=Handset(0.5, talks=2))
    room.call()
    room.clock.advance(3)
    room.call("0762222222")
    room.clock.advance(9)
    assert room.offers() == ["ann"]
    assert room.agent("ann")[1] == "Waiting", "mod_callcenter has no state for it"
    room.clock.advance(3)
    assert room.offers() == ["ann", "ann"]


def test_on_demand_is_idle_after_each_call_until_told_to_wait():
    room = Room()
    room.seat("ann", phone=Handset(0.5, talks=2))
    room.config("agent set status ann 'Available (On Demand)'")
    room.call()
    room.clock.advance(4)
    room.call("0762222222")
    room.clock.advance(30)
    assert room.agent("ann") == ("Available (On Demand)", "Idle")
    assert room.offers() == ["ann"]
    room.config("agent set state ann Waiting")
    room.clock.advance(1)
    assert room.offers() == ["ann", "ann"]


def test_logging_out_in_mid_call_cuts_nothing():
    room = Room()
    room.seat("ann")
    call = room.call()
    room.clock.advance(2)
    room.config("agent set status ann 'Logged Out'")
    room.clock.advance(10)
    assert not call.over
    assert room.agent("ann") == ("Logged Out", "In a queue call")


def test_logging_out_while_it_rings_stops_the_ringing():
    room = Room()
    room.seat("ann", phone=RINGS)
    room.call()
    room.clock.advance(2)
    room.config("agent set status ann 'Logged Out'")
    room.clock.advance(1)
    assert "bridge-agent-fail ann" in room.said
    assert room.tables.members.popitem()[1].state == "Waiting"


def test_who_lets_it_ring_too_often_gets_a_break():
    room = Room(agent_no_answer_status="Logged Out")
    room.seat("ann", phone=RINGS, max_no_answer=2)
    room.config("agent set contact ann [leg_timeout=3]user/ann")
    room.call()
    room.clock.advance(20)
    assert room.offers() == ["ann", "ann"]
    assert "agent-max-no-answer ann" in room.said
    assert room.agent("ann") == ("Logged Out", "Waiting")


def test_a_telephone_that_rejects_is_left_alone_for_its_delay():
    room = Room()
    room.seat("ann", phone=Handset(refuses="CALL_REJECTED"), reject_delay_time=5)
    room.call()
    room.clock.advance(4)
    assert room.offers() == ["ann"]
    room.clock.advance(2)
    assert room.offers() == ["ann", "ann"]


def test_an_agent_without_a_telephone_is_tried_again_and_again():
    room = Room()
    room.seat("ann")
    del room.switch.telephones["ann"]
    room.call()
    room.clock.advance(3)
    assert "bridge-agent-fail ann" in room.said
    assert room.agent("ann")[1] == "Waiting"


def test_a_caller_who_waits_too_long_leaves():
    room = Room(max_wait_time=5)
    call = room.call()
    room.clock.advance(7)
    assert "member-queue-end TIMEOUT" in room.said
    assert call.leg.variables["cc_cancel_reason"] == "TIMEOUT"
    assert call.over, "the dialplan went on, to its end"


def test_a_telephone_that_rings_at_the_end_of_the_wait_gets_its_chance():
    room = Room(max_wait_time=5)
    room.seat("ann", phone=Handset(8))
    call = room.call()
    room.clock.advance(12)
    assert "bridge-agent-start ann" in room.said
    assert not call.over


def test_a_caller_leaves_when_nobody_is_there_for_too_long():
    room = Room(max_wait_time_with_no_agent=4)
    room.seat("ann")
    room.config("agent set status ann 'Logged Out'")
    room.call()
    room.clock.advance(8)
    assert "member-queue-end NO_AGENT_TIMEOUT" not in room.said, "five seconds of grace"
    room.clock.advance(4)
    assert "member-queue-end NO_AGENT_TIMEOUT" in room.said


def test_everybody_on_a_break_is_nobody_gone():
    room = Room(max_wait_time_with_no_agent=4)
    room.seat("ann")
    room.config("agent set status ann 'On Break'")
    call = room.call()
    room.clock.advance(60)
    assert not call.over
    assert room.offers() == []


def test_agents_who_leave_while_a_caller_waits_start_that_clock():
    room = Room(max_wait_time_with_no_agent=4, max_wait_time_with_no_agent_time_reached=0)
    room.seat("ann", phone=RINGS)
    room.call()
    room.clock.advance(30)
    room.config("agent set status ann 'Logged Out'")
    room.clock.advance(3)
    assert "member-queue-end NO_AGENT_TIMEOUT" not in room.said
    room.clock.advance(3)
    assert "member-queue-end NO_AGENT_TIMEOUT" in room.said


def test_the_exit_key_leads_out_and_others_do_not():
    room = Room()
    call = room.call()
    room.clock.advance(2)
    call.press("5")
    room.clock.advance(1)
    assert not any("EXIT" in word for word in room.said)
    call.press("9")
    room.clock.advance(0.1)
    assert "member-queue-end EXIT_WITH_KEY" in room.said
    assert call.leg.variables["cc_exit_key"] == "9"


def test_a_caller_who_hangs_up_is_forgotten_after_a_minute():
    room = Room()
    call = room.call()
    room.clock.advance(2)
    call.hang_up()
    room.clock.advance(30)
    assert [member.state for member in room.tables.members.values()] == ["Abandoned"]
    room.clock.advance(40)
    assert room.tables.members == {}


def test_who_was_pulled_out_reads_like_who_hung_up():
    room = Room()
    call = room.call()
    room.clock.advance(2)
    room.switch.tell(f"uuid_transfer {call.leg.uuid} nowhere")
    room.clock.advance(1)
    assert "member-queue-end BREAK_OUT" in room.said


def test_a_caller_may_take_the_old_place_again_where_that_is_allowed():
    room = Room(abandoned_resume_allowed=True)
    first = room.call()
    room.clock.advance(5)
    first.hang_up()
    room.clock.advance(5)
    room.call()
    assert room.said[-1] == "member-queue-resume"
    assert [member.joined_epoch for member in room.tables.members.values()] == [
        room.switch.core.second() - 10
    ]


def test_who_waits_longest_is_served_first_and_a_score_counts_more():
    room = Room()
    calls = [room.call(f"076000000{number}") for number in range(2)]
    calls.append(room.switch.dial_in("help", caller="0760000009", variables={"cc_base_score": "100"}))
    room.clock.advance(3)
    room.seat("ann", phone=Handset(0.1, talks=1))
    room.clock.advance(10)
    served = [call.leg.times.bridged for call in (calls[2], calls[0], calls[1])]
    assert served == sorted(served)
    assert all(served)


def test_the_visit_ends_when_the_agent_s_leg_ends_even_if_the_caller_talks_on():
    room = Room()
    room.switch.dialplan.add("public", *())
    room.seat("ann")
    call = room.call()
    room.clock.advance(2)
    leg = room.tables.agents["ann"].uuid
    room.switch.tell(f"uuid_kill {leg}")
    room.clock.advance(0.3)
    assert "member-queue-end ann" in room.said
    assert not call.over
    room.clock.advance(1)
    assert call.over


def test_callcenter_break_lets_the_agent_go_and_the_talk_goes_on():
    room = Room()
    room.seat("ann")
    call = room.call()
    room.clock.advance(2)
    room.switch.tell(f"callcenter_break agent {room.tables.agents['ann'].uuid}")
    room.clock.advance(0.2)
    assert room.agent("ann")[1] == "Waiting"
    assert call.leg.bridge is not None


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("agent set status nobody Available", "-ERR Agent not found!\n"),
        ("agent set status ann Lunch", "-ERR Invalid Agent Status!\n"),
        ("agent set state ann Asleep", "-ERR Invalid Agent State!\n"),
        ("agent set colour ann red", "-ERR Invalid Agent Update KEY!\n"),
        ("agent set status ann", "-ERR Invalid!\n"),
        ("agent add ann callback", "-ERR Agent already exist!\n"),
        ("agent add bob telepathy", "-ERR Agent type invalid!\n"),
        ("agent get status ann", "Available"),
        ("agent get uuid nobody", "-ERR Agent not found!\n"),
        ("agent del nobody", "+OK\n"),
        ("tier add nope@city ann", "-ERR Queue not found!\n"),
        ("tier add help@city bob", "-ERR Agent not found!\n"),
        ("tier add help@city ann", "-ERR Tier already exist!\n"),
        ("tier set level nope@city ann 3", "-ERR Unknown Error!\n"),
        ("tier set state help@city ann Asleep", "-ERR Invalid Tier State!\n"),
        ("tier del nope@city ann", "+OK\n"),
        ("queue load nope@city", "-ERR Invalid Queue not found!\n"),
        ("queue unload nope@city", "+OK\n"),
        ("queue count", "1\n"),
        ("queue count members help@city", "0\n"),
        ("queue list agents nope@city", "+OK\n"),
        ("queue list nonsense", "-ERR Invalid!\n"),
        ("agent", "-ERR Invalid!\n"),
    ],
)
def test_its_replies_are_mod_callcenter_s(said, answered):
    room = Room()
    room.seat("ann")
    assert room.config(said) == answered
