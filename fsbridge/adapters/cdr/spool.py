"""The folder in which FreeSWITCH leaves its call records, swept: what it tells is taken in, once and for all.

A record that was taken moves to ``done/DAY``; one that never can be moves to ``bad`` with the reason in a
file beside it. Nothing is deleted before its time, and nothing is read for ever.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fsbridge.adapters.cdr.parse import LARGEST, BadRecord, parse
from fsbridge.adapters.cdr.receiver import Taker
from fsbridge.errors import FsbridgeError
from fsbridge.services.history import RecordRefused

logger = logging.getLogger(__name__)

DONE, BAD = "done", "bad"
SETTLING = 30.0
"""Seconds a file that is no record (yet) is given: it may be in the middle of being written."""

_NAME = re.compile(r"(a_)?[A-Za-z0-9][A-Za-z0-9_.:\-]{0,80}\.cdr\.json\Z")


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: records taken that were new, known already, moved to ``bad``; and left for later.

    >>> Swept(taken=2).left
    0
    """

    taken: int = 0
    known: int = 0
    bad: int = 0
    left: int = 0


class Spool:
    """The records in a folder, to be given to whoever keeps them.

    >>> import tempfile
    >>> class Nobody:
    ...     def take(self, record): return True
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Spool(Path(folder), Nobody()).sweep()
    Swept(taken=0, known=0, bad=0, left=0)
    """

    def __init__(self, folder: Path, past: Taker, *, settling: float = SETTLING) -> None:
        self._folder = folder
        self._past = past
        self._settling = settling

    def sweep(self) -> Swept:
        """Take in what is there. If the store fails, the rest is left for the next time."""
        counts = {"taken": 0, "known": 0, "bad": 0}
        names = self._names()
        for place, name in enumerate(names):
            try:
                happened = self._take(name)
            except FsbridgeError as error:
                logger.warning("call records wait in %s: %s", self._folder, error)
                return Swept(**counts, left=len(names) - place)
            if happened:
                counts[happened] += 1
            time.sleep(0)  # a night's records must not keep calls waiting
        left = len(names) - sum(counts.values())
        if counts["taken"] or counts["bad"]:
            logger.info("call records swept: %(taken)d new, %(known)d known, %(bad)d bad", counts)
        return Swept(**counts, left=left)

    def forget(self, before: datetime) -> int:
        """Delete the records taken in on days before this one; how many days."""
        days = [path for path in self._days() if path.name < before.astimezone(UTC).date().isoformat()]
        for path in days:
            shutil.rmtree(path)
        return len(days)

    def _names(self) -> list[str]:
        try:
            return sorted(entry.name for entry in os.scandir(self._folder) if _NAME.match(entry.name))
        except FileNotFoundError:
            return []

    def _days(self) -> Iterator[Path]:
        done = self._folder / DONE
        for path in done.iterdir() if done.is_dir() else ():
            if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name) and path.is_dir() and not path.is_symlink():
                yield path

    def _take(self, name: str) -> str:
        """What became of a file: a word of `Swept`, or nothing if it is to be seen again."""
        path = self._folder / name
        try:
            body, written = _read(path)
        except FileNotFoundError:  # somebody else swept it
            return ""
        except (OSError, BadRecord) as error:
            return self._spoil(path, str(error))
        try:
            new = self._past.take(parse(body))
        except RecordRefused as error:
            return self._spoil(path, str(error))
        except BadRecord as error:
            if time.time() - written < self._settling:
                return ""
            return self._spoil(path, str(error))
        day = self._folder / DONE / datetime.fromtimestamp(written, UTC).date().isoformat()
        return ("taken" if new else "known") if _moved(path, day) else ""

    def _spoil(self, path: Path, reason: str) -> str:
        """Put a file aside, and why; a file that cannot even be moved is left, and said so."""
        folder = self._folder / BAD
        if not _moved(path, folder):
            return ""
        with contextlib.suppress(OSError):
            (folder / f"{path.name}.reason").write_text(f"{reason}\n", "utf-8")
        logger.error("call record %s was put aside in %s: %s", path.name, folder, reason)
        return "bad"


def _read(path: Path) -> tuple[bytes, float]:
    """A regular file's bytes and when it was written; no link is followed, no pipe waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise BadRecord("not a file")
        return file.read(LARGEST + 1), status.st_mtime


def _moved(path: Path, folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(path, folder / path.name)
    except FileNotFoundError:
        return False
    except OSError as error:
        logger.error("call record %s cannot be moved to %s: %s", path, folder, error)
        return False
    return True


def days_ago(days: int, *, now: datetime | None = None) -> datetime:
    """The moment so many days before now.

    >>> days_ago(2, now=datetime(2027, 4, 3, tzinfo=UTC)).day
    1
    """
    return (now or datetime.now(UTC)) - timedelta(days=days)
