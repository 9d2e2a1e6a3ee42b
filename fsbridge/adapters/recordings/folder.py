"""The folder of recordings, entered only by the front door: no link, no way out, nothing but plain files."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from fsbridge.errors import ConfigError
from fsbridge.services.retention import Found, RecordingMissing, RecordingRefused

_PIECE = 1 << 20
_ENTER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ROUNDABOUT = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)|[\0-\x1f]")
"""A step that is empty, ``.`` or ``..``, or a control character."""
_CLOSING = 50
"""Folders closed without a pause: gevent closes them when its loop comes round, and only then."""
_DATED = re.compile(r"[0-9-]+")  # a folder of its day, month or year: nothing new comes into it


class RecordingFolder:
    """Recordings by their path in a folder, each step of it opened on its own so that no link is followed.

    ConfigError if there is no such folder.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "2024-04-01").mkdir()
    >>> _ = (folder / "2024-04-01" / "9a.wav").write_bytes(b"RIFF")
    >>> RecordingFolder(folder).look("2024-04-01/9a.wav").size
    4
    >>> RecordingFolder(folder).look("../secrets")
    Traceback (most recent call last):
    fsbridge.services.retention.RecordingRefused: its path leaves the folder, or ...
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise ConfigError(
                f"the recordings' folder {folder} cannot be opened: {error.strerror}; create or mount it"
            ) from None
        self._open: dict[str, int] = {}
        self._closing = 0
        self._touched: set[str] = set()

    def close(self) -> None:
        """Let the folder go."""
        self._leave()
        os.close(self._root)

    def size(self, path: str) -> int:
        """How many bytes a recording has."""
        folder, name = _parts(path)
        try:
            status = os.stat(name, dir_fd=self._entered(folder), follow_symlinks=False)
        except OSError as error:
            raise _translated(error, path) from None
        return _plain(status).st_size

    def look(self, path: str) -> Found:
        """A recording's bytes and hash; other greenlets run between the pieces."""
        with self._at(path) as (parent, name):
            _plain(os.stat(name, dir_fd=parent, follow_symlinks=False))
            file = os.open(name, _READ, dir_fd=parent)
            try:
                before = _plain(os.fstat(file))
                size, sha256 = _hashed(file)
                return Found(size, sha256, mark_of(before))
            finally:
                os.close(file)

    def remove(self, path: str, found: Found) -> None:
        """Remove a recording, if it is still the file that was looked at."""
        with self._at(path) as (parent, name):
            now = _plain(os.stat(name, dir_fd=parent, follow_symlinks=False))
            if mark_of(now) != found.mark:
                raise RecordingRefused("it was written to, or replaced, while it was looked at")
            os.unlink(name, dir_fd=parent)
            self._touched.add(path.rpartition("/")[0])

    def settle(self) -> None:
        """What was removed stays so after a power cut; a day's folder that became empty goes too."""
        for folder in sorted(self._touched, reverse=True):
            with contextlib.suppress(FileNotFoundError):
                os.fsync(self._entered(folder))
            while folder:
                folder, _, name = folder.rpartition("/")
                if not _DATED.fullmatch(name):
                    break
                try:
                    os.rmdir(name, dir_fd=self._entered(folder))
                except OSError:  # it is not empty
                    break
        self._touched.clear()
        self._leave()

    @contextlib.contextmanager
    def _at(self, path: str) -> Iterator[tuple[int, str]]:
        """The open folder a recording is in, and its name there; what the system says, translated."""
        folder, name = _parts(path)
        try:
            yield self._entered(folder), name
        except OSError as error:
            raise _translated(error, path) from None

    def _entered(self, folder: str) -> int:
        """The folder, open; those on the way to it stay open until another way is taken."""
        if folder not in self._open:
            self._leave(folder)
            parent, way = self._root, ""
            for step in folder.split("/") if folder else ():
                way = f"{way}/{step}".removeprefix("/")
                if way not in self._open:
                    self._open[way] = os.open(step, _ENTER, dir_fd=parent)
                parent = self._open[way]
            return parent
        return self._open[folder]

    def _leave(self, towards: str = "") -> None:
        left = [one for one in self._open if not f"{towards}/".startswith(f"{one}/")]
        for folder in left:
            os.close(self._open.pop(folder))
        self._closing += len(left)
        if self._closing >= _CLOSING:
            self._closing = 0
            time.sleep(0.001)  # 0 would not bring the loop round


def _parts(path: str) -> tuple[str, str]:
    if _ROUNDABOUT.search(path):
        raise RecordingRefused("its path leaves the folder, or is written in a roundabout way")
    folder, _, name = path.rpartition("/")
    return folder, name


def _translated(error: OSError, path: str) -> RecordingMissing | RecordingRefused:
    if isinstance(error, FileNotFoundError):
        return RecordingMissing(path)
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK):
        return RecordingRefused("a link, or a file, stands where a folder should")
    return RecordingRefused(f"{error.strerror or error} (errno {error.errno})")


def _plain(status: os.stat_result) -> os.stat_result:
    if stat.S_ISLNK(status.st_mode):
        raise RecordingRefused("it is a link")
    if not stat.S_ISREG(status.st_mode):
        raise RecordingRefused("it is no plain file")
    if status.st_nlink > 1:
        raise RecordingRefused("it has a second name (a hard link), under which it would stay")
    return status


def mark_of(status: os.stat_result) -> str:
    """What changes when a file does."""
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def _hashed(file: int) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    while piece := os.read(file, _PIECE):
        digest.update(piece)
        size += len(piece)
        time.sleep(0)
    return size, digest.hexdigest()
