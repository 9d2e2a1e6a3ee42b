"""A call between the switch and a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fsbridge.embedded.causes import cause_number
from fsbridge.embedded.clock import Timer
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.vertosdp import acceptable

if TYPE_CHECKING:
    from fsbridge.embedded.verto import Verto
    from fsbridge.embedded.vertosession import VertoSession

SHARED = "verto_svar_"
"""Channel variables of this beginning go to the browser."""


class VertoCall:
    """What a leg is connected to when its far side is a browser.

    `offer` is what the browser sent, if it called. An answered call outlives the browser's socket.
    """

    def __init__(self, verto: Verto, leg: Leg, sessid: str, *, offer: str = "") -> None:
        self._verto, self.leg, self.sessid = verto, leg, sessid
        self._offer = offer
        self._described = False
        self._waiting: Timer | None = None
        leg.far = self
        leg.variables.update(jsock_uuid_str=sessid, event_channel_cookie=sessid)
        verto.calls[leg.uuid] = self
        leg.on_hangup.append(self._over)

    @property
    def detached(self) -> bool:
        """Whether it waits for its browser to come back."""
        return self._waiting is not None

    @property
    def protocol(self) -> str:
        """Names the leg's ``…_hangup_disposition``; empty while no browser could be told."""
        return "verto" if self._session is not None and not self.detached else ""

    @property
    def _session(self) -> VertoSession | None:
        return self._verto.sessions.get(self.sessid)

    # -- what the leg does ----------------------------------------------------------------------

    def offer(self) -> None:
        """The leg calls: the browser rings."""
        session = self._session
        if session is None:
            self.leg.hangup("DESTINATION_OUT_OF_ORDER")
            return
        self.introduce(session)
        self._ask("verto.invite", self._whole_call())
        self.leg.rings()

    def progress(self) -> None:
        """The leg rings: browsers are not told."""

    def early(self) -> None:
        """The leg can be heard before it answers."""
        self._describe("verto.media")

    def answer(self) -> None:
        """The leg answers."""
        self._describe("verto.answer")

    def hangup(self, cause: str) -> None:
        """The leg is hung up."""
        self._ask("verto.bye", {"causeCode": cause_number(cause), "cause": cause})

    def key(self, digit: str) -> None:
        """The leg sends a key: it would be in the media."""

    def hold(self, on: bool) -> None:
        """The leg holds the browser: it would be in the media."""

    # -- what the browser does ------------------------------------------------------------------

    def introduce(self, session: VertoSession) -> None:
        """Notes in the leg's variables whose browser it is."""
        conf = self._verto.conf
        self.leg.variables.update(
            verto_user=session.uid,
            presence_id=session.uid,
            verto_client_address=session.address,
            chat_proto="verto",
            verto_host=conf.domain,
            **session.variables,
            media_webrtc="true",
            verto_profile_name=conf.profile,
        )

    def check_offer(self) -> None:
        """A call whose description nobody understands ends."""
        if not acceptable(self._offer):
            self.leg.hangup("INCOMPATIBLE_DESTINATION")

    def bye(self, cause: str) -> None:
        """The browser hangs up, or refuses."""
        self.leg.variables["verto_hangup_disposition"] = "recv_bye"
        self.leg.hangup(cause)

    def lose_browser(self) -> None:
        """The browser's socket is gone: a call that was not answered ends, another waits for it."""
        leg, clock = self.leg, self._verto.core.clock
        if leg.ended or self.detached:
            return
        if not leg.answered:
            leg.hangup("DESTINATION_OUT_OF_ORDER")
            return
        second = clock.micro() // 1_000_000
        end = (second + self._verto.conf.detach + 1) * 1_000_000
        wait = (end - clock.micro()) / 1_000_000
        self._waiting = clock.later(wait, lambda: leg.hangup("RECOVERY_ON_TIMER_EXPIRE"))

    def offer_again(self) -> None:
        """The browser is back: it may take the call up again."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self._ask("verto.attach", self._whole_call())

    def display(self, name: str, number: str) -> None:
        """Tells the browser whom it talks with."""
        self.leg.variables.update(last_sent_display_name=name, last_sent_display_number=number)
        self._ask("verto.display", {"display_name": name, "display_number": number, **self._parties()})

    def display_again(self) -> None:
        """Tells it once more, if it was told."""
        variables = self.leg.variables
        if "last_sent_display_number" in variables:
            self.display(variables["last_sent_display_name"], variables["last_sent_display_number"])

    # -- the machinery --------------------------------------------------------------------------

    def _ask(self, method: str, params: Mapping[str, Any]) -> None:
        session = self._session
        if session is not None:
            session.ask(method, {"callID": self.leg.uuid, **params})

    def _describe(self, method: str) -> None:
        """The answer to the browser's offer goes out once, with whichever comes first."""
        described = {} if self._described else {"sdp": self._verto.sdp.answer(self._offer)}
        self._described = True
        self._ask(method, {**described, "variables": self._shared()})

    def _whole_call(self) -> dict[str, Any]:
        return {"variables": self._shared(), "sdp": self._verto.sdp.offer(), **self._parties()}

    def _shared(self) -> dict[str, str]:
        variables = self.leg.variables
        return {name: value for name, value in variables.items() if name.startswith(SHARED)}

    def _parties(self) -> dict[str, str]:
        profile, variables = self.leg.profile, self.leg.variables
        return {
            "caller_id_name": profile.caller_name,
            "caller_id_number": profile.caller_number,
            "callee_id_name": profile.callee_name,
            "callee_id_number": profile.callee_number,
            "display_direction": self.leg.direction,
            **{name: value for name, value in variables.items() if name.startswith("verto_h_")},
        }

    def _over(self) -> None:
        self._verto.calls.pop(self.leg.uuid, None)
        if self._waiting is not None:
            self._waiting.cancel()
