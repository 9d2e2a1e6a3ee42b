"""Recordings handed over: one archive with the files, what is known of each, and the hashes of everything."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path

from fsbridge.errors import FsbridgeError
from fsbridge.services.recordings import Recorded, Sounds

_PIECE = 1 << 18
_README = """\
通話録音の開示 / Disclosed call recordings

recordings/    録音（左：お客様、右：オペレーター） / the recordings: the citizen left, the operator right
metadata.json  各録音の通話・日時・担当者・ハッシュ / what is known of each
SHA256SUMS     全ファイルのハッシュ（確認：sha256sum -c SHA256SUMS） / the hash of every file
"""


class ZipCase:
    """A ZIP file that is written whole or not at all; FsbridgeError if one is there already.

    Times are on the clock of `zone`.
    """

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self._path = path
        self._zone = zone

    def pack(self, recordings: Sequence[Recorded], sounds: Sounds, heading: Mapping[str, object]) -> str:
        """Write the archive, and answer its hash; FsbridgeError for a file that is not what was recorded."""
        if self._path.exists():
            raise FsbridgeError(f"{self._path} is there already; give another name")
        try:
            number, part = tempfile.mkstemp(prefix=f".{self._path.name}-", dir=self._path.parent)
        except OSError as error:
            raise FsbridgeError(f"{self._path} cannot be written: {error.strerror}") from None
        try:
            with os.fdopen(number, "w+b") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                    self._fill(archive, recordings, sounds, heading)
                file.flush()
                os.fsync(file.fileno())
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.link(part, self._path)  # never over another file
        except FileExistsError:
            raise FsbridgeError(f"{self._path} is there already; give another name") from None
        except OSError as error:
            raise FsbridgeError(f"{self._path} cannot be written: {error.strerror}") from None
        finally:
            os.unlink(part)
        return digest

    def _fill(
        self,
        archive: zipfile.ZipFile,
        recordings: Sequence[Recorded],
        sounds: Sounds,
        heading: Mapping[str, object],
    ) -> None:
        sums: dict[str, str] = {}
        rows = []
        for one in recordings:
            local = one.began.astimezone(self._zone)
            name = f"recordings/{local:%Y%m%d-%H%M%S}-{one.number}{Path(one.path).suffix}"
            sums[name] = _copy(archive, zipfile.ZipInfo(name, local.timetuple()[:6]), one, sounds)
            rows.append(self._row(one, name))
        table = {**heading, "recordings": rows}
        for name, text in (
            ("metadata.json", json.dumps(table, ensure_ascii=False, indent=1) + "\n"),
            ("README.txt", _README),
        ):
            sums[name] = hashlib.sha256(text.encode()).hexdigest()
            archive.writestr(name, text.encode())
        archive.writestr("SHA256SUMS", "".join(f"{value}  {name}\n" for name, value in sorted(sums.items())))

    def _row(self, one: Recorded, name: str) -> dict[str, object]:
        return {
            "file": name,
            "recording": one.number,
            "call": one.call,
            "direction": one.direction,
            "number": one.caller,
            "dialled": one.dialled,
            "flow": one.flow,
            "operator": one.operator,
            "operator_name": one.operator_name,
            "began": one.began.astimezone(self._zone).isoformat(),
            "ended": one.ended and one.ended.astimezone(self._zone).isoformat(),
            "seconds": one.length and round(one.length.total_seconds(), 3),
            "size": one.size,
            "sha256": one.sha256,
            "fault": one.fault,
            "paused": [
                {
                    "from": span.started_at.astimezone(self._zone).isoformat(),
                    "until": span.ended_at and span.ended_at.astimezone(self._zone).isoformat(),
                    "by": span.started_by,
                }
                for span in one.pauses
            ],
        }


def _copy(archive: zipfile.ZipFile, name: zipfile.ZipInfo, one: Recorded, sounds: Sounds) -> str:
    digest = hashlib.sha256()
    with sounds.open(one.path) as source, archive.open(name, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    if digest.hexdigest() != one.sha256:
        raise FsbridgeError(
            f"recording {one.number} is not what was recorded (sha256 {digest.hexdigest()} instead of "
            f"{one.sha256}); nothing was packed, see `fsbridge recordings check --deep`"
        )
    return digest.hexdigest()
