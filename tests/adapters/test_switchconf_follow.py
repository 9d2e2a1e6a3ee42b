"""A running FreeSWITCH follows the plan: it is told what differs, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.adapters.switchconf import FollowingSwitch, conf_of, render
from fsbridge.config import load
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Days, SpecialDays
from fsbridge.errors import ConfigError, NotConnectedError

PLAN = example("kanazawa").plan
QUEUES = [one.key for one in PLAN.queues]


class Switch:
    """FreeSWITCH's end: what it was told, the queues it has loaded; `away` when it cannot be reached."""

    def __init__(self, folder: Path, *, rendered: bool = True) -> None:
        self.settings = load(home=folder, environment={})
        self.queues = list(QUEUES)
        self.told: list[str] = []
        self.away = False
        if rendered:
            render(self.conf(PLAN))
        self.following = FollowingSwitch(self.api)

    def conf(self, plan: CentrePlan):
        return conf_of(self.settings, plan=plan)

    def api(self, name: str, *args: str) -> str:
        if self.away:
            raise NotConnectedError("FreeSWITCH is away")
        if args == ("queue", "list"):
            return "\n".join(["name|strategy", *(f"{one}|x" for one in self.queues), "+OK"])
        self.told.append(" ".join((name, *args)))
        return "+OK"

    def follow(self, plan: CentrePlan) -> list[str]:
        """The names of the files that differed; what was told is in `told`."""
        self.told.clear()
        return [path.name for path in self.following.follow(self.conf(plan))]


def with_flow(key: str, **changes: object) -> CentrePlan:
    flows = [replace(one, **changes) if one.key == key else one for one in PLAN.flows]
    return replace(PLAN, flows=flows)


@pytest.fixture
def switch(tmp_path: Path) -> Switch:
    return Switch(tmp_path)


def test_nothing_new_is_nothing_told(switch: Switch) -> None:
    assert switch.follow(PLAN) == []
    assert switch.told == []


def test_other_hours_are_read_and_no_queue_is_touched(switch: Switch) -> None:
    switch.follow(PLAN)
    works = SpecialDays("works", Days("05-01"), announcement="new-year")
    hours = replace(PLAN.schedule, special_days=(works, *PLAN.schedule.special_days))
    assert switch.follow(PLAN.with_schedule(hours)) == ["public.xml"]
    assert switch.told == ["reloadxml"]


def test_a_queue_takes_its_new_settings_alone(switch: Switch) -> None:
    switch.follow(PLAN)
    assert switch.follow(with_flow("leak", max_wait=1800)) == ["callcenter.conf.xml"]
    assert switch.told == ["reloadxml", "callcenter_config queue load leak@kanazawa"]


def test_a_queue_freeswitch_has_lost_is_loaded(switch: Switch) -> None:
    switch.queues.remove("other@kanazawa")
    assert switch.follow(PLAN) == []
    assert switch.told == ["callcenter_config queue load other@kanazawa"]


def test_what_freeswitch_missed_while_away_is_told_when_it_is_back(switch: Switch) -> None:
    switch.follow(PLAN)
    switch.away = True
    changed = with_flow("leak", max_wait=1800)
    with pytest.raises(NotConnectedError):
        switch.follow(changed)
    switch.away = False
    assert switch.follow(changed) == [], "the files are right already"
    assert switch.told == ["reloadxml", "callcenter_config queue load leak@kanazawa"]


def test_a_folder_nobody_rendered_into_is_left_alone(tmp_path: Path) -> None:
    switch = Switch(tmp_path, rendered=False)
    assert switch.follow(PLAN) == []
    assert switch.told == []
    assert list(tmp_path.iterdir()) == []


def test_a_plan_freeswitch_could_not_take_changes_nothing(switch: Switch) -> None:
    before = (switch.settings.switch_folder / "conf/dialplan/public.xml").read_bytes()
    queues = [replace(one, music="${system(id)}") for one in PLAN.queues]
    with pytest.raises(ConfigError, match="FreeSWITCH would expand"):
        switch.follow(replace(PLAN, queues=queues))
    assert (switch.settings.switch_folder / "conf/dialplan/public.xml").read_bytes() == before
    assert switch.told == []
