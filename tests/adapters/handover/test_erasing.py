"""Erasing a real home: no link is followed, nothing is left in the database's file, life is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.handover.erasing import StoredData
from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.jobs import StoredJobs
from fsbridge.adapters.store.models import Call, Recording
from fsbridge.config import Settings, load
from fsbridge.handing import erasure_of
from fsbridge.services.erasure import EraseRefused
from tests.adapters.handover import everything

NAME = example("kanazawa").plan.name
NOW = datetime(2030, 3, 31, 9, 0, tzinfo=UTC)
WHO = {"by": "sato", "why": "契約終了"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ports = {f"FSBRIDGE_{name}_PORT": str(free_port()) for name in ("SWITCH", "OUTBOUND")}
    return load(home=tmp_path / "home", environment=ports)


@pytest.fixture
def centre(young: Store, settings: Settings) -> Store:
    return made(young, settings)


def made(store: Store, settings: Settings) -> Store:
    """A centre with a file of each kind."""
    fill(store, example("kanazawa"), by="sato", at=NOW)
    with store.writing():
        call = Call.create(uuid="7f1c", direction="inbound", number="+81762202722", started_at=NOW)
        Recording.create(path="2027-04-01/7f1c.flac", call=call, started_at=NOW)
    for path in (
        "switch/recordings/2027-04-01/7f1c.flac", "switch/cdr/done/2027-04-01/7f1c.cdr.json",
        "switch/cdr/bad/9a.cdr.json.reason", "switch/log/freeswitch.log", "switch/event-socket-password",
        "sounds/spoken/8000/ab.wav", "sounds/spoken/.half.part", "backups/monday.fsbackup",
        "reports/2027-H1.pdf", "panel.key", "labels.toml", "fsbridge.toml",
        "certificates/purge-000001.jsonl",
    ):  # fmt: skip
        (settings.home / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / path).write_text(path)
    return store


def test_all_that_is_personal_goes(store: Store, settings: Settings):
    centre = made(store, settings)
    done = erasure_of(settings, centre).run(NAME, **WHO)
    assert done.failed == 0
    left = sorted(str(path.relative_to(settings.home)) for path in settings.home.rglob("*") if path.is_file())
    assert left == [
        f"certificates/{done.certificate}", f"certificates/{done.certificate}.sha256",
        "certificates/purge-000001.jsonl",
    ]  # fmt: skip
    assert not any(StoredData(centre).counts().values())
    certificate = (settings.home / "certificates" / done.certificate).read_bytes()
    assert hashlib.sha256(certificate).hexdigest() == done.sha256
    lines = [json.loads(line) for line in certificate.splitlines()]
    by_file = {line["file"]: line for line in lines if "file" in line}
    text = b"switch/recordings/2027-04-01/7f1c.flac"
    assert by_file[f"home/{text.decode()}"]["sha256"] == hashlib.sha256(text).hexdigest()
    assert {line["table"]: line["rows"] for line in lines if "table" in line}["call"] == 1


def test_nothing_stays_in_the_file_of_an_sqlite_database(migrated_file: Path, tmp_path: Path):
    path = tmp_path / "centre.sqlite3"
    path.write_bytes(migrated_file.read_bytes())
    store = Store(f"sqlite:///{path}")
    with store.writing():
        for number in range(300):
            Call.create(uuid=f"{number}", direction="inbound", number="+81762202722", started_at=NOW)
    StoredData(store).clear()
    store.close()
    for file in tmp_path.glob("centre.sqlite3*"):
        assert b"+81762202722" not in file.read_bytes(), file


def test_no_link_is_followed(centre: Store, settings: Settings, tmp_path: Path):
    outside = tmp_path / "outside"
    (outside / "more").mkdir(parents=True)
    for name in ("precious", "more/precious"):
        (outside / name).write_text("not the centre's")
    (settings.home / "switch" / "link").symlink_to(outside)
    (settings.home / "switch" / "recordings" / "2027-04-01" / "a.flac").symlink_to(outside / "precious")
    (settings.home / "reports" / "2027-H1.pdf").unlink()
    (settings.home / "reports").rmdir()
    (settings.home / "reports").symlink_to(outside)
    os.link(outside / "precious", settings.home / "backups" / "twice")
    done = erasure_of(settings, centre).run(NAME, **WHO)
    assert sorted(path.name for path in outside.rglob("*")) == ["more", "precious", "precious"]
    assert not (settings.home / "switch").exists()
    assert not (settings.home / "reports").is_symlink()
    certificate = (settings.home / "certificates" / done.certificate).read_text("utf-8")
    notes = {
        line["file"]: line["note"] for line in map(json.loads, certificate.splitlines()) if line.get("note")
    }
    assert notes == {
        "home/switch/link": f"a link to {outside}; what it leads to was left",
        "home/switch/recordings/2027-04-01/a.flac": (
            f"a link to {outside}/precious; what it leads to was left"
        ),
        "home/reports": f"a link to {outside}; what it leads to was left",
        "home/backups/twice": "it had a second name (a hard link), under which it stays",
    }
    assert f"{settings.home}/switch/link is a link to {outside}: erase that by hand" in done.out_of_reach


def test_what_is_not_the_centres_is_left_and_told(centre: Store, settings: Settings):
    (settings.home / "thesis.txt").write_text("mine")
    done = erasure_of(settings, centre).run(NAME, **WHO)
    assert (settings.home / "thesis.txt").exists()
    assert f"{settings.home}/thesis.txt is no file of the centre's: look at it" in done.out_of_reach


def test_a_hold_is_seen(centre: Store, settings: Settings):
    with centre.writing():
        Recording.update(held_at=NOW, held_by="sato", held_for="第123号").execute()
    with pytest.raises(EraseRefused, match="第123号"):
        erasure_of(settings, centre).run(NAME, **WHO)
    assert (settings.home / "panel.key").exists()


def test_a_program_that_runs_is_noticed_by_its_jobs(centre: Store, settings: Settings):
    now = datetime.now(UTC)
    StoredJobs(centre).take("seats", None, "host:7:ab", now, now + timedelta(minutes=2))
    with pytest.raises(EraseRefused, match="host:7:ab does the centre's jobs"):
        erasure_of(settings, centre).run(NAME, **WHO)
    StoredJobs(centre).end("seats", "host:7:ab", now, None, "done", "")
    with pytest.raises(EraseRefused, match="host:7:ab does the centre's jobs"):
        erasure_of(settings, centre).run(NAME, **WHO)
    StoredJobs(centre).end("seats", "host:7:ab", now - timedelta(minutes=1), None, "done", "")
    assert erasure_of(settings, centre).plan().running == []


def test_whoever_takes_calls_is_noticed_by_the_port(centre: Store, settings: Settings):
    with (
        socket.create_server(("127.0.0.1", settings.outbound.port)),
        pytest.raises(EraseRefused, match="takes calls at"),
    ):
        erasure_of(settings, centre).run(NAME, **WHO)


def test_a_switch_that_cannot_be_asked_stands_against_it(centre: Store, settings: Settings):
    (settings.home / "switch" / "event-socket-password").write_text("secret\n")
    with (
        socket.create_server(("127.0.0.1", settings.switch.port)),
        pytest.raises(EraseRefused, match="answers, and could not be asked"),
    ):
        erasure_of(settings, centre).run(NAME, **WHO)
    assert (settings.home / "panel.key").exists()


def test_every_table_is_emptied(store: Store):
    everything.fill(store)
    data = StoredData(store)
    assert all(data.counts().values())
    data.clear()
    assert not any(data.counts().values())
