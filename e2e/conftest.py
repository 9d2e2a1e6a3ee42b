"""A browser for the whole run, and a program of the project's own for each test."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from e2e.parts import CHROMIUM, PLAIN, need_chromium

expect.set_options(timeout=30_000)  # machines stall for seconds

ROOT = Path(__file__).parents[1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which browser it was."""
    terminalreporter.section("real parts met")
    said = "not found: the tests in a browser were skipped"
    if CHROMIUM:
        done = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=False)
        said = f"{CHROMIUM}  {done.stdout.strip()}"
    terminalreporter.write_line(f"{'Chromium':<12} {said}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the test is skipped, on CI it fails."""
    need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(PLAIN))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page the size of a wallboard; what it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, timezone_id="Europe/London")
    page = context.new_page()
    page.set_default_timeout(30_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield page
    context.close()
    assert complaints == []


class BoardProgram:
    """The panel in a process of its own, over a floor that is told a story: ``tell("enter", …)``."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on the port it had before if there was one."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "e2e.board_program", str(self.port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def tell(self, *command: Any) -> None:
        """One thing that happens; returns when the floor has taken it in."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def board() -> Iterator[BoardProgram]:
    program = BoardProgram()
    yield program
    program.kill()


Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def shoot() -> Shoot:
    """``shoot(page, name)`` keeps a picture in build/pictures, for people to look at."""
    folder = ROOT / "build" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=folder / f"{name}.png") and None
