"""Operators in browsers: their desks in a Chromium of a process of its own, as `e2e.at_work` says."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import gevent
import numpy
import soundfile

from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
RATE = 48_000


class Desks:
    """Operators who load their page anew in the middle of every call; `heard_again` are those calls' numbers.

    What their microphones pick up is a tone of `pitch`, in beeps: a browser takes a steady one for noise.
    """

    def __init__(self, address: str, folder: Path, operators: Sequence[str], *, pitch: int) -> None:
        self.heard_again: set[str] = set()
        voice = folder / "voice.wav"
        soundfile.write(voice, beeps(pitch), RATE, subtype="PCM_16")
        self._log = folder / "desks.log"
        self._ready = False
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "e2e.at_work", address, str(voice), *operators],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._reader = gevent.spawn(self._read)
        wait_for(lambda: self._ready or self._reader.ready(), "the desks are ready", 120)
        assert self._ready, self._log.read_text("utf-8")

    def works(self) -> bool:
        """Whether they are still there; else the log says why not."""
        return self._process.poll() is None

    def trouble(self) -> str:
        """What was complained of."""
        return self._log.read_text("utf-8")

    def leave(self) -> None:
        """They all go, without a word."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)
        self._reader.join(10)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "ready":
                self._ready = True
            else:
                self.heard_again.add(line.strip())


def beeps(pitch: int) -> numpy.ndarray:
    """Four seconds of a tone that swells and fades twice a second, at a quarter of full level."""
    times = numpy.arange(4 * RATE) / RATE
    swell = numpy.sin(numpy.pi * times * 2) ** 2
    return 0.25 * swell * numpy.sin(2 * numpy.pi * pitch * times)
