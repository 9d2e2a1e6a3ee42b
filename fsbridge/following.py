"""The plan in force, carried into everything that goes by it: calls, dialplan, queues, tiers, overflow."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.switchconf import FollowingSwitch, conf_of
from fsbridge.adapters.switchconf.model import SwitchConf
from fsbridge.app import Watch, store_of
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError
from fsbridge.scripting.app import App
from fsbridge.scripting.live import LiveCentre
from fsbridge.scripting.queue import RECALL_KEY
from fsbridge.services.floor import resync
from fsbridge.services.overflow import Overflow
from fsbridge.services.plan_live import Apart, InForce, LivePlan, PlanSource, at_once
from fsbridge.services.tiers import Tiers

if TYPE_CHECKING:
    from fsbridge.adapters.store.plan import StoredPlan


class Following:
    """Calls, FreeSWITCH's own dialplan, queues and tiers, all by the plan in force.

    With `source` it is the stored plan, followed while it changes; else what the script was written for.
    Callers are taken out of a queue when nobody there could answer.
    """

    def __init__(
        self,
        settings: Settings,
        app: App,
        watch: Watch,
        source: PlanSource | None = None,
        *,
        apart: Apart = at_once,
    ) -> None:
        self._watch = watch
        self.overflow = Overflow(watch.floor, self._recall)
        self.live: LivePlan | None = None
        sounds = SoundFolder(published_folder(settings))
        read = app.centre.plan if app.centre is not None else None
        if source is not None:
            self.live = LivePlan(source, clock=app.clock, apart=apart)
            read = self.live.plan
            templates = Path(settings.switch.templates)
            switch = FollowingSwitch(lambda plan: planned(settings, plan), watch.link.api, templates)
            tiers = Tiers(watch.callcenter)
            self.live.listen("FreeSWITCH's configuration", lambda now: switch.follow(now.plan))
            self.live.listen("who serves which queue", lambda now: self._serve(tiers, now))
            watch.prepare = self._begin_anew
        if read is not None:
            app.centre = LiveCentre(
                plan=read, line=self.overflow.line, published=lambda key: path_if_there(sounds, key)
            )
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to follow."""
        self._stopping.clear()
        threading.Thread(target=self.overflow.run, args=(self._stopping,), daemon=True).start()
        if self.live is not None:
            threading.Thread(target=self.live.run, args=(self._stopping,), daemon=True).start()

    def stop(self) -> None:
        """Follow no longer; what was told to FreeSWITCH stays."""
        self._stopping.set()

    def _recall(self, call: str) -> None:
        self._watch.link.api("uuid_recv_dtmf", call, RECALL_KEY)

    def _begin_anew(self) -> None:
        assert self.live is not None
        self.live.again()
        self.live.refresh()

    def _serve(self, tiers: Tiers, now: InForce) -> None:
        if tiers.apply(now.plan, now.season) and self._watch.link.connected:
            resync(self._watch.floor, self._watch.callcenter, settle=0)


def following_of(settings: Settings, app: App, watch: Watch, *, apart: Apart = at_once) -> Following:
    """What follows the plan in the database, or the script's own centre while the database holds none."""
    return Following(settings, app, watch, stored_plan(settings), apart=apart)


def stored_plan(settings: Settings) -> StoredPlan | None:
    """The plan in the database; None while there is no database, or no plan in it.

    >>> from fsbridge.config import load
    >>> stored_plan(load(home="/nowhere", environment={})) is None
    True
    """
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    # peewee is slow to import
    from fsbridge.adapters.store.plan import StoredPlan

    plan = StoredPlan(store_of(settings))
    return plan if plan.exists() else None


def conf_in_force(settings: Settings, home: Path | None = None) -> SwitchConf:
    """The FreeSWITCH of the plan in the database, or of the centre's file while there is none."""
    source = stored_plan(settings)
    return (
        planned(settings, source.load(), home) if source is not None else conf_of(settings, home, CALENDARS)
    )


def planned(settings: Settings, plan: CentrePlan, home: Path | None = None) -> SwitchConf:
    """A FreeSWITCH on this plan, with the announcements that were published."""
    sounds = SoundFolder(published_folder(settings))
    paths = {one.key: path_if_there(sounds, one.key) for one in plan.announcements}
    return conf_of(
        settings, home, CALENDARS, plan=plan, sounds={key: path for key, path in paths.items() if path}
    )


def published_folder(settings: Settings) -> Path:
    """Where published announcements are, by their names."""
    return settings.home / "sounds" / "published"


def path_if_there(sounds: SoundFolder, name: str) -> str:
    """What FreeSWITCH is told to play for a sound of this name; empty if there is none.

    >>> path_if_there(SoundFolder(Path("/nowhere")), "cut-off")
    ''
    """
    try:
        return sounds.path(name) if sounds.has(name) else ""
    except FsbridgeError:
        return ""  # no file can have this name
