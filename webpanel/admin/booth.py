"""The voice of the administration's pages: begun when somebody first wants to hear something."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from fsbridge.adapters.speech import Studio
from fsbridge.adapters.speech.audio import CEILING, LOUDNESS, Audio, loudness, peak
from fsbridge.adapters.speech.decode import decode
from fsbridge.announcing import studio_of
from fsbridge.config import Settings

BEST = 48_000
"""Samples a second of what a browser plays."""
NEAR = 6.0
"""Decibel a recording may be off the level of announcements without a word of caution."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A sound's length in seconds, its loudness and its highest sample in dBFS."""

    seconds: float
    level: float
    peak: float

    @property
    def quiet(self) -> bool:
        """Whether it is far below the level announcements have; raising it raises its noise."""
        return self.level < LOUDNESS - NEAR

    @property
    def clipped(self) -> bool:
        """Whether it touches full scale, as what was recorded too loud does."""
        return self.peak > -0.1

    @property
    def ceiling(self) -> float:
        """The highest sample an announcement has."""
        return CEILING


class Booth:
    """Speaks and measures; the speaking process is started at first use, and ended with the panel."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open = ExitStack()
        self._studio: Studio | None = None
        self._lock = threading.Lock()

    def studio(self) -> Studio:
        """Where announcements are made; ConfigError for an engine that says no words."""
        with self._lock:
            if self._studio is None:
                self._studio = self._open.enter_context(studio_of(self._settings))
            return self._studio

    def run(self, stop: threading.Event) -> None:
        """Wait until the panel ends, then end the speaking process."""
        stop.wait()
        with self._lock:
            self._studio = None
            self._open.close()


def measured(file: Path) -> Measured | None:
    """A sound in a file measured; None if there is none."""
    return measure(decode(file.read_bytes())) if file.exists() else None


def measure(audio: Audio) -> Measured:
    """A sound measured."""
    return Measured(round(audio.seconds, 2), round(loudness(audio), 1), round(peak(audio), 1))
