"""A card is made tidy, and kept only if everything about it can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.contacts import Card, ContactError, Fault, Number, card_of, checked, data_of, tidy

PHONE = Number("+81762202722", "076-220-2722")


def faults(card: Card) -> list[Fault]:
    with pytest.raises(ContactError) as caught:
        checked(card)
    return [problem.fault for problem in caught.value.problems]


def test_spaces_around_texts_and_tags_said_twice_are_taken_out() -> None:
    card = checked(Card(name="\u3000北陸設備 ", kana=" ホクリク", tags=("業者", " 業者", "", "大口")))
    assert (card.name, card.kana, card.tags) == ("北陸設備", "ホクリク", ("大口", "業者"))


def test_a_note_stays_as_it_was_written() -> None:
    assert checked(Card(name="a", note="\t一行目\r\n二行目 ")).note == "\t一行目\r\n二行目 "


def test_everything_that_is_wrong_is_said_at_once() -> None:
    card = Card(name=" ", kana="a\x1b[2J", tags=("a;b",), numbers=(PHONE, PHONE))
    assert faults(card) == [Fault.NO_NAME, Fault.CONTROL, Fault.SEPARATOR, Fault.TWICE]


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\ud800b", "a\x85b"])
def test_no_name_steers_a_terminal_or_breaks_a_database(text: str) -> None:
    assert faults(Card(name=text)) == [Fault.CONTROL]


def test_a_text_has_an_end() -> None:
    assert faults(Card(name="長" * 201)) == [Fault.TOO_LONG]
    checked(Card(name="長" * 200, note="長" * 10_000))


def test_a_rare_form_of_a_character_is_kept() -> None:
    assert checked(Card(name="\ufa19田 髙橋 ﾎｸﾘｸ")).name == "\ufa19田 髙橋 ﾎｸﾘｸ"


def test_a_problem_names_its_cure_in_both_languages() -> None:
    with pytest.raises(ContactError) as caught:
        checked(Card(name=""))
    (problem,) = caught.value.problems
    assert problem.in_full("ja") == "名前：名前がありません。名前を入力してください"
    assert problem.in_full("en") == "name: the name is missing; write one"


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_speaks_both_languages(fault: Fault) -> None:
    japanese, english = (sentence.format(found="x", hint="y") for sentence in fault.value)
    assert not japanese.isascii()
    assert "x" in english or "x" not in japanese
    assert japanese != english


@given(st.builds(Card, name=st.text(), note=st.text(), tags=st.tuples(st.text())))
def test_tidying_twice_is_tidying_once(card: Card) -> None:
    assert tidy(tidy(card)) == tidy(card)


def test_plain_data_and_back() -> None:
    card = Card(name="a", kana="b", numbers=(Number("+81762202722", "076-220-2722", "代表"),), tags=("x",))
    assert card_of(data_of(card)) == card
