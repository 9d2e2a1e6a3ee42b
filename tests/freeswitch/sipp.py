"""SIPp as callers: a scenario run to its end, and what became of the calls."""

from __future__ import annotations

import contextlib
import csv
import random
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Statistics:
    """What SIPp counted; `counters` are the scenario's own (placed, answered, pressed, released, left)."""

    created: int
    successful: int
    failed: int
    counters: Mapping[str, int]
    errors: str


def free_media_port() -> int:
    """A port for voice that is free with its neighbours, chosen at random: two SIPp may start at once."""
    while True:
        port = random.randrange(40_000, 60_000, 8)
        with contextlib.ExitStack() as stack:
            try:
                for near in range(4):
                    one = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                    one.bind(("127.0.0.1", port + near))
            except OSError:
                continue
            return port


class Sipp:
    """One SIPp process placing calls; start it, go on, and `wait` for its statistics.

    `keys` fill the scenario's ``@listen@`` and ``@stay@`` (milliseconds); `rows` are the callers: a
    number, or a number and the keys pressed. With fewer rows than calls they are used again. Who `echoes`
    sends back every packet of voice and every key heard; one at a time can.
    """

    def __init__(
        self,
        scenario: str,
        target: str,
        *,
        dialled: str,
        calls: int = 1,
        rate: float = 10.0,
        at_once: int = 200,
        rows: Iterable[str | Sequence[str]] = (("0761234567", "1"),),
        listen: int = 500,
        stay: int = 3000,
        media_port: int = 0,
        echoes: bool = False,
        folder: Path | None = None,
    ) -> None:
        program = shutil.which("sipp")
        if program is None:
            raise FileNotFoundError("SIPp is not installed (Debian: apt install sip-tester)")
        self._folder = folder or Path(tempfile.mkdtemp(prefix="sipp-"))
        self._keep = folder is not None
        text = (SCENARIOS / f"{scenario}.xml").read_text("utf-8")
        for name, value in (("listen", listen), ("stay", stay)):
            text = text.replace(f"@{name}@", str(value))
        scene = self._folder / "scenario.xml"
        scene.write_text(text, "utf-8")
        table = self._folder / "rows.csv"
        lines = [row if isinstance(row, str) else ";".join(row) for row in rows]
        table.write_text("\n".join(["SEQUENTIAL", *(f"{line};" for line in lines)]) + "\n", "utf-8")
        self._counters = dict.fromkeys(re.findall(r'counter="(\w+)"', text))
        period = 1000
        if rate < 1:
            rate, period = 1, round(1000 / rate)
        self._line = [
            program, target, "-sf", str(scene), "-inf", str(table), "-s", dialled,
            "-i", "127.0.0.1", "-mi", "127.0.0.1", "-mp", str(media_port or free_media_port()),
            "-m", str(calls), "-r", str(round(rate)), "-rp", str(period), "-l", str(at_once),
            "-nostdin", "-trace_stat", "-stf", str(self._folder / "stat.csv"), "-fd", "1",
            "-trace_err", "-error_file", str(self._folder / "errors.log"),
            "-default_behaviors", "all,-bye", "-deadcall_wait", "0", *(["-rtp_echo"] if echoes else []),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Sipp:
        """Begin to place calls."""
        with (self._folder / "screen.log").open("wb") as screen:
            self._process = subprocess.Popen(
                self._line, stdin=subprocess.DEVNULL, stdout=screen, stderr=screen, cwd=self._folder
            )
        return self

    @property
    def running(self) -> bool:
        """Whether calls are still under way."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> Statistics:
        """Place no more calls and abandon those under way."""
        assert self._process is not None, "start it first"
        self._process.terminate()
        return self.wait()

    def wait(self, within: float = 120.0) -> Statistics:
        """The statistics at the end of the last call; AssertionError if it does not come in time."""
        assert self._process is not None, "start it first"
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"SIPp did not end within {within:g} s: {self.statistics()}") from None
        statistics = self.statistics()
        if not self._keep:
            shutil.rmtree(self._folder, ignore_errors=True)
        return statistics

    def statistics(self) -> Statistics:
        """What it has counted so far (written every second)."""
        errors = self._folder / "errors.log"
        text = complaints(errors.read_text("utf-8", "replace")) if errors.exists() else ""
        try:
            with (self._folder / "stat.csv").open(newline="", encoding="utf-8") as file:
                row = list(csv.DictReader(file, delimiter=";"))[-1]
        except (OSError, IndexError):
            screen = (self._folder / "screen.log").read_text("utf-8", "replace")
            raise AssertionError(f"SIPp counted nothing: {text or screen}") from None
        own = {name: int(row.get(f"{name}(C)") or row.get(name) or 0) for name in self._counters}
        return Statistics(
            int(row["TotalCallCreated"]), int(row["SuccessfulCall(C)"]), int(row["FailedCall(C)"]), own, text
        )


def complaints(log: str) -> str:
    """SIPp's error log without the deadlines that scenarios count on: a caller's patience is one."""
    entries = re.split(r"(?=\d{4}-\d\d-\d\d\t\d\d:)", log)  # it puts no line feed between them
    return "\n".join(entry for entry in entries if "jumping to label" not in entry)


def place_calls(scenario: str, target: str, *, within: float = 120.0, **arguments: object) -> Statistics:
    """Run a scenario to its end; arguments as for `Sipp`."""
    return Sipp(scenario, target, **arguments).start().wait(within)  # type: ignore[arg-type]
