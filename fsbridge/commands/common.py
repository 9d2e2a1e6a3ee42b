"""What every command shares: settings, the store, two languages, JSON, errors as one clear line."""

from __future__ import annotations

import dataclasses
import functools
import getpass
import importlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from fsbridge.app import store_of
from fsbridge.config import Settings, keys, load
from fsbridge.errors import FsbridgeError

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

_F = TypeVar("_F", bound=Callable[..., Any])
_MEANINGS = {key: (default, meaning) for key, default, meaning in keys()}


class Refusing(click.Group):
    """A group whose commands end with one line on stderr, exit code 1, when fsbridge refuses."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FsbridgeError as error:
            raise click.ClickException(str(error)) from error


class LazyGroup(Refusing):
    """A group that imports a command when it is called: `table` maps names to ``module:variable``."""

    def __init__(self, *args: Any, table: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._table)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self._table:
            return None
        module, _, variable = self._table[name].partition(":")
        return cast(click.Command, getattr(importlib.import_module(module), variable))


def language(environment: Mapping[str, str] = os.environ) -> str:
    """``en`` when FSBRIDGE_LANG or the locale says English, else ``ja``.

    >>> language({"LANG": "en_GB.UTF-8"}), language({"LANG": "C.UTF-8"}), language({})
    ('en', 'ja', 'ja')
    """
    names = ("FSBRIDGE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "ja")
    return "en" if chosen.lower().startswith("en") else "ja"


def words(japanese: str, english: str) -> str:
    """The one of two texts that the reader reads."""
    return english if language() == "en" else japanese


def as_json(function: _F) -> _F:
    """Adds --json; passes `as_json` on."""
    text = words("結果をJSONで出力します。", "Print the result as JSON.")
    return click.option("--json", "as_json", is_flag=True, help=text)(function)


def by_whom(function: _F) -> _F:
    """Adds --by, who is doing this, for the audit log; passes `by` on."""
    text = words("操作した人（監査ログに残ります）。", "Who does this (for the audit log).")
    return click.option("--by", default=getpass.getuser, show_default="login name", help=text)(function)


def print_json(value: object) -> None:
    """A result as JSON: dataclasses as objects, times in ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store that is set, closed at the end; SchemaError says how to bring it up to date."""
    url = settings.database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise FsbridgeError(f"there is no centre in {settings.home} yet: run `fsbridge init`")
    store = store_of(settings)
    try:
        yield store
    finally:
        store.close()


def with_settings(*names: str) -> Callable[[_F], _F]:
    """Adds --home and --config, and an option for each of these settings; passes `settings` on.

    ``switch.port`` becomes ``--switch-port``.
    """

    def decorate(function: _F) -> _F:
        @functools.wraps(function)
        def wrapped(home: Path | None, config: Path | None, **given: Any) -> Any:
            overrides = {key: given.pop(_parameter(key)) for key in names}
            settings: Settings = load(home=home, config=config, overrides=overrides)
            return function(settings=settings, **given)

        for key in reversed(names):
            option = f"--{_parameter(key).replace('_', '-')}"
            default, meaning = _MEANINGS[key]
            shown = f" [{key}; default {default}]" if default != "" else f" [{key}]"
            wrapped = click.option(option, help=f"{meaning[0].upper()}{meaning[1:]}.{shown}")(wrapped)
        path = click.Path(path_type=Path)
        wrapped = click.option("--config", type=path, help="The settings' file.")(wrapped)
        last = click.option("--home", type=path, help="The folder of settings and data.")
        return cast(_F, last(wrapped))

    return decorate


def _parameter(key: str) -> str:
    return key.replace(".", "_")


def log_to_terminal(verbose: bool) -> None:
    """Log lines on stderr, with their time."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
    )
