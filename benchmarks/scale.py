"""How much of everything is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Repetitions, and the work in each."""

    repetitions: int
    seconds: float
    """About how long one client reads events in one repetition."""
    sessions: int
    """Outbound sessions in one repetition."""
    held: int
    """Calls made while 50 are in progress, for the time to the first byte."""
    memory: int
    """Outbound sessions over which memory must not grow."""
    hold: float
    """Seconds for which FreeSWITCH must hold a rate of calls."""
    highest_rate: int
    """Calls a second beyond which no limit is looked for."""
    contacts: int = 100_000
    """Contacts in the book."""
    visits: int = 1_000_000
    """Queue visits in the history."""
    recordings: int = 400_000
    """Recordings that a purge looks at."""
    handed_over: int = 100_000
    """Calls of a centre that is handed over."""
    simulated: int = 10_000
    """Calls in the month that is simulated."""
    half_year: int = 60_000
    """Calls in the half-year that is simulated and printed."""
    boards: int = 200
    """Browsers that look at the wallboard."""
    board_seconds: float = 60.0
    """How long they look."""
    soak_seconds: float = 3600.0
    """How long the memory of a wallboard is watched."""
    desk_calls: int = 30
    """Calls taken at the desk."""
    theory: int = 40
    """Repetitions in which the simulator is held against Erlang's formulas."""
    theory_calls: int = 1_500
    """Calls in each of these."""


FULL = Scale(repetitions=5, seconds=3.0, sessions=1500, held=1200, memory=100_000, hold=8.0, highest_rate=300)
QUICK = Scale(
    repetitions=2,
    seconds=1.0,
    sessions=500,
    held=400,
    memory=10_000,
    hold=5.0,
    highest_rate=300,
    contacts=20_000,
    visits=100_000,
    recordings=40_000,
    handed_over=20_000,
    half_year=6_000,
    board_seconds=15.0,
    soak_seconds=300.0,
    desk_calls=10,
    theory=10,
)
TINY = Scale(
    repetitions=1,
    seconds=0.05,
    sessions=20,
    held=20,
    memory=100,
    hold=1.0,
    highest_rate=10,
    contacts=300,
    visits=2_000,
    recordings=500,
    handed_over=300,
    simulated=200,
    half_year=200,
    boards=3,
    board_seconds=1.0,
    soak_seconds=1.0,
    desk_calls=1,
    theory=2,
    theory_calls=130,
)
