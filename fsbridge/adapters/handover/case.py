"""A handover that is there, read: its manifest, its rows, its files; no link in it is followed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from fsbridge.adapters.handover.manifest import FILES, MANIFEST, manifest_of
from fsbridge.adapters.handover.tree import Reader
from fsbridge.errors import ConfigError
from fsbridge.services.handover import HandoverError, Listed
from fsbridge.services.retention import RecordingMissing, RecordingRefused

LONGEST = 64 << 20
"""Bytes of the longest line that is read, and of the longest manifest."""


class CaseFolder:
    """A folder that `fsbridge handover export` wrote; HandoverError if it has no manifest that is known.

    >>> CaseFolder(Path("/nowhere"))
    Traceback (most recent call last):
    fsbridge.services.handover.HandoverError: /nowhere: there is no MANIFEST.json; name a folder that ...
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._reader = Reader(folder)
        try:
            with self.open(MANIFEST) as file:
                self._text = file.read(LONGEST)
        except (RecordingMissing, ConfigError):
            raise HandoverError(
                f"{folder}: there is no {MANIFEST}; name a folder that `fsbridge handover export` wrote"
            ) from None
        except RecordingRefused as error:
            raise HandoverError(f"{folder / MANIFEST}: {error}") from None
        self.manifest = manifest_of(self._text, str(folder / MANIFEST))

    def sha256(self) -> str:
        """The manifest's hash, which stands for everything."""
        return hashlib.sha256(self._text).hexdigest()

    def open(self, path: str) -> IO[bytes]:
        """A file's bytes; RecordingMissing, RecordingRefused."""
        return self._reader.open(path)

    def files(self) -> Iterator[Listed]:
        """The list of files; HandoverError for a line that is none."""
        for data in self._lines(FILES):
            try:
                yield Listed(str(data["path"]), int(data["size"]), str(data["sha256"]))
            except (KeyError, TypeError, ValueError):
                raise HandoverError(f"{FILES}: a line is no file; see `fsbridge handover verify`") from None

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a table; HandoverError for a line that is none."""
        return self._lines(f"tables/{table}.jsonl")

    def _lines(self, name: str) -> Iterator[Mapping[str, Any]]:
        try:
            with self.open(name) as file:
                for number, line in enumerate(iter(lambda: file.readline(LONGEST), b""), start=1):
                    try:
                        data = json.loads(line)
                    except ValueError:
                        data = None
                    if not isinstance(data, dict):
                        raise HandoverError(f"{name}: line {number} is no JSON object")
                    yield data
        except RecordingMissing:
            raise HandoverError(f"{name}: is not there") from None
        except RecordingRefused as error:
            raise HandoverError(f"{name}: {error}") from None
