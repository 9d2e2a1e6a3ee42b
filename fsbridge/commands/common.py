"""What every command shares: settings from the command line, errors as one clear line."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from fsbridge.config import Settings, keys, load
from fsbridge.errors import FsbridgeError

_F = TypeVar("_F", bound=Callable[..., Any])
_MEANINGS = {key: (default, meaning) for key, default, meaning in keys()}


class Refusing(click.Group):
    """A group whose commands end with one line on stderr, exit code 1, when fsbridge refuses."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FsbridgeError as error:
            raise click.ClickException(str(error)) from error


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
