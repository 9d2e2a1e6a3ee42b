"""Every conversation leaves one recording that is verified, whoever is killed meanwhile; damage rings."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Recording
from fsbridge.adapters.switchconf import Queue
from fsbridge.config import Settings, load
from fsbridge.domain.recordings import named
from fsbridge.recording import RecordingCare, pausing
from tests.freeswitch.conversations import CITIZEN, OPERATOR, PLAN, Said, Town, pitches
from tests.freeswitch.freeswitch import LocalSwitch, telephones
from tests.freeswitch.program import Program
from tests.freeswitch.queues import BILLING, LEAK, NUMBERS, OPENING, OTHER
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-for-call-records"
CALLS = int(os.environ.get("RECORDED_CALLS", "12"))
"""Set it to 300 for the whole day."""

pytestmark = pytest.mark.freeswitch


class Finishing:
    """The process that finishes recordings, to be killed."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment, self._log = environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.freeswitch.finishing"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)


@pytest.fixture(scope="module")
def switch(_starter) -> LocalSwitch:
    """A FreeSWITCH with operators, a carrier, and people outside."""
    operators = 8
    one = _starter(
        queues=(Queue(OPENING), Queue(LEAK), Queue(BILLING), Queue(OTHER)),
        telephones_of=lambda ports: (
            *telephones(ports, "agent", operators, queues=(OPENING, OTHER)),  # OTHER: while no program runs
            *telephones(ports, "agent", 4, queues=(LEAK,), first=50),
        ),
        numbers=NUMBERS,
        carrier=lambda ports: f"127.0.0.1:{ports.phones}",
        cdr_url=lambda ports: f"http://127.0.0.1:{ports.spare()}/cdr",
        cdr_secret=SECRET,
    )
    one.extension("people", PLAN.replace("PHONES", str(one.ports.phones)))
    return one


@pytest.fixture
def centre(switch: LocalSwitch, tmp_path: Path) -> Iterator[tuple[Settings, Store, Program, Finishing]]:
    for folder in ("recordings", "cdr"):  # what the test before left
        shutil.rmtree(switch.conf.home / folder)
        (switch.conf.home / folder).mkdir()
    more = {
        "FSBRIDGE_SCRIPT": "tests.freeswitch.queues:app",
        "FSBRIDGE_SPEECH_ENGINE": "tone",
        "FSBRIDGE_SWITCH_FOLDER": str(switch.conf.home),
        "FSBRIDGE_CDR_PORT": str(switch.ports.spare()),
        "FSBRIDGE_CDR_SECRET": SECRET,
        "FSBRIDGE_CDR_SWEEP": "1",
    }
    base = {
        "FSBRIDGE_HOME": str(tmp_path),
        "FSBRIDGE_SWITCH_PORT": str(switch.conf.port),
        "FSBRIDGE_SWITCH_PASSWORD": switch.conf.password,
    }
    settings = load(environment={**base, **more})
    store = Store(settings.database_url)
    store.migrate()
    program = Program(switch, tmp_path, **more)
    finishing = Finishing({**os.environ, **base, **more}, tmp_path / "finishing.log")
    program.start()
    yield settings, store, program, finishing
    switch.api("hupall")
    switch.idle()
    program.kill()
    store.close()


