"""The sections of the settings, each key with its default and its meaning."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent.parent / "freeswitch_conf" / "centre"
"""The FreeSWITCH templates and the example centre that come with the project."""


def setting(default: Any, doc: str) -> Any:
    """A setting: its default, and what it means.

    >>> setting(5, "how many").metadata["doc"]
    'how many'
    """
    return dataclasses.field(default=default, metadata={"doc": doc})


@dataclass(frozen=True)
class SwitchSettings:
    """The FreeSWITCH to talk to, and what a rendered one is made of.

    >>> SwitchSettings().port
    8021
    """

    host: str = setting("127.0.0.1", "address of FreeSWITCH's event socket; a rendered one listens there")
    port: int = setting(8021, "port of the event socket")
    password: str = setting("", "the event socket's password; empty: the one in the rendered folder")
    folder: str = setting("", "where FreeSWITCH is rendered and writes; empty: `switch` in the home folder")
    centre: str = setting(str(SHIPPED / "kanazawa.toml"), "the call centre's data")
    templates: str = setting(str(SHIPPED), "the templates of its configuration")
    name: str = setting("centre", "what FreeSWITCH calls itself")
    sip_port: int = setting(5060, "port for the trunk")
    verto_port: int = setting(8081, "port for browsers")
    carrier: str = setting("", "HOST or HOST:PORT to which outgoing calls are sent; empty: there are none")
    phones_port: int = setting(0, "port for telephones without people (demonstration, tests); 0: none")
    rtp_first: int = setting(16384, "first port for voice")
    rtp_last: int = setting(32766, "last port for voice")
    esl_allow: tuple[str, ...] = setting(("127.0.0.0/8", "::1/128"), "networks that may use the event socket")
    sip_allow: tuple[str, ...] = setting(("127.0.0.0/8",), "networks the trunk calls from")
    verto_allow: tuple[str, ...] = setting(("127.0.0.0/8", "::1/128"), "networks browsers come from")
    max_sessions: int = setting(500, "legs at the same time")
    sessions_per_second: int = setting(500, "new legs a second; a ring-all queue makes one an operator")
    heartbeat: int = setting(20, "seconds between HEARTBEAT events")
    verto_detach: int = setting(120, "seconds an answered call waits for a reloading browser")
    cdr_url: str = setting("", "where call records are posted; empty: to `cdr.port`, if there is one")
    log_level: str = setting("info", "FreeSWITCH's log; debug writes operators' passwords into it")


@dataclass(frozen=True)
class OutboundSettings:
    """Where scripts are served to FreeSWITCH.

    >>> OutboundSettings().fallback
    'transfer:fallback XML public'
    """

    listen: str = setting("127.0.0.1", "address to listen at")
    port: int = setting(8084, "port to listen at")
    allow: tuple[str, ...] = setting(("127.0.0.0/8", "::1/128"), "networks FreeSWITCH connects from")
    max_connections: int = setting(500, "calls at the same time; more go to the fallback")
    fallback: str = setting("transfer:fallback XML public", "where a call goes that no script can serve")


@dataclass(frozen=True)
class CdrSettings:
    """Where FreeSWITCH's call records are taken.

    >>> CdrSettings().listen
    '127.0.0.1'
    """

    listen: str = setting("127.0.0.1", "loopback address to take call records at")
    port: int = setting(8085, "port to take call records at; 0: only from files")
    secret: str = setting("", "what FreeSWITCH shows there; empty: one made when it is rendered")
    sweep: float = setting(10.0, "seconds between looks for call records left as files")
    keep: int = setting(30, "days a call record's file is kept after it was taken in")


@dataclass(frozen=True)
class DeskSettings:
    """What operators may call, and what is shown there.

    >>> DeskSettings().allowed[0]
    '110'
    """

    allowed: tuple[str, ...] = setting(
        ("110", "118", "119", "0*"), "numbers that may be called, or beginnings with *"
    )
    forbidden: tuple[str, ...] = setting(
        ("010*", "00*", "0990*", "0180*", "0170*", "0570*"), "those that may not; the longer rule holds"
    )
    caller_ids: tuple[str, ...] = setting(
        (), "FLOW=NUMBER for each flow that shows another number than the plan's"
    )


@dataclass(frozen=True)
class OperatorSettings:
    """How calls are offered to operators.

    >>> OperatorSettings().ring
    20
    """

    ring: int = setting(20, "seconds an operator's telephone rings before the call goes to the next")
    misses: int = setting(2, "calls missed in a row after which an operator is offered no more")


@dataclass(frozen=True)
class SpeechSettings:
    """Who speaks the texts of call scripts.

    >>> SpeechSettings().engine
    'openjtalk'
    """

    engine: str = setting(
        "openjtalk", "openjtalk, google[:LANGUAGE], espeak-ng[:VOICE], command:PROGRAM …, or tone"
    )
    standby: tuple[str, ...] = setting((), "engines whose earlier renderings are heard when this one fails")
    folder: str = setting("", "where what was spoken is kept; empty: `sounds/spoken` in the home folder")
    readings: str = setting("", "file of words and their readings; empty: none")
    deadline: float = setting(3.0, "seconds a caller waits for a text to be spoken")
    fallback: str = setting(
        "恐れ入りますが、しばらくお待ちください。",
        "heard when a text cannot be spoken; rendered at the start",
    )


@dataclass(frozen=True)
class RecordingSettings:
    """How recordings are kept once a call is over.

    >>> RecordingSettings().format
    'flac'
    """

    format: str = setting("flac", "flac: every sample; opus: a quarter of the bytes, as good to the ear")
    storage: str = setting("", "s3://BUCKET/PREFIX[?endpoint=URL] to keep them there; empty: on this machine")
    silence: int = setting(0, "seconds until a forgotten pause of a recording ends by itself; 0: never")


@dataclass(frozen=True)
class ReportSettings:
    """How printed reports cut the year.

    >>> ReportSettings().year_begins
    4
    """

    year_begins: int = setting(4, "month the fiscal year begins in, and half-years with it")


@dataclass(frozen=True)
class MailSettings:
    """The server that reports are e-mailed over, and to whom; without `host` none is sent.

    >>> MailSettings().security
    'starttls'
    """

    host: str = setting("", "SMTP server; empty: no mail is sent")
    port: int = setting(587, "its port")
    security: str = setting("starttls", "starttls, tls or none")
    user: str = setting("", "login name there; empty: none")
    password: str = setting("", "and its password")
    sender: str = setting("", "address that mail comes from")
    daily: tuple[str, ...] = setting((), "addresses that daily reports go to")
    weekly: tuple[str, ...] = setting((), "addresses that weekly reports go to")
    monthly: tuple[str, ...] = setting((), "addresses that monthly reports go to")
    half_year: tuple[str, ...] = setting((), "addresses that half-year reports go to")
    forms: tuple[str, ...] = setting(("pdf", "xlsx"), "files that go with the mail: pdf, xlsx, html")
    at: str = setting("07:00", "time of day from which finished periods are sent")


@dataclass(frozen=True)
class PanelSettings:
    """Where the panel is served to browsers.

    >>> PanelSettings().port
    8080
    """

    listen: str = setting("127.0.0.1", "address the panel is served at; put TLS in front for any other")
    port: int = setting(8080, "port the panel is served at; 0: none")
    verto: str = setting("", "where browsers reach FreeSWITCH, ws(s)://HOST:PORT; empty: switch.verto_port")
    proxies: int = setting(0, "how many servers stand in front and say where a request comes from")
