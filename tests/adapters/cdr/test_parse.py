"""What is read from a call record, and that nothing a stranger puts into one does harm."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.cdr import LARGEST, BadRecord, parse
from fsbridge.domain.history import made, plain
from fsbridge.domain.records import LegRecord
from tests.adapters.cdr.records import offered, queued, record
from tests.recordings import call_records


def test_every_recorded_record_is_read_and_kept_as_plain_data() -> None:
    for table in call_records():
        leg = parse(json.dumps(table).encode())
        assert leg.uuid == table["variables"]["uuid"]
        assert made(LegRecord, json.loads(json.dumps(plain(leg)))) == leg


def test_a_recorded_caller_s_record_says_who_called_and_what_became_of_the_visit() -> None:
    leg = next(one for one in map(_parsed, call_records()) if one.number == "0762209999" and one.visits)
    (visit,) = leg.visits
    assert (leg.inbound, leg.dialled, leg.parent) == (True, "queue_opening", "")
    assert (visit.queue, visit.operator, visit.answered) == ("opening@kanazawa", "op09", True)
    assert [step.app for step in leg.steps] == ["callcenter"]


def test_hold_is_measured_to_the_microsecond_from_the_record() -> None:
    leg = next(one for one in map(_parsed, call_records()) if one.side == "agent" and one.operator == "op09")
    assert timedelta(seconds=1) < leg.hold < timedelta(seconds=1.01)


def test_hold_that_lasted_to_the_end_counts() -> None:
    held = record("9a", hold_events="{{1806548410000000,1806548415000000}}", hold_accum_usec="0")
    assert parse(held).hold == timedelta(seconds=5)


def test_a_leg_belongs_to_the_caller_it_rang_for_or_spoke_with_last() -> None:
    assert parse(offered("9a", "7f1c", "v1", "op01")).parent == "7f1c"
    transferred = record("9b", direction="outbound", made_for="consult", last_bridge_to="7f1c")
    assert parse(transferred).parent == "7f1c"
    assert parse(record("9c", direction="outbound", made_for="7f1c")).parent == "7f1c"
    assert parse(record("9d", direction="outbound", last_bridge_to="7f1c")).parent == ""
    assert parse(queued("7f1c", "v1", last_bridge_to="9a")).parent == ""


def test_a_supervisor_s_leg_belongs_to_the_one_it_listens_to() -> None:
    leg = parse(record("5e", steps=(("eavesdrop", "9a", 3.0),), verto_user="chief@city"))
    assert (leg.parent, leg.spied, leg.operator) == ("9a", "9a", "chief")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[1, 2]", "without variables.uuid"),
        (b'{"variables": []}', "without variables.uuid"),
        (b'{"variables": {"uuid": 7}}', "without variables.uuid"),
        (b"[" * 100_000, "no JSON"),
        (b'{"variables": {"uuid": "../../etc/passwd"}}', "whose uuid is"),
        (b'{"variables": {"uuid": "%00x"}, "x": NaN}', "NaN is no JSON number"),
        (b'{"variables": {"uuid": "7f1c", "start_uepoch": "soon"}}', "is no time"),
        (b" " * (LARGEST + 1), "the largest taken"),
    ],
)
def test_what_is_no_record_is_refused_by_its_reason(body: bytes, why: str) -> None:
    with pytest.raises(BadRecord, match=why):
        parse(body)


def test_bytes_no_database_takes_are_cleaned_away() -> None:
    body = record("7f1c", number="07\x00612").replace(b"0762202722", b"07\xff\\ud83d")
    leg = parse(body)
    assert leg.number == "07612"
    leg.dialled.encode()
    assert "\0" not in leg.dialled


def test_a_number_of_any_length_is_cut_to_what_an_index_takes() -> None:
    assert len(parse(record("7f1c", number="9" * 10_000)).number) == 200


def test_a_recording_outside_its_folder_is_none() -> None:
    inside = parse(record("7f1c", cc_record_filename="/srv/switch/recordings/2027-04-01/7f1c.wav"))
    assert inside.recording == "2027-04-01/7f1c.wav"
    assert parse(record("7f1c", cc_record_filename="/etc/passwd")).recording == ""
    assert parse(record("7f1c", cc_record_filename="/x/recordings/../../etc/passwd")).recording == ""


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), _nested := lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["variables", "callflow", "app_log", "applications", "caller_profile", "originator", "uuid",
             "channel_data", "originator_caller_profiles", "start_uepoch", "end_uepoch", "hold_events"]
        ),
        inner, max_size=4,
    )
), max_leaves=20))  # fmt: skip
def test_any_json_is_a_record_or_refused(table: object) -> None:
    with contextlib.suppress(BadRecord):
        parse(json.dumps(table).encode())


def _parsed(table: dict[str, object]) -> LegRecord:
    return parse(json.dumps(table).encode())
