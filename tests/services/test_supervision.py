"""A supervisor listens, whispers, takes part and leaves: who may, what is refused, what is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.domain.duty import Duty, Status
from fsbridge.domain.events import CallHungUp
from fsbridge.domain.facts import ChannelRow, Facts
from fsbridge.domain.monitoring import Mode, Monitoring, MonitoringRefused, is_monitoring
from fsbridge.errors import CommandFailed
from fsbridge.services.authority import NotAllowed
from fsbridge.services.driftlog import DriftLog
from fsbridge.services.supervision import Supervision
from fsbridge.services.users import Account

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)


class Book:
    """Rows and log in memory; undone if a block raises."""

    def __init__(self) -> None:
        self.rows: dict[str, Monitoring] = {}
        self.log: list[tuple[str, str, str, str]] = []

    @contextmanager
    def locked(self) -> Iterator[Book]:
        before = dict(self.rows), list(self.log)
        try:
            yield self
        except BaseException:
            self.rows, self.log = before
            raise

    def look(self) -> Sequence[Monitoring]:
        return tuple(self.rows.values())

    def of(self, by: str) -> Monitoring | None:
        return self.rows.get(by)

    def put(self, one: Monitoring) -> None:
        self.rows[one.by] = one

    def drop(self, leg: str) -> Monitoring | None:
        one = next((row for row in self.rows.values() if row.leg == leg), None)
        return self.rows.pop(one.by) if one is not None else None

    def record(self, at: datetime, one: Monitoring, action: str, reason: str = "") -> None:
        self.log.append((one.by, action, one.operator, f"{at - one.since}"))


class Desk:
    """Telephones that are picked up, unless `refuses` says why not."""

    def __init__(self) -> None:
        self.legs: dict[str, tuple[str, str, Mode]] = {}
        self.refuses = ""
        self.on_ring: Callable[[], object] = lambda: None

    def call(self, phone: str, one: Monitoring, *, name: str) -> None:
        self.on_ring()
        if self.refuses:
            raise CommandFailed("originate", f"-ERR {self.refuses}")
        self.legs[one.leg] = (phone, one.spied, one.mode)

    def speak(self, leg: str, mode: Mode) -> bool:
        if leg not in self.legs:
            return False
        phone, spied, _ = self.legs[leg]
        self.legs[leg] = (phone, spied, mode)
        return True

    def hang_up(self, leg: str) -> None:
        self.legs.pop(leg, None)

    @property
    def facts(self) -> Facts:
        return Facts(channels=tuple(ChannelRow(uuid=leg) for leg in self.legs))


class Room:
    """Operators in calls and at rest, two supervisors, an administrator without a telephone."""

    def __init__(self) -> None:
        self.now = NOON
        self.book, self.desk, self.drift = Book(), Desk(), DriftLog()
        self.accounts = {
            "boss": Account("boss", "課長", roles=("operator", "supervisor"), operator="op09"),
            "deputy": Account("deputy", "係長", roles=("supervisor",)),
            "root": Account("root", "管理者", roles=("administrator",)),
            "op01": Account("op01", "佐藤", roles=("operator",), operator="op01"),
        }
        self.duties = {
            "op01": Duty(operator="op01", status=Status.TALKING, since=NOON, leg="leg1", call="call1"),
            "op02": Duty(operator="op02", status=Status.HOLDING, since=NOON, leg="leg2", call="call2"),
            "op03": Duty(operator="op03", status=Status.READY, since=NOON),
            "op09": Duty(operator="op09", status=Status.TALKING, since=NOON, leg="leg9", call="call9"),
        }
        self.supervision = Supervision(
            self.book,
            self.desk,
            self,
            self,
            telephone_of=lambda account: "" if account.login == "root" else f"user/{account.login}@city",
            clock=lambda: self.now,
            log=self.drift,
        )

    def look(self) -> Sequence[Account]:
        return tuple(self.accounts.values())

    def duty(self, operator: str) -> Duty | None:
        return self.duties.get(operator)

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def room() -> Room:
    return Room()


def test_one_leg_changes_its_mode_and_every_step_is_written_down(room: Room) -> None:
    one = room.supervision.listen("op01", by="boss")
    assert room.desk.legs == {one.leg: ("user/boss@city", "leg1", Mode.LISTEN)}
    room.later(10)
    room.supervision.change(Mode.WHISPER, by="boss")
    room.later(10)
    assert room.supervision.listen("op01", by="boss", mode=Mode.BARGE).leg == one.leg
    assert [row[2] for row in room.desk.legs.values()] == [Mode.BARGE]
    assert [(row.by, row.operator, row.mode) for row in room.supervision.now()] == [
        ("boss", "op01", Mode.BARGE)
    ]
    room.later(10)
    room.supervision.stop(by="boss")
    assert (room.desk.legs, room.supervision.now()) == ({}, ())
    assert room.book.log == [
        ("boss", "listen", "op01", "0:00:00"),
        ("boss", "whisper", "op01", "0:00:10"),
        ("boss", "barge", "op01", "0:00:20"),
        ("boss", "stopped listening", "op01", "0:00:30"),
    ]


@pytest.mark.parametrize("login", ["op01", "nobody", "'; DROP TABLE user_account"])
def test_only_a_supervisor_or_an_administrator_may(room: Room, login: str) -> None:
    for attempt in (
        lambda: room.supervision.listen("op02", by=login),
        lambda: room.supervision.change(Mode.BARGE, by=login),
    ):
        with pytest.raises(NotAllowed, match="that takes the role supervisor or administrator"):
            attempt()
    assert (room.desk.legs, room.book.log) == ({}, [])


def test_a_role_that_was_taken_away_ends_what_it_allowed_but_not_leaving(room: Room) -> None:
    room.supervision.listen("op01", by="boss")
    room.accounts["boss"] = replace(room.accounts["boss"], active=False)
    with pytest.raises(NotAllowed):
        room.supervision.change(Mode.BARGE, by="boss")
    room.supervision.stop(by="boss")
    assert room.desk.legs == {}


@pytest.mark.parametrize(
    ("operator", "by", "why"),
    [
        ("op03", "boss", "op03 is in no call"),
        ("op77", "boss", "op77 is in no call"),
        ("op09", "boss", "nobody listens to the own call"),
        ("op01", "root", "has no telephone here"),
    ],
)
def test_what_cannot_be_heard_is_refused_and_rings_nobody(
    room: Room, operator: str, by: str, why: str
) -> None:
    with pytest.raises(MonitoringRefused, match=why):
        room.supervision.listen(operator, by=by)
    assert (room.desk.legs, room.book.rows, room.book.log) == ({}, {}, [])


def test_who_listens_to_one_stops_before_listening_to_another(room: Room) -> None:
    room.supervision.listen("op01", by="boss")
    with pytest.raises(MonitoringRefused, match="boss listens to op01: stop that first"):
        room.supervision.listen("op02", by="boss")
    room.supervision.listen("op01", by="deputy", mode=Mode.WHISPER)
    assert {row.by for row in room.supervision.now()} == {"boss", "deputy"}


def test_a_telephone_that_is_not_picked_up_leaves_nothing_but_the_note(room: Room) -> None:
    room.desk.refuses = "NO_ANSWER"
    with pytest.raises(MonitoringRefused, match=r"the telephone of boss was not picked up: .*NO_ANSWER"):
        room.supervision.listen("op01", by="boss")
    assert room.supervision.now() == ()
    assert [row[1] for row in room.book.log] == ["listen", "stopped listening"]
    room.desk.refuses = ""
    room.supervision.listen("op01", by="boss")


def test_stopping_while_it_rings_ends_it(room: Room) -> None:
    room.desk.on_ring = lambda: room.supervision.stop(by="boss")
    room.desk.refuses = "ORIGINATOR_CANCEL"
    with pytest.raises(MonitoringRefused):
        room.supervision.listen("op01", by="boss")
    assert [row[1] for row in room.book.log] == ["listen", "stopped listening"]


def test_the_end_of_the_call_ends_it_once(room: Room) -> None:
    leg = room.supervision.listen("op01", by="boss").leg
    del room.desk.legs[leg]
    room.later(60)
    for uuid in ("leg1", leg, leg):
        room.supervision.hear(CallHungUp(at=room.now, uuid=uuid))
    assert room.supervision.work_off() == 2
    assert room.supervision.now() == ()
    assert room.book.log[1:] == [("boss", "stopped listening", "op01", "0:01:00")]
    with pytest.raises(MonitoringRefused, match="boss listens to nobody"):
        room.supervision.change(Mode.WHISPER, by="boss")


def test_a_change_that_finds_the_leg_gone_says_so_and_tidies_up(room: Room) -> None:
    room.desk.legs.pop(room.supervision.listen("op01", by="boss").leg)
    with pytest.raises(MonitoringRefused, match="the call of op01 is over"):
        room.supervision.change(Mode.BARGE, by="boss")
    assert [row[1] for row in room.book.log] == ["listen", "stopped listening"]


def test_an_end_that_nobody_saw_is_found_in_two_looks_and_is_drift(room: Room) -> None:
    room.supervision.listen("op01", by="boss")
    assert list(room.supervision.check(room.desk.facts)) == []
    leg = room.supervision.now()[0].leg
    room.desk.legs.clear()
    assert list(room.supervision.check(room.desk.facts)) == []
    assert list(room.supervision.check(room.desk.facts)) == [leg]
    assert room.supervision.now() == ()
    assert [entry.repaired for entry in room.drift.recent()] == [True]


def test_legs_of_who_listens_are_known_by_their_ids_and_differ(room: Room) -> None:
    legs = {room.supervision.listen("op01", by=login).leg for login in ("boss", "deputy")}
    assert len(legs) == 2
    assert all(is_monitoring(leg) for leg in legs)


@pytest.mark.parametrize(("word", "mode"), [("聴く", Mode.LISTEN), ("whisper", Mode.WHISPER)])
def test_modes_have_names(word: str, mode: Mode) -> None:
    assert Mode.named(word) is mode
    with pytest.raises(MonitoringRefused, match=r"listen \(聴く\), whisper \(ささやく\), barge \(参加\)"):
        Mode.named("shout")
