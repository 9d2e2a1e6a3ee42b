"""A whole centre with people made up, on the embedded switch or a FreeSWITCH: what `fsbridge demo` shows."""

from __future__ import annotations

import copy
import logging
import random
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fsbridge.adapters.planfile import DataSet, example
from fsbridge.adapters.store.notes import StoredNotes
from fsbridge.app import load_app, store_of
from fsbridge.config import Settings, load
from fsbridge.demopeople import Callers, OperatorsAtWork, dialled
from fsbridge.demovisitors import let_in, with_visitors
from fsbridge.domain.plan import CentrePlan
from fsbridge.embedded import EmbeddedSwitch, QueueConf, SwitchConf
from fsbridge.embedded.delivery import Spool
from fsbridge.embedded.dialplan import Extension, read_contexts
from fsbridge.embedded.verto import Verto, VertoConf
from fsbridge.embedded.vertoserver import VertoServer
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.following import conf_in_force
from fsbridge.running import Running
from fsbridge.services.notes import Notes
from fsbridge.services.plan_live import Apart, at_once
from fsbridge.stages import Stage
from fsbridge.stages.embedded import EmbeddedStage
from fsbridge.stages.found import Found
from fsbridge.stages.freeswitch import FreeSwitchStage

logger = logging.getLogger(__name__)

PICK_UP = (0.8, 4.0)
"""Seconds until an operator's telephone is answered on the embedded switch; FreeSWITCH's takes its own."""
INTO_THE_DAY = timedelta(hours=1, minutes=30)
"""How long after an opening a demonstration begins that is started while the centre would be closed."""


class Demonstration:
    """An example centre in a folder of its own, its switch, its program and its people.

    `rate` is how many callers come in a minute; the same `seed` brings the same callers. While the centre
    would be closed, its clock stands in the morning of the next day that is open. With `found`, a FreeSWITCH
    is its switch, else the embedded one; nothing of it stays there.
    """

    def __init__(
        self,
        home: Path,
        *,
        centre: str = "kanazawa",
        operators: int = 16,
        rate: float = 16.0,
        seed: int | None = None,
        found: Found | None = None,
        apart: Apart = at_once,
    ) -> None:
        data = example(centre)
        self.plan = plan = with_visitors(data.plan, min(operators, len(data.plan.operators)))
        if found is not None:
            _fits(found, plan)
        self.settings = _filled(
            home, replace(data, plan=plan), _embedded() if found is None else _reaching(found)
        )
        chance = random.Random(seed)
        self.stage: Stage
        if found is None:
            self.stage = EmbeddedStage(
                embedded_switch(self.settings, plan), pick_up=lambda: chance.uniform(*PICK_UP)
            )
        else:
            self.stage = FreeSwitchStage(found, recorded=False)
        self._store = store_of(self.settings)
        self.browsers = browsers_of(self.stage, self.settings, plan.key)
        self.clock = clock_of(plan)
        app = copy.copy(load_app("dialplan_scripts.centre"))
        app.clock, app.speech = self.clock, Murmur()
        self.running = Running(self.settings, app, apart=apart)
        self.operators = OperatorsAtWork(
            self.running, self.stage, data, Notes(StoredNotes(self._store)), operators, chance
        )
        self.callers = Callers(self.running.watch.floor, self.stage, data, rate, chance)

    @property
    def seated(self) -> int:
        """How many operators sit."""
        return len(self.operators.seated)

    def start(self) -> None:
        """Open the centre; FsbridgeError if a part cannot be had, and nothing has begun then."""
        self.stage.start()
        if self.browsers is not None:
            self.browsers.start()
        try:
            self.running.start()
        except FsbridgeError:
            self._stop_switch()
            raise
        self.running.watch.link.wait_ready(30)
        self.operators.start()
        self.callers.start()

    def stop(self) -> None:
        """Send everybody home."""
        self.callers.stop()
        self.operators.stop()
        self.stage.clear()
        self.running.stop(drain=2)
        self._stop_switch()
        self._store.close()

    def _stop_switch(self) -> None:
        if self.browsers is not None:
            self.browsers.stop()
        self.stage.stop()


class Murmur:
    """Announcements nobody hears, as long as somebody who speaks quickly takes for them."""

    def render(self, text: str, voice: str) -> str:
        """A tone of 60 ms a character."""
        return f"tone_stream://%({60 * len(text)},0,440)"


def clock_of(plan: CentrePlan) -> Callable[[], datetime]:
    """A clock that runs, from now if the centre is open, else from the morning of its next open day."""
    began = datetime.now(UTC)
    start = began
    if not plan.schedule.status(began).open:
        opening = plan.schedule.next_change(began, of=lambda standing: standing.open)
        if opening is not None:
            start = opening.at + INTO_THE_DAY
    return lambda: start + (datetime.now(UTC) - began)


