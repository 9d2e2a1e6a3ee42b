"""The two formulas of queueing that call centres plan by: Erlang C (nobody gives up) and Erlang A (some do).

Both hold for calls that come at random at a steady rate, exponential handling times, one queue, and operators
who all take every call. All rates are per second, all times seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from fsbridge.errors import InvalidArgument

_STEPS, _MOST, _PER_CHANGE = 600, 20_000, 6
"""Steps of Simpson's rule, at least and at most, and how many there are while anything changes much."""


def blocked(load: float, operators: int) -> float:
    """Erlang B: the share of calls that find all operators busy when nobody may wait; `load` in Erlang.

    >>> round(blocked(4.0, 5), 4), blocked(3.0, 0)
    (0.1991, 1.0)
    """
    share = 1.0
    for busy in range(1, operators + 1):
        share = load * share / (busy + load * share)
    return share


@dataclass(frozen=True, slots=True)
class ErlangC:
    """A queue in which nobody gives up; `rate` calls a second, each `handling` seconds long.

    With too few operators the queue grows for ever: then every wait is infinite and the level 0.

    >>> one = ErlangC(rate=100 / 3600, handling=180, operators=6)
    >>> round(one.waiting, 4), round(one.mean_wait, 1), round(one.level(20), 3), round(one.occupancy, 3)
    (0.5875, 105.8, 0.474, 0.833)
    """

    rate: float
    handling: float
    operators: int

    def __post_init__(self) -> None:
        _check(self.rate, self.handling, self.operators)

    @property
    def load(self) -> float:
        """The work that comes, in Erlang: so many operators would be busy all the time."""
        return self.rate * self.handling

    @property
    def stable(self) -> bool:
        """Whether the operators get through the work at all."""
        return self.load < self.operators

    @property
    def waiting(self) -> float:
        """The share of calls that have to wait."""
        if not self.stable:
            return 1.0
        lost = blocked(self.load, self.operators)
        return self.operators * lost / (self.operators - self.load * (1 - lost))

    @property
    def mean_wait(self) -> float:
        """The mean wait of all calls, those that need not wait included."""
        if not self.stable:
            return math.inf
        return self.waiting * self.handling / (self.operators - self.load)

    def level(self, within: float) -> float:
        """The share of calls that are answered within so many seconds."""
        if not self.stable:
            return 0.0
        return 1 - self.waiting * math.exp(-(self.operators - self.load) * within / self.handling)

    @property
    def occupancy(self) -> float:
        """The share of their time in which operators are busy."""
        return min(1.0, self.load / self.operators) if self.operators else 1.0


