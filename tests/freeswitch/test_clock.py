"""On a real FreeSWITCH: its wall clock is ours, on the days the clock changes too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from fsbridge.domain.schedule import Schedule
from fsbridge.esl import Raw
from tests.domain.schedule.strategies import clock_changes
from tests.freeswitch.freeswitch import ALWAYS, LocalSwitch
from tests.freeswitch.test_fallback import render_again
from tests.waiting import wait_for

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Europe/Dublin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
)
FORMAT = "%Y-%m-%d %H:%M:%S"


def moments(zone: str) -> list[dt.datetime]:
    """Every week of two years, and the seconds around each change of the clock."""
    start = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    weekly = [start + dt.timedelta(days=7, hours=1) * step for step in range(100)]
    steps = (-3600, -1, 0, 1, 1800, 3599, 3600, 7200)
    around = [change + dt.timedelta(seconds=step) for change in clock_changes(zone) for step in steps]
    return weekly + around


def test_freeswitch_s_wall_clock_is_that_of_the_schedule(fresh_switch: Callable[..., LocalSwitch]) -> None:
    switch = fresh_switch()
    with switch.connect() as esl:
        for zone in ZONES:

            def theirs(moment: dt.datetime, zone: str = zone) -> str:
                return esl.api("strftime_tz", zone, Raw(f"{int(moment.timestamp())}|{FORMAT}")).strip()

            def ours(moment: dt.datetime, zone: str = zone) -> str:
                return f"{moment.astimezone(ZoneInfo(zone)):{FORMAT}}"

            render_again(switch, hours=Schedule(zone, ALWAYS.seasons))
            asked = moments(zone)
            wait_for(
                lambda theirs=theirs, ours=ours, asked=asked: theirs(asked[0]) == ours(asked[0]),
                f"FreeSWITCH knows {zone}",
            )
            assert [theirs(moment) for moment in asked] == [ours(moment) for moment in asked], zone
