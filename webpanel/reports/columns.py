"""The figures of a row, column by column: the same on the page and in every file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from fsbridge.domain.figures import Figures
from fsbridge.domain.reporting.document import Cell, Unit


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: `key` is its label, `group` its heading, `figure` what `calls_of` lists for it, if it can.

    >>> offered = next(one for one in COLUMNS if one.key == "offered")
    >>> offered.cell(Figures({"offered": 1204})).shown
    '1,204'
    """

    key: str
    group: str
    unit: Unit
    value: Callable[[Figures], float | None]
    figure: str = ""

    def cell(self, figures: Figures) -> Cell:
        """The figure of a row, with its unit."""
        return Cell(self.value(figures), self.unit)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _count(name: str) -> Callable[[Figures], float]:
    return lambda of: of.counts.get(name, 0)


def _mean(part: str) -> Callable[[Figures], float | None]:
    def mean(of: Figures) -> float | None:
        closed = of.handled - of.counts.get("handled open", 0)
        return of.counts.get(f"handled {part}", 0) / closed / 1e6 if closed else None

    return mean


def _open(of: Figures) -> float:
    return of.counts.get("handled open", 0) + of.counts.get("outbound open", 0)


COLUMNS = (
    Column("offered", "calls", Unit.COUNT, lambda of: of.tally.offered, "offered"),
    Column("answered", "calls", Unit.COUNT, lambda of: of.tally.answered, "answered"),
    Column("abandoned", "calls", Unit.COUNT, lambda of: of.tally.abandoned, "abandoned"),
    Column("short_abandoned", "calls", Unit.COUNT, lambda of: of.tally.short_abandoned, "short_abandoned"),
    Column("overflowed", "calls", Unit.COUNT, lambda of: of.tally.overflowed, "overflowed"),
    Column("waiting", "calls", Unit.COUNT, lambda of: of.tally.waiting, "waiting"),
    Column("answer_rate", "rates", Unit.SHARE, lambda of: of.tally.answer_rate, "answer_rate"),
    Column("net_answer_rate", "rates", Unit.SHARE, lambda of: of.tally.net_answer_rate, "net_answer_rate"),
    Column("in_time", "rates", Unit.COUNT, lambda of: of.tally.in_time, "in_time"),
    Column("service_level", "rates", Unit.SHARE, lambda of: of.service_level, "service_level"),
    Column("asa", "waits", Unit.SECONDS, lambda of: _seconds(of.asa), "asa"),
    Column("median_wait", "waits", Unit.SECONDS, lambda of: _seconds(of.median_wait), "median_wait"),
    Column("wait_90", "waits", Unit.SECONDS, lambda of: _seconds(of.wait_90), "wait_90"),
    Column("handled", "handling", Unit.COUNT, lambda of: of.handled, "handled"),
    Column("open", "handling", Unit.COUNT, _open, "open"),
    Column("aht", "handling", Unit.LENGTH, lambda of: _seconds(of.handling()), "aht"),
    Column("talk", "handling", Unit.LENGTH, _mean("talk"), "talk"),
    Column("hold", "handling", Unit.LENGTH, _mean("hold"), "hold"),
    Column("wrap_up", "handling", Unit.LENGTH, _mean("wrap-up"), "wrap_up"),
    Column("outbound", "outbound", Unit.COUNT, _count("outbound"), "outbound"),
    Column("outbound_aht", "outbound", Unit.LENGTH, lambda of: _seconds(of.handling("outbound")), "outbound"),
    Column("occupancy", "work", Unit.SHARE, lambda of: of.occupancy),
    Column("utilisation", "work", Unit.SHARE, lambda of: of.utilisation),
    Column("logged_in", "work", Unit.HOURS, lambda of: _seconds(of.logged_in)),
    Column("arrived", "aside", Unit.COUNT, lambda of: of.arrived, "arrived"),
    Column("out_of_hours", "aside", Unit.COUNT, _count("out of hours"), "out_of_hours"),
    Column("left_in_ivr", "aside", Unit.COUNT, _count("left in IVR"), "left_in_ivr"),
    Column("lines_busy", "aside", Unit.COUNT, _count("lines busy"), "lines_busy"),
    Column("announcement", "aside", Unit.COUNT, _count("announcement"), "announcement"),
    Column("in_flow", "aside", Unit.COUNT, _count("in flow"), "in_flow"),
    Column("timed_out", "over", Unit.COUNT, lambda of: of.tally.timed_out, "timed_out"),
    Column("no_operator", "over", Unit.COUNT, lambda of: of.tally.no_operator, "no_operator"),
    Column("exit_key", "over", Unit.COUNT, lambda of: of.tally.exit_key, "exit_key"),
    Column("taken_out", "over", Unit.COUNT, lambda of: of.tally.taken_out, "taken_out"),
    Column("repeat", "more", Unit.COUNT, _count("repeat"), "repeat"),
    Column("inferred", "more", Unit.COUNT, _count("inferred"), "inferred"),
)
"""Every figure, in the order in which it is read."""
PARTS = ("answered", "abandoned", "short_abandoned", "overflowed", "waiting")
"""What offered calls come to, in the order of the identity."""
BY_KEY = {one.key: one for one in COLUMNS}
_OF_OPERATORS = ("work",)


def columns_of(*, states: bool) -> tuple[Column, ...]:
    """The columns of a report; operators' time belongs to no flow, queue or case, and is left out there."""
    return tuple(one for one in COLUMNS if states or one.group not in _OF_OPERATORS)
