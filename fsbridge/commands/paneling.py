"""The panel over a running centre: what `fsbridge run` and `fsbridge demo` serve to browsers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.app import store_of
from fsbridge.desks import credentials_of, desk_of
from fsbridge.errors import ConfigError
from fsbridge.running import Running
from fsbridge.services.credentials import SecretsCheck
from fsbridge.services.floor import utc_now
from fsbridge.services.plan_live import Apart
from fsbridge.services.tokens import Tokens
from webpanel import Centre, Kept, Panel, create_panel


class Paneled:
    """A panel with the store it reads; `clock` is the time the opening hours go by.

    `voice` says whether the switch carries any.
    """

    def __init__(
        self, running: Running, *, clock: Callable[[], datetime], apart: Apart, voice: bool = True
    ) -> None:
        assert running.live is not None
        assert running.attending is not None
        self.settings = settings = running.settings
        self.store = store_of(settings)
        watch, plan, operators = running.watch, running.live.plan, running.attending.operators
        credentials = credentials_of(settings, watch.link, plan)
        watch.reconciler.also.append(SecretsCheck(credentials, operators.seats))
        kept = Kept(
            settings=settings,
            store=self.store,
            operators=operators,
            watch=watch,
            desk=desk_of(settings, operators, watch.link, plan, self.store),
            credentials=credentials,
            supervision=running.supervising,
            voice=voice,
            scripts=running.server,
            apart=apart,
        )
        self.panel: Panel = create_panel(
            Centre.whole(running.watch.floor, running.live.plan, kept, clock=clock)
        )

    def start(self, address: str = "", port: int | None = None) -> int:
        """Serve where the settings say, or there; the port. ConfigError if it is taken."""
        address = address or self.settings.panel.listen
        port = self.settings.panel.port if port is None else port
        try:
            return self.panel.start(address, port)
        except OSError as error:
            self.store.close()
            raise ConfigError(
                f"panel.port: {address}:{port} cannot be used: {error.strerror}; set another, or 0 for none"
            ) from None

    def kiosk(self, name: str) -> str:
        """A new token for a screen."""
        _, secret = Tokens(StoredTokens(self.store)).make("kiosk", name, by="fsbridge", at=utc_now())
        return secret

    def stop(self) -> None:
        """Close the door."""
        self.panel.stop()
        self.store.close()


def paneled(running: Running, *, apart: Apart) -> Paneled | None:
    """The panel of a running centre; None without a plan in the store, or where the settings want none."""
    if running.live is None or running.attending is None or not running.settings.panel.port:
        return None
    return Paneled(running, clock=running.app.clock, apart=apart)
