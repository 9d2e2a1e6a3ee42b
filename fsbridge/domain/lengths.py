"""How long things take: a mean and a shape, drawn from a random source that is given."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from fsbridge.errors import ConfigError

SHAPES = ("exponential", "lognormal", "fixed")
"""Waits of the patient are about exponential, talks and reactions about lognormal."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in seconds; `spread` is the standard deviation by the mean, for ``lognormal`` alone.

    ConfigError for a shape that is none, or for a number that is not positive (a mean may be 0).

    >>> Length(240, "fixed").draw(random.Random(1)), Length(0).draw(random.Random(1))
    (240, 0.0)
    """

    mean: float
    shape: str = "lognormal"
    spread: float = 1.0

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ConfigError(f"shape {self.shape!r}: write one of {', '.join(SHAPES)}")
        if not (math.isfinite(self.mean) and self.mean >= 0):
            raise ConfigError(f"mean {self.mean!r}: give seconds, 0 or more")
        if not (math.isfinite(self.spread) and self.spread > 0):
            raise ConfigError(f"spread {self.spread!r}: give a number above 0, about 1")

    def draw(self, chance: random.Random) -> float:
        """One such length, in seconds."""
        if self.shape == "fixed":
            return self.mean
        if not self.mean:
            return 0.0
        if self.shape == "exponential":
            return chance.expovariate(1 / self.mean)
        variance = math.log1p(self.spread**2)
        return chance.lognormvariate(math.log(self.mean) - variance / 2, math.sqrt(variance))
