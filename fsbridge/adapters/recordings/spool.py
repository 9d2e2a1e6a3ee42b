"""What FreeSWITCH has recorded and nobody has finished yet: the raw files in the folder of recordings."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from fsbridge.adapters.recordings.folder import RecordingFolder, mark_of
from fsbridge.domain.recordings import RAW
from fsbridge.services.recordings_finish import Raw
from fsbridge.services.retention import Found, RecordingMissing, RecordingRefused

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class RawFolder:
    """The raw files in the folders of days; no link is followed.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "2027-04-01").mkdir()
    >>> _ = (folder / "2027-04-01" / "7f1c-1806541200250000.wav").write_bytes(b"RIFF")
    >>> [raw.size for raw in RawFolder(folder).raw(None)]
    [4]
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def raw(self, since: date | None) -> Sequence[Raw]:
        """The raw files of the days from `since` on, or all, the oldest first."""
        found = []
        for path, status in self.files(since):
            if path.endswith(RAW):
                touched = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append(Raw(path, status.st_size, touched, mark_of(status)))
        return sorted(found, key=lambda raw: (raw.touched_at, raw.path))

    def files(self, since: date | None = None) -> Iterator[tuple[str, os.stat_result]]:
        """Every plain file in the folders of days, by its path in the folder."""
        first = since.isoformat() if since else ""
        try:
            days = sorted(entry.name for entry in os.scandir(self._folder) if _is_day(entry))
        except FileNotFoundError:
            return
        for day in days:
            if day >= first:
                time.sleep(0)  # three years of days must not keep calls waiting
                with contextlib.suppress(FileNotFoundError):  # the purge took it
                    yield from self._of(day)

    def _of(self, day: str) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self._folder / day) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        yield f"{day}/{entry.name}", status

    def remove(self, raw: Raw) -> bool:
        """Remove a raw file; False, and nothing done, if it is not as it was listed."""
        return self._remove(raw.path, Found(raw.size, "", raw.mark))

    def drop(self, path: str) -> bool:
        """Remove a file of the folder, whatever it holds; False if that cannot be."""
        try:
            status = os.stat(self._folder / path, follow_symlinks=False)
        except OSError:
            return False
        return self._remove(path, Found(status.st_size, "", mark_of(status)))

    def _remove(self, path: str, found: Found) -> bool:
        folder = RecordingFolder(self._folder)
        try:
            folder.remove(path, found)
            folder.settle()
        except RecordingMissing:
            return True
        except RecordingRefused:
            return False
        finally:
            folder.close()
        return True


def _is_day(entry: os.DirEntry[str]) -> bool:
    return bool(_DAY.fullmatch(entry.name)) and entry.is_dir(follow_symlinks=False)
