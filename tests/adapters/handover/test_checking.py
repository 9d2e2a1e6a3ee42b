"""What is wrong with a handover is found, and named."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Recording
from fsbridge.config import load
from fsbridge.handing import export, take_in, verify
from fsbridge.services.handover import HandoverError
from tests.adapters.handover.everything import NOON, fill, flac, path_of


def forged(folder: Path, table: str, change: Callable[[dict[str, Any]], Mapping[str, Any] | None]) -> None:
    """Rows changed by somebody who knows how to make the hashes fit."""
    path = folder / "tables" / f"{table}.jsonl"
    rows = [change(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows if row is not None)
    path.write_text(text, "utf-8")
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for one in manifest["tables"]:
        if one["table"] == table:
            one["rows"] = text.count("\n")
            one["size"], one["sha256"] = len(text.encode()), hashlib.sha256(text.encode()).hexdigest()
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")


def relisted(folder: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The list of files changed so."""
    path = folder / "files.jsonl"
    rows = [change(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(text)
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    manifest["files"] |= {"size": len(text), "sha256": hashlib.sha256(text).hexdigest(), "count": len(rows)}
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")


@pytest.fixture
def folder(migrated_file: Path, tmp_path: Path) -> Path:
    """A handover of a centre with a row of everything."""
    path = tmp_path / "centre.sqlite3"
    path.write_bytes(migrated_file.read_bytes())
    settings = load(home=tmp_path / "home", environment={})
    store = Store(f"sqlite:///{path}")
    fill(store, settings.switch_folder / "recordings")
    export(
        settings, store, tmp_path / "one", by="sato", at=NOON, secrets=False, tell=lambda name, count: None
    )
    store.close()
    return tmp_path / "one"


def told(folder: Path) -> list[str]:
    _, troubles = verify(folder, lambda name, count: None)
    return [f"{one.place}: {one.what}" for one in troubles if one.grave]


def test_a_changed_byte_is_found(folder: Path):
    path = folder / "recordings" / path_of(10)
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    assert told(folder)[0].startswith(f"recordings/{path_of(10)}: is not what was written: sha256")
    path.unlink()
    assert told(folder) == [f"recordings/{path_of(10)}: is not there"]


def test_a_lost_row_is_found(folder: Path):
    path = folder / "tables" / "call.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    found = told(folder)
    assert found[0].startswith("tables/call.jsonl: is not what was written: ")
    assert "tables/visit.jsonl: line 3: call_id is 30: no such row in call" in found


def test_a_row_that_refers_to_none_is_found_though_the_hashes_fit(folder: Path):
    forged(folder, "leg", lambda row: {**row, "operator_id": 77})
    forged(folder, "case_type", lambda row: {**row, "parent_id": 99 if row["id"] == 20 else row["parent_id"]})
    assert told(folder) == [
        "tables/case_type.jsonl: line 2: case_type has no row 99",
        *(f"tables/leg.jsonl: line {n}: operator_id is 77: no such row in operator" for n in (1, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("started_at", "2027-04-01T03:00:00", "started_at is '2027-04-01T03:00:00'; it has to be time"),
        ("started_at", 1806541200250000, "it has to be time"),
        ("started_at", None, "started_at is empty"),
        ("id", "ten", "id is 'ten'; it has to be number"),
        ("id", 1 << 63, "it has to be number"),
        ("hold", "PT1S", "hold is 'PT1S'; it has to be duration"),
        ("hold", 5, "it has to be duration"),
        ("kind", ["queue"], "it has to be text"),
    ],
)
def test_a_value_of_another_kind_is_found(folder: Path, column: str, value: object, said: str):
    forged(folder, "leg", lambda row: {**row, column: value} if row["id"] == 10 else row)
    assert told(folder)[0].startswith("tables/leg.jsonl: line 1: ")
    assert said in told(folder)[0]


def test_rows_out_of_order_are_found(folder: Path):
    forged(folder, "seat", lambda row: {**row, "id": 10})
    assert "tables/seat.jsonl: line 2: number 10 is out of its order, or there twice" in told(folder)


def test_a_recording_that_cannot_be_played_is_found(folder: Path):
    broken = flac()[:60]
    sha256 = hashlib.sha256(broken).hexdigest()
    (folder / "recordings" / path_of(10)).write_bytes(broken)
    listed = {"size": 60, "sha256": sha256}
    relisted(folder, lambda row: {**row, **listed} if row["path"].endswith(path_of(10)) else row)
    forged(folder, "recording", lambda row: {**row, **listed} if row["id"] == 10 else row)
    (found,) = told(folder)
    assert found.startswith(f"recordings/{path_of(10)}: cannot be played: ")


def test_a_recording_of_another_length_is_found(folder: Path):
    forged(folder, "recording", lambda row: {**row, "length": "PT9.000000S"})
    assert f"recordings/{path_of(20)}: sounds for 0:00:02, and its row says 0:00:09" in told(folder)


def test_what_is_on_no_list_is_found(folder: Path):
    (folder / "recordings" / "more.wav").write_bytes(b"RIFF")
    (folder / "tables" / "secrets.jsonl").write_bytes(b"")
    assert told(folder) == ["recordings/more.wav: is on no list", "tables/secrets.jsonl: is on no list"]


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a/./b", "a//b", "recordings/a\nb"])
def test_a_path_that_leaves_the_folder_is_refused(folder: Path, tmp_path: Path, path: str):
    (tmp_path / "outside").write_bytes(b"secret")
    relisted(folder, lambda row: {**row, "path": path} if row["path"].endswith(path_of(10)) else row)
    assert f"{path}: its path leaves the folder, or is there twice" in told(folder)
    _refused(folder, tmp_path)


def test_a_link_is_not_followed(folder: Path, tmp_path: Path):
    path = folder / "recordings" / path_of(10)
    os.replace(path, tmp_path / "elsewhere.flac")
    path.symlink_to(tmp_path / "elsewhere.flac")
    assert told(folder)[0].startswith(f"recordings/{path_of(10)}: a link")
    _refused(folder, tmp_path)


def _refused(folder: Path, tmp_path: Path) -> None:
    """Nothing of it is taken in."""
    store = Store(f"sqlite:///{tmp_path}/empty.sqlite3")
    store.migrate()
    with pytest.raises(HandoverError, match="nothing was taken in"):
        take_in(
            load(home=tmp_path / "second", environment={}), store, folder,
            by="sato", at=NOON, tell=lambda name, count: None,
        )  # fmt: skip
    store.close()
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "fsbridge handover 1"}', '{"format": "x"}'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str):
    (tmp_path / "MANIFEST.json").write_text(text)
    with pytest.raises(HandoverError, match="is no manifest"):
        verify(tmp_path, lambda name, count: None)


def test_a_later_format_is_refused(folder: Path):
    path = folder / "MANIFEST.json"
    path.write_text(path.read_text("utf-8").replace("handover 1", "handover 2"), "utf-8")
    with pytest.raises(HandoverError, match="is fsbridge handover 2, not fsbridge handover 1"):
        verify(folder, lambda name, count: None)


def test_other_columns_than_here_are_told(folder: Path):
    path = folder / "MANIFEST.json"
    path.write_text(path.read_text("utf-8").replace('"place": "text"', '"room": "text"'), "utf-8")
    assert any("has other columns than here" in one for one in told(folder))


def test_a_recording_that_was_missing_then_is_no_news(migrated_file: Path, tmp_path: Path):
    path = tmp_path / "centre.sqlite3"
    path.write_bytes(migrated_file.read_bytes())
    settings = load(home=tmp_path / "home", environment={})
    store = Store(f"sqlite:///{path}")
    lying = settings.switch_folder / "recordings"
    fill(store, lying)
    (lying / path_of(10)).unlink()
    (lying / path_of(30)).write_bytes(b"fLaC, but not this")
    with store.writing():
        Recording.update(purged_at=NOON).where(Recording.id == 20).execute()
    (lying / path_of(20)).unlink()
    done = export(
        settings, store, tmp_path / "one", by="sato", at=NOON, secrets=False, tell=lambda name, count: None
    )
    store.close()
    assert [(one.place, one.grave) for one in done.troubles] == [
        (f"recordings/{path_of(10)}", True),
        (f"recordings/{path_of(30)}", True),
    ]
    assert told(tmp_path / "one") == []
    _, troubles = verify(tmp_path / "one", lambda name, count: None)
    assert f"recordings/{path_of(10)}" in {one.place for one in troubles}
