"""A running FreeSWITCH asked whether it is fit for us: findings, each with a cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from fsbridge.adapters.switchconf.run import profile_runs
from fsbridge.errors import CommandFailed, FsbridgeError
from fsbridge.esl import InboundESL

OLDEST = (1, 11, 1)
"""Before it, a socket without a log-in could throw operators out of mod_verto."""
MODULES = (
    "mod_event_socket", "mod_commands", "mod_dptools", "mod_dialplan_xml", "mod_db", "mod_hash",
    "mod_expr", "mod_callcenter", "mod_sofia", "mod_verto", "mod_rtc", "mod_loopback", "mod_opus",
    "mod_sndfile", "mod_native_file", "mod_local_stream", "mod_tone_stream", "mod_spandsp", "mod_spy",
    "mod_json_cdr",
)  # fmt: skip
STRANGER = "203.0.113.1"
"""An address from a network that is reserved for documentation: no list may admit it."""
HEARTBEAT = 20
"""Seconds after which a silent event socket is taken for dead."""

_TALKATIVE = ("debug", "debug10", "console", "7", "8")

Ask = Callable[..., str]


@dataclass(frozen=True)
class Finding:
    """One answer: what was looked at, whether it is right, what was found, what to do if not.

    >>> Finding("version", True, "1.11.1", "install a newer one").ok
    True
    """

    name: str
    ok: bool
    found: str
    cure: str


@dataclass(frozen=True)
class _Running:
    """What is asked, and what for."""

    ask: Ask
    password: str
    queues: Sequence[str]

    def configuration(self, name: str) -> ElementTree.Element:
        """One module's configuration as FreeSWITCH has read it."""
        return self._xml("configuration", "configuration", "name", name)

    def dialplan(self) -> ElementTree.Element:
        """The whole dialplan as FreeSWITCH has read it."""
        return self._xml("dialplan")

    def _xml(self, *words: str) -> ElementTree.Element:
        text = self.ask("xml_locate", *words)
        try:
            return ElementTree.fromstring(text)
        except ElementTree.ParseError:
            return ElementTree.Element("none")


def check(
    host: str, port: int, password: str, queues: Sequence[str] = (), timeout: float = 5.0
) -> list[Finding]:
    """Everything worth knowing about the FreeSWITCH at this event socket; `queues` must be there.

    One that cannot be reached is a finding too, the only one.

    >>> [one.ok for one in check("127.0.0.1", 1, "no-matter-which")]
    [False]
    """
    try:
        with InboundESL(host, port, password, timeout) as esl:
            return findings(esl.api, password, queues)
    except (FsbridgeError, OSError) as error:
        cure = "start it (fsbridge switch run), or correct switch.host, switch.port and switch.password"
        return [Finding("event socket", False, f"{host} port {port}: {error}", cure)]


def findings(ask: Ask, password: str, queues: Sequence[str] = ()) -> list[Finding]:
    """The findings about the FreeSWITCH that `ask(command, *arguments)` reaches.

    >>> [one.name for one in findings(lambda *words: "", "ClueCon") if one.ok]
    ['heartbeat']
    """
    running = _Running(ask, password, queues)
    return [finding for one in CHECKS for finding in one(running)]


def _version(running: _Running) -> Iterator[Finding]:
    text = running.ask("version").strip()
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    found = tuple(map(int, match.groups())) if match else ()
    wanted = ".".join(map(str, OLDEST))
    shown = text.splitlines()[0] if text else "none"
    yield Finding("version", found >= OLDEST, shown, f"install FreeSWITCH {wanted} or later")


def _modules(running: _Running) -> Iterator[Finding]:
    missing = [name for name in MODULES if running.ask("module_exists", name).strip() != "true"]
    found = f"missing: {', '.join(missing)}" if missing else f"{len(MODULES)} loaded"
    cure = "add them to modules.conf.xml (or install their packages), restart"
    yield Finding("modules", not missing, found, cure)


def _event_socket(running: _Running) -> Iterator[Finding]:
    settings = _params(running.configuration("event_socket.conf"))
    address = settings.get("listen-ip", "::")
    everywhere = address in ("0.0.0.0", "::", "")
    weak = running.password == "ClueCon"
    yield Finding(
        "event socket password",
        not weak,
        "the one everybody knows" if weak else f"its own, listening at {address}",
        "set another password in event_socket.conf.xml"
        + (" and listen at 127.0.0.1: now anybody in the network is root of it" if everywhere else ""),
    )
    acl = settings.get("apply-inbound-acl", "")
    admits = bool(acl) and running.ask("acl", STRANGER, acl).strip() == "true"
    found = f"{acl} admits everybody" if admits else (acl or "none")
    yield Finding(
        "event socket access list",
        (bool(acl) and not admits) or address in ("127.0.0.1", "::1"),
        found,
        "name a list with default deny in event_socket.conf.xml (apply-inbound-acl) and in acl.conf.xml",
    )


