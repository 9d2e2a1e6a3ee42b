"""A whole centre on the embedded switch, with people made up: what `fsbridge demo` shows."""

from __future__ import annotations

import copy
import logging
import random
import secrets
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fsbridge.adapters.planfile import example
from fsbridge.app import load_app
from fsbridge.config import Settings, load
from fsbridge.demopeople import Callers, OperatorsAtWork
from fsbridge.domain.plan import CentrePlan
from fsbridge.embedded import EmbeddedSwitch, QueueConf, SwitchConf
from fsbridge.embedded.delivery import Spool
from fsbridge.embedded.dialplan import read_contexts
from fsbridge.following import conf_in_force
from fsbridge.running import Running
from fsbridge.services.plan_live import Apart, at_once

logger = logging.getLogger(__name__)

INTO_THE_DAY = timedelta(hours=1, minutes=30)
"""How long after an opening a demonstration begins that is started while the centre would be closed."""


class Demonstration:
    """An example centre in a folder of its own, its switch, its program and its people.

    `rate` is how many callers come in a minute; the same `seed` brings the same callers. While the centre
    would be closed, its clock stands in the morning of the next day that is open.
    """

    def __init__(
        self,
        home: Path,
        *,
        centre: str = "kanazawa",
        operators: int = 16,
        rate: float = 16.0,
        seed: int | None = None,
        apart: Apart = at_once,
    ) -> None:
        self.plan = plan = example(centre).plan
        self.settings = _filled(home, centre)
        self.switch = _switch(self.settings, plan)
        self.clock = clock_of(plan)
        app = copy.copy(load_app("dialplan_scripts.centre"))
        app.clock, app.speech = self.clock, Murmur()
        self.running = Running(self.settings, app, apart=apart)
        chance = random.Random(seed)
        people = min(operators, plan.season(plan.schedule.status(self.clock()).season).seats)
        self.operators = OperatorsAtWork(self.running, self.switch, plan, people, chance)
        self.callers = Callers(self.running.watch.floor, self.switch, plan, rate, chance)

    @property
    def seated(self) -> int:
        """How many operators sit."""
        return len(self.operators.seated)

    def start(self) -> None:
        """Open the centre."""
        self.switch.start()
        self.running.start()
        self.running.watch.link.wait_ready(30)
        self.operators.start()
        self.callers.start()

    def stop(self) -> None:
        """Send everybody home."""
        self.callers.stop()
        self.operators.stop()
        self.switch.hang_up_all()
        self.running.stop(drain=2)
        self.switch.stop()


class Murmur:
    """Announcements nobody hears, as long as somebody who speaks quickly takes for them."""

    def render(self, text: str, voice: str) -> str:
        """A tone of 60 ms a character."""
        return f"tone_stream://%({60 * len(text)},0,440)"


class DemoSwitch(EmbeddedSwitch):
    """The embedded switch, which can end every call and go on."""

    def hang_up_all(self) -> None:
        """Every call is over."""
        for leg in list(self.core.legs.values()):
            leg.hangup("MANAGER_REQUEST")


def clock_of(plan: CentrePlan) -> Callable[[], datetime]:
    """A clock that runs, from now if the centre is open, else from the morning of its next open day."""
    began = datetime.now(UTC)
    start = began
    if not plan.schedule.status(began).open:
        opening = plan.schedule.next_change(began, of=lambda standing: standing.open)
        if opening is not None:
            start = opening.at + INTO_THE_DAY
    return lambda: start + (datetime.now(UTC) - began)


def _filled(home: Path, centre: str) -> Settings:
    """Settings for a centre in this folder, its database filled."""
    from fsbridge.adapters.store import Store
    from fsbridge.adapters.store.fill import fill

    data = example(centre)
    settings = load(
        home=home,
        environment={},
        overrides={
            "zone": data.plan.zone,
            "switch.port": str(free_port()),
            "outbound.port": str(free_port()),
            "switch.password": secrets.token_urlsafe(24),
            "speech.engine": "tone",
            "cdr.port": "0",
            "cdr.sweep": "2",
        },
    )
    store = Store(settings.database_url)
    try:
        store.migrate()
        fill(store, data, by="demo", at=datetime.now(UTC))
    finally:
        store.close()
    return settings


def _switch(settings: Settings, plan: CentrePlan) -> DemoSwitch:
    """The embedded switch on the same configuration a FreeSWITCH would get."""
    from fsbridge.adapters.switchconf import render

    conf = conf_in_force(settings)
    render(conf)
    contexts = read_contexts((conf.home / "conf" / "dialplan" / "public.xml").read_text("utf-8"))
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
    switch = DemoSwitch(
        SwitchConf(queues=queues, dialplan=contexts, password=conf.password, zone=plan.zone),
        port=settings.switch.port,
    )
    switch.on_record.append(Spool(settings.switch_folder / "cdr"))
    return switch


def free_port() -> int:
    """A port of this machine that nobody listens at now.

    >>> free_port() > 1023
    True
    """
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
