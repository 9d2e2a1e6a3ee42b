"""``fsbridge visits``: the calls behind every figure."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.console import Console

from fsbridge.commands.common import as_json, language, opened, print_json, with_settings, words
from fsbridge.commands.periods import PERIOD, filters, period, reporting
from fsbridge.config import Settings
from fsbridge.domain.figures import FIGURES, Item, Question, moment
from fsbridge.terminal.history import listing

_NAMES = {name.replace(" ", "-").lower(): name for name in FIGURES}


@click.command(
    help=words(
        "統計の数値に数えられた呼の一覧。",
        "The calls, visits or legs that a figure counts.",
    )
)
@click.option(
    "--figure",
    type=click.Choice(sorted(_NAMES)),
    default="offered",
    show_default=True,
    help=words("どの数値の呼か。", "Which figure's."),
)
@period
@filters
@as_json
@with_settings("zone")
def visits(settings: Settings, period: PERIOD, figure: str, as_json: bool, **chosen: str) -> None:
    """List what a figure counts."""
    question = Question(
        window=period.window(settings, datetime.now(UTC)),
        flow=chosen["flow"],
        queue=chosen["queue"],
        operator=chosen["operator"],
        cases=frozenset({chosen["case"]} - {""}),
    )
    with opened(settings) as store:
        works = reporting(store, settings)
        items = list(works.listing(question, _NAMES[figure]))
        labels = works.labels()
    if as_json:
        print_json([plain(item) for item in items])
    else:
        Console().print(listing(items, _NAMES[figure], labels, language(), settings.zone))


def plain(item: Item) -> dict[str, object]:
    """An item as plain data; seconds, and times in UTC.

    >>> from fsbridge.domain.figures import CallRecord
    >>> plain(Item("answered", 0, CallRecord("7f1c", started=0), wait=1_500_000))["wait"]
    1.5
    """
    return {
        "call": item.call.uuid,
        "what": item.what,
        "entry": moment(item.entry),
        "number": item.call.number,
        "flow": item.flow,
        "queue": item.queue,
        "operator": item.operator,
        "wait": None if item.wait is None else item.wait / 1_000_000,
        "in_time": item.in_time,
        "inferred": item.inferred,
        "leg": item.leg.uuid if item.leg else None,
        "kind": item.leg.kind if item.leg else None,
    }
