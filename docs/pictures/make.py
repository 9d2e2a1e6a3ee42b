"""Draws the pictures of the documents again: python docs/pictures/make.py"""

from __future__ import annotations

import gzip
import html
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console

from fsbridge.adapters.planfile import example
from fsbridge.adapters.translate import translate
from fsbridge.domain.events import DomainEvent
from fsbridge.domain.tally import Definitions
from fsbridge.esl.frames import FrameReader
from fsbridge.services.floor import Floor
from fsbridge.terminal.calendar import year_calendar
from fsbridge.terminal.tail import render

HERE = Path(__file__).parent
RECORDING = HERE / "recorded_day.esl.gz"
"""What a real FreeSWITCH told the floor while SIPp called the Kanazawa script."""
TOKYO = ZoneInfo("Asia/Tokyo")


def tail(after: timedelta = timedelta(seconds=52)) -> None:
    """The live table, so long after the recording's beginning."""
    events = list(recorded())
    end = events[0].at + after
    floor = Floor(Definitions(zone=TOKYO), clock=lambda: end)
    for event in events:
        if event.at <= end:
            floor.apply(event)
    console = Console(width=150, record=True, file=io.StringIO(), force_terminal=True)
    console.print(render(floor.snapshot(), end, zone=TOKYO))
    _save(console, "tail", "fsbridge tail")


def recorded() -> Iterator[DomainEvent]:
    """What happened, as the recording tells it."""
    for event in FrameReader().feed(gzip.decompress(RECORDING.read_bytes())):
        happened = translate(event)
        if happened is not None:
            yield happened


def calendar(name: str, lang: str, year: int = 2027) -> None:
    """An example's year."""
    console = Console(width=98, record=True, file=io.StringIO(), force_terminal=True)
    console.print(year_calendar(example(name).plan.schedule, year, lang=lang, columns=4))
    _save(console, f"calendar-{name}", f"fsbridge schedule preview {year}")


def _save(console: Console, name: str, title: str) -> None:
    svg = console.export_svg(title=title)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # the reader's own fonts
    svg = svg.replace("Fira Code, monospace", "Noto Sans Mono CJK JP, monospace")
    (HERE / f"{name}.svg").write_text(_TEXT.sub(_as_wide_as_its_cells, svg), encoding="utf-8")


_TEXT = re.compile(r'textLength="([0-9.]+)"([^>]*)>([^<]*)</text>')


def _as_wide_as_its_cells(found: re.Match[str]) -> str:
    """rich gives a text one cell a character; a Japanese one takes two."""
    text = html.unescape(found[3])
    width = float(found[1]) / len(text) * cell_len(text) if text else float(found[1])
    return f'textLength="{width:.1f}"{found[2]}>{found[3]}</text>'


if __name__ == "__main__":
    tail()
    calendar("kanazawa", "ja")
    calendar("porto", "en")
