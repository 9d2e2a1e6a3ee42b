"""The whole picture for one snapshot; it fits itself to the width it is drawn in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from fsbridge.domain.operators import Activity
from fsbridge.domain.tally import Targets
from fsbridge.domain.views import CallState, CallView, OperatorView, QueueView, Snapshot
from fsbridge.terminal.clean import clean
from fsbridge.terminal.look import CALL_MARKS, MARKS, duration, number, percent, table, tally_cells, tiles
from fsbridge.terminal.sentences import WORTH_TELLING, mentions, sentence
from fsbridge.terminal.words import Words

WIDE = 112
"""From this many columns on, operators stand beside calls and events."""

_BUSY_FIRST = (
    Activity.RINGING,
    Activity.TALKING,
    Activity.HOLDING,
    Activity.WRAP_UP,
    Activity.READY,
    Activity.ON_BREAK,
    Activity.UNKNOWN,
    Activity.LOGGED_OUT,
)
_WAITING_FIRST = {
    CallState.WAITING: 0,
    CallState.OFFERED: 0,
    CallState.HELD: 1,
    CallState.TALKING: 2,
    CallState.IN_FLOW: 3,
    CallState.RINGING: 4,
}


class Screen:
    """Draws itself once the width is known; see `fsbridge.terminal.tail.render`."""

    def __init__(
        self,
        snapshot: Snapshot,
        now: datetime,
        words: Words,
        filter: str,
        zone: tzinfo,
        targets: Targets,
        rows: int,
    ) -> None:
        self.floor = snapshot
        self.now = now
        self.words = words
        self.filter = filter
        self.zone = zone
        self.targets = targets
        self.rows = rows
        domains = {queue.name.partition("@")[2] for queue in snapshot.queues}
        self.short_names = len(domains) == 1

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= WIDE
        yield self.headline()
        yield self.figures(wide)
        notes = list(self.notes())
        if notes:
            yield Padding(Group(*notes), (0, 2))
        yield self.queues(wide)
        operators, calls, events = self.operators(), self.calls(), self.events()
        if wide:
            side_by_side = Table.grid(expand=True)
            side_by_side.add_column(ratio=2)
            side_by_side.add_column(ratio=3)
            side_by_side.add_row(operators, Group(calls, events))
            yield side_by_side
        else:
            yield from (calls, operators, events)

    # The top.

    def headline(self) -> RenderableType:
        """Title, clock and whether what is shown is fresh."""
        link, w = self.floor.link, self.words
        line = Table.grid(expand=True, padding=(0, 1))
        line.add_column(no_wrap=True)
        line.add_column(justify="right", ratio=1)
        title = Text.assemble(
            (f" {w.title} ", "bold reverse"), "  ", self.moment(self.now, "%Y-%m-%d %H:%M:%S")
        )
        if link.connected:
            age = self.now - link.heard_at if link.heard_at is not None else timedelta()
            state = Text.assemble(("● ", "green"), (w.connected, "bold green"), "  ")
            state.append(w.fresh.format(age=w.second.format(max(0, int(age.total_seconds())))), "dim")
        elif link.lost_at is None:
            state = Text(f"○ {w.not_yet}", "bold yellow")
        else:
            gone = duration(self.now - link.lost_at)
            state = Text(f" ✕ {w.lost} {gone} ", "bold white on red")
        line.add_row(title, state)
        return line

    def figures(self, wide: bool) -> RenderableType:
        """The figures of the moment and of the day."""
        w, total = self.words, self.floor.total
        since = self.floor.waiting_since
        longest = self.now - since if since is not None else None
        waiting_style = "bold" if not self.floor.waiting else self.urgency(longest)
        now = [
            (w.waiting, str(self.floor.waiting), waiting_style),
            (w.longest, duration(longest), self.urgency(longest)),
            (w.available, f"{self.floor.available}/{self.logged_in()}", self.scarcity()),
            (w.talking, str(self.floor.talking), "bold cyan" if self.floor.talking else "bold"),
        ]
        within = f"{self.targets.answer_within.total_seconds():g}"
        today = [
            (w.offered, str(total.offered), "bold"),
            (w.answered, str(total.answered), "bold green" if total.answered else "bold"),
            (w.answer_rate, percent(total.answer_rate), "bold"),
            (w.in_time.format(within), percent(total.service_level), "bold"),
            (w.abandoned, str(total.abandoned), "bold red" if total.abandoned else "bold"),
            (w.short, str(total.short_abandoned), "bold"),
            (w.overflowed, str(total.overflowed), "bold yellow" if total.overflowed else "bold"),
        ]
        left = Panel(tiles(now), title=Text(w.now), title_align="left", box=box.ROUNDED, border_style="cyan")
        right = Panel(
            tiles(today), title=Text(w.today), title_align="left", box=box.ROUNDED, border_style="blue"
        )
        if not wide:
            return Group(left, right)
        row = Table.grid(expand=True)
        row.add_column(ratio=4)
        row.add_column(ratio=7)
        row.add_row(left, right)
        return row

    def notes(self) -> Iterable[Text]:
        """What must not be overlooked: old data, a broken identity, gaps, inferred outcomes, the filter."""
        w, floor = self.words, self.floor
        if floor.link.lost_at is not None and not floor.link.connected:
            heard = floor.link.heard_at
            text = (w.never if heard is None else w.stale).format(
                since=self.clock(floor.link.lost_at),
                reason=clean(floor.link.reason, 60) or "–",
                at=self.clock(heard) if heard is not None else "",
            )
            yield _line("✕ " + text, "bold red")
        wrong = [self.queue_name(queue.name) for queue in floor.queues if not queue.tally.balanced]
        if not floor.total.balanced or wrong:
            yield _line("✕ " + w.unbalanced.format(where=", ".join(wrong) or w.today), "bold white on red")
        if floor.link.gaps:
            last = floor.link.gaps[-1]
            text = w.gaps.format(
                count=len(floor.link.gaps), since=self.clock(last.since), until=self.clock(last.until)
            )
            if floor.total.inferred:
                text += "  " + w.inferred.format(count=floor.total.inferred)
            yield _line("△ " + text, "yellow")
        if self.filter:
            yield _line("▼ " + w.filter.format(text=clean(self.filter, 40)), "bold")

    # The lists.

    def panel(self, title: str, lines: RenderableType, shown: int = 0, total: int = 0) -> Panel:
        """A titled frame, with how many rows there are, and were without the filter."""
        heading = Text(title, "bold")
        if total:
            heading.append(f" {shown}" if shown == total else f" {shown}/{total}", "dim")
        return Panel(lines, title=heading, title_align="left", box=box.ROUNDED, border_style="bright_black")

    def queues(self, wide: bool) -> RenderableType:
        """A line per queue, now and today; all of them if the filter means no queue."""
        w = self.words
        shown = [queue for queue in self.floor.queues if self.matches(queue.name)] or self.floor.queues
        now = (w.waiting, w.longest, w.offering, w.talking, w.available)
        today = (w.offered, w.answered, w.answer_rate, w.abandoned, w.short, w.overflowed)
        titles = now + today if wide else w.queue_titles
        lines = table((w.queue, "left"), *((title, "right") for title in titles))
        for queue in shown[: self.rows]:
            lines.add_row(Text(self.queue_name(queue.name)), *self.queue_cells(queue))
        return self.panel(w.queues, self.listed(lines, len(shown)), len(shown), len(self.floor.queues))

    def queue_cells(self, queue: QueueView) -> Iterable[Text]:
        """A queue's figures."""
        longest = self.now - queue.waiting_since if queue.waiting_since is not None else None
        yield number(queue.waiting, self.urgency(longest))
        yield Text(duration(longest), self.urgency(longest) if longest is not None else "dim")
        yield number(queue.offering, "yellow")
        yield number(queue.talking, "cyan")
        none_free = queue.available == 0 and queue.waiting
        yield Text("–" if queue.available is None else str(queue.available), "bold red" if none_free else "")
        yield from tally_cells(queue.tally)

    def operators(self) -> RenderableType:
        """A line per operator: those with a caller first."""
        w = self.words
        shown = sorted(
            (one for one in self.floor.operators if self.matches(one.name, one.queue, one.number)),
            key=lambda one: (_BUSY_FIRST.index(one.activity), one.name),
        )
        lines = table((w.doing, "left"), (w.operator, "left"), (w.since, "right"), (w.call, "left"))
        for one in shown[: self.rows]:
            mark, style = MARKS[one.activity]
            dim = "dim" if one.activity in (Activity.LOGGED_OUT, Activity.UNKNOWN) else ""
            lines.add_row(
                Text(f"{mark} {w.activities[one.activity]}", style),
                Text(clean(one.name, 16), dim),
                Text(duration(self.now - one.since) if one.since is not None else "–", dim),
                Text(self.with_whom(one)),
            )
        listed = self.listed(lines, len(shown))
        return self.panel(w.operators, listed, len(shown), len(self.floor.operators))

    def with_whom(self, one: OperatorView) -> str:
        """The caller an operator rings for or speaks with, and in which queue."""
        if not one.queue:
            return ""
        return f"{clean(one.number, 14) or self.words.anonymous} {self.queue_name(one.queue)}"

    def calls(self) -> RenderableType:
        """A line per call: who waits longest first."""
        w = self.words
        wanted = (
            call
            for call in self.floor.calls
            if self.matches(call.number, call.name, call.destination, call.queue, *call.operators)
        )
        shown = sorted(wanted, key=self.call_order)
        lines = table(
            (w.state, "left"),
            (w.number, "left"),
            (w.queue, "left"),
            (w.wait, "right"),
            (w.talk, "right"),
            (w.operator, "left"),
        )
        for call in shown[: self.rows]:
            lines.add_row(*self.call_cells(call))
        return self.panel(w.calls, self.listed(lines, len(shown)), len(shown), len(self.floor.calls))

    def call_order(self, call: CallView) -> tuple[int, float, str]:
        """Waiting callers before talking ones, the oldest first."""
        since = call.waiting_since or call.started_at
        return _WAITING_FIRST[call.state], since.timestamp() if since is not None else 0.0, call.uuid

    def call_cells(self, call: CallView) -> Iterable[Text]:
        """A call's cells."""
        mark, style = CALL_MARKS[call.state]
        waits = call.state in (CallState.WAITING, CallState.OFFERED)
        until = self.now if waits else call.talking_since
        waited = until - call.waiting_since if until is not None and call.waiting_since is not None else None
        place = self.queue_name(call.queue) if call.queue else "→ " + clean(call.destination, 14)
        yield Text(f"{mark} {self.words.call_states[call.state]}", style)
        yield Text(clean(call.number, 16) or self.words.anonymous)
        yield Text(place, "" if call.queue else "dim")
        yield Text(duration(waited), self.urgency(waited) if waits else "dim")
        yield Text(duration(self.now - call.talking_since) if call.talking_since is not None else "–")
        yield Text(clean(", ".join(call.operators), 20))

    def events(self) -> RenderableType:
        """The latest happenings, newest first."""
        worth = [
            event
            for event in self.floor.recent
            if isinstance(event, WORTH_TELLING) and (not self.filter or mentions(event, self.filter))
        ]
        if not worth:
            return self.panel(self.words.events, Text(self.words.nothing, "dim"))
        lines = Table.grid(padding=(0, 2))
        lines.add_column(style="dim", no_wrap=True)
        lines.add_column(no_wrap=True, overflow="ellipsis")
        for event in sorted(worth, key=lambda event: event.stamp, reverse=True)[: min(self.rows, 6)]:
            lines.add_row(self.clock(event.at), Text(sentence(event, self.words, self.queue_name)))
        return self.panel(self.words.events, lines)

    # Small things.

    def listed(self, lines: Table, count: int) -> RenderableType:
        """A table, a word if it is empty, and how many rows there was no room for."""
        if not count:
            return Text(self.words.nothing, "dim")
        if count <= self.rows:
            return lines
        return Group(lines, Text(self.words.more.format(count=count - self.rows), "dim"))

    def matches(self, *texts: str) -> bool:
        """Whether the filter lets a row through."""
        wanted = self.filter.casefold()
        return not wanted or any(wanted in text.casefold() for text in texts)

    def queue_name(self, name: str) -> str:
        """A queue's name, without its domain when all queues have the same."""
        return clean(name.partition("@")[0] if self.short_names else name, 18)

    def logged_in(self) -> int:
        """Operators who are there at all."""
        absent = (Activity.LOGGED_OUT, Activity.UNKNOWN)
        return sum(1 for one in self.floor.operators if one.activity not in absent)

    def urgency(self, wait: timedelta | None) -> str:
        """The style of a wait: within the target, over it, three times over it."""
        if wait is None or wait <= self.targets.answer_within:
            return "bold"
        return "bold red" if wait > 3 * self.targets.answer_within else "bold yellow"

    def scarcity(self) -> str:
        """The style of the number of free operators."""
        if self.floor.available:
            return "bold green"
        return "bold red" if self.floor.waiting else "bold"

    def moment(self, at: datetime, form: str) -> str:
        """A moment in the centre's time zone."""
        return at.astimezone(self.zone).strftime(form)

    def clock(self, at: datetime) -> str:
        """A moment's time of day."""
        return self.moment(at, "%H:%M:%S")


def _line(text: str, style: str) -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")