def _embedded() -> dict[str, str]:
    """Where the parts of a centre on the embedded switch meet."""
    return {
        "switch.port": str(free_port()),
        "outbound.port": str(free_port()),
        "switch.password": secrets.token_urlsafe(24),
        "switch.verto_port": str(free_port()),
        "switch.carrier": "127.0.0.1:5090",
    }


def _reaching(found: Found) -> dict[str, str]:
    """Where a FreeSWITCH is, and asks for scripts."""
    listen, _, port = found.scripts.rpartition(":")
    return {
        "switch.host": found.host,
        "switch.port": str(found.port),
        "switch.password": found.password,
        "outbound.listen": listen.strip("[]"),
        "outbound.port": port,
        "outbound.allow": f"127.0.0.0/8,::1/128,{socket.getaddrinfo(found.host, None)[0][4][0]}",
    }


def _fits(found: Found, plan: CentrePlan) -> None:
    """ConfigError if a FreeSWITCH was rendered for another centre, or another program serves its scripts."""
    queues = sorted({queue.key for queue in plan.queues} - found.queues)
    numbers = [number for number in dialled(plan) if not found.answers(number)]
    if queues or numbers:
        raise ConfigError(
            f"the FreeSWITCH at {found.host}:{found.port} does not know {', '.join([*queues, *numbers])}: "
            f"render it for this centre with `fsbridge init --from {plan.key}` and `fsbridge switch run`"
        )
    host, _, port = found.scripts.rpartition(":")
    try:
        family = socket.AF_INET6 if "[" in host else socket.AF_INET
        socket.create_server((host.strip("[]"), int(port)), family=family).close()
    except OSError as error:
        raise ConfigError(
            f"the FreeSWITCH at {found.host}:{found.port} asks for scripts at {found.scripts}, which cannot "
            f"be served here: {error.strerror}; end the `fsbridge run` that does, or run the demo there"
        ) from None


def _filled(home: Path, data: DataSet, places: Mapping[str, str]) -> Settings:
    """Settings for a centre in this folder, its database filled, visitors let in."""
    from fsbridge.adapters.store import Store
    from fsbridge.adapters.store.fill import fill, fill_contacts

    settings = load(
        home=home,
        environment={},
        overrides={
            "zone": data.plan.zone,
            **places,
            "cdr.port": "0",
            "cdr.sweep": "2",
        },
    )
    store = Store(settings.database_url)
    try:
        store.migrate()
        now = datetime.now(UTC)
        fill(store, data, by="demo", at=now, also=lambda: fill_contacts(store, data, by="demo", at=now))
        let_in(store, datetime.now(UTC))
    finally:
        store.close()
    return settings


def embedded_switch(settings: Settings, plan: CentrePlan) -> EmbeddedSwitch:
    """The embedded switch on the same configuration a FreeSWITCH would get."""
    from fsbridge.adapters.switchconf import render

    conf = conf_in_force(settings)
    render(conf)
    contexts: dict[str, list[Extension]] = {}
    for name in ("public", "operators", "desk"):
        contexts |= read_contexts((conf.home / "conf" / "dialplan" / f"{name}.xml").read_text("utf-8"))
    queues = tuple(
        QueueConf(
            queue.name,
            strategy=queue.strategy,
            moh_sound=queue.music,
            max_wait_time=queue.max_wait,
            max_wait_time_with_no_agent=queue.max_wait_without_agent,
            tier_rules_apply=queue.tier_wait > 0,
            tier_rule_wait_second=queue.tier_wait,
            tier_rule_wait_multiply_level=True,
        )
        for queue in conf.centre.queues
    )
    switch = EmbeddedSwitch(
        SwitchConf(queues=queues, dialplan=contexts, password=conf.password, zone=plan.zone),
        port=settings.switch.port,
    )
    switch.on_record.append(Spool(settings.switch_folder / "cdr"))
    return switch


def browsers_of(stage: Stage, settings: Settings, domain: str) -> VertoServer | None:
    """Where browsers reach an embedded switch, once it is rendered; None where it is a FreeSWITCH."""
    if not isinstance(stage, EmbeddedStage):
        return None
    folder = settings.switch_folder / "conf" / "directory"
    conf = VertoConf(domain=domain, directory=folder, detach=settings.switch.verto_detach)
    return VertoServer(Verto(stage.switch, conf), port=settings.switch.verto_port)


def free_port() -> int:
    """A port of this machine that nobody listens at now.

    >>> free_port() > 1023
    True
    """
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
