"""A running FreeSWITCH, looked at: where its telephones without people are, and where it asks for scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.esl import InboundESL

PHONES_CURE = (
    "set switch.phones_port (FSBRIDGE_SWITCH_PHONES_PORT=5090) and start it anew: fsbridge switch run"
)


@dataclass(frozen=True)
class Found:
    """What a FreeSWITCH that this project rendered says of itself; addresses are ``HOST:PORT``.

    >>> places = {"trunk": "127.0.0.1:5060", "phones": "127.0.0.1:5090", "scripts": "127.0.0.1:8084"}
    >>> Found("127.0.0.1", 8021, "", **places, numbers="^(100)$").answers("100")
    True
    """

    host: str
    port: int
    password: str
    trunk: str
    phones: str
    scripts: str
    numbers: str = ""
    queues: frozenset[str] = frozenset()

    @property
    def local(self) -> bool:
        """Whether it runs on this machine."""
        return self.host == "localhost" or self.host == "::1" or self.host.startswith("127.")

    def answers(self, number: str) -> bool:
        """Whether scripts are asked for when somebody calls this number."""
        return re.search(self.numbers, number) is not None


def look(host: str, port: int, password: str) -> Found:
    """Ask the FreeSWITCH at this event socket; ConfigError says what it lacks, and the cure."""
    where = f"the FreeSWITCH at {host}:{port}"
    esl = InboundESL(host, port, password)
    try:
        with esl:
            sofia = _xml(esl, "configuration", "configuration", "name", "sofia.conf")
            dialplan = _xml(esl, "dialplan")
            queues = esl.api("callcenter_config", "queue", "list")
    except FsbridgeError as error:
        raise ConfigError(
            f"{where} cannot be used: {error}; start one with `fsbridge switch run`, and give its password"
        ) from error
    phones, trunk = _address(sofia, "phones"), _address(sofia, "trunk")
    if not phones:
        raise ConfigError(f"{where} has no telephones for a demonstration: {PHONES_CURE}")
    scripts = dialplan.find(".//context[@name='public']/extension[@name='scripts']/condition")
    socket = scripts.find("action[@application='socket']") if scripts is not None else None
    if scripts is None or socket is None or not trunk:
        raise ConfigError(f"{where} was not rendered by this project: start one with `fsbridge switch run`")
    return Found(
        host,
        port,
        password,
        trunk,
        phones,
        socket.get("data", "").partition(" ")[0],
        scripts.get("expression", ""),
        frozenset(line.partition("|")[0] for line in queues.splitlines()[1:] if "|" in line),
    )


def _xml(esl: InboundESL, *words: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(esl.api("xml_locate", *words))
    except ElementTree.ParseError:
        return ElementTree.Element("none")


def _address(sofia: ElementTree.Element, profile: str) -> str:
    """Where a SIP profile listens; empty if there is none."""
    settings = sofia.find(f".//profile[@name='{profile}']/settings")
    if settings is None:
        return ""
    values = {one.get("name"): one.get("value", "") for one in settings.findall("param")}
    host = values.get("sip-ip", "")
    return f"{f'[{host}]' if ':' in host else host}:{values.get('sip-port', '')}"
