"""``fsbridge jobs``: what comes round by itself, and how it went."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import datetime, tzinfo

import click

from fsbridge.commands.common import (
    Refusing,
    as_json,
    log_to_terminal,
    opened,
    print_json,
    with_settings,
    words,
)
from fsbridge.commands.planning import show, table
from fsbridge.config import Settings
from fsbridge.domain.timetable import Daily, Every, When
from fsbridge.routine import jobs_of, utc_now, zone_of
from fsbridge.services.jobs import Jobs, State


@click.group(
    "jobs", cls=Refusing, help=words("定期の仕事：一覧、実行。", "Jobs: what comes round by itself.")
)
def jobs() -> None:
    """Jobs listed, run, served."""


@jobs.command(
    "list", help=words("前回の結果と次回の時刻を一覧します。", "When each ran, how it went, and when next.")
)
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """Every job; exit code 1 if the last run of one failed."""
    now = utc_now()
    with opened(settings) as store:
        table_of = jobs_of(settings, store)
        states = table_of.states()
        zone = zone_of(settings, store)
    if as_json:
        rows = []
        for key, state in states.items():
            job = table_of.table[key]
            row = {name: getattr(state, name) for name in State.__slots__}
            rows.append({**row, "name": words(job.name, job.name_en), "next": job.when.next(now)})
        print_json(rows)
    else:
        _show(table_of, zone, now)
    sys.exit(1 if any(state.outcome == "failed" for state in states.values()) else 0)


@jobs.command("run", help=words("いま実行します。", "Do one now, due or not."))
@click.argument("key")
@as_json
@with_settings()
def run_command(settings: Settings, key: str, as_json: bool) -> None:
    """Do a job now; refused while another process is at it."""
    with opened(settings) as store:
        state = jobs_of(settings, store).run(key)
    if as_json:
        print_json(state)
    else:
        click.echo(
            f"✔ {key}: {state.message or words('することはありませんでした', 'there was nothing to do')}"
        )


@jobs.command("serve", help=words(
    "Ctrl-Cまで、時刻どおりに実行し続けます。", "Do each at its time, until Ctrl-C."))  # fmt: skip
@click.option("--verbose", "-v", is_flag=True, help=words("詳しく記録します。", "Log every step."))
@with_settings()
def serve_command(settings: Settings, verbose: bool) -> None:
    """Run the clockwork in the foreground."""
    from fsbridge.adapters.jobs import Clockwork

    log_to_terminal(verbose)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    with opened(settings) as store:
        clockwork = Clockwork(jobs_of(settings, store))
        clockwork.start()
        click.echo(
            words("定期の仕事を始めました。Ctrl-Cで終わります。", "The jobs are served; Ctrl-C ends them.")
        )
        ending.wait()
        clockwork.stop()


def _show(jobs: Jobs, zone: tzinfo, now: datetime) -> None:
    headings = words("仕事 内容 いつ 前回 結果 次回", "job does when last outcome next")
    shown = table(*headings.split())
    for key, state in jobs.states().items():
        job = jobs.table[key]
        last = _at(state.started_at, zone, now)
        following = _at(job.when.next(now), zone, now)
        what = words(job.name, job.name_en)
        shown.add_row(key, what, _when(job.when), last, _outcome(state, now), following)
    show(shown)
    for key, state in jobs.states().items():
        if state.outcome == "failed":
            click.echo(f"✘ {key}: {state.message}")


def _when(when: When) -> str:
    """A rhythm in words.

    >>> _when(Every(60)) in ("1分ごと", "every minute")
    True
    """
    if isinstance(when, Daily):
        return words(f"毎日 {when.time:%H:%M}", f"daily {when.time:%H:%M}")
    seconds = when.seconds if isinstance(when, Every) else 0
    if seconds % 60:
        return words(f"{seconds}秒ごと", f"every {seconds} s")
    minutes = seconds // 60
    return words(f"{minutes}分ごと", "every minute" if minutes == 1 else f"every {minutes} min")


def _outcome(state: State, now: datetime) -> str:
    if state.running(now):
        return words(f"実行中（{state.holder}）", f"running ({state.holder})")
    if not state.outcome:
        return words("まだ", "not yet")
    return f"✔ {state.message}".rstrip() if state.outcome == "done" else words("✘ 失敗", "✘ failed")


def _at(at: datetime | None, zone: tzinfo, now: datetime) -> str:
    if at is None:
        return "–"
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
