"""``python -m benchmarks``: measure, print each table as it is ready, write ``build/bench.json``."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    contacts,
    desk,
    events,
    figures_at_scale,
    freeswitch,
    half_year,
    handover,
    memory,
    outbound,
    peers,
    purge,
    recordings,
    simulation,
    soak,
    wallboard,
)
from benchmarks.figures import Table, write
from benchmarks.scale import FULL, QUICK, TINY

RESULT = Path(__file__).resolve().parent.parent / "build" / "bench.json"
NAMES = (
    "events", "first-byte", "sessions", "memory", "freeswitch", "contacts", "figures", "purge", "recordings",
    "handover", "half-year",
    "simulation", "wallboard", "desk",
)  # fmt: skip
LONG = ("soak",)
"""An hour or more: only on demand."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; a missed target is shown, it is no failure of the run."""
    options = _options(arguments)
    scale = TINY if options.tiny else QUICK if options.quick else FULL
    if options.memory_sessions:
        scale = replace(scale, memory=options.memory_sessions)
    found = peers.find(_say, install=not options.no_install)
    benchmarks: dict[str, Callable[[], Table | None]] = {
        "events": lambda: events.measure(scale, found, _say),
        "first-byte": lambda: outbound.first_byte(scale, found, _say),
        "sessions": lambda: outbound.sessions(scale, found, _say),
        "memory": lambda: memory.measure(scale, _say),
        "freeswitch": lambda: freeswitch.measure(scale, _say),
        "contacts": lambda: contacts.measure(scale, _say),
        "figures": lambda: figures_at_scale.measure(scale, _say),
        "purge": lambda: purge.measure(scale, _say),
        "recordings": lambda: recordings.measure(scale, _say),
        "handover": lambda: handover.measure(scale, _say),
        "half-year": lambda: half_year.measure(scale, _say),
        "simulation": lambda: simulation.measure(scale, _say),
        "wallboard": lambda: wallboard.measure(scale, _say),
        "desk": lambda: desk.measure(scale, _say),
        "soak": lambda: soak.measure(scale, _say),
    }
    about: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load before": os.getloadavg(),
        "peers": {name: peer.version for name, peer in found.items()},
    }
    print(f"Python {about['python']}, {about['cores']} cores, load {os.getloadavg()[0]:.2f}\n")
    tables = []
    for name in options.only or NAMES:
        table = benchmarks[name]()
        _say("")
        if table is not None:
            tables.append(table)
            print(f"{table}\n", flush=True)
    write(options.result, about, tables)
    missed = [
        f"{table.name}: {figure.what}" for table in tables for figure in table.figures if figure.met is False
    ]
    print("every target is met" if not missed else f"missed: {'; '.join(missed)}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=NAMES + LONG, help="measure only this (may be repeated)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, rougher figures")
    parser.add_argument("--tiny", action="store_true", help="just enough to see that it runs")
    parser.add_argument("--memory-sessions", type=int, metavar="N", help="sessions of the memory benchmark")
    parser.add_argument("--no-install", action="store_true", help="use the peers that are there already")
    parser.add_argument("--result", type=Path, default=RESULT, help="where the figures go as JSON")
    return parser.parse_args(arguments)


def _say(progress: str) -> None:
    """What is going on, on one line of a terminal that is overwritten."""
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
