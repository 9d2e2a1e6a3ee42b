"""A centre on a real FreeSWITCH that goes by a plan in a store, as `fsbridge run` starts it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from dialplan_scripts.centre import app as reception
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.app import Watch, serving
from fsbridge.config import Settings, load
from fsbridge.domain.operators import Activity, OperatorState, OperatorStatus
from fsbridge.domain.plan import CentrePlan, TierPlan
from fsbridge.domain.schedule import Days, Season, Week
from fsbridge.domain.views import CallState
from fsbridge.following import Following, conf_in_force
from tests.freeswitch.centre import MORNING, BriefSpeech
from tests.freeswitch.freeswitch import LocalSwitch
from tests.waiting import wait_for

OPENING, OTHER = "opening@kanazawa", "other@kanazawa"
Edit = Callable[[CentrePlan], CentrePlan]


def always_open(plan: CentrePlan) -> CentrePlan:
    """The plan's seasons, open day and night."""
    seasons = [
        Season("busy", Days("03..04"), Week.of("00:00-24:00")),
        Season("normal", Days("05..02"), Week.of("00:00-24:00")),
    ]
    return plan.with_schedule(replace(plan.schedule, seasons=seasons, special_days=()))


def flow(key: str, **changes: object) -> Edit:
    """Changes of one flow."""

    def edit(plan: CentrePlan) -> CentrePlan:
        flows = [replace(one, **changes) if one.key == key else one for one in plan.flows]
        return replace(plan, flows=flows)

    return edit


def serving_only(**queues: tuple[str, ...]) -> Edit:
    """Who serves which queue in every season, and nobody else."""

    def edit(plan: CentrePlan) -> CentrePlan:
        tiers = [
            TierPlan(season.key, f"{queue}@{plan.key}", operator, position=position)
            for season in plan.seasons
            for queue, operators in queues.items()
            for position, operator in enumerate(operators, 1)
        ]
        return replace(plan, tiers=tiers)

    return edit


class PlannedCentre:
    """Kanazawa's plan, with edits, kept in a store and followed; `clock` is the time the scripts see."""

    def __init__(self, switch: LocalSwitch, folder: Path, *edits: Edit, clock: datetime = MORNING) -> None:
        self.switch = switch
        self.clock = clock
        self.settings = settings_of(switch, folder)
        self.store = Store(self.settings.database_url)
        self.store.migrate()
        self.plan = StoredPlan(self.store)
        plan = always_open(example("kanazawa").plan)
        for edit in edits:
            plan = edit(plan)
        self.plan.save(plan, by="test", at=datetime.now().astimezone())
        self.app = copy.copy(reception)
        self.app.speech = BriefSpeech()
        self.app.clock = lambda: self.clock
        self.server = serving(self.app, port=switch.conf.script_port)
        conf = switch.conf
        self.watch = Watch(conf.host, conf.port, conf.password)
        self.following = Following(self.settings, self.app, self.watch, self.plan)
        self.floor = self.watch.floor
        self.callcenter = self.watch.callcenter

    def __enter__(self) -> PlannedCentre:
        self.server.start()
        self.watch.start()
        self.watch.link.wait_ready(30)
        self.following.start()
        self.away(*(one.name for one in self.callcenter.operators()))
        return self

    def __exit__(self, *_: object) -> None:
        self.following.stop()
        self.watch.stop()
        self.server.drain(5)
        self.store.close()

    def change(self, edit: Edit) -> None:
        """Change the plan, as the commands do, from elsewhere."""
        self.plan.change(edit, by="test", at=datetime.now().astimezone())

    def operator(self, name: str, telephone: str) -> None:
        """Give an operator a telephone without people; nothing else changes."""
        self.callcenter.set_contact(
            name, f"[leg_timeout=8]sofia/trunk/{telephone}@127.0.0.1:{self.switch.ports.phones}"
        )

    def on_duty(self, *names: str) -> None:
        """These operators take calls from now on."""
        for name in names:
            self.callcenter.set_status(name, OperatorStatus.ON_DEMAND)
            self.callcenter.set_state(name, OperatorState.WAITING)

    def writing(self, *names: str) -> None:
        """These operators are on duty, and still writing up a call."""
        for name in names:
            self.callcenter.set_state(name, OperatorState.IDLE)
            self.callcenter.set_status(name, OperatorStatus.ON_DEMAND)
            self.callcenter.set_state(name, OperatorState.IDLE)

        self.come_to_write(*names)

    def come_to_write(self, *names: str) -> None:
        """Wait until these operators are seen to write up a call."""

        def seen() -> bool:
            shown = {one.name: one for one in self.floor.snapshot().operators}
            return all(shown[one].activity is Activity.WRAP_UP for one in names)

        wait_for(seen, f"{names} are writing")

    def away(self, *names: str) -> None:
        """These operators take no calls."""
        for name in names:
            self.callcenter.set_status(name, OperatorStatus.LOGGED_OUT)

    def waiting(self, queue: str) -> list[str]:
        """The numbers of the callers who wait in a queue."""
        states = (CallState.WAITING, CallState.OFFERED)
        return sorted(
            one.number for one in self.floor.snapshot().calls if one.queue == queue and one.state in states
        )

    def come_to_wait(self, queue: str, *numbers: str) -> None:
        """Wait until these callers, and no others, wait in a queue."""
        wanted = sorted(numbers)
        wait_for(lambda: self.waiting(queue) == wanted, f"{wanted} in {queue}: {self.waiting(queue)}")

    def later(self, days: int) -> None:
        """Let days pass."""
        self.clock += timedelta(days=days)


def settings_of(switch: LocalSwitch, folder: Path) -> Settings:
    """The settings that lead to this FreeSWITCH and to a store in `folder`."""
    conf = switch.conf
    return load(
        home=folder,
        environment={},
        overrides={
            "switch.folder": str(conf.home),
            "outbound.port": conf.script_port,
            **{
                f"switch.{key}": getattr(conf, key)
                for key in (
                    "port",
                    "password",
                    "verto_port",
                    "sip_port",
                    "phones_port",
                    "rtp_first",
                    "rtp_last",
                    "max_sessions",
                    "sessions_per_second",
                )
            },
        },
    )


def rendered_plan(settings: Settings) -> str:
    """The name of the centre that `fsbridge switch render` would render."""
    return conf_in_force(settings).centre.name
