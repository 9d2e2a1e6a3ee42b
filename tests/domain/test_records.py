"""What a channel's variables tell of queue visits, and that nothing of one is lost to the next."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.records import PUT_AWAY, VISITS, held, micro, put_away, second, visits_in

WORDS = st.text("abcdefgh0123456789-@", min_size=1, max_size=8)
VISIT = st.fixed_dictionaries(
    {"cc_member_uuid": WORDS, "cc_queue": WORDS, "cc_cause": st.sampled_from(["answered", "cancel"])},
    optional={"cc_cancel_reason": st.sampled_from(["TIMEOUT", "BREAK_OUT"]), "cc_agent": WORDS},
)


@given(st.lists(VISIT, max_size=6, unique_by=lambda visit: visit["cc_member_uuid"]))
def test_visits_put_away_one_after_the_other_are_all_there(visits: list[dict[str, str]]) -> None:
    channel: dict[str, str] = {}
    for visit in visits:
        channel[VISITS] = put_away(channel)
        channel |= dict.fromkeys(PUT_AWAY, "") | visit
    assert [(note.uuid, note.queue) for note in visits_in(channel)] == [
        (visit["cc_member_uuid"], visit["cc_queue"]) for visit in visits
    ]


def test_what_an_earlier_visit_left_is_not_taken_for_this_one_s() -> None:
    (note,) = visits_in(
        {
            "cc_member_uuid": "b",
            "cc_queue": "q",
            "cc_queue_joined_epoch": "1795348063",
            "cc_cause": "cancel",
            "cc_cancel_reason": "TIMEOUT",
            "cc_agent": "op01",
            "cc_queue_answered_epoch": "1795348000",
        }
    )
    assert (note.answered, note.operator, note.answered_second) == (False, "", None)


def test_a_caller_gone_in_the_moment_of_the_answer_was_not_answered() -> None:
    values = {"cc_member_uuid": "b", "cc_queue": "q", "cc_cause": "answered", "cc_agent_bridged": "false"}
    assert not visits_in(values)[0].answered


@given(st.text(max_size=30))
def test_no_text_is_a_reason_to_fail(text: str) -> None:
    held(text)
    micro(text)
    second(text)
    visits_in({VISITS: text})


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000)), max_size=8))
def test_hold_counts_each_moment_once(spans: list[tuple[int, int]]) -> None:
    text = "{" + ",".join(f"{{{start},{end}}}" for start, end in spans) + "}"
    moments = {at for start, end in spans for at in range(start, end)}
    assert held(text) == timedelta(microseconds=len(moments))
