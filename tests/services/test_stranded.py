"""Callers whom mod_callcenter passes over for ever are queued again, and rows nobody is behind left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.domain.facts import AgentRow, ChannelRow, Facts, MemberRow, MemberState
from fsbridge.domain.operators import OperatorState
from fsbridge.services.stranded import Rescue

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)


class Switch:
    """One operator, one caller in Trying, and a clock."""

    def __init__(self) -> None:
        self.alive = True
        self.serving = "op01"
        self.state = OperatorState.WAITING
        self.now = NOON
        self.recalled: list[str] = []
        self.rescue = Rescue(self, self.recalled.append, clock=lambda: self.now)

    def facts(self) -> Facts:
        return Facts(
            channels=(ChannelRow(uuid="c1"),) if self.alive else (),
            agents=(AgentRow(name="op01", state=self.state),),
            members=(
                MemberRow(
                    queue="leak@city", visit="v1", state=MemberState.TRYING, call="c1", operator=self.serving
                ),
            ),
        )

    def outcomes(self, unsettled: object) -> dict[str, object]:
        return {}

    def asked(self, times: int = 1) -> Facts:
        for _ in range(times):
            self.now += timedelta(seconds=5)
            facts = self.rescue.facts()
        return facts


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.mark.parametrize("state", [OperatorState.WAITING, OperatorState.IDLE, OperatorState.RESERVED])
def test_a_caller_of_an_operator_who_is_not_being_called_is_queued_again(
    switch: Switch, state: OperatorState
) -> None:
    switch.state = state
    switch.asked()
    assert switch.recalled == [], "one look may have met a moment"
    switch.asked()
    assert switch.recalled == ["c1"]
    assert switch.asked().members, "who is on the line stays on the floor"


def test_two_questions_in_one_moment_confirm_nothing(switch: Switch) -> None:
    switch.asked()
    switch.rescue.facts()
    assert switch.recalled == []


@pytest.mark.parametrize(
    ("serving", "state"),
    [("op01", OperatorState.RECEIVING), ("ring-all", OperatorState.WAITING), ("", OperatorState.WAITING)],
)
def test_who_is_being_offered_or_rings_everywhere_is_left_alone(
    switch: Switch, serving: str, state: OperatorState
) -> None:
    switch.serving, switch.state = serving, state
    switch.asked(3)
    assert switch.recalled == []


def test_a_row_whose_caller_is_gone_is_left_out_and_told_of_once(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    switch.alive = False
    assert switch.asked().members
    assert switch.asked().members == ()
    assert switch.asked(3).members == ()
    assert switch.recalled == []
    assert caplog.text.count("v1") == 1


def test_a_caller_whom_the_list_of_legs_lacked_for_a_moment_is_no_ghost(switch: Switch) -> None:
    switch.alive = False
    switch.asked()
    switch.alive, switch.serving = True, "ring-all"
    assert switch.asked(2).members
