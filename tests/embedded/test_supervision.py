"""A supervisor on the embedded switch: one leg, its modes, its ends, and that it is no call anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import gevent
import pytest

from fsbridge.adapters.cdr.parse import parse
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.history import StoredPast
from fsbridge.adapters.store.models import (
    AuditEntry,
    Call,
    Flow,
    Leg,
    Operator,
    Queue,
    Season,
    Tier,
    User,
    UserRole,
)
from fsbridge.adapters.store.operators import StoredDuties
from fsbridge.adapters.store.seats import StoredSeats
from fsbridge.app import Watch
from fsbridge.attending import Attending
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.monitoring import Mode, MonitoringRefused, is_monitoring
from fsbridge.domain.seats import Allowance
from fsbridge.embedded import EmbeddedSwitch, Handset, PhoneCall, QueueConf, SwitchConf, extension
from fsbridge.embedded.delivery import Spool
from fsbridge.services.history import Past
from fsbridge.services.operators import Operators
from fsbridge.services.seats import Seats
from fsbridge.supervising import Supervising
from tests.waiting import wait_for

QUEUE = "help@city"
PLAN = {"public": [extension("^help$", ("answer",), ("callcenter", QUEUE))]}


def now() -> datetime:
    return datetime.now(UTC)


class Centre:
    """A citizen speaks with op01; boss (op09) has a telephone too."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder}/centre.sqlite3")
        self.store.migrate()
        with self.store.writing():
            season = Season.create(key="always", name="always", seats=4, registered=9)
            flow = Flow.create(key="help", name="問い合わせ")
            queue = Queue.create(key=QUEUE, flow=flow, name="問い合わせ")
            for key, login, role in (("op01", "sato", "operator"), ("op09", "boss", "supervisor")):
                user = User.create(login=login, name=login, created_at=now(), changed_at=now())
                UserRole.create(user=user, role=role)
                person = Operator.create(key=key, user=user, name=key, extension=key, registered_at=now())
                if role == "operator":
                    Tier.create(season=season, queue=queue, operator=person)
        conf = SwitchConf(queues=(QueueConf(QUEUE),), dialplan=PLAN, context="public")
        self.switch = EmbeddedSwitch(conf)
        self.records = folder / "cdr"
        self.switch.on_record.append(Spool(self.records))
        for key in ("op01", "op09"):
            self.switch.telephones[key] = Handset(0.05)
        self.switch.start()
        self.watch = Watch("127.0.0.1", self.switch.port, conf.password)
        book = StoredDuties(self.store, season_at=lambda at: "always", contact="user/{extension}@city")
        seats = Seats(StoredSeats(self.store), lambda at: Allowance("always", 4, 9), talking=book.talking)
        self.operators = Operators(seats, book, self.watch.callcenter)
        self.attending = Attending(self.operators, self.watch)
        self.supervising = Supervising(self.store, self.watch, self.operators, zone="Asia/Tokyo")
        self.supervision = self.supervising.supervision
        self.watch.start()
        self.watch.link.wait_ready(10)
        self.attending.start()
        self.supervising.start()
        self.operators.introduce("op01")
        self.watch.callcenter.set_tier(QUEUE, "op01")
        self.operators.log_in("op01", "browser", now(), choice=Choice(Status.READY))

    def call(self) -> PhoneCall:
        call = self.switch.dial_in("help", caller="0761234567")
        wait_for(lambda: self.status() is Status.TALKING, "op01 talks")
        return call

    def status(self) -> Status:
        duty = self.operators.book.duty("op01")
        return duty.status if duty is not None else Status.LOGGED_OUT

    def spying(self, leg: str) -> tuple[str, bool, bool] | None:
        found = self.switch.find(leg)
        if found is None or found.spying is None:
            return None
        return found.spying.spied, found.spying.near, found.spying.beyond

    def log(self) -> list[str]:
        with self.store.reading():
            rows = AuditEntry.select().where(AuditEntry.subject == "monitoring").order_by(AuditEntry.id)
            return [f"{row.actor} {row.action} {row.which}" for row in rows]

    def close(self) -> None:
        self.supervising.stop()
        self.attending.stop()
        self.watch.stop()
        self.switch.stop()
        self.store.close()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path)
    yield centre
    centre.close()


