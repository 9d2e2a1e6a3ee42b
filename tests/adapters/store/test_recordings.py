"""A purge on both databases: what goes, what stays, and what is written down about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import gevent
import pytest

from fsbridge.adapters.recordings import CertificateFolder, RecordingFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.holds import Holds, NoSuchRecording, Wanted
from fsbridge.adapters.store.models import AuditEntry, Call, Recording
from fsbridge.adapters.store.models import Purge as PurgeRow
from fsbridge.adapters.store.recordings import StoredRecordings
from fsbridge.domain.retention import PurgeRefused, Retention
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.services.retention import Found, Purge
from tests.adapters.store.making import make_operator

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2027, 4, 2, 3, 10, tzinfo=TOKYO)
OLD = datetime(2024, 4, 1, 9, 0, tzinfo=TOKYO)  # its last day was yesterday
YOUNG = datetime(2024, 4, 2, 9, 0, tzinfo=TOKYO)  # its last day is today
LATEST = datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO)


class Room:
    """Recordings with their files, and the purge that takes them away."""

    def __init__(self, store: Store, home: Path) -> None:
        self.store = store
        self.files = home / "recordings"
        self.files.mkdir()
        self.folder = RecordingFolder(self.files)
        self.certificates = CertificateFolder(home / "certificates")
        self.ledger = StoredRecordings(store)
        self.ledger.set_rule(Retention(TOKYO, years=3), NOW, by="admin")
        self.holds = Holds(store)
        self.clock = NOW
        self.record("latest.wav", LATEST)

    def purge(self, folder: Any = None, ledger: Any = None) -> Purge:
        return Purge(
            ledger or self.ledger,
            folder or self.folder,
            self.certificates,
            lambda: self.ledger.rule(TOKYO),
            clock=lambda: self.clock,
        )

    def run(self, **options: Any) -> Any:
        return self.purge().run(self.clock, by="job", **options)

    def record(self, name: str, at: datetime, content: bytes | None = b"RIFF", **values: Any) -> Recording:
        """A recording of a call; without content its file is not there."""
        if content is not None:
            path = self.files / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with self.store.writing():
            call = Call.create(uuid=f"call-{name}", direction="inbound", number="+81761234567", started_at=at)
            return Recording.create(
                path=name, call=call, started_at=at, ended_at=at + timedelta(minutes=5), **values
            )

    def row(self, name: str) -> Recording:
        with self.store.reading():
            return Recording.get(path=name)

    def there(self) -> set[str]:
        return {str(path.relative_to(self.files)) for path in self.files.rglob("*") if not path.is_dir()}

    def certified(self, file: str) -> tuple[dict, dict[str, dict]]:
        """A certificate's first line, and the others by path."""
        head, *lines = [json.loads(line) for line in self.certificates.path(file).read_text().splitlines()]
        return head, {line["path"]: line for line in lines}


@pytest.fixture
def room(store: Store, tmp_path: Path) -> Iterator[Room]:
    one = Room(store, tmp_path)
    yield one
    one.folder.close()


def test_what_is_over_goes_and_nothing_else(room: Room) -> None:
    room.record("2024-04-01/old.wav", OLD, b"RIFF old")
    room.record("2024-04-02/young.wav", YOUNG)
    (room.files / "2024-04-01" / "nobodys.wav").write_bytes(b"RIFF")  # a file without a row
    certificate = room.run(why="nightly")
    assert room.there() == {"2024-04-01/nobodys.wav", "2024-04-02/young.wav", "latest.wav"}
    assert (certificate.removed, certificate.missing, certificate.failed) == (1, 0, 0)
    row = room.row("2024-04-01/old.wav")
    assert (row.purged_at, row.purge_outcome, row.size) == (NOW, "removed", 8)
    assert room.row("2024-04-02/young.wav").purged_at is None


