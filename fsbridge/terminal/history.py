"""Lists of calls, one call's story, and the days whose figures are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fsbridge.domain.figures import Figures, Item, Kept, Labels, moment
from fsbridge.domain.sight import Rights
from fsbridge.services.calls import Search, Story
from fsbridge.terminal.clean import clean
from fsbridge.terminal.figure_rows import seconds, weekday
from fsbridge.terminal.figure_words import outcome, say
from fsbridge.terminal.look import duration

_STYLES = {
    "answered": "green",
    "abandoned": "bold red",
    "timed out": "yellow",
    "no operator": "yellow",
    "unclear": "bold red",
}


def listing(items: Sequence[Item], figure: str, labels: Labels, language: str, zone: str) -> RenderableType:
    """The calls that a figure counts, in the order of their entry."""
    table = _table()
    for name in ("time", "number", "flow", "queue", "outcome", "wait", "operator", "call"):
        table.add_column(say(name, language), justify="right" if name == "wait" else "left", no_wrap=True)
    for item in items:
        entry = moment(item.entry).astimezone(ZoneInfo(zone))
        wait = None if item.wait is None else timedelta(microseconds=item.wait)
        what = item.leg.kind if item.leg is not None and item.leg.kind != "queue" else item.what
        table.add_row(
            f"{entry:%Y-%m-%d %H:%M:%S}",
            _number(item.call.number, language),
            _name(labels, "flow", item.flow, language),
            _name(labels, "queue", item.queue, language),
            Text(outcome(what, language), _STYLES.get(what, "")),
            seconds(wait) if item.leg is None else duration(_length(item)),
            _name(labels, "operator", item.operator, language),
            Text(item.call.uuid[:8], "dim"),
        )
    head = Text.assemble((say(figure, language), "bold"), f"  {say('found', language, len(items))}")
    return Group(head, table) if items else Group(head, Text(say("nothing", language), "dim"))


def _length(item: Item) -> timedelta | None:
    leg = item.leg
    if leg is None or leg.ended is None or leg.answered is None:
        return None
    return timedelta(microseconds=leg.ended - leg.answered)


def search(found: Search, language: str, zone: str) -> RenderableType:
    """The calls a search came to, newest first."""
    table = _table()
    for name in ("time", "number", "flow", "outcome", "wait", "operator", "talk", "case", "note", "call"):
        justify = "right" if name in ("wait", "talk") else "left"
        table.add_column(
            say(name, language), justify=justify, no_wrap=name != "note", overflow="ellipsis"  # type: ignore[arg-type]
        )  # fmt: skip
    for call in found.calls:
        began = call.started_at.astimezone(ZoneInfo(zone))
        became = call.outcome or call.direction
        name = clean(call.name, 20)
        who = f"{_number(call.number, language)} {name}".strip()
        table.add_row(
            f"{began:%Y-%m-%d %H:%M:%S}",
            who,
            _name(found.labels, "flow", call.flow, language),
            Text(outcome(became, language), _STYLES.get(became, "")),
            seconds(call.wait),
            "、".join(_name(found.labels, "operator", one, language) for one in call.operators),
            duration(call.talk),
            "、".join(_name(found.labels, "case", one, language) for one in call.cases),
            clean(call.note, 30),
            Text(call.uuid[:8], "dim"),
        )
    if not found.calls:
        return Text(say("nothing", language), "dim")
    foot = say("found", language, len(found.calls)) + ("  " + say("more", language) if found.more else "")
    return Group(table, Text(foot, "yellow" if found.more else "dim"))


def story(told: Story, language: str, zone: str) -> RenderableType:
    """One call, moment by moment."""
    call = told.call
    began = call.started_at.astimezone(ZoneInfo(zone))
    head = Text.assemble(
        (f"{began:%Y-%m-%d} ({weekday(began.weekday(), language)})", "bold"),
        f"  {say(call.direction, language)}  ",
        (_number(call.number, language), "bold cyan"),
        f" {clean(call.name)}",
        (f"  {_name(told.labels, 'flow', call.flow, language)}", "yellow"),
        ("  " + outcome(call.outcome, language), _STYLES.get(call.outcome, "")),
        (f"\n{call.uuid}", "dim"),
    )
    if told.schedule:
        head.append(f"  {say('judged', language, told.schedule)}", "dim")
    table = _table()
    for justify in ("left", "right", "left"):
        table.add_column("", justify=justify)
    for one in told.moments:
        at = one.at.astimezone(ZoneInfo(zone))
        detail = {key: _detail(told.labels, key, value, language) for key, value in one.detail.items()}
        gaps = {"purged": "", **detail}
        sentence = say(f"m {one.what}", language).format(**gaps)
        since = one.at - call.started_at
        table.add_row(f"{at:%H:%M:%S}", Text(f"+{duration(since)}", "dim"), Text(sentence.strip()))
    table.show_header = False
    return Group(head, table)


def _detail(labels: Labels, key: str, value: str, language: str) -> str:
    if key == "purged":
        return say("purged", language)
    if key in ("number", "dialled"):
        return _number(value, language) if key == "number" else clean(value) or "–"
    if key in ("queue", "operator", "case"):
        return _name(labels, key, value, language)
    if key == "cause":
        return f" ({clean(value)})" if value else ""
    return clean(outcome(value, language))


def kept_days(days: Sequence[Kept], language: str, zone: str) -> RenderableType:
    """The days whose figures are kept, with what they were counted by."""
    if not days:
        return Text(say("nothing", language), "dim")
    table = _table()
    for name in ("kept day", "revision", "made", "by whom", "definitions version", "hours", "reason"):
        table.add_column(say(name, language, "") if name == "hours" else say(name, language), no_wrap=True)
    for one in days:
        made = one.made_at.astimezone(ZoneInfo(zone))
        table.add_row(
            f"{one.day}", f"{one.revision}", f"{made:%Y-%m-%d %H:%M}", clean(one.made_by),
            f"{one.basis.version}", clean(one.basis.schedule), clean(one.reason, 40),
        )  # fmt: skip
    return table


def rights(table: Mapping[str, Rights], language: str) -> RenderableType:
    """What each role may see and hear of calls."""
    shown = _table()
    for name in ("role", "numbers", "play", "download", "export"):
        shown.add_column(say(name, language))
    for role, one in table.items():
        yes_or_no = [say("yes" if given else "no", language) for given in (one.download, one.export)]
        shown.add_row(role, one.numbers, one.play, *yes_or_no)
    return shown


def differing(found: Sequence[tuple[Kept, Figures, Figures]], language: str) -> RenderableType:
    """The kept days that the history no longer agrees with, and the command that counts one again."""
    if not found:
        return Text.assemble(("✔ ", "bold green"), say("agrees", language))
    table = _table()
    table.add_column(say("kept day", language))
    for name in ("offered", "answered", "abandoned", "handled"):
        table.add_column(say(f"c {name}", language), justify="right")
    for head, was, now in found:
        pairs = [
            (was.tally.offered, now.tally.offered),
            (was.tally.answered, now.tally.answered),
            (was.tally.abandoned, now.tally.abandoned),
            (was.handled, now.handled),
        ]
        table.add_row(
            f"✘ {head.day}",
            *(
                Text(f"{old} → {new}" if old != new else f"{old}", "red" if old != new else "")
                for old, new in pairs
            ),
        )
    return Group(table, Text(say("recount", language), "dim"))


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False)


def _number(number: str, language: str) -> str:
    return clean(number, 24) if any(map(str.isdigit, number)) else say("anonymous", language)


def _name(labels: Labels, group: str, key: str, language: str) -> str:
    label = labels.get(group, {}).get(key)
    return clean(label.of(language) if label else key, 24)
