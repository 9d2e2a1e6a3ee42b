"""A line of a list of calls as the reader gets it, on the page and in a file: same words, same mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.domain.contacts import ContactError
from fsbridge.domain.figures import Labels
from fsbridge.domain.sight import Sight
from fsbridge.services.calllist import Line

Shown = Callable[[str], str]
"""A number as people read it."""


def shown_in(region: str) -> Shown:
    """Writes numbers with the hyphens of their area codes; what is no number stays as it is.

    >>> shown_in("JP")("+81762202722"), shown_in("JP")("anonymous")
    ('076-220-2722', 'anonymous')
    """
    numbers = PhoneNumbers(region)

    @lru_cache(maxsize=20_000)
    def shown(number: str) -> str:
        try:
            return numbers.read(number).shown
        except ContactError:
            return number

    return shown


@dataclass(frozen=True, slots=True)
class Words:
    """What turns a history's keys into words: `say` gives a label of the panel."""

    labels: Labels
    language: str
    say: Callable[[str], str]

    def name(self, group: str, key: str) -> str:
        """What people call a flow, queue, operator or case."""
        label = self.labels.get(group, {}).get(key)
        return label.of(self.language) if label is not None else key

    def names(self, group: str, keys: Sequence[str]) -> str:
        """Several of them in a row."""
        return "、".join(self.name(group, key) for key in keys)

    def outcome(self, word: str) -> str:
        """What became of a call."""
        return self.say(f"o_{word.replace(' ', '_').replace('-', '_').lower()}") if word else "–"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line in words; `number` and `note` are masked for who may not see them."""

    uuid: str
    at: datetime
    direction: str
    number: str
    name: str
    flow: str
    queue: str
    outcome: str
    became: str
    wait: timedelta | None
    operators: str
    talk: timedelta | None
    cases: str
    note: str
    recorded: bool
    own: bool


def show(line: Line, words: Words, eyes: Sight, shown: Shown) -> ShownLine:
    """A line for a reader."""
    call = line.call
    number = shown(call.number) if any(map(str.isdigit, call.number)) else words.say("anonymous")
    # What a telephone company sends as a caller's name is often the number once more.
    name = call.name if call.name != call.number else ""
    return ShownLine(
        uuid=call.uuid,
        at=line.at,
        direction=call.direction,
        number=eyes.number(number, call.operators),
        name=eyes.text(name, call.operators),
        flow=words.name("flow", line.flow),
        queue=words.names("queue", line.queues),
        outcome=words.outcome(line.outcome or call.outcome),
        became=line.outcome or call.outcome,
        wait=line.wait,
        operators=words.names("operator", line.operators),
        talk=line.talk,
        cases=words.names("case", call.cases),
        note=eyes.text(call.note, call.operators),
        recorded=call.recorded,
        own=eyes.is_own(call.operators),
    )


def duration(length: timedelta | None) -> str:
    """Minutes and seconds, hours when there are any.

    >>> duration(timedelta(seconds=72)), duration(timedelta(hours=1, seconds=2)), duration(None)
    ('1:12', '1:00:02', '')
    """
    if length is None:
        return ""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
