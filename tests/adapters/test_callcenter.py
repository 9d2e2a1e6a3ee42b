"""mod_callcenter's lists and commands, against what a real FreeSWITCH printed and accepts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.adapters.callcenter import (
    Callcenter,
    agent_rows,
    channel_rows,
    member_rows,
    queue_rows,
    tier_rows,
)
from fsbridge.domain.events import LeftReason
from fsbridge.domain.facts import MemberState
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.errors import CommandFailed, InvalidArgument, ProtocolError
from tests.recordings import SCENARIOS, told

MEMBERS = (
    "queue|instance_id|uuid|session_uuid|cid_number|cid_name|system_epoch|joined_epoch|rejoined_epoch|bridge_epoch"
    "|abandoned_epoch|base_score|skill_score|serving_agent|serving_system|state|score\n"
)


def member_line(number: str, name: str, visit: str = "ce03") -> str:
    return f"leak@city|single_box|{visit}|dbaa|{number}|{name}|1795348086|1795348086|0|0|0|0|0|||Waiting|3\n"


class Switchboard:
    """Takes mod_callcenter's commands and keeps what they change."""

    def __init__(self) -> None:
        self.agents: dict[str, dict[str, str]] = {}
        self.tiers: dict[tuple[str, str], dict[str, str]] = {}

    def api(self, name: str, *args: str) -> str:
        assert name == "callcenter_config"
        match args:
            case ("agent", "add", agent, _):
                if agent in self.agents:
                    raise CommandFailed(name, "-ERR Agent already exist!\n")
                self.agents[agent] = {}
            case ("agent", "del", agent):
                self.agents.pop(agent, None)
            case ("agent", "set", key, agent, value):
                if agent not in self.agents:
                    return "-ERR Agent not found!\n"
                self.agents[agent][key] = value
            case ("tier", "add", queue, agent, level, position):
                if (queue, agent) in self.tiers:
                    return "-ERR Tier already exist!\n"
                self.tiers[queue, agent] = {"level": level, "position": position}
            case ("tier", "set", key, queue, agent, value):
                self.tiers[queue, agent][key] = value
            case ("tier", "del", queue, agent):
                self.tiers.pop((queue, agent), None)
            case _:
                return "-ERR Invalid!\n"
        return "+OK\n"


