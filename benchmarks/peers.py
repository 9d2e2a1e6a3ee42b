"""The libraries fsbridge is measured against, each in a virtual environment of its own."""

from __future__ import annotations

import importlib.metadata
import logging
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

HOME = Path(__file__).resolve().parent.parent / "build" / "peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, its version, and the interpreter that has it."""

    name: str
    version: str
    python: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


WANTED = {"greenswitch": "greenswitch==0.0.19", "genesis": "genesis"}
"""What to install under which name; Genesis' newest version is the one to beat."""


def find(say: Callable[[str], None] = print, *, install: bool = True) -> dict[str, Peer]:
    """The peers that are there, by name; those missing are installed first if `install`.

    Without a network, whatever is installed already is used; greenswitch is also a dependency of ours.
    """
    peers = {}
    for name, requirement in WANTED.items():
        python = HOME / name / "bin" / "python"
        if install and not _version(str(python), name):
            say(f"installing {requirement} into {python.parent.parent} …")
            _install(requirement, python)
        for candidate in (str(python), sys.executable):
            version = _version(candidate, name)
            if version:
                peers[name] = Peer(name, version, candidate)
                break
        else:
            say(f"{name} is not installed: no figures for it")
    return peers


def ours() -> Peer:
    """fsbridge itself, under the interpreter that runs this."""
    return Peer("fsbridge", importlib.metadata.version("fsbridge"), sys.executable)


def _version(python: str, name: str) -> str:
    if not Path(python).exists():
        return ""
    ask = f"import importlib.metadata as m; print(m.version({name!r}))"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _install(requirement: str, python: Path) -> None:
    venv.create(python.parent.parent, with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        logger.error("could not install %s: %s", requirement, done.stderr.strip())
