"""``fsbridge announce``: what callers hear, spoken, recorded, listened to, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import track

from fsbridge.announcing import announcements_of, studio_of
from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.emergency import emergency
from fsbridge.commands.planning import show, table
from fsbridge.config import Settings
from fsbridge.errors import FsbridgeError
from fsbridge.routine import utc_now, zone_of
from fsbridge.services.announcements import Version

if TYPE_CHECKING:
    from fsbridge.adapters.speech import Studio

_text = click.option(
    "--file",
    "path",
    type=click.File("r", encoding="utf-8"),
    help=words(
        "文面をファイルから読みます（- は標準入力）。", "Read the text from a file (-: standard input)."
    ),
)
_voice = click.option(
    "--voice", default="", help=words("声（エンジンごと）。", "The voice, as the engine names it.")
)


@click.group(
    "announce",
    cls=Refusing,
    help=words(
        "ガイダンス：合成、試聴、版の管理、緊急ガイダンス。",
        "Announcements: spoken, tried, versioned, emergencies.",
    ),
)
def announce() -> None:
    """What callers hear."""


announce.add_command(emergency)


@announce.command(
    "render",
    help=words(
        "音声を作って公開します。名前だけなら、いまの文面で。名前なしなら、すべて。",
        "Speak and publish: a NAME's TEXT; without TEXT, as it stands; without NAME, all.",
    ),
)
@click.argument("name", default="")
@click.argument("text", default="")
@_text
@_voice
@by_whom
@as_json
@with_settings()
def render_command(
    settings: Settings,
    name: str,
    text: str,
    path: click.utils.LazyFile | None,
    voice: str,
    by: str,
    as_json: bool,
) -> None:
    """Render one text, one announcement, or all; one that fails is named, and the others are done."""
    said = path.read().strip() if path is not None else text
    failed: dict[str, str] = {}
    done: list[Version] = []
    with opened(settings) as store, announcements_of(settings, store) as (announcements, studio):
        if said:
            done.append(announcements.speak(name, said, author=by, now=utc_now(), voice=voice))
        names = [] if said else [name] if name else list(announcements.names())
        doing = words("合成中", "speaking")
        for one in track(
            names, doing, disable=as_json or len(names) < 2, transient=True, console=Console(stderr=True)
        ):
            try:
                done.append(announcements.render(one, author=by, now=utc_now()))
            except FsbridgeError as error:
                failed[one] = str(error)
        if as_json:
            print_json({"rendered": [_row(one, studio) for one in done], "failed": failed})
        else:
            _tell(done, studio)
    if failed:
        raise FsbridgeError("; ".join(f"{one}: {why}" for one, why in failed.items()))


@announce.command(
    "preview",
    help=words(
        "試聴用のファイルを作ります。まだ誰にも聞こえません。", "A file to listen to; nobody hears it yet."
    ),
)
@click.argument("text", default="")
@click.option(
    "--name", default="", help=words("いまの文面で試聴するガイダンス。", "The announcement as it stands.")
)
@_text
@_voice
@as_json
@with_settings()
def preview_command(
    settings: Settings, text: str, name: str, path: click.utils.LazyFile | None, voice: str, as_json: bool
) -> None:
    """Speak a text, or a named announcement's, into a file."""
    said = path.read().strip() if path is not None else text
    if name:
        with opened(settings) as store, announcements_of(settings, store) as (announcements, _):
            current = announcements.current(name)
            said, voice = said or current.text, voice or current.voice
    with studio_of(settings) as studio:
        file = Path(studio.listen(studio.make(said, voice)))
    length, level = _measured(file)
    if as_json:
        print_json({"file": file, "seconds": length, "level": level})
    else:
        click.echo(f"{file}\n{length:.1f} s, {level:.1f} dBFS")


