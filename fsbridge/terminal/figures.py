"""Reports on the figures as a person reads them: total, rows, whether they add up, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fsbridge.domain.figures import ASIDE, Answer
from fsbridge.terminal.clean import clean
from fsbridge.terminal.figure_rows import FINER, day_span, mean, rows, seconds
from fsbridge.terminal.figure_words import say
from fsbridge.terminal.look import duration, percent

Pair = tuple[str, str, str]


class Report:
    """The whole report; it fits itself to the width it is drawn in, leaving out the finer figures first.

    >>> from datetime import UTC, datetime
    >>> from fsbridge.domain.figures import Basis, Figures, Question, Window
    >>> at = datetime(2027, 3, 1, tzinfo=UTC)
    >>> answer = Answer(
    ...     question=Question(window=Window(at, at)), at=at, zone="UTC", rows=(), labels={},
    ...     total=Figures(), bases=((None, Basis(zone="UTC")),), kept_days=0,
    ... )
    >>> Report(answer, "ja").answer is answer
    True
    """

    def __init__(self, answer: Answer, language: str) -> None:
        self.answer = answer
        self._language = language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        answer, language = self.answer, self._language
        yield _title(answer, language)
        summaries = (_summary(answer, language, columns) for columns in (5, 3, 2))
        yield Padding(_fitting(summaries, console, options), (1, 0, 0, 1))
        if answer.question.by or answer.question.step:
            tables = (rows(answer, language, FINER[:count]) for count in range(len(FINER) + 1))
            yield _fitting(tables, console, options)
        yield _checks(answer, language)
        yield _foot(answer, language)


def _fitting(tries: Iterable[Table], console: Console, options: ConsoleOptions) -> Table:
    """The first that fits the width, else the last."""
    table = Table()
    for table in tries:
        if Measurement.get(console, options.update(max_width=500), table).maximum < options.max_width:
            break
    return table


def _title(answer: Answer, language: str) -> Text:
    asked = answer.question
    text = Text.assemble(
        (say("title", language), "bold"),
        ("  " + day_span(asked.window, ZoneInfo(answer.zone)), "bold cyan"),
        (f"  {answer.zone}", "dim"),
    )
    chosen = [("flow", asked.flow), ("queue", asked.queue), ("operator", asked.operator)]
    chosen += [("case", key) for key in sorted(asked.cases)]
    for group, key in chosen:
        if key:
            label = answer.labels.get(group, {}).get(key)
            text.append(f"  {say(group, language)}:{clean(label.of(language) if label else key)}", "yellow")
    return text


def _summary(answer: Answer, language: str, columns: int) -> Table:
    """The total: what came and became of it, how fast, how long, and the rest."""
    total, tally = answer.total, answer.total.tally
    flows = _flows(answer)
    within = sorted({int(answer.basis.of(flow).answer_within.total_seconds()) for flow in flows} or {20})
    level = f"{say('service level', language)} ({say('within', language, '/'.join(map(str, within)))})"
    goals = {answer.basis.goals.get(flow) for flow in flows} - {None}
    goal = f"{say('goal', language, goals.pop())}" if len(goals) == 1 else ""
    left_out = total.counts.get("handled open", 0)

    def word(key: str, value: str, style: str = "", indent: str = "") -> Pair:
        return indent + say(key, language), value, style

    groups: list[list[Pair]] = [
        [
            word("offered", f"{tally.offered:,}", "bold"),
            word("answered", f"{tally.answered:,}", "green"),
            word("abandoned", f"{tally.abandoned:,}", "red" if tally.abandoned else ""),
            word("short abandoned", f"{tally.short_abandoned:,}"),
            word("overflowed", f"{tally.overflowed:,}", "yellow" if tally.overflowed else ""),
            word("waiting", f"{tally.waiting:,}"),
        ],
        [
            word("answer rate", percent(tally.answer_rate), "bold"),
            word("net answer rate", percent(tally.net_answer_rate)),
            (level, percent(tally.service_level), "bold"),
            *([("", goal, "dim")] if goal else []),
        ],
        [
            word("asa", seconds(total.asa), "bold"),
            word("median", seconds(total.median_wait), indent="  "),
            word("wait 90", seconds(total.wait_90), indent="  "),
            word("repeat", f"{total.counts.get('repeat', 0):,}"),
            word("outbound", f"{total.counts.get('outbound', 0):,}"),
            word("aht", duration(total.handling("outbound")), indent="  "),
        ],
        [
            word("handled", f"{total.handled:,}"),
            word("aht", duration(total.handling()), "bold"),
            *(word(part, duration(mean(total, part)), indent="  ") for part in ("talk", "hold", "wrap-up")),
            *([(say("open", language, left_out), "", "yellow")] if left_out else []),
        ],
        [
            word("occupancy", percent(total.occupancy)),
            word("utilisation", percent(total.utilisation)),
            word("logged in", duration(total.logged_in) if total.logged_in else "–"),
        ],
    ]  # fmt: skip
    grid = Table.grid(padding=(0, 3, 0, 0))
    for _ in range(columns):
        grid.add_column()
    for first in range(0, len(groups), columns):
        if first:
            grid.add_row("")
        grid.add_row(*(_pairs(group) for group in groups[first : first + columns]))
    return grid


def _flows(answer: Answer) -> list[str]:
    """The flows that the question is about."""
    asked = answer.question
    label = answer.labels.get("queue", {}).get(asked.queue)
    chosen = asked.flow or (label.parent if label else "")
    return [chosen] if chosen else list(answer.basis.flows)


def _pairs(pairs: list[Pair]) -> Table:
    inner = Table.grid(padding=(0, 1))
    inner.add_column(style="dim", no_wrap=True)
    inner.add_column(justify="right", no_wrap=True)
    for name, value, style in pairs:
        inner.add_row(name, Text(value, style))
    return inner


def _checks(answer: Answer, language: str) -> RenderableType:
    """The identity with its numbers, green or red, and what stands beside it."""
    total, tally = answer.total, answer.total.tally
    parts = (
        ("answered", tally.answered), ("abandoned", tally.abandoned),
        ("short abandoned", tally.short_abandoned), ("overflowed", tally.overflowed),
        ("waiting", tally.waiting),
    )  # fmt: skip
    right = " + ".join(f"{say(name, language)} {count:,}" for name, count in parts)
    sign = "=" if tally.balanced else "≠"
    line = Text(f"{say('offered', language)} {tally.offered:,} {sign} {right}")
    if answer.balanced:
        line = Text.assemble(("✔ ", "bold green"), line, (f"  {say('holds', language)}", "green"))
    else:
        broken = say("broken" if total.unclear else "row broken", language, total.unclear or answer.off_by)
        line = Text.assemble(("✘ ", "bold red"), line, "  ", (broken, "bold red"))
        line.append(f"\n  {say('cure', language)}", "red")
    beside = [(name, total.counts.get(name, 0)) for name in (*ASIDE, "in flow")]
    known = "  ".join(f"{say(name, language)} {count:,}" for name, count in beside)
    lines = [line, Text(f"  {say('arrived', language)} {total.arrived:,}: {known}", "dim")]
    if total.counts.get("inferred"):
        lines[-1].append(f"  {say('inferred', language)} {total.counts['inferred']:,}", "yellow")
    if answer.provisional:
        lines.append(Text(say("provisional", language), "yellow"))
    whole = answer.sum
    if whole is not None and whole.tally.offered != tally.offered:
        lines.append(Text(say("sums", language), "dim"))
    above = 0 if answer.question.by or answer.question.step else 1
    return Padding(Group(*lines), (above, 0, 1, 0))


def _foot(answer: Answer, language: str) -> RenderableType:
    """The definitions, their version, and what was in force when."""
    head = Text(say("definitions", language, answer.basis.version), "bold dim")
    for place, (since, basis) in enumerate(answer.bases):
        said = [say("since", language, since)] if since and place else []
        said += [say("hours", language, basis.schedule)] if basis.schedule else []
        if said:
            head.append("  " + " ".join(said))
    if answer.kept_days:
        head.append("  " + say("kept", language, answer.kept_days))
    texts = Text(
        "\n".join(f"・{text}" for text in answer.basis.texts(language, _flows(answer)).values()), "dim"
    )
    flows = Table.grid(padding=(0, 2))
    for key in _flows(answer):
        one = answer.basis.of(key)
        label = answer.labels.get("flow", {}).get(key)
        short, within = (int(length.total_seconds()) for length in (one.short_abandon, one.answer_within))
        flows.add_row(
            Text("  " + clean(label.of(language) if label else key), "dim"),
            Text(f"{say('short abandoned', language)} ≤ {say('within', language, short)}", "dim"),
            Text(f"{say('service level', language)} ≤ {say('within', language, within)}", "dim"),
            Text(say("goal", language, answer.basis.goals.get(key, "–")), "dim"),
        )
    return Group(head, texts, flows)
