"""The rows of a report: a line for each interval, flow, queue, operator or case, as wide as there is room."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table
from rich.text import Text

from fsbridge.domain.figures import Answer, Figures, Question, Row, Step, Window
from fsbridge.terminal.clean import clean
from fsbridge.terminal.figure_words import WEEKDAYS, say
from fsbridge.terminal.look import duration, number, percent

FINER = (
    "wait 90", "median", "net answer rate", "waiting", "bar", "hold", "wrap-up", "talk", "utilisation",
    "occupancy", "handled", "asa", "short abandoned", "aht",
)  # fmt: skip
"""What is left out where there is no room, the first first."""
_BAR = 10
_EIGHTHS = " ▏▎▍▌▋▊▉"

_COLUMNS: tuple[tuple[str, Callable[[Figures], Text]], ...] = (
    ("offered", lambda one: number(one.tally.offered, "bold")),
    ("answered", lambda one: number(one.tally.answered, "green")),
    ("abandoned", lambda one: number(one.tally.abandoned, "bold red")),
    ("short abandoned", lambda one: number(one.tally.short_abandoned, "")),
    ("overflowed", lambda one: number(one.tally.overflowed, "yellow")),
    ("waiting", lambda one: number(one.tally.waiting, "yellow")),
    ("answer rate", lambda one: Text(percent(one.tally.answer_rate))),
    ("net answer rate", lambda one: Text(percent(one.tally.net_answer_rate))),
    ("service level", lambda one: Text(percent(one.tally.service_level))),
    ("asa", lambda one: Text(seconds(one.asa))),
    ("median", lambda one: Text(seconds(one.median_wait))),
    ("wait 90", lambda one: Text(seconds(one.wait_90))),
    ("handled", lambda one: number(one.handled, "")),
    ("aht", lambda one: Text(duration(one.handling()))),
    ("occupancy", lambda one: Text(percent(one.occupancy))),
)
_OPERATOR_COLUMNS: tuple[tuple[str, Callable[[Figures], Text]], ...] = (
    ("answered", lambda one: number(one.tally.answered, "green")),
    ("handled", lambda one: number(one.handled, "bold")),
    ("outbound", lambda one: number(one.counts.get("outbound", 0), "")),
    ("aht", lambda one: Text(duration(one.handling()))),
    ("talk", lambda one: Text(duration(mean(one, "talk")))),
    ("hold", lambda one: Text(duration(mean(one, "hold")))),
    ("wrap-up", lambda one: Text(duration(mean(one, "wrap-up")))),
    ("logged in", lambda one: Text(duration(one.logged_in) if one.logged_in else "–")),
    ("occupancy", lambda one: Text(percent(one.occupancy))),
    ("utilisation", lambda one: Text(percent(one.utilisation))),
)


def rows(answer: Answer, language: str, without: Collection[str] = ()) -> Table:
    """The rows as a table, some of `FINER` left out."""
    asked = answer.question
    operators = asked.by == "operator"
    columns = [
        (name, cell)
        for name, cell in (_OPERATOR_COLUMNS if operators else _COLUMNS)
        if name not in without and not (name == "occupancy" and asked.by and not operators)
    ]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
    if asked.step:
        table.add_column(say("interval", language), no_wrap=True)
    if asked.by:
        table.add_column(say(asked.by, language), no_wrap=True, overflow="ellipsis", max_width=24)
    for name, _ in columns:
        head = f"c {name}"
        table.add_column(say(head if say(head, "en") != head else name, language), justify="right")
    if "bar" not in without:
        table.add_column("", width=_BAR, no_wrap=True)

    def size(figures: Figures) -> int:
        return figures.handled if operators else figures.tally.offered

    shown = [row for row in answer.rows if not _is_idle(row, asked)]
    most = max((size(row.figures) for row in shown), default=0)
    names = dict(zip((id(row) for row in shown), _intervals(shown, answer, language), strict=True))
    for row, before in zip(shown, [None, *shown], strict=False):
        first = before is None or before.interval != row.interval
        cells: list[Text] = []
        if asked.step:
            name = names[id(row)] if first else ""
            cells.append(Text(name + ("*" if row.provisional and first else "")))
        if asked.by:
            label = row.label.of(language) if row.label else row.key or say("nobody", language)
            star = "*" if row.provisional and not asked.step else ""
            cells.append(Text(clean(label) + star))
        cells += [cell(row.figures) for _, cell in columns]
        if "bar" not in without:
            cells.append(Text(bar(size(row.figures), most), "cyan"))
        table.add_row(*cells, style="bold red" if row.figures.unclear else "")
    table.add_section()
    blank = [Text("")] * (bool(asked.step) + bool(asked.by) - 1)
    whole = answer.sum
    if whole is not None and whole.tally.offered != answer.total.tally.offered:
        summed = [cell(whole) for _, cell in columns]
        table.add_row(Text(say("sum", language), "dim"), *blank, *summed, style="dim")
    table.add_row(Text(say("all", language), "bold"), *blank, *(cell(answer.total) for _, cell in columns))
    return table


def _is_idle(row: Row, asked: Question) -> bool:
    """Whether a row has nothing to say: a report by the hour need not list the night."""
    if asked.by is None and not (asked.step and asked.step.minutes):
        return False
    figures = row.figures
    if asked.by == "operator":
        return not (row.key and any(figures.counts.values()))
    return not (figures.tally.offered or figures.handled or figures.counts.get("outbound"))


def _intervals(rows: list[Row], answer: Answer, language: str) -> Iterator[str]:
    """What each row's interval is called; the zone's own name is added where the clock shows one twice."""
    zone = ZoneInfo(answer.zone)
    step = answer.question.step
    windows = [row.interval for row in rows if row.interval is not None]
    days = {window.start.astimezone(zone).date() for window in windows}
    for before, row in itertools.pairwise([None, *rows]):
        if row is None or row.interval is None or step is None:
            yield ""
            continue
        start = row.interval.start.astimezone(zone)
        if step is Step.MONTH:
            yield f"{start:%Y-%m}"
        elif step is Step.DAY:
            yield f"{start:%Y-%m-%d} ({weekday(start.weekday(), language)})"
        elif not step.minutes:
            yield day_span(row.interval, zone)
        else:
            end = row.interval.end.astimezone(zone)
            name = f"{start:%H:%M}–{end:%H:%M}"
            twice = start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset()
            name += f" {start:%Z}" if twice else ""
            old = before.interval.start.astimezone(zone).date() if before and before.interval else None
            yield (
                name
                if len(days) == 1
                else f"{start:%m-%d} {name}"
                if old != start.date()
                else f"      {name}"
            )


def day_span(window: Window, zone: ZoneInfo) -> str:
    """A window in whole days, or its two moments where it is cut elsewhere.

    >>> from datetime import date
    >>> tokyo = ZoneInfo("Asia/Tokyo")
    >>> day_span(Window.of_days(date(2027, 3, 1), date(2027, 3, 7), tokyo), tokyo)
    '2027-03-01 – 2027-03-07'
    """
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    last = (window.end - timedelta(microseconds=1)).astimezone(zone)
    if start.hour == start.minute == 0 and end.hour == end.minute == 0:
        return f"{start:%Y-%m-%d}" + (f" – {last:%Y-%m-%d}" if last.date() != start.date() else "")
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


def weekday(day: int, language: str) -> str:
    """The short name of a weekday, Monday 0.

    >>> weekday(0, "ja"), weekday(6, "en")
    ('月', 'Sun')
    """
    return WEEKDAYS[language == "en"][day]


def seconds(length: timedelta | None) -> str:
    """A wait in seconds with a tenth, minutes from two on.

    >>> seconds(timedelta(seconds=8.24)), seconds(timedelta(seconds=150)), seconds(None)
    ('8.2s', '2:30', '–')
    """
    if length is None:
        return "–"
    return duration(length) if length >= timedelta(minutes=2) else f"{length.total_seconds():.1f}s"


def bar(value: int, most: int) -> str:
    """A bar of at most ten cells, in eighths.

    >>> bar(5, 10), bar(0, 10), bar(1, 1000)
    ('█████', '', '▏')
    """
    if not value or not most:
        return ""
    eighths = max(1, round(value / most * _BAR * 8))
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def mean(figures: Figures, part: str) -> timedelta | None:
    """The mean ``talk``, ``hold`` or ``wrap-up`` of the handled legs that are closed."""
    closed = figures.handled - figures.counts.get("handled open", 0)
    return timedelta(microseconds=figures.counts.get(f"handled {part}", 0) // closed) if closed else None
