"""Recordings at scale: found among three years of them, checked, expected; and compressed."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy

from benchmarks.databases import databases
from benchmarks.figures import Figure, Table, Target, percentile
from benchmarks.purge import DAYS, FIRST, fill, path_of, sparse
from benchmarks.resident import forget_peak, peak
from benchmarks.scale import Scale
from fsbridge.adapters.recordings.archive import FolderArchive
from fsbridge.adapters.recordings.press import KINDS, ChildPress
from fsbridge.adapters.recordings.spool import RawFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.holds import Holds, Wanted
from fsbridge.adapters.store.models import Operator, Recording
from fsbridge.adapters.store.recording_shelf import RecordingShelf
from fsbridge.domain.recordingwave import header
from fsbridge.services.recordings_check import Check, Expecting
from fsbridge.services.recordings_finish import Order

SEARCH = Target("≤", 50, " ms")
MEMORY = Target("<", 50, " MB")
OPERATORS = 30
_RATE = 8000
_SEARCHES = 200
_NUMBERS = "UPDATE call SET number = '+8176' || (2000000 + id * 17)"
_SPREAD = """UPDATE recording SET operator_id = 1 + id - id / {operators} * {operators},
    verified_at = ended_at, sha256 = 'e3b0'"""


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """Every database there is, then the compression."""
    count = scale.recordings
    table = Table("recordings", f"Recordings: {count:,} of five years, one in ten with its file")
    for name, store in databases(say):
        folder = Path(tempfile.mkdtemp(prefix="fsbridge-recordings-"))
        try:
            say(f"recordings: {count:,} on {name}")
            _rows(store, count)
            for number in range(0, count, 10):
                sparse(folder / path_of(number, count))
            table.figures += _searched(name, store, min(_SEARCHES, count))
            table.figures += _checked(name, store, folder)
        finally:
            store.close()
            shutil.rmtree(folder)
    say("recordings: compressing")
    table.figures += _compressed(*((4, 300) if count >= 100_000 else (2, 60) if count >= 10_000 else (1, 10)))
    return table


def _rows(store: Store, count: int) -> None:
    with store.writing():
        for number in range(OPERATORS):
            name, kana = f"佐藤{number}", f"サトウ{number}"
            Operator.create(key=f"op{number}", name=name, kana=kana, registered_at=FIRST)
    fill(store, count)
    with store.writing() as database:
        database.execute_sql(_NUMBERS)
        database.execute_sql(_SPREAD.format(operators=OPERATORS))
    with store.connection() as database:
        database.execute_sql("ANALYZE")


def _searched(name: str, store: Store, times: int) -> Iterator[Figure]:
    chance = random.Random(7)
    holds = Holds(store)

    def day() -> dict[str, Any]:
        since = FIRST + timedelta(days=chance.randrange(DAYS), hours=chance.randrange(24))
        return {"since": since, "until": since + timedelta(days=1)}

    kinds: dict[str, Callable[[], Wanted]] = {
        "by day and time": lambda: Wanted(**day()),
        "by day and operator's name": lambda: Wanted(**day(), operator=f"藤{chance.randrange(OPERATORS)}"),
        "by operator's name": lambda: Wanted(operator=f"佐藤{chance.randrange(OPERATORS)}"),
        "by month and number": lambda: Wanted(
            since=(begins := day()["since"]), until=begins + timedelta(days=31), number="762"
        ),
    }
    for what, wanted in kinds.items():
        spent = []
        for _ in range(times):
            one = wanted()
            started = time.perf_counter()
            holds.find(one, 50)
            spent.append((time.perf_counter() - started) * 1000)
        yield Figure(f"{name}: found {what}, 95 in 100", percentile(spent, 0.95), "ms", target=SEARCH)


def _checked(name: str, store: Store, folder: Path) -> Iterator[Figure]:
    shelf, spool, alarms = RecordingShelf(store), RawFolder(folder), _Silent()
    with store.connection():
        count = Recording.select().count()
    before = forget_peak()
    started = time.perf_counter()
    check = Check(shelf, spool, FolderArchive(folder), alarms, elsewhere=False)
    report = check.run(FIRST + timedelta(days=DAYS))
    took = time.perf_counter() - started
    assert report.recordings == count
    yield Figure(f"{name}: checked", count / took, "/s", note=f"{took:.1f} s for everything")
    yield Figure(f"{name}: memory it took", peak() - before, "MB", target=MEMORY)
    started = time.perf_counter()
    Expecting(shelf, StoredAlarms(store), lambda talk: True).look(FIRST + timedelta(days=DAYS // 2))
    yield Figure(f"{name}: two days' talks expected", (time.perf_counter() - started) * 1000, "ms")


class _Silent:
    """Alarms that nobody hears: a benchmark's files are absent on purpose."""

    def ring(self, alarm: object, now: object) -> bool:
        return False


def _compressed(files: int, seconds: int) -> Iterator[Figure]:
    """Conversations, both sides speaking in turn over a little noise."""
    folder = Path(tempfile.mkdtemp(prefix="fsbridge-press-"))
    try:
        orders = []
        for number in range(files):
            path = folder / "2024-01-01" / f"{number:08x}-{micros(FIRST) + number}.wav"
            path.parent.mkdir(exist_ok=True)
            body = _conversation(seconds, number)
            path.write_bytes(header(_RATE, 2, len(body)) + body)
            orders.append(Order(f"{path.parent.name}/{path.name}"))
        for kind in KINDS:
            started = time.perf_counter()
            done = list(ChildPress(folder, kind).press(orders))
            took = time.perf_counter() - started
            assert not any(one.problem for one in done)
            share = sum(one.size for one in done) / (files * seconds * _RATE * 4)
            note = f"verified, on disk, hashed; {share:.0%} of the raw bytes"
            yield Figure(f"compressed to {kind.upper()}", files * seconds / took, "× real time", note=note)
    finally:
        shutil.rmtree(folder)


def _conversation(seconds: int, seed: int) -> bytes:
    chance = numpy.random.default_rng(seed)
    at = numpy.arange(seconds * _RATE) / _RATE
    sides = []
    for side in (0, 1):
        turn = (numpy.floor(at / 4) % 2 == side) * (0.6 + 0.4 * numpy.sin(2 * numpy.pi * 3 * at))
        voice = sum(numpy.sin(2 * numpy.pi * 140 * part * at + part) / part for part in range(1, 12))
        sides.append(3000 * turn * voice + chance.normal(0, 12, at.size))
    return numpy.stack(sides, axis=1).astype("<i2").tobytes()
