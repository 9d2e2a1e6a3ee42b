"""The past kept by the program: posted, left as files, or seen live; and said in one line if it is not."""

from __future__ import annotations

import base64
import http.client
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Visit
from fsbridge.config import Settings, load
from fsbridge.domain.events import CallerEnteredQueue
from fsbridge.errors import ConfigError
from fsbridge.keeping import Keeping, keeping_of
from fsbridge.services.floor import utc_now
from tests.adapters.cdr.records import record
from tests.waiting import wait_for

SECRET = "a-secret-of-some-length"


def settings(home: Path, **changes: str) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chosen = {"PORT": str(port), "SECRET": SECRET, "SWEEP": "0.05", **changes}
    environment = {f"FSBRIDGE_CDR_{name}": value for name, value in chosen.items()}
    return load(home=home, environment=environment)


def migrated(home: Path) -> Store:
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    store.migrate()
    return store


def calls(store: Store) -> set[str]:
    with store.reading():
        return {call.uuid for call in Call.select(Call.uuid)}


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    migrated(tmp_path)
    found = keeping_of(settings(tmp_path))
    assert found is not None
    found.start()
    yield found
    found.stop()


def test_a_record_posted_one_left_and_a_visit_seen_are_all_kept(keeping: Keeping, tmp_path: Path) -> None:
    store = migrated(tmp_path)
    token = base64.b64encode(f"freeswitch:{SECRET}".encode()).decode()
    line = http.client.HTTPConnection("127.0.0.1", keeping._cdr.port, timeout=10)
    line.request("POST", "/cdr", record("posted"), {"Authorization": f"Basic {token}"})
    assert line.getresponse().status == 200
    line.close()
    folder = tmp_path / "switch" / "cdr"
    folder.mkdir(parents=True)
    (folder / "left.cdr.json").write_bytes(record("left"))
    keeping.hear(CallerEnteredQueue(at=utc_now(), visit="v1", call="seen", queue="leak@city"))
    wait_for(lambda: calls(store) == {"posted", "left", "seen"}, "every call")
    with store.reading():
        assert Visit.get().outcome == "waiting"


def test_only_a_call_missing_twice_is_ended_and_none_while_nobody_can_be_asked(
    keeping: Keeping, tmp_path: Path
) -> None:
    store = migrated(tmp_path)
    asked: list[int] = []
    answers = [None, {"seen"}, set(), {"seen"}, set(), set()]

    def living() -> set[str] | None:
        asked.append(len(asked))
        return answers[min(len(asked), len(answers)) - 1]

    keeping.living = living
    keeping.hear(CallerEnteredQueue(at=utc_now(), visit="v1", call="seen", queue="leak@city"))

    def over() -> bool:
        with store.reading():
            return bool(Visit.select().where(Visit.inferred).exists())

    wait_for(over, "the visit is over")
    assert len(asked) == len(answers)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    migrated(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = keeping_of(settings(tmp_path, PORT=str(taken.getsockname()[1])))
        assert found is not None
        with pytest.raises(ConfigError, match=r"cdr\.port \d+ cannot be used"):
            found.start()


@pytest.mark.parametrize("make", [lambda home: None, lambda home: (home / "centre.sqlite3").touch()])
def test_without_a_store_one_line_says_that_nothing_is_kept(
    tmp_path: Path, make: object, caplog: pytest.LogCaptureFixture
) -> None:
    make(tmp_path)  # type: ignore[operator]
    assert keeping_of(settings(tmp_path)) is None
    (line,) = caplog.records
    assert line.levelno == logging.WARNING
    assert "no history is kept" in line.getMessage()
    assert "fsbridge db migrate" in line.getMessage()


def test_a_database_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    away = load(
        home=tmp_path,
        environment={"FSBRIDGE_DATABASE": "postgresql://nobody@127.0.0.1:1/none", "FSBRIDGE_CDR_PORT": "0"},
    )
    found = keeping_of(away)
    assert found is not None
    folder = tmp_path / "switch" / "cdr"
    folder.mkdir(parents=True)
    (folder / "left.cdr.json").write_bytes(record("left"))
    assert found.spool.sweep().left == 1
    assert (folder / "left.cdr.json").exists()


def test_without_a_secret_records_are_taken_from_files_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    migrated(tmp_path)
    assert keeping_of(settings(tmp_path, SECRET="")) is not None
    assert "from files alone" in caplog.text
    (tmp_path / "switch").mkdir()
    (tmp_path / "switch" / "call-record-secret").write_text(f"{SECRET}\n")
    caplog.clear()
    assert keeping_of(settings(tmp_path, SECRET="")) is not None
    assert not caplog.records
