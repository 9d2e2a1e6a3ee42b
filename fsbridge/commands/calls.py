"""``fsbridge calls``: the calls of the past, found and told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from fsbridge.adapters.store.history_search import StoredPast
from fsbridge.commands.common import (
    Refusing,
    as_json,
    by_whom,
    language,
    opened,
    print_json,
    with_settings,
    words,
)
from fsbridge.commands.periods import PERIOD, period
from fsbridge.config import Settings
from fsbridge.domain.tally import Outcome
from fsbridge.errors import InvalidArgument
from fsbridge.services.calls import MOST, Calls, Wanted
from fsbridge.terminal import history

_OUTCOMES = [outcome.value for outcome in Outcome] + [
    "out of hours",
    "left in IVR",
    "lines busy",
    "announcement",
]
_NAMES = {name.replace(" ", "-").lower(): name for name in _OUTCOMES}


@click.group("calls", cls=Refusing, help=words("過去の通話。", "The calls of the past."))
def calls() -> None:
    """Calls."""


@calls.command(
    "find", help=words("通話履歴を検索します（新しい順）。", "Search the calls of the past, newest first.")
)
@period
@click.option("--operator", default="", help=words("担当したオペレーター。", "Who dealt with it."))
@click.option(
    "--number", default="", help=words("電話番号、またはその一部。", "The number, or a part of it.")
)
@click.option("--flow", default="", help=words("業務。", "The flow."))
@click.option("--queue", default="", help=words("窓口。", "The queue."))
@click.option(
    "--contact", default="", help=words("連絡先の名前・読み・組織の一部。", "A part of a contact's name.")
)
@click.option(
    "--recorded/--not-recorded",
    default=None,
    help=words("録音の有無。", "With a recording that is kept, or without."),
)
@click.option("--direction", type=click.Choice(["inbound", "outbound", "internal"]), default=None)
@click.option(
    "--outcome", type=click.Choice(sorted(_NAMES)), default=None, help=words("結果。", "What became of it.")
)
@click.option(
    "--case", default="", help=words("用件（下位を含む）。", "The kind of case, lower levels included.")
)
@click.option("--text", default="", help=words("メモに含まれる語。", "Words in its notes."))
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True)
@as_json
@with_settings("zone")
def find(
    settings: Settings,
    period: PERIOD,
    direction: str | None,
    outcome: str | None,
    recorded: bool | None,
    limit: int,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Find calls."""
    window = period.window(settings, datetime.now(UTC)) if period.given else None
    wanted = Wanted(
        window=window,
        direction=direction or "",
        outcome=_NAMES[outcome] if outcome else "",
        recorded=recorded,
        limit=limit,
        **chosen,
    )
    with opened(settings) as store:
        found = Calls(StoredPast(store)).find(wanted)
    if as_json:
        print_json({"calls": found.calls, "more": found.more})
    else:
        Console().print(history.search(found, language(), settings.zone))


@calls.command("show", help=words("1つの通話の経過。", "One call, moment by moment."))
@click.argument("uuid")
@as_json
@with_settings("zone")
def show(settings: Settings, uuid: str, as_json: bool) -> None:
    """Tell a call."""
    with opened(settings) as store:
        told = Calls(StoredPast(store)).show(uuid)
    if as_json:
        print_json(
            {"call": told.call, "dialled": told.dialled, "ended_at": told.ended_at, "cause": told.cause,
             "schedule": told.schedule, "moments": told.moments}
        )  # fmt: skip
    else:
        Console().print(history.story(told, language(), settings.zone))


@calls.command(
    "rights",
    help=words(
        "役割ごとに、番号の表示・録音の再生・ダウンロード・ファイル出力の範囲を表示または変更します"
        "（例：operator.play=none）。",
        "Show, or change, what each role may see and hear: operator.play=none.",
    ),
)
@click.argument("changes", nargs=-1, metavar="[ROLE.RIGHT=VALUE]...")
@by_whom
@as_json
@with_settings()
def rights(settings: Settings, changes: tuple[str, ...], by: str, as_json: bool) -> None:
    """Tell rights, and change them."""
    from fsbridge.adapters.store.rights import StoredRights

    with opened(settings) as store:
        stored = StoredRights(store)
        wanted = read_rights(changes)
        table = stored.change(wanted, datetime.now(UTC), by=by) if wanted else stored.table()
    if as_json:
        print_json(table)
    else:
        Console().print(history.rights(table, language()))


def read_rights(changes: tuple[str, ...]) -> dict[str, dict[str, object]]:
    """Rights by role out of ``ROLE.RIGHT=VALUE``; InvalidArgument says how to write one.

    >>> read_rights(("operator.play=none", "operator.export=no"))
    {'operator': {'play': 'none', 'export': False}}
    """
    found: dict[str, dict[str, object]] = {}
    for text in changes:
        name, equals, value = text.partition("=")
        role, dot, right = name.partition(".")
        if not (equals and dot and role and right):
            raise InvalidArgument("change", f"is {text!r}; write it like operator.play=none")
        found.setdefault(role, {})[right] = {"yes": True, "no": False}.get(value, value)
    return found
