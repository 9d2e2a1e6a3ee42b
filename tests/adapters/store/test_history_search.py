"""Calls looked up in a store, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fields import moment
from fsbridge.adapters.store.history_search import StoredPast
from fsbridge.adapters.store.models import Call, Contact, Note, Offer, Operator, Recording, Visit
from fsbridge.domain.figures import CallRecord, LegRecord, VisitRecord, Window, micros
from fsbridge.domain.sight import Rights, Sight
from fsbridge.errors import FsbridgeError
from fsbridge.services.calls import Calls, Wanted
from tests.adapters.store.histories import lay_out, write
from tests.domain.figures.test_reference import night

NINE = datetime(2027, 3, 1, 0, 0, tzinfo=UTC)
S = 1_000_000


@pytest.fixture
def calls(store: Store) -> Calls:
    """The calls of a quiet morning, one of them transferred and listened to."""
    lay_out(store)
    history = night()
    at = micros(NINE) + 3600 * S
    visit = VisitRecord(
        "v8", "bill@x", "bill", at + 5 * S, at + 5 * S, at + 9 * S, at + 60 * S, "op02", "answered"
    )
    transferred = CallRecord(
        "abcd-1", at, number="+81761234567", flow="bill", outcome="queued", visits=[visit],
        legs=[
            LegRecord("x1", "queue", at + 7 * S, "v8", "op02", at + 9 * S, at + 60 * S, 10 * S, 30 * S),
            LegRecord("x2", "transfer", at + 55 * S, "", "op03", at + 58 * S, at + 200 * S),
            LegRecord("x3", "monitoring", at + 20 * S, "", "op01", at + 20 * S, at + 50 * S),
        ],
        cases=["leak.house"],
    )  # fmt: skip
    write(store, replace(history, calls=[*history.calls, transferred]))
    with store.writing():
        row = Call.get(uuid="abcd-1")
        contact = Contact.create(name="北陸設備", created_at=NINE, changed_at=NINE)
        Call.update(contact=contact, ended_at=moment(at + 200 * S), cause="NORMAL_CLEARING").execute()
        Note.update(text="折り返し 100%_希望", saved_at=moment(at + 230 * S)).where(
            Note.call == row
        ).execute()
        Recording.create(
            path="a.wav",
            call=row,
            started_at=moment(at + 9 * S),
            ended_at=moment(at + 60 * S),
            purged_at=NINE,
        )
        missed = {"visit": Visit.get(uuid="v8"), "operator": Operator.get(key="op01")}
        Offer.create(**missed, offered_at=moment(at + 5 * S), ended_at=moment(at + 6 * S), outcome="rejected")
    return Calls(StoredPast(store))


def uuids(calls: Calls, **wanted: object) -> list[str]:
    return [call.uuid for call in calls.find(Wanted(**wanted)).calls]  # type: ignore[arg-type]


def test_an_operator_s_calls_are_those_with_a_leg_of_theirs(calls: Calls) -> None:
    day = Window(NINE, NINE + timedelta(days=1))
    assert uuids(calls, operator="op03", window=day) == ["abcd-1"], "the transfer"
    assert uuids(calls, operator="op01", window=day) == ["abcd-1", "c1", "c0"], "newest first"
    assert uuids(calls, operator="op01", window=Window(NINE - timedelta(days=1), NINE)) == []


def test_what_is_shown_of_a_call(calls: Calls) -> None:
    (call,) = calls.find(Wanted(operator="op03")).calls
    assert (call.name, call.flow, call.queues, call.outcome) == ("北陸設備", "bill", ("bill@x",), "answered")
    assert call.operators == ("op02", "op03"), "who listened took no part"
    assert (call.wait, call.talk) == (timedelta(seconds=4), timedelta(seconds=51 + 142))
    assert call.cases == ("leak.house",)


def test_cases_notes_and_numbers(calls: Calls) -> None:
    assert uuids(calls, case="leak") == uuids(calls, case="leak.house") == ["abcd-1"]
    assert uuids(calls, case="leak.road") == []
    assert uuids(calls, text="折り返し") == ["abcd-1"]
    assert uuids(calls, text="100%_希") == ["abcd-1"], "a mark of SQL is a letter like others"
    assert uuids(calls, text="1%希") == []
    assert uuids(calls, number="076-123-4567") == uuids(calls, number="4567") == ["abcd-1"]


def test_more_than_the_limit(calls: Calls) -> None:
    found = calls.find(Wanted(limit=2))
    assert (len(found.calls), found.more) == (2, True)
    assert not calls.find(Wanted(limit=6)).more


def test_a_story_is_told_in_order(calls: Calls) -> None:
    story = calls.show("abcd")
    moments = [one.at for one in story.moments]
    assert moments == sorted(moments)
    words = [one.what for one in story.moments]
    assert words[:5] == ["began", "entered", "offered", "offer ended", "connected"]
    assert words[-1] == "noted"
    assert sorted(words[5:-1]) == [
        "ended", "left", "leg answered", "leg answered", "leg began", "leg began", "leg ended", "leg ended",
        "leg ended", "recording began", "recording ended", "wrapped up",
    ]  # fmt: skip
    assert {one.detail.get("outcome") for one in story.moments} >= {"rejected", "answered"}
    assert next(one for one in story.moments if one.what == "recording ended").detail["purged"] == "yes"


def test_a_call_is_named_by_as_much_as_is_its_own(calls: Calls) -> None:
    assert calls.show("c0").call.uuid == "c0"
    with pytest.raises(FsbridgeError, match="several calls begin with 'c'"):
        calls.show("c")
    with pytest.raises(FsbridgeError, match="there is no call 'c%'"):
        calls.show("c%")


def test_a_number_is_found_by_any_part_in_any_notation(calls: Calls) -> None:
    for part in ("０７６１２３", "076-123", "+81 76", "1234567", "76123", "3456"):
        assert "abcd-1" in uuids(calls, number=part), part
    assert uuids(calls, number="0123") == [], "a zero within is a zero"
    assert uuids(calls, numbers=("+81761234567", "0761234567")) == ["abcd-1"]


def test_who_sees_numbers_masked_cannot_find_out_what_is_masked(calls: Calls) -> None:
    other = Sight(Rights(numbers="own"), "op01")
    assert uuids(calls, number="4567", eyes=other) == ["abcd-1"], "the end can be read"
    assert uuids(calls, number="12345", eyes=other) == []
    assert uuids(calls, number="34567", eyes=other) == []
    assert uuids(calls, numbers=("+81761234567",), eyes=other) == ["abcd-1"], "who knows it whole finds it"
    assert uuids(calls, number="12345", eyes=Sight(Rights(numbers="own"), "op02")) == ["abcd-1"], "their own"
    assert uuids(calls, number="12345", eyes=Sight(Rights(numbers="all"))) == ["abcd-1"]


def test_contacts_queues_and_recordings_narrow_a_search(calls: Calls, store: Store) -> None:
    with store.writing():
        Contact.update(search="北陸設備 0761234567", reading="ホクリクセツビ|ホクリクセツビ").execute()
        Call.update(contact=None).where(Call.uuid != "abcd-1").execute()
    assert uuids(calls, contact="ほくりく") == ["abcd-1"]
    assert uuids(calls, contact="ほくりく 金沢") == []
    assert uuids(calls, contact="北陸 0761234567") == ["abcd-1"]
    masked = Sight(Rights(numbers="own"), "op01")
    assert uuids(calls, contact="北陸 4567", eyes=masked) == ["abcd-1"]
    assert uuids(calls, contact="北陸 34567", eyes=masked) == [], "the masked part is no key"
    assert uuids(calls, queue="bill@x") == ["abcd-1"]
    assert uuids(calls, recorded=True) == [], "its file is purged"
    with store.writing():
        Recording.update(purged_at=None).execute()
    assert uuids(calls, recorded=True) == ["abcd-1"]
    assert "abcd-1" not in uuids(calls, recorded=False)
    (call,) = calls.find(Wanted(recorded=True)).calls
    assert call.recorded


def test_totals_say_what_became_of_all_that_fits(store: Store, calls: Calls) -> None:
    past = StoredPast(store)
    totals = past.totals(Wanted(), 100)
    assert totals.all == 6
    assert totals.counts["inbound", "answered"] == 3
    assert totals.counts["inbound", "out of hours"] == 1
    assert not totals.capped
    assert past.totals(Wanted(), 5).capped
    assert past.totals(Wanted(operator="op03"), 5).counts == {("inbound", "answered"): 1}
