"""Which talks a call holds, and whether a recording is as long as its talk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.history.rows import CallRow, LegRow, VisitRow
from fsbridge.domain.recordings import Talk, amiss, named, talk_at, talks_of

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def visit(number: int, entered: float, answered: float | None, left: float) -> VisitRow:
    return VisitRow(
        uuid=f"v{number}", queue=f"q{number}", ordinal=number, entered_at=at(entered), first_entered_at=NOON,
        answered_at=None if answered is None else at(answered), left_at=at(left), operator=f"op{number}",
    )  # fmt: skip


CALL = CallRow(uuid="c", direction="inbound", started_at=NOON, answered_at=NOON, ended_at=at(300))


def test_each_answered_visit_is_a_talk_until_the_next_visit_or_the_end() -> None:
    visits = [visit(3, 200, 210, 280), visit(1, 0, 10, 60), visit(2, 70, None, 190)]
    legs = [LegRow(uuid="leg1", kind="queue", started_at=NOON, visit="v1")]
    first, last = talks_of(CALL, visits, legs)
    assert (first.number, first.leg, first.operator, first.left, first.over) == (
        1,
        "leg1",
        "op1",
        at(60),
        at(70),
    )
    assert (last.number, last.queue, last.over) == (2, "q3", None)


def test_calls_without_a_talk_have_none() -> None:
    assert talks_of(CALL, [visit(1, 0, None, 60)], []) == []
    out = CallRow(uuid="c", direction="outbound", started_at=NOON, ended_at=at(20))
    assert talks_of(out, [], []) == []
    assert talks_of(CallRow(uuid="c", direction="internal", started_at=NOON, answered_at=NOON), [], []) == []


def talk(left: float | None, over: float | None = None) -> Talk:
    return Talk(
        call="c", number=1, began=NOON, left=None if left is None else at(left),
        over=None if over is None else at(over),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "ended", "seconds", "wrong"),
    [
        (talk(60), 60, 60.9, ""),
        (talk(60), 60, 58.5, "short"),
        (talk(60), 60, 61.5, "long"),
        (talk(20), 60, 60, ""),  # handed on to a colleague: the recording goes on
        (talk(20), 60, 40, "short"),  # and breaks off
        (talk(20), 60, 20, ""),  # or ended with the operator
        (talk(20, over=30), 90, 20, ""),
        (talk(20, over=30), 90, 29, ""),  # it ended on the way to the next queue
        (talk(20, over=30), 90, 15, "short"),
        (talk(20, over=30), 90, 45, "long"),
        (talk(None), 60, 60, ""),
    ],
)
def test_a_recording_is_as_long_as_its_talk(one: Talk, ended: float, seconds: float, wrong: str) -> None:
    assert amiss(NOON, timedelta(seconds=seconds), one, at(ended)) == wrong


@given(st.floats(0, 7200), st.floats(-0.99, 0.99))
def test_within_a_second_nothing_is_amiss(seconds: float, off: float) -> None:
    length = timedelta(seconds=max(0.0, seconds + off))
    assert amiss(NOON, length, talk(seconds), at(seconds)) == ""


def test_a_recording_belongs_to_the_nearest_talk() -> None:
    talks = [Talk(call="c", number=n, began=at(n), left=None, over=None) for n in (0, 2, 60)]
    assert talk_at(talks, at(1.6)) is talks[1]
    assert talk_at(talks, at(30)) is None
    assert talk_at([], NOON) is None


@given(st.text(max_size=80))
def test_no_text_makes_a_name_that_leaves_its_folder(text: str) -> None:
    found = named(text)
    if found is not None:
        assert text.count("/") == 1
        assert ".." not in text.split("/")


@pytest.mark.parametrize(
    "path", ["2027-04-01/a/b-1806541200250000.wav", "2027-04-01/a-1806541200250000.mp3", "2027-04-01/a.wav",
             "2027-04-01/-1806541200250000.wav", "/2027-04-01/a-1806541200250000.wav"],
)  # fmt: skip
def test_other_names_are_none_of_freeswitchs(path: str) -> None:
    assert named(path) is None
