"""Compression in a process of its own, so that no call waits for it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from fsbridge.errors import ConfigError
from fsbridge.services.recordings_finish import Order, Pressed

logger = logging.getLogger(__name__)

KINDS = ("flac", "opus")
"""What recordings can be kept as: FLAC gives back every sample, Opus a tenth of the bytes."""
_PROGRAM = (sys.executable, "-m", "fsbridge.adapters.recordings.pressing")


class ChildPress:
    """Raw files of a folder compressed by a child process of the lowest priority; ConfigError for no format.

    >>> ChildPress(Path("/nowhere"), "mp3")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: recordings.format is 'mp3'; give flac or opus
    """

    def __init__(self, folder: Path, kind: str) -> None:
        if kind not in KINDS:
            raise ConfigError(f"recordings.format is {kind!r}; give {' or '.join(KINDS)}")
        self._folder = folder
        self._kind = kind

    def press(self, orders: Sequence[Order]) -> Iterator[Pressed]:
        """Each order's answer, as soon as it is there. An order the process dies over is unreadable."""
        left = list(orders)
        while left:
            answered = 0
            for pressed in self._run(left):
                answered += 1
                yield pressed
            if answered < len(left):
                dead = left[answered]
                logger.error("the process that compresses died over %s", dead.path)
                yield Pressed(
                    dead.path, problem="unreadable", note="the process that compresses died over it"
                )
                answered += 1
            left = left[answered:]

    def _run(self, orders: Sequence[Order]) -> Iterator[Pressed]:
        with subprocess.Popen(
            [*_PROGRAM, str(self._folder), self._kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                for order in orders:
                    lengths = [one.total_seconds() for one in order.lengths]
                    process.stdin.write(json.dumps({"path": order.path, "lengths": lengths}) + "\n")
                    process.stdin.flush()
                    line = process.stdout.readline()
                    if not line.endswith("\n"):
                        return
                    yield _pressed(json.loads(line))
            except BrokenPipeError:
                return
            finally:
                process.kill()


def _pressed(answer: dict[str, object]) -> Pressed:
    problem = str(answer.get("problem", ""))
    return Pressed(
        str(answer["path"]),
        kept=str(answer.get("kept", "")),
        length=timedelta(seconds=float(str(answer.get("length", 0)))),
        size=int(str(answer.get("size", 0))),
        sha256=str(answer.get("sha256", "")),
        repaired=bool(answer.get("repaired")),
        problem="unreadable" if problem == "unreadable" else "full" if problem == "full" else "",
        note=str(answer.get("note", "")),
    )
