"""Simulations as a person reads them: hours of the day, a call by the second, staffing with a small plot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fsbridge.domain.figures import Figures
from fsbridge.terminal.clean import clean
from fsbridge.terminal.figure_rows import seconds
from fsbridge.terminal.figure_words import say
from fsbridge.terminal.look import number, percent

_WORDS: Mapping[str, tuple[str, str]] = {
    "dialled": ("{} に電話をかける", "dials {}"),
    "answered": ("電話がつながる", "the call is answered"),
    "presses": ("{} を押す", "presses {}"),
    "waits": ("{} で待ち始める", "begins to wait in {}"),
    "operator": ("オペレーターが応答", "an operator answers"),
    "parted": ("通話が終わる", "the talk is over"),
    "hangs up": ("電話を切る", "hangs up"),
    "ended": ("切断", "the call has ended"),
    "music": ("♪ 待ち音", "♪ music"),
    "hears": ("「{}」", "“{}”"),
    "unused": ("押す機会のなかったキー：{}", "keys nobody asked for: {}"),
    "record": ("記録：{}", "on record: {}"),
    "operators": ("人数", "operators"),
    "level": ("SL", "SL"),
    "wait": ("平均応答", "ASA"),
    "gave up": ("放棄率", "gave up"),
    "occupancy": ("占有率", "occ."),
    "recommended": (
        "目標 {}（時間内応答）に届く最小の人数：{}名",
        "Target {} answered in time: {} operators are the fewest that reach it",
    ),
    "not reached": (
        "目標 {} には、調べた人数では届きません。人数を増やしてください",
        "None of these numbers reaches the target of {}; try more operators",
    ),
    "plot": ("サービスレベル  ● シミュレーション  c アーランC  a アーランA  ┊ 目標",
             "service level  ● simulated  c Erlang C  a Erlang A  ┊ target"),
    "erlang": (
        "アーランC・Aは全員が全業務を受ける一つの待ち行列としての値（1時間ごとの在席人数で計算）",
        "Erlang C and A take everybody to serve one queue, hour by hour with the operators on duty",
    ),
    "hour": ("時間帯", "hour"),
    "by hour": ("時間帯別（期間の合計）", "By hour of the day (all days)"),
}  # fmt: skip
_PLOT = 51


class Heard(Protocol):
    """Something of a call: `fsbridge.simulation.call.Moment`."""

    @property
    def second(self) -> float: ...
    @property
    def what(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def seconds(self) -> float: ...


class Told(Protocol):
    """A call as it was heard: `fsbridge.simulation.call.Story`."""

    @property
    def moments(self) -> Sequence[Heard]: ...
    @property
    def unused(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    def clock(self, second: float) -> datetime: ...


class Said(Protocol):
    """What a formula says: `fsbridge.simulation.staffing.Expected`."""

    @property
    def level(self) -> float: ...
    @property
    def wait(self) -> float: ...
    @property
    def abandoned(self) -> float: ...


class Compared(Protocol):
    """One number of operators: `fsbridge.simulation.staffing.Staffed`."""

    @property
    def operators(self) -> int: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def abandoned(self) -> float: ...
    @property
    def erlang_c(self) -> Said: ...
    @property
    def erlang_a(self) -> Said: ...


def story(told: Told, language: str) -> RenderableType:
    """A call, line by line, with the second and the time on the wall."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column(no_wrap=True, style="dim")
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    styles = {"hears": "cyan", "presses": "bold yellow", "operator": "green", "ended": "red", "music": "dim"}
    for one in told.moments:
        gap = clean(one.text) if one.what in ("dialled", "presses", "waits", "hears") else ""
        length = f"{one.seconds:.1f}{'秒' if language == 'ja' else ' s'}" if one.seconds else ""
        table.add_row(
            f"{int(one.second) // 60}:{one.second % 60:04.1f}",
            f"{told.clock(one.second):%H:%M:%S}",
            length,
            Text(_word(one.what, language, gap), styles.get(one.what, "")),
        )
    foot = [Text(_word("record", language, say(told.outcome, language)), "dim")] if told.outcome else []
    if told.unused:
        foot.append(Text(_word("unused", language, clean(told.unused)), "yellow"))
    return Group(table, *foot)


