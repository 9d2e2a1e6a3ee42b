"""Who stands at the desk, and what is pushed there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_socketio import emit, join_room

from fsbridge.domain.duty import Duty
from fsbridge.domain.messages import Message
from fsbridge.domain.seats import NotRegistered
from fsbridge.errors import FsbridgeError
from fsbridge.services.floor import utc_now
from webpanel.access import OPERATOR, visitor
from webpanel.centre import Kept
from webpanel.desk.guests import Guest, Guests
from webpanel.desk.picture import Look, Pictures
from webpanel.desk.pop import Pops
from webpanel.live import Guarded

logger = logging.getLogger(__name__)

EVERY = 0.2
"""Seconds between two looks while anybody is there."""
GRACE = 4.0
"""Seconds a page may be away, as for a reload, before its operator is no longer offered calls."""


class Presence(Guarded):
    """``/desk`` over Socket.IO, what it tells: ``state``, ``pop``, and ``notice``, a supervisor's message.

    A page that is gone for longer than a reload sends its operator away from the queue, never out of a call.
    """

    def __init__(self, kept: Kept, pictures: Pictures, pops: Pops) -> None:
        super().__init__("/desk", OPERATOR)
        self.kept = kept
        self.operators = kept.operators
        self.pictures = pictures
        self.pops = pops
        self._tabs = Guests()
        self._told: dict[str, Mapping[str, Any]] = {}
        self._about: dict[str, tuple[Any, ...]] = {}
        self._read: dict[str, int] = {}

    def guest(self) -> Guest:
        """Who speaks; NotRegistered for an account without an operator ID."""
        found = visitor()
        if found is None or not found.account.operator:
            raise NotRegistered("this account has no operator ID; an administrator can give it one")
        return Guest(found.account.operator, found.token)

    def arrived(self) -> None:
        """Everything a page begins with."""
        try:
            guest = self.guest()
        except NotRegistered:
            return  # the page says so
        join_room(guest.room)
        self._tabs.come(_sid(), guest)
        look = self.pictures.look()
        duty = look.duties.get(guest.operator)
        self._about[guest.room] = _about(duty)
        emit("state", self.pictures.state(guest.operator, guest.session, look))
        emit("pop", {"about": self.pops.of(duty, look.floor, guest.operator)})
        for message in self.pictures.messages.of(guest.operator, look.now):
            emit("notice", _message(message))

    def left(self) -> None:
        """A tab is closed, or loaded again: which of the two, time tells."""
        self._tabs.go(_sid())

    def run(self, stop: threading.Event) -> None:
        """Push what changes, see whose page is gone, until `stop` is set."""
        while not stop.wait(EVERY):
            try:
                self.turn()
            except FsbridgeError as problem:
                logger.warning("the desks are told later: %s", problem)

    def turn(self) -> None:
        """Once round."""
        for operator in self._tabs.lost(GRACE):
            self.operators.phone_gone(operator, utc_now())
        guests = self._tabs.all()
        there = {guest.room for guest in guests}
        for kept in (self._told, self._about, self._read):
            for room in kept.keys() - there:
                del kept[room]
        if guests:
            look = self.pictures.look()
            for guest in guests:
                self._tell(guest, look)

    def tell_now(self, guest: Guest) -> None:
        """Push to the tabs of a session what it has just changed."""
        self._tell(guest, self.pictures.look())

    def pop_now(self, guest: Guest) -> None:
        """Push the screen pop anew: more is known of the call."""
        look = self.pictures.look()
        about = self.pops.of(look.duties.get(guest.operator), look.floor, guest.operator)
        self.emit("pop", {"about": about}, room=guest.room)

    def _tell(self, guest: Guest, look: Look) -> None:
        state = self.pictures.state(guest.operator, guest.session, look)
        told = {name: value for name, value in state.items() if name != "now"}
        if self._told.get(guest.room) != told:
            self._told[guest.room] = told
            self.emit("state", state, room=guest.room)
        duty = look.duties.get(guest.operator)
        about = _about(duty)
        if self._about.get(guest.room) != about:
            self._about[guest.room] = about
            # after a call what was written stays on the screen until it is saved, or the next call comes
            if about:
                told_of = self.pops.of(duty, look.floor, guest.operator)
                self.emit("pop", {"about": told_of}, room=guest.room)
        read = self._read.get(guest.room)
        for message in self.pictures.messages.of(guest.operator, look.now, after=read or 0):
            self._read[guest.room] = message.number
            if read is not None:
                self.emit("notice", _message(message), room=guest.room)
        self._read.setdefault(guest.room, 0)


def _about(duty: Duty | None) -> tuple[str, ...]:
    """The call a duty is about; () for none."""
    about = (duty.call, duty.leg, duty.visit) if duty is not None else ()
    return about if any(about) else ()


def _message(message: Message) -> dict[str, Any]:
    return {
        "number": message.number,
        "author": message.author,
        "text": message.text,
        "at": round(message.sent_at.timestamp() * 1000),
    }


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
