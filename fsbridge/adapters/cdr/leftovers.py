"""The files of call records that were taken in, or never could be: gone when their calls' recordings are."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fsbridge.adapters.cdr.spool import BAD, DONE


class CdrFolder:
    """The files beside the spool, by when FreeSWITCH wrote them; no link is followed.

    >>> import tempfile
    >>> from datetime import UTC
    >>> CdrFolder(Path(tempfile.mkdtemp())).count(datetime(2027, 4, 1, tzinfo=UTC))
    0
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def count(self, before: datetime) -> int:
        """How many are older than this."""
        return sum(1 for _ in self._old(before))

    def remove(self, before: datetime) -> int:
        """Remove those that are older than this; how many."""
        gone = 0
        for path in self._old(before):
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
        return gone

    def _old(self, before: datetime) -> Iterator[Path]:
        days = [
            Path(entry.path) for entry in _entries(self._folder / DONE) if entry.is_dir(follow_symlinks=False)
        ]
        for folder in (self._folder / BAD, *days):
            for entry in _entries(folder):
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode) and status.st_mtime < before.timestamp():
                        yield Path(entry.path)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except FileNotFoundError:
        return []
