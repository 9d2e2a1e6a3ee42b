"""A walk through every page of the panel that a role can reach, as a person would: by the navigation."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "fsbridge-demo"
ROLES = ("operator", "supervisor", "admin")
"""Log-ins of the demonstration, one for each role."""
ALLOW = ("microphone", "notifications")


class Visit:
    """One person's browser at the demonstration."""

    def __init__(
        self, browser: Browser, address: str, *, width: int = 1440, height: int = 900, scheme: str = "light"
    ):
        self.address = address
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            permissions=list(ALLOW),
            timezone_id="Asia/Tokyo",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)

    def log_in(self, login: str) -> None:
        """Through the door."""
        self.page.goto(f"{self.address}/login")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.primary")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def speak(self, lang: str) -> None:
        """Read in another language from now on."""
        self.page.goto(f"{self.address}/account")
        self.page.locator("details.menu summary").click()
        self.page.locator(f"button[name=lang][value={lang}]").click()
        self.page.wait_for_selector(f"html[lang={lang}]")

    def go(self, path: str) -> None:
        """To a page, and until it has drawn itself."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1, main :is(table, section, article)")

    def pages(self) -> Iterator[str]:
        """To every page that navigations lead to, the account, and a call of the history; where it is now."""
        seen, waiting = set(), ["/account"]
        while waiting:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            self.go(path)
            waiting += self._links()
            first = self.page.locator("main table a[href^='/calls/']").first
            if path.strip("/") == "calls" and first.count():
                waiting.append(str(first.get_attribute("href")))
            yield path

    def _links(self) -> list[str]:
        found = self.page.eval_on_selector_all(
            "nav a[href]", "all => all.map(one => one.getAttribute('href'))"
        )
        return [path for path in found if path.startswith("/") and not urlsplit(path).query]

    def close(self) -> None:
        """Leave."""
        self.context.close()


def name_of(path: str) -> str:
    """A file's name for a page.

    >>> name_of("/admin/schedule/"), name_of("/")
    ('admin-schedule', 'start')
    """
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1 and parts[0] == "calls":
        return "calls-one"
    return "-".join(parts) or "start"
