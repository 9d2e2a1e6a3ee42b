"""The composition root: the one module that knows every part and puts them together."""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.callcenter import Callcenter
from fsbridge.adapters.speech import Voice, read_readings
from fsbridge.adapters.switchconf.render import PASSWORD_FILE, password_in
from fsbridge.adapters.translate import EVENTS, SUBCLASSES, translate
from fsbridge.config import Settings
from fsbridge.domain.events import DomainEvent
from fsbridge.domain.records import RECALL_KEY
from fsbridge.domain.tally import Definitions
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.esl import Event, Fallback, Gap, Link, OutboundESLServer, Subscription
from fsbridge.esl.outbound import OutboundSession
from fsbridge.scripting.app import App
from fsbridge.scripting.runner import Serving
from fsbridge.scripting.sounds import Speech, ToneSpeech
from fsbridge.services.floor import Floor, resync
from fsbridge.services.reconcile import Reconciler
from fsbridge.services.stranded import Rescue

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

logger = logging.getLogger(__name__)

FLOOR_EVENTS = Subscription(EVENTS, SUBCLASSES)
"""What the floor has to hear of, and nothing else."""


def load_app(where: str) -> App:
    """The script app named ``package.module:variable`` (``:app`` may be left out).

    >>> load_app("dialplan_scripts.kanazawa").name
    'kanazawa'
    """
    module, _, variable = where.partition(":")
    try:
        found = getattr(importlib.import_module(module), variable or "app")
    except ModuleNotFoundError as error:
        raise ConfigError(f"script {where}: {error}; name a module that Python can import") from error
    except AttributeError as error:
        raise ConfigError(f"script {where}: {error}; write module:variable") from error
    if not isinstance(found, App):
        raise ConfigError(f"script {where}: {found!r} is no fsbridge App")
    return found


def speech_of(settings: Settings) -> Speech:
    """Who speaks the scripts' texts; ConfigError names the setting that cannot be.

    >>> from fsbridge.config import load
    >>> speech_of(load(environment={"FSBRIDGE_SPEECH_ENGINE": "tone"})).render("はい", "")
    'tone_stream://%(600,0,440)'
    """
    chosen = settings.speech
    if chosen.engine == "tone":
        return ToneSpeech()
    readings = read_readings(Path(chosen.readings)) if chosen.readings else None
    try:
        voice = Voice(
            chosen.engine,
            settings.speech_folder,
            readings=readings,
            standby=chosen.standby,
            deadline=chosen.deadline,
        )
    except ConfigError as error:
        raise ConfigError(f"speech.engine or speech.standby: {error}") from None
    if chosen.fallback:
        voice.stand_in(chosen.fallback)
    return voice


class Watch:
    """The floor kept in step with one FreeSWITCH; `listener`, and `listeners`, hear each event after it.

    `zone` is where the day begins; a `floor` given is one to be taken further.

    >>> watch = Watch("127.0.0.1", 8021, "ClueCon")
    >>> watch.floor.snapshot().link.connected
    False
    """

    def __init__(
        self,
        host: str,
        port: int,
        password: str,
        *,
        zone: tzinfo = UTC,
        floor: Floor | None = None,
        listener: Callable[[DomainEvent], object] | None = None,
        timeout: float = 5.0,
    ) -> None:
        self.floor = floor or Floor(Definitions(zone=zone))
        self.listeners = [listener] if listener is not None else []
        self.link = Link(
            host,
            port,
            password,
            subscription=FLOOR_EVENTS,
            on_event=self._hear,
            on_lost=self.floor.lost,
            on_gap=self._missed,
            resync=self._resync,
            timeout=timeout,
        )
        self.callcenter = Callcenter(self.link.api)
        self.prepare: Callable[[], object] | None = None
        """Done whenever FreeSWITCH is reached (again), before it is asked how things stand."""
        self.heard = 0
        """Events taken in since the start."""
        self.reconciler = Reconciler(self.floor, Rescue(self.callcenter, self.recall))
        self._stopping = threading.Event()

    def recall(self, call: str) -> None:
        """Take a waiting caller out of the queue; the script then decides anew where to wait."""
        self.link.api("uuid_recv_dtmf", call, RECALL_KEY)

    def start(self) -> None:
        """Begin to connect; the floor fills when FreeSWITCH answers, and drift is repaired from then on."""
        self._stopping.clear()
        self.link.start()
        threading.Thread(target=self.reconciler.run, args=(self._stopping,), daemon=True).start()

    def stop(self) -> None:
        """Let FreeSWITCH go."""
        self._stopping.set()
        self.link.stop()

    def living(self) -> frozenset[str] | None:
        """The legs FreeSWITCH has now; None while it cannot be asked."""
        if not self.link.connected:
            return None
        return frozenset(row.uuid for row in self.callcenter.channels() if not row.ended)

    def _hear(self, event: Event) -> None:
        self.heard += 1
        happened = translate(event)
        if happened is None:
            self.floor.heard()
            return
        self.floor.apply(happened)
        for listener in self.listeners:
            listener(happened)

    def _missed(self, gap: Gap) -> None:
        self.floor.missed(gap.since, gap.until, gap.reason)

    def _resync(self, link: Link) -> None:
        if self.prepare is not None:
            self.prepare()
        resync(self.floor, self.callcenter)


def serving(
    app: App,
    *,
    address: str = "127.0.0.1",
    port: int = 8084,
    max_calls: int = 500,
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128"),
    fallback: Fallback | None = None,
) -> OutboundESLServer:
    """The listener that serves an app's scripts to FreeSWITCH's ``socket`` application.

    `fallback` takes the calls that no script of the app can serve; without it, the app's own does.

    >>> serving(App("empty"), port=0).connection_count
    0
    """
    application: Callable[[OutboundSession], Serving] = Serving.of(app)
    return OutboundESLServer(
        address, port, application, max_connections=max_calls, allow=allow, fallback=fallback or app.fallback
    )


def password_of(settings: Settings) -> str:
    """The event socket's password: the one set, or that of the FreeSWITCH rendered in the home folder."""
    if settings.switch.password:
        return settings.switch.password
    if not (settings.switch_folder / PASSWORD_FILE).exists():
        raise ConfigError(
            f"no password for FreeSWITCH: set switch.password, or render one into {settings.switch_folder} "
            "with `fsbridge switch render`"
        )
    return password_in(settings.switch_folder)


def store_of(settings: Settings) -> Store:
    """The store that is set, its tables this version's; SchemaError says how to bring them up to date."""
    # peewee and psycopg are slow to import, and few commands need them
    from fsbridge.adapters.store import Store

    store = Store(settings.database_url)
    try:
        store.ready()
    except FsbridgeError:
        store.close()
        raise
    return store
