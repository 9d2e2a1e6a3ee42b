"""Calls that the switch places: legs that ring until one of them answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from fsbridge.embedded.arguments import atoi
from fsbridge.embedded.core import Core
from fsbridge.embedded.dialstring import Target, read_dial_string
from fsbridge.embedded.leg import Leg

Done = Callable[[Leg | None, str], object]
"""Told the leg that answered, or None, and the cause (``SUCCESS``)."""


class Exchange(Protocol):
    """Who makes legs for addresses."""

    @property
    def core(self) -> Core:
        """The time and ids."""

    def reach(self, target: Target) -> Sequence[Target]:
        """The addresses a target stands for."""

    def outbound(self, target: Target, variables: Mapping[str, str], parent: Leg | None) -> Leg | str:
        """The leg that calls an address, not yet begun; or the cause for which there can be none."""


class Dialling:
    """A dial string being called. `parent` is the leg for whose sake, if there is one.

    A leg that is alone in being heard before it answers counts as answered, unless
    ``ignore_early_media`` says otherwise. `timeout` is in seconds.
    """

    def __init__(
        self,
        exchange: Exchange,
        text: str,
        done: Done,
        *,
        variables: Mapping[str, str] | None = None,
        parent: Leg | None = None,
        timeout: float = 60.0,
    ) -> None:
        self._exchange, self._done, self._parent = exchange, done, parent
        dial = read_dial_string(text)
        self._variables = {**dial.variables, **(variables or {})}
        self._groups = list(dial.groups)
        self._ringing: list[Leg] = []
        self._cause = "DESTINATION_OUT_OF_ORDER"
        self._over = False
        self._turn = 0
        self._timeout = float(atoi(self._variables.get("originate_timeout"), int(timeout)))

    def start(self) -> None:
        """Begin to call."""
        self._next_group()

    def cancel(self, cause: str = "ORIGINATOR_CANCEL") -> None:
        """Call no more; `done` is told."""
        if not self._over:
            self._finish(None, cause)

    def _next_group(self) -> None:
        while self._groups and not self._over:
            group = self._groups.pop(0)
            self._turn += 1
            legs = []
            for target in (one for named in group for one in self._exchange.reach(named)):
                variables = {**self._variables, **target.variables}
                made = self._exchange.outbound(target, variables, self._parent)
                if isinstance(made, Leg):
                    legs.append((made, variables))
                else:
                    self._cause = made
            self._ringing = [leg for leg, _ in legs]
            for leg, variables in legs:
                self._watch(leg, variables)
            for leg in list(self._ringing):
                leg.go_out()
            if self._ringing:
                self._limit(None, self._timeout, "NO_ANSWER")
                return
        if not self._over:
            self._finish(None, self._cause)

    def _watch(self, leg: Leg, variables: Mapping[str, str]) -> None:
        leg.on_answer.append(lambda: self._answered(leg))
        leg.on_hangup.append(lambda: self._ended(leg))
        if variables.get("ignore_early_media") != "true":
            leg.on_progress.append(lambda: self._answered(leg) if leg.early else None)
        limit = max(0, atoi(variables.get("leg_timeout")))
        if limit:
            self._limit(leg, limit, "ALLOTTED_TIMEOUT")

    def _limit(self, leg: Leg | None, seconds: float, cause: str) -> None:
        """FreeSWITCH counts whole seconds and waits until more than the limit have begun."""
        core = self._exchange.core
        now = core.clock.micro()
        end = (now // 1_000_000 + int(seconds) + 1) * 1_000_000
        turn = self._turn

        def over() -> None:
            if self._over or turn != self._turn:
                return
            if leg is None:
                self._finish(None, cause)
            elif leg in self._ringing and not leg.answered:
                self._cause = cause
                leg.hangup(cause)

        core.clock.later((end - now) / 1_000_000, over)

    def _answered(self, leg: Leg) -> None:
        if not self._over and leg in self._ringing:
            self._exchange.core.soon(lambda: self._won(leg))

    def _won(self, leg: Leg) -> None:
        if not self._over and leg in self._ringing and not leg.ended:
            self._ringing.remove(leg)
            self._finish(leg, "SUCCESS")

    def _ended(self, leg: Leg) -> None:
        if self._over or leg not in self._ringing:
            return
        self._ringing.remove(leg)
        self._cause = leg.cause
        if not self._ringing:
            self._exchange.core.soon(self._next_group)

    def _finish(self, winner: Leg | None, cause: str) -> None:
        self._over = True
        losers, self._ringing = self._ringing, []
        for leg in losers:
            leg.hangup("LOSE_RACE" if winner is not None else cause)
        self._done(winner, cause)
