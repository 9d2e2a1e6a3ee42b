"""Where recordings are kept for good: the folder FreeSWITCH records into, or what a URL names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.recordings.folder import RecordingFolder
from fsbridge.errors import ConfigError
from fsbridge.services.recordings_finish import StorageFailed
from fsbridge.services.retention import Found

if TYPE_CHECKING:
    from fsbridge.adapters.recordings.s3 import S3Archive

_PIECE = 256 * 1024


class FolderArchive:
    """Recordings in the local folder; each call enters it anew, so that a mount that changed is seen.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "2027-04-01").mkdir()
    >>> _ = (folder / "2027-04-01" / "7f1c-1806541200250000.flac").write_bytes(b"fLaC1234")
    >>> archive = FolderArchive(folder)
    >>> b"".join(archive.read("2027-04-01/7f1c-1806541200250000.flac", 4, 2))
    b'12'
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: str, size: int, sha256: str) -> None:
        """The file is where it belongs already; StorageFailed if it is not."""
        if self.size(path) != size:
            raise StorageFailed(f"{path} does not have the {size} bytes that were written")

    def size(self, path: str) -> int:
        """Bytes of a recording; RecordingMissing, RecordingRefused."""
        folder = RecordingFolder(self._folder)
        try:
            return folder.size(path)
        finally:
            folder.close()

    def look(self, path: str) -> Found:
        """A recording's bytes and hash, as it is now."""
        folder = RecordingFolder(self._folder)
        try:
            return folder.look(path)
        finally:
            folder.close()

    def read(self, path: str, first: int = 0, count: int | None = None) -> Iterator[bytes]:
        """The bytes of a recording, or `count` of them from the `first` on, in pieces."""
        folder = RecordingFolder(self._folder)
        try:
            file = folder.reading(path)
        finally:
            folder.close()
        try:
            left = os.fstat(file).st_size - first if count is None else count
            while left > 0 and (piece := os.pread(file, min(_PIECE, left), first)):
                first, left = first + len(piece), left - len(piece)
                yield piece
        finally:
            os.close(file)


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