class TestLists:
    """Tables as FreeSWITCH printed them."""

    def test_recorded_queues(self) -> None:
        rows = queue_rows(told("agent_status_round")["facts"]["queue list"])
        assert [(row.name, row.strategy, row.max_wait, row.max_wait_no_operator) for row in rows] == [
            ("leak@kanazawa", "ring-all", 5, 0),
            ("opening@kanazawa", "longest-idle-agent", 0, 0),
        ]

    def test_recorded_operators(self) -> None:
        first, second = agent_rows(told("no_answer_then_next_agent")["facts"]["agent list"])
        assert (first.name, first.status, first.state) == (
            "op03",
            OperatorStatus.ON_BREAK,
            OperatorState.WAITING,
        )
        assert first.contact == "[leg_timeout=4]sofia/internal/noanswer3@127.0.0.1:5070"
        assert first.bridged_second is None
        assert second.unbridged_second == datetime.fromtimestamp(1795348114, UTC)

    def test_recorded_tiers(self) -> None:
        (row,) = tier_rows(told("agent_status_round")["facts"]["tier list"])
        assert (row.queue, row.operator, row.level, row.position) == ("opening@kanazawa", "op08", 2, 1)

    def test_recorded_members_before_and_after_giving_up(self) -> None:
        facts = told("abandoned_while_waiting")["facts"]
        (waiting,) = member_rows(facts["members while waiting"])
        (gone,) = member_rows(facts["members after"])
        assert (waiting.state, waiting.number) == (MemberState.WAITING, "0762203333")
        assert waiting.call == "dbaa8d8a-74d1-4cc9-a9b0-b916ce70b7f4"
        assert (gone.state, gone.call) == (MemberState.ABANDONED, "")
        assert gone.left_second == datetime.fromtimestamp(1795348089, UTC)

    def test_every_recorded_list_is_read_whole(self) -> None:
        readers = {
            "agent list": agent_rows,
            "tier list": tier_rows,
            "queue list": queue_rows,
            "members while waiting": member_rows,
            "members after": member_rows,
        }
        for scenario in SCENARIOS:
            for name, text in told(scenario)["facts"].items():
                if name in readers:
                    assert len(readers[name](text)) == text.count("\n") - 2

    def test_recorded_legs_know_who_speaks_with_whom(self) -> None:
        rows = channel_rows(json.dumps(told("hold_and_eavesdrop")["facts"]["show channels"]))
        caller, operator = (row for row in rows if row.peer)
        assert (caller.number, caller.destination) == ("0762209999", "queue_opening")
        assert (caller.peer, operator.peer) == (operator.uuid, caller.uuid)
        assert all(row.answered and not row.held and not row.ended for row in rows)

    def test_no_legs_at_all(self) -> None:
        assert channel_rows('{"row_count":0}') == ()

    def test_an_empty_list_has_no_header(self) -> None:
        assert member_rows("+OK\n") == ()

    @pytest.mark.parametrize("text", ["", "name|status\nop01|Available", "-ERR Invalid!\n"])
    def test_a_list_cut_short_is_refused(self, text: str) -> None:
        with pytest.raises(ProtocolError):
            agent_rows(text)

    def test_a_tier_is_free_unless_a_call_holds_it(self) -> None:
        table = "queue|agent|state|level|position\n" + "".join(
            f"q|{state}|{state}|1|1\n"
            for state in ("Ready", "No Answer", "Offering", "Active Inbound", "Standby")
        )
        free = {row.operator for row in tier_rows(f"{table}+OK\n") if row.free}
        assert free == {"Ready", "No Answer"}

    def test_no_json_is_refused(self) -> None:
        with pytest.raises(ProtocolError):
            channel_rows("-ERR no\n")

    def test_a_contact_with_bars_is_one_dial_string(self) -> None:
        (row,) = agent_rows("name|contact|status|state\nop01|user/1|user/2|Available|Idle\n+OK\n")
        assert (row.contact, row.state) == ("user/1|user/2", OperatorState.IDLE)

    def test_a_music_with_a_bar_shifts_no_column(self) -> None:
        header = "name|strategy|moh_sound|max_wait_time|record_template|calls_answered\n"
        rows = queue_rows(header + "a|ring-all|x|y|5|rec|0\nb|ring-all|x|7|rec|tem|0\n+OK\n")
        assert [(row.name, row.max_wait) for row in rows] == [("a", 5), ("b", 7)]

    @settings(deadline=None)
    @given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
    def test_a_caller_s_name_never_shifts_a_column(self, name: str) -> None:
        """Whatever a caller calls himself, the row before and the row behind are read right."""
        hostile = name.replace("\r", "")
        text = MEMBERS + member_line("0761", "A", "v1") + member_line("0762", hostile, "v2")
        rows = member_rows(text + member_line("0763", "C", "v3") + "+OK\n")
        assert [(row.visit, row.number, row.state) for row in rows] == [
            ("v1", "0761", MemberState.WAITING),
            ("v2", "0762", MemberState.WAITING),
            ("v3", "0763", MemberState.WAITING),
        ]
        assert rows[1].name == ("" if hostile == "(null)" else hostile)

    def test_a_row_that_cannot_be_read_hides_no_other(self) -> None:
        text = MEMBERS + "garbage|x\n" * 25 + member_line("0762", "B") + "+OK\n"
        assert [row.number for row in member_rows(text)] == ["0762"]


