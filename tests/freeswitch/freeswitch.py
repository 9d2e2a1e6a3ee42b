"""A real FreeSWITCH of a test's own: on loopback, in a temporary folder, on ports nobody else has."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fsbridge.adapters.switchconf import (
    TEMPLATES,
    Agent,
    FreeSwitch,
    Queue,
    SwitchConf,
    find_freeswitch,
    machine_values,
    password_in,
    read_centre,
    render,
)
from fsbridge.config import OutboundSettings, SwitchSettings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Days, Override, Schedule, Season, SpecialDays, Week
from fsbridge.esl import Link, Raw, Subscription
from tests.freeswitch.ports import Ports
from tests.waiting import wait_for

ALWAYS = Schedule("Asia/Tokyo", [Season("always", Days("01..12"), Week.of("00:00-24:00"))])
NEVER = Schedule(
    "Asia/Tokyo", ALWAYS.seasons, [SpecialDays("new-year", Days("01..12"), announcement="new-year")]
)
NUMBER = "0762202722"
"""The public number of the Kanazawa data."""


def open_now(plan: CentrePlan) -> CentrePlan:
    """The plan, open around the clock today and, in case it turns midnight, tomorrow."""
    schedule, today = plan.schedule, datetime.now(plan.schedule.clock).date()
    for day in (today, today + timedelta(days=1)):
        schedule = schedule.with_override(Override(f"{day}", day, "test", hours=Week.of("00:00-24:00")))
    return dataclasses.replace(plan, schedule=schedule)


def telephones(
    ports: Ports, kind: str, count: int, *, queues: Sequence[str] = (), first: int = 1, **changes: Any
) -> tuple[Agent, ...]:
    """Agents on telephones without people; `kind` is agent, short, noanswer or busy (see phones.xml).

    Without `queues` they serve all of Kanazawa's. `changes` are fields of `Agent`.
    """
    served = tuple(queues) or tuple(queue.name for queue in read_centre(TEMPLATES / "kanazawa.toml").queues)
    return tuple(
        Agent(
            **{
                "name": f"{kind}{number}",
                "contact": f"[leg_timeout=8]sofia/trunk/{kind}{number}@127.0.0.1:{ports.phones}",
                "queues": served,
                "status": "Available",
                **changes,
            }
        )
        for number in range(first, first + count)
    )


class LocalSwitch(FreeSwitch):
    """A started FreeSWITCH of ours, and what tests ask of it."""

    def __init__(self, conf: SwitchConf, ports: Ports) -> None:
        tether = shutil.which("setpriv")  # it ends with the test run, however that ends
        wrapper = [tether, "--pdeathsig", "KILL"] if tether else []
        super().__init__(find_freeswitch(), conf, wrapper)
        self.ports = ports
        self._records: dict[Path, dict[str, Any]] = {}

    @property
    def sip(self) -> str:
        """Where SIPp sends calls."""
        return f"{self.conf.host}:{self.conf.sip_port}"

    @property
    def environment(self) -> dict[str, str]:
        """Settings for a program on this machine that follows the plan with it."""
        conf = self.conf
        return {
            "FSBRIDGE_OUTBOUND_PORT": str(conf.script_port),
            "FSBRIDGE_SWITCH_PORT": str(conf.port),
            "FSBRIDGE_SWITCH_PASSWORD": conf.password,
            "FSBRIDGE_SWITCH_FOLDER": str(conf.home),
            "FSBRIDGE_SWITCH_SIP_PORT": str(conf.sip_port),
            "FSBRIDGE_SWITCH_PHONES_PORT": str(conf.phones_port),
            "FSBRIDGE_SWITCH_VERTO_PORT": str(conf.verto_port),
            "FSBRIDGE_SWITCH_RTP_FIRST": str(conf.rtp_first),
            "FSBRIDGE_SWITCH_RTP_LAST": str(conf.rtp_last),
            "FSBRIDGE_SWITCH_CARRIER": conf.carrier,
        }

    def link(self, subscription: Subscription | None = None, **options: Any) -> Link:
        """A link to it, not yet started."""
        return Link(self.conf.host, self.conf.port, self.conf.password, subscription=subscription, **options)

    def restart(self, *, kill: bool = True, within: float = 30.0) -> float:
        """Killed (or stopped), started again on the same ports and folder, ready; the seconds that took."""
        if kill:
            self.kill()
        else:
            self.stop()
        self.start()
        return self.wait_ready(within)

    def channels(self) -> list[dict[str, str]]:
        """The channels that exist now."""
        return list(json.loads(self.api("show", "channels", "as", "json")).get("rows", []))

    def table(self, *words: str) -> list[dict[str, str]]:
        """A list of mod_callcenter as rows, for example ``table("agent", "list")``."""
        lines = [line for line in self.api("callcenter_config", *words).splitlines() if "|" in line]
        if not lines:
            return []
        names = lines[0].split("|")
        return [dict(zip(names, line.split("|"), strict=False)) for line in lines[1:]]

    def idle(self, within: float = 30.0) -> None:
        """Wait until no channel is left."""
        wait_for(lambda: not self.channels(), "the last call ended", within)

    def cdrs(self) -> list[dict[str, Any]]:
        """Every JSON record written so far, its variables decoded, the oldest first."""
        for path in (self.conf.home / "cdr").glob("*.cdr.json"):
            if path not in self._records:
                try:
                    record = json.loads(path.read_bytes())
                except ValueError:
                    continue  # being written
                record["variables"] = {key: unquote(str(value)) for key, value in record["variables"].items()}
                self._records[path] = record
        return list(self._records.values())

    def extension(self, name: str, xml: str, context: str = "public") -> None:
        """Add extensions before all others of a context, and have them read."""
        folder = self.conf.home / "conf" / "dialplan" / f"{context}.d"
        (folder / f"{name}.xml").write_text(xml, encoding="utf-8")
        self.api("reloadxml")

    def call(self, number: str, application: str = "&park()") -> str:
        """Place a call from nobody to a number of the public context; returns the caller leg's uuid."""
        return self.api("originate", f"loopback/{number}/public/XML", Raw(application)).split()[-1]

    def tail(self, lines: int = 60) -> str:
        """The end of its log and of what it printed."""
        text = []
        for path in (self.console, self.log):
            if path.exists():
                text += [f"--- {path}", *path.read_text("utf-8", "replace").splitlines()[-lines:]]
        return "\n".join(text)


def prepared(
    home: Path,
    ports: Ports,
    *,
    agents: Sequence[Agent] = (),
    hours: Schedule = ALWAYS,
    queues: Sequence[Queue] = (),
    numbers: Sequence[str] = (),
    **changes: Any,
) -> LocalSwitch:
    """A rendered, not yet started FreeSWITCH on Kanazawa's data; `changes` are fields of `SwitchConf`."""
    centre = read_centre(TEMPLATES / "kanazawa.toml")
    centre = dataclasses.replace(
        centre,
        hours=hours,
        agents=tuple(agents),
        queues=tuple(queues) or centre.queues,
        numbers=(*centre.numbers, *numbers),
    )
    settings: dict[str, Any] = {
        **machine_values(SwitchSettings(), OutboundSettings()),
        "port": ports.event_socket,
        "script_port": ports.script,
        "verto_port": ports.verto,
        "sip_port": ports.sip,
        "phones_port": ports.phones,
        "rtp_first": ports.rtp_first,
        "rtp_last": ports.rtp_last,
        "max_sessions": 1000,
        "sessions_per_second": 500,
        **changes,
    }
    conf = SwitchConf(centre, home, password_in(home), **settings)
    render(conf)
    return LocalSwitch(conf, ports)