def test_every_conversation_has_one_verified_recording_whoever_is_killed(
    switch: LocalSwitch, centre: tuple[Settings, Store, Program, Finishing]
) -> None:
    settings, store, program, finishing = centre
    keeping = RecordingCare(settings, store)
    town = Town(switch)
    finishing.start()
    day = gevent.spawn(town.day, CALLS)
    for kept in (CALLS // 6, CALLS // 3):
        wait_for(lambda kept=kept: _verified(store) >= kept or day.ready(), "recordings are kept", 300)
        finishing.kill()
        program.kill()
        finishing.start()
        program.start()
    day.join(CALLS * 10)
    assert not town.failed
    switch.idle()
    wait_for(
        lambda: not keeping.spool.raw(None), lambda: f"no raw file is left: {keeping.spool.raw(None)}", 60
    )
    finishing.kill()

    rows = _rows(store)
    assert len(rows) == len(town.said)
    late = {}
    left = list(rows)
    for said in town.said:
        row = min(
            (one for one in left if _leg(one) == said.leg), key=lambda one, said=said: _apart(one, said)
        )
        left.remove(row)
        (talk,) = [
            one
            for one in keeping.shelf.talks([row.call.uuid])[row.call.uuid]
            if abs(one.began - row.started_at) < timedelta(seconds=1.5)
        ]
        assert (row.fault, talk.number) == ("", 2 if said.kind == "in the second queue" else 1), said
        spoken = said.ended - row.started_at.timestamp()
        late[said.kind] = max(late.get(said.kind, 0.0), abs(row.length / 1_000_000 - spoken))
        assert pitches(settings.switch_folder / "recordings" / row.path) == [{said.left}, {said.right}], said
    print(len(rows), "recordings;", {kind: round(seconds, 2) for kind, seconds in late.items()})
    assert max(late.values()) <= 1.0, late
    report = keeping.check(datetime.now(UTC), deep=True)
    assert (report.troubles, report.recordings) == ([], len(rows))
    assert keeping.alarms.standing() == []

    # damage: a file is gone, another is not what it was, and calls that end now are recorded with a loss
    folder = settings.switch_folder / "recordings"
    (folder / rows[0].path).unlink()
    (folder / rows[1].path).write_bytes(b"fLaC")
    found = keeping.check(datetime.now(UTC)).troubles
    assert {(one.kind, one.subject) for one in found} == {
        ("missing", rows[0].path),
        ("changed", rows[1].path),
    }
    town.said.clear()
    town.plain()
    town.plain()
    switch.idle()
    raws = wait_for(lambda: len(found := keeping.spool.raw(None)) == 2 and found, "two raw files")
    legs = [name.leg for raw in raws if (name := named(raw.path))]
    wait_for(lambda: len(keeping.shelf.ended(legs)) == 2, "their records", 30)
    with (folder / raws[0].path).open("r+b") as file:
        file.write(bytes(44))
    (folder / raws[1].path).unlink()
    keeping.finish(datetime.now(UTC) + timedelta(seconds=30))
    rung = {one.alarm.kind: one.alarm for one in keeping.alarms.standing()}
    assert set(rung) == {"missing", "changed", "repaired", "none"}
    assert rung["none"].call == legs[1]
    mended = [row for row in _rows(store) if row.path.startswith(raws[0].path.removesuffix(".wav"))]
    assert [row.fault for row in mended] == [""]
    assert _verified(store) == len(rows) + 1


def test_a_paused_stretch_is_silent_and_written_down(
    switch: LocalSwitch, centre: tuple[Settings, Store, Program, Finishing]
) -> None:
    settings, store, _, _ = centre
    keeping, pauses = RecordingCare(settings, store), pausing(switch.api, store)
    caller, leg, _ = Town(switch)._answered("0769001")
    gevent.sleep(1)
    pauses.pause(leg, datetime.now(UTC), by="sato", why="クレジットカード番号")
    assert pauses.paused(leg)
    gevent.sleep(2)
    pauses.resume(leg, datetime.now(UTC), by="sato")
    gevent.sleep(1)
    switch.api("uuid_kill", caller)
    wait_for(lambda: keeping.finish(datetime.now(UTC)).kept, "it is kept", 30)
    (row,) = _rows(store)
    (span,) = pauses.spans(leg)
    assert (span.started_by, span.ended_by) == ("sato", "sato")
    import soundfile

    data, rate = soundfile.read(settings.switch_folder / "recordings" / row.path, dtype="int16")
    begins, ends = ((at - row.started_at).total_seconds() for at in (span.started_at, span.ended_at))
    middle = data[int((begins + 0.7) * rate) : int((ends - 0.7) * rate)]
    assert len(middle)
    assert not middle.any()
    assert data[: int(begins / 2 * rate)].any()
    assert row.fault == ""


def test_a_freeswitch_that_is_killed_takes_no_more_than_an_instant_with_it(
    switch: LocalSwitch, centre: tuple[Settings, Store, Program, Finishing]
) -> None:
    settings, store, _, _ = centre
    keeping = RecordingCare(settings, store)
    _, leg, _ = Town(switch)._answered("0769001")
    began = time.time()
    gevent.sleep(3)
    switch.restart()
    killed_after = time.time() - began
    wait_for(lambda: keeping.shelf.calls([leg]), "the call, as events told of it", 30)
    assert keeping.finish(datetime.now(UTC)).kept == 0  # the file was written to just now
    (raw,) = keeping.spool.raw(None)
    assert keeping.finish(datetime.now(UTC) + timedelta(minutes=3)).repaired == 1
    (row,) = _rows(store)
    assert pitches(settings.switch_folder / "recordings" / row.path) == [{CITIZEN}, {OPERATOR}]
    assert 2.5 < row.length / 1_000_000 <= killed_after + 1
    assert ("repaired", raw.path) in [
        (one.alarm.kind, one.alarm.subject) for one in keeping.alarms.standing()
    ]


@pytest.fixture
def tight(switch: LocalSwitch) -> Iterator[Path]:
    """The switch's folder of recordings on a volume that holds two seconds of one."""
    folder = switch.conf.home / "recordings"
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False
    ).returncode:
        pytest.skip("only root can make a volume")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_rings_and_loses_no_call_and_no_byte_that_fitted(
    switch: LocalSwitch, centre: tuple[Settings, Store, Program, Finishing], tight: Path
) -> None:
    settings, store, _, _ = centre
    keeping = RecordingCare(settings, store)
    town = Town(switch, talk=5)
    town.plain()
    switch.idle()
    assert town.said[0].ended - town.said[0].began >= 5  # nobody was cut off
    (raw,) = keeping.spool.raw(None)
    before = (tight / raw.path).read_bytes()
    assert len(before) > 50_000
    leg = town.said[0].leg
    wait_for(lambda: keeping.shelf.ended([leg]), "its record", 30)
    done = keeping.finish(datetime.now(UTC))
    assert (done.kept, done.waiting) == (0, [raw.path])
    assert [one.alarm.kind for one in keeping.alarms.standing()] == ["full"]
    assert (tight / raw.path).read_bytes() == before
    subprocess.run(["mount", "-o", "remount,size=1m", str(tight)], check=True)
    assert keeping.finish(datetime.now(UTC)).kept == 1
    (row,) = _rows(store)
    assert row.fault == "short"
    assert pitches(tight / row.path) == [{CITIZEN}, {OPERATOR}]


def _rows(store: Store) -> list[Recording]:
    with store.connection():
        return list(Recording.select(Recording, Call).join(Call).order_by(Recording.id))


def _verified(store: Store) -> int:
    with store.connection():
        return int(Recording.select().where(Recording.verified_at.is_null(False)).count())


def _leg(row: Recording) -> str:
    name = named(row.path)
    assert name is not None
    return name.leg


def _apart(row: Recording, said: Said) -> float:
    return abs(row.started_at.timestamp() - said.began)
