"""Settings: defaults, overlaid by a file, then by FSBRIDGE_* variables, then by the command line."""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import os
import re
import tomllib
import typing
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import platformdirs

from fsbridge.errors import ConfigError
from fsbridge.sections import (
    SHIPPED,
    CdrSettings,
    DeskSettings,
    MailSettings,
    OperatorSettings,
    OutboundSettings,
    PanelSettings,
    RecordingSettings,
    ReportSettings,
    SpeechSettings,
    SwitchSettings,
    setting,
)

__all__ = [
    "SHIPPED",
    "SPECIAL",
    "CdrSettings",
    "DeskSettings",
    "MailSettings",
    "OperatorSettings",
    "OutboundSettings",
    "PanelSettings",
    "RecordingSettings",
    "ReportSettings",
    "Settings",
    "SpeechSettings",
    "SwitchSettings",
    "keys",
    "load",
    "variable",
]

PREFIX = "FSBRIDGE_"
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
SPECIAL = ("FSBRIDGE_HOME", "FSBRIDGE_CONFIG", "FSBRIDGE_FREESWITCH", "FSBRIDGE_LANG")
"""Variables that are no settings: home folder, settings' file, FreeSWITCH program, the commands' language."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; `home` comes from --home or FSBRIDGE_HOME alone.

    >>> settings = load(environment={"FSBRIDGE_SWITCH_PORT": "8022"}, home="/nowhere")
    >>> settings.switch.port, settings.outbound.port
    (8022, 8084)
    """

    home: Path
    zone: str = setting("Asia/Tokyo", "time zone of everything on screen")
    script: str = setting("dialplan_scripts.kanazawa", "module whose `app` serves the calls")
    database: str = setting("", "sqlite:///PATH or postgresql://USER@HOST/NAME; empty: a file in the home")
    drain: float = setting(30.0, "seconds calls may take to end at shutdown")
    switch: SwitchSettings = SwitchSettings()
    outbound: OutboundSettings = OutboundSettings()
    cdr: CdrSettings = CdrSettings()
    desk: DeskSettings = DeskSettings()
    operators: OperatorSettings = OperatorSettings()
    speech: SpeechSettings = SpeechSettings()
    panel: PanelSettings = PanelSettings()
    recordings: RecordingSettings = RecordingSettings()
    report: ReportSettings = ReportSettings()
    mail: MailSettings = MailSettings()

    def __post_init__(self) -> None:
        _port("switch.port", self.switch.port)
        _port("outbound.port", self.outbound.port)
        _networks("outbound.allow", self.outbound.allow)
        try:
            ipaddress.ip_address(self.outbound.listen)
        except ValueError:
            raise ConfigError(
                f"outbound.listen is {self.outbound.listen!r}; give an IP address, for example 127.0.0.1"
            ) from None
        if not self.switch.host:
            raise ConfigError("switch.host is empty; give FreeSWITCH's address, for example 127.0.0.1")
        if self.outbound.max_connections < 1:
            raise ConfigError("outbound.max_connections must be 1 or more")
        if not 1 <= self.operators.ring <= 60:
            raise ConfigError(
                f"operators.ring is {self.operators.ring}; give 1 to 60 seconds: FreeSWITCH gives up then"
            )
        if self.operators.misses < 1:
            raise ConfigError("operators.misses must be 1 or more calls missed in a row")
        if not 0 <= self.speech.deadline <= 60:
            raise ConfigError("speech.deadline must be between 0 and 60 seconds")
        if not 0 <= self.cdr.port <= 65535:
            raise ConfigError(f"cdr.port is {self.cdr.port}; give a port from 1 to 65535, or 0 for none")
        if self.cdr.sweep <= 0 or self.cdr.keep < 0:
            raise ConfigError("cdr.sweep must be more than 0 seconds, and cdr.keep 0 days or more")
        if not 0 <= self.panel.port <= 65535:
            raise ConfigError(f"panel.port is {self.panel.port}; give a port from 1 to 65535, or 0 for none")
        if self.panel.verto and not self.panel.verto.startswith(("ws://", "wss://")):
            raise ConfigError(f"panel.verto is {self.panel.verto!r}; give an address like wss://HOST:8082")
        if self.recordings.format not in ("flac", "opus"):
            raise ConfigError(f"recordings.format is {self.recordings.format!r}; give flac or opus")
        storage = self.recordings.storage
        if storage and not storage.startswith("s3://"):
            raise ConfigError(f"recordings.storage is {storage!r}; give s3://BUCKET/PREFIX, or nothing")
        if self.recordings.silence < 0:
            raise ConfigError("recordings.silence is negative; give seconds, or 0 for never")
        if not 0 <= self.panel.proxies <= 5:
            raise ConfigError(f"panel.proxies is {self.panel.proxies}; give 0 to 5")
        if not 1 <= self.report.year_begins <= 12:
            raise ConfigError(f"report.year_begins is {self.report.year_begins}; give a month, 1 to 12")
        _mail(self.mail)
        if self.drain < 0:
            raise ConfigError("drain is negative; give the seconds calls may take to end")
        if any(char in self.switch.password for char in "\r\n\0"):
            raise ConfigError("switch.password holds a line break; remove it")
        try:
            zoneinfo.ZoneInfo(self.zone)
        except (ValueError, KeyError, OSError):
            raise ConfigError(f"zone is {self.zone!r}, which is unknown; give one like Asia/Tokyo") from None

    @property
    def database_url(self) -> str:
        """Where the store is."""
        return self.database or f"sqlite:///{self.home / 'centre.sqlite3'}"

    @property
    def verto_address(self) -> str:
        """Where browsers reach the switch."""
        return self.panel.verto or f"ws://{self.switch.host}:{self.switch.verto_port}"

    @property
    def switch_folder(self) -> Path:
        """Where FreeSWITCH is rendered to."""
        return Path(self.switch.folder).absolute() if self.switch.folder else self.home / "switch"

    @property
    def speech_folder(self) -> Path:
        """Where what was spoken is kept."""
        named = self.speech.folder
        return Path(named).absolute() if named else self.home / "sounds" / "spoken"


