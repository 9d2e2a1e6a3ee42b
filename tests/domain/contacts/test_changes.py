"""Merging loses nothing; a change shows what it changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.contacts import Card, Number, data_of, differences, merged

TEXT = st.sampled_from(["", "a", "b", "北陸"])
NUMBERS = st.lists(
    st.builds(Number, st.sampled_from(["+811", "+812", "+813"]), st.just("01-1"), TEXT),
    unique_by=lambda one: one.number,
    max_size=3,
).map(tuple)
CARDS = st.builds(
    Card,
    name=st.sampled_from(["a", "b"]),
    kana=TEXT,
    organisation=TEXT,
    note=TEXT,
    numbers=NUMBERS,
    tags=st.lists(st.sampled_from(["x", "y"]), unique=True).map(tuple),
)


@given(CARDS, CARDS)
def test_a_merger_keeps_everything_of_both(keep: Card, other: Card) -> None:
    one = merged(keep, other)
    assert {n.number for n in one.numbers} == {n.number for card in (keep, other) for n in card.numbers}
    assert len({n.number for n in one.numbers}) == len(one.numbers)
    assert set(one.tags) == {*keep.tags, *other.tags}
    everything = f"{one.name} {one.kana} {one.organisation} {one.note} {[n.label for n in one.numbers]}"
    for card in (keep, other):
        for text in (card.name, card.kana, card.organisation, card.note, *(n.label for n in card.numbers)):
            assert text in everything
    assert one.name == keep.name


def test_the_same_note_is_not_written_twice() -> None:
    assert merged(Card(name="a", note="昼は不在"), Card(name="a", note="昼は不在")).note == "昼は不在"


def test_another_way_a_number_was_written_is_kept() -> None:
    ours, theirs = Number("+811", "01-1", "代表"), Number("+811", "01-1 内線2", "係")
    assert (
        merged(Card(name="a", numbers=(ours,)), Card(name="a", numbers=(theirs,))).note == "(01-1 内線2 係)"
    )


def test_only_what_changed_is_shown() -> None:
    before = Card(name="a", numbers=(Number("+811", "01-1"),))
    after = Card(name="a", numbers=(Number("+811", "01-1", "携帯"),), tags=("x",))
    assert differences(data_of(before), data_of(after)) == [
        ("numbers", "01-1", "01-1 (携帯)"),
        ("tags", "", "x"),
    ]
    assert differences(data_of(before), data_of(before)) == []
    assert ("name", "", "a") in differences(None, data_of(before))
