"""Recordings listened to: a file of the folder opened for reading, and its sound drawn as peaks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
import soundfile  # type: ignore[import-untyped]

from fsbridge.adapters.recordings.folder import _READ, RecordingFolder, _plain
from fsbridge.services.retention import RecordingRefused

KINDS = {".wav": "audio/wav", ".flac": "audio/flac", ".opus": "audio/ogg", ".ogg": "audio/ogg"}
"""The media types of what recordings are kept as."""
BARS = 900
"""Bars of a drawn recording."""


def media_type(path: str) -> str:
    """The media type of a recording, by its name.

    >>> media_type("2027-04-01/9a.opus")
    'audio/ogg'
    """
    return KINDS.get(Path(path).suffix.lower(), "application/octet-stream")


class LocalSounds:
    """The folder of recordings for who listens; it is opened anew each time, so that many may at once.

    >>> import tempfile
    >>> LocalSounds(Path(tempfile.mkdtemp())).open("../secrets")
    Traceback (most recent call last):
    fsbridge.services.retention.RecordingRefused: its path leaves the folder, or ...
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, path: str) -> IO[bytes]:
        """A recording's file; RecordingMissing, or RecordingRefused for a way out, a link, no plain file."""
        folder = RecordingFolder(self._folder)
        try:
            with folder._at(path) as (parent, name):
                number = os.open(name, _READ, dir_fd=parent)
            try:
                _plain(os.fstat(number))
            except RecordingRefused:
                os.close(number)
                raise
            return os.fdopen(number, "rb")
        finally:
            folder.close()

    def peaks(self, path: str, bars: int = BARS) -> tuple[float, list[list[int]]]:
        """How many seconds a recording sounds, and the peaks of each channel in so many bars, 0 to 100.

        RecordingRefused if it holds no sound that can be read.
        """
        with self.open(path) as file:
            return peaks_of(file, bars)


def peaks_of(file: IO[bytes], bars: int) -> tuple[float, list[list[int]]]:
    """The seconds and peaks of an open recording, as `LocalSounds.peaks`."""
    try:
        with soundfile.SoundFile(file) as sound:
            frames = max(1, sound.frames)
            step = -(-frames // bars)
            found: list[Sequence[int]] = []
            for block in sound.blocks(blocksize=step * 64, dtype="float32", always_2d=True):
                for at in range(0, len(block), step):
                    loudest = np.abs(block[at : at + step]).max(axis=0)
                    found.append([int(one) for one in np.minimum(100, np.rint(loudest * 100))])
            seconds = sound.frames / sound.samplerate
            channels = sound.channels
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise RecordingRefused(f"its sound cannot be read: {error}") from None
    return seconds, [[bar[channel] for bar in found] for channel in range(channels)]
