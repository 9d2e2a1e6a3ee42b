"""Recordings of a handover come from a bucket, go into one, and go from it at the end."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from fsbridge.adapters.handover.erasing import BucketPlace
from fsbridge.adapters.handover.stocks import RecordingStock
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Recording
from fsbridge.services.handover import Listed
from fsbridge.services.retention import RecordingMissing
from tests.adapters.handover.everything import fill
from tests.adapters.recordings.tapes import path_of
from tests.adapters.recordings.test_s3 import server  # noqa: F401
from tests.adapters.recordings.test_s3 import url as bucket  # noqa: F401

BODY = b"fLaC" + bytes(900)


def test_recordings_go_into_it_and_come_from_it(bucket: str, tmp_path: Path):  # noqa: F811
    stock = RecordingStock(bucket, tmp_path)
    path = path_of("a", kind="flac")
    one = Listed(path, len(BODY), hashlib.sha256(BODY).hexdigest())
    stock.put(one, io.BytesIO(BODY))
    assert list(stock.paths()) == []
    with stock.open(path) as file:
        assert file.read() == BODY
    with pytest.raises(RecordingMissing):
        stock.open(path_of("b", kind="flac"))


def test_what_is_not_finished_stays_in_the_folder(bucket: str, tmp_path: Path):  # noqa: F811
    stock = RecordingStock(bucket, tmp_path)
    path = path_of("a", kind="wav")
    stock.put(Listed(path, len(BODY), hashlib.sha256(BODY).hexdigest()), io.BytesIO(BODY))
    assert list(stock.paths()) == [path]
    with stock.open(path) as file:
        assert file.read() == BODY


def test_they_go_from_it_at_the_end(bucket: str, tmp_path: Path, young: Store):  # noqa: F811
    path = path_of("a", kind="flac")
    sha256 = hashlib.sha256(BODY).hexdigest()
    stock = RecordingStock(bucket, tmp_path)
    stock.put(Listed(path, len(BODY), sha256), io.BytesIO(BODY))
    fill(young)
    with young.writing():
        Recording.update(path=path, purged_at=None).where(Recording.id == 10).execute()
    place = BucketPlace(bucket, tmp_path, young)
    assert path in list(place.paths())
    assert place.look(path).sha256 == sha256
    place.remove(path)
    with pytest.raises(FileNotFoundError):
        place.look(path)
    with pytest.raises(RecordingMissing):
        stock.open(path)
    assert "versions and replicas" in place.unreachable()[0]
    place.tidy()
