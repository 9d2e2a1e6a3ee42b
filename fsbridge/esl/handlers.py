"""Which functions an event is for, by the rules greenswitch programs rely on."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fsbridge.esl.frames import Event

logger = logging.getLogger(__name__)

Handler = Callable[[Event], object]


class Handlers:
    """Functions registered by event name, by subclass for CUSTOM events, or by one of three words.

    ``*`` gets what nobody else asked for, ``DISCONNECT`` the notice that the session is over,
    ``log`` log lines. Each function gets the `Event`; what it raises is logged, and the next runs.

    >>> handlers = Handlers()
    >>> handlers.register("HEARTBEAT", print)
    >>> len(handlers.of("HEARTBEAT"))
    1
    """

    def __init__(self) -> None:
        self._by_name: dict[str, tuple[Handler, ...]] = {}

    def register(self, name: str, handler: Handler) -> None:
        """Add a function; adding it again changes nothing."""
        handlers = self._by_name.get(name, ())
        if handler not in handlers:
            self._by_name[name] = (*handlers, handler)

    def unregister(self, name: str, handler: Handler) -> None:
        """Take a function away; `ValueError` if there was none under this name."""
        handlers = self._by_name.get(name, ())
        if handler not in handlers:
            raise ValueError(f"No handlers found for event: {name}")
        left = tuple(one for one in handlers if one != handler)
        if left:
            self._by_name[name] = left
        else:
            del self._by_name[name]

    def of(self, key: str) -> tuple[Handler, ...]:
        """Who gets an event of this name (or subclass, or word): the tuple stays as it is."""
        return self._by_name.get(key) or self._by_name.get("*", ())


def run(handlers: tuple[Handler, ...], event: Event) -> None:
    """Call each function with the event, one after the other; what one raises is logged."""
    for handler in handlers:
        try:
            handler(event)
        except Exception:  # a handler's failure is its own: the others run
            logger.exception("the handler %r failed on %r", handler, event)


def key_of(event: Event) -> str:
    """The name under which handlers for an event are registered."""
    if event.content_type == "text/event-plain":
        name = event.name
        return name if name != "CUSTOM" else event.subclass
    return {"text/disconnect-notice": "DISCONNECT", "log/data": "log"}.get(event.content_type, "")
