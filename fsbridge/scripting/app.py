"""An app: the numbers that are answered, the script for each, and what happens when one fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from fsbridge.errors import ConfigError
from fsbridge.esl.fallback import Fallback
from fsbridge.esl.leg import Leg
from fsbridge.scripting.call import Call, Clock, utc_now
from fsbridge.scripting.centre import CentreSource
from fsbridge.scripting.interruption import Interruption
from fsbridge.scripting.patterns import Digits
from fsbridge.scripting.sounds import Speech, ToneSpeech

Script = Callable[[Call], object]
Guard = Callable[[Call], bool]

_S = TypeVar("_S", bound=Script)
_DECORATION = re.compile(r"[ ()\-]")


@dataclass(frozen=True)
class Route:
    """One row of an app's table: these numbers, under this guard, go to this script.

    >>> Route(Digits.parse("100"), print, None).number.text
    '100'
    """

    number: Digits
    script: Script
    guard: Guard | None


class App:
    """Scripts by dialled number, with what they share: a fallback, a clock, a zone, a voice, a centre.

    `fallback` is where a caller goes whose script failed, or for whom there is none:
    ``transfer:EXTENSION [DIALPLAN [CONTEXT]]``, ``hangup:CAUSE``, or ``dialplan`` (the default): the
    dialplan goes on behind its ``socket`` action. `centre` is where ``call.centre`` comes from.

    >>> app = App("kanazawa", fallback="transfer:9000", zone="Asia/Tokyo")
    >>> @app.route("076-220-2722", "0120X.")
    ... def reception(call):
    ...     call.answer()
    >>> [route.number.text for route in app]
    ['0762202722', '0120X.']
    """

    def __init__(
        self,
        name: str,
        *,
        fallback: str = "dialplan",
        clock: Clock = utc_now,
        zone: str = "",
        speech: Speech | None = None,
        centre: CentreSource | None = None,
    ) -> None:
        self.name = name
        self.fallback = Fallback.parse(fallback)
        self.clock = clock
        self.centre = centre
        self._zone = zone
        self.speech = speech or ToneSpeech()
        self._routes: list[Route] = []

    @property
    def zone(self) -> str:
        """The time zone of ``call.now``: the one given, else the centre's."""
        return self._zone or (self.centre.plan().zone if self.centre is not None else "UTC")

    def route(self, *numbers: str | re.Pattern[str], guard: Guard | None = None) -> Callable[[_S], _S]:
        """Marks a script as the one for these numbers, and returns it unchanged.

        A number is exact (``076-220-2722``: hyphens are for reading), a pattern (``0120X.``), a
        range, or a compiled expression. A script with a guard is asked first and serves when
        ``guard(call)`` is true. ConfigError for two scripts with the same claim.
        """
        if not numbers:
            raise ConfigError(f"app {self.name}: a route needs a number")

        def mark(script: _S) -> _S:
            for number in numbers:
                plain = number if isinstance(number, re.Pattern) else self._plain(number)
                self._add(Route(Digits.parse(plain), script, guard))
            return script

        return mark

    def call(self, leg: Leg, interruption: Interruption | None = None) -> Call:
        """A `Call` on this leg with the app's clock, zone and voice."""
        interruption = interruption or Interruption()
        return Call(
            leg,
            clock=self.clock,
            zone=self.zone,
            speech=self.speech,
            interruption=interruption,
            centre=self.centre,
        )

    def script_for(self, call: Call) -> Script | None:
        """The script that serves this call: guarded before unguarded, exact before range before pattern."""
        dialled = _DECORATION.sub("", call.number)
        candidates = [route for route in self._routes if route.number.matches(dialled)]
        candidates.sort(key=lambda route: (_RANK[route.number.kind], route.guard is None))
        return next((one.script for one in candidates if one.guard is None or one.guard(call)), None)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def _add(self, route: Route) -> None:
        for other in self._routes:
            if other.number.overlaps(route.number) and other.guard is route.guard:
                name = getattr(other.script, "__name__", repr(other.script))
                raise ConfigError(f"app {self.name}: {route.number.text} is served by {name} already")
            same = (other.number.text, other.number.kind) == (route.number.text, route.number.kind)
            if same and other.guard is route.guard:
                raise ConfigError(f"app {self.name}: the route {route.number.text} is defined twice")
        self._routes.append(route)

    @staticmethod
    def _plain(number: str) -> str:
        """A range keeps its hyphen: two numbers of equal length around one; else hyphens are dropped."""
        first, hyphen, last = number.partition("-")
        if hyphen and first.isdigit() and last.isdigit() and len(first) == len(last):
            return number
        return _DECORATION.sub("", number)


_RANK = {"exact": 0, "range": 1, "pattern": 2}
