"""Live namespaces: who may listen, what an event answers, and what happens to a session that is over."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import request
from flask_socketio import Namespace, disconnect

from fsbridge.errors import FsbridgeError
from webpanel.access import ANYBODY, roles, visitor
from webpanel.labels import t
from webpanel.refusals import sentence


class Guarded(Namespace):
    """A live namespace for some roles.

    Who is none of them is refused at the door and at every event: each ``on_…`` of a subclass is checked.
    What an event returns is its answer; a refusal is answered ``{"error": sentence}``. `arrived` is what a
    newcomer is told, within the request.
    """

    def __init__(self, name: str, *roles: str) -> None:
        super().__init__(name)
        self.name = name
        self.roles = frozenset(roles)
        self._guests: dict[str, str] = {}

    def __init_subclass__(cls) -> None:
        for name, handler in list(vars(cls).items()):
            if name.startswith("on_"):
                setattr(cls, name, _checked(handler))

    def welcome(self) -> bool:
        """Whether the browser of this request may be here (still)."""
        return ANYBODY in self.roles or bool(self.roles & roles())

    def arrived(self) -> None:
        """What a newcomer is told."""

    def left(self) -> None:
        """What becomes of who goes."""

    def on_connect(self) -> bool | None:
        """Somebody comes."""
        if not self.welcome():
            return False
        found = visitor()
        if found is not None:
            self._guests[_sid()] = found.token
        self.arrived()
        return None

    def on_disconnect(self) -> None:
        """Somebody goes."""
        self._guests.pop(_sid(), None)
        self.left()

    def sweep(self, lives: Callable[[str], bool]) -> None:
        """Show out whoever's session is over; `lives` says of a session's secret whether it is not."""
        over = {token for token in set(self._guests.values()) if not lives(token)}
        for sid, token in list(self._guests.items()):
            if token in over:
                disconnect(sid, namespace=self.name)


def _checked(handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def checked(self: Guarded, *arguments: Any) -> Any:
        if not self.welcome():
            disconnect()
            return {"error": t("common.logged_out")}
        try:
            return handler(self, *arguments)
        except FsbridgeError as error:
            return {"error": sentence(error)}

    return checked


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