def test_on_one_leg_the_supervisor_is_heard_by_nobody_the_operator_or_both(centre: Centre) -> None:
    centre.call()
    spied = centre.operators.book.duty("op01").leg
    leg = centre.supervision.listen("op01", by="boss").leg
    wait_for(lambda: centre.spying(leg) == (spied, False, False), "boss listens")
    for mode, near, beyond in (
        (Mode.WHISPER, True, False),
        (Mode.BARGE, True, True),
        (Mode.LISTEN, False, False),
    ):
        assert centre.supervision.change(mode, by="boss").leg == leg
        wait_for(lambda near=near, beyond=beyond: centre.spying(leg) == (spied, near, beyond), mode.value)
    centre.switch.find(leg).pressed("3")
    gevent.sleep(0)
    assert centre.spying(leg) == (spied, False, False), "a key pressed by mistake"
    centre.supervision.stop(by="boss")
    wait_for(lambda: centre.switch.find(leg) is None, "the leg is gone")
    assert centre.status() is Status.TALKING
    assert centre.log() == [
        "boss listen op01",
        "boss whisper op01",
        "boss barge op01",
        "boss listen op01",
        "boss stopped listening op01",
    ]


@pytest.mark.parametrize("who", ["the citizen", "the supervisor", "a transfer"])
def test_it_ends_with_the_operators_leg_or_when_the_supervisor_hangs_up(centre: Centre, who: str) -> None:
    call = centre.call()
    one = centre.supervision.listen("op01", by="boss", mode=Mode.WHISPER)
    wait_for(lambda: centre.spying(one.leg), "boss whispers")
    if who == "the citizen":
        call.hang_up()
    elif who == "the supervisor":
        centre.switch.find(one.leg).far.hang_up()
    else:
        centre.switch.tell(f"uuid_transfer {call.leg.uuid} help")
    wait_for(lambda: centre.supervision.now() == (), "nobody listens any more")
    assert centre.log()[-1] == "boss stopped listening op01"
    wait_for(lambda: centre.switch.find(one.leg) is None, "the leg is gone")


def test_a_leg_that_listens_is_in_no_figure_no_count_and_no_drift(centre: Centre) -> None:
    call = centre.call()
    floor, ask = centre.watch.floor, centre.watch.callcenter.facts
    before = floor.snapshot()
    leg = centre.supervision.listen("op01", by="boss", mode=Mode.BARGE).leg
    wait_for(lambda: centre.spying(leg), "boss takes part")
    assert any(is_monitoring(row.uuid) for row in ask().channels)
    after = floor.snapshot()
    assert (after.legs, len(after.calls), after.total) == (before.legs, len(before.calls), before.total)
    wait_for(lambda: not any(floor.differences(ask()) for _ in range(2)), "the floor is in step")
    for _ in range(3):
        assert centre.watch.reconciler.check() == ()
    floor.resync(ask())
    assert floor.snapshot().legs == before.legs
    assert centre.supervising.recent_drift() == ()
    call.hang_up()
    wait_for(lambda: len(list(centre.records.glob("*.cdr.json"))) == 3, "a record of every leg")
    past = Past(StoredPast(centre.store))
    for path in centre.records.glob("*.cdr.json"):
        past.take(parse(path.read_bytes()))
    with centre.store.reading():
        assert Call.select().count() == 1
        assert sorted(row.kind for row in Leg.select()) == ["monitoring", "queue"]


def test_a_telephone_that_nobody_picks_up_is_no_call_either(centre: Centre) -> None:
    centre.switch.telephones["op09"] = Handset(refuses="USER_BUSY")
    call = centre.call()
    with pytest.raises(MonitoringRefused, match="the telephone of boss was not picked up"):
        centre.supervision.listen("op01", by="boss")
    assert centre.supervision.now() == ()
    call.hang_up()
    wait_for(lambda: len(list(centre.records.glob("*.cdr.json"))) == 3, "a record of every leg")
    past = Past(StoredPast(centre.store))
    for path in centre.records.glob("*.cdr.json"):
        past.take(parse(path.read_bytes()))
    with centre.store.reading():
        assert Call.select().count() == 1
        assert [row.kind for row in Leg.select()] == ["queue"]


def test_what_a_crash_left_behind_is_tidied_up_by_the_reconciler(centre: Centre) -> None:
    centre.call()
    one = centre.supervision.listen("op01", by="boss")
    centre.supervising.stop()
    centre.watch.listeners.remove(centre.supervision.hear)
    centre.switch.tell(f"uuid_kill {one.leg}")
    wait_for(lambda: centre.switch.find(one.leg) is None, "the leg is gone, and nobody noticed")
    assert centre.supervision.now() != ()
    for _ in range(2):
        centre.watch.reconciler.check()
    assert centre.supervision.now() == ()
    assert [entry.repaired for entry in centre.supervising.recent_drift()] == [True]
