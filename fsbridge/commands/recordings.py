"""``fsbridge recordings``: found, held, and taken away when their time is over."""

from __future__ import annotations

import sys
from datetime import datetime, tzinfo
from typing import Any

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import show, table
from fsbridge.commands.recordinggiving import (
    disclose_command,
    pause_command,
    resume_command,
    space_command,
)
from fsbridge.commands.recordingkeeping import alarms_command, check_command, finish_command
from fsbridge.commands.recordingtables import bar, period_of, show_recordings, tell_done, tell_plan
from fsbridge.config import Settings
from fsbridge.domain.retention import Retention
from fsbridge.errors import FsbridgeError
from fsbridge.routine import PURGE, certificates_of, jobs_of, purge_of, told, utc_now, zone_of
from fsbridge.services.retention import Certificate


@click.group(
    "recordings",
    cls=Refusing,
    help=words(
        "録音：検索、点検、警報、保全、開示、保存期間後の消去。",
        "Recordings: found, checked, held, handed over, purged when their time is over.",
    ),
)
def recordings() -> None:
    """Recordings found, held, purged."""


for _command in (
    finish_command, check_command, alarms_command, space_command, disclose_command, pause_command,
    resume_command,
):  # fmt: skip
    recordings.add_command(_command)


@recordings.command("list", help=words("録音を探します（新しい順）。", "Find recordings, the latest first."))
@click.option("--from", "since", default="", metavar="TIME", help=words("この時刻から。", "From then on."))
@click.option("--until", default="", metavar="TIME", help=words("この時刻まで。", "Until then."))
@click.option(
    "--operator", default="", help=words("氏名・フリガナの一部、またはID。", "Part of a name, or an ID.")
)
@click.option("--number", default="", help=words("電話番号の一部。", "Part of the telephone number."))
@click.option("--held", is_flag=True, help=words("保全中のものだけ。", "Only those that are held."))
@click.option("--purged", is_flag=True, help=words("消去済みのもの。", "Those that were purged."))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@as_json
@with_settings()
def list_command(
    settings: Settings, since: str, until: str, operator: str, number: str, held: bool, purged: bool,
    limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Find recordings by time, operator and number."""
    from fsbridge.adapters.store.holds import Holds, Wanted

    with opened(settings) as store:
        zone = zone_of(settings, store)
        wanted = Wanted(
            _moment(since, zone), _moment(until, zone), operator, _digits(number), held=held, purged=purged
        )
        found = Holds(store).find(wanted, limit)
    if as_json:
        print_json(found)
    elif not found:
        click.echo(words("該当する録音はありません。", "No recording fits."))
    else:
        show_recordings(found, zone)


@recordings.command(
    "hold",
    help=words("録音を保全します（保存期間後も消去しません）。", "Keep recordings whatever their age."),
)
@click.argument("which", nargs=-1, required=True)
@click.option("--why", required=True, help=words("理由（監査ログに残ります）。", "The reason (audit log)."))
@click.option("--release", is_flag=True, help=words("保全を解除します。", "Let them go again."))
@by_whom
@as_json
@with_settings()
def hold_command(
    settings: Settings, which: tuple[str, ...], why: str, release: bool, by: str, as_json: bool
) -> None:
    """Hold recordings, named by their numbers, paths, or calls' uuids; all or none."""
    from fsbridge.adapters.store.holds import Holds

    with opened(settings) as store:
        holds = Holds(store)
        found = (holds.release if release else holds.hold)(which, utc_now(), by=by, why=why)
    if as_json:
        print_json(found)
        return
    for one in found:
        done = words("保全を解除しました", "released") if release else words("保全しました", "held")
        click.echo(f"✔ {one.id} {one.path}: {done}")


@recordings.command(
    "keep", help=words("保存期間を表示・変更します。", "Show or set for how long recordings are kept.")
)
@click.option("--years", type=click.IntRange(0), help=words("年。", "Years."))
@click.option("--months", type=click.IntRange(0), help=words("か月。", "Months."))
@click.option("--days", type=click.IntRange(0), help=words("日。", "Days."))
@click.option(
    "--share",
    type=click.IntRange(0, 100),
    help=words("一度に消去してよい割合（%）。", "Per cent of the recordings that one purge may take."),
)
@click.option(
    "--few",
    type=click.IntRange(0),
    help=words("割合によらず消去してよい件数。", "So many it may take in any case."),
)
@click.option(
    "--gap",
    type=click.IntRange(0),
    help=words(
        "前回の消去からの日数がこれを超えたら時計を疑う。", "Days since the last purge that are believed."
    ),
)
@by_whom
@as_json
@with_settings()
def keep_command(settings: Settings, by: str, as_json: bool, **given: int | None) -> None:
    """For how long recordings are kept; a period that is given replaces the whole one."""
    from fsbridge.adapters.store.recordings import StoredRecordings

    with opened(settings) as store:
        ledger, zone = StoredRecordings(store), zone_of(settings, store)
        rule = None
        if any(value is not None for value in given.values()):
            rule = _changed(ledger, zone, given)
            ledger.set_rule(rule, utc_now(), by=by)
        rule = rule or ledger.rule(zone)
    if as_json:
        print_json(rule.data())
        return
    last = rule.cutoff(utc_now()).astimezone(zone)
    click.echo(words(f"保存期間: {period_of(rule)}", f"kept for {period_of(rule)}"))
    click.echo(words(f"いま消去できるのは {last:%Y-%m-%d} より前の録音",
                     f"what was recorded before {last:%Y-%m-%d} may go now"))  # fmt: skip


@recordings.command(
    "purge", help=words("保存期間を過ぎた録音を消去します。", "Take away recordings whose time is over.")
)
@click.option("--dry-run", is_flag=True, help=words("何が消えるかを見るだけ。", "Only see what would go."))
@click.option("--why", default="", help=words("理由。", "The reason."))
@click.option("--clock-is-right", is_flag=True, help=words("時計を確認しました。", "I looked at the clock."))
@click.option(
    "--folder-is-right",
    is_flag=True,
    help=words("録音フォルダーを確認しました。", "I looked at the recordings' folder."),
)
@click.option(
    "--share",
    type=click.IntRange(1, 100),
    help=words("今回だけ、全体のこの割合（%）まで消去します。", "This time, up to so many per cent may go."),
)
@by_whom
@as_json
@with_settings()
def purge_command(
    settings: Settings, dry_run: bool, why: str, clock_is_right: bool, folder_is_right: bool,
    share: int | None, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Purge, or say what a purge would do; exit code 1 if it is refused or a file could not be removed."""
    with opened(settings) as store, purge_of(settings, store) as purging, bar(as_json) as advance:
        if dry_run:
            plan = purging.plan(utc_now(), on_progress=advance)
        else:
            done: list[Certificate] = []

            def work(now: datetime) -> str:
                done.append(
                    purging.run(
                        now, by=by, why=why, clock_checked=clock_is_right, share=share,
                        folder_checked=folder_is_right, on_progress=advance,
                    )
                )  # fmt: skip
                return told(done[0])

            jobs_of(settings, store).run(PURGE, work)
    if dry_run:
        tell_plan(plan, as_json=as_json)
        sys.exit(1 if plan.refusal else 0)
    tell_done(done[0], str(certificates_of(settings).path(done[0].file)), as_json=as_json)
    sys.exit(1 if done[0].failed else 0)


@recordings.command(
    "certificates",
    help=words("消去証明書を一覧し、改ざんがないか確かめます。", "List the certificates, and check them."),
)
@as_json
@with_settings()
def certificates_command(settings: Settings, as_json: bool) -> None:
    """Every purge that did something; exit code 1 if a certificate is not what it was."""
    from fsbridge.adapters.store.recordings import StoredRecordings

    folder = certificates_of(settings)
    with opened(settings) as store:
        zone = zone_of(settings, store)
        found = [one for one in StoredRecordings(store).certificates() if one.certificate]
    whole = {one.id: folder.hashed(one.certificate) == one.sha256 for one in found}
    if as_json:
        names = ("id", "ended_at", "author", "reason", "removed", "missing", "failed", "size", "sha256")
        rows = [{name: getattr(one, name) for name in names} for one in found]
        paths = [folder.path(one.certificate) for one in found]
        print_json([
            {**row, "file": path, "whole": whole[row["id"]]} for row, path in zip(rows, paths, strict=True)
        ])  # fmt: skip
    else:
        shown = table(
            *words(
                "証明書 日時 消去 なし 失敗 MB 実行者", "certificate at removed missing failed MB by"
            ).split()
        )
        for one in found:
            mark = "✔" if whole[one.id] else "✘"
            at = (one.ended_at or one.started_at).astimezone(zone)
            counts = (one.removed, one.missing, one.failed, f"{one.size / 1e6:,.1f}")
            shown.add_row(
                f"{mark} {one.certificate}",
                f"{at:%Y-%m-%d %H:%M}",
                *map(str, counts),
                one.author,
            )
        show(shown)
        click.echo(str(folder.folder))
    sys.exit(0 if all(whole.values()) else 1)


def _changed(ledger: Any, zone: tzinfo, given: dict[str, int | None]) -> Retention:
    """The rule with what was given; the other parts of a period that is given anew are nought."""
    limits = {name: given[name] for name in ("share", "few", "gap") if given[name] is not None}
    period = {name: given[name] or 0 for name in ("years", "months", "days")}
    if any(given[name] is not None for name in period):
        try:
            before = ledger.rule(zone).data()
        except FsbridgeError:
            before = {}
        return Retention(zone, **{**before, **period, **limits})
    return Retention(zone, **{**ledger.rule(zone).data(), **limits})


def _moment(text: str, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        wanted = words(
            "2027-01-02 または 2027-01-02T10:00 のように書いてください",
            "write 2027-01-02 or 2027-01-02T10:00",
        )
        raise FsbridgeError(f"{text!r}: {wanted}") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _digits(number: str) -> str:
    """What every notation of a number has in common: its digits, without the first nought.

    >>> _digits("076-220-2722")
    '762202722'
    """
    return "".join(char for char in number if char.isdigit()).lstrip("0")
