"""A centre on a real FreeSWITCH, the program beside it in a process of its own, and citizens on SIPp."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote
from urllib.request import urlopen

from e2e.desk import ROOT
from fsbridge.demonstration import free_port
from tests.freeswitch.freeswitch import NUMBER, LocalSwitch, prepared
from tests.freeswitch.ports import Ports
from tests.freeswitch.program import Program
from tests.freeswitch.sipp import Sipp
from tests.waiting import wait_for

FILL = "import sys, pathlib; from e2e.desk_program import filled; filled(pathlib.Path(sys.argv[1]))"


class House:
    """A FreeSWITCH and the program beside it, both of a test's own."""

    def __init__(self, home: Path, switch: LocalSwitch) -> None:
        self.switch = switch
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.program = Program(
            switch,
            home,
            FSBRIDGE_SCRIPT="e2e.morning:app",
            FSBRIDGE_ZONE="Asia/Tokyo",
            FSBRIDGE_PANEL_PORT=str(self.port),
            FSBRIDGE_SWITCH_VERTO_PORT=str(switch.conf.verto_port),
            FSBRIDGE_CDR_PORT="0",
            FSBRIDGE_CDR_SWEEP="1",
            FSBRIDGE_DRAIN="2",
        )

    def start(self) -> None:
        """Start the program; it is ready when this returns."""
        self.program.start()
        wait_for(lambda: self.ready() and self.ready()["ready"], f"ready: {self.ready()}", 60)

    def ready(self) -> dict[str, Any]:
        """What /ready says; nothing while nobody answers."""
        try:
            with urlopen(f"{self.address}/ready", timeout=5) as answer:
                return dict(json.load(answer))
        except HTTPError as refused:
            return dict(json.load(refused))
        except (URLError, ConnectionError, TimeoutError):
            return {}

    def listening(self, page: str) -> bool:
        """Whether a browser is linked to a page's live part."""
        with urlopen(f"{self.address}/metrics", timeout=5) as answer:
            return f'fsbridge_panel_clients{{page="{page}"}} 1.0' in answer.read().decode()

    def call(self, number: str) -> Sipp:
        """A citizen calls, presses 1 and echoes what is heard for two minutes."""
        rows, listen, stay = [(number, "1")], 1500, 120_000
        scene = Sipp(
            "caller", self.switch.sip, dialled=NUMBER, rows=rows, listen=listen, stay=stay, echoes=True
        )
        return scene.start()

    def talk(self) -> set[str]:
        """The legs that hear each other."""
        return {row["uuid"] for row in self.switch.channels() if row["callstate"] == "ACTIVE"}


@contextlib.contextmanager
def built(home: Path) -> Iterator[House]:
    """A house with FreeSWITCH running, until it is left; ConfigError where there is none."""
    # the store has one home in a process, and gevent's patches do not go with this one's browser
    subprocess.run([sys.executable, "-c", FILL, str(home)], cwd=ROOT, check=True)
    ports = Ports()
    switch = prepared(home / "switch", ports)
    house = House(home, switch)
    try:
        switch.start()
        switch.wait_ready()
        yield house
    finally:
        house.program.kill()
        switch.kill()
        ports.release()


class Keys:
    """The keys FreeSWITCH hears on any leg, by an event socket that needs no gevent beside a browser."""

    def __init__(self, switch: LocalSwitch) -> None:
        self._socket = socket.create_connection((switch.conf.host, switch.conf.port))
        self._socket.sendall(f"auth {switch.conf.password}\n\nevents plain DTMF\n\n".encode())
        self._heard: list[tuple[str, str]] = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def of(self, leg: str) -> str:
        """Those a leg's far end has pressed, or sent back."""
        return "".join(key for one, key in list(self._heard) if one == leg)

    def close(self) -> None:
        """Hear no more."""
        with contextlib.suppress(OSError):  # FreeSWITCH may have ended
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _read(self) -> None:
        text = ""
        with contextlib.suppress(OSError):  # FreeSWITCH ends before its listeners
            while data := self._socket.recv(65536):
                *blocks, text = (text + data.decode()).split("\n\n")
                for block in blocks:
                    said = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
                    if said.get("Event-Name") == "DTMF":
                        self._heard.append((said["Unique-ID"], unquote(said["DTMF-Digit"])))
