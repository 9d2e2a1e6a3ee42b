"""docs/simulation.md: its commands print what it shows, its traffic can be read, every option is on it."""

from __future__ import annotations

import re
import tempfile
import tomllib
from dataclasses import fields
from pathlib import Path

import click

from cli import main
from fsbridge.domain.arrivals import Traffic, traffic_of
from tests.docs.consoles import commands_of, filled, matches, run

PATH = Path(__file__).parents[2] / "docs" / "simulation.md"
TEXT = PATH.read_text("utf-8")


def test_every_command_prints_what_the_page_says(tmp_path: Path) -> None:
    shown = list(commands_of(TEXT))
    assert len(shown) == 3
    for one in shown:
        printed = run(one.command, tmp_path)
        assert matches(one.output, printed), f"$ {one.command}\n{printed}"


def test_the_traffic_on_the_page_can_be_read() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    found = traffic_of(tomllib.loads(block))
    assert (found.lines, found.flows["opening"], found.talk.mean) == (23, 40, 240)
    for one in fields(Traffic):
        assert f"`{one.name}`" in TEXT


def test_every_option_is_on_the_page() -> None:
    context = click.Context(main)
    group = main.get_command(context, "simulate")
    assert isinstance(group, click.Group)
    for name, command in group.commands.items():
        assert f"fsbridge simulate {name}" in TEXT
        for parameter in command.params:
            option = parameter.opts[0]
            assert option in ("--home", "--config") or option in TEXT, (name, option)


if __name__ == "__main__":  # fill the page in anew: python -m tests.docs.test_simulation
    with tempfile.TemporaryDirectory() as folder:
        text = filled(TEXT, Path(folder))
        text = re.sub(r"\n・offered.*?(?=\n +open or close)", "\n…", text, flags=re.DOTALL)
        PATH.write_text(text, "utf-8")
