"""The certificates of purges, each a file that is whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path


class CertificateFolder:
    """Certificates, one JSON object a line: first what the purge was, then every recording.

    >>> import tempfile
    >>> name, sha256 = CertificateFolder(Path(tempfile.mkdtemp())).write(3, [{"purge": 3}])
    >>> name, len(sha256)
    ('purge-000003.jsonl', 64)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, number: int, lines: Iterable[Mapping[str, object]]) -> tuple[str, str]:
        """Write one, whole or not at all; its file's name, and what the file hashes to."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"purge-{number:06}.jsonl"
        number_of_file, part = tempfile.mkstemp(prefix=f".{name}-", dir=self.folder)
        digest = hashlib.sha256()
        with os.fdopen(number_of_file, "wb") as file:
            for line in lines:
                row = json.dumps(line, ensure_ascii=False).encode() + b"\n"
                digest.update(row)
                file.write(row)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self.folder / name)
        return name, digest.hexdigest()

    def path(self, name: str) -> Path:
        """Where one lies."""
        return self.folder / name

    def hashed(self, name: str) -> str:
        """What a certificate's file hashes to now; empty if it is not there."""
        try:
            with self.path(name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return ""
