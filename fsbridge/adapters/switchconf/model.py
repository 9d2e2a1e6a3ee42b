"""What a FreeSWITCH of ours is made from, as plain values: the machine's side and the centre's data."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fsbridge.adapters.switchconf.text import plain, whole
from fsbridge.domain.planparts import CUT_OFF, STRATEGIES
from fsbridge.domain.schedule import OUT_OF_HOURS, Schedule
from fsbridge.errors import ConfigError

STATUSES = ("", "Logged Out", "Available", "Available (On Demand)", "On Break")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*\Z")
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*@[A-Za-z0-9][A-Za-z0-9_.\-]*\Z")
_NUMBER = re.compile(r"\+?[0-9*#X]+\Z")
_HASH = re.compile(r"[0-9a-f]{32}\Z")
_LOG_LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


@dataclass(frozen=True)
class Queue:
    """One queue of mod_callcenter; times in seconds, 0 for no limit.

    `tier_wait` is how long a caller waits before agents of the next level are tried as well.

    >>> Queue("leak@kanazawa", strategy="ring-all").record
    True
    """

    name: str
    strategy: str = "longest-idle-agent"
    music: str = "tone_stream://v=-20;%(400,3600,400);loops=-1"
    max_wait: int = 600
    max_wait_without_agent: int = 120
    tier_wait: int = 0
    record: bool = True

    def __post_init__(self) -> None:
        _matches(_QUEUE, "queue name", self.name, "NAME@CENTRE")
        if self.strategy not in STRATEGIES:
            raise ConfigError(f"queue {self.name}: strategy must be one of {', '.join(STRATEGIES)}")
        plain(f"queue {self.name}: music", self.music)
        for key in ("max_wait", "max_wait_without_agent", "tier_wait"):
            whole(f"queue {self.name}: {key}", getattr(self, key), 0, 86400)


@dataclass(frozen=True)
class Agent:
    """Somebody queues can ring: `contact` is what FreeSWITCH dials; times in seconds.

    With an empty `status` FreeSWITCH keeps the one it knows (at first: Logged Out).

    >>> Agent("1001", "user/1001@kanazawa", queues=("opening@kanazawa",)).level
    1
    """

    name: str
    contact: str
    queues: tuple[str, ...] = ()
    status: str = ""
    level: int = 1
    position: int = 1
    max_no_answer: int = 0
    wrap_up: int = 0
    reject_delay: int = 0
    busy_delay: int = 0
    no_answer_delay: int = 0

    def __post_init__(self) -> None:
        plain("agent name", self.name)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.@\-]*", self.name):
            raise ConfigError(f"agent name {self.name!r}: use letters, digits, _ . - and @")
        plain(f"agent {self.name}: contact", self.contact)
        if not self.contact:
            raise ConfigError(f"agent {self.name}: contact is empty; write what FreeSWITCH shall dial")
        if self.status not in STATUSES:
            raise ConfigError(f"agent {self.name}: status must be one of {', '.join(filter(None, STATUSES))}")
        for key in (
            "level",
            "position",
            "max_no_answer",
            "wrap_up",
            "reject_delay",
            "busy_delay",
            "no_answer_delay",
        ):
            whole(f"agent {self.name}: {key}", getattr(self, key), 0, 86400)


@dataclass(frozen=True)
class Operator:
    """Somebody who logs in with a browser; no password is kept, only its `a1_hash`.

    >>> Operator("1001", a1_hash("1001", "kanazawa", "secret")).display
    ''
    """

    user: str
    a1_hash: str
    display: str = ""

    def __post_init__(self) -> None:
        _matches(_NAME, "operator user", self.user, "letters, digits, _ . -")
        _matches(_HASH, f"operator {self.user}: a1_hash", self.a1_hash, "32 hexadecimal digits")
        plain(f"operator {self.user}: display", self.display)


def a1_hash(user: str, domain: str, password: str) -> str:
    """The digest under which FreeSWITCH's directory knows a password.

    >>> a1_hash("1001", "kanazawa", "secret")
    '6d4d382fba220b14dd64505ba745ea9c'
    """
    return hashlib.md5(f"{user}:{domain}:{password}".encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Stream:
    """Music from a folder of sound files, played as ``local_stream://NAME``.

    >>> Stream("evening", "/srv/music/evening").name
    'evening'
    """

    name: str
    folder: str

    def __post_init__(self) -> None:
        _matches(_NAME, "stream name", self.name, "letters, digits, _ . -")
        plain(f"stream {self.name}: folder", self.folder)


@dataclass(frozen=True)
class Centre:
    """A call centre's data: numbers, hours, queues, people, and what is said while no script runs.

    `numbers` may hold ``X`` for any digit. `announcements` maps ``cut-off``, ``out-of-hours`` and
    what the schedule announces to sounds. `greeting` is the sound callers hear before the queue.
    `emergency` is the one all callers hear first until the second `emergency_until` since 1970.

    >>> from fsbridge.domain.schedule import Days, Season, Week
    >>> hours = Schedule("Asia/Tokyo", [Season("all", Days("01..12"), Week.of("00:00-24:00"))])
    >>> sounds = {"cut-off": "bye.wav", "out-of-hours": "closed.wav"}
    >>> Centre("town", ("100",), hours, (Queue("all@town"),), "all@town", sounds).queues[0].name
    'all@town'
    """

    name: str
    numbers: tuple[str, ...]
    hours: Schedule
    queues: tuple[Queue, ...]
    fallback_queue: str
    announcements: Mapping[str, str]
    agents: tuple[Agent, ...] = ()
    operators: tuple[Operator, ...] = ()
    streams: tuple[Stream, ...] = ()
    greeting: str = ""
    emergency: str = ""
    emergency_until: int = 0

    def __post_init__(self) -> None:
        plain("greeting", self.greeting)
        plain("emergency", self.emergency)
        whole("emergency_until", self.emergency_until, 0, 2**53)
        _matches(_NAME, "centre name", self.name, "letters, digits, _ . -")
        if not self.numbers:
            raise ConfigError("numbers: name at least one public number")
        for number in self.numbers:
            _matches(_NUMBER, "numbers", number, "digits, * and #, X for any digit")
        queues = [queue.name for queue in self.queues]
        _unique("queues", queues)
        _unique("agents", [agent.name for agent in self.agents])
        _unique("operators", [operator.user for operator in self.operators])
        for key, queue in [("fallback_queue", self.fallback_queue)] + [
            (f"agent {agent.name}: queues", queue) for agent in self.agents for queue in agent.queues
        ]:
            if queue not in queues:
                raise ConfigError(
                    f"{key}: there is no queue {queue!r}; there are {', '.join(queues) or 'none'}"
                )
        for name in (CUT_OFF, OUT_OF_HOURS):
            if not self.announcements.get(name):
                raise ConfigError(
                    f"announcements: {name!r} is missing; name a sound file or a tone_stream://"
                )
        for name, sound in self.announcements.items():
            _matches(_NAME, "announcements", name, "letters, digits, _ . -")
            plain(f"announcement {name}", sound)
        for rule in self.hours.rules:
            for key, text in (("name", rule.name), ("announcement", rule.announcement)):
                _matches(_NAME, f"hours: {key}", text, "letters, digits, _ . -")


@dataclass(frozen=True)
class SwitchConf:
    """Everything the templates need: where FreeSWITCH lives and listens, and for which centre.

    `home` is the only folder it writes to. Networks are CIDRs. `phones_port` > 0 adds telephones
    without people, for demonstrations and tests. `heartbeat` and `verto_detach` in seconds.

    >>> from fsbridge.adapters.switchconf import conf_of
    >>> from fsbridge.config import load
    >>> conf_of(load(home="/nowhere", environment={})).sip_port
    5060
    """

    centre: Centre
    home: Path
    password: str = field(repr=False)
    host: str
    port: int
    script_host: str
    script_port: int
    sip_port: int
    verto_port: int
    phones_port: int
    rtp_first: int
    rtp_last: int
    esl_allow: tuple[str, ...]
    sip_allow: tuple[str, ...]
    verto_allow: tuple[str, ...]
    max_sessions: int
    sessions_per_second: int
    heartbeat: int
    verto_detach: int
    cdr_url: str
    log_level: str
    name: str
    cdr_secret: str = ""
    carrier: str = ""

    def __post_init__(self) -> None:
        _matches(_NAME, "switch name", self.name, "letters, digits, _ . -")
        plain("switch home", str(self.home))
        if not self.home.is_absolute() or re.search(r"[\s,;{}\[\]<>|&]", str(self.home)):
            raise ConfigError(
                f"switch home {str(self.home)!r}: give an absolute path without blanks and brackets"
            )
        if (
            len(self.password) < 12
            or self.password == "ClueCon"
            or not re.fullmatch(r"[A-Za-z0-9_.~\-]+", self.password)
        ):
            raise ConfigError(
                "switch.password: use 12 or more letters, digits, _ . ~ - (or none, to have one made)"
            )
        _address("switch.host", self.host)
        _address("outbound.listen", self.script_host)
        for key in ("port", "script_port", "sip_port", "verto_port", "rtp_first", "rtp_last"):
            whole(f"switch.{key}", getattr(self, key), 1, 65535)
        whole("switch.phones_port", self.phones_port, 0, 65535)
        if self.rtp_last - self.rtp_first < 8:
            raise ConfigError("switch.rtp_last must lie well above switch.rtp_first: two ports for each leg")
        for key in ("esl_allow", "sip_allow", "verto_allow"):
            for network in getattr(self, key):
                _network(f"switch.{key}", network)
        whole("switch.max_sessions", self.max_sessions, 1, 100_000)
        whole("switch.sessions_per_second", self.sessions_per_second, 1, 100_000)
        whole("switch.heartbeat", self.heartbeat, 1, 3600)
        whole("switch.verto_detach", self.verto_detach, 0, 3600)
        if self.log_level not in _LOG_LEVELS:
            raise ConfigError(f"switch.log_level must be one of {', '.join(_LOG_LEVELS)}")
        if self.carrier and not re.fullmatch(r"[A-Za-z0-9.\-]+(:[0-9]{1,5})?", self.carrier):
            raise ConfigError(f"switch.carrier {self.carrier!r}: write HOST or HOST:PORT")
        plain("switch.cdr_url", self.cdr_url)
        if self.cdr_url and urlsplit(self.cdr_url).scheme not in ("http", "https"):
            raise ConfigError("switch.cdr_url must begin with http:// or https://")
        if self.cdr_secret and not re.fullmatch(r"[A-Za-z0-9_.~\-]{12,}", self.cdr_secret):
            raise ConfigError(
                "cdr.secret: use 12 or more letters, digits, _ . ~ - (or none, to have one made)"
            )


def _matches(pattern: re.Pattern[str], key: str, value: str, form: str) -> None:
    if not pattern.match(value):
        raise ConfigError(f"{key} {value!r}: write it as {form}")


def _unique(key: str, names: list[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f"{key}: {twice!r} is there twice")


def _address(key: str, value: str) -> None:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ConfigError(f"{key} {value!r}: give an IP address, for example 127.0.0.1") from None


def _network(key: str, value: str) -> None:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise ConfigError(f"{key} {value!r}: give a network, for example 127.0.0.0/8") from None
