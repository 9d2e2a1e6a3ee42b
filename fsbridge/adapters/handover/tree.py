"""Plain files below a folder, by their paths in it; no link is followed, none is written through."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import IO

from fsbridge.adapters.recordings.listening import LocalSounds
from fsbridge.services.handover import HandoverError, Listed

PIECE = 1 << 20
_OPENED = 50
_STEP = re.compile(r"[^/\0-\x1f\x7f]{1,255}")


def safe(path: str) -> bool:
    """Whether a path stays below the folder it is of, and is written the straight way.

    >>> safe("2027-04-01/9a.flac"), safe("../9a.flac"), safe("/etc/passwd"), safe("a//b")
    (True, False, False, False)
    """
    return all(_STEP.fullmatch(step) and step not in (".", "..") for step in path.split("/"))


class Reader:
    """Opens files of a folder one after the other; no link is followed."""

    def __init__(self, folder: Path) -> None:
        self._sounds = LocalSounds(folder)
        self._count = 0

    def open(self, path: str) -> IO[bytes]:
        """A file's bytes; RecordingMissing, RecordingRefused."""
        self._count = breathe(self._count)
        return self._sounds.open(path)


def breathe(count: int) -> int:
    """Count the folders that were opened, and pause now and then: gevent closes them only meanwhile."""
    if count % _OPENED == _OPENED - 1:
        time.sleep(0.001)
    return count + 1


class Tree:
    """The files of a folder, or those of `names` in it; what is half written (``.name``) is passed over.

    >>> folder = Path(tempfile.mkdtemp())
    >>> tree = Tree(folder)
    >>> (folder / "done").mkdir()
    >>> _ = (folder / "done" / "b.json").write_bytes(b"{}"); _ = (folder / "c.json").write_bytes(b"{}")
    >>> list(tree.paths())
    ['c.json', 'done/b.json']
    """

    def __init__(self, folder: Path, names: Collection[str] = ()) -> None:
        self.folder = folder
        self._names = names
        self._reader = Reader(folder)

    def paths(self) -> Iterator[str]:
        """Each file's path, in order: those of a folder before those of the folders in it."""
        for path, entry in walk(self.folder):
            named = not self._names or path in self._names
            if named and not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                yield path

    def open(self, path: str) -> IO[bytes]:
        """A file's bytes; RecordingMissing, RecordingRefused."""
        return self._reader.open(path)

    def foreign(self, known: Callable[[str], bool]) -> Sequence[str]:
        """Files that are there and not known."""
        return [path for path in self.paths() if not known(path)]

    def put(self, one: Listed, source: IO[bytes]) -> None:
        """Write a file, whole or not at all, unless it is there already; HandoverError if another is."""
        there = self.folder / one.path
        if there.is_symlink() or there.exists():
            if same(there, one):
                return
            raise HandoverError(f"{there} is there and is another file; only an empty system takes one in")
        written = write(there, source, self.folder)
        if (written.size, written.sha256) != (one.size, one.sha256):
            there.unlink()
            raise HandoverError(f"{one.path} is not what the manifest says; see `fsbridge handover verify`")


def walk(folder: Path, *, inside: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder but the folders, in order, with its path; links are told, never followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield f"{inside}{entry.name}", entry
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path), inside=f"{inside}{entry.name}/")


def write(path: Path, source: IO[bytes], top: Path) -> Listed:
    """Copy what can be read into a file below `top`, whole or not at all, for its owner alone."""
    if not safe(str(path.relative_to(top))):
        raise HandoverError(f"{path} leaves its folder, or is written in a roundabout way")
    make_folders(path.parent, top)
    number, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            digest, size = hashlib.sha256(), 0
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                file.write(piece)
        os.replace(part, path)
    except OSError as error:
        raise HandoverError(f"{path} cannot be written: {error.strerror or error}; make room") from None
    finally:
        if os.path.exists(part):
            os.unlink(part)
    return Listed(path.name, size, digest.hexdigest())


def make_folders(folder: Path, top: Path) -> None:
    """Make a folder below `top`; HandoverError if a link or a file stands where one should."""
    top.mkdir(mode=0o700, parents=True, exist_ok=True)
    way = top
    for step in folder.relative_to(top).parts:
        way = way / step
        way.mkdir(mode=0o700, exist_ok=True) if not way.is_symlink() else None
        if not stat.S_ISDIR(way.lstat().st_mode):
            raise HandoverError(f"{way} is no folder; remove it")


def same(path: Path, one: Listed) -> bool:
    """Whether a plain file has this size and hash."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size != one.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == one.sha256
