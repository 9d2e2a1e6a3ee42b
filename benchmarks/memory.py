"""Memory of a script server over many sessions: what 100,000 calls leave behind."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks import peers
from benchmarks.figures import Figure, Table, Target
from benchmarks.outbound import AT_ONCE, script_server
from benchmarks.scale import Scale

MB = 1e6
WARM_UP = 5_000
"""Sessions after which the allocator has found its size."""


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """Growth of the resident memory after a warm-up, looked at with no call in progress.

    Single looks differ by some MB, as the allocator has it, so the first three are compared with the
    last three, the middle one of each. The JSON holds them all.
    """
    lot = max(1, scale.memory // 20)
    warm_up = max(2, WARM_UP // lot) if scale.memory >= WARM_UP else 2
    us = peers.ours()
    sizes = []
    failed = 0
    bar = Progress(
        TextColumn("memory: {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        transient=True,
    )  # fmt: skip
    with script_server("fsbridge.esl", us.python) as (server, dialler), bar:
        task = bar.add_task("warming up", total=scale.memory + warm_up * lot)
        for _ in range(warm_up + 20):
            failed += dialler.ask(sessions=lot, at_once=AT_ONCE)["failed"]
            sizes.append(server.resident() / MB)
            bar.update(task, advance=lot, description=f"{sizes[-1]:.1f} MB")
    after = sizes[warm_up - 1 :]
    growth = median(after[-3:]) - median(after[:3])
    title = f"Memory of the script server over {lot * 20:,} sessions, after {lot * warm_up:,} to warm up"
    return Table(
        "memory",
        title,
        [
            Figure("growth", growth, "MB", target=Target("<", 5, " MB"), samples=tuple(sizes)),
            Figure("occupied at the end", after[-1], "MB"),
            Figure("sessions that failed", failed, "", target=Target("≤", 0)),
        ],
    )
