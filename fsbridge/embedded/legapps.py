"""The applications that reach beyond one leg: ``bridge``, ``eavesdrop``, ``socket``, and recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from fsbridge.embedded.applications import instant
from fsbridge.embedded.arguments import atoi, tokens
from fsbridge.embedded.bridging import Bridge
from fsbridge.embedded.dialling import Dialling, Exchange
from fsbridge.embedded.eavesdropping import eavesdropping
from fsbridge.embedded.happening import Application, Running, Wait
from fsbridge.embedded.leg import Leg

GOES_ON = ("NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL")
"""Causes after which the dialplan goes on, if ``continue_on_fail`` says nothing."""

Connect = Callable[[Leg, str], None]
"""Connects a leg to a script server, ``host:port async full``, and tells the leg by `Leg.happen`:
``connected`` or ``refused``, and ``closed`` in the end."""


class Surroundings(Exchange, Protocol):
    """What these applications need."""

    @property
    def connect(self) -> Connect | None:
        """How a script is reached; None: nobody ever listens."""


def leg_applications(switch: Surroundings) -> Mapping[str, Application]:
    """The applications, by name."""

    def bridge(leg: Leg, arg: str) -> Running:
        outcome: list[tuple[Leg | None, str]] = []

        def done(won: Leg | None, cause: str) -> None:
            outcome.append((won, cause))
            leg.happen("dialled")

        before = leg.call_state
        leg.call("RING_WAIT")
        timeout = atoi(leg.variables.get("call_timeout") or leg.variables.get("originate_timeout"), 60)
        dialling = Dialling(switch, arg, done, variables=_handed_on(leg), parent=leg, timeout=timeout)
        dialling.start()
        while not outcome:
            happening = yield Wait(None, f"{arg} to answer")
            if happening.over and not outcome:
                dialling.cancel()
                return ""
        won, cause = outcome[0]
        leg.set("originate_disposition", cause)
        if won is None:
            leg.variables["originate_failed_cause"] = cause
            leg.call("ACTIVE" if leg.answered else before)
            if not _may_fail(leg, cause):
                leg.hangup(cause)
            return ""
        return (yield from _talk(leg, won))

    def socket(leg: Leg, arg: str) -> Running:
        if switch.connect is None:
            return ""
        switch.connect(leg, arg)
        happening = yield Wait(None, "the script's server")
        if happening.kind != "connected":
            return ""
        leg.emit("CHANNEL_PARK")
        while True:
            happening = yield Wait(None, "the script", parked=True)
            if happening.kind == "closed" or happening.over:
                leg.emit("CHANNEL_UNPARK")
                return ""

    return {
        "bridge": bridge,
        "socket": socket,
        "eavesdrop": eavesdropping(switch.core.find),
        "echo": _forever("its own voice"),
        "record_session": instant(_record_session),  # type: ignore[arg-type]
        "export": instant(_export),  # type: ignore[arg-type]
    }


def _talk(leg: Leg, won: Leg) -> Running:
    leg.other = won
    if won.answered:
        leg.answer()
        leg.call("ACTIVE")
    else:
        leg.pre_answer()
        won.on_answer.append(leg.answer)
    bridge = Bridge(leg, won, "application")
    won.enter("CS_EXCHANGE_MEDIA")
    while True:
        happening = yield Wait(None, f"the talk with {won.profile.number}")
        if happening.kind == "parted" or happening.over or leg.bridge is not bridge:
            return ""


def _forever(what: str) -> Application:
    def run(leg: Leg, arg: str) -> Running:
        leg.answer()
        while True:
            while leg.digits:
                leg.take_digit()
            happening = yield Wait(None, what)
            if happening.over or happening.kind == "break":
                return ""

    return run


def _may_fail(leg: Leg, cause: str) -> bool:
    """Whether the dialplan goes on after a bridge that failed for this cause."""
    allowed = leg.variables.get("continue_on_fail")
    if allowed is None:
        return cause in GOES_ON
    return allowed == "true" or cause.lower() in [word.strip().lower() for word in allowed.split(",")]


def _record_session(leg: Leg, arg: str) -> None:
    path = next(iter(tokens(arg)), "")
    if path:
        leg.record(path)


def _export(leg: Leg, arg: str) -> None:
    name, _, value = arg.partition("=")
    only_there = name.startswith("nolocal:")
    name = name.removeprefix("nolocal:")
    leg.set(f"nolocal:{name}" if only_there else name, value)
    known = leg.variables.get("export_vars", "")
    wanted = f"nolocal:{name}" if only_there else name
    if wanted not in known.split(","):
        leg.variables["export_vars"] = f"{known},{wanted}".strip(",")


def _handed_on(leg: Leg) -> dict[str, str]:
    """What ``export`` said goes to the legs this one makes."""
    names = [name for name in leg.variables.get("export_vars", "").split(",") if name]
    return {name.removeprefix("nolocal:"): leg.variables[name] for name in names if name in leg.variables}
