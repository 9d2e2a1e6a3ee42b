"""Events are noted in their order, beside the calls; a store that fails delays them, and loses none."""

from __future__ import annotations

import pytest

from fsbridge.domain.events import CallerEnteredQueue, CallHungUp
from fsbridge.errors import FsbridgeError
from fsbridge.services import hearing as module
from fsbridge.services.floor import utc_now
from fsbridge.services.hearing import Hearing
from fsbridge.services.history import Past, RecordRefused
from fsbridge.testing.past import PastInMemory
from tests.waiting import wait_for


def entered(visit: str) -> CallerEnteredQueue:
    return CallerEnteredQueue(at=utc_now(), visit=visit, call=f"call-{visit}", queue="leak@city")


def test_what_is_heard_is_kept_when_it_ends() -> None:
    archive = PastInMemory()
    hearing = Hearing(Past(archive))
    hearing.start()
    for number in range(50):
        hearing.hear(entered(f"v{number}"))
    hearing.hear(CallHungUp(at=utc_now(), uuid="7f1c"))
    hearing.stop()
    assert len(archive.histories) == 50


@pytest.mark.parametrize("failure", [FsbridgeError("the database is away"), RecordRefused("never")])
def test_a_store_that_fails_delays_and_a_refused_event_holds_up_nobody(failure: FsbridgeError) -> None:
    archive = PastInMemory()
    archive.failing = failure
    hearing = Hearing(Past(archive), pause=0.01)
    hearing.start()
    hearing.hear(entered("v1"))
    wait_for(hearing._waiting.empty, "it is being noted")
    archive.failing = None
    hearing.hear(entered("v2"))
    wait_for(lambda: "call-v2" in archive.histories, "the second event")
    assert ("call-v1" in archive.histories) == (not isinstance(failure, RecordRefused))
    hearing.stop()


def test_it_ends_although_the_store_is_away_and_too_much_waits(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    archive = PastInMemory()
    archive.failing = FsbridgeError("the database is away")
    hearing = Hearing(Past(archive), pause=0.01)
    hearing.start()
    for number in range(10):
        hearing.hear(entered(f"v{number}"))
    hearing.stop(within=0.05)
    assert caplog.text.count("events are lost") == 1
