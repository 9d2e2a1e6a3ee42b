"""The season's tiers, told to a distributor by what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.planfile import example
from fsbridge.domain.facts import AgentRow, QueueRow, TierRow
from fsbridge.domain.plan import CentrePlan, TierPlan
from fsbridge.errors import FsbridgeError
from fsbridge.services.tiers import Tiers, wanted

PLAN = example("kanazawa").plan


class Distributor:
    """Tiers and operators as mod_callcenter keeps them; `told` is every command."""

    def __init__(self, queues: list[str] | None = None) -> None:
        self.told: list[tuple[object, ...]] = []
        self.names: set[str] = set()
        self.kept: dict[tuple[str, str], tuple[int, int]] = {}
        self._queues = [one.key for one in PLAN.queues] if queues is None else queues

    def queues(self) -> tuple[QueueRow, ...]:
        return tuple(QueueRow(name=name) for name in self._queues)

    def operators(self) -> tuple[AgentRow, ...]:
        return tuple(AgentRow(name=name) for name in sorted(self.names))

    def tiers(self) -> tuple[TierRow, ...]:
        return tuple(
            TierRow(queue=queue, operator=operator, level=level, position=position)
            for (queue, operator), (level, position) in self.kept.items()
        )

    def add_operator(self, name: str) -> bool:
        self.told.append(("add", name))
        self.names.add(name)
        return True

    def set_tier(self, queue: str, operator: str, *, level: int = 1, position: int = 1) -> None:
        assert operator in self.names, "mod_callcenter refuses a tier of nobody"
        self.told.append(("set", queue, operator))
        self.kept[queue, operator] = (level, position)

    def remove_tier(self, queue: str, operator: str) -> None:
        self.told.append(("remove", queue, operator))
        del self.kept[queue, operator]


def places(plan: CentrePlan, season: str) -> dict[tuple[str, str], tuple[int, int]]:
    return {(one.queue, one.operator): (one.level, one.position) for one in wanted(plan, season)}


def test_a_season_s_tiers_are_told_once() -> None:
    distributor = Distributor()
    tiers = Tiers(distributor)
    assert tiers.apply(PLAN, "busy")
    assert distributor.kept == places(PLAN, "busy")
    distributor.told.clear()
    assert not tiers.apply(PLAN, "busy")
    assert distributor.told == []


def test_another_season_changes_what_differs_and_no_more() -> None:
    distributor = Distributor()
    tiers = Tiers(distributor)
    tiers.apply(PLAN, "busy")
    distributor.told.clear()
    changes = tiers.apply(PLAN, "normal")
    assert distributor.kept == places(PLAN, "normal")
    assert {queue for queue, _ in (*changes.set, *changes.removed)} == {"opening@kanazawa"}
    kinds = [words[0] for words in distributor.told]
    assert kinds == sorted(kinds, key=["set", "remove"].index), "new ones come before old ones go"


def test_a_day_without_a_season_has_no_tiers() -> None:
    distributor = Distributor()
    tiers = Tiers(distributor)
    tiers.apply(PLAN, "normal")
    tiers.apply(PLAN, "")
    assert distributor.kept == {}


def test_who_was_taken_from_the_plan_serves_no_longer_and_strangers_are_left_alone() -> None:
    distributor = Distributor()
    distributor.names.add("telephone1")
    distributor.kept["other@kanazawa", "telephone1"] = (1, 1)
    tiers = Tiers(distributor)
    tiers.apply(PLAN, "normal")
    without = replace(
        PLAN,
        operators=[one for one in PLAN.operators if one.key != "op13"],
        tiers=[one for one in PLAN.tiers if one.operator != "op13"],
    )
    tiers.apply(without, "normal")
    assert {operator for _, operator in distributor.kept if operator in ("op13", "telephone1")} == {
        "telephone1"
    }


def test_a_queue_freeswitch_does_not_know_is_named_and_the_others_are_served() -> None:
    distributor = Distributor(queues=["other@kanazawa"])
    with pytest.raises(FsbridgeError, match=r"billing@kanazawa, leak@kanazawa, opening@kanazawa"):
        Tiers(distributor).apply(PLAN, "normal")
    assert {queue for queue, _ in distributor.kept} == {"other@kanazawa"}


TIERS = st.lists(
    st.builds(
        TierPlan,
        season=st.sampled_from(["busy", "normal"]),
        queue=st.sampled_from([one.key for one in PLAN.queues]),
        operator=st.sampled_from([one.key for one in PLAN.operators]),
        level=st.integers(1, 3),
        position=st.integers(1, 5),
    ),
    unique_by=lambda one: (one.season, one.queue, one.operator),
)


@given(st.lists(st.tuples(TIERS, st.sampled_from(["busy", "normal", ""])), max_size=5))
def test_whatever_was_before_the_last_plan_holds(steps: list[tuple[list[TierPlan], str]]) -> None:
    distributor = Distributor()
    tiers = Tiers(distributor)
    for planned, season in steps:
        plan = replace(PLAN, tiers=planned)
        tiers.apply(plan, season)
        assert distributor.kept == places(plan, season)
        assert not tiers.apply(plan, season)