def _scripts(running: _Running) -> Iterator[Finding]:
    lines, wrong, last = [], [], []
    for actions in running.dialplan().iter("condition"):
        data = [(one.get("application"), one.get("data", "")) for one in actions.iter("action")]
        for at, (application, argument) in enumerate(data):
            if application == "socket":
                lines.append(argument)
                if not {"async", "full"} <= set(argument.split()):
                    wrong.append(argument)
                if at == len(data) - 1:
                    last.append(argument)
    yield Finding(
        "socket action",
        bool(lines) and not wrong,
        ", ".join(wrong or lines) or "none in the dialplan",
        'write <action application="socket" data="HOST:PORT async full"/>: else no hang-up is ever told',
    )
    if lines:
        yield Finding(
            "actions after the socket",
            not last,
            f"none after {', '.join(last)}" if last else "present",
            "add actions behind it: they serve the caller while no script is running",
        )


def _timers(running: _Running) -> Iterator[Finding]:
    profiles = list(running.configuration("sofia.conf").iter("profile"))
    hard = [p.get("name", "?") for p in profiles if _params(p).get("rtp-timer-name", "") != "soft"]
    yield Finding(
        "voice timers",
        bool(profiles) and not hard,
        f"not soft in: {', '.join(hard)}" if hard else f"soft in {len(profiles)} SIP profiles",
        "set rtp-timer-name to soft, or playback to a silent caller never ends and recordings stay empty",
    )


def _profiles(running: _Running) -> Iterator[Finding]:
    status = running.ask("sofia", "xmlstatus")
    names = [p.get("name", "?") for p in running.configuration("sofia.conf").iter("profile")]
    down = [name for name in names if not profile_runs(status, name)]
    found = f"not running: {', '.join(down)}" if down else f"running: {', '.join(names)}"
    cure = "see its log, the port may be taken; then: sofia profile NAME start"
    yield Finding("SIP profiles", bool(names) and not down, found, cure)


def _heartbeat(running: _Running) -> Iterator[Finding]:
    text = _params(running.configuration("switch.conf")).get("event-heartbeat-interval", str(HEARTBEAT))
    found = int(text) if text.isdigit() else 0
    yield Finding(
        "heartbeat",
        0 < found <= HEARTBEAT,
        f"every {text} s",
        f"set event-heartbeat-interval to {HEARTBEAT} or less in switch.conf.xml: it shows half-open sockets",
    )


def _queues(running: _Running) -> Iterator[Finding]:
    try:
        lines = running.ask("callcenter_config", "queue", "list").splitlines()
    except CommandFailed as error:
        lines = [str(error)]
    there = {line.split("|")[0] for line in lines if "|" in line} - {"name"}
    missing = [name for name in running.queues if name not in there]
    found = f"missing: {', '.join(missing)}" if missing else (", ".join(sorted(there)) or "none")
    cure = "add them to callcenter.conf.xml, then: callcenter_config queue load NAME"
    yield Finding("queues", bool(there) and not missing, found, cure)


def _records(running: _Running) -> Iterator[Finding]:
    settings = _params(running.configuration("json_cdr.conf"))
    goal = settings.get("url") or settings.get("log-dir") or ""
    legs = settings.get("log-b-leg", "false") in ("true", "yes", "on", "1")
    encoded = settings.get("encode-values", "true") in ("true", "yes", "on", "1")
    found = f"to {goal or 'nowhere'}" + ("" if legs else ", first legs only")
    found += "" if encoded else ", values not encoded"
    yield Finding(
        "call records",
        bool(goal) and legs and encoded,
        found,
        "in json_cdr.conf.xml set log-dir (or url), log-b-leg and encode-values to true",
    )


def _log(running: _Running) -> Iterator[Finding]:
    level = _params(running.configuration("switch.conf")).get("loglevel", "debug").lower()
    secret = level in _TALKATIVE
    cure = "set loglevel to info in switch.conf.xml: debug writes the passwords of Verto log-ins into the log"
    yield Finding("log level", not secret, level, cure)


def _params(element: ElementTree.Element) -> dict[str, str]:
    return {one.get("name", ""): one.get("value", "") for one in element.iter("param")}


CHECKS: Sequence[Callable[[_Running], Iterable[Finding]]] = (
    _version, _modules, _event_socket, _scripts, _profiles, _timers, _heartbeat, _queues, _records, _log,
)  # fmt: skip
"""The checks, in the order in which they are shown."""
