"""``fsbridge report``: the figures of the centre, and the figures that are kept."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import track

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
from fsbridge.commands.periods import PERIOD, day_of, filters, period, reporting
from fsbridge.commands.reportfiles import commands as printed
from fsbridge.config import Settings
from fsbridge.domain.figures import GROUPS, Question, Step
from fsbridge.errors import FsbridgeError
from fsbridge.terminal.figures import Report
from fsbridge.terminal.history import differing, kept_days


@click.group("report", cls=Refusing, help=words("運用統計。", "The figures of the centre."))
def report() -> None:
    """Reports."""


@report.command(
    "figures",
    help=words(
        "期間の運用統計。内訳の一致を毎回確かめ、合わなければ赤で示して終了コード1を返します。",
        "The figures of a period. Whether they add up is checked each time; if not, exit code 1.",
    ),
)
@period
@click.option(
    "--by",
    "cuts",
    multiple=True,
    type=click.Choice([*(step.value for step in Step), *GROUPS]),
    help=words(
        "行の分け方（時間帯と項目を1つずつ指定可）。", "What the rows are: one interval, one group, or both."
    ),
)
@filters
@click.option(
    "--fresh",
    is_flag=True,
    help=words("確定済みの集計を使わず数え直します。", "Count everything anew, without kept figures."),
)
@as_json
@with_settings("zone")
def figures(
    settings: Settings, period: PERIOD, cuts: tuple[str, ...], fresh: bool, as_json: bool, **chosen: str
) -> None:
    """The figures of a period."""
    steps = [Step(cut) for cut in cuts if cut not in GROUPS]
    groups = [cut for cut in cuts if cut in GROUPS]
    if len(steps) > 1 or len(groups) > 1:
        raise FsbridgeError(f"--by {' --by '.join(cuts)}: give one interval and one group at most")
    now = datetime.now(UTC)
    with opened(settings) as store:
        question = Question(
            window=period.window(settings, now),
            step=steps[0] if steps else None,
            by=groups[0] if groups else None,
            flow=chosen["flow"],
            queue=chosen["queue"],
            operator=chosen["operator"],
            cases=frozenset({chosen["case"]} - {""}),
        )
        answer = reporting(store, settings).answer(question, now, fresh=fresh)
    if as_json:
        print_json(answer.data(language()))
    else:
        Console().print(Report(answer, language()))
    sys.exit(0 if answer.balanced else 1)


@report.command(
    "keep",
    help=words(
        "終わった日の集計を確定して保存します。確定済みの日は変わりません。",
        "Count days that are over and keep their figures. Days that are kept already stay as they are.",
    ),
)
@period
@by_whom
@as_json
@with_settings("zone")
def keep(settings: Settings, period: PERIOD, by: str, as_json: bool) -> None:
    """Keep the figures of days."""
    now = datetime.now(UTC)
    first, last = period.days(settings, now)
    with opened(settings) as store:
        works = reporting(store, settings)
        going = works.aggregate_until(last, now, first=first, by=by)
        days = (last - first).days + 1
        console = Console(stderr=True)
        text = words("集計中", "Counting")
        made = list(
            track(going, text, total=days, transient=True, console=console, disable=not console.is_terminal)
        )
    if as_json:
        print_json([{"day": kept.day, "revision": kept.revision} for kept in made])
    else:
        click.echo(words(f"{len(made)}日分を確定しました。", f"{len(made)} days are kept."))


@report.command(
    "recount",
    help=words(
        "確定済みの日を数え直し、改訂として保存します（前の集計も残ります）。",
        "Count a kept day again, as a further revision; the earlier ones stay.",
    ),
)
@click.argument("day", metavar="YYYY-MM-DD")
@click.option("--reason", required=True, help=words("数え直す理由。", "Why it is counted again."))
@by_whom
@as_json
@with_settings("zone")
def recount(settings: Settings, day: str, reason: str, by: str, as_json: bool) -> None:
    """Count a day again."""
    with opened(settings) as store:
        kept = reporting(store, settings).aggregate(day_of(day), datetime.now(UTC), by=by, again=reason)
    if as_json:
        print_json({"day": kept.day, "revision": kept.revision, "basis": kept.basis.data()})
    else:
        text = words(
            f"{kept.day}を数え直しました（改訂{kept.revision}）。", f"{kept.day}: revision {kept.revision}."
        )
        click.echo(text)


@report.command(
    "check",
    help=words(
        "確定済みの集計を通話履歴と突き合わせます。食い違う日があれば終了コード1。",
        "Compare kept figures with the history. Exit code 1 if a day differs.",
    ),
)
@period
@as_json
@with_settings("zone")
def check(settings: Settings, period: PERIOD, as_json: bool) -> None:
    """Compare kept days with the history."""
    now = datetime.now(UTC)
    first, last = period.days(settings, now)
    with opened(settings) as store:
        found = list(reporting(store, settings).differing(first, last, now))
    if as_json:
        print_json([{"day": kept.day, "kept": was.data(), "now": now.data()} for kept, was, now in found])
    else:
        Console().print(differing(found, language()))
    sys.exit(1 if found else 0)


@report.command("kept", help=words("確定済みの日の一覧。", "The days whose figures are kept."))
@period
@as_json
@with_settings("zone")
def kept(settings: Settings, period: PERIOD, as_json: bool) -> None:
    """The kept days."""
    first, last = period.days(settings, datetime.now(UTC))
    with opened(settings) as store:
        found = reporting(store, settings).kept(first, last)
    if as_json:
        print_json(
            [
                {"day": one.day, "revision": one.revision, "made_at": one.made_at, "made_by": one.made_by,
                 "reason": one.reason, "basis": one.basis.data()}
                for one in found
            ]
        )  # fmt: skip
    else:
        Console().print(kept_days(found, language(), settings.zone))


for command in printed():
    report.add_command(command)
