"""The pulse: when the service was gone, and what it missed, each noted once."""

from __future__ import annotations

from datetime import datetime, timedelta

from fsbridge.services.pulse import Missed, Pulse
from tests.services.reports import local

NOON = local("2027-06-01T12:00")


class Book:
    """What is written down."""

    def __init__(self) -> None:
        self.last: datetime | None = None
        self.all: list[Missed] = []
        self.drift: list[int] = []

    def seen(self) -> datetime | None:
        return self.last

    def beat(self, now: datetime) -> None:
        self.last = now

    def missed(self, one: Missed) -> bool:
        if one in self.all:
            return False
        self.all.append(one)
        return True

    def drifted(self, at: datetime, count: int) -> None:
        self.drift.append(count)


def test_a_service_that_lives_has_nothing_to_note() -> None:
    book = Book()
    pulse = Pulse(book)
    said = [pulse.beat(NOON + timedelta(seconds=30 * number)) for number in range(10)]
    assert (set(said), book.all) == ({""}, [])


def test_a_missing_pulse_was_an_outage() -> None:
    book = Book()
    Pulse(book).beat(NOON)
    later = NOON + timedelta(minutes=10)
    assert Pulse(book).beat(later) == "program gone for 600 s"
    assert book.all == [Missed("program", NOON, later)]
    assert Pulse(book).beat(later + timedelta(seconds=30)) == ""


def test_a_gap_of_the_events_is_noted_once() -> None:
    book = Book()
    gap = (NOON, NOON + timedelta(seconds=25), "closed by FreeSWITCH")
    pulse = Pulse(book, gaps=lambda: [gap])
    assert pulse.beat(NOON + timedelta(seconds=30)) == "link gone for 25 s"
    assert pulse.beat(NOON + timedelta(seconds=60)) == ""
    assert book.all == [Missed("link", *gap)]


def test_repaired_drift_is_counted_since_the_last_pulse() -> None:
    book, repaired = Book(), [4]
    pulse = Pulse(book, repairs=lambda: repaired[0])
    pulse.beat(NOON)
    repaired[0] = 6
    assert pulse.beat(NOON + timedelta(seconds=30)) == "drift repaired 2 times"
    pulse.beat(NOON + timedelta(seconds=60))
    assert book.drift == [2]
