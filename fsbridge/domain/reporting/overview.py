"""The parts of a report that come first: the whole period in a few figures, and beside earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fsbridge.domain.figures import Figures
from fsbridge.domain.reporting.contents import Contents, Earlier
from fsbridge.domain.reporting.document import Cell, Mark, Notes, Section, Table, Tiles, Unit
from fsbridge.domain.reporting.eras import era_date
from fsbridge.domain.reporting.figurepages import PARTS, seconds
from fsbridge.domain.reporting.words import say

_ASIDE = ("out of hours", "left in IVR", "lines busy", "announcement", "in flow")
_COMPARED: tuple[tuple[str, Callable[[Figures], float | None], Unit, Unit], ...] = (
    ("arrived", lambda of: of.arrived, Unit.COUNT, Unit.CHANGE),
    ("offered", lambda of: of.tally.offered, Unit.COUNT, Unit.CHANGE),
    ("answered", lambda of: of.tally.answered, Unit.COUNT, Unit.CHANGE),
    ("abandoned", lambda of: of.tally.abandoned, Unit.COUNT, Unit.CHANGE),
    ("short abandoned", lambda of: of.tally.short_abandoned, Unit.COUNT, Unit.CHANGE),
    ("overflowed", lambda of: of.tally.overflowed, Unit.COUNT, Unit.CHANGE),
    ("out of hours", lambda of: of.counts.get("out of hours", 0), Unit.COUNT, Unit.CHANGE),
    ("answer rate", lambda of: of.tally.answer_rate, Unit.SHARE, Unit.POINTS),
    ("net answer rate", lambda of: of.tally.net_answer_rate, Unit.SHARE, Unit.POINTS),
    ("service level", lambda of: of.service_level, Unit.SHARE, Unit.POINTS),
    ("asa", lambda of: seconds(of.asa), Unit.SECONDS, Unit.SECONDS_CHANGE),
    ("median wait", lambda of: seconds(of.median_wait), Unit.SECONDS, Unit.SECONDS_CHANGE),
    ("wait 90", lambda of: seconds(of.wait_90), Unit.SECONDS, Unit.SECONDS_CHANGE),
    ("handled", lambda of: of.handled, Unit.COUNT, Unit.CHANGE),
    ("outbound", lambda of: of.counts.get("outbound", 0), Unit.COUNT, Unit.CHANGE),
    ("aht", lambda of: seconds(of.handling()), Unit.LENGTH, Unit.SECONDS_CHANGE),
    ("occupancy", lambda of: of.occupancy, Unit.SHARE, Unit.POINTS),
    ("utilisation", lambda of: of.utilisation, Unit.SHARE, Unit.POINTS),
    ("repeat", lambda of: of.counts.get("repeat", 0), Unit.COUNT, Unit.CHANGE),
)
"""What is compared with earlier periods, and how."""


def summary(contents: Contents, language: str) -> Section:
    """The figures that are seen first, whether they add up, and what was no offered call."""
    whole = contents.total
    tally = whole.tally
    waits = f"{say('median wait', language)} {_shown(seconds(whole.median_wait), Unit.SECONDS, language)}"
    tiles = (
        (say("offered", language), f"{tally.offered:,}", f"{say('arrived', language)} {whole.arrived:,}"),
        (say("answered", language), f"{tally.answered:,}", f"{say('handled', language)} {whole.handled:,}"),
        (say("answer rate", language), _shown(tally.answer_rate, Unit.SHARE, language),
         f"{say('net', language)} {_shown(tally.net_answer_rate, Unit.SHARE, language)}"),
        (say("service level", language), _shown(whole.service_level, Unit.SHARE, language),
         f"{say('in time', language)} {tally.in_time:,}"),
        (say("abandoned", language), f"{tally.abandoned:,}",
         f"{say('short abandoned', language)} {tally.short_abandoned:,}"),
        (say("overflowed", language), f"{tally.overflowed:,}",
         f"{say('waiting', language)} {tally.waiting:,}"),
        (say("asa", language), _shown(seconds(whole.asa), Unit.SECONDS, language), waits),
        (say("aht", language), _shown(seconds(whole.handling()), Unit.LENGTH, language),
         f"{say('occupancy', language)} {_shown(whole.occupancy, Unit.SHARE, language)}"),
    )  # fmt: skip
    counts = (whole.counts.get(name, 0) for name in _ASIDE)
    aside = say("aside note", language, *(f"{one:,}" for one in (whole.arrived, tally.offered, *counts)))
    notes = [aside]
    if tally.inferred:
        notes.append(say("inferred note", language, f"{tally.inferred:,}"))
    return Section(say("summary", language), (Tiles(tiles), mark(contents, language), Notes(tuple(notes))))


def mark(contents: Contents, language: str) -> Mark:
    """The identity in a line: of the whole period, or of the worst row where the whole holds."""
    tally = contents.total.tally
    parts = (tally.answered, tally.abandoned, tally.short_abandoned, tally.overflowed, tally.waiting)
    added = " ＋ ".join(f"{say(name, language)} {count:,}" for name, count in zip(PARTS, parts, strict=True))
    off = contents.total.unclear
    sign, said = ("＝", say("holds", language)) if not off else ("≠", say("off by", language, abs(off)))
    if not off and not contents.balanced:
        said = say("row off by", language, contents.off_by)
    if language == "en":
        added, sign = added.replace("＋", "+"), sign.replace("＝", "=")
    line = f"{say('offered', language)} {tally.offered:,} {sign} {added}"
    return Mark(contents.balanced, f"{line}（{said}）" if language == "ja" else f"{line} ({said})")


def comparison(contents: Contents, language: str) -> Section:
    """This period beside the one before and the same a year ago; said plainly where there is no data."""
    kind = contents.period.kind.value
    earlier = (("before", contents.before), ("year", contents.year_before))
    rows = []
    for key, read, unit, change in _COMPARED:
        mine = read(contents.total)
        cells = [Cell(say(key, language)), Cell(mine, unit)]
        for _, one in earlier:
            theirs = read(one.figures) if one.figures is not None else None
            difference = None if mine is None or theirs is None else mine - theirs
            none = Cell(say("not applicable", language), unit) if one.figures is None else Cell(None, unit)
            cells += [Cell(theirs, unit) if theirs is not None else none, Cell(difference, change)]
        rows.append(tuple(cells))
    heads = [say("h figure", language), say(f"this {kind}", language)]
    for word, _ in earlier:
        heads += [say(f"{word} {kind}", language), say("h change", language)]
    notes = [
        line
        for word, one in earlier
        for line in _earlier_note(say(f"{word} {kind}", language), one, contents, language)
    ]
    table = Table(say("comparison", language), tuple(heads), tuple(rows), (), (2.4, 1.3, 1.2, 1, 1.2, 1))
    return Section(say("comparison", language), (table, Notes(tuple(notes))))


def _earlier_note(name: str, one: Earlier, contents: Contents, language: str) -> Iterable[str]:
    if one.figures is None:
        return [say("no data", language, name, one.period.name(language))]
    if one.since is not None:
        day = one.since.astimezone(contents.zone).date()
        since = era_date(day) if language == "ja" else str(day)
        return [say("data since", language, name, one.period.name(language), since)]
    return [say("compared", language, name, one.period.name(language))]


def _shown(value: float | None, unit: Unit, language: str) -> str:
    text = Cell(value, unit).shown
    return text + say("s", language) if unit is Unit.SECONDS and value is not None else text
