"""mod_verto: browsers that log in, are called, call, drop off and come back."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fsbridge.embedded.core import Fired
from fsbridge.embedded.dialstring import Target
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.profile import Profile
from fsbridge.embedded.switch import Switch
from fsbridge.embedded.vertocall import VertoCall
from fsbridge.embedded.vertodirectory import read_users
from fsbridge.embedded.vertomethods import text
from fsbridge.embedded.vertosdp import Descriptions
from fsbridge.embedded.vertosession import VertoSession

METHODS = (
    "echo",
    "verto.invite",
    "verto.answer",
    "verto.bye",
    "verto.modify",
    "verto.info",
    "verto.attach",
    "verto.ping",
)
"""What the project's own FreeSWITCH lets a browser ask for."""


@dataclass(frozen=True)
class VertoUser:
    """Somebody in the directory: an `a1_hash` (MD5 of ``user:domain:password``) or a plain password."""

    a1_hash: str = ""
    password: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class VertoConf:
    """The profile: `detach` seconds an answered call waits for its browser; `address` goes into SDP.

    `directory` is a folder of FreeSWITCH's directory files: ``reloadxml`` reads more users from there.

    >>> VertoConf(users={"op01": VertoUser(password="secret")}).domain
    'kanazawa'
    """

    users: Mapping[str, VertoUser] = field(default_factory=dict)
    domain: str = "kanazawa"
    context: str = "operators"
    methods: tuple[str, ...] = METHODS
    detach: int = 120
    address: str = "127.0.0.1"
    profile: str = "operators"
    directory: Path | None = None


