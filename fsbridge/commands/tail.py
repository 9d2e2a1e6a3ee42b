"""`fsbridge tail`: the live table of a running centre."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click
from rich.console import Console

from fsbridge.app import Watch, password_of
from fsbridge.commands.common import with_settings
from fsbridge.config import Settings
from fsbridge.terminal import tail as terminal


@click.command()
@with_settings("zone", "switch.host", "switch.port", "switch.password")
@click.option("--filter", "wanted", default="", help="Only calls, queues and operators that hold this text.")
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", help="The language of the table.")
def tail(settings: Settings, wanted: str, lang: str) -> None:
    """Watch calls, queues, operators and today's figures as they change. Ctrl-C ends it."""
    freeswitch = settings.switch
    watch = Watch(freeswitch.host, freeswitch.port, password_of(settings), zone=ZoneInfo(settings.zone))
    watch.start()
    try:
        terminal.watch(
            watch.floor,
            Console(),
            running=lambda: watch.link.failure is None,
            lang=lang,
            filter=wanted,
            zone=ZoneInfo(settings.zone),
        )
    except KeyboardInterrupt:
        pass
    finally:
        watch.stop()
    if watch.link.failure is not None:
        raise watch.link.failure
