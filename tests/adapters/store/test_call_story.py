"""Everything about one call out of the store, on both databases."""

from __future__ import annotations

from datetime import timedelta

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.call_story import StoredCalls
from fsbridge.adapters.store.models import (
    Call,
    CaseType,
    Leg,
    Note,
    Operator,
    OperatorSpan,
    Recording,
    RecordingPause,
)
from fsbridge.adapters.store.notes import StoredNotes
from fsbridge.services.callstory import WholeCalls
from fsbridge.services.notes import Notes
from tests.adapters.store.making import NOON, make_operator

SECOND = timedelta(seconds=1)


def talk(store: Store) -> Call:
    """An outgoing call of five minutes, held, recorded, the recording paused; its leg is ``9a``."""
    operator = make_operator("op01")
    with store.writing():
        CaseType.create(key="leak.road", name="道路漏水")
        call = Call.create(
            uuid="7f1c", direction="outbound", number="0762202722", started_at=NOON,
            answered_at=NOON + SECOND,
            ended_at=NOON + 301 * SECOND, outcome="outbound",
        )  # fmt: skip
        Leg.create(
            uuid="9a", call=call, operator=operator, kind="outbound", started_at=NOON,
            answered_at=NOON + SECOND, ended_at=NOON + 301 * SECOND, hold=20_000_000,
        )  # fmt: skip
        for state, start, end in (("holding", 60, 80), ("wrap-up", 301, 340)):
            OperatorSpan.create(
                operator=operator, state=state, leg_uuid="9a", started_at=NOON + start * SECOND,
                ended_at=NOON + end * SECOND,
            )  # fmt: skip
        Recording.create(
            path="2027-04-01/9a.wav", call=call, operator=operator, started_at=NOON + SECOND,
            ended_at=NOON + 301 * SECOND,
        )  # fmt: skip
        RecordingPause.create(
            call="7f1c", path="2027-04-01/9a.wav", started_at=NOON + 90 * SECOND, started_by="op01"
        )
    return call


def test_a_call_s_time_falls_into_stretches(store: Store) -> None:
    talk(store)
    whole = WholeCalls(StoredCalls(store)).show("7f")
    found = [
        (one.lane, (one.start - NOON) // SECOND, one.end and (one.end - NOON) // SECOND)
        for one in whole.stretches
    ]
    assert sorted(found, key=lambda one: (one[1], one[0])) == [
        ("recording", 1, 301), ("talk", 1, 301), ("hold", 60, 80), ("pause", 90, None), ("wrap-up", 301, 340),
    ]  # fmt: skip
    (recording,) = whole.recordings
    assert (recording.call, recording.operator, recording.length) == ("7f1c", "op01", 300 * SECOND)
    assert StoredCalls(store).recording(recording.number) == recording
    assert StoredCalls(store).recording(recording.number + 1) is None
    assert whole.contact is None


def test_a_note_that_was_saved_keeps_what_it_said(store: Store) -> None:
    call = talk(store)
    notes = Notes(StoredNotes(store))
    notes.draft("op01", "9a", "広", "", NOON)
    notes.save("op01", "9a", "広岡3丁目", "leak.road", NOON + 310 * SECOND)
    with store.writing():
        Note.update(call=call).where(Note.operator == Operator.get(key="op01")).execute()
    for second, text in enumerate(("広岡4", "広岡4丁", "広岡4丁目"), start=400):
        notes.draft("op01", "9a", text, "leak.road", NOON + second * SECOND)
    notes.save("op01", "9a", "広岡4丁目", "leak.road", NOON + 410 * SECOND)
    notes.save("op01", "9a", "広岡4丁目", "leak.road", NOON + 420 * SECOND)
    (note,) = StoredCalls(store).notes("7f1c")
    assert (note.text, note.case, note.at) == ("広岡4丁目", "leak.road", NOON + 420 * SECOND)
    (version,) = note.versions
    assert (version.text, version.case, version.by) == ("広岡3丁目", "leak.road", "op01")
    assert version.until == NOON + 400 * SECOND
