"""`fsbridge run` as a process of its own, on the brief script, to be ended and killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.freeswitch.freeswitch import LocalSwitch
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]


class Program:
    """One such process; `more` are settings as FSBRIDGE_* variables."""

    def __init__(self, switch: LocalSwitch, folder: Path, **more: str) -> None:
        self._port = switch.conf.script_port
        self._log = folder / "fsbridge.log"
        self._environment = os.environ | {
            "FSBRIDGE_HOME": str(folder),
            "FSBRIDGE_SCRIPT": "tests.freeswitch.brief:app",
            "FSBRIDGE_OUTBOUND_PORT": str(self._port),
            "FSBRIDGE_SWITCH_PORT": str(switch.conf.port),
            "FSBRIDGE_SWITCH_PASSWORD": switch.conf.password,
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, "cli.py", "run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        wait_for(lambda: listening(self._port), f"fsbridge run serves: {self._log}", 60)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(30)

    def end(self) -> tuple[int, str]:
        """Asked to end: its exit code and its log."""
        self.terminate()
        return self.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        assert self._process is not None
        self._process.terminate()

    def wait(self) -> tuple[int, str]:
        """Once it has ended: its exit code and its log."""
        assert self._process is not None
        return self._process.wait(60), self._log.read_text()


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True
