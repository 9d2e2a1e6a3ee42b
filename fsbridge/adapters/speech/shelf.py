"""Versions of announcements as files, one JSON object each, that are written once and never changed."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from fsbridge.domain.soundnames import checked
from fsbridge.errors import SpeechError
from fsbridge.services.announcements import Version


class FileShelf:
    """A shelf in a folder: ``NAME/000001.json``, ``NAME/000002.json`` …

    >>> FileShelf(Path("/nowhere")).history("closed")
    []
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Sequence[str]:
        """Every announcement there is, in order."""
        return sorted({path.parent.name for path in self._folder.glob("*/*.json")})

    def history(self, name: str) -> Sequence[Version]:
        """All versions of one, oldest first; SpeechError names a file that cannot be read."""
        return [_read(path) for path in sorted((self._folder / checked(name)).glob("*.json"))]

    def add(self, version: Version) -> None:
        """Keep a version; SpeechError when somebody else was first with this number."""
        with self._written(version) as part:
            try:
                os.link(part, self._path(version))
            except FileExistsError:
                raise SpeechError(
                    f"announcement {version.name!r} was changed by somebody else meanwhile; look at it again"
                ) from None

    def rendered(self, version: Version) -> None:
        """A version that was kept without its sound has one now."""
        with self._written(version) as part:
            os.replace(part, self._path(version))

    def _path(self, version: Version) -> Path:
        return self._folder / version.name / f"{version.number:06}.json"

    @contextlib.contextmanager
    def _written(self, version: Version) -> Iterator[str]:
        folder = self._folder / checked(version.name)
        folder.mkdir(parents=True, exist_ok=True)
        row = dataclasses.asdict(version) | {"at": version.at.isoformat()}
        number, part = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump(row, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            yield part
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)


def _read(path: Path) -> Version:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Version(**row | {"at": dt.datetime.fromisoformat(row["at"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SpeechError(
            f"{path} is no version of an announcement ({error}); restore it from a backup"
        ) from None
