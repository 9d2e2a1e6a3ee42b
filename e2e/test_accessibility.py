"""No page has a serious barrier, in either language, light or dark; all of it is reached by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from e2e.conftest import ROOT
from e2e.test_demo import Demo, free_port
from e2e.tour import ROLES, Visit

AXE = (ROOT / "webpanel/frontend/node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
REACHABLE = (
    "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demonstration for all of these, once a few calls have been answered."""
    demo = Demo(tmp_path_factory.mktemp("demo"), free_port(), "--rate", "90", "--seed", "7")
    demo.line()
    yield f"http://127.0.0.1:{demo.port}"
    demo.process.kill()
    demo.process.communicate()


def barriers(page: Page) -> list[str]:
    """What axe finds serious, and where."""
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("lang", "scheme"), [("ja", "light"), ("en", "dark")])
def test_no_page_has_a_barrier(browser: Browser, address: str, role: str, lang: str, scheme: str) -> None:
    visit = Visit(browser, address, scheme=scheme)
    visit.log_in(role)
    visit.speak(lang)
    found = {}
    for path in visit.pages():
        there = barriers(visit.page)
        if lang == "ja":
            there += [f"not reached by keyboard: {one}" for one in unreached(visit.page)]
        if there:
            found[path] = there
    visit.close()
    assert found == {}


def unreached(page: Page) -> list[str]:
    """What can be clicked, but is not come to with the Tab key. Of a group of choices one is enough."""
    page.evaluate(
        """selector => {
            for (const one of document.querySelectorAll(selector))
                if (one.checkVisibility() && one.tabIndex >= 0) one.dataset.reach = "not yet";
            addEventListener("focusin", event => event.target.removeAttribute("data-reach"), true);
            document.body.focus();
        }""",
        REACHABLE,
    )
    limit = 3 * page.locator("[data-reach]").count() + 20  # a field for a time has several stops
    for presses in range(limit):
        page.keyboard.press("Tab")
        if presses % 20 == 19 and not page.locator("[data-reach]").count():
            break
    return page.eval_on_selector_all(
        "[data-reach]:not(input[type=radio])", "all => all.map(one => one.outerHTML.slice(0, 120))"
    )
