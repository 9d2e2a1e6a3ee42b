"""What surrounds a simulated call: how long sounds are, which are missing, and the queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fsbridge.embedded.sounds import SPOKEN, Sounds


class ReadAloud:
    """A speech engine whose sounds are their own texts, so that a test can say what was heard.

    >>> ReadAloud().render("はい!", "")
    'speech://はい！'
    """

    def render(self, text: str, voice: str) -> str:
        """The text as a path; FreeSWITCH's separator ``!`` becomes its full-width sister."""
        return SPOKEN + text.replace("!", "！")


class World(Sounds):
    """The surroundings of a simulated call, all of them optional. Durations are seconds.

    `queues` names the queues that exist (None: any), with the longest wait of each, if it has one.

    >>> World(durations={"welcome.wav": 4.5}).duration("welcome.wav")
    4.5
    """

    def __init__(
        self,
        durations: Mapping[str, float] | None = None,
        missing: Iterable[str] = (),
        queues: Mapping[str, float | None] | None = None,
        usual: float = 2.0,
    ) -> None:
        super().__init__(durations, missing, usual)
        self.queues = queues
