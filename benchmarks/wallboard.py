"""From an event to the browsers: how old what a wallboard shows is, with many of them looking."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from benchmarks.figures import Figure, Table, Target, percentile
from benchmarks.processes import Program
from benchmarks.scale import Scale
from e2e.parts import CHROMIUM

RATE = 100
"""Events a second."""
# Raw sockets that speak Engine.IO, beside the board itself: what arrives, by the browser's own clock.
LISTEN = """count => Promise.all(Array.from({length: count}, () => new Promise((open, failed) => {
    const heard = [], socket = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
    (window.heard ??= []).push(heard);
    socket.onerror = failed;
    socket.onmessage = ({data}) => {
        if (data === "2") return socket.send("3");
        if (data.startsWith("0")) return socket.send("40/wallboard,");
        if (!data.startsWith("42/wallboard,")) return;
        const at = performance.timeOrigin + performance.now();
        heard.push([Number(/"seq":(\\d+)/.exec(data)[1]), at, data.length]);
        open();
    };
})))"""


def measure(scale: Scale, say: Callable[[str], None]) -> Table | None:
    """The table; None where there is no Chromium."""
    if CHROMIUM is None:
        say("no Chromium: the wallboard is not measured")
        return None
    from playwright.sync_api import sync_playwright

    say(f"wallboard: {scale.boards} browsers, {RATE} events a second, {scale.board_seconds:g} s")
    with Program("wallboard") as program, sync_playwright() as playwright:
        address = f"http://127.0.0.1:{program.line()}/wallboard"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        page.evaluate(LISTEN, scale.boards - 1)
        program.ask(rate=RATE, seconds=min(5.0, scale.board_seconds))  # everything is warm
        page.evaluate("window.heard.forEach(one => one.length = 0)")
        found = program.ask(rate=RATE, seconds=scale.board_seconds)
        page.wait_for_timeout(1000)
        heard: list[list[list[float]]] = page.evaluate("window.heard")
        browser.close()
    delays, sizes = _delays(found["happened"], heard)
    pictures = sum(map(len, heard)) / len(heard) / scale.board_seconds
    return Table(
        "wallboard",
        f"{scale.boards} browsers, {RATE} events a second, event to browser by the browser's clock",
        [
            Figure("event to browser, half", percentile(delays, 0.5), "ms"),
            Figure(
                "event to browser, 99 of 100", percentile(delays, 0.99), "ms", target=Target("≤", 150, " ms")
            ),
            Figure("pictures a second each", pictures, "", target=Target("≤", 10.5)),
            Figure("size of a picture", percentile(sizes, 0.5) / 1000, "kB"),
            Figure("processor of the Python process", 100 * found["cpu"], "%"),
            Figure("memory of it", found["memory"], "MB"),
        ],
    )


def _delays(happened: list[list[float]], heard: list[list[list[Any]]]) -> tuple[list[float], list[float]]:
    """Milliseconds from each event to the first picture that holds it, at each browser; sizes of pictures."""
    delays, sizes = [], []
    for one in heard:
        numbers = [number for number, _, _ in one]
        sizes += [size for _, _, size in one]
        for seq, at in happened:
            place = bisect_left(numbers, seq)
            if place < len(one):
                delays.append(one[place][1] - at)
    return delays, sizes
