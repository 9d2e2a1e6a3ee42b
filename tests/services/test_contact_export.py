"""What is given out can be taken in again without loss, through the file's bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.contactfile import encoded, lacking, parsed
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.domain.contacts import Card, Contact, Fault, problems_of, tidy
from fsbridge.domain.contacts.sheet import Layout
from fsbridge.services.contact_export import export
from tests.adapters.store.making import NOON

PLAN = PhoneNumbers("JP")
TEXT = st.text(max_size=12) | st.text("=+-@'#\t\r\n\",;ｶ漢〜NA/", max_size=8)
WRITTEN = st.sampled_from(
    [
        "0762202722",
        "090-1234-5678",
        "+1 212-555-0100",
        "110",
        "0120328117",
        "0762202111 内線12",
        "+81 76-2202-7220",
    ]
)
NUMBERS = st.lists(st.builds(PLAN.read, WRITTEN), unique_by=lambda one: one.number, max_size=4).map(tuple)
CARDS = st.builds(
    Card,
    name=TEXT,
    kana=TEXT,
    organisation=TEXT,
    note=TEXT,
    numbers=NUMBERS,
    tags=st.lists(TEXT, max_size=3).map(tuple),
).map(tidy)
KEPT = st.lists(CARDS.filter(lambda card: not list(problems_of(card))), max_size=4)


def contacts(cards: list[Card]) -> list[Contact]:
    return [Contact(which, card, NOON, NOON) for which, card in enumerate(cards, start=1)]


@given(KEPT, st.sampled_from(["utf-8", "shift_jis"]), st.sampled_from(["ja", "en"]))
def test_whatever_is_given_out_is_taken_in_as_it_was(cards: list[Card], encoding: str, language: str) -> None:
    rows, lost = export(contacts(cards), language, lambda text, field: lacking(text, encoding, field))
    if lost:
        assert encoding == "shift_jis"
        return
    sheet = parsed(encoded(rows, encoding), encoding)
    layout = Layout(sheet.heading)
    assert [layout.card(row, PLAN) for row in sheet.rows] == [(card, []) for card in cards]


def test_what_the_file_cannot_hold_is_named_with_its_contact() -> None:
    cards = [Card(name="佐藤"), Card(name="𠮷田", tags=("〜",))]
    _, lost = export(contacts(cards), "en", lambda text, field: lacking(text, "shift_jis", field))
    assert [(one.place("en"), one.problem.fault) for one in lost] == [
        ("row 3, #2 𠮷田 name", Fault.NOT_ENCODABLE),
        ("row 3, #2 𠮷田 tags", Fault.LOOKALIKE),
    ]


def test_there_are_as_many_number_columns_as_are_needed() -> None:
    rows, _ = export(contacts([Card(name="a"), Card(name="b", numbers=(PLAN.read("110"), PLAN.read("119")))]),
                     "en", lambda text, field: [])  # fmt: skip
    assert [title for title in rows[0] if title.startswith("number")] == ["number 1", "number 2"]
    assert {len(row) for row in rows} == {9}
