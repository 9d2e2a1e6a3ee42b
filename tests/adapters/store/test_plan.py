"""The plan in the store: back as it was saved, changed by what differs, with every change audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fsbridge.adapters.planfile import example, examples
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry, Flow, Operator, User
from fsbridge.adapters.store.plan import NoPlan, StoredPlan
from fsbridge.domain.plan import AnnouncementPlan, CentrePlan
from fsbridge.domain.schedule import Override
from fsbridge.errors import ConfigError
from fsbridge.testing.plans import small_plan

NOW = datetime(2027, 2, 10, tzinfo=UTC)
WHO = {"by": "sato", "at": NOW}


@pytest.fixture
def plans(store: Store) -> StoredPlan:
    plans = StoredPlan(store)
    plans.save(small_plan(), **WHO)
    return plans


def storm(plan: CentrePlan) -> CentrePlan:
    return plan.with_schedule(plan.schedule.with_override(Override("storm", date(2027, 2, 11), "sato", "雪")))


@pytest.mark.parametrize("name", examples())
def test_an_example_comes_back_as_it_was_saved(store: Store, name: str):
    plan = example(name).plan
    stored = StoredPlan(store)
    stored.save(plan, **WHO)
    assert stored.load() == plan
    assert stored.save(plan, **WHO) == []


def test_without_a_plan_it_says_how_to_begin(store: Store):
    stored = StoredPlan(store)
    assert not stored.exists()
    assert stored.version() == ""
    with pytest.raises(NoPlan, match="fsbridge init"):
        stored.load()


def test_the_version_changes_with_the_plan_and_only_then(plans: StoredPlan):
    before = plans.version()
    assert plans.version() == before
    changes = plans.change(lambda plan: replace(plan, name="新しい町"), **WHO)
    assert [str(one) for one in changes] == ["centre town: changed"]
    assert plans.version() != before
    plans.change(lambda plan: replace(plan, name="町"), **WHO)
    assert plans.version() == before


def test_every_change_is_in_the_audit_log_with_before_and_after(plans: StoredPlan, store: Store):
    def edit(plan: CentrePlan) -> CentrePlan:
        return replace(plan, flows=(plan.flows[0], replace(plan.flows[1], target=99)))

    plans.change(edit, by="suzuki", at=NOW, reason="夏の目標")
    with store.connection():
        row = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert (row.actor, row.action, row.subject, row.which, row.reason) == (
        "suzuki", "changed", "flow", "leak", "夏の目標",
    )  # fmt: skip
    assert "target" not in row.before
    assert row.after["target"] == 99


def test_other_hours_are_a_new_version_and_the_old_one_stays(plans: StoredPlan):
    def edit(plan: CentrePlan) -> CentrePlan:
        return plan.with_schedule(replace(plan.schedule, special_days=()))

    plans.change(edit, **WHO)
    newest, first = plans.versions()
    assert (newest.version, first.version) == (2, 1)
    assert "special_days" in first.data
    assert "special_days" not in newest.data


def test_an_override_is_no_new_version_and_ends_when_it_has_expired(plans: StoredPlan):
    plans.change(storm, **WHO)
    assert len(plans.versions()) == 1
    assert [one.author for one in plans.load().schedule.overrides] == ["sato"]
    assert plans.end_expired(NOW) == []
    assert plans.end_expired(NOW + timedelta(days=2)) == ["storm"]
    assert plans.load().schedule.overrides == ()
    plans.change(storm, **WHO)  # its name is free again
    assert len(plans.load().schedule.overrides) == 1


def test_an_edit_that_does_not_fit_changes_nothing(plans: StoredPlan):
    before = plans.version()

    def edit(plan: CentrePlan) -> CentrePlan:
        return replace(plan, name="x", fallback_queue="lost@town")

    with pytest.raises(ConfigError, match="lost@town"):
        plans.change(edit, **WHO)
    assert plans.version() == before


def test_flows_and_operators_that_go_stay_for_the_history(plans: StoredPlan, store: Store):
    def edit(plan: CentrePlan) -> CentrePlan:
        return replace(
            plan, flows=plan.flows[:1], queues=plan.queues[:1], operators=plan.operators[:1], tiers=()
        )

    plans.change(edit, **WHO)
    with store.connection():
        assert not Flow.get(Flow.key == "leak").active
        assert Operator.get(Operator.key == "op2").retired_at == NOW
    plans.save(small_plan(), **WHO)
    assert plans.load() == small_plan()


def test_an_announcement_that_differs_is_a_new_version(plans: StoredPlan):
    new = AnnouncementPlan("cut-off", "またおかけください。")

    def edit(plan: CentrePlan) -> CentrePlan:
        return replace(plan, announcements=(plan.announcements[0], new))

    plans.change(edit, **WHO)
    assert plans.load().announcement("cut-off") == new


def test_an_operator_gets_an_account_nobody_can_log_in_with_yet(plans: StoredPlan, store: Store):
    with store.connection():
        user = User.get(User.login == "op1")
        assert (user.name, user.password) == ("佐藤", "")
    assert plans.load().operator("op1").roles == ("operator",)


def test_the_allowance_is_that_of_the_season_in_force(store: Store):
    stored = StoredPlan(store)
    stored.save(example("kanazawa").plan, **WHO)
    spring = datetime(2027, 3, 1, 0, 0, tzinfo=UTC)
    assert (stored.allowance(spring).seats, stored.allowance(spring).registered) == (20, 30)
    assert stored.allowance(datetime(2027, 2, 28, 14, 59, tzinfo=UTC)).seats == 16  # 23:59 in Japan
    assert stored.allowance(datetime(2027, 2, 28, 15, 0, tzinfo=UTC)).seats == 20
