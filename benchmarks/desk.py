"""The operator's desk under the fingers: from a key or a click to what it shows."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, Table, Target, percentile
from benchmarks.scale import Scale
from e2e.parts import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from e2e.desk import Tab

PAINTED = Target("≤", 200, " ms")
"""Up to here an answer to a hand feels immediate."""
TYPED = "水が出ません。向かいの家も同じとのこと。"
# From the last key or click to the frame in which the status reads otherwise; and, for every key and click,
# to the next frame at all.
WATCH = """() => {
    let pressed = 0, last = "";
    window.changes = []; window.paints = [];
    const now = () => document.querySelector(".status-card .mark")?.textContent.trim() ?? "";
    const press = event => { pressed = event.timeStamp; };
    for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, press, true);
    new MutationObserver(() => {
        if (now() === last) return;
        last = now();
        const shown = last, since = pressed;
        requestAnimationFrame(() => window.changes.push([shown, performance.now() - since]));
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
    new PerformanceObserver(list => window.paints.push(...list.getEntries().map(one => one.duration)))
        .observe({type: "event", durationThreshold: 16});
}"""
STEPS = {
    ("着信中", "通話中"): "taken up (Alt A): the call is there",
    ("通話中", "保留"): "put on hold (Alt H)",
    ("保留", "通話中"): "off hold (Alt H)",
    ("通話中", "後処理"): "hung up (Alt E): wrap-up",
    ("後処理", "待受"): "saved (Ctrl Enter): ready",
}
"""What the status read before, and then."""


def measure(scale: Scale, say: Callable[[str], None]) -> Table | None:
    """The table; None where there is no Chromium."""
    if CHROMIUM is None:
        say("no Chromium: the desk is not measured")
        return None
    from playwright.sync_api import sync_playwright

    from e2e.desk import DeskProgram, Tab

    spent: dict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        centre = DeskProgram(Path(home))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            tab = Tab(browser.new_context(viewport={"width": 1440, "height": 900}), centre, "op13")
            tab.sit()
            tab.page.evaluate(WATCH)
            for number in range(scale.desk_calls):
                say(f"desk: call {number + 1} of {scale.desk_calls}")
                _call(tab)
            changes: list[tuple[str, float]] = tab.page.evaluate("window.changes")
            paints: list[float] = tab.page.evaluate("window.paints")
        finally:
            browser.close()
            centre.stop()
    for (before, _), (after, took) in pairwise(changes):
        for step in STEPS:
            if step[0] in before and step[1] in after:
                spent[step].append(took)
    return Table(
        "desk",
        f"The desk in {scale.desk_calls} calls on the embedded switch: from a key to the frame that shows it",
        [*(_figure(what, spent[step]) for step, what in STEPS.items() if spent[step]), _every(paints)],
    )


def _figure(what: str, took: list[float]) -> Figure:
    note = f"95 of 100: {percentile(took, 0.95):.0f} ms"
    return Figure(what, percentile(took, 0.5), "ms", samples=tuple(took), note=note)


def _every(paints: list[float]) -> Figure:
    """The browser tells of those that took a frame (16 ms) or longer."""
    slowest = percentile(paints or [16.0], 0.98)
    return Figure("slow keys and clicks, to the next frame: 98 of 100", slowest, "ms", target=PAINTED)


def _call(tab: Tab) -> None:
    """A citizen calls, is put on hold twice, a note is typed, the case is chosen and saved."""
    from e2e.desk import CITIZEN

    tab.centre.tell("call", CITIZEN, "1")
    tab.answer()
    for _ in range(2):
        tab.page.keyboard.press("Alt+h")
        tab.shows("保留")
        tab.page.keyboard.press("Alt+h")
        tab.shows("通話中")
    tab.note.focus()
    tab.page.keyboard.type(TYPED)
    tab.page.keyboard.press("Alt+e")
    tab.shows("後処理")
    tab.case("使用開始").click()
    tab.page.keyboard.press("Control+Enter")
    tab.shows("待受")
