"""What the reconciler repaired, and what it could not, can be read afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.domain.events import CallStarted
from fsbridge.domain.facts import Facts
from fsbridge.errors import NotConnectedError
from fsbridge.services.driftlog import DriftLog
from fsbridge.services.floor import Floor
from fsbridge.services.reconcile import Reconciler

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)


class Empty:
    """FreeSWITCH has nothing; after so many answers it cannot be asked any more."""

    def __init__(self, answers: int = 99) -> None:
        self.answers = answers

    def facts(self) -> Facts:
        self.answers -= 1
        if self.answers < 0:
            raise NotConnectedError("FreeSWITCH is away")
        return Facts()

    def outcomes(self, unsettled: object) -> dict[str, object]:
        return {}


def reconciler(answers: int = 99) -> Reconciler:
    floor = Floor(clock=lambda: NOON)
    for leg in ("a", "b"):
        floor.apply(CallStarted(at=NOON, uuid=leg))
    return Reconciler(floor, Empty(answers), clock=lambda: NOON)  # type: ignore[arg-type]


def test_what_was_repaired_is_listed_the_newest_first() -> None:
    one = reconciler()
    one.check()
    assert one.recent_drift() == ()
    one.check()
    assert [(entry.at, entry.what, entry.repaired) for entry in one.recent_drift()] == [
        (NOON, "leg b: here ringing, FreeSWITCH gone", True),
        (NOON, "leg a: here ringing, FreeSWITCH gone", True),
    ]
    assert len(one.recent_drift(1)) == 1


def test_what_could_not_be_repaired_says_why() -> None:
    one = reconciler(answers=2)
    one.check()
    with pytest.raises(NotConnectedError):
        one.check()
    entry = one.recent_drift()[0]
    assert (entry.repaired, entry.note) == (False, "FreeSWITCH is away")


def test_a_year_of_drift_takes_no_more_room_than_the_last_of_it() -> None:
    log = DriftLog(keep=3)
    for number in range(1000):
        log.add(NOON, number, repaired=True)
    assert ([entry.what for entry in log.recent()], log.total) == (["999", "998", "997"], 1000)
