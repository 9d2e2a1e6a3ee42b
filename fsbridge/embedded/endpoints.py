"""Where calls go: over SIP back into this switch, over a loopback, or to somebody's telephone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from fsbridge.embedded.dialstring import Target
from fsbridge.embedded.leg import Leg, World
from fsbridge.embedded.phones import Ringing, Telephone
from fsbridge.embedded.profile import Profile
from fsbridge.embedded.wire import Line


class Browsers(Protocol):
    """Who knows the browsers that are logged in: mod_verto's part."""

    def reach(self, target: Target) -> Sequence[Target]:
        """What a target stands for: the browsers of a user, or itself."""

    def outbound(self, target: Target, make: Callable[[str, str], Leg]) -> Leg:
        """The leg that calls a browser; ``make(channel, number)`` makes legs."""


class Endpoints:
    """Makes legs. `addresses` gives the context for each ``host:port`` of the switch."""

    def __init__(
        self, world: World, addresses: Mapping[str, str], context: str, telephones: Mapping[str, Telephone]
    ) -> None:
        self._world, self._addresses, self._context = world, addresses, context
        self._telephones = telephones
        self.browsers: Browsers | None = None
        """Where ``verto.rtc/…`` and users without a telephone are; None: nowhere."""

    def inbound(self, number: str, caller: str, name: str, context: str, *, channel: str = "") -> Leg:
        """A leg that has called us, not yet begun."""
        core = self._world.core
        profile = Profile(
            number=number,
            context=context,
            created=core.clock.micro(),
            name=channel or f"sofia/internal/{caller}@127.0.0.1",
            caller_name=name,
            caller_number=caller,
            username=caller,
            address="127.0.0.1",
            source="mod_loopback" if channel.startswith("loopback/") else "mod_sofia",
        )
        leg = Leg(self._world, "inbound", profile)
        if profile.source == "mod_sofia":
            leg.variables.update(
                sip_from_user=caller,
                sip_from_host="127.0.0.1",
                sip_req_user=number,
                sip_to_user=number,
            )
        return leg

    def reach(self, target: Target) -> Sequence[Target]:
        """The addresses a target stands for: a user's may be several browsers."""
        user = target.rest.partition("@")[0]
        if self.browsers is None or target.kind not in ("user", "verto.rtc") or user in self._telephones:
            return [target]
        return self.browsers.reach(target)

    def outbound(self, target: Target, variables: Mapping[str, str], parent: Leg | None) -> Leg | str:
        """The leg that calls an address, not yet begun; or the cause for which there can be none."""
        if target.kind == "error":
            return target.rest.upper() or "NORMAL_CLEARING"
        if target.kind == "loopback":
            return self._loopback(target, variables, parent)
        if target.kind == "verto.rtc" and self.browsers is not None:
            return self.browsers.outbound(
                target, lambda channel, number: self._leg(channel, number, variables, parent)
            )
        user, _, host = target.rest.rpartition("/")[2].partition("@")
        telephone = self._telephones.get(user)
        if telephone is not None and host not in self._addresses:
            leg = self._leg(target.address, user, variables, parent)
            leg.far = Ringing(leg, telephone)
            return leg
        if target.kind != "sofia" or not user:
            return "SUBSCRIBER_ABSENT"
        leg = self._leg(target.address, user, variables, parent)
        profile = leg.profile
        leg.variables["sip_to_user"] = user

        def called() -> Leg:
            number, name = profile.caller_number, profile.caller_name
            context = self._addresses.get(host, self._context)
            channel = f"{target.address.rpartition('/')[0]}/{number}@{host.partition(':')[0]}"
            return self.inbound(user, number, name or number, context, channel=channel)

        leg.far = Line(leg, called)
        return leg

    def _loopback(self, target: Target, variables: Mapping[str, str], parent: Leg | None) -> Leg:
        number, context = ([*target.rest.split("/"), ""])[:2]
        leg = self._leg(f"loopback/{number}-a", number, variables, parent)
        profile = leg.profile

        def called() -> Leg:
            return self.inbound(
                number,
                profile.caller_number,
                profile.caller_name,
                context or "default",
                channel=f"loopback/{number}-b",
            )

        leg.far = Line(leg, called)
        return leg

    def _leg(self, channel: str, number: str, variables: Mapping[str, str], parent: Leg | None) -> Leg:
        caller = parent.profile if parent is not None else None
        name = variables.get(
            "origination_caller_id_name",
            _effective(parent, "name") or (caller.caller_name if caller else ""),
        )
        called_by = variables.get(
            "origination_caller_id_number",
            _effective(parent, "number") or (caller.caller_number if caller else "0000000000"),
        )
        profile = Profile(
            number=number,
            context=caller.context if caller else "default",
            created=self._world.core.clock.micro(),
            name=channel,
            caller_name=name,
            caller_number=called_by,
            callee_name="Outbound Call",
            callee_number=number,
            dialplan=caller.dialplan if caller else "",
            ani=caller.ani if caller else "",
            address=caller.address if caller else "",
            source="src/switch_ivr_originate.c",
        )
        uuid = variables.get("origination_uuid", "")
        leg = Leg(self._world, "outbound", profile, uuid=uuid, other=parent)
        leg.variables.update({key: value for key, value in variables.items() if value})
        return leg


def _effective(parent: Leg | None, what: str) -> str:
    return parent.variables.get(f"effective_caller_id_{what}", "") if parent is not None else ""
