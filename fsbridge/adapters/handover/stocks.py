"""The files of a centre: recordings wherever they are kept, and the settings in the home folder."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from fsbridge.adapters.handover.toml import toml
from fsbridge.adapters.handover.tree import Tree
from fsbridge.adapters.recordings.archive import FolderArchive, archive_of
from fsbridge.domain.recordings import RAW, named
from fsbridge.services.handover import HandoverError, Listed
from fsbridge.services.retention import RecordingMissing, RecordingRefused

SETTINGS = "fsbridge.toml"
OWN = ("labels.toml", "readings.toml")
"""What people may have written beside the settings."""
PASSWORDS = frozenset({"switch.password", "cdr.secret", "mail.password"})
"""Settings that are handed over only where secrets are."""
HERE = frozenset({"database"})
"""Settings that are this machine's, and would lead the next system to this one's data."""
_HOME = "{home}"


class RecordingStock:
    """The recordings in the local folder and, where `storage` names a bucket, in that.

    >>> import tempfile
    >>> list(RecordingStock("", Path(tempfile.mkdtemp())).paths())
    []
    """

    def __init__(self, storage: str, folder: Path) -> None:
        self._tree = Tree(folder)
        self._archive = archive_of(storage, folder)

    def paths(self) -> Iterable[str]:
        """What lies in the local folder."""
        return self._tree.paths()

    def open(self, path: str) -> IO[bytes]:
        """A recording's bytes; one that is not finished lies in the folder, wherever others are kept."""
        if isinstance(self._archive, FolderArchive):
            return self._tree.open(path)
        try:
            return self._archive.open(path)
        except (RecordingMissing, RecordingRefused):
            if not (self._tree.folder / path).exists():
                raise
            return self._tree.open(path)

    def foreign(self, known: Callable[[str], bool]) -> Sequence[str]:
        """Files of the local folder that are not known."""
        return self._tree.foreign(known)

    def put(self, one: Listed, source: IO[bytes]) -> None:
        """Keep a recording where recordings are kept."""
        self._tree.put(one, source)
        if named(one.path) is not None and not one.path.endswith(RAW):
            self._archive.put(one.path, one.size, one.sha256)


class SettingsStock:
    """The settings' file without what is secret or this machine's alone, labels and readings.

    Paths into the home folder are written with ``{home}``, and read with the next one.

    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> _ = (home / "fsbridge.toml").write_text('database = "a"\\nzone = "UTC"\\n[mail]\\npassword = "b"\\n')
    >>> SettingsStock(home, secrets=False).open("fsbridge.toml").read()
    b'zone = "UTC"\\n'
    """

    def __init__(self, home: Path, *, secrets: bool) -> None:
        self._home = home
        self._tree = Tree(home, OWN)
        self._secrets = secrets

    def paths(self) -> Iterable[str]:
        """Those that are there."""
        return [*([SETTINGS] if (self._home / SETTINGS).is_file() else []), *self._tree.paths()]

    def open(self, path: str) -> IO[bytes]:
        """One of them."""
        if path != SETTINGS:
            return self._tree.open(path)
        data = tomllib.loads((self._home / SETTINGS).read_text(encoding="utf-8"))
        kept = _exchanged(self._kept(data), str(self._home), _HOME)
        return io.BytesIO(toml(kept).encode())

    def foreign(self, known: Callable[[str], bool]) -> Sequence[str]:
        """None: the next system has settings of its own before it takes anything in."""
        return []

    def put(self, one: Listed, source: IO[bytes]) -> None:
        """Write one; the settings' file only where there is none, for its database is this machine's."""
        if one.path != SETTINGS:
            if one.path not in OWN:
                raise HandoverError(f"settings/{one.path}: is no file of settings; remove it")
            self._tree.put(one, source)
            return
        if (self._home / SETTINGS).exists():
            return
        try:
            data = tomllib.loads(source.read().decode())
        except ValueError as error:
            raise HandoverError(f"settings/{SETTINGS}: {error}") from None
        text = toml(_exchanged(self._kept(data), _HOME, str(self._home)))
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._home / SETTINGS).touch(mode=0o600)
        (self._home / SETTINGS).write_text(text, encoding="utf-8")

    def _kept(self, data: Mapping[str, Any], section: str = "") -> dict[str, Any]:
        left_out = HERE if self._secrets else HERE | PASSWORDS
        kept: dict[str, Any] = {}
        for key, value in data.items():
            if isinstance(value, dict):
                if inner := self._kept(value, f"{key}."):
                    kept[key] = inner
            elif f"{section}{key}" not in left_out:
                kept[key] = value
        return kept


def _exchanged(data: Any, old: str, new: str) -> Any:
    """Plain data in which texts that begin with `old` begin with `new`."""
    if isinstance(data, dict):
        return {key: _exchanged(value, old, new) for key, value in data.items()}
    if isinstance(data, list):
        return [_exchanged(value, old, new) for value in data]
    if isinstance(data, str) and (data == old or data.startswith(f"{old}/")):
        return f"{new}{data[len(old) :]}"
    return data
