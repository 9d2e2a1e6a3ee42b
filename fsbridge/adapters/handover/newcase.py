"""A handover while it is written: in a folder beside, which gets its name when everything is in it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from fsbridge.adapters.handover.manifest import FILES, MANIFEST, README, data_of, line_of
from fsbridge.adapters.handover.tree import same, walk, write
from fsbridge.services.handover import Expected, HandoverError, Listed, Manifest, Written

_LOCK = ".lock"
_SPARE = 64 << 20
"""Bytes that are left on the disk in any case."""


class CaseWriter:
    """Writes into ``.NAME.partial`` beside the folder; what an interrupted one copied is used again.

    HandoverError if the folder is there already, or another process writes it.

    >>> import tempfile
    >>> with CaseWriter(Path(tempfile.mkdtemp()) / "all") as case:
    ...     case.write("tables/seat.jsonl", [b"{}\\n"]).lines
    1
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._part = self.folder.with_name(f".{folder.name}.partial")
        self._names: set[str] = {_LOCK}
        self._list: IO[bytes] | None = None
        self._digest, self._size, self._count = hashlib.sha256(), 0, 0

    def __enter__(self) -> CaseWriter:
        if self.folder.exists() or self.folder.is_symlink():
            raise HandoverError(f"{self.folder} exists; name another folder, a handover overwrites nothing")
        try:
            self._part.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self._part / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise HandoverError(f"another process writes {self.folder}; wait until it ends") from None
        except OSError as error:
            raise HandoverError(f"{self._part} cannot be written: {error.strerror}; name another") from None
        self._list = self._new(FILES)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._list is not None:
            self._list.close()
        os.close(self._lock)

    def write(self, name: str, lines: Iterable[bytes]) -> Written:
        """Write a file of lines."""
        digest, size, count = hashlib.sha256(), 0, 0
        with _translated(name), self._new(name) as file:
            for line in lines:
                digest.update(line)
                size += len(line)
                count += 1
                file.write(line)
        return Written(size, digest.hexdigest(), count)

    def has(self, name: str, expected: Expected) -> Listed | None:
        """The file, if an interrupted handover copied it whole."""
        one = Listed(name, expected.size, expected.sha256)
        path = self._part / name
        if not expected.sha256 or not os.path.lexists(path) or not same(path, one):
            return None
        self._names.add(name)
        return one

    def keep(self, name: str, source: IO[bytes]) -> Listed:
        """Copy a file."""
        done = write(self._part / name, source, self._part)
        self._names.add(name)
        return Listed(name, done.size, done.sha256)

    def recordings(self) -> Iterator[Expected]:
        """The recordings that the table speaks of and that were not purged, as it was written."""
        with (self._part / "tables" / "recording.jsonl").open("rb") as file:
            for line in file:
                row = json.loads(line)
                if row["purged_at"] is None:
                    yield Expected(row["path"], row["size"], row["sha256"])

    def room(self, size: int) -> None:
        """HandoverError if the disk has no room for so many bytes, less what was copied already."""
        there = sum(entry.stat(follow_symlinks=False).st_size for _, entry in walk(self._part / "recordings"))
        lacking = size - there + _SPARE - shutil.disk_usage(self._part).free
        if lacking > 0:
            raise HandoverError(
                f"{self.folder.parent} lacks {lacking / 1e9:.1f} GB for the recordings; name another disk"
            )

    def list(self, one: Listed) -> None:
        """Put a file on the list."""
        assert self._list is not None
        line = line_of(one)
        self._digest.update(line)
        self._size += len(line)
        self._count += 1
        self._list.write(line)

    def listed(self) -> Written:
        """The list, which is complete now."""
        assert self._list is not None
        self._list.close()
        return Written(self._size, self._digest.hexdigest(), self._count)

    def seal(self, manifest: Manifest) -> str:
        """Write the manifest, remove what is left of an earlier try, give the folder its name; the hash."""
        self.write("README.txt", [README.encode()])
        text = (json.dumps(data_of(manifest), ensure_ascii=False, indent=1) + "\n").encode()
        done = self.write(MANIFEST, [text])
        for name, entry in list(walk(self._part)):
            if name not in self._names:
                os.unlink(entry.path)
        os.sync()
        os.unlink(self._part / _LOCK)
        os.rename(self._part, self.folder)
        _settle(self.folder.parent)
        return done.sha256

    def _new(self, name: str) -> IO[bytes]:
        path = self._part / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.unlink(missing_ok=True)
        self._names.add(name)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", 1 << 20)


class _translated:
    """What the disk says, in our words."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            said = error.strerror or error
            raise HandoverError(f"{self._name} cannot be written: {said}; make room") from None


def _settle(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