def keys() -> Iterator[tuple[str, Any, str]]:
    """Every setting as (key, default, meaning), for the reference.

    >>> next(row for row in keys() if row[0] == "outbound.port")
    ('outbound.port', 8084, 'port to listen at')
    """
    for field in dataclasses.fields(Settings):
        if dataclasses.is_dataclass(field.default):
            for inner in dataclasses.fields(field.default):
                yield f"{field.name}.{inner.name}", inner.default, inner.metadata["doc"]
        elif "doc" in field.metadata:
            yield field.name, field.default, field.metadata["doc"]


def variable(key: str) -> str:
    """The environment variable of a key.

    >>> variable("switch.port")
    'FSBRIDGE_SWITCH_PORT'
    """
    return PREFIX + key.upper().replace(".", "_")


def load(
    *,
    home: str | Path | None = None,
    config: str | Path | None = None,
    overrides: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """The settings that hold; ConfigError names the key that cannot, where it stands, and the cure.

    Without `home` and FSBRIDGE_HOME, the home folder is where the platform keeps a user's data.
    `overrides` are the command line's, by dotted key; None values are left out. Without `config`,
    the file is FSBRIDGE_CONFIG or ``fsbridge.toml`` in the home folder, if it is there.

    >>> load(environment={"FSBRIDGE_SWITCH_PROT": "1"}, home="/nowhere")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: FSBRIDGE_SWITCH_PROT is no setting; did you mean FSBRIDGE_SWITCH_PORT?
    """
    environment = os.environ if environment is None else environment
    named = home or environment.get("FSBRIDGE_HOME")
    folder = Path(named or platformdirs.user_data_path("fsbridge")).absolute()
    values = dict(_from_file(config or environment.get("FSBRIDGE_CONFIG"), folder))
    values |= _from_environment(environment)
    for key, value in (overrides or {}).items():
        if value is not None:
            values[_known(key, key)] = _converted(key, value, "the command line")
    tables: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        table, _, name = key.rpartition(".")
        tables.setdefault(table, {})[name] = value
    sections: dict[str, Any] = {
        field.name: cast(Any, type(field.default))(**tables.get(field.name, {}))
        for field in dataclasses.fields(Settings)
        if dataclasses.is_dataclass(field.default)
    }
    return Settings(home=folder, **sections, **tables.get("", {}))


def _from_file(named: str | Path | None, home: Path) -> Iterator[tuple[str, Any]]:
    path = Path(named) if named else home / "fsbridge.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if named:
            raise ConfigError(f"there is no settings file {path}; create it or name another") from None
        return
    except (OSError, ValueError) as error:
        raise ConfigError(f"the settings file {path} cannot be read: {error}") from None
    for key, value in table.items():
        rows = [(key, value)]
        if isinstance(value, dict):
            rows = [(f"{key}.{inner}", one) for inner, one in value.items()]
        for dotted, one in rows:
            yield _known(dotted, f"{path}: {dotted}"), _converted(dotted, one, str(path))


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    variables = {variable(key): key for key, _, _ in keys()}
    values = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name in SPECIAL:
            continue
        if name not in variables:
            raise ConfigError(f"{name} is no setting{_meant(name, [*variables, *SPECIAL])}")
        values[variables[name]] = _converted(variables[name], value, name)
    return values


def _known(key: str, shown: str) -> str:
    known = [row[0] for row in keys()]
    if key not in known:
        raise ConfigError(f"{shown} is no setting{_meant(key, known)}")
    return key


def _meant(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


def _hint(key: str) -> Any:
    table, _, name = key.rpartition(".")
    kind = typing.get_type_hints(Settings)[table] if table else Settings
    return typing.get_type_hints(kind)[name]


def _converted(key: str, value: object, where: str) -> Any:
    """The value as its key wants it, from a text (variables, command line) or a TOML value."""
    hint = _hint(key)
    try:
        if hint is str and isinstance(value, str):
            return value
        if hint is int and isinstance(value, (str, int)) and not isinstance(value, bool):
            return int(value)
        if hint is float and isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return float(value)
        if typing.get_origin(hint) is tuple:
            words = value.split(",") if isinstance(value, str) else cast("list[object]", value)
            if isinstance(words, (list, tuple)) and all(isinstance(word, str) for word in words):
                return tuple(word.strip() for word in cast("list[str]", words) if word.strip())
    except ValueError:
        pass
    wanted = {int: "a whole number", float: "a number", str: "a text"}.get(hint, "a list of texts")
    raise ConfigError(f"{key} is {value!r} in {where}; give {wanted}")


def _mail(mail: MailSettings) -> None:
    _port("mail.port", mail.port)
    if mail.security not in ("starttls", "tls", "none"):
        raise ConfigError(f"mail.security is {mail.security!r}; give starttls, tls or none")
    if mail.user and mail.security == "none":
        raise ConfigError("mail.security is none: mail.password would go unencrypted; give starttls or tls")
    for name in ("sender", "daily", "weekly", "monthly", "half_year"):
        value = getattr(mail, name)
        for address in (value,) if isinstance(value, str) else value:
            if address and not _ADDRESS.fullmatch(address):
                raise ConfigError(f"mail.{name} holds {address!r}; give an address like sato@example.jp")
    if mail.host and not mail.sender:
        raise ConfigError("mail.sender is empty, and mail.host is not; give the address that mail comes from")
    for form in mail.forms:
        if form not in ("pdf", "xlsx", "html"):
            raise ConfigError(f"mail.forms holds {form!r}; give pdf, xlsx or html")
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", mail.at):
        raise ConfigError(f"mail.at is {mail.at!r}; give a time like 07:00")


def _port(key: str, value: int) -> None:
    if not 1 <= value <= 65535:
        raise ConfigError(f"{key} is {value}; give a port from 1 to 65535")


def _networks(key: str, values: tuple[str, ...]) -> None:
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            raise ConfigError(f"{key} holds {value!r}; give networks, for example 127.0.0.0/8") from None
