"""Recordings at scale, and their calls' records: purges planned over all, over a night's, and carried out."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.databases import databases
from benchmarks.figures import Figure, Table, Target
from benchmarks.resident import forget_peak, peak
from benchmarks.scale import Scale
from fsbridge.adapters.recordings import CertificateFolder, RecordingFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.callrecords import CallRecords
from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.recordings import StoredRecordings
from fsbridge.domain.retention import Retention
from fsbridge.services.retention import Purge

PLAN = Target("≤", 10, " s")
MEMORY = Target("<", 50, " MB")
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 5 * 365
RULE = Retention(UTC, years=3)
BYTES = 4_800_000
"""Five minutes of a conversation; the files are sparse."""
_THERE = 10
"""One recording in so many has its file; the others are absent, which costs a look all the same."""
_CALLS = """INSERT INTO call (id, uuid, direction, started_at, answered_at, ended_at)
WITH RECURSIVE numbers(n) AS
    (SELECT CAST(0 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {count} - 1)
SELECT n + 1, (10000000 + n) || '-5e55-4a00-8000-3f0c9d21f0c9', 'inbound', {first} + n * {step},
    {first} + n * {step}, {first} + n * {step} + 300000000
FROM numbers"""
_RECORDINGS = """INSERT INTO recording (id, path, call_id, started_at, ended_at, size)
SELECT id, (10000 + (id - 1) * {days} / {count}) || '/' || uuid || '.wav', id, started_at,
    started_at + 300000000, {bytes} FROM call"""
_RECORDS = """INSERT INTO call_record (uuid, root, source, data, received_at)
SELECT uuid, uuid, 'record', '{data}', ended_at FROM call"""
_DATA = '{"variables": "' + "v" * 700 + '"}'


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """Every database there is, one after the other."""
    count = scale.recordings
    table = Table("purge", f"Purge: {count:,} recordings of five years, one in {_THERE} with its file")
    for name, store in databases(say):
        folder = Path(tempfile.mkdtemp(prefix="fsbridge-recordings-"))
        try:
            say(f"purge: {count:,} recordings on {name}")
            fill(store, count)
            with store.writing() as database:
                database.execute_sql(_RECORDS.format(data=_DATA))
            for number in range(0, count, _THERE):
                sparse(folder / path_of(number, count))
            table.figures += _measured(name, store, folder, count, say)
        finally:
            store.close()
            shutil.rmtree(folder)
    return table


def _measured(name: str, store: Store, folder: Path, count: int, say: Callable[[str], None]) -> list[Figure]:
    ledger = StoredRecordings(store)
    files = RecordingFolder(folder)
    certificates = CertificateFolder(folder / "certificates")
    records = CallRecords(store)
    end = FIRST + timedelta(days=DAYS)
    purge = Purge(ledger, files, certificates, lambda: RULE, clock=lambda: end, records=records)
    figures = []
    say(f"purge: planning on {name}")
    night = RULE.goes_from(FIRST)
    started = time.perf_counter()
    due = purge.plan(night).facts.due
    figures.append(
        Figure(f"{name}: a night's plan", time.perf_counter() - started, "s", target=PLAN, note=f"{due} due")
    )
    before = forget_peak()
    started = time.perf_counter()
    plan = purge.plan(end + timedelta(days=3 * 366))
    took = time.perf_counter() - started
    assert plan.facts.due == plan.records == count
    assert plan.missing == count - len(range(0, count, _THERE))
    figures.append(Figure(f"{name}: a plan of everything", took, "s", target=PLAN, note=f"{count:,} due"))
    figures.append(Figure(f"{name}: memory it took", peak() - before, "MB", target=MEMORY))
    say(f"purge: purging on {name}")
    # A tenth of them, whose files are sparse: what counts is the database and the folder.
    some = FIRST + timedelta(days=DAYS // 20)
    rule = Retention(UTC, years=3, share=100)
    purge = Purge(ledger, files, certificates, lambda: rule, clock=lambda: end, records=records)
    started = time.perf_counter()
    done = purge.run(rule.goes_from(some), by="benchmark", clock_checked=True)
    took = time.perf_counter() - started
    every = done.removed + done.missing
    figures.append(
        Figure(f"{name}: purged", every / took, "/s", note=f"{done.removed:,} files of {BYTES / 1e6:g} MB")
    )
    files.close()
    return figures


def fill(store: Store, count: int) -> None:
    values = {
        "count": count,
        "days": DAYS,
        "bytes": BYTES,
        "first": micros(FIRST),
        "step": DAYS * 86_400_000_000 // count,
    }
    with store.writing() as database:
        for sql in (_CALLS, _RECORDINGS):
            database.execute_sql(sql.format(**values))
    with store.connection() as database:
        database.execute_sql("ANALYZE")


def path_of(number: int, count: int) -> str:
    return f"{10000 + number * DAYS // count}/{10000000 + number}-5e55-4a00-8000-3f0c9d21f0c9.wav"


def sparse(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        os.truncate(file.fileno(), BYTES)
