"""Queues and levels for now, on both databases: over the season's tiers until the hour, then gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.assignments import StoredAssignments
from fsbridge.adapters.store.models import (
    AuditEntry,
    Flow,
    Operator,
    Queue,
    Season,
    Tier,
    User,
    UserRole,
)
from fsbridge.adapters.store.operators import StoredDuties
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.assignments import AssignmentRefused
from fsbridge.errors import NotConnectedError
from fsbridge.services.assignments import Assignments
from fsbridge.services.authority import NotAllowed
from fsbridge.testing.duties import DistributorInMemory

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
EVENING = NOON + timedelta(hours=6)
LEAK, OTHER = "leak@city", "other@city"


class Centre:
    """op01 serves both queues by the season; op02 only the other."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.writing():
            for login, role in (("boss", "supervisor"), ("op01", "operator")):
                user = User.create(login=login, name=login, created_at=NOON, changed_at=NOON)
                UserRole.create(user=user, role=role)
            season = Season.create(key="always", name="always", seats=4, registered=9)
            flow = Flow.create(key="city", name="市")
            queues = {key: Queue.create(key=key, flow=flow, name=key) for key in (LEAK, OTHER)}
            people = {key: Operator.create(key=key, name=key, registered_at=NOON) for key in ("op01", "op02")}
            for queue, operator in ((LEAK, "op01"), (OTHER, "op01"), (OTHER, "op02")):
                Tier.create(season=season, queue=queues[queue], operator=people[operator], level=2)
        self.duties = StoredDuties(store, season_at=lambda at: "always")
        self.distributor = DistributorInMemory()
        self.assignments = Assignments(
            StoredAssignments(store), self.duties, self.distributor, StoredUsers(store)
        )

    def assign(self, operator: str, queue: str, level: int, **changes: object) -> None:
        values = {"until": EVENING, "by": "boss", "now": NOON, **changes}
        self.assignments.assign(operator, queue, level=level, **values)  # type: ignore[arg-type]

    def serving(self, at: datetime = NOON) -> dict[tuple[str, str], int]:
        return {(row.queue, row.operator): row.level for row in self.duties.tiers(at) or ()}

    def told(self) -> dict[tuple[str, str], int]:
        return {place: row.level for place, row in self.distributor.tiers.items()}


SEASON = {(LEAK, "op01"): 2, (OTHER, "op01"): 2, (OTHER, "op02"): 2}


@pytest.fixture
def centre(store: Store) -> Centre:
    return Centre(store)


def test_it_holds_until_the_hour_for_everybody_who_asks_who_serves(centre: Centre) -> None:
    centre.assign("op02", LEAK, 1)
    centre.assign("op01", OTHER, 0)
    assert centre.serving() == {(LEAK, "op01"): 2, (LEAK, "op02"): 1, (OTHER, "op02"): 2}
    assert centre.told() == {(LEAK, "op02"): 1}
    assert centre.serving(EVENING) == SEASON
    assert len(centre.assignments.now(NOON)) == 2
    assert centre.assignments.now(EVENING) == ()


def test_the_last_word_counts_and_it_can_be_taken_back(centre: Centre) -> None:
    centre.assign("op01", LEAK, 0)
    centre.assign("op01", LEAK, 5)
    assert centre.serving()[LEAK, "op01"] == 5
    assert centre.assignments.release("op01", LEAK, by="boss", now=NOON)
    assert not centre.assignments.release("op01", LEAK, by="boss", now=NOON)
    assert centre.serving() == SEASON
    assert centre.told() == {(LEAK, "op01"): 2}


def test_who_did_it_is_in_the_audit_log(centre: Centre) -> None:
    centre.assign("op02", LEAK, 1, reason="応援")
    centre.assignments.release("op02", LEAK, by="boss", now=NOON)
    with centre.store.reading():
        rows = [(row.actor, row.action, row.which, row.reason) for row in AuditEntry.select()]
    assert rows == [("boss", "assigned", "op02", "応援"), ("boss", "released", "op02", "")]


@pytest.mark.parametrize(
    ("operator", "queue", "changes", "why"),
    [
        ("nobody", LEAK, {}, "no operator 'nobody' in use"),
        ("op01", "none@city", {}, "no queue 'none@city' in use"),
        ("op01", LEAK, {"until": NOON}, "over before it begins"),
        ("op01", LEAK, {"level": -1}, "a level is 0"),
        ("op01", LEAK, {"position": 0}, "a position 1 or more"),
    ],
)
def test_what_cannot_be_assigned_says_why(
    centre: Centre, operator: str, queue: str, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(AssignmentRefused, match=why):
        centre.assign(operator, queue, **{"level": 1, **changes})  # type: ignore[arg-type]
    assert (centre.serving(), centre.told()) == (SEASON, {})


def test_operators_assign_nobody(centre: Centre) -> None:
    with pytest.raises(NotAllowed):
        centre.assign("op02", LEAK, 1, by="op01")
    with pytest.raises(NotAllowed):
        centre.assignments.release("op02", LEAK, by="op01", now=NOON)
    assert centre.serving() == SEASON


def test_it_is_kept_although_freeswitch_is_away(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **more: object) -> None:
        raise NotConnectedError("FreeSWITCH is away")

    monkeypatch.setattr(centre.distributor, "set_tier", away)
    centre.assign("op02", LEAK, 1)
    assert centre.serving()[LEAK, "op02"] == 1
