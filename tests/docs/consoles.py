"""Pages that show the command line: every ``$ fsbridge …`` of a page is run, in order, in one home folder.

``…`` in what a page shows stands for anything (a password, a moment, a size). To fill a page in anew:
``python -m tests.docs.consoles docs/administration.md``, then put the ``…`` back.
"""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from cli import main

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """One command of a page, and what the page says it prints."""

    command: str
    output: str


def commands_of(text: str) -> Iterator[Shown]:
    """The commands of a page, in order."""
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield Shown(command, output)


def run(command: str, home: Path) -> str:
    """What a command prints, in English, 110 columns wide; ``TMP`` in it stands for the home folder."""
    words = shlex.split(command.replace("TMP", str(home)))
    assert words[0] == "fsbridge", command
    environment = {
        "FSBRIDGE_HOME": str(home / "centre"), "FSBRIDGE_LANG": "en", "COLUMNS": "110", "USER": "sato",
        "LOGNAME": "sato", "TERM": "dumb",
    }  # fmt: skip
    result = CliRunner(env=environment).invoke(main, words[1:])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    lines = (line.rstrip() for line in result.output.replace(str(home), "TMP").splitlines())
    return "".join(f"{line}\n" for line in lines)


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed, ``…`` standing for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


def filled(text: str, home: Path) -> str:
    """A page with the output that its commands really have."""

    def block(found: re.Match[str]) -> str:
        parts = [f"$ {one.command}\n{run(one.command, home)}" for one in commands_of(found[0])]
        return "```console\n" + "".join(parts) + "```"

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(name)
            page.write_text(filled(page.read_text("utf-8"), Path(folder)), "utf-8")
