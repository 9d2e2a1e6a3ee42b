"""The operator's desk for tests: the program with a whole centre in it, and a tab an operator works in."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from e2e.parts import PASSWORD
from tests.waiting import wait_for

ROOT = Path(__file__).parents[1]
CITIZEN = "0760000002"
"""金沢住宅管理, one of the contacts."""


class DeskProgram:
    """The centre in a process of its own: ``tell("call", number, key)`` and its answer."""

    def __init__(self, home: Path, program: str = "e2e.desk_program") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", program, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tell(self, *command: Any) -> Any:
        """One thing that happens; what the program answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._line())

    def until(self, wanted: Any, *command: Any) -> None:
        """Wait until the program answers so."""
        wait_for(lambda: self.tell(*command) == wanted, f"{command}: {wanted}, not {self.tell(*command)}")

    def freeze(self) -> None:
        """Nothing more is heard of it, until `thaw`."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.stop()
        assert line, "the program ended"
        return line


class Tab:
    """An operator's tab: what is on it, and what is done there."""

    def __init__(self, tabs: BrowserContext, centre: DeskProgram, login: str = "") -> None:
        self.page: Page = tabs.new_page()
        self.page.set_default_timeout(15_000)
        self.centre = centre
        if login:
            self.page.goto(f"{centre.address}/login?next=/desk")
            self.page.fill("input[name=login]", login)
            self.page.fill("input[name=password]", PASSWORD)
            self.page.keyboard.press("Enter")
            self.page.wait_for_url("**/desk")
        else:
            self.page.goto(f"{centre.address}/desk")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).first

    def case(self, name: str) -> Locator:
        """A kind of case, to be chosen."""
        return self.page.locator(".types").get_by_role("button", name=name, exact=True)

    def sit(self) -> None:
        """Take a seat, wait for the telephone, and be ready."""
        self.button("着席して準備を始める").click()
        self.button("待受にする").click()
        self.shows("待受")

    def shows(self, status: str) -> None:
        """Wait until this is the status."""
        expect(self.page.locator(".status-card .mark")).to_contain_text(status)

    def until(self, condition: Callable[[], Any], what: str) -> None:
        """Wait until it is so; the page's events are worked off meanwhile."""

        def so() -> Any:
            self.page.wait_for_timeout(10)
            return condition()

        wait_for(so, what)

    def answer(self) -> None:
        """A call is there, and is taken."""
        expect(self.page.get_by_role("alertdialog")).to_be_visible()
        self.page.keyboard.press("Alt+a")
        self.shows("通話中")

    @property
    def note(self) -> Locator:
        return self.page.locator("textarea")
