"""Drawn recordings kept for a while, so that a page looked at again need not decode the sound anew."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fsbridge.domain.recordings import named

DAYS = 30
"""Days a drawing is kept: it can be made again, and outlives its recording by no more than that."""

Peaks = tuple[float, list[list[int]]]


class PeakFiles:
    """Drawings in a folder of their own, made when they are first asked for.

    >>> files = PeakFiles(Path(tempfile.mkdtemp()))
    >>> path = "2027-04-01/7f1c-1806541200250000.flac"
    >>> files.get(path, 2, lambda: (3.0, [[1, 2]])), files.get(path, 2, lambda: (0.0, []))
    ((3.0, [[1, 2]]), (3.0, [[1, 2]]))
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, path: str, bars: int, make: Callable[[], Peaks]) -> Peaks:
        """The drawing of a recording; made now if it is not there, and kept if that can be."""
        name = named(path)
        if name is None:
            return make()
        file = self._folder / f"{name.stem.replace('/', '-')}.{bars}.json"
        with contextlib.suppress(OSError, ValueError, KeyError):
            found = json.loads(file.read_bytes())
            return float(found["seconds"]), [list(map(int, row)) for row in found["peaks"]]
        seconds, peaks = make()
        with contextlib.suppress(OSError):  # without room it is drawn anew each time
            self._folder.mkdir(mode=0o700, exist_ok=True)
            number, part = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(number, "w") as out:
                json.dump({"seconds": seconds, "peaks": peaks}, out)
            os.replace(part, file)
        return seconds, peaks

    def forget(self, days: int = DAYS) -> int:
        """Remove drawings made longer ago than this; how many."""
        gone = 0
        before = time.time() - days * 86_400
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < before:
                        os.unlink(entry.path)
                        gone += 1
        return gone
