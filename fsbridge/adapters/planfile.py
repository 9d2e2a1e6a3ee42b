"""A data set: a whole centre in one TOML file, read into a plan and what people start with beside it."""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import made, plan_of
from fsbridge.domain.planparts import key_of, one_line
from fsbridge.domain.retention import Retention, retention_of
from fsbridge.domain.schedule import Holidays
from fsbridge.errors import ConfigError

_EXAMPLES = importlib.resources.files("fsbridge.data")


@dataclass(frozen=True)
class ContactEntry:
    """Somebody to begin the contacts with; the numbers in any notation of the plan's region.

    >>> ContactEntry("兼六設備工業", numbers=("076-000-0002",)).tags
    ()
    """

    name: str
    numbers: tuple[str, ...]
    kana: str = ""
    organisation: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        one_line("name", self.name)
        if not self.numbers:
            raise ConfigError(f"{self.name}: has no number; write at least one")


@dataclass(frozen=True)
class CaseTypeEntry:
    """A kind of case; with a `parent` it is of the second level. `system` ones are never offered to people.

    >>> CaseTypeEntry("leak.road", "道路漏水", parent="leak").flow
    ''
    """

    key: str
    name: str
    name_en: str = ""
    kana: str = ""
    flow: str = ""
    parent: str = ""
    system: bool = False

    def __post_init__(self) -> None:
        key_of("case type", self.key)
        one_line(f"case type {self.key}: name", self.name)


@dataclass(frozen=True)
class ScriptEntry:
    """The first version of what operators read out in a flow.

    >>> ScriptEntry("leak", "漏水・緊急", "場所をうかがう。").title
    '漏水・緊急'
    """

    flow: str
    title: str
    body: str


@dataclass(frozen=True)
class DataSet:
    """A plan, and what a new centre starts with: contacts, case types, talk scripts, recordings' retention.

    >>> example("porto").plan.zone
    'Europe/Lisbon'
    """

    plan: CentrePlan
    contacts: tuple[ContactEntry, ...] = ()
    case_types: tuple[CaseTypeEntry, ...] = ()
    talk_scripts: tuple[ScriptEntry, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    retention: Retention | None = None

    def __post_init__(self) -> None:
        known: set[str] = set()
        for one in self.case_types:
            if one.key in known:
                raise ConfigError(f"case_types: {one.key!r} is there twice; give each its own")
            if one.parent and one.parent not in known:
                raise ConfigError(f"case type {one.key}: write its parent {one.parent!r} before it")
            if one.flow:
                self.plan.flow(one.flow)
            known.add(one.key)
        for script in self.talk_scripts:
            self.plan.flow(script.flow)


def examples() -> list[str]:
    """The names of the data sets that come with the project.

    >>> examples()
    ['kanazawa', 'porto']
    """
    names = (one.name for one in _EXAMPLES.iterdir() if one.name.endswith(".toml"))
    return sorted(name.removesuffix(".toml") for name in names)


def example(name: str) -> DataSet:
    """A data set that comes with the project; ConfigError names those there are.

    >>> example("atlantis")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: there is no example 'atlantis'; there are: kanazawa, porto
    """
    if name not in examples():
        raise ConfigError(f"there is no example {name!r}; there are: {', '.join(examples())}")
    return parse(_EXAMPLES.joinpath(f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def read(path: Path, calendars: Iterable[Holidays] = CALENDARS) -> DataSet:
    """A data set from a file; ConfigError names file and place, and the cure.

    >>> read(Path("/nowhere/town.toml"))
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: /nowhere/town.toml: No such file or directory
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 ({error.reason}); save it as UTF-8") from None
    return parse(text, str(path), calendars)


def parse(text: str, name: str, calendars: Iterable[Holidays] = CALENDARS) -> DataSet:
    """A data set from a TOML text; `name` is what errors call it.

    >>> parse("key = 1", "town.toml")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: town.toml: hours: is missing; write its zone and seasons
    """
    try:
        table = tomllib.loads(text)
        beside: dict[str, Any] = {
            "contacts": tuple(_entries(ContactEntry, table, "contacts")),
            "case_types": tuple(_entries(CaseTypeEntry, table, "case_types")),
            "talk_scripts": tuple(_entries(ScriptEntry, table, "talk_scripts")),
        }
        kept = table.pop("recordings", None)
        beside["readings"] = _readings(table.pop("readings", {}))
        plan = plan_of(table, calendars)
        retention = None if kept is None else retention_of(_table(kept, "recordings"), plan.schedule.clock)
        return DataSet(plan, **beside, retention=retention)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from None


def _table(value: object, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{key}: write a table ([{key}])")
    return value


def _entries(kind: type[Any], table: dict[str, Any], key: str) -> Iterator[Any]:
    rows = table.pop(key, [])
    if not isinstance(rows, list):
        raise ConfigError(f"{key}: write a list of tables ([[{key}]])")
    for at, row in enumerate(rows):
        yield made(kind, row, f"{key}[{at}]")


def _readings(table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise ConfigError("readings: write a table of words and how they are read")
    for word, reading in table.items():
        one_line(f"readings.{word}", reading)
    return table
