"""``fsbridge announce emergency``: what callers hear before anything else, put on and taken off."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

import click

from fsbridge.announcing import emergencies_of
from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import show, table
from fsbridge.config import Settings
from fsbridge.domain.emergency import EVERYWHERE, Emergency
from fsbridge.errors import FsbridgeError
from fsbridge.routine import utc_now, zone_of

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_flow = click.option(
    "--flow",
    default=EVERYWHERE,
    help=words("この業務の呼だけ（なければ全部）。", "Only this flow's callers."),
)
_why = click.option(
    "--why", default="", help=words("理由（監査ログに残ります）。", "The reason (audit log).")
)


@click.group(
    "emergency",
    cls=Refusing,
    invoke_without_command=True,
    help=words(
        "緊急ガイダンス：次の呼から最初に流れます。",
        "Emergency announcements, heard first from the next call on.",
    ),
)
@click.pass_context
def emergency(context: click.Context) -> None:
    """Without a command, those that are on."""
    if context.invoked_subcommand is None:
        context.invoke(list_command)


@emergency.command("on", help=words("流し始めます。", "Put one on."))
@click.argument("text")
@_flow
@click.option("--for", "length", default="", metavar="2h", help=words(
    "流す長さ（30m、2h、3d）。既定は24h。", "How long: 30m, 2h, 3d; 24h if nothing is said."))  # fmt: skip
@click.option("--until", default="", metavar="TIME", help=words("この時刻まで。", "Until then."))
@click.option("--voice", default="", help=words("声。", "The voice."))
@click.option(
    "--recording", type=click.File("rb"), help=words("合成の代わりに流す録音。", "A recording of the text.")
)
@_why
@by_whom
@as_json
@with_settings()
def on_command(
    settings: Settings, text: str, flow: str, length: str, until: str, voice: str,
    recording: click.utils.LazyFile | None, why: str, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Render it, then let every next caller hear it first."""
    with opened(settings) as store, emergencies_of(settings, store) as emergencies:
        zone = zone_of(settings, store)
        sound = recording.read() if recording is not None else None
        now = utc_now()
        one = emergencies.put_on(
            text, until=_until(length, until, now, zone), author=by, now=now, flow=flow, voice=voice,
            recording=sound, reason=why,
        )  # fmt: skip
    if as_json:
        print_json(one)
        return
    whom = _whom(one)
    click.echo(
        words(
            f"✔ {whom}に {_at(one.until, zone)} まで流します。",
            f"✔ on for {whom} until {_at(one.until, zone)}.",
        )
    )
    off = f"fsbridge announce emergency off{f' --flow {flow}' if flow else ''}"
    click.echo(words(f"  止めるには: {off}", f"  to take it off: {off}"))


@emergency.command("off", help=words("止めます。", "Take one off."))
@_flow
@_why
@by_whom
@as_json
@with_settings()
def off_command(settings: Settings, flow: str, why: str, by: str, as_json: bool) -> None:
    """The next caller hears it no longer."""
    with opened(settings) as store, emergencies_of(settings, store) as emergencies:
        one = emergencies.take_off(author=by, now=utc_now(), flow=flow, reason=why)
    if as_json:
        print_json(one)
    else:
        click.echo(words(f"✔ {_whom(one)}への緊急ガイダンスを止めました。", f"✔ off for {_whom(one)}."))


@emergency.command("list", help=words("流れているものを一覧します。", "List those that are on."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """Those that are on now."""
    with opened(settings) as store, emergencies_of(settings, store) as emergencies:
        zone = zone_of(settings, store)
        on = emergencies.on(utc_now())
    if as_json:
        print_json(on)
    elif not on:
        click.echo(words("緊急ガイダンスは流れていません。", "No emergency announcement is on."))
    else:
        shown = table(*words("対象 開始 終了 担当 理由 内容", "for since until by why text").split())
        for one in on:
            times = (_at(one.since, zone), _at(one.until, zone))
            shown.add_row(_whom(one), *times, one.author, one.reason, one.text)
        show(shown)


def _whom(one: Emergency) -> str:
    return (
        words(f"業務 {one.flow} の呼", f"callers of {one.flow}")
        if one.flow
        else words("すべての呼", "all callers")
    )


def _at(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _until(length: str, until: str, now: datetime, zone: tzinfo) -> datetime:
    """When it is over, from one of the two.

    >>> from datetime import UTC
    >>> _until("90m", "", datetime(2027, 4, 1, tzinfo=UTC), UTC).isoformat()
    '2027-04-01T01:30:00+00:00'
    """
    if length and until:
        raise FsbridgeError(words("--for と --until の一方だけを。", "give --for or --until, not both"))
    if until:
        try:
            at = datetime.fromisoformat(until)
        except ValueError:
            wanted = words("2027-01-02T18:00 のように書いてください", "write it like 2027-01-02T18:00")
            raise FsbridgeError(f"{until!r}: {wanted}") from None
        return at if at.tzinfo else at.replace(tzinfo=zone)
    match = re.fullmatch(r"(\d{1,5})([mhd])", length or "24h")
    if match is None:
        wanted = words("30m、2h、3d のように書いてください", "write it like 30m, 2h or 3d")
        raise FsbridgeError(f"{length!r}: {wanted}")
    return now + timedelta(**{_UNITS[match[2]]: int(match[1])})