@dataclass(frozen=True, slots=True)
class ErlangA:
    """A queue whose callers give up, after an exponential patience of `patience` seconds in the mean.

    >>> one = ErlangA(rate=100 / 3600, handling=180, operators=6, patience=120)
    >>> round(one.abandoned, 3), round(one.mean_wait, 1), round(one.level(20), 3), round(one.occupancy, 3)
    (0.112, 13.5, 0.732, 0.74)
    """

    rate: float
    handling: float
    operators: int
    patience: float

    def __post_init__(self) -> None:
        _check(self.rate, self.handling, self.operators)
        if not (math.isfinite(self.patience) and self.patience > 0):
            raise InvalidArgument("patience", f"is {self.patience}; give seconds above 0")

    # The wait that a caller of endless patience would have: nothing with some chance, else with a density
    # (Zeltyn and Mandelbaum, "Call centers with impatient customers", 2005).

    @property
    def _idle(self) -> float:
        """The weight of the states in which somebody is free, by that of the last of them."""
        return 1 / blocked(self.rate * self.handling, self.operators - 1) if self.operators else 0.0

    def _log_density(self, wait: float) -> float:
        less = -math.expm1(-wait / self.patience) * self.patience
        return self.rate * less - self.operators * wait / self.handling

    def _parts(self, of: Callable[[float], float], until: float) -> float:
        """What `of` comes to over the density up to a wait, as a share of all calls."""
        highest, end, whole = _weight(self)

        def density(wait: float) -> float:
            return of(wait) * math.exp(self._log_density(wait) - highest)

        return self.rate * _simpson(density, 0.0, min(until, end), self._quickest) / whole

    @property
    def _quickest(self) -> float:
        """The shortest time, in seconds, in which anything changes much along the wait."""
        return min(self.patience, self.handling / max(1, self.operators))

    def _stays(self, wait: float) -> float:
        return math.exp(-wait / self.patience)

    @property
    def waiting(self) -> float:
        """The share of calls that cannot be answered at once."""
        return 1.0 if not self.operators else self._parts(lambda wait: 1.0, math.inf)

    @property
    def abandoned(self) -> float:
        """The share of calls whose callers give up."""
        return 1.0 if not self.operators else self._parts(lambda wait: 1 - self._stays(wait), math.inf)

    @property
    def mean_wait(self) -> float:
        """The mean wait of all calls, whether answered or given up."""
        return self.abandoned * self.patience

    @property
    def answered_wait(self) -> float:
        """The mean wait of the answered calls; 0 if there are none."""
        if not self.operators:
            return 0.0
        return self._parts(lambda wait: wait * self._stays(wait), math.inf) / (1 - self.abandoned)

    def level(self, within: float) -> float:
        """The share of all calls that are answered within so many seconds."""
        if not self.operators:
            return 0.0
        return 1 - self.waiting + self._parts(self._stays, within)

    def given_up(self, within: float) -> float:
        """The share of all calls whose callers give up within so many seconds."""
        soon = -math.expm1(-within / self.patience)
        if not self.operators:
            return soon
        before, early = (
            self._parts(of, within) for of in (lambda wait: 1 - self._stays(wait), lambda wait: 1.0)
        )
        return before + soon * (self.waiting - early)

    @property
    def occupancy(self) -> float:
        """The share of their time in which operators are busy."""
        if not self.operators:
            return 1.0
        return self.rate * (1 - self.abandoned) * self.handling / self.operators


@lru_cache(4096)
def _weight(one: ErlangA) -> tuple[float, float, float]:
    """The highest logarithm of the density, a wait beyond which it is nothing, and the weight of all states.

    The first is taken off everywhere, so that nothing overflows.
    """
    served = one.operators / one.handling
    top = one.patience * math.log(one.rate / served) if one.rate > served else 0.0
    highest = one._log_density(top)
    beyond = one._quickest
    while one._log_density(top + beyond) > highest - 40:
        beyond *= 1.5
    end = top + beyond
    waiting = _simpson(lambda wait: math.exp(one._log_density(wait) - highest), 0.0, end, one._quickest)
    return highest, end, one._idle * math.exp(-highest) + one.rate * waiting


def needed(rate: float, handling: float, *, within: float, target: float) -> int:
    """The fewest operators with whom Erlang C answers the share `target` within so many seconds.

    >>> needed(100 / 3600, 180, within=20, target=0.8)
    8
    """
    if not 0 <= target < 1:
        raise InvalidArgument("target", f"is {target}; give a share from 0 up to, and without, 1")
    operators = max(1, math.floor(rate * handling) + 1)
    while ErlangC(rate, handling, operators).level(within) < target:
        operators += 1
    return operators


def _check(rate: float, handling: float, operators: int) -> None:
    for name, value in (("rate", rate), ("handling", handling)):
        if not (math.isfinite(value) and value > 0):
            raise InvalidArgument(name, f"is {value}; give a number above 0")
    if operators < 0:
        raise InvalidArgument("operators", f"is {operators}; give 0 or more")


def _simpson(of: Callable[[float], float], low: float, high: float, quickest: float) -> float:
    """The integral, in steps that are short beside `quickest` as far as their number allows."""
    if high <= low:
        return 0.0
    steps = 2 * math.ceil(min(_MOST, max(_STEPS, _PER_CHANGE * (high - low) / quickest)) / 2)
    step = (high - low) / steps
    inner = sum((4 if at % 2 else 2) * of(low + at * step) for at in range(1, steps))
    return (of(low) + inner + of(high)) * step / 3
