"""Recordings, their alarms and the records of their calls, on either database."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.cdr.leftovers import CdrFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.callrecords import CallRecords
from fsbridge.adapters.store.history import StoredPast
from fsbridge.adapters.store.models import AuditEntry, Call, CallRecord, Recording, RecordingPause
from fsbridge.adapters.store.recording_library import RecordingLibrary
from fsbridge.adapters.store.recording_pauses import StoredPauses
from fsbridge.adapters.store.recording_shelf import RecordingShelf
from fsbridge.domain.history.rows import CallRow, History, RecordingRow
from fsbridge.domain.recordingalarms import Alarm
from fsbridge.errors import FsbridgeError
from fsbridge.services.recordings_finish import Ended, Kept, Pressed
from tests.adapters.recordings.tapes import NOON, a_call, ended_leg, path_of

NOW = NOON + timedelta(minutes=5)
END = NOON + timedelta(seconds=3)


def kept(leg: str, **changes: object) -> Kept:
    values: dict[str, object] = {
        "kept": path_of(leg, kind="flac"),
        "length": END - NOON,
        "size": 9,
        "sha256": "e3",
    }
    return Kept(Pressed(path_of(leg), **{**values, **changes}), leg, NOON, operator="sato")  # type: ignore[arg-type]


def rows(store: Store) -> list[tuple[str, int, bool]]:
    with store.connection():
        query = Recording.select().order_by(Recording.id)
        return [(row.path, row.size, row.verified_at is not None) for row in query]


def test_a_leg_is_over_when_its_record_came(store: Store) -> None:
    a_call(store, "a", 3)
    shelf = RecordingShelf(store)
    assert shelf.ended(["a", "b"]) == {"a": Ended("a", END)}
    assert shelf.calls(["a", "b"]) == {"a"}
    (talk,) = shelf.talks(["a", "b"])["a"]
    assert (talk.began, talk.left, talk.over, talk.operator) == (NOON, END, None, "sato")
    assert shelf.talks_between(NOON, END) == {}
    assert list(shelf.talks_between(END, NOW)) == ["a"]


def test_a_recording_is_one_row_however_often_it_is_kept(store: Store) -> None:
    call = a_call(store, "a", 3)
    shelf = RecordingShelf(store)
    with store.writing():  # as history wrote it when the record came
        Recording.create(path=path_of("a"), call=call, started_at=NOON)
    assert (shelf.recorded(["a"]), shelf.kept(0, 10)) == ({}, [])
    shelf.keep(kept("a"), NOW)
    shelf.keep(kept("a", size=10), NOW)
    assert rows(store) == [(path_of("a", kind="flac"), 10, True)]
    assert shelf.recorded(["a"]) == {"a": [NOON]}
    stem = path_of("a").removesuffix(".wav")
    assert shelf.verified([stem, "x"]) == {stem: (path_of("a", kind="flac"), NOW)}
    assert [row[1:3] for row in shelf.kept(0, 10)] == [("a", path_of("a", kind="flac"))]
    assert shelf.known([path_of("a", kind="flac"), "x"]) == {path_of("a", kind="flac")}
    assert shelf.added(NOON, UTC) == {"2027-04-01": 10}


def test_history_that_is_made_again_leaves_a_verified_recording_alone(store: Store) -> None:
    a_call(store, "a", 3)
    RecordingShelf(store).keep(kept("a"), NOW)
    call = CallRow(
        uuid="a", direction="inbound", started_at=NOON, ended_at=END, outcome="queued", queue="leak@city"
    )
    told = RecordingRow(path=path_of("a"), leg="", started_at=NOON, ended_at=NOW)
    with StoredPast(store).locked() as ledger:
        ledger.write(History(call, recording=told))
    assert rows(store) == [(path_of("a", kind="flac"), 9, True)]
    (one,) = RecordingLibrary(store).of("a")
    assert (one.ended, one.length) == (END, END - NOON)


def test_what_cannot_be_read_is_put_aside(store: Store) -> None:
    a_call(store, "a", 3)
    shelf = RecordingShelf(store)
    problem = Pressed(path_of("a"), problem="unreadable")
    shelf.keep(Kept(problem, "a", NOON, fault="unreadable"), NOW)
    assert shelf.aside() == {path_of("a")}
    assert shelf.recorded(["a"]) == {"a": [NOON]}  # it rang already
    shelf.keep(kept("a"), NOW)
    assert (shelf.aside(), rows(store)) == (set(), [(path_of("a", kind="flac"), 9, True)])


def test_a_pause_that_nobody_ended_ends_with_its_recording(store: Store) -> None:
    a_call(store, "a", 3)
    pauses = StoredPauses(store)
    assert pauses.begin("a", path_of("a"), NOON, by="sato", why="")
    assert not pauses.begin("a", path_of("a"), NOON, by="sato", why="")
    assert pauses.open() == {"a": NOON}
    RecordingShelf(store).keep(kept("a"), NOW)
    assert pauses.open() == {}
    with store.connection():
        assert [row.ended_at for row in RecordingPause.select()] == [END]


def test_an_alarm_stands_until_somebody_says_what_was_done(store: Store) -> None:
    alarms = StoredAlarms(store)
    assert alarms.ring(Alarm("none", "a/1", "a"), NOW)
    assert not alarms.ring(Alarm("none", "a/1", "a"), NOW)
    assert alarms.ring(Alarm("none", "a/2", "a"), NOW)
    assert alarms.count() == 2
    number = alarms.standing()[-1].id
    with pytest.raises(FsbridgeError, match="what was done"):
        alarms.acknowledge(number, NOW, by="chief", note=" ")
    done = alarms.acknowledge(number, NOW, by="chief", note="確認した")
    assert (done.alarm.subject, done.acknowledged_by) == ("a/1", "chief")
    with pytest.raises(FsbridgeError, match="no alarm"):
        alarms.acknowledge(number, NOW, by="chief", note="確認した")
    assert [one.alarm.subject for one in alarms.standing()] == ["a/2"]
    assert len(alarms.standing(acknowledged=True)) == 2
    assert not alarms.ring(Alarm("none", "a/1", "a"), NOW)


def test_call_records_go_with_the_recordings_of_their_calls(store: Store, tmp_path: Path) -> None:
    for uuid, days in (("old", -10), ("held", -10), ("new", 0)):
        a_call(store, uuid, 3, NOON + timedelta(days=days))
    ended_leg(store, "machine", NOON - timedelta(days=9), NOON - timedelta(days=9))
    with store.writing():
        going_on = Call.create(uuid="on", direction="inbound", started_at=NOON - timedelta(days=10))
        assert going_on.ended_at is None
        CallRecord.create(
            uuid="on", root="on", source="events", data={}, received_at=NOON - timedelta(days=10)
        )
        Recording.create(
            path="x",
            call=Call.get(Call.uuid == "held"),
            started_at=NOON,
            held_at=NOW,
            held_by="a",
            held_for="b",
        )
    bad = tmp_path / "bad"
    (tmp_path / "done" / "2027-03-01").mkdir(parents=True)
    bad.mkdir()
    (bad / "a.cdr.json").write_text("{")
    (bad / "b.cdr.json").write_text("{")
    (tmp_path / "done" / "2027-03-01" / "c.cdr.json").write_text("{}")
    for path in (bad / "a.cdr.json", tmp_path / "done" / "2027-03-01" / "c.cdr.json"):
        os.utime(path, (0, 0))
    os.utime(bad / "b.cdr.json", (NOW.timestamp(), NOW.timestamp()))
    records = CallRecords(store, CdrFolder(tmp_path))
    cutoff = NOON - timedelta(days=1)
    assert records.count(cutoff) == 4
    assert records.remove(cutoff, NOW, by="job") == 4
    assert (records.count(cutoff), records.remove(cutoff, NOW, by="job")) == (0, 0)
    with store.connection():
        assert {row.uuid for row in CallRecord.select()} == {"held", "new", "on"}
        assert Call.select().count() == 4
        (entry,) = AuditEntry.select().where(AuditEntry.subject == "call records")
        assert (entry.after["rows"], entry.after["files"]) == (2, 2)
    assert [path.name for path in bad.iterdir()] == ["b.cdr.json"]


def test_the_oldest_moment_is_no_trouble(store: Store) -> None:
    assert CallRecords(store).count(datetime(1971, 1, 1, tzinfo=UTC)) == 0
