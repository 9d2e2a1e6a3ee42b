"""Every conversation leaves one recording that is verified, whoever is killed meanwhile; damage rings."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
import pytest

from e2e.parts import PASSWORD, need_chromium
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.models import Call, Recording
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.adapters.switchconf import Queue
from fsbridge.config import load
from fsbridge.domain.plan import TierPlan
from fsbridge.domain.recordings import named
from fsbridge.recording import RecordingCare, pausing
from fsbridge.services.recordings_finish import Raw
from fsbridge.services.users import Users
from tests.freeswitch.conversations import CITIZEN, OPERATOR, PLAN, Said, Town, pitches
from tests.freeswitch.desks import Desks
from tests.freeswitch.freeswitch import LocalSwitch, open_now, telephones
from tests.freeswitch.program import Program, listening
from tests.freeswitch.queues import BILLING, LEAK, NUMBERS, OPENING, OTHER
from tests.waiting import wait_for

SECRET = "a-secret-for-call-records"
CALLS = int(os.environ.get("RECORDED_CALLS", "12"))
"""Set it to 300 for the whole day."""

pytestmark = pytest.mark.freeswitch
OPERATORS = ("op09", "op10", "op11", "op12")[: 4 if CALLS > 50 else 1]
"""Who works in a browser."""


class Centre:
    """A store, and `fsbridge run` on it beside a FreeSWITCH."""

    def __init__(self, switch: LocalSwitch, home: Path, **more: str) -> None:
        for folder in ("recordings", "cdr"):  # what the test before left
            shutil.rmtree(switch.conf.home / folder)
            (switch.conf.home / folder).mkdir()
        environment = {
            **switch.environment,
            "FSBRIDGE_HOME": str(home),
            "FSBRIDGE_SCRIPT": "tests.freeswitch.queues:app",
            "FSBRIDGE_SPEECH_ENGINE": "tone",
            "FSBRIDGE_CDR_PORT": str(switch.ports.spare()),
            "FSBRIDGE_CDR_SECRET": SECRET,
            "FSBRIDGE_CDR_SWEEP": "1",
            **more,
        }
        self.settings = load(environment=environment)
        self.store = Store(self.settings.database_url)
        self.store.migrate()
        self.program = Program(switch, home, **environment)
        self.folder = switch.conf.home / "recordings"
        self._switch = switch

    @property
    def care(self) -> RecordingCare:
        return RecordingCare(self.settings, self.store)

    def recorded(self) -> list[Recording]:
        """All that is kept, each with its call."""
        with self.store.connection():
            return list(Recording.select(Recording, Call).join(Call).order_by(Recording.id))

    def verified(self) -> int:
        """How many of them were found to be whole."""
        with self.store.connection():
            return int(Recording.select().where(Recording.verified_at.is_null(False)).count())

    def close(self) -> None:
        self._switch.api("hupall")
        self._switch.idle()
        self.program.kill()
        self.store.close()


def town_switch(start: Callable[..., LocalSwitch]) -> LocalSwitch:
    """A FreeSWITCH with operators, a carrier, and people outside."""
    one = start(
        queues=(Queue(OPENING), Queue(LEAK), Queue(BILLING), Queue(OTHER)),
        telephones_of=lambda ports: (
            *telephones(ports, "agent", 8, queues=(OPENING, OTHER)),  # OTHER: while no program runs
            *telephones(ports, "agent", 4, queues=(LEAK,), first=50),
        ),
        numbers=NUMBERS,
        carrier=lambda ports: f"127.0.0.1:{ports.phones}",
        cdr_url=lambda ports: f"http://127.0.0.1:{ports.spare()}/cdr",
        cdr_secret=SECRET,
    )
    one.extension("people", PLAN.replace("PHONES", str(one.ports.phones)))
    return one


@pytest.fixture(scope="module")
def switch(_starter) -> LocalSwitch:
    """One for the tests without a plan."""
    return town_switch(_starter)


@pytest.fixture
def centre(switch: LocalSwitch, tmp_path: Path) -> Iterator[Centre]:
    """Without a plan: nobody but the test finishes recordings."""
    centre = Centre(switch, tmp_path)
    centre.program.start()
    yield centre
    centre.close()


@pytest.fixture
def staffed(fresh_switch, tmp_path: Path) -> Iterator[tuple[LocalSwitch, Centre, Desks]]:
    """With the plan, its jobs, the panel, and operators in browsers who serve one queue."""
    need_chromium()
    switch = town_switch(fresh_switch)
    port = switch.ports.spare(1)
    centre = Centre(switch, tmp_path, FSBRIDGE_PANEL_PORT=str(port), FSBRIDGE_ZONE="Asia/Tokyo")
    fill_in(centre.store)
    centre.program.start()
    wait_for(lambda: listening(port), "the panel is there")
    desks = Desks(f"http://127.0.0.1:{port}", tmp_path, OPERATORS, pitch=OPERATOR)
    yield switch, centre, desks
    desks.leave()
    centre.close()


def fill_in(store: Store) -> None:
    """Kanazawa's plan, open now, for the numbers of the script; only those in browsers serve by it.

    No queue rings all: who lost the race for a call, at a telephone that is not the plan's, would have an
    open line for ever.
    """
    data, now = example("kanazawa"), datetime.now(UTC)
    plan = replace(
        open_now(data.plan),
        numbers=(*data.plan.numbers, *NUMBERS),
        queues=[replace(one, strategy="longest-idle-agent") for one in data.plan.queues],
        tiers=tuple(
            TierPlan(season.key, BILLING, operator) for season in data.plan.seasons for operator in OPERATORS
        ),
    )
    fill(store, replace(data, plan=plan), by="test", at=now)
    users = Users(StoredUsers(store), hashed=Passwords(memory_kib=64).hash)
    for operator in OPERATORS:
        users.set_password(operator, PASSWORD, by="test", at=now)


def test_every_conversation_has_one_verified_recording_whoever_is_killed(
    staffed: tuple[LocalSwitch, Centre, Desks],
) -> None:
    switch, centre, desks = staffed
    keeping = centre.care
    town = Town(switch, desks)
    day = gevent.spawn(town.day, CALLS)
    for kept in (CALLS // 6, CALLS // 3):
        wait_for(lambda kept=kept: centre.verified() >= kept or day.ready(), "recordings are kept", 300)
        centre.program.kill()
        centre.program.start()
    day.join(CALLS * 10)
    assert not town.failed
    switch.idle()
    wait_for(
        lambda: not keeping.spool.raw(None), lambda: f"no raw file is left: {keeping.spool.raw(None)}", 120
    )

    rows = centre.recorded()
    assert len(rows) == len(town.said)
    late, seen = {}, Counter()
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
        seen[said.kind] += 1
        assert pitches(centre.folder / row.path) == [{said.left}, {said.right}], said
    print(len(rows), "recordings;", {kind: (seen[kind], round(late[kind], 2)) for kind in late})
    assert max(late.values()) <= 1.0, late
    assert seen["page loaded anew"]
    report = keeping.check(datetime.now(UTC), deep=True)
    assert (report.troubles, report.recordings) == ([], len(rows))
    assert keeping.alarms.standing() == []


def test_damage_rings_and_loses_nothing_else(switch: LocalSwitch, centre: Centre) -> None:
    """A file is gone, another is not what it was; of two calls' raw files one is broken, and one gone."""
    keeping, folder, town = centre.care, centre.folder, Town(switch)

    def two_calls() -> tuple[list[Raw], list[str]]:
        town.plain()
        town.plain()
        switch.idle()
        raws = wait_for(lambda: len(found := keeping.spool.raw(None)) == 2 and found, "two raw files")
        legs = [name.leg for raw in raws if (name := named(raw.path))]
        wait_for(lambda: len(keeping.shelf.ended(legs)) == 2, "their records", 30)
        return raws, legs

    two_calls()
    assert keeping.finish(datetime.now(UTC)).kept == 2
    rows = centre.recorded()
    (folder / rows[0].path).unlink()
    (folder / rows[1].path).write_bytes(b"fLaC")
    found = keeping.check(datetime.now(UTC)).troubles
    assert {(one.kind, one.subject) for one in found} == {
        ("missing", rows[0].path),
        ("changed", rows[1].path),
    }
    raws, legs = two_calls()
    with (folder / raws[0].path).open("r+b") as file:
        file.write(bytes(44))
    (folder / raws[1].path).unlink()
    keeping.finish(datetime.now(UTC) + timedelta(seconds=30))
    rung = {one.alarm.kind: one.alarm for one in keeping.alarms.standing()}
    assert set(rung) == {"missing", "changed", "repaired", "none"}
    assert rung["none"].call == legs[1]
    mended = [row for row in centre.recorded() if row.path.startswith(raws[0].path.removesuffix(".wav"))]
    assert [row.fault for row in mended] == [""]
    assert centre.verified() == 3


