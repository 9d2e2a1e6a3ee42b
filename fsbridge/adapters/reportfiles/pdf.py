"""A report as a PDF on A4, its fonts embedded; typst sets it, whose only home this is."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from fsbridge.adapters.reportfiles.fonts import FAMILY, font_folders
from fsbridge.domain.reporting.document import (
    Block,
    Document,
    HeatTable,
    Mark,
    Notes,
    Plot,
    Table,
    Tiles,
)
from fsbridge.errors import FsbridgeError


def pdf(document: Document) -> bytes:
    """The file; the document goes in as data, so that no text of it is ever read as markup."""
    template = files(__package__).joinpath("report.typ").read_bytes()
    try:
        made = typst.compile(
            template,
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(_plain(document), ensure_ascii=False)},
            timestamp=int(document.dated.timestamp()),
        )
    except typst.TypstError as error:
        raise FsbridgeError(f"the PDF could not be set: {error.message}") from error
    assert isinstance(made, bytes)  # a PDF is one file, not one for each page
    return made


@cache
def _fonts() -> typst.Fonts:
    folders = [str(folder) for folder in font_folders()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "centre": document.centre,
        "facts": [list(one) for one in document.facts],
        "foot": document.foot,
        "language": document.language,
        "cover": document.cover,
        "warning": document.warning,
        "fonts": [FAMILY],
        "dated": list(document.dated.utctimetuple()[:6]),
        "sections": [
            {
                "title": one.title,
                "sheet": one.new_page,
                "blocks": [_block(block) for block in one.blocks],
            }
            for one in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            rows = (*block.rows, *block.foot)
            return {
                "kind": "table",
                "heads": list(block.heads),
                "widths": list(block.widths or (1,) * len(block.heads)),
                "numbers": [any(row[at].number for row in rows) for at in range(len(block.heads))],
                "rows": [[cell.shown for cell in row] for row in block.rows],
                "foot": [[cell.shown for cell in row] for row in block.foot],
            }
        case HeatTable():
            heat = block.heat
            across = [f"{sum(day[at] for day in heat.counts):,}" for at in range(len(heat.hours))]
            return {
                "kind": "heat",
                "hours": [str(hour) for hour in heat.hours],
                "days": list(block.days),
                "total": block.total,
                "places": [
                    [[f"{count:,}", block.colour(count), block.dark(count)] for count in day]
                    for day in heat.counts
                ],
                "sums": [f"{sum(day):,}" for day in heat.counts],
                "foot": [*across, f"{heat.total:,}"],
            }
        case Plot():
            drawing = block.drawing
            return {
                "kind": "plot",
                "title": block.title,
                "svg": drawing.svg,
                "key": [list(one) for one in drawing.key],
            }
        case Tiles():
            return {"kind": "tiles", "tiles": [list(one) for one in block.tiles]}
        case Mark():
            return {
                "kind": "mark",
                "holds": block.holds,
                "text": f"{'○' if block.holds else '×'} {block.text}",
            }
        case Notes():
            return {"kind": "notes", "small": block.small, "lines": list(block.lines)}