def test_the_certificate_says_what_went_and_when_and_its_hash(room: Room) -> None:
    room.record("2024-04-01/漏水.wav", OLD, b"RIFF old")
    certificate = room.run(why="年度末")
    head, lines = room.certified(certificate.file)
    assert (head["purge"], head["by"], head["why"]) == (certificate.number, "job", "年度末")
    assert (head["removed"], head["size"], head["rule"]["years"]) == (1, 8, 3)
    assert lines == {
        "2024-04-01/漏水.wav": {
            "recording": 2,
            "path": "2024-04-01/漏水.wav",
            "call": "call-2024-04-01/漏水.wav",
            "recorded": OLD.astimezone(UTC).isoformat(),
            "outcome": "removed",
            "at": NOW.astimezone(UTC).isoformat(),
            "size": 8,
            "sha256": hashlib.sha256(b"RIFF old").hexdigest(),
            "note": "",
        }
    }
    assert room.certificates.hashed(certificate.file) == certificate.sha256
    with room.store.reading():
        entry = AuditEntry.get(AuditEntry.action == "purged")
        assert (entry.actor, entry.which, entry.after["sha256"]) == ("job", "1", certificate.sha256)


def test_a_held_recording_stays_until_it_is_released(room: Room) -> None:
    room.record("2024-04-01/held.wav", OLD)
    room.holds.hold(["2024-04-01/held.wav"], NOW, by="sato", why="訴訟")
    assert room.run().removed == 0
    assert "2024-04-01/held.wav" in room.there()
    room.holds.release(["2"], NOW, by="sato", why="和解")
    assert room.run().removed == 1
    with room.store.reading():
        said = [(one.actor, one.action, one.which, one.reason) for one in AuditEntry.select()]
    assert ("sato", "held", "2", "訴訟") in said
    assert ("sato", "released", "2", "和解") in said


def test_a_hold_that_comes_while_files_are_looked_at_wins(room: Room) -> None:
    room.record("2024-04-01/a.wav", OLD)
    room.record("2024-04-01/b.wav", OLD)

    class Holding(RecordingFolder):
        def look(self, path: str) -> Found:
            found = super().look(path)
            if path.endswith("b.wav"):
                room.holds.hold(["2024-04-01/a.wav"], NOW, by="sato", why="訴訟")
            return found

    folder = Holding(room.files)
    certificate = room.purge(folder).run(NOW, by="job")
    folder.close()
    assert room.there() == {"2024-04-01/a.wav", "latest.wav"}
    assert certificate.removed == 1
    assert list(room.certified(certificate.file)[1]) == ["2024-04-01/b.wav"]
    assert room.row("2024-04-01/a.wav").purge_outcome == ""


def test_a_hold_that_comes_too_late_is_told_so(room: Room) -> None:
    room.record("2024-04-01/a.wav", OLD)
    room.run()
    with pytest.raises(NoSuchRecording, match=r"'2' was purged at 2027-04-01 18:10 UTC"):
        room.holds.hold(["2"], NOW, by="sato", why="訴訟")
    with pytest.raises(NoSuchRecording, match="there is no recording 'x'"):
        room.holds.hold(["x"], NOW, by="sato", why="訴訟")
    with pytest.raises(FsbridgeError, match="needs its reason"):
        room.holds.hold(["2"], NOW, by="sato", why=" ")


def test_several_are_held_all_or_none(room: Room) -> None:
    room.record("a.wav", OLD)
    with pytest.raises(NoSuchRecording):
        room.holds.hold(["a.wav", "none.wav"], NOW, by="sato", why="訴訟")
    assert room.row("a.wav").held_at is None


def test_an_error_on_one_file_does_not_stop_the_others(room: Room, tmp_path: Path) -> None:
    outside = tmp_path / "outside.wav"
    outside.write_bytes(b"RIFF")
    room.record("2024-04-01/a.wav", OLD)
    room.record("2024-04-01/link.wav", OLD, None)
    (room.files / "2024-04-01" / "link.wav").symlink_to(outside)
    room.record("../outside.wav", OLD, None)
    room.record("2024-04-01/gone.wav", OLD, None)
    room.record("2024-04-01/z.wav", OLD)
    certificate = room.run()
    assert (certificate.removed, certificate.missing, certificate.failed) == (2, 1, 2)
    assert outside.exists()
    assert room.there() == {"2024-04-01/link.wav", "latest.wav"}
    _, lines = room.certified(certificate.file)
    assert {path: (line["outcome"], line["note"]) for path, line in lines.items()} == {
        "2024-04-01/a.wav": ("removed", ""),
        "2024-04-01/link.wav": ("failed", "it is a link"),
        "../outside.wav": ("failed", "its path leaves the folder, or is written in a roundabout way"),
        "2024-04-01/gone.wav": ("missing", "it was not there"),
        "2024-04-01/z.wav": ("removed", ""),
    }
    assert room.row("2024-04-01/link.wav").purged_at is None
    room.clock += timedelta(days=1)
    (room.files / "2024-04-01" / "link.wav").unlink()
    (room.files / "2024-04-01" / "link.wav").write_bytes(b"RIFF")
    again = room.run()
    assert (again.number, again.removed, again.failed) == (certificate.number + 1, 1, 1)


