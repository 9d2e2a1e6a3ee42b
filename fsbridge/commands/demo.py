"""`fsbridge demo`: the live table, fed by a recorded stretch of a real FreeSWITCH's day."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from fsbridge.adapters.replay import replay
from fsbridge.commands.common import with_settings
from fsbridge.config import Settings
from fsbridge.domain.tally import Definitions
from fsbridge.services.floor import Floor
from fsbridge.terminal import tail as terminal

RECORDING = Path(__file__).with_name("recorded_day.esl.gz")
"""What a real FreeSWITCH told the floor while SIPp called the Kanazawa script."""


@click.command()
@with_settings("zone")
@click.option(
    "--speed", type=click.FloatRange(min=0.1), default=2.0, show_default=True, help="Times as fast."
)
@click.option("--filter", "wanted", default="", help="Only calls, queues and operators that hold this text.")
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", help="The language of the table.")
def demo(settings: Settings, speed: float, wanted: str, lang: str) -> None:
    """Replay a recorded stretch of a real centre's day through the live table. Ctrl-C ends it."""
    zone = ZoneInfo(settings.zone)
    time = _RecordedTime()
    floor = Floor(Definitions(zone=zone), clock=time.now)
    player = threading.Thread(
        target=replay,
        args=(RECORDING, floor.apply),
        kwargs={"speed": speed, "tell_time": time.tell},
        daemon=True,
    )
    player.start()
    try:
        terminal.watch(
            floor,
            Console(),
            running=player.is_alive,
            clock=time.now,
            lang=lang,
            filter=wanted,
            zone=zone,
        )
    except KeyboardInterrupt:
        return


class _RecordedTime:
    """The recording's clock."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def tell(self, moment: datetime) -> None:
        self._now = moment
