"""The composition of a running centre: scripts served, events watched, plan followed, past kept."""

from __future__ import annotations

import logging
from zoneinfo import ZoneInfo

from fsbridge.app import Watch, load_app, password_of, serving, speech_of
from fsbridge.attending import attending_of
from fsbridge.config import Settings
from fsbridge.domain.tally import Definitions
from fsbridge.esl import Fallback
from fsbridge.esl.server import Drained
from fsbridge.following import following_of, plan_in, store_there
from fsbridge.keeping import keeping_of
from fsbridge.routine import clockwork_of
from fsbridge.scripting.app import App
from fsbridge.scripting.sounds import ToneSpeech
from fsbridge.services.floor import Floor
from fsbridge.services.plan_live import Apart, at_once
from fsbridge.supervising import supervising_of

logger = logging.getLogger(__name__)


class Running:
    """All that `fsbridge run` starts, made from the settings; `app` in place of the script that is set.

    Without a plan in the store, the parts that go by one are left out, each with a line in the log. `apart`
    does what reads the database where it holds up no call.
    """

    def __init__(self, settings: Settings, app: App | None = None, *, apart: Apart = at_once) -> None:
        self.settings = settings
        self.app = app = app or load_app(settings.script)
        if isinstance(app.speech, ToneSpeech):  # the script has chosen none of its own
            app.speech = speech_of(settings)
        outbound = settings.outbound
        self.server = serving(
            app,
            address=outbound.listen,
            port=outbound.port,
            max_calls=outbound.max_connections,
            allow=outbound.allow,
            fallback=Fallback.parse(outbound.fallback),
        )
        freeswitch = settings.switch
        password = password_of(settings)
        self.keeping = keeping_of(settings)
        self.watch = Watch(
            freeswitch.host,
            freeswitch.port,
            password,
            floor=Floor(definitions_of(settings)),
            listener=self.keeping.hear if self.keeping else None,
        )
        if self.keeping:
            self.keeping.living = self.watch.living
        self.following = following_of(settings, app, self.watch, apart=apart)
        self.live = self.following.live
        plan = self.live.plan if self.live else None
        self.attending = attending_of(settings, self.watch, plan, clock=app.clock)
        self.supervising = supervising_of(settings, self.watch, self.attending, plan)
        self.clockwork = clockwork_of(
            settings, follow=self.live.refresh if self.live else None, watch=self.watch
        )

    def start(self) -> None:
        """Take calls from now on; ConfigError if a port is not free."""
        if self.keeping:
            self.keeping.start()
        self.server.start()
        self.watch.start()
        self.following.start()
        if self.attending:
            self.attending.start()
        if self.supervising:
            self.supervising.start()
        if self.clockwork:
            self.clockwork.start()

    def stop(self, drain: float) -> Drained:
        """Take no more calls, let those in progress end for `drain` seconds; what became of the others."""
        drained = self.drain(drain)
        self.end()
        return drained

    def drain(self, seconds: float) -> Drained:
        """Take no more calls, let those in progress end; all else goes on meanwhile, and after it."""
        logger.info("ending: %d calls have %g s", self.server.connection_count, seconds)
        drained = self.server.drain(seconds)
        logger.info(
            "drained: %d calls served, %d handed to the fallback, %d left to FreeSWITCH",
            *(self.server.served, drained.handed_over, drained.left_alone),
        )
        return drained

    def end(self) -> None:
        """End all that is left once no calls are served any more."""
        if self.clockwork:
            self.clockwork.stop()
        if self.supervising:
            self.supervising.stop()
        if self.attending:
            self.attending.stop()
        self.following.stop()
        self.watch.stop()
        if self.keeping:
            self.keeping.stop()
        logger.info("ended")


def definitions_of(settings: Settings) -> Definitions:
    """What the figures are measured by: each flow's own seconds if the store holds a plan.

    >>> from fsbridge.config import load
    >>> definitions_of(load(home="/nowhere", environment={})).of("leak@town").answer_within.seconds
    20
    """
    zone = settings.zone
    store = store_there(settings)
    if store is None:
        return Definitions(zone=ZoneInfo(zone))
    try:
        plan = plan_in(store)
        if plan is None:
            return Definitions(zone=ZoneInfo(zone))
        from fsbridge.adapters.store.figures import StoredHistory

        return StoredHistory(store).definitions(plan.load().schedule.clock)
    finally:
        store.close()
