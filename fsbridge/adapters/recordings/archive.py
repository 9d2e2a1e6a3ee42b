"""Where recordings are kept for good: the folder FreeSWITCH records into, or what a URL names."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.recordings.folder import RecordingFolder
from fsbridge.adapters.recordings.listening import BARS, LocalSounds
from fsbridge.adapters.recordings.peakfiles import PeakFiles
from fsbridge.errors import ConfigError
from fsbridge.services.recordings_finish import StorageFailed
from fsbridge.services.retention import Found

if TYPE_CHECKING:
    from fsbridge.adapters.recordings.s3 import S3Archive

PEAKS = ".peaks"
"""Where drawings are, in the folder of recordings: no day has this name."""


class FolderArchive(LocalSounds):
    """Recordings in the local folder; each call enters it anew, so that a mount that changed is seen.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "2027-04-01").mkdir()
    >>> _ = (folder / "2027-04-01" / "7f1c-1806541200250000.flac").write_bytes(b"fLaC1234")
    >>> archive = FolderArchive(folder)
    >>> archive.size("2027-04-01/7f1c-1806541200250000.flac")
    8
    """

    def put(self, path: str, size: int, sha256: str) -> None:
        """The file is where it belongs already; StorageFailed if it is not."""
        if self.size(path) != size:
            raise StorageFailed(f"{path} does not have the {size} bytes that were written")

    def size(self, path: str) -> int:
        """Bytes of a recording; RecordingMissing, RecordingRefused."""
        with self.entered() as folder:
            return folder.size(path)

    def peaks(self, path: str, bars: int = BARS) -> tuple[float, list[list[int]]]:
        """As `LocalSounds.peaks`, drawn once and kept for a while."""
        self.size(path)  # of one that is gone there is no drawing
        return PeakFiles(self._folder / PEAKS).get(
            path, bars, lambda: super(FolderArchive, self).peaks(path, bars)
        )

    def look(self, path: str) -> Found:
        """A recording's bytes and hash, as it is now."""
        with self.entered() as folder:
            return folder.look(path)

    @contextlib.contextmanager
    def entered(self) -> Iterator[RecordingFolder]:
        """The folder, for a while."""
        folder = RecordingFolder(self._folder)
        try:
            yield folder
        finally:
            folder.close()


def archive_of(url: str, folder: Path) -> FolderArchive | S3Archive:
    """Where a URL says recordings are kept; the local folder for an empty one. ConfigError for what is none.

    >>> archive_of("ftp://somewhere", Path("/nowhere"))
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: recordings.storage is 'ftp://somewhere'; give s3://BUCKET/PREFIX, or nothing
    """
    if not url:
        return FolderArchive(folder)
    if url.startswith("s3://"):
        from fsbridge.adapters.recordings.s3 import S3Archive

        return S3Archive(url, folder)
    raise ConfigError(f"recordings.storage is {url!r}; give s3://BUCKET/PREFIX, or nothing")
