"""The seats in the store and those in memory, which other tests use, do the same in every history."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.adapters.store import Store, StoredSeats
from fsbridge.adapters.store.models import AuditEntry, Operator, Seat, User, UserRole
from fsbridge.domain.seats import Allowance, Person
from fsbridge.errors import FsbridgeError
from fsbridge.services.seats import Register, Seats
from fsbridge.testing.seats import SeatsInMemory
from tests.adapters.store.making import NOON, make_operator

BOSS = "op0"
SEASONS = (
    Allowance("normal", seats=2, reserve=1, registered=3),
    Allowance("busy", seats=3, registered=4),
)
happening = st.tuples(
    st.sampled_from(["log in", "take over", "beat", "log out", "kick", "sweep", "enrol", "retire", "season"]),
    st.integers(0, 4),
    st.integers(0, 2),
    st.integers(0, 9),
)


class Centre:
    """One room with its services, told what happens; it answers with what came of it."""

    def __init__(self, room: SeatsInMemory | StoredSeats) -> None:
        self.room = room
        self.season = SEASONS[0]
        self.seats = Seats(room, lambda at: self.season)
        self.register = Register(room, lambda at: self.season)
        self.now = NOON

    def does(self, what: str, number: int, browser: int, passed: int) -> object:
        self.now += timedelta(seconds=passed)
        operator, session = f"op{number}", f"browser {browser}"
        try:
            match what:
                case "log in" | "take over":
                    return self.seats.log_in(operator, session, self.now, take_over=what == "take over")
                case "beat":
                    return self.seats.beat(session, self.now)
                case "log out":
                    return self.seats.log_out(session, self.now)
                case "kick":
                    return self.seats.kick(operator, self.now, by="boss")
                case "sweep":
                    return self.seats.free_dead(self.now)
                case "enrol":
                    return self.register.enrol(operator, "誰か", self.now, by="boss")
                case "retire":
                    return self.register.retire(operator, self.now, by="boss")
                case _:
                    self.season = SEASONS[number % 2]
                    return None
        except FsbridgeError as error:
            return type(error), str(error)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(happening, max_size=25))
def test_whatever_happens_both_say_the_same(store: Store, history: list[tuple[str, int, int, int]]) -> None:
    with store.writing():
        for model in (Seat, Operator, UserRole, User, AuditEntry):
            model.delete().execute()
        make_operator(BOSS, "operator", "supervisor")
        make_operator("op1")
    stored = Centre(StoredSeats(store))
    memory = Centre(SeatsInMemory([Person(BOSS, BOSS, supervisor=True), Person("op1", "op1")]))
    for one in history:
        assert stored.does(*one) == memory.does(*one), one
        assert stored.seats.standing(stored.now) == memory.seats.standing(memory.now), one
    with store.reading():
        entries = AuditEntry.select().order_by(AuditEntry.id)
        log = [(row.at, row.actor, row.action, row.which, row.reason) for row in entries]
    assert isinstance(memory.room, SeatsInMemory)
    assert log == memory.room.log
