"""A caller who does what the test says: dials, hears, presses keys, waits, hangs up."""

from __future__ import annotations

import copy
import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Self

import gevent

from fsbridge.scripting.app import App, Script
from fsbridge.testing import callcenter, telephones
from fsbridge.testing.channel import Channel
from fsbridge.testing.clock import VirtualClock
from fsbridge.testing.lines import Line, LocalLine
from fsbridge.testing.listening import LONG, Heard, Listener
from fsbridge.testing.world import ReadAloud, World

PATIENCE = 10.0
"""Real seconds to wait for a script that computes, before the test fails."""


class Caller(Listener):
    """A caller in a test. Time is virtual: minutes of waiting take no time, and nothing sleeps.

    Give it an `App`, or just a script function; or a `line` to a server. Every method but the
    questions returns the caller, so they chain. A failed expectation is an AssertionError that
    tells what was heard.

    >>> def script(call):
    ...     call.answer()
    ...     call.play("hello.wav" if call.ask("menu.wav") == "1" else "goodbye.wav")
    >>> caller = Caller(script).dial("100")
    >>> caller.hears("menu").press("1").hears("hello").hang_up().heard
    ['menu.wav', 'hello.wav']
    """

    def __init__(
        self,
        app: App | Script | None = None,
        *,
        number: str = "0761234567",
        world: World | None = None,
        raise_failures: bool = True,
        line: Line | None = None,
    ) -> None:
        if app is None and line is None:
            raise TypeError("a caller needs an app or a line")
        self._app = copy.copy(app if isinstance(app, App) else _app_of(app or _nobody))
        self._app.speech = ReadAloud()
        self._number = number
        self._world = world or World()
        self._raise = raise_failures
        self._line: Line = line or LocalLine(self._app)
        self._channel: Channel | None = None

    # -- the call -------------------------------------------------------------------------------

    def dial(
        self,
        number: str,
        *,
        at: str | dt.datetime | None = None,
        variables: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> Self:
        """Calls a number; `at` is the time it is, on the wall clock of the app's zone.

        Returns when the script needs the caller; with `wait` False at once, for a script that waits
        for something of the test's first.
        """
        clock = VirtualClock(at, zone=self._app.zone)
        self._app.clock = clock.now
        self._channel = Channel(
            clock, number=number, caller=self._number, world=self._world, variables=variables
        )
        self._line.dial(self._channel)
        return self._settle() if wait else self

    def press(self, keys: str) -> Self:
        """Presses keys, one after the other; the script may react to each."""
        self._begin_to_listen()
        for key in keys:
            self.channel.press(key)
            self._settle()
        return self

    def hang_up(self, cause: str = "NORMAL_CLEARING") -> Self:
        """Hangs up."""
        self.channel.hangup(cause)
        gevent.idle()
        return self._check()

    def finish(self) -> Self:
        """Waits until the script has come to its end, for at most ten real seconds."""
        self._wait_really(lambda: self._line.finished, "the script to end")
        return self._check()

    def leave(self) -> None:
        """Hangs up if there is a call, whatever its script thinks of it (the end of a test)."""
        if self._channel is not None and not self._channel.ended:
            self._channel.hangup()
            gevent.idle()

    # -- the far side ---------------------------------------------------------------------------

    def operator_answers(self) -> Self:
        """An operator takes the waiting caller."""
        return self._happen(callcenter.ANSWERS)

    def operator_hangs_up(self) -> Self:
        """The operator ends the talk."""
        return self._happen(callcenter.HANGS_UP)

    def queue_times_out(self) -> Self:
        """The queue's longest wait is over."""
        return self._happen("queue times out")

    def queue_has_no_operator(self) -> Self:
        """The queue gives up because nobody is logged in."""
        return self._happen("no operator")

    def pulled_out_of_queue(self) -> Self:
        """Somebody takes the caller out of the queue by a command."""
        return self._happen("pulled out")

    def telephone(self, what: str) -> Self:
        """The telephone that was bridged to ``answers``, ``is busy``, ``rejects`` or ``hangs up``."""
        kinds = {"answers": telephones.ANSWERS, "hangs up": telephones.HANGS_UP}
        return self._happen(kinds.get(what, f"telephone {what}"))

    def falls_silent(self) -> Self:
        """The caller says nothing more into a recording."""
        return self._happen("falls silent")

    # -- what there is to see -------------------------------------------------------------------

    @property
    def sounds(self) -> list[Heard]:
        """Everything heard so far, with the second at which it began."""
        return self.channel.heard

    @property
    def channel(self) -> Channel:
        """The simulated channel: variables, expansions, and what runs on it."""
        if self._channel is None:
            raise AssertionError("the caller has not dialled")
        return self._channel

    @property
    def variables(self) -> dict[str, str]:
        """The channel variables as they are now."""
        return self.channel.variables

    @property
    def ended(self) -> bool:
        """Whether the call has been hung up, by either side."""
        return self.channel.ended

    @property
    def cause(self) -> str:
        """The hang-up cause; empty while the call lives."""
        return self.channel.cause

    @property
    def answered(self) -> bool:
        """Whether the call was answered."""
        return self.channel.answered

    @property
    def transferred_to(self) -> str:
        """``EXTENSION DIALPLAN CONTEXT`` where the call was sent; empty if it was not."""
        return self.channel.transferred_to

    @property
    def left_to_dialplan(self) -> bool:
        """Whether the dialplan went on with its own actions, the caller still on the line."""
        return self.channel.continued

    @property
    def failure(self) -> Exception | None:
        """What the script died of, if it did."""
        return self._line.failure

    @property
    def seconds(self) -> float:
        """How long the call has lasted, in virtual seconds."""
        return self.channel.clock.elapsed

    def __repr__(self) -> str:
        return f"<Caller {self._number}: {self._story() if self._channel else 'has not dialled'}>"

    # -- the machinery --------------------------------------------------------------------------

    def _waiting_for(self) -> str:
        wait = self.channel.waiting
        return wait.what if wait else ""

    @property
    def _done(self) -> bool:
        return self.channel.gone or self._line.finished

    def _stands_in(self, queue: str) -> bool:
        return self._waiting_for() == callcenter.waiting_in(queue)

    def _happen(self, kind: str) -> Self:
        if self.channel.waiting is None:
            raise AssertionError(f"nothing is there for {kind!r} to happen to; {self._story()}")
        self._begin_to_listen()
        self.channel.happen(kind)
        return self._settle()

    def _advance_until(self, reached: Callable[[], bool]) -> bool:
        end = self.seconds + LONG
        while not reached():
            remaining = self.channel.remaining
            if self.channel.gone or self._line.finished or remaining is None:
                return False
            if self.seconds + remaining > end:
                return False
            self._pass(remaining)
        return True

    def _pass(self, seconds: float) -> None:
        left = seconds
        while True:
            left = self.channel.advance(left)
            self._settle()
            if left <= 1e-9 or self.channel.gone or math.isinf(left):
                return

    def _settle(self) -> Self:
        """Lets the script run until only the call can move it on."""
        self._wait_really(lambda: self._line.settled or self._line.finished, "the script to use the call")
        return self._check()

    def _wait_really(self, reached: Callable[[], bool], what: str) -> None:
        with gevent.Timeout(PATIENCE, AssertionError(f"waited {PATIENCE:g} s for {what}")):
            gevent.idle()
            while not reached():
                gevent.sleep(0.001)
                gevent.idle()

    def _check(self) -> Self:
        if self._raise and self._line.failure is not None:
            raise self._line.failure
        return self

    def _story(self) -> str:
        channel = self.channel
        if channel.ended:
            now = f"the call ended ({channel.cause})"
        elif channel.gone:
            now = f"the call left for {channel.transferred_to or 'the dialplan'}"
        else:
            now = f"the call waits for {self._waiting_for() or 'the script'}"
        return f"heard {self.heard}; {now} after {self.seconds:.1f} s"


def _nobody(call: object) -> None:
    """Serves when the script is at the other end of a line."""


def _app_of(script: Script) -> App:
    app = App("test")
    app.route(re.compile(".*"))(script)
    return app
