"""Which emergency announcement a caller hears."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.emergency import Emergency, heard, sound_name
from fsbridge.domain.soundnames import checked

NOON = dt.datetime(2027, 4, 1, 3, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def on(flow: str, *, since: dt.datetime = NOON, until: dt.datetime = NOON + HOUR) -> Emergency:
    return Emergency(flow, "断水しています。", f"{flow}.wav", "sato", since, until)


def test_a_flows_own_is_heard_before_the_one_for_everybody() -> None:
    both = [on(""), on("leak")]
    assert heard(both, "leak", NOON) == both[1]
    assert heard(both, "billing", NOON) == both[0]
    assert heard(both[1:], "billing", NOON) is None


def test_when_a_flows_own_is_over_the_one_for_everybody_is_heard() -> None:
    both = [on("", until=NOON + 2 * HOUR), on("leak")]
    assert heard(both, "leak", NOON + HOUR) == both[0]


def test_it_is_heard_from_its_beginning_up_to_its_end() -> None:
    one = [on("leak")]
    times = [NOON - HOUR / 60, NOON, NOON + HOUR - HOUR / 3600, NOON + HOUR]
    assert [heard(one, "leak", at) is not None for at in times] == [False, True, True, False]


@given(st.lists(st.text(max_size=20), unique=True, max_size=6))
def test_every_flow_has_a_sound_of_its_own_with_a_name_a_file_can_have(flows: list[str]) -> None:
    names = [checked(sound_name(flow)) for flow in flows]
    assert len(set(names)) == len(names)
