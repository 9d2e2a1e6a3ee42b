"""What happened in a call, in words, for one reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsbridge.domain.sight import Sight
from fsbridge.services.calls import Moment
from fsbridge.services.callstory import Stretch, WholeCall
from webpanel.calls.shown import Shown, Words
from webpanel.labels import t


@dataclass(frozen=True)
class Told:
    """A moment in words."""

    at: datetime
    since: timedelta
    what: str


class Teller:
    """Puts what happened in a call into words for one reader, who may see more or less of it."""

    def __init__(self, whole: WholeCall, words: Words, sight: Sight, shown: Shown) -> None:
        self._story = whole.story
        self._words = words
        self._sight = sight
        self._spoke = whole.spoke
        self.whole = sight.sees_number(whole.spoke)
        self._hears_monitors = sight.all_numbers
        self._shown = shown
        self.stretches = [one for one in whole.stretches if one.lane != "monitoring" or self._hears_monitors]

    @property
    def number(self) -> str:
        """The citizen's number."""
        return self.as_seen(self._story.call.number)

    def as_seen(self, number: str) -> str:
        """A number of this call."""
        if not any(map(str.isdigit, number)):
            return self._words.say("anonymous")
        return self._sight.number(self._shown(number), self._spoke)

    def text(self, text: str) -> str:
        """What somebody wrote."""
        return self._sight.text(text, self._spoke)

    @property
    def dialled(self) -> str:
        """The number that was called: ours, or, in a call of ours, the citizen's."""
        if self._story.call.direction == "outbound":
            return self.as_seen(self._story.dialled)
        return self._shown(self._story.dialled)

    def bar(self, one: Stretch) -> tuple[str, str, str]:
        """A stretch's row, its words, and the whole of it."""
        words = self._words
        lane = words.say(f"l_{one.lane.replace('-', '_')}")
        if one.lane in ("ivr", "recording", "pause", "monitoring"):
            row = words.say("l_recording") if one.lane == "pause" else lane
            return row, lane, lane
        if one.lane == "queue":
            queue = words.name("queue", one.queue)
            return words.say("l_queue"), queue, f"{queue} {words.outcome(one.what)}"
        operator = words.name("operator", one.operator) or lane
        said = words.outcome(one.what) if one.what not in ("", "queue", "answered", "outbound") else lane
        return operator, said, f"{operator} {lane} {said if said != lane else ''}".strip()

    def moments(self) -> Iterator[Told]:
        """Everything that happened, in order."""
        story = self._story
        for one in story.moments:
            if one.detail.get("kind") == "monitoring" and not self._hears_monitors:
                continue
            yield Told(one.at, one.at - story.call.started_at, self._sentence(one))

    def _sentence(self, one: Moment) -> str:
        words = self._words
        detail = dict(one.detail)
        values = {
            "number": self.number,
            "dialled": self.dialled,
            "queue": words.name("queue", detail.get("queue", "")),
            "operator": words.name("operator", detail.get("operator", "")),
            "outcome": words.outcome(detail.get("outcome", "")),
            "kind": words.outcome(detail.get("kind", "")),
            "hold": detail.get("hold", "0"),
            "case": words.name("case", detail.get("case", "")),
        }
        key = f"m_{one.what.replace(' ', '_')}"
        if one.what == "began" and self._story.call.direction == "outbound":
            key = "m_began_out"
        return t(f"calls.{key}", **values)
