"""One try at getting digits from the caller.

FreeSWITCH's ``read`` is one prompt and one collection; tries are counted here, so that every try can
have a sound of its own. The sound for a wrong try goes in front of the next prompt, in the same
application: between two applications a parked channel throws away the keys that are pressed.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fsbridge.errors import InvalidArgument
from fsbridge.esl.frames import Event
from fsbridge.esl.quoting import app_args
from fsbridge.scripting.sounds import SILENCE, Sound

logger = logging.getLogger(__name__)

VARIABLE = "fsbridge_digits"
"""The channel variable that FreeSWITCH puts the digits in."""
LONGEST = 120
"""More digits than this do not fit FreeSWITCH's buffer."""
NO_TERMINATOR = "none"
"""No key is written in small letters, so this ends nothing; an empty argument would shift the rest."""

_TERMINATORS = re.compile(r"[0-9*#A-D]*\Z")


class Keypad(Protocol):
    """What collecting needs of a call."""

    uuid: str

    def path_of(self, sounds: Sequence[Sound]) -> str: ...
    def play(self, *sounds: Sound, stop_on: str = "") -> str: ...
    def run(self, app: str, arg: str = "") -> Event: ...


@dataclass(frozen=True)
class Collect:
    """How digits are collected: how many, how long to wait (seconds), which keys end it.

    `timeout` runs to the first key, `digit_timeout` from key to key; FreeSWITCH makes at least one
    second of `timeout`.

    >>> Collect(shortest=4, longest=4).terminators
    '#'
    """

    shortest: int = 1
    longest: int = 1
    timeout: float = 5.0
    digit_timeout: float | None = None
    terminators: str = "#"
    barge_in: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.shortest <= self.longest <= LONGEST:
            raise InvalidArgument("digits", f"must be 1 to {LONGEST}: {self.shortest} to {self.longest}")
        if self.timeout <= 0 or (self.digit_timeout is not None and self.digit_timeout <= 0):
            raise InvalidArgument("timeout", "must be more than 0 seconds")
        if not _TERMINATORS.match(self.terminators):
            raise InvalidArgument("terminators", f"are keys of a telephone, not {self.terminators!r}")

    def arguments(self, prompt: str) -> str:
        """The argument of FreeSWITCH's ``read``.

        >>> Collect(longest=3, terminators="").arguments("menu.wav")
        '1 3 menu.wav fsbridge_digits 5000 none 5000'
        """
        between = self.timeout if self.digit_timeout is None else self.digit_timeout
        return app_args(
            str(self.shortest),
            str(self.longest),
            prompt,
            VARIABLE,
            str(round(self.timeout * 1000)),
            self.terminators or NO_TERMINATOR,
            str(max(1, round(between * 1000))),
        )


def collect(call: Keypad, sounds: Sequence[Sound], how: Collect) -> str:
    """What the caller pressed in one try, possibly too little; empty if nothing."""
    prompt = call.path_of(sounds)
    if prompt != SILENCE and not how.barge_in:
        call.play(*sounds)
        prompt = SILENCE
    headers = call.run("read", how.arguments(prompt)).headers
    if "variable_read_result" not in headers and prompt != SILENCE:
        # FreeSWITCH asked for nothing, because the prompt would not play. The caller may know the way.
        headers = call.run("read", how.arguments(SILENCE)).headers
        logger.error("call %s: the prompt cannot be played: %s", call.uuid, prompt)
    return headers.get(f"variable_{VARIABLE}", "")