def by_hour(hours: Mapping[int, Figures], language: str) -> RenderableType:
    """The figures by hour of the day, those with offered calls alone."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
    table.add_column(_word("hour", language), justify="right", no_wrap=True)
    heads = (
        "offered", "answered", "abandoned", "short abandoned", "overflowed", "waiting", "answer rate",
        "service level", "asa", "median", "wait 90", "occupancy",
    )  # fmt: skip
    for head in heads:
        table.add_column(say(f"c {head}", language), justify="right", no_wrap=True)
    for hour, figures in hours.items():
        tally = figures.tally
        if not tally.offered:
            continue
        table.add_row(
            f"{hour:02}:00",
            number(tally.offered, "bold"),
            number(tally.answered, "green"),
            number(tally.abandoned, "bold red"),
            number(tally.short_abandoned, ""),
            number(tally.overflowed, "yellow"),
            number(tally.waiting, "yellow"),
            percent(tally.answer_rate),
            percent(figures.service_level),
            seconds(figures.asa),
            seconds(figures.median_wait),
            seconds(figures.wait_90),
            percent(figures.occupancy),
        )
    return Group(Text(_word("by hour", language), "bold"), table)


def staffing(
    rows: Sequence[Compared], target: float, recommended: int | None, language: str
) -> RenderableType:
    """The comparison: a table, the service level as a plot, and the recommendation."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)
    for head in ("operators", "level", "wait", "gave up", "occupancy"):
        table.add_column(_word(head, language), justify="right", no_wrap=True)
    for formula in ("C", "A"):
        table.add_column(f"Erlang {formula} {_word('level', language)}", justify="right", no_wrap=True)
        table.add_column(_word("wait", language), justify="right", no_wrap=True)
    table.add_column(_word("gave up", language), justify="right", no_wrap=True)
    for row in rows:
        level = row.figures.service_level
        mark = " ←" if row.operators == recommended else ""
        table.add_row(
            Text(f"{row.operators}{mark}", "bold green" if mark else "bold"),
            Text(percent(level), "green" if (level or 0) >= target else "yellow"),
            seconds(row.figures.asa),
            percent(row.abandoned),
            percent(row.figures.occupancy),
            percent(row.erlang_c.level),
            _wait(row.erlang_c.wait),
            percent(row.erlang_a.level),
            _wait(row.erlang_a.wait),
            percent(row.erlang_a.abandoned),
        )
    if recommended is None:
        advice = Text(_word("not reached", language, percent(target)), "bold yellow")
    else:
        advice = Text(_word("recommended", language, percent(target), recommended), "bold green")
    return Group(
        table, _plot(rows, target, language), Text(""), advice, Text(_word("erlang", language), "dim")
    )


def _plot(rows: Sequence[Compared], target: float, language: str) -> RenderableType:
    """A line for each number of operators, from 0 to 100 %."""
    drawn = [Text(_word("plot", language), "dim")]
    for row in rows:
        line = [" "] * _PLOT
        line[_place(target)] = "┊"
        for mark, level in (("c", row.erlang_c.level), ("a", row.erlang_a.level)):
            line[_place(level)] = mark
        line[_place(row.figures.service_level or 0.0)] = "●"
        drawn.append(Text(f"{row.operators:>4} │{''.join(line)}│"))
    scale = "".join(f"{share}%".ljust(_PLOT // 4) for share in (0, 25, 50, 75)) + "100%"
    return Group(*drawn, Text(f"      {scale}", "dim"))


def _place(share: float) -> int:
    return round(min(1.0, max(0.0, share)) * (_PLOT - 1))


def _wait(length: float) -> str:
    return f"{length:.1f}" if math.isfinite(length) else "∞"


def _word(key: str, language: str, *gaps: object) -> str:
    text = _WORDS[key][language == "en"]
    return text.format(*gaps) if gaps else text
