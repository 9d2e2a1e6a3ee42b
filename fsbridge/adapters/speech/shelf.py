"""Versions of announcements as files, one JSON object each, that are written once and never changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fsbridge.adapters.speech.folder import checked
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
        folder = self._folder / checked(version.name)
        folder.mkdir(parents=True, exist_ok=True)
        row = dataclasses.asdict(version) | {"at": version.at.isoformat()}
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".part", encoding="utf-8") as file:
            json.dump(row, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, folder / f"{version.number:06}.json")
            except FileExistsError:
                raise SpeechError(
                    f"announcement {version.name!r} was changed by somebody else meanwhile; look at it again"
                ) from None


def _read(path: Path) -> Version:
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        return Version(**row | {"at": dt.datetime.fromisoformat(row["at"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SpeechError(
            f"{path} is no version of an announcement ({error}); restore it from a backup"
        ) from None
