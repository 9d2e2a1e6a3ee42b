"""Every command a page shows prints what the page says, and every command has its place on a page."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cli import COMMANDS, main
from tests.docs.consoles import commands_of, matches, run

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("schedule-commands.md", "administration.md")
GROUPS = ("init", "schedule", "season", "users", "queues", "tiers", "flows", "tokens", "db", "doctor")


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_shows(page: str, tmp_path: Path):
    for one in commands_of(DOCS.joinpath(page).read_text("utf-8")):
        printed = run(one.command, tmp_path)
        if one.command == "fsbridge doctor":  # what it finds is the machine's
            assert [_name(line) for line in one.output.splitlines()[:4]] == [
                _name(line) for line in printed.splitlines()[:4]
            ]
            continue
        assert matches(one.output, printed), f"$ {one.command}\n{printed}"


def test_every_command_of_the_plan_is_shown_on_a_page():
    text = "".join(DOCS.joinpath(page).read_text("utf-8") for page in PAGES)
    context = click.Context(main)
    for name in GROUPS:
        assert name in COMMANDS
        command = main.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else [""]
        for one in inner:
            shown = f"fsbridge {name} {one}".strip()
            assert shown in text or (name, one) in {("users", "enable"), ("season", "list")}, shown


def _name(line: str) -> str:
    return line.partition(":")[0].strip("✔✘! ")
