"""``fsbridge recordings finish, check, alarms``: what becomes of recordings once they are made."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from fsbridge.commands.common import as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import show, table
from fsbridge.commands.recordingtables import bar
from fsbridge.config import Settings
from fsbridge.domain.recordingalarms import KINDS, Standing
from fsbridge.recording import RecordingCare
from fsbridge.routine import RECORDINGS, jobs_of, utc_now, zone_of
from fsbridge.services.recordings_check import Report

_MORE = {
    "part": ("書きかけのファイルです", "A file that was half written"),
    "orphan": ("登録されていないファイルです", "A file that is not written down"),
}


@click.command(
    "finish",
    help=words(
        "終わった通話の録音を検証・圧縮します（通常は自動）。",
        "Verify and compress recordings of calls that are over.",
    ),
)
@as_json
@with_settings()
def finish_command(settings: Settings, as_json: bool) -> None:
    """Finish what is over; exit code 1 if something had to be put aside."""
    with opened(settings) as store, bar(as_json) as advance:
        keeping = RecordingCare(settings, store)
        results = []

        def work(now: object) -> str:
            results.append(keeping.finish(utc_now(), on_progress=advance))
            return ""

        jobs_of(settings, store).run(RECORDINGS, work)
    (done,) = results
    if as_json:
        print_json(done)
    else:
        click.echo(
            words(
                f"✔ 保存 {done.kept:,} 件（うち修復 {done.repaired:,} 件）、"
                f"保留 {done.aside:,} 件、通話中・待ち {len(done.waiting):,} 件",
                f"✔ {done.kept:,} kept ({done.repaired:,} of them repaired), {done.aside:,} put aside, "
                f"{len(done.waiting):,} waiting",
            )
        )
    sys.exit(1 if done.aside else 0)


@click.command(
    "check",
    help=words(
        "録音がそろっているか、壊れていないかを確かめます。",
        "See whether every recording is there, and whole.",
    ),
)
@click.option(
    "--repair",
    is_flag=True,
    help=words(
        "未処理・破損した録音を処理し直し、書きかけのファイルを消します。",
        "Finish what was left, mend what is broken, remove what is half written.",
    ),
)
@click.option(
    "--deep",
    is_flag=True,
    help=words("全ファイルを読み、ハッシュを照合します。", "Read every file and compare its hash."),
)
@click.option(
    "--days",
    default=7,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help=words(
        "この日数の通話に録音があるか確かめます。", "So many days' calls are to have their recordings."
    ),
)
@as_json
@with_settings()
def check_command(settings: Settings, repair: bool, deep: bool, days: int, as_json: bool) -> None:
    """Compare what is written down with what is there; exit code 1 if something is wrong."""
    with opened(settings) as store, bar(as_json) as advance:
        keeping = RecordingCare(settings, store)
        report = keeping.check(
            utc_now(), deep=deep, repair=repair, back=timedelta(days=days), on_progress=advance
        )
    if as_json:
        print_json(report)
    else:
        _show(report)
    sys.exit(0 if report.well else 1)


@click.command(
    "alarms",
    help=words(
        "録音の警報を一覧し、確認済みにします。", "List alarms about recordings, and acknowledge them."
    ),
)
@click.option(
    "--acknowledge", type=int, metavar="NUMBER", help=words("確認済みにする番号。", "One to acknowledge.")
)
@click.option("--why", default="", help=words("対応の内容。", "What was done about it."))
@click.option(
    "--all", "everything", is_flag=True, help=words("確認済みのものも。", "Also acknowledged ones.")
)
@by_whom
@as_json
@with_settings()
def alarms_command(
    settings: Settings, acknowledge: int | None, why: str, everything: bool, by: str, as_json: bool
) -> None:
    """The alarms that stand; exit code 1 if there are any."""
    from fsbridge.adapters.store.alarms import StoredAlarms

    with opened(settings) as store:
        alarms = StoredAlarms(store)
        zone = zone_of(settings, store)
        if acknowledge is not None:
            alarms.acknowledge(acknowledge, utc_now(), by=by, note=why)
        found = alarms.standing(acknowledged=everything)
        count = alarms.count()
    if as_json:
        print_json(found)
    elif not found:
        click.echo(words("✔ 警報はありません。", "✔ There is no alarm."))
    else:
        shown = table(
            *words("番号 日時 内容 対象 詳細 確認", "number at what about detail acknowledged").split()
        )
        for one in found:
            at = one.raised_at.astimezone(zone)
            shown.add_row(
                str(one.id),
                f"{at:%Y-%m-%d %H:%M}",
                words(one.alarm.sentence(0), one.alarm.sentence(1)),
                one.alarm.subject,
                one.alarm.detail,
                _acknowledged(one),
            )
        show(shown)
    sys.exit(1 if count else 0)


def _show(report: Report) -> None:
    click.echo(
        words(
            f"録音 {report.recordings:,} 件、ファイル {report.files:,} 個、最近の通話 {report.talks:,} 件を"
            f"確かめました（処理・修復 {report.repaired:,} 件）。",
            f"{report.recordings:,} recordings, {report.files:,} files and {report.talks:,} recent talks "
            f"were looked at ({report.repaired:,} finished or mended).",
        )
    )
    if report.well:
        click.echo(words("✔ 問題はありません。", "✔ Nothing is wrong."))
        return
    shown = table(*words("内容 対象 詳細", "what about detail").split())
    for one in report.troubles:
        shown.add_row(f"✘ {words(*{**KINDS, **_MORE}[one.kind])}", one.subject, one.detail)
    show(shown)
    if (more := sum(report.counts.values()) - len(report.troubles)) > 0:
        click.echo(words(f"ほか {more:,} 件", f"and {more:,} more"))


def _acknowledged(one: Standing) -> str:
    return f"{one.acknowledged_by}: {one.note}" if one.acknowledged_at else "–"
