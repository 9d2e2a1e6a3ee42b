"""A pause is masked in FreeSWITCH, written down and logged; none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.recording_pauses import StoredPauses
from fsbridge.services.recordings_pause import NotRecorded, Pausing, Span

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
PATH = "2027-04-01/a-1806541200250000.wav"


class Tapes:
    """Recordings in progress, each with its mask."""

    def __init__(self) -> None:
        self.masked = {("a", PATH): False}

    def of(self, call: str) -> Sequence[tuple[str, str]]:
        return [one for one in self.masked if one[0] == call]

    def mask(self, leg: str, path: str) -> None:
        self.masked[leg, path] = True

    def unmask(self, leg: str, path: str) -> None:
        self.masked[leg, path] = False


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    one.migrate()
    yield one
    one.close()


@pytest.fixture
def tapes() -> Tapes:
    return Tapes()


@pytest.fixture
def pausing(tapes: Tapes, store: Store) -> Pausing:
    return Pausing(tapes, StoredPauses(store))


def test_a_pause_and_its_end_are_written_down(pausing: Pausing, tapes: Tapes, store: Store) -> None:
    pausing.pause("a", NOON, by="sato", why="カード番号")
    pausing.pause("a", NOON + timedelta(seconds=1), by="sato")
    assert (tapes.masked["a", PATH], pausing.paused("a")) == (True, True)
    end = NOON + timedelta(seconds=9)
    pausing.resume("a", end, by="sato")
    pausing.resume("a", end, by="sato")
    assert (tapes.masked["a", PATH], pausing.paused("a")) == (False, False)
    assert pausing.spans("a") == [Span(NOON, "sato", end, "sato")]
    with store.connection():
        log = [(row.action, row.which, row.reason) for row in AuditEntry.select()]
    assert log == [("paused", "a", "カード番号"), ("resumed", "a", "")]


def test_a_call_that_is_not_recorded_cannot_be_paused(pausing: Pausing) -> None:
    with pytest.raises(NotRecorded, match="nothing to pause"):
        pausing.pause("b", NOON, by="sato")
    assert pausing.spans("b") == []


def test_a_forgotten_pause_ends_by_itself(pausing: Pausing, tapes: Tapes) -> None:
    pausing.pause("a", NOON, by="sato")
    longest = timedelta(minutes=5)
    assert pausing.end_forgotten(NOON + timedelta(minutes=4), longest) == []
    assert pausing.end_forgotten(NOON + timedelta(minutes=5), longest) == ["a"]
    assert not tapes.masked["a", PATH]
    assert pausing.spans("a")[0].ended_by == "fsbridge"


def test_a_forgotten_pause_of_a_call_that_is_over_is_left_to_its_recording(
    pausing: Pausing, tapes: Tapes
) -> None:
    pausing.pause("a", NOON, by="sato")
    tapes.masked.clear()
    assert pausing.end_forgotten(NOON + timedelta(hours=1), timedelta(minutes=5)) == []
    assert pausing.paused("a")
