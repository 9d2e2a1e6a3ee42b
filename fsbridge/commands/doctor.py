"""``fsbridge doctor``: everything a centre needs looked at, each thing with a cure."""

from __future__ import annotations

import click

from fsbridge.commands.common import as_json, with_settings, words
from fsbridge.commands.db import report
from fsbridge.commands.diagnosis import diagnosis
from fsbridge.config import Settings


@click.command(
    help=words(
        "足りないもの、間違っているものを調べ、直し方を示します。",
        "Look at everything a centre needs, and say how to cure what is wrong.",
    )
)
@as_json
@with_settings("database", "switch.host", "switch.port", "switch.password")
def doctor(settings: Settings, as_json: bool) -> None:
    """Look at everything; exit code 1 if anything grave is wrong."""
    report(list(diagnosis(settings)), as_json=as_json)
