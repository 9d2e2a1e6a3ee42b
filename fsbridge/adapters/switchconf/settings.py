"""From the program's settings to the values of a FreeSWITCH configuration."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fsbridge.adapters.switchconf.data import read_centre
from fsbridge.adapters.switchconf.model import Centre, SwitchConf
from fsbridge.adapters.switchconf.of_plan import centre_of
from fsbridge.adapters.switchconf.render import CDR_SECRET_FILE, password_in
from fsbridge.config import CdrSettings, OutboundSettings, Settings, SwitchSettings
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.schedule import Holidays

_ELSEWHERE = ("folder", "centre", "templates", "password")


def machine_values(
    switch: SwitchSettings, outbound: OutboundSettings, cdr: CdrSettings | None = None
) -> dict[str, Any]:
    """The fields of `SwitchConf` that settings decide.

    A server that listens at every address is reached by FreeSWITCH on the same machine. Call records are
    posted to `cdr`, unless the switch's own setting names another place; with neither they stay files.

    >>> machine_values(SwitchSettings(), OutboundSettings(listen="0.0.0.0"))["script_host"]
    '127.0.0.1'
    """
    values = dataclasses.asdict(switch)
    for name in _ELSEWHERE:
        del values[name]
    listen = ipaddress.ip_address(outbound.listen)
    loopback = "127.0.0.1" if listen.version == 4 else "::1"
    if cdr is not None and cdr.port and not switch.cdr_url:
        place = f"[{cdr.listen}]" if ":" in cdr.listen else cdr.listen
        values["cdr_url"] = f"http://{place}:{cdr.port}/cdr"
    return {
        **values,
        "script_host": loopback if listen.is_unspecified else outbound.listen,
        "script_port": outbound.port,
    }


def conf_of(
    settings: Settings,
    home: Path | None = None,
    calendars: Iterable[Holidays] = (),
    *,
    plan: CentrePlan | None = None,
    sounds: Mapping[str, str] | None = None,
) -> SwitchConf:
    """What `settings` ask for, to be rendered into `home` or their own folder.

    The centre is `plan`, with `sounds` by announcement, or, without one, that of the file ``switch.centre``.
    Of a file that is about the same centre, telephones, browsers' log-ins and streams are taken either way.
    `calendars` are those of public holidays that the file's hours may ask for.

    >>> from fsbridge.config import load
    >>> conf_of(load(home="/nowhere", environment={})).centre.name
    'kanazawa'
    """
    folder = home or settings.switch_folder
    ours = bool(settings.cdr.port) and not settings.switch.cdr_url
    centre = read_centre(Path(settings.switch.centre), calendars)
    if plan is not None:
        centre = _planned(plan, sounds, centre)
    return SwitchConf(
        centre=centre,
        home=folder,
        password=settings.switch.password or password_in(folder),
        cdr_secret=settings.cdr.secret or (password_in(folder, CDR_SECRET_FILE) if ours else ""),
        **machine_values(settings.switch, settings.outbound, settings.cdr),
    )


def _planned(plan: CentrePlan, sounds: Mapping[str, str] | None, file: Centre) -> Centre:
    if file.name != plan.key:
        return centre_of(plan, sounds)
    centre = centre_of(plan, sounds, operators=file.operators, streams=file.streams)
    return dataclasses.replace(centre, agents=file.agents)
