"""The programs under measurement, as processes that are started, asked and always ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = Path(__file__).resolve().parent / "programs"
ROOT = PROGRAMS.parent.parent
ENVIRONMENT = os.environ | {
    "GENESIS_LOG_LEVEL": "WARNING",  # a line for every event on the terminal would be measured too
}


class ProgramFailed(Exception):
    """A program ended with an error; the text is what it wrote."""


def run(program: str, *args: object, python: str = sys.executable, within: float = 180.0) -> dict[str, Any]:
    """Run a program to its end and return the JSON it printed."""
    done = subprocess.run(
        _command(python, program, args), env=ENVIRONMENT, capture_output=True, text=True,
        timeout=within, check=False,
    )  # fmt: skip
    if done.returncode or not done.stdout:
        raise ProgramFailed(f"{program} {' '.join(map(str, args))}: {done.stderr.strip()[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


class Program(AbstractContextManager["Program"]):
    """A program that runs until the block ends; lines go in and come out."""

    def __init__(self, program: str, *args: object, python: str = sys.executable) -> None:
        self.name = program
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed at the end of the block
        self._process = subprocess.Popen(
            _command(python, program, args), env=ENVIRONMENT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._errors, text=True, bufsize=1,
        )  # fmt: skip

    def line(self) -> str:
        """The next line it prints."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            status = self._process.wait(10)
            self._errors.seek(0)
            raise ProgramFailed(f"{self.name} ended with status {status}: {self._errors.read()[-2000:]}")
        return line.strip()

    def ask(self, **order: object) -> dict[str, Any]:
        """Send one order as JSON and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.line())
        return answer

    def resident(self) -> int:
        """The memory it occupies now, in bytes."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()


def free_port() -> int:
    """A port that nobody listens on; greenswitch cannot choose one itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _command(python: str, program: str, args: tuple[object, ...]) -> list[str]:
    return [python, str(PROGRAMS / f"{program}.py"), *map(str, args)]
