"""Operators at their desks in a Chromium, who take every call, load the page anew in it, and wrap it up.

It is a program of its own, as Playwright does not go with a cooperative test run:
``python -m e2e.at_work ADDRESS VOICE OPERATOR…``, VOICE a WAV file of what their microphones pick up. A line
is printed when all are ready; from then on the number of each caller in whose call the page was loaded anew,
once sound passes both ways again.
"""

from __future__ import annotations

import re
import sys
import time
from types import SimpleNamespace

from playwright.sync_api import Browser, Error, Page, TimeoutError, sync_playwright

from e2e.desk import Tab
from e2e.parts import CHROMIUM, FLAGS
from e2e.softphone import BEEP, EAR

TALK = 1.0
"""Seconds into a call after which its page is loaded anew."""

BLANK = 10.0
"""Seconds after which a page with nothing to press is loaded anew."""
SHORT, LONG = 2_000, 30_000
"""Milliseconds for a thing that is pressed, and for a page that is loaded."""


class Operator:
    """One of them. `act` does the next thing that the page asks for, if it asks for any."""

    def __init__(self, chromium: Browser, address: str, login: str) -> None:
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(EAR)
        self._tab = Tab(context, SimpleNamespace(address=address), login)  # type: ignore[arg-type]
        self._tab.sit()
        self._tab.page.set_default_timeout(SHORT)
        self._caller, self._since, self._loaded, self._blank = "", 0.0, True, 0.0

    def act(self) -> str:
        """The number of a caller who is heard again after the page was loaded anew, else nothing."""
        try:
            return self._act(self._tab.page)
        except TimeoutError:  # what was to be pressed is there no more; the page says what is
            return ""

    def _act(self, page: Page) -> str:
        if not self._loaded:
            self._load(page)
        elif page.get_by_role("alertdialog").is_visible():
            page.keyboard.press("Alt+a")
        elif self._is("通話中"):
            return self._talks(page)
        elif self._is("後処理"):
            self._wraps_up(page)
        elif not self._is("待受"):
            self._settle()
        return ""

    def _settle(self) -> None:
        """Get ready; a page that shows nothing to press, as the program died over it, is loaded anew."""
        for name in ("待受にする", "待受", "着席して準備を始める"):
            button = self._tab.button(name)
            if button.is_visible():
                self._blank = 0.0
                if button.is_enabled():
                    button.click()
                return
        self._blank = self._blank or time.monotonic()
        if time.monotonic() - self._blank > BLANK:
            self._blank, self._loaded = 0.0, False

    def _is(self, status: str) -> bool:
        mark = self._tab.page.locator(".status-card .mark").first
        return mark.is_visible() and status in (mark.text_content() or "")

    def _load(self, page: Page) -> None:
        try:
            page.reload(timeout=LONG)
        except Error:  # the program is gone, and will be back
            return
        self._loaded = True

    def _talks(self, page: Page) -> str:
        shown = page.locator(".caller .tel")
        number = re.sub(r"\D", "", shown.text_content() or "") if shown.is_visible() else ""
        if number and number != self._caller:
            self._caller, self._since = number, time.monotonic()
        elif number and self._since and time.monotonic() - self._since > TALK:
            self._since = 0.0
            self._loaded = False
        elif number and not self._since and self._heard(page):
            self._since = float("inf")
            return number
        return ""

    def _heard(self, page: Page) -> bool:
        sums = page.evaluate("energy()")
        return bool(sums["heard"] > BEEP and sums["spoken"] > BEEP)

    def _wraps_up(self, page: Page) -> None:
        kind = page.locator(".types button").first
        if kind.is_visible() and kind.is_enabled():
            kind.click()
            page.keyboard.press("Control+Enter")


def main(address: str, voice: str, *logins: str) -> None:
    """Work until killed."""
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        operators = [Operator(chromium, address, login) for login in logins]
        print("ready", flush=True)
        while True:
            for one in operators:
                heard = one.act()
                if heard:
                    print(heard, flush=True)
            operators[0]._tab.page.wait_for_timeout(100)


if __name__ == "__main__":
    main(*sys.argv[1:])
