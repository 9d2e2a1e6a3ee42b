"""The plan in force, carried into everything that goes by it: calls, dialplan, queues, tiers, overflow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.adapters.speech import Voice
from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.switchconf import FollowingSwitch, conf_of
from fsbridge.adapters.switchconf.model import SwitchConf
from fsbridge.app import Watch, store_of
from fsbridge.config import Settings
from fsbridge.domain.assignments import assigned
from fsbridge.domain.emergency import EVERYWHERE, Emergency
from fsbridge.domain.facts import TierRow
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError, InvalidArgument, SpeechError
from fsbridge.scripting.app import App
from fsbridge.scripting.centre import texts_of
from fsbridge.scripting.live import LiveCentre
from fsbridge.scripting.sounds import Say
from fsbridge.services.emergency import LiveEmergencies
from fsbridge.services.floor import resync
from fsbridge.services.overflow import Overflow
from fsbridge.services.plan_live import Apart, InForce, LivePlan, PlanSource, at_once
from fsbridge.services.tiers import Tiers

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store
    from fsbridge.adapters.store.plan import StoredPlan

logger = logging.getLogger(__name__)

ForNow = Callable[[tuple[TierRow, ...]], tuple[TierRow, ...]]


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
        emergencies: LiveEmergencies | None = None,
        for_now: ForNow = lambda tiers: tiers,
        apart: Apart = at_once,
    ) -> None:
        self._settings = settings
        self._app = app
        self._watch = watch
        self._emergencies = emergencies
        self.overflow = Overflow(watch.floor, watch.recall)
        self.live: LivePlan | None = None
        sounds = SoundFolder(published_folder(settings))
        read = app.centre.plan if app.centre is not None else None
        if source is not None:
            self.live = LivePlan(source, clock=app.clock, apart=apart, also=self._emergency)
            read = self.live.plan
            templates = Path(settings.switch.templates)
            switch = FollowingSwitch(watch.link.api, templates)
            tiers = Tiers(watch.callcenter, for_now=for_now)
            self.live.listen("the voice", lambda now: self._speak(now.plan))
            self.live.listen("FreeSWITCH's configuration", lambda now: switch.follow(self._conf(now)))
            self.live.listen("who serves which queue", lambda now: self._serve(tiers, now))
            watch.prepare = self._begin_anew
        if read is not None:
            app.centre = LiveCentre(
                plan=read,
                line=self.overflow.line,
                emergency=emergencies.sound if emergencies is not None else lambda flow, at: "",
                published=lambda key: path_if_there(sounds, key),
            )
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to follow."""
        self._stopping.clear()
        for one in (self.overflow, self.live, self._emergencies):
            if one is not None:
                threading.Thread(target=one.run, args=(self._stopping,), daemon=True).start()

    def stop(self) -> None:
        """Follow no longer; what was told to FreeSWITCH stays."""
        self._stopping.set()

    def _emergency(self, now: datetime) -> Emergency | None:
        return self._emergencies.current(EVERYWHERE, now) if self._emergencies is not None else None

    def _conf(self, now: InForce) -> SwitchConf:
        emergency = now.also if isinstance(now.also, Emergency) else None
        return planned(self._settings, now.plan, emergency=emergency)

    def _begin_anew(self) -> None:
        assert self.live is not None
        self.live.again()
        self.live.refresh()

    def _speak(self, plan: CentrePlan) -> None:
        """Have every text spoken before a caller needs it."""
        if isinstance(self._app.speech, Voice):
            threading.Thread(target=_prepare, args=(self._app.speech, texts_of(plan)), daemon=True).start()

    def _serve(self, tiers: Tiers, now: InForce) -> None:
        if tiers.apply(now.plan, now.season) and self._watch.link.connected:
            resync(self._watch.floor, self._watch.callcenter, settle=0)


def following_of(settings: Settings, app: App, watch: Watch, *, apart: Apart = at_once) -> Following:
    """What follows the plan in the database, or the script's own centre while the database holds none."""
    store = store_there(settings)
    source = plan_in(store) if store is not None else None
    if store is None or source is None:
        return Following(settings, app, watch)
    emergencies = emergencies_in(store, settings, apart)
    return Following(
        settings, app, watch, source, emergencies=emergencies, for_now=for_now_in(store), apart=apart
    )


def store_there(settings: Settings) -> Store | None:
    """The store that is set; None if it is a file nobody has made yet.

    >>> from fsbridge.config import load
    >>> store_there(load(home="/nowhere", environment={})) is None
    True
    """
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return None
    return store_of(settings)


def plan_in(store: Store) -> StoredPlan | None:
    """The plan in a store; None while it holds none."""
    # peewee is slow to import
    from fsbridge.adapters.store.plan import StoredPlan

    plan = StoredPlan(store)
    return plan if plan.exists() else None


def for_now_in(store: Store) -> ForNow:
    """What supervisors have changed for now in a store, put over a season's tiers."""
    from fsbridge.adapters.store.assignments import StoredAssignments

    book = StoredAssignments(store)

    def over(tiers: tuple[TierRow, ...]) -> tuple[TierRow, ...]:
        now = datetime.now(UTC)
        return assigned(tiers, book.in_force(now), now) if tiers else tiers

    return over


def emergencies_in(store: Store, settings: Settings, apart: Apart = at_once) -> LiveEmergencies:
    """The emergency announcements in a store as they are now, to be refreshed; each with its sound's path."""
    from fsbridge.adapters.store.emergencies import StoredEmergencies

    board = StoredEmergencies(store)
    sounds = SoundFolder(published_folder(settings))
    found = LiveEmergencies(lambda: apart(board.all), lambda name: path_if_there(sounds, name))
    found.refresh()
    return found


def conf_in_force(settings: Settings, home: Path | None = None) -> SwitchConf:
    """The FreeSWITCH of the plan in the database, or of the centre's file while there is none."""
    store = store_there(settings)
    if store is None:
        return conf_of(settings, home, CALENDARS)
    try:
        source = plan_in(store)
        if source is None:
            return conf_of(settings, home, CALENDARS)
        emergency = emergencies_in(store, settings).current(EVERYWHERE, datetime.now(UTC))
        return planned(settings, source.load(), home, emergency=emergency)
    finally:
        store.close()


def planned(
    settings: Settings, plan: CentrePlan, home: Path | None = None, *, emergency: Emergency | None = None
) -> SwitchConf:
    """A FreeSWITCH on this plan, with the announcements that were published."""
    sounds = SoundFolder(published_folder(settings))
    paths = {one.key: path_if_there(sounds, one.key) for one in plan.announcements}
    conf = conf_of(
        settings, home, CALENDARS, plan=plan, sounds={key: path for key, path in paths.items() if path}
    )
    if emergency is None or not emergency.sound:
        return conf
    until = int(emergency.until.timestamp())
    return replace(conf, centre=replace(conf.centre, emergency=emergency.sound, emergency_until=until))


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


def _prepare(voice: Voice, texts: Iterable[Say]) -> None:
    for text in texts:
        try:
            voice.prepare([text.text], text.voice)
        except (SpeechError, InvalidArgument) as error:
            logger.warning("cannot be spoken ahead: %.40r: %s", text.text, error)
