"""A report as one HTML page that needs nothing beside it and prints on A4."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from fsbridge.domain.reporting.document import (
    Block,
    Cell,
    Document,
    HeatTable,
    Mark,
    Notes,
    Plot,
    Section,
    Table,
    Tiles,
)


def page(document: Document) -> str:
    """The whole page.

    >>> from datetime import UTC, datetime
    >>> from fsbridge.domain.reporting.document import Document
    >>> at = datetime(2027, 10, 1, tzinfo=UTC)
    >>> made = page(Document(title="運用報告書", subtitle="", centre="<水道>", facts=(), sections=(), foot="",
    ...     dated=at))
    >>> "&lt;水道&gt;" in made
    True
    """
    title = escape(f"{document.title} {document.subtitle}")
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} {escape(document.centre)}</title>\n<style>\n{style()}</style>\n</head>\n<body>\n"
        f"{content(document)}</body>\n</html>\n"
    )


def style() -> str:
    """The style sheet; every rule but those of the page itself begins at ``.report``."""
    return files(__package__).joinpath("report.css").read_text("utf-8")


def content(document: Document) -> str:
    """What stands in the page's body, for a page that brings its own frame (and `report.css`)."""
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in document.facts
    )
    warning = f'<p class="warning">{escape(document.warning)}</p>\n' if document.warning else ""
    cover = " cover" if document.cover else ""
    sections = "".join(_section(one) for one in document.sections)
    return (
        f'<article class="report">\n<header class="head{cover}"><p>{escape(document.centre)}</p>'
        f"<h1>{escape(document.title)}</h1><h2>{escape(document.subtitle)}</h2><dl>{facts}</dl>{warning}"
        f"</header>\n{sections}<footer>{escape(document.foot)}</footer>\n</article>\n"
    )


def _section(section: Section) -> str:
    kind = ' class="sheet"' if section.new_page else ""
    blocks = "\n".join(_block(one) for one in section.blocks)
    return f"<section{kind}>\n<h3>{escape(section.title)}</h3>\n{blocks}\n</section>\n"


def _block(block: Block) -> str:
    match block:
        case Table():
            return _table(block)
        case HeatTable():
            return _heat(block)
        case Plot():
            return f'<div class="plot"><h4>{escape(block.title)}</h4>{block.drawing.figure}</div>'
        case Tiles():
            return _tiles(block)
        case Mark():
            sign, kind = ("○", "mark") if block.holds else ("×", "mark broken")
            return f'<p class="{kind}">{sign} {escape(block.text)}</p>'
        case Notes():
            kind = ' class="small"' if block.small else ""
            return f"<ul{kind}>{''.join(f'<li>{escape(line)}</li>' for line in block.lines)}</ul>"


def _tiles(block: Tiles) -> str:
    tiles = "".join(
        f"<div><span>{escape(name)}</span><b>{escape(value)}</b><i>{escape(below)}</i></div>"
        for name, value, below in block.tiles
    )
    return f'<div class="tiles">{tiles}</div>'


def _table(table: Table) -> str:
    numbers = [any(row[at].number for row in (*table.rows, *table.foot)) for at in range(len(table.heads))]
    whole = sum(table.widths)
    columns = "".join(f'<col style="width:{share / whole * 100:.2f}%">' for share in table.widths)
    heads = "".join(
        f'<th scope="col"{_right(number)}>{escape(head)}</th>'
        for head, number in zip(table.heads, numbers, strict=True)
    )
    body = "".join(f"<tr>{_cells(row, numbers)}</tr>" for row in table.rows)
    foot = "".join(f"<tr>{_cells(row, numbers)}</tr>" for row in table.foot)
    return (
        f"<table>{f'<colgroup>{columns}</colgroup>' if columns else ''}<thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody>{f'<tfoot>{foot}</tfoot>' if foot else ''}</table>"
    )


def _cells(row: tuple[Cell, ...], numbers: list[bool]) -> str:
    return "".join(
        f"<td{_right(number)}>{escape(cell.shown)}</td>" for cell, number in zip(row, numbers, strict=True)
    )


def _right(number: bool) -> str:
    return ' class="n"' if number else ""


def _heat(block: HeatTable) -> str:
    heat = block.heat
    heads = "".join(f'<th scope="col">{hour}</th>' for hour in heat.hours)
    rows = []
    for day, counts in zip(block.days, heat.counts, strict=True):
        places = "".join(
            f'<td style="background:{block.colour(count)}"{_light(block, count)}>{count:,}</td>'
            for count in counts
        )
        rows.append(
            f'<tr><th scope="row">{escape(day)}</th>{places}<td class="sum">{sum(counts):,}</td></tr>'
        )
    sums = "".join(
        f'<td class="sum">{sum(day[at] for day in heat.counts):,}</td>' for at in range(len(heat.hours))
    )
    return (
        f'<table class="heat"><thead><tr><th></th>{heads}<th>{escape(block.total)}</th></tr></thead>'
        f'<tbody>{"".join(rows)}</tbody><tfoot><tr><th scope="row">{escape(block.total)}</th>{sums}'
        f'<td class="sum">{heat.total:,}</td></tr></tfoot></table>'
    )


def _light(block: HeatTable, count: int) -> str:
    return ' class="light"' if block.dark(count) else ""
