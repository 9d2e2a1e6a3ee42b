"""The past in both databases: rows are the same in whatever order records came, and every row once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.adapters.cdr import parse
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.history import StoredPast
from fsbridge.adapters.store.models import (
    MODELS,
    Call,
    CallRecord,
    Contact,
    ContactNumber,
    Flow,
    Leg,
    Note,
    Offer,
    Operator,
    Queue,
    Recording,
    Schedule,
    Visit,
)
from fsbridge.adapters.store.plan import CENTRE
from fsbridge.services.history import Past, RecordRefused
from tests.adapters.cdr.records import epoch, offered, queued, record
from tests.adapters.store.making import NOON, make_operator, make_queue, put
from tests.recordings import SCENARIOS, call_records, domain_events

RECORDS = [parse(json.dumps(table).encode()) for table in call_records()]
EVENTS = [event for scenario in SCENARIOS for event in domain_events(scenario)]
KEPT = (Recording, Offer, Leg, Visit, Call, CallRecord)


def past(store: Store) -> Past:
    return Past(StoredPast(store))


def rows(store: Store) -> dict[str, list[Any]]:
    """Everything that is kept, ids left aside."""
    with store.reading():
        return {
            "calls": sorted(Call.select(*_told(Call), Flow.key).left_outer_join(Flow).tuples()),
            "visits": sorted(
                Visit.select(*_told(Visit), Call.uuid, Queue.key, Operator.key)
                .join(Call).switch(Visit).join(Queue).switch(Visit)
                .left_outer_join(Operator, on=(Visit.operator == Operator.id)).tuples(),
                key=repr,
            ),
            "legs": sorted(
                Leg.select(*_told(Leg), Call.uuid, Operator.key, Visit.uuid)
                .join(Call).switch(Leg).left_outer_join(Operator)
                .switch(Leg).left_outer_join(Visit, on=(Leg.visit == Visit.id)).tuples(),
                key=repr,
            ),
            "offers": sorted(
                Offer.select(*_told(Offer), Visit.uuid, Operator.key)
                .join(Visit).switch(Offer).join(Operator).tuples(),
                key=repr,
            ),
        }  # fmt: skip


def _told(model: Any) -> list[Any]:
    """A model's own columns, without numbers that depend on the order of writing."""
    skipped = {"id", *(field.name for field in model._meta.refs)}
    return [field for field in model._meta.sorted_fields if field.name not in skipped]


def cleared(store: Store) -> None:
    with store.writing():
        for model in KEPT:
            model.delete().execute()


@pytest.fixture
def told(store: Store) -> dict[str, list[Any]]:
    """The rows of all recorded records, taken in once."""
    keeper = past(store)
    for leg in RECORDS:
        keeper.take(leg)
    return rows(store)


def test_the_recorded_day_is_all_there(store: Store, told: dict[str, list[Any]]) -> None:
    assert len(told["visits"]) == 9
    with store.reading():
        assert CallRecord.select().count() == 48
        outcomes = {outcome for (outcome,) in Offer.select(Offer.outcome).distinct().tuples()}
    assert outcomes == {"answered", "rang out", "rejected", "withdrawn"}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    order=st.permutations(range(len(RECORDS))),
    again=st.lists(st.integers(0, len(RECORDS) - 1), max_size=12),
    heard=st.lists(st.integers(0, len(RECORDS)), min_size=len(EVENTS), max_size=len(EVENTS)),
)
def test_any_order_and_any_repetition_gives_the_same_rows(
    store: Store, told: dict[str, list[Any]], order: list[int], again: list[int], heard: list[int]
) -> None:
    cleared(store)
    keeper = past(store)
    events = iter(EVENTS)
    waiting = sorted(heard)
    for place, number in enumerate([*order, *again]):
        while waiting and waiting[0] <= place:
            waiting.pop(0)
            keeper.note(next(events))
        keeper.take(RECORDS[number])
    for event in events:
        keeper.note(event)
    assert rows(store) == told


def test_events_alone_show_a_call_while_it_goes_on(store: Store) -> None:
    make_operator("op01")
    make_queue("opening@kanazawa")
    keeper = past(store)
    for event in domain_events("answered_caller_hangs_up"):
        keeper.note(event)
        with store.reading():
            legs = list(Leg.select(Leg.ended_at).tuples())
        if legs:
            break
    assert legs == [(None,)]
    with store.reading():
        visit = Visit.get()
        assert (visit.call.outcome, visit.call.ended_at, visit.left_at) == ("", None, None)


def test_what_others_write_about_a_call_outlives_its_records(store: Store) -> None:
    keeper = past(store)
    keeper.take(parse(queued("7f1c", "v1", cc_cause="answered", cc_agent="op01")))
    keeper.take(parse(offered("9a", "7f1c", "v1", "op01", cc_agent_bridged="true")))
    with store.writing():
        leg = Leg.get()
        Leg.update(wrap_up=7_000_000).execute()
        Note.create(call=leg.call, leg=leg, text="折り返し希望", created_at=NOON, changed_at=NOON)
    keeper.take(parse(record("5e", direction="outbound", steps=(("eavesdrop", "9a", 3.0),))))
    with store.reading():
        assert Leg.get(Leg.uuid == "9a").wrap_up == 7_000_000
        assert Note.get().leg.uuid == "9a"
        assert Leg.select().count() == 2


