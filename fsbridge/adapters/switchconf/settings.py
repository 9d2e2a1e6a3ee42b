"""From the program's settings to the values of a FreeSWITCH configuration."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fsbridge.adapters.switchconf.data import read_centre
from fsbridge.adapters.switchconf.model import SwitchConf
from fsbridge.adapters.switchconf.render import password_in
from fsbridge.config import OutboundSettings, Settings, SwitchSettings
from fsbridge.domain.schedule import Holidays

_ELSEWHERE = ("folder", "centre", "templates", "password")


def machine_values(switch: SwitchSettings, outbound: OutboundSettings) -> dict[str, Any]:
    """The fields of `SwitchConf` that settings decide.

    A server that listens at every address is reached by FreeSWITCH on the same machine.

    >>> machine_values(SwitchSettings(), OutboundSettings(listen="0.0.0.0"))["script_host"]
    '127.0.0.1'
    """
    values = dataclasses.asdict(switch)
    for name in _ELSEWHERE:
        del values[name]
    listen = ipaddress.ip_address(outbound.listen)
    loopback = "127.0.0.1" if listen.version == 4 else "::1"
    return {
        **values,
        "script_host": loopback if listen.is_unspecified else outbound.listen,
        "script_port": outbound.port,
    }


def conf_of(settings: Settings, home: Path | None = None, calendars: Iterable[Holidays] = ()) -> SwitchConf:
    """What `settings` ask for, to be rendered into `home` or their own folder.

    `calendars` are those of public holidays that the centre's hours may ask for.

    >>> from fsbridge.config import load
    >>> conf_of(load(home="/nowhere", environment={})).centre.name
    'kanazawa'
    """
    folder = home or settings.switch_folder
    return SwitchConf(
        centre=read_centre(Path(settings.switch.centre), calendars),
        home=folder,
        password=settings.switch.password or password_in(folder),
        **machine_values(settings.switch, settings.outbound),
    )