def test_a_paused_stretch_is_silent_and_written_down(switch: LocalSwitch, centre: Centre) -> None:
    keeping, pauses = centre.care, pausing(switch.api, centre.store)
    caller, leg, _ = Town(switch)._answered("0769001")
    gevent.sleep(1)
    pauses.pause(leg, datetime.now(UTC), by="sato", why="クレジットカード番号")
    assert pauses.paused(leg)
    gevent.sleep(2)
    pauses.resume(leg, datetime.now(UTC), by="sato")
    gevent.sleep(1)
    switch.api("uuid_kill", caller)
    wait_for(lambda: keeping.finish(datetime.now(UTC)).kept, "it is kept", 30)
    (row,) = centre.recorded()
    (span,) = pauses.spans(leg)
    assert (span.started_by, span.ended_by) == ("sato", "sato")
    import soundfile

    data, rate = soundfile.read(centre.folder / row.path, dtype="int16")
    begins, ends = ((at - row.started_at).total_seconds() for at in (span.started_at, span.ended_at))
    middle = data[int((begins + 0.7) * rate) : int((ends - 0.7) * rate)]
    assert len(middle)
    assert not middle.any()
    assert data[: int(begins / 2 * rate)].any()
    assert row.fault == ""


def test_a_freeswitch_that_is_killed_takes_no_more_than_an_instant_with_it(
    switch: LocalSwitch, centre: Centre
) -> None:
    keeping = centre.care
    _, leg, _ = Town(switch)._answered("0769001")
    began = time.time()
    gevent.sleep(3)
    switch.restart()
    killed_after = time.time() - began
    wait_for(lambda: keeping.shelf.calls([leg]), "the call, as events told of it", 30)
    assert keeping.finish(datetime.now(UTC)).kept == 0  # the file was written to just now
    (raw,) = keeping.spool.raw(None)
    assert keeping.finish(datetime.now(UTC) + timedelta(minutes=3)).repaired == 1
    (row,) = centre.recorded()
    assert pitches(centre.folder / row.path) == [{CITIZEN}, {OPERATOR}]
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
    switch: LocalSwitch, centre: Centre, tight: Path
) -> None:
    keeping = centre.care
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
    (row,) = centre.recorded()
    assert row.fault == "short"
    assert pitches(tight / row.path) == [{CITIZEN}, {OPERATOR}]


def _leg(row: Recording) -> str:
    name = named(row.path)
    assert name is not None
    return name.leg


def _apart(row: Recording, said: Said) -> float:
    return abs(row.started_at.timestamp() - said.began)