def test_a_visit_that_was_only_guessed_at_gives_way_to_the_true_one(store: Store) -> None:
    steps = (("callcenter", "leak@city", 1.0), ("callcenter", "leak@city", 11.5))
    keeper = past(store)
    keeper.take(parse(queued("7f1c", "v1", joined=11, steps=steps, cc_cause="answered", cc_agent="op01")))
    with store.reading():
        assert [visit.inferred for visit in Visit.select().order_by(Visit.ordinal)] == [True, False]
    rang = {"answer_uepoch": "0", "hangup_cause": "NO_ANSWER"}
    keeper.take(parse(offered("9a", "7f1c", "v0", "op01", start=2, end=9, **rang)))
    with store.reading():
        assert [visit.uuid for visit in Visit.select().order_by(Visit.ordinal)] == ["v0", "v1"]
        assert Offer.get().visit.uuid == "v0"


def test_visits_told_of_in_the_wrong_order_change_places(store: Store) -> None:
    keeper = past(store)
    for visit, joined in (("v2", 21), ("v1", 11), ("v0", 1)):
        body = offered(
            f"9{visit}", "7f1c", visit, "op01", start=joined + 1, cc_queue_joined_epoch=epoch(joined)
        )
        keeper.take(parse(body))
    with store.reading():
        assert [row.uuid for row in Visit.select().order_by(Visit.ordinal)] == ["v0", "v1", "v2"]
        assert {row.first_entered_at for row in Visit.select()} == {Visit.get(uuid="v0").entered_at}


def test_the_flow_s_own_seconds_make_an_abandon_short(store: Store) -> None:
    make_queue("leak@city")
    with store.writing():
        Flow.update(short_abandon=30).execute()
    left = queued("7f1c", "v1", end=20, cc_cause="cancel", cc_cancel_reason="BREAK_OUT")
    past(store).take(parse(left))
    with store.reading():
        assert Visit.get().outcome == "short abandoned"


def test_queues_and_operators_nobody_knows_are_added_out_of_use(store: Store) -> None:
    keeper = past(store)
    keeper.take(parse(offered("9a", "7f1c", "v1", "op99", cc_agent_bridged="true")))
    with store.reading():
        assert (Queue.get().key, Queue.get().active) == ("leak@city", False)
        assert Operator.get().retired_at is not None


def test_a_call_is_judged_by_the_hours_in_force_when_it_came(store: Store) -> None:
    started = parse(record("7f1c")).started_at
    with store.writing():
        for version, at in ((1, NOON.replace(year=2020)), (2, NOON.replace(year=2040))):
            Schedule.create(key="centre", version=version, data={}, created_at=at)
    past(store).take(parse(record("7f1c")))
    with store.reading():
        assert Call.get().schedule.version == 1
        assert Call.get().started_at == started


def test_a_recording_has_a_row_as_soon_as_its_call_is_over(store: Store) -> None:
    keeper = past(store)
    keeper.take(
        parse(
            queued(
                "7f1c", "v1", cc_cause="answered", cc_agent="op01",
                cc_record_filename="/srv/switch/recordings/2027-04-01/7f1c.wav",
            )
        )
    )  # fmt: skip
    keeper.take(parse(offered("9a", "7f1c", "v1", "op01", cc_agent_bridged="true")))
    with store.reading():
        row = Recording.get()
        assert (row.path, row.leg.uuid, row.operator.key) == ("2027-04-01/7f1c.wav", "9a", "op01")


def test_what_the_database_will_never_take_is_told_apart_from_a_database_that_is_away(store: Store) -> None:
    with pytest.raises(RecordRefused, match="refuses"), StoredPast(store).locked():
        CallRecord.create(uuid="", root="", source="nobody", data={}, received_at=NOON)


def test_what_is_cleared_here_is_what_is_kept(store: Store) -> None:
    assert set(KEPT) <= set(MODELS)


def known(number: str, *, names: tuple[str, ...] = ("佐藤 太郎",)) -> list[int]:
    """Contacts who have this number, in a centre in Japan."""
    put(CENTRE, {"region": "JP"})
    contacts = [Contact.create(name=name, created_at=NOON, changed_at=NOON) for name in names]
    for one in contacts:
        ContactNumber.create(contact=one, number=number, shown=number)
    return [one.id for one in contacts]


def contact_of_call(store: Store, number: str = "0762204444") -> int | None:
    one = parse(record("c1", number=number))
    taken = Past(StoredPast(store, normal=lambda region, text: "+81" + text[1:] if text[:1] == "0" else ""))
    taken.take(one)
    taken.take(one)
    with store.reading():
        (call,) = Call.select()
        return call.contact_id


def test_a_call_is_its_contact_s_whose_number_it_came_from(store: Store) -> None:
    with store.writing():
        (sato,) = known("+81762204444")
    assert contact_of_call(store) == sato


@pytest.mark.parametrize("number", ["anonymous", "0762209999"])
def test_a_caller_nobody_knows_has_no_contact(store: Store, number: str) -> None:
    with store.writing():
        known("+81762204444")
    assert contact_of_call(store, number) is None


def test_a_number_that_several_share_tells_nobody_apart(store: Store) -> None:
    with store.writing():
        known("+81762204444", names=("佐藤 太郎", "佐藤 花子"))
    assert contact_of_call(store) is None


def test_a_contact_that_was_chosen_for_a_call_stays(store: Store) -> None:
    with store.writing():
        _, chosen = known("+81762204444", names=("佐藤 太郎", "佐藤 花子"))
    contact_of_call(store)
    with store.writing():
        Call.update(contact=chosen).execute()
        ContactNumber.delete().where(ContactNumber.contact == chosen).execute()
    assert contact_of_call(store) == chosen
