"""A wallboard that is looked at for hours: what the server and the page itself come to hold."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Figure, Table, Target
from benchmarks.processes import Program
from benchmarks.scale import Scale
from benchmarks.wallboard import RATE
from e2e.parts import CHROMIUM

SLICES = 12
"""Looks at the memory, evenly over the time."""
WARM = 4
"""Looks after which everything has been loaded once; what comes later is growth."""
FLAT = Target("≤", 5, " MB")
# As many sockets as other wallboards would open; what arrives is thrown away. One that is lost comes back,
# as a wallboard does, and is written down.
LISTEN = """count => {
    window.lost = [];
    window.sockets = Array(count);
    const joined = number => new Promise(open => {
        const socket = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
        window.sockets[number] = socket;
        socket.onclose = ({code}) => {
            window.lost.push(`${code} after ${Math.round(performance.now() / 1000)} s`);
            setTimeout(() => joined(number).then(open), 1000);
        };
        socket.onmessage = ({data}) => {
            if (data === "2") return socket.send("3");
            if (data.startsWith("0")) return socket.send("40/wallboard,");
            if (data.startsWith("42/wallboard,")) open();
        };
    });
    return Promise.all([...window.sockets.keys()].map(joined));
}"""
OPEN = "window.sockets.filter(one => one.readyState === WebSocket.OPEN).length"


def measure(scale: Scale, say: Callable[[str], None]) -> Table | None:
    """The table; None where there is no Chromium."""
    if CHROMIUM is None:
        say("no Chromium: nobody looks at the wallboard")
        return None
    from playwright.sync_api import sync_playwright

    each = scale.soak_seconds / SLICES
    server, page_holds, looking = [], [], []
    with Program("wallboard") as program, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{program.line()}/wallboard")
        page.evaluate(LISTEN, scale.boards - 1)
        debugger = page.context.new_cdp_session(page)
        for number in range(SLICES):
            found = program.ask(rate=RATE, seconds=each)
            debugger.send("HeapProfiler.collectGarbage")
            held = debugger.send("Runtime.getHeapUsage")["usedSize"]
            server.append(found["memory"])
            page_holds.append(held / 1e6)
            looking.append(1 + page.evaluate(OPEN))
            say(
                f"wallboard after {(number + 1) * each / 60:.3g} min: server {server[-1]:.1f} MB, "
                f"page {page_holds[-1]:.2f} MB, {looking[-1]} connected, "
                f"processor {100 * found['cpu']:.0f} %"
            )
        lost = page.evaluate("window.lost")
        if lost:
            say(f"wallboard connections lost, by their close codes: {', '.join(lost)}")
        browser.close()
    lasted = f"{scale.boards} browsers, {RATE} events a second, {scale.soak_seconds / 60:.3g} min"
    return Table(
        "soak",
        f"A wallboard that is looked at: {lasted}",
        [
            Figure("the server's memory, warm", server[WARM - 1], "MB", samples=tuple(server)),
            Figure("it grew from there by", server[-1] - server[WARM - 1], "MB", target=FLAT),
            Figure("the page's own heap, warm", page_holds[WARM - 1], "MB", samples=tuple(page_holds)),
            Figure("it grew from there by", page_holds[-1] - page_holds[WARM - 1], "MB", target=FLAT),
            Figure("connected, at the fewest", min(looking), "", samples=tuple(looking)),
            Figure("connections lost", len(lost), "", target=Target("≤", 0)),
        ],
    )
