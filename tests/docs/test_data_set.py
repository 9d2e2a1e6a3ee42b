"""docs/data-set.md: its data set is whole, and every key there is stands on the page."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from fsbridge.adapters.planfile import CaseTypeEntry, ContactEntry, ScriptEntry, parse
from fsbridge.domain.plan import (
    AnnouncementPlan,
    FlowPlan,
    MenuPlan,
    OperatorPlan,
    QueuePlan,
    SeasonPlan,
    TierPlan,
    gaps,
)
from fsbridge.domain.schedule import check

TEXT = Path(__file__).parents[2].joinpath("docs", "data-set.md").read_text("utf-8")


def test_the_data_set_of_the_page_is_a_centre():
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    plan = parse(block, "docs/data-set.md").plan
    assert [one.operator for one in plan.tiers_of("all", "any@town")] == ["ann", "bob"]
    assert gaps(plan) == []
    assert check(plan.schedule, 2027) == []


@pytest.mark.parametrize(
    "part",
    [
        FlowPlan,
        QueuePlan,
        SeasonPlan,
        OperatorPlan,
        TierPlan,
        MenuPlan,
        AnnouncementPlan,
        ContactEntry,
        CaseTypeEntry,
        ScriptEntry,
    ],
)
def test_every_key_is_on_the_page(part: type):
    for field in dataclasses.fields(part):
        assert f"`{field.name}`" in TEXT, f"{part.__name__}.{field.name}"
