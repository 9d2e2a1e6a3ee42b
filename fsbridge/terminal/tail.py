"""The live table of `fsbridge tail`: figures, queues, operators, calls, the latest events."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from rich.console import Console, RenderableType
from rich.live import Live

from fsbridge.domain.tally import Targets
from fsbridge.domain.views import Snapshot
from fsbridge.services.floor import Floor
from fsbridge.terminal.screen import Screen
from fsbridge.terminal.words import words

REFRESH = 0.1
"""Seconds between two drawings at the least."""


def render(
    snapshot: Snapshot,
    now: datetime,
    *,
    lang: str = "ja",
    filter: str = "",
    zone: tzinfo = UTC,
    targets: Targets | None = None,
    rows: int = 12,
) -> RenderableType:
    """The whole screen for one snapshot at one moment; it fits itself to the width it is drawn in.

    ``filter`` shows only what contains a text in number, name, queue or operator (the figures stay whole);
    ``rows`` bounds each list.

    >>> import io
    >>> console = Console(width=80, record=True, file=io.StringIO())
    >>> console.print(render(Snapshot(), datetime(2026, 4, 1, tzinfo=UTC), lang="en"))
    >>> "waiting" in console.export_text()
    True
    """
    return Screen(snapshot, now, words(lang), filter.strip(), zone, targets or Targets(), max(1, rows))


def watch(
    floor: Floor,
    console: Console,
    *,
    running: Callable[[], bool],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    lang: str = "ja",
    filter: str = "",
    zone: tzinfo = UTC,
    targets: Targets | None = None,
) -> None:
    """Draw the floor until ``running`` says no: at once on a change, once a second for the clocks.

    On something that is no terminal (a pipe, a log) only the last state is printed, without colour.

    >>> import io
    >>> watch(Floor(), Console(width=80, file=io.StringIO()), running=lambda: False)
    """

    def picture() -> RenderableType:
        rows = max(3, (console.height - 24) // 2)
        now = clock()
        floor.advance(now)
        return render(floor.snapshot(), now, lang=lang, filter=filter, zone=zone, targets=targets, rows=rows)

    if not console.is_terminal or console.is_dumb_terminal:
        while running():
            floor.wait(floor.seq, 0.2)
        console.print(picture())
        return
    with Live(picture(), console=console, screen=True, auto_refresh=False) as live:
        while running():
            floor.wait(floor.seq, 0.5)
            live.update(picture(), refresh=True)
            time.sleep(REFRESH)
    console.print(picture())
