"""Marks, colours and small pieces every table uses. A state is never told by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from fsbridge.domain.operators import Activity
from fsbridge.domain.tally import Tally
from fsbridge.domain.views import CallState

MARKS: dict[Activity, tuple[str, str]] = {
    Activity.READY: ("●", "green"),
    Activity.RINGING: ("◎", "bold yellow"),
    Activity.TALKING: ("☎", "bold cyan"),
    Activity.HOLDING: ("‖", "bold magenta"),
    Activity.WRAP_UP: ("✎", "yellow"),
    Activity.ON_BREAK: ("◌", "blue"),
    Activity.LOGGED_OUT: ("○", "bright_black"),
    Activity.UNKNOWN: ("?", "bright_black"),
}
CALL_MARKS: dict[CallState, tuple[str, str]] = {
    CallState.RINGING: ("◎", "yellow"),
    CallState.IN_FLOW: ("♪", "blue"),
    CallState.WAITING: ("▲", "bold yellow"),
    CallState.OFFERED: ("◎", "bold yellow"),
    CallState.TALKING: ("☎", "bold cyan"),
    CallState.HELD: ("‖", "bold magenta"),
}


def tiles(figures: Sequence[tuple[str, str, str]]) -> RenderableType:
    """Figures side by side, each under its name: (name, figure, style)."""
    grid = Table.grid(expand=True)
    for _ in figures:
        grid.add_column(justify="center", ratio=1, no_wrap=True)
    grid.add_row(*(Text(label, "dim") for label, _, _ in figures))
    grid.add_row(*(Text(value, style) for _, value, style in figures))
    return grid


def table(*columns: tuple[str, Any]) -> Table:
    """A table without lines: (title, justify) for each column."""
    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), header_style="dim", show_edge=False)
    for title, justify in columns:
        table.add_column(title, justify=justify, no_wrap=True, overflow="ellipsis")
    return table


def tally_cells(tally: Tally) -> Iterable[Text]:
    """Today's figures of a queue."""
    yield number(tally.offered, "bold")
    yield number(tally.answered, "green")
    yield Text(percent(tally.answer_rate))
    yield number(tally.abandoned, "bold red")
    yield number(tally.short_abandoned, "")
    yield number(tally.overflowed, "yellow")


def number(value: int, style: str) -> Text:
    """A count; nothing is dim."""
    return Text(str(value), style if value else "dim")


def percent(share: float | None) -> str:
    """A share.

    >>> percent(0.727), percent(1.0), percent(None)
    ('72.7%', '100%', '–')
    """
    return "–" if share is None else f"{share:.0%}" if share in (0, 1) else f"{share * 100:.1f}%"


def duration(length: timedelta | None) -> str:
    """Minutes and seconds, hours when there are any.

    >>> duration(timedelta(seconds=75)), duration(timedelta(hours=2)), duration(None)
    ('1:15', '2:00:00', '–')
    """
    if length is None:
        return "–"
    seconds = max(0, int(length.total_seconds()))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
