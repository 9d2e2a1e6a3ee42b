"""The parts of a report that show figures: its course, flows, heat map, operators, cases, service level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fsbridge.domain.charts import Drawing, Series, columns, lines
from fsbridge.domain.figures import Answer, Figures, Step
from fsbridge.domain.figures import Row as FigureRow
from fsbridge.domain.reporting.contents import Contents
from fsbridge.domain.reporting.document import (
    Cell,
    HeatTable,
    Notes,
    Plot,
    Row,
    Section,
    Table,
    Unit,
)
from fsbridge.domain.reporting.moments import interval_mark, interval_name
from fsbridge.domain.reporting.words import say, weekday

GREEN, RED, GREY, AMBER, BLUE = "#2f7d4f", "#c0392b", "#a9b2ba", "#d9822b", "#1f5fa8"
PARTS = ("answered", "abandoned", "short abandoned", "overflowed", "waiting")
"""What offered calls come to, in the order of the identity."""
_PLOT, _BARS = 215, 12
"""The height of a chart, of a width of 760, and how many columns it has room for."""
_COLOURS = (GREEN, RED, GREY, AMBER)


def course(contents: Contents, language: str) -> Section:
    """Month by month, day by day, or hour by hour."""
    kind = contents.period.step
    rows = _busy(contents.course.rows) if kind is Step.HOUR else list(contents.course.rows)
    names = [interval_name(_begins(row, contents), kind, language) + "*" * row.provisional for row in rows]
    table = Table(
        say("course " + kind.value, language),
        (say("h " + kind.value, language), *_heads(language)),
        tuple((Cell(name), *_cells(row.figures)) for name, row in zip(names, rows, strict=True)),
        ((Cell(say("all", language)), *_cells(contents.total)),),
        _WIDTHS,
    )
    short = [interval_mark(_begins(row, contents), kind, language) for row in rows]
    plots = (
        Plot(say("offered", language), _calls(short, [row.figures for row in rows], language)),
        Plot(
            f"{say('service level', language)}・{say('answer rate', language)}"
            if language == "ja"
            else "Service level and answer rate",
            _levels(short, [row.figures for row in rows], contents, language),
        ),
    )
    return Section(say("course " + kind.value, language), (table, *plots), new_page=True)


def flows(contents: Contents, language: str) -> Section:
    """Flow by flow; a call can be in several."""
    return Section(say("flows", language), tuple(_grouped(contents.flows, "flow", language)))


def service_level(contents: Contents, language: str) -> Section:
    """Each flow against its goal."""
    basis = contents.course.basis
    rows = []
    for row in _filled(contents.flows):
        tally = row.figures.tally
        targets, goal = basis.of(row.key or ""), basis.goals.get(row.key or "")
        level = row.figures.service_level
        met = (
            None
            if level is None or goal is None
            else say("met" if level >= goal / 100 else "not met", language)
        )
        rows.append(
            (
                Cell(_name(row, language)), Cell(targets.answer_within.total_seconds(), Unit.COUNT),
                Cell(None if goal is None else goal / 100, Unit.SHARE), Cell(tally.in_time, Unit.COUNT),
                Cell(tally.offered - tally.short_abandoned, Unit.COUNT), Cell(level, Unit.SHARE), Cell(met),
            )
        )  # fmt: skip
    tally = contents.total.tally
    foot = (
        Cell(say("all", language)), Cell(None), Cell(None), Cell(tally.in_time, Unit.COUNT),
        Cell(tally.offered - tally.short_abandoned, Unit.COUNT),
        Cell(contents.total.service_level, Unit.SHARE), Cell(None),
    )  # fmt: skip
    heads = ("h flow", "h within", "h goal", "in time", "h denominator", "service level", "h met")
    table = Table(
        say("level", language),
        tuple(
            say(one, language) + (f"（{say('s', language)}）" if one == "h within" else "") for one in heads
        )
        if language == "ja"
        else tuple(say(one, language) + (" (s)" if one == "h within" else "") for one in heads),
        tuple(rows),
        (foot,),
        (2, 1, 1, 1.2, 1, 1.2, 0.8),
    )
    return Section(say("level", language), (table, Notes((say("level note", language),))))


def heat(contents: Contents, language: str) -> Section:
    """When calls came."""
    days = tuple(weekday(number, language) for number in range(7))
    block = HeatTable(say("heat", language), contents.heat, days, say("total", language))
    if not contents.heat.total:
        return Section(say("heat", language), (Notes((say("nothing", language),)),))
    return Section(say("heat", language), (block,))


def operators(contents: Contents, language: str) -> Section:
    """Operator by operator: what they handled, and how their time went."""
    rows = [row for row in contents.operators.rows if row.key]
    heads = ("operator", "handled", "outbound", "aht", "talk", "hold", "wrap-up", "logged in", "occupancy",
             "utilisation")  # fmt: skip
    table = Table(
        say("operators", language),
        tuple(say(f"h {one}", language) for one in heads),
        tuple((Cell(_name(row, language)), *_work(row.figures)) for row in rows),
        ((Cell(say("all", language)), *_work(contents.operators.total)),),
        (2.2, 0.9, 0.9, 1, 1, 1, 1, 1.3, 0.9, 0.9),
    )
    open_legs = contents.total.counts.get("handled open", 0)
    note = Notes((say("operators note", language, f"{open_legs:,}"),))
    blocks = (table, note) if rows else (Notes((say("nothing", language),)),)
    return Section(say("operators", language), blocks, new_page=True)


def cases(contents: Contents, language: str) -> Section:
    """Kind of case by kind of case; a call can have several, and some have none noted."""
    return Section(say("cases", language), tuple(_grouped(contents.cases, "case", language)))


_TALLIED = ("offered", *PARTS, "answer rate", "service level", "asa", "aht")
_WIDTHS = (1.7, 0.95, 0.95, 0.8, 1.05, 0.85, 0.7, 0.95, 0.95, 1.05, 1)


def _heads(language: str) -> tuple[str, ...]:
    return tuple(say(f"h {one}", language) for one in _TALLIED)


def _cells(figures: Figures) -> Row:
    tally = figures.tally
    counts = (
        tally.offered,
        tally.answered,
        tally.abandoned,
        tally.short_abandoned,
        tally.overflowed,
        tally.waiting,
    )
    return (
        *(Cell(one, Unit.COUNT) for one in counts),
        Cell(tally.answer_rate, Unit.SHARE),
        Cell(figures.service_level, Unit.SHARE),
        Cell(seconds(figures.asa), Unit.SECONDS),
        Cell(seconds(figures.handling()), Unit.LENGTH),
    )


def _work(figures: Figures) -> Row:
    closed = figures.handled - figures.counts.get("handled open", 0)
    parts = (
        figures.counts.get(f"handled {name}", 0) / closed / 1e6 if closed else None
        for name in ("talk", "hold", "wrap-up")
    )
    return (
        Cell(figures.handled, Unit.COUNT),
        Cell(figures.counts.get("outbound", 0), Unit.COUNT),
        Cell(seconds(figures.handling()), Unit.LENGTH),
        *(Cell(one, Unit.LENGTH) for one in parts),
        Cell(figures.logged_in.total_seconds(), Unit.HOURS),
        Cell(figures.occupancy, Unit.SHARE),
        Cell(figures.utilisation, Unit.SHARE),
    )


def _grouped(answer: Answer, group: str, language: str) -> Iterable[Table | Plot | Notes]:
    rows = _filled(answer)
    if not rows:
        return [Notes((say("nothing", language),))]
    whole = answer.sum or answer.total
    table = Table(
        say(f"{group}s", language),
        (say(f"h {group}", language), *_heads(language)),
        tuple((Cell(_name(row, language)), *_cells(row.figures)) for row in rows),
        (
            (Cell(say("sum", language)), *_cells(whole)),
            (Cell(say("all", language)), *_cells(answer.total)),
        ),
        _WIDTHS,
    )
    found: list[Table | Plot | Notes] = [table, Notes((say("sums", language),))]
    if 2 <= len(rows) <= _BARS:
        names = [_name(row, language) for row in rows]
        found.insert(
            1, Plot(say("offered", language), _calls(names, [row.figures for row in rows], language))
        )
    return found


def _busy(rows: Sequence[FigureRow]) -> list[FigureRow]:
    """The hours from the first with offered calls to the last."""
    used = [at for at, row in enumerate(rows) if row.figures.tally.offered]
    return list(rows[used[0] : used[-1] + 1]) if used else []


def _filled(answer: Answer) -> list[FigureRow]:
    """The rows but one of calls that entered nothing, where none of it was offered or dealt with."""
    return [row for row in answer.rows if row.key or row.figures.tally.offered or row.figures.handled]


def _calls(labels: list[str], rows: list[Figures], language: str) -> Drawing:
    kinds = zip(PARTS[:4], _COLOURS, strict=True)
    counted = {name: [getattr(one.tally, name.replace(" ", "_")) for one in rows] for name in PARTS}
    found = [Series(say(name, language), counted[name], colour) for name, colour in kinds]
    return columns(labels, found, height=_PLOT)


def _levels(labels: list[str], rows: list[Figures], contents: Contents, language: str) -> Drawing:
    goals = contents.course.basis.goals
    goal = min(goals.values()) if goals else None
    found = [
        Series(say("service level", language), [_percent(one.service_level) for one in rows], BLUE),
        Series(
            say("answer rate", language),
            [_percent(one.tally.answer_rate) for one in rows],
            GREEN,
            dashed=True,
        ),
    ]
    line = (float(goal), say("goal", language, goal)) if goal is not None else None
    return lines(labels, found, unit="%", top=100, goal=line, height=_PLOT)


def _name(row: FigureRow, language: str) -> str:
    return row.label.of(language) if row.label is not None else say("nobody", language)


def _begins(row: FigureRow, contents: Contents) -> datetime:
    assert row.interval is not None  # a course is cut into intervals
    return row.interval.start.astimezone(contents.zone)


def seconds(length: timedelta | None) -> float | None:
    """A length in seconds, None where there is none.

    >>> seconds(timedelta(minutes=1)), seconds(None)
    (60.0, None)
    """
    return None if length is None else length.total_seconds()


def _percent(value: float | None) -> float | None:
    return None if value is None else value * 100
