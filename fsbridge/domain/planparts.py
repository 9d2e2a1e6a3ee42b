"""What a centre's plan is made of: flows, queues, seasons, tiers, operators, announcements, the menu."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fsbridge.errors import ConfigError

WRAP_UPS = ("optional", "own pace", "timed", "timed without exit")
"""The four ways in which a call's after-call work ends."""
STRATEGIES = (
    "ring-all",
    "longest-idle-agent",
    "round-robin",
    "top-down",
    "agent-with-least-talk-time",
    "agent-with-fewest-calls",
    "sequentially-by-agent-order",
    "random",
    "ring-progressively",
)
"""The ways in which a queue chooses among operators of the same level, in mod_callcenter's words."""
CUT_OFF = "cut-off"
"""The announcement for callers who are sent away because nobody could answer, where a flow names no other."""
MUSIC = "tone_stream://v=-20;%(400,3600,400);loops=-1"
"""What is heard between announcements: a soft tone, so that nobody takes the silence for a dead line."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*@[A-Za-z0-9][A-Za-z0-9_.\-]*")
_MENU_KEY = re.compile(r"[0-9*#]?")
_LONGEST = 86_400


@dataclass(frozen=True)
class AnnouncementPlan:
    """A text callers hear, under the name by which flows and hours ask for it.

    >>> AnnouncementPlan("cut-off", "恐れ入りますが、しばらくたってからおかけ直しください。").voice
    ''
    """

    key: str
    text: str
    voice: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        key_of("announcement", self.key)
        if not self.text.strip():
            raise ConfigError(f"announcement {self.key}: the text is empty; write what callers hear")


@dataclass(frozen=True)
class SeasonPlan:
    """What a season allows: seats at the same time, those of them kept for supervisors, registered IDs.

    >>> SeasonPlan("busy", seats=20, registered=30).reserve
    0
    """

    key: str
    seats: int
    registered: int
    reserve: int = 0
    name: str = ""
    name_en: str = ""

    def __post_init__(self) -> None:
        key_of("season", self.key)
        for name in ("seats", "registered", "reserve"):
            whole(f"season {self.key}: {name}", getattr(self, name), 0, 100_000)
        if self.reserve > self.seats:
            raise ConfigError(
                f"season {self.key}: {self.reserve} seats are kept for supervisors, but there are only "
                f"{self.seats}; write a smaller reserve"
            )


@dataclass(frozen=True)
class QueuePlan:
    """Where callers wait; `key` is FreeSWITCH's name, `flow` the one whose figures count who waits here.

    `tier_wait`: seconds until operators of the next level are asked as well.

    >>> QueuePlan("leak@kanazawa", flow="leak", strategy="ring-all").record
    True
    """

    key: str
    flow: str
    name: str = ""
    strategy: str = "longest-idle-agent"
    music: str = MUSIC
    tier_wait: int = 0
    record: bool = True

    def __post_init__(self) -> None:
        if not _QUEUE.fullmatch(self.key):
            raise ConfigError(f"queue {self.key!r}: write it as NAME@CENTRE")
        if self.strategy not in STRATEGIES:
            raise ConfigError(
                f"queue {self.key}: there is no strategy {self.strategy!r}; there are {', '.join(STRATEGIES)}"
            )
        whole(f"queue {self.key}: tier_wait", self.tier_wait, 0, _LONGEST)
        one_line(f"queue {self.key}: music", self.music)


@dataclass(frozen=True)
class FlowPlan:
    """A call flow (業務): how callers choose it, where they wait and for how long, how it is measured.

    `queue` is where its callers wait. They choose it with `menu_key`, after `menu_words`; empty: not in the
    menu. `greeting`, `waiting` and `cut_off` name announcements; `waiting_every` are seconds from one waiting
    guidance to the next. A caller who has waited `max_wait` seconds, or `max_wait_without_operator` while
    nobody is logged in, or finds `max_length` callers waiting, hears `cut_off`; 0 is no limit. Before that,
    after `overflow_after` seconds, or at once when no operator is available if
    `overflow_without_operator`, the caller goes on to the queue `overflow_to`. `target` per cent of calls
    are to be answered within `answer_within` seconds; who gives up within `short_abandon` does not count.

    >>> FlowPlan("leak", "漏水・緊急", queue="leak@kanazawa").target
    80
    """

    key: str
    name: str
    queue: str
    name_en: str = ""
    menu_key: str = ""
    menu_words: str = ""
    greeting: str = ""
    waiting: str = ""
    waiting_every: int = 30
    cut_off: str = CUT_OFF
    max_wait: int = 600
    max_wait_without_operator: int = 120
    max_length: int = 0
    overflow_to: str = ""
    overflow_after: int = 0
    overflow_without_operator: bool = False
    short_abandon: int = 5
    answer_within: int = 20
    target: int = 80
    wrap_up: str = "own pace"
    wrap_up_seconds: int = 0

    def __post_init__(self) -> None:
        place = f"flow {key_of('flow', self.key)}"
        one_line(f"{place}: name", self.name)
        if not self.queue:
            raise ConfigError(f"{place}: has no queue; name the one where its callers wait")
        if not _MENU_KEY.fullmatch(self.menu_key):
            raise ConfigError(
                f"{place}: menu_key {self.menu_key!r}: write one key of a telephone, 0-9, * or #"
            )
        if self.menu_key and not self.menu_words.strip():
            raise ConfigError(f"{place}: menu_words is empty; write what the menu says for {self.menu_key}")
        for name in (
            "max_wait",
            "max_wait_without_operator",
            "max_length",
            "overflow_after",
            "short_abandon",
            "answer_within",
            "wrap_up_seconds",
        ):
            whole(f"{place}: {name}", getattr(self, name), 0, _LONGEST)
        whole(f"{place}: waiting_every", self.waiting_every, 5, 3600)
        whole(f"{place}: target", self.target, 0, 100)
        if self.wrap_up not in WRAP_UPS:
            raise ConfigError(f"{place}: wrap_up {self.wrap_up!r}: write one of {', '.join(WRAP_UPS)}")
        if self.wrap_up.startswith("timed") and not self.wrap_up_seconds:
            raise ConfigError(f"{place}: wrap_up is {self.wrap_up}; write wrap_up_seconds too")
        if self.overflow_to and not (self.overflow_after or self.overflow_without_operator):
            raise ConfigError(
                f"{place}: overflow_to says where, but not when; write overflow_after in seconds, "
                "or overflow_without_operator = true"
            )
        if self.overflow_to and 0 < self.max_wait <= self.overflow_after:
            raise ConfigError(
                f"{place}: overflow_after ({self.overflow_after} s) comes no sooner than max_wait "
                f"({self.max_wait} s), so nobody overflows; write a smaller one"
            )
        if not self.overflow_to and (self.overflow_after or self.overflow_without_operator):
            raise ConfigError(f"{place}: overflow_to is missing; name the queue callers go on to")


@dataclass(frozen=True)
class OperatorPlan:
    """A registered operator ID; `roles` (operator, supervisor, administrator) are those of its account.

    >>> OperatorPlan("op01", "佐藤 花子", extension="1001").roles
    ('operator',)
    """

    key: str
    name: str
    kana: str = ""
    extension: str = ""
    roles: tuple[str, ...] = ("operator",)

    def __post_init__(self) -> None:
        key_of("operator", self.key)
        one_line(f"operator {self.key}: name", self.name)
        if self.extension and not re.fullmatch(r"[0-9]{1,15}", self.extension):
            raise ConfigError(f"operator {self.key}: extension {self.extension!r}: write digits")
        roles_of(f"operator {self.key}", self.roles)


ROLES = ("operator", "supervisor", "administrator")
"""What a person with an account may be; one may be several."""


def roles_of(place: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """The roles themselves; ConfigError for one there is not.

    >>> roles_of("user sato", ("operator", "supervisor"))
    ('operator', 'supervisor')
    """
    for role in roles:
        if role not in ROLES:
            raise ConfigError(f"{place}: there is no role {role!r}; there are {', '.join(ROLES)}")
    return roles


@dataclass(frozen=True)
class TierPlan:
    """An operator serving a queue in a season; a lower level, then a lower position, is asked first.

    >>> TierPlan("busy", "leak@kanazawa", "op01").level
    1
    """

    season: str
    queue: str
    operator: str
    level: int = 1
    position: int = 1
    skill: int = 0

    def __post_init__(self) -> None:
        place = f"tier {self.season}, {self.queue}, {self.operator}"
        for name, least in (("level", 1), ("position", 1), ("skill", 0)):
            whole(f"{place}: {name}", getattr(self, name), least, 1000)


@dataclass(frozen=True)
class MenuPlan:
    """What callers hear before and in the menu: names of announcements, empty for nothing.

    `tries` times the words of the flows are said, `seconds` long a key is waited for.

    >>> MenuPlan(greeting="greeting").tries
    3
    """

    greeting: str = ""
    invalid: str = ""
    timeout: str = ""
    failure: str = ""
    end: str = ""
    tries: int = 3
    seconds: int = 5

    def __post_init__(self) -> None:
        whole("menu: tries", self.tries, 1, 10)
        whole("menu: seconds", self.seconds, 1, 60)


def key_of(what: str, key: object) -> str:
    """The key itself; ConfigError unless FreeSWITCH, a file's name and a command line can all carry it.

    >>> key_of("flow", "leak")
    'leak'
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ConfigError(f"{what} {key!r}: write its key as letters, digits, _ . -")
    return key


def one_line(place: str, text: object) -> str:
    """The text itself; ConfigError unless it is one printable line, not empty.

    >>> one_line("flow leak: name", "漏水・緊急")
    '漏水・緊急'
    """
    if not isinstance(text, str) or not text.strip() or not text.isprintable():
        raise ConfigError(f"{place} {text!r}: write a text of one line, not empty")
    return text


def whole(place: str, value: object, low: int, high: int) -> int:
    """The number itself; ConfigError unless it is whole and within both bounds.

    >>> whole("season busy: seats", 20, 0, 1000)
    20
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{place}: give a whole number from {low} to {high}, not {value!r}")
    return value
