"""Recordings in a bucket, on a server that speaks S3."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.recordings.archive import archive_of
from fsbridge.adapters.recordings.s3 import S3Archive
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.recordings import StoredRecordings
from fsbridge.config import load
from fsbridge.domain.retention import Retention
from fsbridge.errors import ConfigError
from fsbridge.recording import RecordingCare, giving_of
from fsbridge.routine import purge_of
from fsbridge.services.recordings_finish import StorageFailed
from fsbridge.services.retention import RecordingMissing, RecordingRefused
from tests.adapters.recordings.tapes import a_call, path_of, tape
from tests.waiting import wait_for

boto3 = pytest.importorskip("boto3")
pytest.importorskip("moto.server")
PATH = path_of("a", kind="flac")
BODY = b"fLaC" + bytes(range(256)) * 40


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: listening(port), "the server", 30)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def url(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    boto3.client("s3", endpoint_url=server, region_name="us-east-1").create_bucket(Bucket="city")
    return f"s3://city/recordings?endpoint={server}"


@pytest.fixture
def archive(url: str, tmp_path: Path) -> Iterator[S3Archive]:
    one = archive_of(url, tmp_path)
    assert isinstance(one, S3Archive)
    (tmp_path / PATH).parent.mkdir()
    (tmp_path / PATH).write_bytes(BODY)
    yield one
    one.close()


def put(archive: S3Archive) -> None:
    import hashlib

    archive.put(PATH, len(BODY), hashlib.sha256(BODY).hexdigest())


def test_a_recording_goes_there_and_comes_back(archive: S3Archive, tmp_path: Path) -> None:
    put(archive)
    assert not (tmp_path / PATH).exists()
    assert archive.size(PATH) == len(BODY)
    with archive.open(PATH) as file:
        assert file.read() == BODY
        file.seek(4)
        assert file.read(2) == BODY[4:6]
    assert archive.part(PATH, 4, 9) == BODY[4:10]


def test_of_a_long_one_the_part_that_is_read_is_all_that_is_asked_for(
    archive: S3Archive, tmp_path: Path
) -> None:
    body = bytes(range(251)) * 20_000  # five megabytes
    archive._client.put_object(Bucket="city", Key=f"recordings/{PATH}", Body=body)
    asked: list[str] = []
    events = archive._client.meta.events
    events.register(
        "provide-client-params.s3.GetObject", lambda params, **rest: asked.append(params["Range"])
    )
    with archive.open(PATH) as file:
        assert file.seek(0, os.SEEK_END) == len(body)
        file.seek(3_000_000)
        assert file.read(1000) == body[3_000_000:3_001_000]
        assert asked == [f"bytes=3000000-{3_000_000 + (512 << 10) - 1}"]
        file.seek(-10, os.SEEK_END)
        assert file.read() == body[-10:]
        file.seek(0)
        assert file.read() == body


def test_one_that_is_replaced_while_it_is_read_is_not_mixed_with_the_other(archive: S3Archive) -> None:
    put(archive)
    with archive.open(PATH) as file:
        archive._client.put_object(Bucket="city", Key=f"recordings/{PATH}", Body=b"another")
        with pytest.raises(StorageFailed):
            file.read(4)


def test_a_recording_is_removed_if_it_is_the_one_that_was_looked_at(archive: S3Archive) -> None:
    put(archive)
    found = archive.look(PATH)
    archive._client.put_object(Bucket="city", Key=f"recordings/{PATH}", Body=b"another")
    with pytest.raises(RecordingRefused):
        archive.remove(PATH, found)
    archive.remove(PATH, archive.look(PATH))
    for ask in (archive.size, archive.look, archive.open):
        with pytest.raises(RecordingMissing):
            ask(PATH)


def test_a_centre_keeps_its_recordings_there_until_they_are_purged(url: str, tmp_path: Path) -> None:
    settings = load(home=tmp_path, environment={"FSBRIDGE_RECORDINGS_STORAGE": url})
    store = Store(settings.database_url)
    store.migrate()
    long_ago = datetime.now(UTC) - timedelta(days=1200)
    for leg, began in (("a", datetime.now(UTC) - timedelta(minutes=1)), ("b", long_ago)):
        a_call(store, leg, 3, began)
        tape(settings.switch_folder / "recordings", leg, 3, began)
    care, now = RecordingCare(settings, store), datetime.now(UTC)
    assert care.check(now, repair=True, deep=True).well
    assert list(care.spool.files()) == []  # nothing is left on this machine
    (one,) = giving_of(settings, store).of("a")
    with giving_of(settings, store).open(one.number, now, by="chief", why="苦情") as file:
        assert file.read(4) == b"fLaC"
    StoredRecordings(store).set_rule(Retention(UTC, years=3), now, by="chief")
    with purge_of(settings, store) as purge:
        done = purge.run(now, by="chief", clock_checked=True)
    assert (done.removed, done.failed, done.records) == (1, 0, 1)
    assert care.check(now, deep=True).recordings == 1
    store.close()


def test_what_does_not_arrive_whole_stays_here(archive: S3Archive, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="came back"):
        archive.put(PATH, len(BODY), "0" * 64)
    assert (tmp_path / PATH).read_bytes() == BODY


def test_a_server_that_is_away_and_a_bucket_that_is_none_are_said(url: str, tmp_path: Path) -> None:
    (tmp_path / PATH).parent.mkdir()
    (tmp_path / PATH).write_bytes(BODY)
    for wrong in (url.replace("//city", "//village"), f"s3://city/x?endpoint=http://127.0.0.1:{free_port()}"):
        with pytest.raises(StorageFailed, match="bucket"):
            put(S3Archive(wrong, tmp_path))
    assert (tmp_path / PATH).read_bytes() == BODY


@pytest.mark.parametrize("path", ["../secret.flac", "/etc/passwd", "2027-04-01/letter.txt"])
def test_no_path_leads_elsewhere(archive: S3Archive, path: str) -> None:
    with pytest.raises(RecordingRefused):
        archive.size(path)


@pytest.mark.parametrize("url", ["s3://", "s3:///x", "s3://city/x?secret=1"])
def test_a_url_that_names_no_bucket_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="s3://BUCKET/PREFIX"):
        S3Archive(url, tmp_path)
