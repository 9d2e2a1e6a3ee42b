"""Notes are kept while they are typed, and find their call whichever was written first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import CaseType
from fsbridge.adapters.store.models import Note as NoteRow
from fsbridge.adapters.store.notes import StoredNotes
from fsbridge.adapters.store.operators import StoredDuties
from fsbridge.domain.duty import Duty, Status
from fsbridge.domain.notes import LONGEST, CaseNeeded, NoteRefused
from fsbridge.services.deskparts import NotYourCall
from fsbridge.services.notes import LEFT_FOR, Notes
from tests.adapters.store.making import NOON, make_operator
from tests.adapters.store.test_wrapups import recorded


@pytest.fixture
def notes(store: Store) -> Notes:
    make_operator("op01")
    make_operator("op02")
    with store.writing():
        CaseType.create(key="leak.road", name="道路漏水")
        CaseType.create(key="none", name="未入力", system=True)
        CaseType.create(key="old", name="旧", active=False)
    return Notes(StoredNotes(store))


@pytest.fixture
def talking(store: Store, notes: Notes) -> Notes:
    with StoredDuties(store).locked() as ledger:
        ledger.put(None, Duty(operator="op01", status=Status.TALKING, since=NOON, leg="9a"))
    return notes


def test_what_is_typed_is_kept_as_one_draft(store: Store, talking: Notes) -> None:
    talking.draft("op01", "9a", "広岡3", "", NOON)
    talking.draft("op01", "9a", "広岡3丁目\r\n2F", "leak.road", NOON + timedelta(seconds=1))
    kept = talking.of("op01", "9a")
    assert kept is not None
    assert (kept.text, kept.case, kept.saved_at) == ("広岡3丁目\n2F", "leak.road", None)
    assert talking.left("op01", NOON + timedelta(hours=1)) == kept
    assert talking.left("op01", NOON + LEFT_FOR + timedelta(minutes=1)) is None
    assert talking.left("op02", NOON) is None
    with store.reading():
        assert NoteRow.select().count() == 1


def test_saved_means_saved_also_when_a_last_keystroke_comes_after_it(talking: Notes) -> None:
    talking.save("op01", "9a", "広岡", "leak.road", NOON)
    late = talking.draft("op01", "9a", "広岡3", "leak.road", NOON + timedelta(seconds=1))
    assert late.saved_at == NOON
    assert talking.left("op01", NOON + timedelta(seconds=2)) is None


@pytest.mark.parametrize("case", ["", "none", "old", "nothing"])
def test_a_note_is_saved_with_a_kind_of_case_that_people_may_choose(talking: Notes, case: str) -> None:
    with pytest.raises(CaseNeeded):
        talking.save("op01", "9a", "広岡", case, NOON)
    assert talking.of("op01", "9a") is None


def test_nobody_writes_on_another_s_call(talking: Notes) -> None:
    for operator, leg in (("op02", "9a"), ("op01", "9b"), ("op01", "")):
        with pytest.raises(NotYourCall):
            talking.draft(operator, leg, "x", "", NOON)


def test_a_note_has_an_end(talking: Notes) -> None:
    with pytest.raises(NoteRefused, match="10000"):
        talking.draft("op01", "9a", "あ" * (LONGEST + 1), "", NOON)


@pytest.mark.parametrize("first", ["note", "record"])
def test_a_note_is_its_call_s_whichever_came_first(store: Store, talking: Notes, first: str) -> None:
    if first == "record":
        recorded(store)
    talking.save("op01", "9a", "広岡", "leak.road", NOON)
    if first == "note":
        recorded(store)
    with store.reading():
        row = NoteRow.get()
        assert (row.call.uuid, row.leg.uuid, row.case_type.key) == ("7f1c", "9a", "leak.road")
