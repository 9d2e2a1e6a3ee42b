"""Whether anybody spoke on a placed leg."""

from __future__ import annotations

from datetime import UTC, datetime

from fsbridge.domain.duty import Talks
from fsbridge.domain.duty.talks import REMEMBERED
from fsbridge.domain.events import CallAnswered, CallBridged, CallStarted

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)


def placed(*, answered: bool) -> Talks:
    """The operator has taken b1, which is joined to a number outside, o1."""
    talks = Talks()
    for uuid in ("b1", "o1"):
        talks.started(CallStarted(at=NOON, uuid=uuid))
    for uuid in ("b1", "o1") if answered else ("b1",):
        talks.answered(CallAnswered(at=NOON, uuid=uuid))
    talks.bridged(CallBridged(at=NOON, uuid="b1", other="o1"))
    return talks


def test_whom_nobody_answered_has_not_spoken_although_the_tones_were_heard() -> None:
    assert not placed(answered=False).spoke("b1")
    assert placed(answered=True).spoke("b1")


def test_who_was_only_asked_has_not_spoken_with_the_caller() -> None:
    talks = placed(answered=True)
    assert not talks.spoke("b1", "c1")
    talks.bridged(CallBridged(at=NOON, uuid="c1", other="b1"))
    assert talks.spoke("b1", "c1")


def test_a_leg_whose_beginning_was_not_seen_may_have_spoken() -> None:
    assert Talks().spoke("b1")


def test_old_legs_are_forgotten() -> None:
    talks = placed(answered=False)
    for number in range(REMEMBERED):
        talks.started(CallStarted(at=NOON, uuid=f"later {number}"))
    assert talks.spoke("b1")
    assert len(talks._legs) == REMEMBERED
