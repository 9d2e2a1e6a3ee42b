"""The composition of history: call records posted or left as files, and queue visits as they happen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsbridge.adapters.switchconf.render import CDR_SECRET_FILE, password_in
from fsbridge.config import Settings
from fsbridge.domain.events import DomainEvent
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from fsbridge.services.hearing import Hearing
from fsbridge.services.history import Past

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

logger = logging.getLogger(__name__)


class Keeping:
    """The past kept while it runs.

    A store that fails costs nothing: FreeSWITCH leaves its records as files, and they are swept up later.
    `living` names the legs that FreeSWITCH has now, or nothing while it cannot be asked.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        living: Callable[[], Collection[str] | None] = lambda: None,
    ) -> None:
        from fsbridge.adapters.cdr import Spool
        from fsbridge.adapters.store.history import StoredPast

        self._cdr = cdr = settings.cdr
        self._store = store
        self.past = Past(StoredPast(store, normal=_normal))
        self.spool = Spool(settings.switch_folder / "cdr", self.past)
        self._hearing = Hearing(self.past)
        self._secret = cdr.secret or _made_secret(settings.switch_folder)
        if cdr.port and not self._secret:
            logger.warning("call records are taken from files alone: no cdr.secret, and no switch rendered")
        self._receiver: Any = None
        self.living = living
        self._missing: frozenset[str] = frozenset()
        self._stopping = threading.Event()
        self._sweeping: threading.Thread | None = None

    def hear(self, event: DomainEvent) -> None:
        """Take a live event; it is written soon, by another hand."""
        self._hearing.hear(event)

    def start(self) -> None:
        """Take records from now on; ConfigError if the port is not free."""
        from fsbridge.adapters.cdr import receiving

        cdr = self._cdr
        if cdr.port and self._secret:
            self._receiver = receiving(self.past, self._secret, address=cdr.listen, port=cdr.port)
            self._receiver.start()
        self._hearing.start()
        self._stopping.clear()
        self._sweeping = threading.Thread(target=self._sweep, daemon=True)
        self._sweeping.start()

    def stop(self) -> None:
        """Take no more; what is under way is finished."""
        if self._receiver is not None:
            self._receiver.stop(timeout=5)
            self._receiver = None
        self._stopping.set()
        self._hearing.stop()
        if self._sweeping is not None:
            self._sweeping.join(5)
        self._store.close()

    def _sweep(self) -> None:
        from fsbridge.adapters.cdr import days_ago

        while not self._stopping.is_set():
            swept = self.spool.sweep()
            self.spool.forget(days_ago(self._cdr.keep))
            if not swept.left:
                self._end_what_is_gone()
            self._stopping.wait(self._cdr.sweep)

    def _end_what_is_gone(self) -> None:
        """End the calls FreeSWITCH no longer has and has left no record of, seen so twice in a row."""
        try:
            unended = self.past.open_calls()
            legs = self.living() if unended else None
            missing = unended.difference(legs) if legs is not None else frozenset()
            self.past.gone(sorted(missing & self._missing), utc_now())
            self._missing = missing
        except FsbridgeError as error:
            logger.warning("calls that are gone are ended later: %s", error)


def keeping_of(settings: Settings) -> Keeping | None:
    """What keeps the past in the store that is set; None, said in one line of the log, if there is none.

    >>> from fsbridge.config import load
    >>> keeping_of(load(home="/nowhere", environment={})) is None
    True
    """
    from fsbridge.adapters.store import Store, StoreUnavailable

    if not settings.database and not (settings.home / "centre.sqlite3").exists():
        logger.warning("no history is kept: no store in %s; `fsbridge db migrate` makes one", settings.home)
        return None
    store = Store(settings.database_url)
    try:
        store.ready()
    except StoreUnavailable as error:
        logger.warning("history waits as files: %s", error)
    except FsbridgeError as error:
        store.close()
        logger.warning("no history is kept: %s", error)
        return None
    return Keeping(settings, store)


def _normal(region: str, number: str) -> str:
    """What contacts are looked up by; "" for an anonymous caller."""
    from fsbridge.adapters.numbers import PhoneNumbers

    return PhoneNumbers(region).caller(number)


def _made_secret(folder: Path) -> str:
    return password_in(folder, CDR_SECRET_FILE) if (folder / CDR_SECRET_FILE).exists() else ""
