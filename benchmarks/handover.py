"""A centre handed over from SQLite to PostgreSQL and back: how long it takes, and that nothing changes."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks import history
from benchmarks.figures import Figure, Table, Target
from benchmarks.scale import Scale
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.bulk import insert
from fsbridge.config import Settings, load
from fsbridge.handing import compare, export, take_in, verify
from tests.adapters.store.postgres import Postgres, program

DIFFERENCES = Target("≤", 0)
PEAK = Target("<", 250, " MB")
_MB = 1e6 / 1024
_A_RECORDING = 20
"""One call in so many has its recording's file; the others' was purged."""
_AT = datetime(2034, 3, 31, tzinfo=UTC)


def measure(scale: Scale, say: Callable[[str], None]) -> Table | None:
    """There and back; None without PostgreSQL."""
    if not program("postgres"):
        say("no PostgreSQL on this machine")
        return None
    table = Table("handover", f"Handover of {scale.handed_over:,} calls, SQLite to PostgreSQL and back")
    top = Path(tempfile.mkdtemp(prefix="fsbridge-bench-"))
    server = Postgres()
    try:
        server.create()
        server.start()
        table.figures += _measured(top, server, scale.handed_over, say)
        server.stop()
    finally:
        server.remove()
        shutil.rmtree(top)
    return table


def _measured(top: Path, server: Postgres, calls: int, say: Callable[[str], None]) -> Iterator[Figure]:
    say(f"making {calls:,} calls")
    settings, store = _home(top / "first", f"sqlite:///{top}/first.sqlite3")
    _fill(store, settings, calls)
    for name, into, case, url in (
        ("SQLite", "PostgreSQL", top / "one", server.url(server.database())),
        ("PostgreSQL", "SQLite", top / "two", f"sqlite:///{top}/third.sqlite3"),
    ):
        say(f"handing over from {name} to {into}")
        spent, done = _timed(export, settings, store, case, **_ASKED)
        yield Figure(f"{name}: exported", spent, "s", note=f"{done.rows:,} rows, {done.files.lines:,} files")
        store.close()
        spent, _ = _timed(verify, case, _quiet)
        yield Figure("verified", spent, "s")
        settings, store = _home(top / into, url)
        spent, _ = _timed(take_in, settings, store, case, **_WHO)
        yield Figure(f"{into}: verified and imported", spent, "s")
    export(settings, store, top / "three", **_ASKED)
    store.close()
    differences = [*compare(top / "one", top / "two"), *compare(top / "one", top / "three")]
    yield Figure("differences between the exports", len(differences), "", target=DIFFERENCES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB
    yield Figure("memory at its peak, the making included", peak, "MB", target=PEAK)


def _quiet(name: str, count: int) -> None:
    """Nobody looks."""


_WHO: dict[str, Any] = {"by": "bench", "at": _AT, "tell": _quiet}
_ASKED: dict[str, Any] = {**_WHO, "secrets": True}


def _home(folder: Path, url: str) -> tuple[Settings, Store]:
    store = Store(url)
    store.migrate()
    return load(home=folder, environment={}), store


def _fill(store: Store, settings: Settings, calls: int) -> None:
    """A history with records, audit entries and recordings."""
    history.fill(store, round(calls * 0.952))
    sound = _sound()
    sha256 = hashlib.sha256(sound).hexdigest()
    data = json.dumps({"variables": {f"variable_{number}": "値" * 10 for number in range(40)}})
    with store.writing() as database:
        made = database.execute_sql("SELECT id, uuid, started_at FROM call ORDER BY id").fetchall()

        def recordings() -> Iterator[tuple[object, ...]]:
            for number, uuid, at in made:
                path = f"{datetime.fromtimestamp(at / 1e6, UTC):%Y-%m-%d}/{uuid}-{at}.flac"
                there = number % _A_RECORDING == 0
                if there:
                    whole = settings.switch_folder / "recordings" / path
                    whole.parent.mkdir(parents=True, exist_ok=True)
                    whole.write_bytes(sound)
                yield (
                    path,
                    number,
                    at,
                    at + 1_000_000,
                    len(sound),
                    sha256,
                    1_000_000,
                    at,
                    None if there else at,
                )

        columns = "path call_id started_at ended_at size sha256 length verified_at purged_at"
        insert(database, "recording", columns, recordings())
        records = ((uuid, uuid, "record", data, at) for _, uuid, at in made)
        insert(database, "call_record", "uuid root source data received_at", records)
        audit = ((at, "sato", "heard", "recording", uuid) for _, uuid, at in made)
        insert(database, "audit_log", "at actor action subject which", audit)


def _sound() -> bytes:
    out = io.BytesIO()
    at = np.arange(8000) / 8000
    sound = np.stack([np.sin(2764 * at), np.sin(5529 * at)], axis=1) * 0.3
    soundfile.write(out, sound, 8000, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def _timed(work: Callable[..., Any], *words: object, **named: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    done = work(*words, **named)
    return time.perf_counter() - began, done