@announce.command("list", help=words("ガイダンスを一覧します。", "List the announcements."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """What each announcement says now, and whether it is published."""
    with opened(settings) as store, announcements_of(settings, store) as (announcements, studio):
        current = [announcements.current(name) for name in announcements.names()]
        zone = zone_of(settings, store)
    if as_json:
        print_json([_row(one, studio) for one in current])
        return
    shown = table("", *words("名前 版 秒 種類 変更 内容", "name version s source changed text").split())
    for one in current:
        file = studio.published.file(one.name, 48000)
        mark, length = ("✔", f"{_measured(file)[0]:.1f}") if file.exists() else ("✘", "–")
        changed = f"{one.at.astimezone(zone):%Y-%m-%d} {one.author}"
        shown.add_row(mark, one.name, str(one.number), length, _source(one), changed, one.text)
    show(shown)
    if not all(studio.published.has(one.name) for one in current):
        click.echo(
            words("✘ は未公開です: fsbridge announce render", "✘ is not published: fsbridge announce render")
        )


@announce.command("history", help=words("一つのガイダンスのすべての版。", "Every version of one."))
@click.argument("name")
@as_json
@with_settings()
def history_command(settings: Settings, name: str, as_json: bool) -> None:
    """All versions, the latest last: that one is heard."""
    with opened(settings) as store, announcements_of(settings, store) as (announcements, _):
        announcements.current(name)
        versions = announcements.history(name)
        zone = zone_of(settings, store)
    if as_json:
        print_json(versions)
        return
    shown = table(*words("版 種類 日時 変更者 内容", "version source at by text").split())
    for one in versions:
        at = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}"
        shown.add_row(str(one.number), _source(one), at, one.author, one.text)
    show(shown)


@announce.command(
    "record",
    help=words("スタジオ録音（WAV、FLAC、Ogg、MP3）に差し替えます。", "Replace it by a studio's recording."),
)
@click.argument("name")
@click.argument("recording", type=click.File("rb"))
@click.option("--text", default="", help=words("録音の内容（一覧用）。", "What is said in it, for the list."))
@by_whom
@as_json
@with_settings()
def record_command(
    settings: Settings, name: str, recording: click.utils.LazyFile, text: str, by: str, as_json: bool
) -> None:
    """Publish a recording, levelled like everything else."""
    with opened(settings) as store, announcements_of(settings, store) as (announcements, studio):
        done = announcements.record(name, recording.read(), author=by, now=utc_now(), text=text)
        _print(done, studio, as_json=as_json)


@announce.command(
    "back", help=words("前の版に戻します（新しい版になります）。", "Take an earlier version back.")
)
@click.argument("name")
@click.argument("number", type=click.IntRange(1))
@by_whom
@as_json
@with_settings()
def back_command(settings: Settings, name: str, number: int, by: str, as_json: bool) -> None:
    """An earlier version once more, as the newest."""
    with opened(settings) as store, announcements_of(settings, store) as (announcements, studio):
        _print(announcements.back_to(name, number, author=by, now=utc_now()), studio, as_json=as_json)


def _print(done: Version, studio: Studio, *, as_json: bool) -> None:
    if as_json:
        print_json(_row(done, studio))
    else:
        _tell([done], studio)


def _tell(done: list[Version], studio: Studio) -> None:
    for one in done:
        length, level = _measured(studio.published.file(one.name, 48000))
        version = words(f"第{one.number}版", f"version {one.number}")
        click.echo(
            f"✔ {one.name} {version}: {length:.1f} s, {level:.1f} dBFS  {studio.published.path(one.name)}"
        )


def _row(one: Version, studio: Studio) -> dict[str, object]:
    file = studio.published.file(one.name, 48000)
    row: dict[str, object] = {
        "name": one.name,
        "version": one.number,
        "source": one.source,
        "text": one.text,
        "voice": one.voice,
        "author": one.author,
        "at": one.at,
        "published": studio.published.path(one.name) if file.exists() else None,
    }
    if file.exists():
        row["seconds"], row["level"] = _measured(file)
    return row


def _source(one: Version) -> str:
    return words("合成", "speech") if one.source == "speech" else words("録音", "studio")


def _measured(file: Path) -> tuple[float, float]:
    """Seconds, and loudness in dBFS."""
    from fsbridge.adapters.speech.audio import loudness
    from fsbridge.adapters.speech.decode import decode

    audio = decode(file.read_bytes())
    return round(audio.seconds, 2), round(loudness(audio), 1)
