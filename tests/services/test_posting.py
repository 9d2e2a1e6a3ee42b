"""Reports by mail: each once to each, tried again with patience, and all of it in the log."""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import datetime, time, timedelta

import pytest

from fsbridge.domain.reporting.periods import Kind, ReportPeriod
from fsbridge.errors import FsbridgeError
from fsbridge.services.posting import Attachment, Attempts, Letter, MailFailed, ReportPost, key_of
from tests.services.reports import TOKYO, local


class Postman:
    """Takes mail, but for the addresses it refuses."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.refuses: set[str] = set()

    def send(self, letter: Letter, to: str, at: datetime) -> None:
        if to in self.refuses:
            raise MailFailed("mailbox full")
        self.taken.append((letter.key, to))


class Book:
    """The log, in a list."""

    def __init__(self) -> None:
        self.lines: list[tuple[datetime, str, str, bool]] = []

    def attempts(self, key: str, to: str) -> Attempts:
        mine = [(at, went) for at, one, whom, went in self.lines if (one, whom) == (key, to)]
        failures = [at for at, went in mine if not went]
        return Attempts(len(failures) < len(mine), len(failures), failures[-1] if failures else None)

    def sent(self, letter: Letter, to: str, at: datetime, by: str) -> None:
        self.lines.append((at, letter.key, to, True))

    def failed(self, key: str, to: str, at: datetime, why: str) -> None:
        self.lines.append((at, key, to, False))


class House:
    """A post office, and what it took to write."""

    def __init__(self) -> None:
        self.postman, self.book = Postman(), Book()
        self.written: list[str] = []
        self.broken = False
        self.post = ReportPost(
            self.postman,
            self.book,
            self.write,
            {Kind.DAY: ["a@x.jp", "b@x.jp"], Kind.HALF_YEAR: ["a@x.jp"]},
            at=time(7, 0),
            zone=TOKYO,
        )

    def write(self, period: ReportPeriod) -> Letter:
        if self.broken:
            raise FsbridgeError("the database is away")
        self.written.append(key_of(period))
        return Letter(key_of(period), "件名", "本文", (Attachment("a.pdf", "application/pdf", b"%PDF"),))

    def run(self, at: str) -> str:
        return self.post.run(local(at))


@pytest.fixture
def house() -> House:
    return House()


def test_a_finished_period_goes_once_to_each(house: House) -> None:
    assert house.run("2027-06-02T06:59") == ""
    assert house.run("2027-06-02T07:00") == "sent daily 2027-06-01 to a@x.jp, daily 2027-06-01 to b@x.jp"
    assert house.run("2027-06-02T12:00") == ""
    assert house.written == ["daily 2027-06-01"], "once for all addresses"
    assert house.run("2027-06-03T07:00").startswith("sent daily 2027-06-02")


def test_the_half_year_goes_on_the_first_of_october(house: House) -> None:
    assert "half-year 2027-H1 to a@x.jp" in house.run("2027-10-01T07:05")


def test_what_is_long_over_is_not_sent_when_mail_is_set_up(house: House) -> None:
    assert "half-year" not in house.run("2027-10-04T07:00")


def test_one_refused_address_keeps_no_other_from_its_report(house: House) -> None:
    house.postman.refuses = {"a@x.jp"}
    with pytest.raises(MailFailed, match=r"not sent: daily 2027-06-01 to a@x\.jp: mailbox full; sent daily"):
        house.run("2027-06-02T07:00")
    assert house.postman.taken == [("daily 2027-06-01", "b@x.jp")]
    house.postman.refuses = set()
    assert house.run("2027-06-02T07:05") == "", "not before ten minutes are over"
    assert house.run("2027-06-02T07:10") == "sent daily 2027-06-01 to a@x.jp"


def test_it_is_tried_again_ever_more_seldom(house: House) -> None:
    house.postman.refuses = {"a@x.jp", "b@x.jp"}
    at = local("2027-06-02T07:00")
    for _ in range(12 * 23):
        with suppress(MailFailed):
            house.post.run(at)
        at += timedelta(minutes=5)
    tries = [at for at, _, to, _ in house.book.lines if to == "a@x.jp"]
    waits = [(later - earlier) // timedelta(minutes=1) for earlier, later in itertools.pairwise(tries)]
    assert waits == [10, 20, 40, 80, 160, 320, 360]


def test_a_report_that_cannot_be_made_is_in_the_log_too(house: House) -> None:
    house.broken = True
    with pytest.raises(MailFailed, match="the database is away"):
        house.run("2027-06-02T07:00")
    assert len(house.book.lines) == 2
    house.broken = False
    assert house.run("2027-06-02T07:10").count("daily") == 2