class TestCommands:
    """Commands may be given twice, and refuse what cannot be said."""

    def test_adding_twice(self) -> None:
        board = Switchboard()
        assert Callcenter(board.api).add_operator("op 01") is True
        assert Callcenter(board.api).add_operator("op 01") is False
        assert list(board.agents) == ["op 01"]

    def test_status_state_contact_and_numbers(self) -> None:
        board = Switchboard()
        callcenter = Callcenter(board.api)
        callcenter.add_operator("op01")
        callcenter.set_status("op01", OperatorStatus.ON_DEMAND)
        callcenter.set_state("op01", OperatorState.WAITING)
        callcenter.set_contact("op01", "[leg_timeout=15]user/1001|user/1002")
        callcenter.set_number("op01", "wrap_up_time", 10)
        assert board.agents["op01"] == {
            "status": "Available (On Demand)",
            "state": "Waiting",
            "contact": "[leg_timeout=15]user/1001|user/1002",
            "wrap_up_time": "10",
        }

    def test_a_tier_is_added_or_moved(self) -> None:
        board = Switchboard()
        Callcenter(board.api).set_tier("leak@city", "op01", level=1, position=1)
        Callcenter(board.api).set_tier("leak@city", "op01", level=2, position=3)
        assert board.tiers["leak@city", "op01"] == {"level": "1", "position": "3"}

    def test_a_stuck_tier_is_freed(self) -> None:
        switchboard = Switchboard()
        callcenter = Callcenter(switchboard.api)
        callcenter.set_tier("leak@city", "op01")
        callcenter.free_tier("leak@city", "op01")
        assert switchboard.tiers["leak@city", "op01"]["state"] == "Ready"

    def test_one_operator_is_asked_for_by_name(self) -> None:
        def api(*words: str) -> str:
            assert words[:3] == ("callcenter_config", "agent", "list")
            known = "name|contact|status|state\nop01|user/1|On Break|Idle\n" if words[3] == "op01" else ""
            return f"{known}+OK\n"

        found = Callcenter(api).operator("op01")
        assert found is not None
        assert (found.status, found.state) == (OperatorStatus.ON_BREAK, OperatorState.IDLE)
        assert Callcenter(api).operator("op02") is None

    def test_removing_what_is_not_there(self) -> None:
        Callcenter(Switchboard().api).remove_operator("nobody")
        Callcenter(Switchboard().api).remove_tier("leak@city", "nobody")

    def test_an_unknown_operator_is_told(self) -> None:
        with pytest.raises(CommandFailed, match="Agent not found"):
            Callcenter(Switchboard().api).set_status("nobody", OperatorStatus.AVAILABLE)

    @pytest.mark.parametrize("name", ["", "op|01", "op\n01", "op\r01", "op\x0001"])
    def test_a_name_no_list_can_carry_is_refused_by_argument(self, name: str) -> None:
        with pytest.raises(InvalidArgument) as refusal:
            Callcenter(Switchboard().api).add_operator(name)
        assert refusal.value.argument == "operator"

    def test_an_unknown_key_and_status_are_refused(self) -> None:
        callcenter = Callcenter(Switchboard().api)
        with pytest.raises(InvalidArgument):
            callcenter.set_number("op01", "uuid", 1)
        with pytest.raises(InvalidArgument):
            callcenter.set_status("op01", OperatorStatus.UNKNOWN)


class TestOutcomes:
    """What a caller's leg still tells of a visit whose end nobody heard."""

    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            ({"variable_cc_cause": "answered", "variable_cc_agent": "op01"}, (True, None, "op01")),
            (
                {"variable_cc_cause": "cancel", "variable_cc_cancel_reason": "TIMEOUT"},
                (False, "timed out", ""),
            ),
            (
                {"variable_cc_cause": "cancel", "variable_cc_cancel_reason": "BREAK_OUT"},
                (False, "taken out", ""),
            ),
            (
                {"variable_cc_cancel_reason": "BREAK_OUT", "Answer-State": "hangup"},
                (False, "gave up", ""),
            ),
        ],
    )
    def test_a_leg_remembers(self, told: dict[str, str], expected: tuple[object, ...]) -> None:
        def api(name: str, *args: str) -> str:
            assert (name, args) == ("uuid_dump", ("dbaa", "json"))
            return json.dumps({"Answer-State": "answered", "variable_cc_member_uuid": "ce03", **told})

        outcome = Callcenter(api).outcomes({"ce03": "dbaa"})["ce03"]
        assert (outcome.answered, outcome.reason and outcome.reason.value, outcome.operator) == expected

    def test_a_leg_that_is_gone_by_now_hung_up(self) -> None:
        outcome = Callcenter(lambda name, *args: "-ERR No such channel!\n").outcomes({"ce03": "dbaa"})["ce03"]
        assert outcome.reason is LeftReason.GAVE_UP

    def test_a_leg_in_another_queue_by_now_does_not_tell(self) -> None:
        other = json.dumps({"variable_cc_member_uuid": "another", "variable_cc_cause": "answered"})
        assert Callcenter(lambda name, *args: other).outcomes({"ce03": "dbaa"}) == {}


@pytest.mark.parametrize("answer", ["+OK\n", "-ERR No such channel!\n"])
def test_a_telephone_is_dropped_that_may_have_gone(answer):
    said = []

    def api(*words: str) -> str:
        said.append(words)
        return answer

    Callcenter(api).drop_leg("a1")
    assert said == [("uuid_kill", "a1", "LOSE_RACE")]
