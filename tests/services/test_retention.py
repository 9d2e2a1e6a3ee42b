"""A purge that dies anywhere on its way is ended by the next one, and the certificate is whole."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.recordings import CertificateFolder, RecordingFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Recording
from fsbridge.adapters.store.recordings import StoredRecordings
from fsbridge.domain.retention import Retention
from fsbridge.services.retention import Purge

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2027, 4, 2, 3, 10, tzinfo=TOKYO)
OLD = datetime(2024, 4, 1, 9, 0, tzinfo=TOKYO)
NAMES = ("a", "b", "c")


class Killed(BaseException):
    """The process died here."""


class Dying:
    """Somebody's part in a purge, until the process dies: before, or right after, its nth step."""

    def __init__(self, part: Any, left: Iterator[int], at: int) -> None:
        self._part, self._left, self._at = part, left, at

    def __getattr__(self, name: str) -> Any:
        step = getattr(self._part, name)

        def taken(*arguments: Any) -> Any:
            if next(self._left) == self._at:
                raise Killed
            answer = step(*arguments)
            if next(self._left) == self._at:
                raise Killed
            return answer

        return taken


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "centre.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    StoredRecordings(store).set_rule(Retention(TOKYO, years=3), NOW, by="admin")
    with store.writing():
        for name in (*NAMES, "new"):
            at = OLD if name in NAMES else NOW - timedelta(days=1)
            call = Call.create(uuid=name, direction="inbound", started_at=at)
            Recording.create(path=f"{name}.wav", call=call, started_at=at)
    store.close()
    return path


def test_wherever_it_dies_the_next_one_ends_it(migrated: Path, tmp_path: Path) -> None:
    deaths = 0
    for at in itertools.count():
        home = tmp_path / str(at)
        files = home / "recordings"
        files.mkdir(parents=True)
        for name in (*NAMES, "new"):
            (files / f"{name}.wav").write_bytes(name.encode())
        store = Store(f"sqlite:///{shutil.copy(migrated, home / 'centre.sqlite3')}")
        ledger, folder = StoredRecordings(store), RecordingFolder(files)
        certificates = CertificateFolder(home / "certificates")
        steps = itertools.count()

        def purge(parts: tuple[Any, Any, Any], ledger: StoredRecordings = ledger) -> Purge:
            return Purge(*parts, lambda: ledger.rule(TOKYO), clock=lambda: NOW)

        dying = (Dying(ledger, steps, at), Dying(folder, steps, at), Dying(certificates, steps, at))
        try:
            purge(dying).run(NOW, by="job")
            survived = True
        except Killed:
            survived = False
            deaths += 1
        certificate = purge((ledger, folder, certificates)).run(NOW, by="job")
        found = sorted(certificates.folder.glob("purge-*"))
        head, *lines = [json.loads(line) for line in found[0].read_text().splitlines()]
        assert {line["path"]: (line["outcome"], line["sha256"]) for line in lines} == {
            f"{name}.wav": ("removed", hashlib.sha256(name.encode()).hexdigest()) for name in NAMES
        }, f"died at step {at}"
        assert (head["removed"], [path.name for path in files.iterdir()]) == (3, ["new.wav"])
        assert len(found) == 1
        assert certificate.failed == 0
        folder.close()
        store.close()
        if survived:
            break
    assert deaths > 20
