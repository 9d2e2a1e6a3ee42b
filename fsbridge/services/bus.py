"""Events to listeners: a table one can read, and no listener that can hurt another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fsbridge.domain.events import DomainEvent

logger = logging.getLogger(__name__)

Listener = Callable[[Any], object]


class Bus:
    """Gives each event to the listeners of its type, and to those of any type above it, in the table's order.

    A listener that raises is logged with the event; the others run, and the publisher never notices.

    >>> from fsbridge.domain.events import CallHungUp, DomainEvent
    >>> from datetime import UTC, datetime
    >>> heard = []
    >>> bus = Bus({DomainEvent: [heard.append]})
    >>> bus.publish(CallHungUp(at=datetime.now(UTC), uuid="7f1c"))
    >>> [event.uuid for event in heard]
    ['7f1c']
    """

    def __init__(self, table: Mapping[type[DomainEvent], Iterable[Listener]] | None = None) -> None:
        self._table: dict[type[DomainEvent], tuple[Listener, ...]] = {
            kind: tuple(listeners) for kind, listeners in (table or {}).items()
        }

    def listen(self, kind: type[DomainEvent], listener: Listener) -> Callable[[], None]:
        """Add a listener; the function returned takes it away again.

        >>> from fsbridge.domain.events import CallHungUp
        >>> stop = Bus().listen(CallHungUp, print)
        >>> stop()
        """
        self._table[kind] = (*self._table.get(kind, ()), listener)

        def stop() -> None:
            self._table[kind] = tuple(one for one in self._table.get(kind, ()) if one is not listener)

        return stop

    def publish(self, event: DomainEvent) -> None:
        """Let everyone who wants this event have it."""
        for kind in type(event).__mro__:
            for listener in self._table.get(kind, ()):
                try:
                    listener(event)
                except Exception:  # a listener's failure is its own
                    logger.exception("%s failed on %s", listener, event)
