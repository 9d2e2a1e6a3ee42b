"""``fsbridge recordings disclose, space, pause, resume``: handed over, their room, their silences."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fsbridge.commands.common import as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import show, table
from fsbridge.config import Settings
from fsbridge.domain.recordingspace import Forecast
from fsbridge.recording import RecordingCare, giving_of, pausing_of
from fsbridge.routine import utc_now, zone_of


@click.command(
    "disclose",
    help=words(
        "録音を開示用に1つのZIPにまとめます（録音・情報・ハッシュ）。",
        "Pack recordings into one ZIP to hand over: files, metadata, hashes.",
    ),
)
@click.argument("which", nargs=-1, required=True)
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=words("作成するZIPファイル。", "The ZIP file to make."),
)
@click.option("--why", required=True, help=words("理由（監査ログに残ります）。", "The reason (audit log)."))
@by_whom
@as_json
@with_settings()
def disclose_command(
    settings: Settings, which: tuple[str, ...], to: Path, why: str, by: str, as_json: bool
) -> None:
    """Pack recordings, named by their numbers, paths, or calls' uuids; all or none."""
    from fsbridge.adapters.recordings.disclosure import ZipCase

    with opened(settings) as store:
        giving = giving_of(settings, store)
        done = giving.disclose(which, ZipCase(to, zone_of(settings, store)), utc_now(), by=by, why=why)
    if as_json:
        print_json({"file": to, "sha256": done.sha256, "recordings": done.recordings})
        return
    for one in done.recordings:
        click.echo(f"  {one.number}  {one.call}  {one.caller or '–'}  {one.operator_name or '–'}")
    click.echo(words(f"✔ {len(done.recordings)} 件: {to}", f"✔ {len(done.recordings)} recordings: {to}"))
    click.echo(f"  sha256 {done.sha256}")


@click.command(
    "space",
    help=words(
        "録音の保存先の空きと、あと何日もつかを表示します。", "The room for recordings, and its days."
    ),
)
@as_json
@with_settings()
def space_command(settings: Settings, as_json: bool) -> None:
    """What is free, and how long it lasts; exit code 1 if that is not long."""
    with opened(settings) as store:
        found = RecordingCare(settings, store).forecast(utc_now(), zone_of(settings, store))
    if as_json:
        print_json(found)
    else:
        _show(found)
    sys.exit(0 if found.level == "well" else 1)


@click.command(
    "pause",
    help=words(
        "通話中の録音を一時停止します（無音が録音されます）。", "Record silence of a call in progress."
    ),
)
@click.argument("call")
@click.option("--why", default="", help=words("理由。", "The reason."))
@by_whom
@with_settings()
def pause_command(settings: Settings, call: str, why: str, by: str) -> None:
    """Record silence from now on, of the call with this uuid."""
    with opened(settings) as store, pausing_of(settings, store) as pausing:
        pausing.pause(call, utc_now(), by=by, why=why)
    click.echo(words(f"✔ {call}: 録音を一時停止しました。", f"✔ {call}: its recording is paused"))


@click.command("resume", help=words("一時停止した録音を再開します。", "Record again what was paused."))
@click.argument("call")
@by_whom
@with_settings()
def resume_command(settings: Settings, call: str, by: str) -> None:
    """Record again, of the call with this uuid."""
    with opened(settings) as store, pausing_of(settings, store) as pausing:
        pausing.resume(call, utc_now(), by=by)
    click.echo(words(f"✔ {call}: 録音を再開しました。", f"✔ {call}: it is recorded again"))


def _show(found: Forecast) -> None:
    room = found.room
    shown = table(
        *words("全体GB 空きGB 空き 1日あたりMB 残り日数", "total(GB) free(GB) share MB/day days").split()
    )
    shown.add_row(
        f"{room.total / 1e9:,.1f}",
        f"{room.free / 1e9:,.1f}",
        f"{room.share:.0%}",
        f"{found.a_day / 1e6:,.1f}",
        "–" if found.days is None else f"{found.days:,}",
    )
    show(shown)
    if found.level == "well":
        click.echo(words("✔ 十分な空きがあります。", "✔ There is room enough."))
    else:
        click.echo(words("✘ 空きが少なくなっています。", "✘ Room is getting scarce."))
