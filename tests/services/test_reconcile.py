"""Drift is noticed when it lasts, and repaired."""

from __future__ import annotations

from datetime import UTC, datetime

from fsbridge.domain.events import CallerEnteredQueue, CallStarted
from fsbridge.domain.facts import ChannelRow, Facts
from fsbridge.services.floor import Floor
from fsbridge.services.reconcile import Reconciler

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


class Told:
    """FreeSWITCH says what it is told to say."""

    def __init__(self, *facts: Facts) -> None:
        self.answers = list(facts)

    def facts(self) -> Facts:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def outcomes(self, unsettled: object) -> dict[str, object]:
        return {}


def test_a_list_that_lags_for_a_moment_is_no_drift() -> None:
    floor = Floor()
    floor.apply(CallStarted(at=NOON, uuid="a"))
    reconciler = Reconciler(floor, Told(Facts(), Facts(channels=(ChannelRow(uuid="a"),))))  # type: ignore[arg-type]
    assert [reconciler.check(), reconciler.check(), reconciler.check()] == [(), (), ()]
    assert (floor.snapshot().legs, reconciler.repairs) == (1, 0)


def test_a_caller_stuck_here_is_let_go() -> None:
    floor = Floor(clock=lambda: NOON)
    floor.apply(CallerEnteredQueue(at=NOON, visit="v", call="c", queue="q"))
    reconciler = Reconciler(floor, Told(Facts()))  # type: ignore[arg-type]
    reconciler.check()
    assert [str(one) for one in reconciler.check()] == ["visit v: here waiting, FreeSWITCH gone"]
    assert floor.snapshot().waiting == 0
    assert floor.snapshot().balanced


def test_a_leg_missing_in_a_late_list_comes_back_with_the_next() -> None:
    floor = Floor()
    floor.apply(CallStarted(at=NOON, uuid="a"))
    floor.resync(Facts())
    assert floor.snapshot().legs == 0
    reconciler = Reconciler(floor, Told(Facts(channels=(ChannelRow(uuid="a"),))))  # type: ignore[arg-type]
    reconciler.check()
    reconciler.check()
    assert floor.snapshot().legs == 1
