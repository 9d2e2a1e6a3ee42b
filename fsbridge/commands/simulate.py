"""``fsbridge simulate``: a month, a call, or staffing, on a virtual clock."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from fsbridge.adapters.planfile import example, examples, read
from fsbridge.app import load_app
from fsbridge.commands.common import Refusing, as_json, language, print_json, with_settings, words
from fsbridge.commands.periods import day_of
from fsbridge.commands.planning import moment, show
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError

if TYPE_CHECKING:
    from fsbridge.simulation.month import Order, Result
    from fsbridge.simulation.staffing import Staffing

_F = TypeVar("_F", bound=Callable[..., Any])
STAFFING_DAYS = 7
"""Days of the report's part on staffing."""


@click.group(
    "simulate",
    cls=Refusing,
    help=words(
        "仮想の時計でセンターを動かします（実際のスクリプト・受付時間・統計、架空の呼）。",
        "Run the centre on a virtual clock: the real script, hours and figures, invented calls.",
    ),
)
def simulate() -> None:
    """Simulations."""


def _centre(function: _F) -> _F:
    """Adds --example, --plan and --script; passes `plan` and `script` on."""

    @functools.wraps(function)
    def wrapped(settings: Settings, named: str | None, file: Path | None, **given: Any) -> Any:
        return function(plan=_plan(settings, named, file), script=settings.script, **given)

    for option, kind, japanese, english in (
        (("--example", "named"), click.Choice(examples()), "付属の例のセンターで動かします。",
         "The centre of an example that comes along."),
        (("--plan", "file"), click.Path(path_type=Path, dir_okay=False),
         "このTOMLファイルのセンターで動かします。", "The centre of this TOML file."),
    ):  # fmt: skip
        wrapped = click.option(*option, type=kind, help=words(japanese, english))(wrapped)
    return cast(_F, with_settings("script")(wrapped))


def _plan(settings: Settings, named: str | None, file: Path | None) -> CentrePlan:
    """The plan that was named; else the database's, or while that holds none the script's own."""
    if named is not None and file is not None:
        raise click.UsageError(words("--example か --plan の一方を。", "give --example or --plan, not both"))
    if named is not None:
        return example(named).plan
    if file is not None:
        return read(file).plan
    from fsbridge.following import plan_in, store_there

    store = store_there(settings)
    if store is not None:
        try:
            stored = plan_in(store)
            if stored is not None:
                return stored.load()
        finally:
            store.close()
    centre = load_app(settings.script).centre
    if centre is None:
        raise FsbridgeError(
            words(
                f"データベースにセンターがありません。--example {examples()[0]} か --plan を付けてください",
                f"the database holds no centre: say --example {examples()[0]}, or --plan FILE",
            )
        )
    plan = centre.plan()
    text = words(
        f"データベースにセンターがないため、{settings.script} のもの（{plan.name}）で動かします。",
        f"The database holds no centre: this is the one of {settings.script} ({plan.name_en or plan.name}).",
    )
    click.echo(text, err=True)
    return plan


def _traffic(function: _F) -> _F:
    """Adds what month and staffing share; passes `order` on, a function of how many days and operators."""

    @functools.wraps(function)
    def wrapped(
        plan: CentrePlan, script: str, first: str, calls: int, seed: int, traffic: Path | None, **given: Any
    ) -> Any:
        from fsbridge.simulation.month import Order, days_of_month
        from fsbridge.simulation.traffic import read_traffic, traffic_for

        found = read_traffic(traffic) if traffic is not None else traffic_for(plan.key)
        begins = day_of(first) if first else _next_month()

        def order(days: int, operators: int, share: bool = False) -> Order:
            count = days or days_of_month(begins)
            scaled = max(1, round(calls * count / days_of_month(begins))) if share else calls
            return Order(
                plan=plan, script=script, traffic=found, first=begins, days=count, calls=scaled,
                operators=operators, seed=seed,
            )  # fmt: skip

        return function(order=order, **given)

    for option, kind, usual, japanese, english in (
        (("--traffic", "traffic"), click.Path(path_type=Path, dir_okay=False), None,
         "呼の量・時間帯・長さなどのTOMLファイル。", "A TOML file of rates, lengths, shifts …"),
        (("--seed", "seed"), click.IntRange(min=0), 1, "乱数の種。同じ種なら結果も同じです。",
         "The seed: the same one, the same result."),
        (("--calls", "calls"), click.IntRange(1, 1_000_000), 10_000, "1か月の呼数。", "Calls in the month."),
        (("--from", "first"), str, "", "初日（YYYY-MM-DD）。既定は翌月1日。",
         "The first day (YYYY-MM-DD); the first of next month if not given."),
    ):  # fmt: skip
        wrapped = click.option(
            *option, type=kind, default=usual, show_default=bool(usual), help=words(japanese, english)
        )(wrapped)
    return cast(_F, _centre(wrapped))


