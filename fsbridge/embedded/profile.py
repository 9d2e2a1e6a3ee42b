"""Who calls whom, and when what happened to a leg."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fsbridge.embedded.core import Pairs


@dataclass(frozen=True)
class Profile:
    """A leg's caller profile; a transfer makes the next one. `created` is in microseconds since 1970."""

    number: str
    """The destination."""
    context: str
    created: int
    name: str = ""
    """The channel's own, for example ``sofia/internal/0761234567@127.0.0.1``."""
    caller_name: str = ""
    caller_number: str = ""
    callee_name: str = ""
    callee_number: str = ""
    username: str = ""
    dialplan: str = "XML"
    ani: str = ""
    rdnis: str = ""
    address: str = ""
    source: str = "mod_sofia"
    index: int = 1

    def moved(self, number: str, dialplan: str, context: str, at: int) -> Profile:
        """The profile after a transfer."""
        return replace(
            self,
            number=number,
            dialplan=dialplan,
            context=context,
            created=at,
            rdnis=self.number,
            index=self.index + 1,
        )

    def headers(self, prefix: str, direction: str) -> Pairs:
        """The ``Caller-…`` or ``Other-Leg-…`` headers; what is empty has none."""
        pairs = [
            ("Direction", direction),
            ("Logical-Direction", direction),
            ("Username", self.username),
            ("Dialplan", self.dialplan),
            ("Caller-ID-Name", self.caller_name),
            ("Caller-ID-Number", self.caller_number),
            ("Orig-Caller-ID-Name", self.caller_name),
            ("Orig-Caller-ID-Number", self.caller_number),
            ("Callee-ID-Name", self.callee_name),
            ("Callee-ID-Number", self.callee_number),
            ("Network-Addr", self.address),
            ("ANI", self.ani or self.caller_number),
            ("RDNIS", self.rdnis),
            ("Destination-Number", self.number),
        ]
        return [(f"{prefix}-{name}", value) for name, value in pairs if value]

    def record(self, uuid: str) -> dict[str, str]:
        """The profile as a call detail record has it."""
        return {
            "username": self.username,
            "dialplan": self.dialplan,
            "caller_id_name": self.caller_name,
            "ani": self.ani or self.caller_number,
            "aniii": "",
            "caller_id_number": self.caller_number,
            "network_addr": self.address,
            "rdnis": self.rdnis,
            "destination_number": self.number,
            "uuid": uuid,
            "source": self.source,
            "context": self.context,
            "chan_name": self.name,
        }


@dataclass
class Times:
    """When what happened, in microseconds since 1970; 0 is never."""

    created: int = 0
    progress: int = 0
    progress_media: int = 0
    answered: int = 0
    bridged: int = 0
    hangup: int = 0
    transfer: int = 0
    last_hold: int = 0
    hold_accum: int = 0

    def headers(self, prefix: str, profile_created: int) -> Pairs:
        """The ``…-Time`` headers."""
        return [
            (f"{prefix}-Profile-Created-Time", str(profile_created)),
            (f"{prefix}-Channel-Created-Time", str(self.created)),
            (f"{prefix}-Channel-Answered-Time", str(self.answered)),
            (f"{prefix}-Channel-Progress-Time", str(self.progress)),
            (f"{prefix}-Channel-Progress-Media-Time", str(self.progress_media)),
            (f"{prefix}-Channel-Hangup-Time", str(self.hangup)),
            (f"{prefix}-Channel-Transfer-Time", str(self.transfer)),
            (f"{prefix}-Channel-Resurrect-Time", "0"),
            (f"{prefix}-Channel-Bridged-Time", str(self.bridged)),
            (f"{prefix}-Channel-Last-Hold", str(self.last_hold)),
            (f"{prefix}-Channel-Hold-Accum", str(self.hold_accum)),
        ]
