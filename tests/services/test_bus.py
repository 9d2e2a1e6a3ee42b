"""The bus: everyone who listens hears, and nobody can hurt anybody."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from fsbridge.domain.events import CallerLeftQueue, CallHungUp, DomainEvent, LeftReason, QueueEvent
from fsbridge.services.bus import Bus

HANGUP = CallHungUp(at=datetime(2026, 4, 1, tzinfo=UTC), uuid="7f1c")


def test_listeners_hear_their_type_and_every_type_below_it() -> None:
    heard: list[str] = []
    bus = Bus(
        {
            DomainEvent: [lambda event: heard.append("any")],
            QueueEvent: [lambda event: heard.append("queue")],
            CallerLeftQueue: [lambda event: heard.append("left")],
        }
    )
    bus.publish(HANGUP)
    assert heard == ["any"]
    bus.publish(CallerLeftQueue(at=HANGUP.at, visit="v", call="c", queue="q", reason=LeftReason.SERVED))
    assert heard == ["any", "left", "queue", "any"]


def test_a_failing_listener_is_logged_and_the_others_run(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[DomainEvent] = []

    def fails(event: DomainEvent) -> None:
        raise RuntimeError("no")

    with caplog.at_level(logging.ERROR):
        Bus({CallHungUp: [fails, heard.append]}).publish(HANGUP)
    assert heard == [HANGUP]
    assert "7f1c" in caplog.text


def test_an_event_published_by_a_listener_is_not_lost() -> None:
    heard: list[str] = []
    bus = Bus()

    def again(event: CallHungUp) -> None:
        if event.uuid == "7f1c":
            bus.publish(CallHungUp(at=event.at, uuid="second"))

    bus.listen(CallHungUp, again)
    bus.listen(CallHungUp, lambda event: heard.append(event.uuid))
    bus.publish(HANGUP)
    assert sorted(heard) == ["7f1c", "second"]


def test_who_stops_listening_hears_no_more() -> None:
    heard: list[DomainEvent] = []
    bus = Bus()
    stop = bus.listen(CallHungUp, heard.append)
    bus.publish(HANGUP)
    stop()
    stop()
    bus.publish(HANGUP)
    assert heard == [HANGUP]