def test_a_file_that_is_not_what_was_recorded_goes_and_the_certificate_says_so(room: Room) -> None:
    room.record("a.wav", OLD, b"RIFF other", sha256="0" * 64)
    _, lines = room.certified(room.run().file)
    assert lines["a.wav"]["sha256"] == hashlib.sha256(b"RIFF other").hexdigest()
    assert "not what was recorded (sha256 0000" in lines["a.wav"]["note"]


class Killed(BaseException):
    """The process died here."""


def test_a_purge_that_was_killed_is_ended_by_the_next(room: Room) -> None:
    for number in range(450):
        room.record(f"2024-04-01/{number:03}.wav", OLD, b"RIFF %d" % number)

    class Dying(RecordingFolder):
        removed = 0

        def remove(self, path: str, found: Found) -> None:
            super().remove(path, found)
            self.removed += 1
            if self.removed == 250:
                raise Killed

    folder = Dying(room.files)
    with pytest.raises(Killed):
        room.purge(folder).run(NOW, by="job", share=100)
    folder.close()
    assert len(room.there()) == 201
    room.clock += timedelta(minutes=10)
    certificate = room.run(share=100)
    assert (certificate.number, certificate.removed) == (1, 450)
    _, lines = room.certified(certificate.file)
    assert len(lines) == 450
    for number in range(450):
        line = lines[f"2024-04-01/{number:03}.wav"]
        assert line["outcome"] == "removed"
        assert line["sha256"] == hashlib.sha256(b"RIFF %d" % number).hexdigest()
    interrupted = [line for line in lines.values() if line["note"]]
    assert len(interrupted) == 50
    assert {line["note"] for line in interrupted} == {"was removed by this purge before it was interrupted"}
    with room.store.reading():
        assert PurgeRow.select().count() == 1
    assert room.there() == {"latest.wav"}


def test_a_hold_after_the_kill_keeps_what_is_still_there(room: Room) -> None:
    room.record("a.wav", OLD)

    class Dying(RecordingFolder):
        def remove(self, path: str, found: Found) -> None:
            raise Killed

    folder = Dying(room.files)
    with pytest.raises(Killed):
        room.purge(folder).run(NOW, by="job")
    folder.close()
    room.holds.hold(["a.wav"], NOW, by="sato", why="訴訟")
    assert room.run().removed == 0
    assert "a.wav" in room.there()


def test_two_purges_at_once_take_each_recording_once(room: Room) -> None:
    for number in range(60):
        room.record(f"2024-04-01/{number:02}.wav", OLD)
    folders = [RecordingFolder(room.files) for _ in range(2)]
    both = [gevent.spawn(room.purge(folder).run, NOW, by="job") for folder in folders]
    gevent.joinall(both, raise_error=True, timeout=60)
    assert room.there() == {"latest.wav"}
    with room.store.reading():
        outcomes = {row.purge_outcome for row in Recording.select().where(Recording.started_at < YOUNG)}
        assert outcomes == {"removed"}
    for folder in folders:
        folder.close()


def test_a_night_with_nothing_to_do_is_remembered_without_a_certificate(room: Room) -> None:
    assert room.run().file == ""
    assert room.ledger.facts(NOW).last_run == NOW
    room.clock += timedelta(days=9)
    with pytest.raises(PurgeRefused, match="9 days after the last purge"):
        room.run()


def test_a_refused_purge_does_nothing_and_is_not_remembered(room: Room) -> None:
    for number in range(101):
        room.record(f"{number}.wav", OLD)
    with pytest.raises(PurgeRefused, match=r"101 of 102 recordings \(100 %\) would go"):
        room.run()
    assert len(room.there()) == 102
    assert room.ledger.facts(NOW).last_run is None
    assert room.run(share=100).removed == 101


