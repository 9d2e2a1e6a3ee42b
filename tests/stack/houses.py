"""The two switches a centre stands on: their settings, their stage, their call records."""

from __future__ import annotations

import secrets
from typing import Protocol

from fsbridge.config import Settings
from fsbridge.demonstration import embedded_switch, free_port
from fsbridge.domain.plan import CentrePlan
from fsbridge.stages import Stage
from fsbridge.stages.embedded import EmbeddedStage
from fsbridge.stages.found import look
from fsbridge.stages.freeswitch import FreeSwitchStage
from tests.freeswitch.freeswitch import LocalSwitch


class House(Protocol):
    """A switch for a centre."""

    def settings(self) -> dict[str, str]:
        """What the centre's settings say of it."""

    def stage(self, settings: Settings, plan: CentrePlan) -> Stage:
        """Its stage, once the plan is in the store."""


class EmbeddedHouse:
    """An embedded switch of the centre's own."""

    def settings(self) -> dict[str, str]:
        return {
            "switch.port": str(free_port()),
            "outbound.port": str(free_port()),
            "switch.password": secrets.token_urlsafe(24),
            "switch.carrier": "127.0.0.1:5090",
        }

    def stage(self, settings: Settings, plan: CentrePlan) -> Stage:
        return EmbeddedStage(embedded_switch(settings, plan), pick_up=lambda: 0.3)


class FreeSwitchHouse:
    """A started FreeSWITCH, whose folder the centre renders into as `fsbridge run` does."""

    def __init__(self, switch: LocalSwitch) -> None:
        self._switch = switch

    def settings(self) -> dict[str, str]:
        conf = self._switch.conf
        return {
            "switch.folder": str(conf.home),
            "switch.port": str(conf.port),
            "switch.password": conf.password,
            "switch.sip_port": str(conf.sip_port),
            "switch.phones_port": str(conf.phones_port),
            "switch.carrier": f"127.0.0.1:{conf.phones_port}",
            "switch.verto_port": str(conf.verto_port),
            "switch.rtp_first": str(conf.rtp_first),
            "switch.rtp_last": str(conf.rtp_last),
            "outbound.port": str(conf.script_port),
        }

    def stage(self, settings: Settings, plan: CentrePlan) -> Stage:
        switch = settings.switch
        return FreeSwitchStage(look(switch.host, switch.port, switch.password))
