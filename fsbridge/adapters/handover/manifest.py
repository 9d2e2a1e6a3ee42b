"""The manifest of a handover, and the list of its files, as they are written and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from fsbridge.services.handover import FORMAT, HandoverError, Listed, Manifest, Table, Trouble, Written

MANIFEST = "MANIFEST.json"
FILES = "files.jsonl"
README = """\
業務引継ぎデータ / A call centre's data, handed over

MANIFEST.json     全体の目録：表・行数・ハッシュ・作成日時 / what is here, with hashes
files.jsonl       ファイルの一覧（サイズ・SHA-256） / every other file with its size and SHA-256
tables/           データベースの全表（JSON Lines、UTF-8、時刻はUTC） / every table of the database
plan.toml         業務計画：フロー・シーズン・受付時間 / flows, seasons, opening hours
recordings/       通話録音（tables/recording.jsonl の path） / recordings, named by their rows' path
sounds/           ガイダンスの音声 / the announcements' sounds
certificates/     録音の消去証明書 / certificates of purged recordings
cdr/              FreeSWITCHの通話記録ファイル / FreeSWITCH's own records of calls
settings/         設定・表示文言・読み / settings, labels, readings

個人情報を含みます。確認：fsbridge handover verify フォルダー
This holds personal data. To check it: fsbridge handover verify FOLDER
"""


def data_of(manifest: Manifest) -> dict[str, Any]:
    """A manifest as plain data."""
    return {
        "format": FORMAT,
        "program": f"fsbridge {version('fsbridge')}",
        "made_at": manifest.made_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "made_by": manifest.made_by,
        "centre": dict(manifest.centre),
        "secrets": manifest.secrets,
        "tables": [
            {
                "table": one.name,
                "file": one.file,
                "rows": one.rows,
                "last": one.last,
                "size": one.written.size,
                "sha256": one.written.sha256,
                "columns": dict(one.columns),
            }
            for one in manifest.tables
        ],
        "files": {
            "file": FILES,
            "count": manifest.files.lines,
            "bytes": manifest.bytes,
            "size": manifest.files.size,
            "sha256": manifest.files.sha256,
        },
        "troubles": [{"place": one.place, "what": one.what, "grave": one.grave} for one in manifest.troubles],
    }


def manifest_of(text: bytes, place: str) -> Manifest:
    """A manifest that was written; HandoverError if it is none, or of a format that is not known here."""
    try:
        data = json.loads(text)
        if not isinstance(data, Mapping) or not str(data.get("format", "")).startswith("fsbridge handover "):
            raise ValueError("it begins with no format")
        if data["format"] != FORMAT:
            raise HandoverError(f"{place}: is {data['format']}, not {FORMAT}; use the version that wrote it")
        files = data["files"]
        return Manifest(
            centre={str(key): str(value) for key, value in data["centre"].items()},
            made_by=str(data["made_by"]),
            made_at=datetime.fromisoformat(data["made_at"]),
            secrets=data["secrets"] is True,
            tables=[_table(one) for one in data["tables"]],
            files=Written(int(files["size"]), str(files["sha256"]), int(files["count"])),
            bytes=int(files["bytes"]),
            troubles=[
                Trouble(str(one["place"]), str(one["what"]), grave=one["grave"] is True)
                for one in data["troubles"]
            ],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HandoverError(
            f"{place}: is no manifest ({error!r}); name a folder that `fsbridge handover export` wrote"
        ) from None


def line_of(one: Listed) -> bytes:
    """A line of the list of files.

    >>> line_of(Listed("plan.toml", 3, "ab"))
    b'{"path":"plan.toml","size":3,"sha256":"ab"}\\n'
    """
    data = {"path": one.path, "size": one.size, "sha256": one.sha256}
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _table(data: Mapping[str, Any]) -> Table:
    name = str(data["table"])
    written = Written(int(data["size"]), str(data["sha256"]), int(data["rows"]))
    columns = {str(key): str(kind) for key, kind in data["columns"].items()}
    return Table(name, str(data["file"]), columns, int(data["rows"]), int(data["last"]), written)