class Verto:
    """The browsers of a switch; `VertoServer` gives it a port. `users` may change while it runs.

    >>> from fsbridge.embedded import Switch, VirtualClock
    >>> verto = Verto(Switch(VirtualClock()), VertoConf(users={"op01": VertoUser(password="secret")}))
    >>> said = []
    >>> session = verto.connect(said.append, lambda: None)
    >>> session.feed('{"jsonrpc": "2.0", "id": 1, "method": "login", "params": {"login": "op01"}}')
    >>> said[0]["error"]
    {'message': 'Missing passwd', 'code': -32001}
    """

    def __init__(self, switch: Switch, conf: VertoConf | None = None) -> None:
        self.conf = conf or VertoConf()
        self.users: dict[str, VertoUser] = {}
        self.reload()
        self.world, self.core = switch, switch.core
        self.sdp = Descriptions(random.Random(self.core.random.getrandbits(64)), self.conf.address)
        self.sessions: dict[str, VertoSession] = {}
        """Who is logged in, by the ``sessid`` the browser chose; the newest last."""
        self.calls: dict[str, VertoCall] = {}
        """Every call of a browser, by its id, the oldest first."""
        self._ids = itertools.count(1)
        switch.endpoints.browsers = self
        switch.add_api("verto_contact", self.contact)
        switch.add_api("reloadxml", lambda argument: self.reload())
        self.core.listeners.append(self)

    # -- browsers -------------------------------------------------------------------------------

    def reload(self) -> str:
        """Reads the directory again, as ``reloadxml`` does; who is logged in stays so."""
        more = read_users(self.conf.directory) if self.conf.directory is not None else {}
        self.users = {**self.conf.users, **more}
        return "+OK [Success]\n"

    def connect(
        self,
        send: Callable[[dict[str, Any] | list[Any]], object],
        close: Callable[[], object],
        address: str = "",
    ) -> VertoSession:
        """A browser's socket is open: `feed` it what arrives, and tell it when it is `lost`."""
        return VertoSession(self, send, close, address)

    def next_id(self) -> int:
        """The id of the switch's next request, over all browsers."""
        return next(self._ids)

    def bind(self, session: VertoSession) -> bool:
        """A browser has logged in: the older one of this ``sessid`` is put out, and its calls move over.

        False if the older one is somebody else's.
        """
        older = self.sessions.pop(session.sessid, None)
        if older is not None and older.user != session.user:
            self.sessions[session.sessid] = older
            return False
        self.sessions[session.sessid] = session
        if older is not None:
            older.ask("verto.punt", {})
            self._detach(session.sessid)
            older.put_out()
        return True

    def welcome(self, session: VertoSession) -> None:
        """Offers a browser that has logged in the calls it had, and says that it may begin."""
        mine = [call for call in self.calls.values() if call.sessid == session.sessid and call.detached]
        for call in mine:
            call.offer_again()
        session.ask("verto.clientReady", {"reattached_sessions": [call.leg.uuid for call in mine]})

    def gone(self, session: VertoSession) -> None:
        """A browser's socket is closed: what rings there ends, what was answered waits for it."""
        if self.sessions.get(session.sessid) is session:
            del self.sessions[session.sessid]
            self._detach(session.sessid)

    def _detach(self, sessid: str) -> None:
        for call in [call for call in self.calls.values() if call.sessid == sessid]:
            call.lose_browser()

    # -- calls to browsers ----------------------------------------------------------------------

    def contact(self, who: str) -> str:
        """A user's dial string, the newest browser first: what the API's ``verto_contact`` prints."""
        return ",".join(self._addresses(who.strip()))

    def reach(self, target: Target) -> Sequence[Target]:
        """The browsers behind ``user/…`` or ``verto.rtc/…``; the target itself if it is none of ours."""
        user, _, domain = target.rest.partition("@")
        known = user in self.users and domain in ("", self.conf.domain)
        if target.rest.startswith("u:") or (target.kind == "user" and not known):
            return [target]
        variables = {**target.variables, "dialed_user": user, "dialed_domain": self.conf.domain}
        return [Target(one, variables) for one in self._addresses(target.rest)]

    def _addresses(self, who: str) -> list[str]:
        user, _, domain = who.partition("@")
        here = domain in ("", self.conf.domain)
        mine = [one.sessid for one in reversed(self.sessions.values()) if here and one.user == user]
        return [f"verto.rtc/u:{sessid}" for sessid in mine] or ["error/user_not_registered"]

    def outbound(self, target: Target, make: Callable[[str, str], Leg]) -> Leg:
        """The leg that calls a browser."""
        sessid = target.rest.removeprefix("u:")
        leg = make(f"verto.rtc/{sessid}", target.rest)
        user = leg.variables.get("dialed_user", "")
        leg.profile = replace(leg.profile, callee_number=user or leg.profile.callee_number)
        leg.profiles[:] = [leg.profile]
        VertoCall(self, leg, sessid)
        return leg

    # -- calls from browsers --------------------------------------------------------------------

    def inbound(
        self, session: VertoSession, uuid: str, number: str, dialog: Mapping[str, Any], sdp: str
    ) -> None:
        """A browser calls a number; what its user may dial is in the user's ``user_context``."""
        variables = session.variables
        profile = Profile(
            number=number,
            context=variables.get("user_context", self.conf.context),
            created=self.core.clock.micro(),
            name=f"verto.rtc/{number}",
            caller_name=text(dialog, "caller_id_name"),
            caller_number=text(dialog, "caller_id_number") or "0000000000",
            username=session.uid,
            address=session.address.partition(":")[0],
            source="mod_verto",
        )
        leg = Leg(self.world, "inbound", profile, uuid=uuid)
        leg.variables.update(variables)
        call = VertoCall(self, leg, session.sessid, offer=sdp)
        call.introduce(session)
        self.core.soon(leg.come_in)
        self.core.soon(call.check_offer)

    # -- what browsers are told of talks --------------------------------------------------------

    def wants(self, name: str, subclass: str) -> bool:
        """Talks that begin: then a browser is told whom it talks with."""
        return name == "CHANNEL_BRIDGE"

    def hear(self, event: Fired) -> None:
        """Two legs talk now."""
        a = self.core.legs.get(event.get("Bridge-A-Unique-ID") or "")
        b = self.core.legs.get(event.get("Bridge-B-Unique-ID") or "")
        if a is None or b is None:
            return
        for leg, name, number in (
            (b, b.profile.caller_name, b.profile.caller_number),
            (a, b.profile.callee_name, b.profile.callee_number),
        ):
            call = self.calls.get(leg.uuid)
            if call is not None:
                call.display(name or number, number)