def test_a_clock_years_ahead_takes_nothing(room: Room) -> None:
    room.clock = NOW + timedelta(days=1200)
    with pytest.raises(PurgeRefused, match="look at the clock"):
        room.run()
    assert room.there() == {"latest.wav"}


def test_a_folder_that_is_not_mounted_is_not_taken_for_an_empty_one(room: Room) -> None:
    room.record("a.wav", OLD, None)
    (room.files / "latest.wav").unlink()
    with pytest.raises(PurgeRefused, match="none of 2 recordings looked for is in the folder; is it mounted"):
        room.run()
    assert "is it mounted" in room.purge().plan(NOW).refusal
    assert room.row("a.wav").purged_at is None
    assert room.run(folder_checked=True).missing == 1


def test_a_plan_changes_nothing_and_says_what_would_happen(room: Room) -> None:
    room.record("2024-03-31/a.wav", OLD - timedelta(days=1), b"RIFF" * 10)
    room.record("2024-04-01/b.wav", OLD, b"RIFF")
    room.record("2024-04-01/gone.wav", OLD, None)
    room.record("../up.wav", OLD, None)
    room.record("held.wav", OLD, held_at=NOW)
    room.record("2024-04-02/young.wav", YOUNG)
    looked_at = []
    plan = room.purge().plan(NOW, on_progress=looked_at.append)
    assert (plan.facts.kept, plan.facts.due, plan.facts.held) == (7, 4, 1)
    assert plan.months == {"2024-03": (1, 40), "2024-04": (3, 4)}
    assert (plan.missing, list(plan.refused), sum(looked_at)) == (1, ["../up.wav"], 4)
    assert plan.cutoff == datetime(2024, 4, 2, tzinfo=TOKYO)
    assert len(room.there()) == 5
    assert room.ledger.facts(NOW).last_run is None


def test_nobody_having_said_how_long_is_no_licence_to_purge(store: Store) -> None:
    with pytest.raises(ConfigError, match="recordings keep --years"):
        StoredRecordings(store).rule(TOKYO)


def test_recordings_are_found_by_time_operator_number_and_hold(room: Room) -> None:
    sato = make_operator("op01")
    with room.store.writing():
        sato.name, sato.kana = "佐藤 花子", "サトウ ハナコ"
        sato.save()
    room.record("a.wav", OLD, operator=sato)
    room.record("b.wav", LATEST + timedelta(hours=1))
    find = room.holds.find
    assert [(one.path, one.name, one.seconds) for one in find(Wanted(), 10)] == [
        ("b.wav", "", 300.0),
        ("latest.wav", "", 300.0),
        ("a.wav", "佐藤 花子", 300.0),
    ]
    for wanted in (
        Wanted(until=LATEST),
        Wanted(operator="花子"),
        Wanted(operator="サトウ"),
        Wanted(operator="op01"),
    ):
        assert [one.path for one in find(wanted, 10)] == ["a.wav"]
    assert [one.path for one in find(Wanted(since=LATEST, number="761234"), 1)] == ["b.wav"]
    assert find(Wanted(operator="%"), 10) == find(Wanted(number="9"), 10) == []
    room.holds.hold(["call-b.wav"], NOW, by="sato", why="訴訟")
    (held,) = find(Wanted(held=True), 10)
    assert (held.path, held.held_by, held.held_for) == ("b.wav", "sato", "訴訟")
    room.run()
    assert [(one.path, one.purged_at) for one in find(Wanted(purged=True), 10)] == [("a.wav", NOW)]


@contextmanager
def _searching(store: Store) -> Iterator[Any]:
    with store.connection() as database:
        if store.kind == "postgresql":
            database.execute_sql("SET enable_seqscan = off")
        yield database
        if store.kind == "postgresql":
            database.execute_sql("RESET enable_seqscan")


def test_what_is_due_is_found_by_its_index(store: Store) -> None:
    sql = "SELECT id FROM recording WHERE purged_at IS NULL AND started_at < 9 ORDER BY started_at"
    explain = "EXPLAIN QUERY PLAN" if store.kind == "sqlite" else "EXPLAIN"
    with _searching(store) as database:
        assert "recording_kept" in str(database.execute_sql(f"{explain} {sql}").fetchall())
