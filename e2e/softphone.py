"""The desk's softphone on a page of its own, built by Vite, served as the panel would, on a cable to pull."""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.waiting import wait_for
from webpanel.security import POLICY

FRONTEND = Path(__file__).parents[1] / "webpanel" / "frontend"
EAR = """
const peers = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(conf) { super(conf); peers.push(this); }
};
globalThis.energy = async () => {
  const sums = { spoken: 0, heard: 0, sent: 0, received: 0 };
  for (const peer of peers.filter((one) => one.connectionState !== "closed")) {
    for (const report of (await peer.getStats()).values()) {
      if (report.type === "media-source") sums.spoken += report.totalAudioEnergy ?? 0;
      if (report.type === "inbound-rtp") sums.heard += report.totalAudioEnergy ?? 0;
      if (report.type === "inbound-rtp") sums.received += report.packetsReceived;
      if (report.type === "outbound-rtp") sums.sent += report.packetsSent;
    }
  }
  return sums;
};
"""
"""A script whose ``energy()`` is the sound and the packets of all calls of the page it was put before."""
BEEP = 1e-4
"""The energy of a weak beep, and far more than that of a silent line: level² × seconds, as WebRTC counts."""
BENCH = """
import { softphone } from "%s";

const seen = { lines: [], leaders: [], calls: {}, ended: [] };
const asked = new URLSearchParams(location.search);
const desk = softphone({
  credentials: async () => ({
    url: `ws://127.0.0.1:${asked.get("port")}/`, login: `${asked.get("user")}@kanazawa`, password: "secret",
  }),
  phone: (event) => {
    if (event.kind === "line") seen.lines.push(event.line.name);
    if (event.kind === "call") seen.calls[event.call.id] = event.call;
    if (event.kind === "call" && event.call.state === "ended") seen.ended.push(event.call);
  },
  leader: (state) => seen.leaders.push(state.name),
  sound: (state) => { seen.sound = state; },
});
Object.assign(window, { desk, seen });
"""


def build(folder: Path) -> Path:
    """The page with the softphone in it; the folder to serve."""
    (folder / "ear.js").write_text(EAR, encoding="utf-8")
    bench = 'import "./ear.js";' + BENCH % (FRONTEND / "src/verto/index.ts")
    (folder / "bench.js").write_text(bench, encoding="utf-8")
    page = '<!doctype html><title>softphone</title><script type="module" src="./bench.js"></script>'
    (folder / "index.html").write_text(page, encoding="utf-8")
    options = {"root": str(folder), "logLevel": "error", "build": {"outDir": "dist", "assetsInlineLimit": 0}}
    (folder / "vite.config.mjs").write_text(f"export default {json.dumps(options)};", encoding="utf-8")
    npx = shutil.which("npx")
    assert npx is not None
    config = str(folder / "vite.config.mjs")
    subprocess.run([npx, "vite", "build", "--config", config], cwd=FRONTEND, check=True, capture_output=True)
    return folder / "dist"


class _Page(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        policy = {**POLICY, "connect-src": "'self' ws://127.0.0.1:*"}
        said = "; ".join(f"{name} {sources}" for name, sources in policy.items())
        self.send_header("Content-Security-Policy", said)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, under the panel's own content policy."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Page, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class Cable:
    """A cable to a port of this machine. Pulled, it carries nothing, and neither end is told."""

    def __init__(self, port: int) -> None:
        self._far = port
        self._whole = threading.Event()
        self._whole.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._take)]
        self._threads[0].start()

    def pull(self) -> None:
        """Nothing passes any more."""
        self._whole.clear()

    def plug(self) -> None:
        """What was sent meanwhile arrives."""
        self._whole.set()

    def cut(self) -> None:
        """Every connection is closed, and both ends see it."""
        for one in list(self._open):
            _shut(one)

    def close(self) -> None:
        """Take it away."""
        self.plug()
        _shut(self._server)
        self._server.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._far))
            self._open += [near, far]
            for pair in ((near, far), (far, near)):
                self._threads.append(threading.Thread(target=self._carry, args=pair))
                self._threads[-1].start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self._whole.wait()
                target.sendall(data)
        except OSError:
            pass  # cut
        self._whole.wait()
        _shut(target)
        source.close()


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other end may have been first
        one.shutdown(socket.SHUT_RDWR)


@dataclass
class Floor:
    """A switch that knows operator 1001: its Verto port, how a citizen calls him, how all calls end."""

    port: int
    call_in: Callable[[], object]
    clear: Callable[[], object]
    echo: str
    sound: bool
    """Whether there is any: the embedded switch has none."""


class Desk:
    """A tab with the softphone in it, at the end of a cable."""

    def __init__(self, page: Page, address: str, cable: Cable) -> None:
        self.page = page
        page.goto(f"{address}?port={cable.port}&user=1001")

    def run(self, script: str, *values: Any) -> Any:
        """What a script on the page gives; ``a`` are the values."""
        return self.page.evaluate(f"async (a) => {{ {script} }}", list(values))

    @property
    def seen(self) -> dict[str, Any]:
        """Everything the softphone told."""
        return dict(self.run("return { ...seen, line: desk.phone.line.name, views: desk.phone.views }"))

    def ready(self) -> None:
        """Wait until calls can come."""
        self.until(lambda seen: seen["line"] == "ready", "the line is ready")

    def until(self, holds: Callable[[dict[str, Any]], Any], what: str, within: float = 25.0) -> Any:
        """Wait until something of what was `seen` is so; what it is then."""
        return wait_for(lambda: holds(self.seen), f"{what}: {self.seen}", within)

    def call(self, state: str, **fields: Any) -> dict[str, Any]:
        """Wait for the one call to be in a state, with these fields."""

        def there(seen: dict[str, Any]) -> list[dict[str, Any]]:
            wanted = {"state": state, **fields}.items()
            return [one for one in seen["views"] if all(one[key] == value for key, value in wanted)]

        return dict(self.until(there, f"a call {state} {fields}")[0])

    def hears(self) -> None:
        """Wait until sound passes both ways from now on."""
        hears(self.page)


def hears(page: Page) -> None:
    """Wait until sound passes both ways from now on, in a page with an `EAR`."""
    before = page.evaluate("energy()")
    least = {"spoken": BEEP, "heard": BEEP, "sent": 1, "received": 1}

    def passes() -> bool:
        now = page.evaluate("energy()")
        return all(now[key] - before[key] >= enough for key, enough in least.items())

    wait_for(passes, "sound both ways")
