"""What is removed at the end of a contract: folders without following a link, a bucket, the database."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fsbridge.adapters.handover.columns import tables
from fsbridge.adapters.handover.tables import centre_of
from fsbridge.adapters.handover.tree import breathe, walk
from fsbridge.adapters.recordings.folder import RecordingFolder
from fsbridge.adapters.recordings.s3 import S3Archive
from fsbridge.adapters.store.backup import defer
from fsbridge.adapters.store.models import Recording
from fsbridge.adapters.store.store import Store
from fsbridge.errors import FsbridgeError
from fsbridge.services.erasure import Remains
from fsbridge.services.retention import RecordingMissing, RecordingRefused

_PARTIAL = ".erase.partial.jsonl"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FolderPlace:
    """Everything below a folder, or below those `names` of it: hidden files too, links as links.

    A folder that is itself a link is left alone, and told as out of reach.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "link").symlink_to("/etc/hostname")
    >>> FolderPlace("home", folder).look("link").note
    'a link to /etc/hostname; what it leads to was left'
    """

    def __init__(self, name: str, folder: Path, names: Collection[str] = ()) -> None:
        self.name = name
        self._folder = folder
        self._names = names
        self._count = 0

    def paths(self) -> Iterator[str]:
        """Every file's path in the folder."""
        if self._folder.is_symlink():
            return
        for name in self._there():
            path = self._folder / name
            if path.is_dir() and not path.is_symlink():
                yield from (inner for inner, _ in walk(path, inside=f"{name}/"))
            else:
                yield name

    def look(self, path: str) -> Remains:
        """A file's bytes and hash."""
        with self._at(path) as (parent, name):
            status = os.stat(name, dir_fd=parent, follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                target = os.readlink(name, dir_fd=parent)
                return Remains(0, "", f"a link to {target}; what it leads to was left")
            if not stat.S_ISREG(status.st_mode):
                return Remains(0, "", "no plain file")
            with os.fdopen(os.open(name, _READ, dir_fd=parent), "rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            more = status.st_nlink > 1
            note = "it had a second name (a hard link), under which it stays" if more else ""
            return Remains(status.st_size, sha256, note)

    def remove(self, path: str) -> None:
        """Remove a file, or a link and not what it leads to."""
        with self._at(path) as (parent, name):
            os.unlink(name, dir_fd=parent)

    def tidy(self) -> None:
        """Remove the folders that became empty."""
        for name in self._there():
            top = self._folder / name
            if top.is_symlink() or not top.is_dir():
                continue
            for folder, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):  # it is not empty
                    os.rmdir(folder)

    def unreachable(self) -> Sequence[str]:
        """Where links lead to."""
        if self._folder.is_symlink():
            return [f"{self._folder} is a link to {os.readlink(self._folder)}: erase that by hand"]
        found = []
        for path in self.paths():
            whole = self._folder / path
            if whole.is_symlink():
                found.append(f"{whole} is a link to {os.readlink(whole)}: erase that by hand")
        return found

    def _there(self) -> list[str]:
        try:
            names = sorted(os.listdir(self._folder))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name for name in names if not self._names or name in self._names]

    @contextlib.contextmanager
    def _at(self, path: str) -> Iterator[tuple[int, str]]:
        self._count = breathe(self._count)
        folder = RecordingFolder(self._folder)
        try:
            with folder._at(path) as found:
                yield found
        except RecordingMissing:
            raise FileNotFoundError(path) from None
        except RecordingRefused as error:
            raise FsbridgeError(str(error)) from None
        finally:
            folder.close()


class BucketPlace:
    """The recordings that rows say are in a bucket."""

    name = "recordings"

    def __init__(self, url: str, folder: Path, store: Store) -> None:
        self._archive = S3Archive(url, folder)
        self._store = store
        self._url = url

    def paths(self) -> Iterator[str]:
        """Those that were not purged."""
        with self._store.connection():
            rows = Recording.select(Recording.path).where(Recording.purged_at.is_null())
            paths = [row.path for row in rows.order_by(Recording.id)]
        yield from paths

    def look(self, path: str) -> Remains:
        """A recording's bytes and hash, read from the bucket."""
        with _translated(path):
            found = self._archive.look(path)
        return Remains(found.size, found.sha256)

    def remove(self, path: str) -> None:
        """Remove it."""
        with _translated(path):
            self._archive.remove(path, self._archive.look(path))

    def tidy(self) -> None:
        """Let the connections go."""
        self._archive.close()

    def unreachable(self) -> Sequence[str]:
        """What a bucket may keep on its own account."""
        return [f"earlier versions and replicas that {self._url.partition('?')[0]} may keep: see its rules"]


class StoredData:
    """The database of a centre that ends."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def centre(self) -> str:
        """The centre's name; empty without a plan."""
        return centre_of(self._store).get("name", "")

    def counts(self) -> Mapping[str, int]:
        """How many rows each table has."""
        with self._store.reading() as database:
            sql = "SELECT count(*) FROM "
            return {name: int(database.execute_sql(sql + name).fetchone()[0]) for name in tables()}

    def held(self) -> Sequence[str]:
        """The recordings that somebody holds."""
        kept = Recording.held_at.is_null(False) & Recording.purged_at.is_null()
        with self._store.reading():
            return [f"{row.id} {row.held_for}".strip() for row in Recording.select().where(kept)]

    def clear(self) -> None:
        """Empty every table; on SQLite, what was there is overwritten and the file made small."""
        names = list(tables())
        with self._store.connection() as database:
            if database.kind == "postgresql":
                with self._store.writing():
                    database.execute_sql(f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
                return
            database.execute_sql("PRAGMA secure_delete = 1")
            with self._store.writing():
                defer(database)
                for name in reversed(names):
                    database.execute_sql(f"DELETE FROM {name}")
                database.execute_sql("DELETE FROM sqlite_sequence")
            database.execute_sql("VACUUM")
            database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


class EraseCertificate:
    """A certificate in a folder, one JSON object a line; an interrupted one is gone on with.

    >>> import tempfile
    >>> from datetime import UTC
    >>> certificate = EraseCertificate(Path(tempfile.mkdtemp()))
    >>> certificate.add([{"erased": "町"}])
    >>> certificate.end(datetime(2030, 3, 31, 9, tzinfo=UTC))[0]
    'erase-20300331-090000.jsonl'
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = folder / _PARTIAL

    def begun(self) -> Mapping[str, Any] | None:
        """The first line of one that was interrupted."""
        try:
            with self._part.open("rb") as file:
                data = json.loads(file.readline())
        except (FileNotFoundError, ValueError):
            return None
        return data if isinstance(data, dict) and "erased" in data else None

    def add(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Put lines on it; they are on the disk afterwards."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with os.fdopen(os.open(self._part, flags, 0o600), "ab") as file:
            file.write(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())

    def end(self, at: datetime) -> tuple[str, str]:
        """Give it its name, with its hash in a file beside; both."""
        name = f"erase-{at:%Y%m%d-%H%M%S}.jsonl"
        with self._part.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        (self._folder / f"{name}.sha256").write_text(f"{sha256}  {name}\n", "ascii")
        os.replace(self._part, self._folder / name)
        return name, sha256


@contextlib.contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except RecordingMissing:
        raise FileNotFoundError(path) from None
    except RecordingRefused as error:
        raise FsbridgeError(str(error)) from None
