"""A printed report in outline on the terminal: what it is, its first figures, whether it adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fsbridge.domain.reporting.document import Document, Mark, Notes, Tiles
from fsbridge.terminal.clean import clean


def outline(document: Document, files: Sequence[str]) -> Group:
    """The beginning of a report, and the files it went to.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2027, 10, 1, tzinfo=UTC)
    >>> made = Document(title="運用報告書", subtitle="", centre="", facts=(), sections=(), foot="", dated=at)
    >>> len(outline(made, ["a.pdf"]).renderables)
    2
    """
    title = Text(f"{document.title}  {document.subtitle}", style="bold")
    title.append(f"  {clean(document.centre)}", style="dim")
    parts: list[RenderableType] = [title]
    if document.warning:
        parts.append(Text(document.warning, style="bold red"))
    for block in document.sections[0].blocks if document.sections else ():
        match block:
            case Tiles():
                table = Table(box=None, show_header=False, padding=(0, 2, 0, 1))
                table.add_column()
                table.add_column(justify="right", style="bold")
                table.add_column(style="dim")
                for name, value, below in block.tiles:
                    table.add_row(name, value, below)
                parts += ["", table, ""]
            case Mark():
                sign, style = ("✔", "green") if block.holds else ("✘", "bold red")
                parts.append(Text(f"{sign} {block.text}", style=style))
            case Notes():
                parts += [Padding(Text(line, style="dim"), (0, 0, 0, 2)) for line in block.lines]
            case _:
                continue
    parts += [Text(f"→ {clean(file)}") for file in files]
    return Group(*parts)


_HEADS = (("日時", "time"), ("報告書", "report"), ("宛先", "to"), ("結果", "outcome"), ("理由", "reason"))
_OUTCOMES = {"sent": "送信済み", "could not send": "送信できず"}


def posted(rows: Sequence[Mapping[str, object]], language: str, zone: str) -> RenderableType:
    """What was mailed to whom, the latest first.

    >>> posted([], "en", "Asia/Tokyo")
    'nothing was mailed'
    """
    if not rows:
        return "nothing was mailed" if language == "en" else "メールで送った報告書はありません"
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for japanese, english in _HEADS:
        table.add_column(english if language == "en" else japanese, overflow="fold")
    for row in rows:
        at = row["at"]
        assert isinstance(at, datetime)  # the log says when
        outcome = str(row["outcome"])
        table.add_row(
            f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}",
            *(clean(str(row.get(name, ""))) for name in ("report", "to")),
            Text(
                outcome if language == "en" else _OUTCOMES.get(outcome, outcome),
                style="" if outcome == "sent" else "red",
            ),
            clean(str(row.get("reason", ""))),
        )
    return table