@simulate.command(
    "month",
    help=words(
        "1か月分の呼を動かし、日別・時間帯別の統計を表示します。内訳が合わなければ終了コード1。",
        "Simulate a month of calls; print the figures by day and hour. Exit code 1 if they do not add up.",
    ),
)
@_traffic
@click.option(
    "--operators",
    type=click.IntRange(1, 500),
    default=20,
    show_default=True,
    help=words("1日に出勤するオペレーター数。", "Operators who come on a day."),
)
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=None,
    help=words("日数。既定は1か月。", "Days; a month if not given."),
)
@click.option(
    "--report",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=words(
        "グラフ付きの報告書（HTML）をこのフォルダーに作ります。",
        "Write a report with plots (HTML) into here.",
    ),
)
@as_json
def month(
    order: Callable[..., Order], operators: int, days: int | None, folder: Path | None, as_json: bool
) -> None:
    """Simulate a month."""
    from fsbridge.domain.figures import Step
    from fsbridge.simulation.month import simulated
    from fsbridge.terminal.figures import Report
    from fsbridge.terminal.simulation import by_hour

    asked = order(days or 0, operators)
    with _progress(words("シミュレーション中", "Simulating"), asked.calls) as moved:
        result = simulated(asked, moved)
    data = result.data()
    written = _write(result, data, folder) if folder is not None else None
    if as_json:
        print_json(data)
    else:
        console = Console()
        console.print(Report(result.answer(Step.DAY), language()))
        console.print(by_hour(result.hours_of_day(result.answer(Step.HOUR)), language()))
    if written is not None:
        click.echo(words(f"報告書：{written}", f"report: {written}"), err=as_json)
    sys.exit(0 if data["balanced"] else 1)


def _write(result: Result, data: dict[str, Any], folder: Path) -> Path:
    """The report, with a week of as many calls a day for other numbers of operators; the file."""
    from fsbridge.simulation.report import report

    order = result.order
    days = min(STAFFING_DAYS, order.days)
    week = replace(order, days=days, calls=max(1, round(order.calls * days / order.days)))
    found = _staffing(week, None, 0.8)
    path = folder / f"simulation-{data['from']}.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(report(result, data, found, language()), encoding="utf-8")
    except OSError as error:
        raise FsbridgeError(f"{path}: {error.strerror}") from None
    return path


@simulate.command(
    "call",
    help=words(
        "1本の電話をかけて、聞こえるものを秒ごとに表示します。",
        "Place one call; print what the caller hears.",
    ),
)
@click.option("--to", required=True, help=words("かける番号。", "The number that is dialled."))
@click.option(
    "--at",
    default="now",
    show_default=True,
    help=words("日時（センターの現地時刻）。", "The time, on the centre's clock."),
)
@click.option("--press", default="", help=words("順に押すキー。", "Keys to press, one after the other."))
@click.option(
    "--press-after",
    type=click.FloatRange(0.1, 60),
    default=3.0,
    show_default=True,
    help=words("案内が始まってから押すまでの秒数。", "Seconds into the question until a key is pressed."),
)
@click.option(
    "--answer-after",
    type=click.FloatRange(0, 7000),
    default=40.0,
    show_default=True,
    help=words(
        "待ち始めてからオペレーターが出るまでの秒数。", "Seconds in the queue until somebody answers."
    ),
)
@click.option("--no-answer", is_flag=True, help=words("誰も出ません。", "Nobody ever answers."))
@click.option(
    "--patience",
    type=click.FloatRange(0, 7000),
    help=words("待ち始めてから電話を切るまでの秒数。", "Seconds in the queue until the caller hangs up."),
)
@as_json
@_centre
def call(
    plan: CentrePlan, script: str, to: str, at: str, press: str, press_after: float, answer_after: float,
    no_answer: bool, patience: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Place one call."""
    from fsbridge.simulation.call import Calling, heard_on_call
    from fsbridge.terminal.simulation import story

    calling = Calling(press, press_after, None if no_answer else answer_after, patience=patience)
    told = heard_on_call(plan, script, to, moment(at, plan.schedule), calling)
    if as_json:
        print_json(told)
    else:
        show(story(told, language()))


@simulate.command(
    "staffing",
    help=words(
        "人数を変えて動かし、サービスレベルをアーランC・Aと並べて、必要な人数を示します。",
        "Simulate different numbers of operators beside Erlang C and A, and recommend one.",
    ),
)
@_traffic
@click.option(
    "--seats",
    default="",
    help=words("人数の範囲（例 6-14）。既定は見込みの前後。", "Numbers, like 6-14; around the likely one."),
)
@click.option(
    "--days",
    type=click.IntRange(1, 62),
    default=STAFFING_DAYS,
    show_default=True,
    help=words(
        "日数。呼数は日数に応じて減らします。", "Days; of the month's calls, as many as fall on them."
    ),
)
@click.option(
    "--target",
    type=click.FloatRange(1, 99.9),
    default=80.0,
    show_default=True,
    help=words("目標のサービスレベル（%）。", "The service level to reach, per cent."),
)
@as_json
def staffing(order: Callable[..., Order], seats: str, days: int, target: float, as_json: bool) -> None:
    """Compare numbers of operators."""
    from fsbridge.terminal import simulation as terminal

    found = _staffing(order(days, 1, share=True), _range(seats), target / 100)
    if as_json:
        print_json(found.data())
    else:
        show(terminal.staffing(found.rows, found.target, found.recommended, language()))


def _staffing(order: Order, numbers: range | None, target: float) -> Staffing:
    from fsbridge.simulation.staffing import likely, staffing

    chosen = numbers or likely(order)
    with _progress(words("人数を比較中", "Comparing"), order.calls * len(chosen)) as moved:
        return staffing(order, chosen, target=target, moved=moved)


def _range(text: str) -> range | None:
    """``6-14`` or ``8`` as numbers; None for nothing."""
    if not text:
        return None
    low, _, high = text.partition("-")
    ends = (low, high or low)
    if not all(end.isascii() and end.isdigit() for end in ends) or not 1 <= int(low) <= int(ends[1]) <= 500:
        raise FsbridgeError(
            words(
                f"--seats {text}: 6-14 のように書いてください（1〜500）",
                f"--seats {text}: write it like 6-14",
            )
        )
    return range(int(low), int(ends[1]) + 1)


def _next_month() -> date:
    today = datetime.now(UTC).date()
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


@contextmanager
def _progress(text: str, calls: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while calls are simulated, if a person watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(text, total=calls)
        yield lambda count: progress.advance(bar, count)
