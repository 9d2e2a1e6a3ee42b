"""A sheet's heading and rows, whatever a spreadsheet did to them; cells that come back as they went."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fsbridge.domain.contacts import Card, ContactError, Fault, Number, Problem
from fsbridge.domain.contacts.sheet import Layout, Row, SheetError, cells_of, guarded, heading, unguarded

FORMULAS = ["=1+1", "+81", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1", "''", "#N/A", "####"]


class Digits:
    """Reads ten digits, as they are."""

    def read(self, text: str) -> Number:
        if not text.isdigit() or len(text) != 10:
            raise ContactError([Problem(Fault.NO_NUMBER, "number", text, "0762202722")])
        return Number(f"+81{text[1:]}", text)


def card_of(titles: str, *cells: str) -> tuple[Card, list[tuple[str, Fault]]]:
    card, findings = Layout(titles.split(",")).card(Row(2, 2, cells), Digits())
    return card, [(finding.column, finding.problem.fault) for finding in findings]


@given(st.text() | st.sampled_from(FORMULAS))
@example("=cmd|' /C calc'!A0")
@example("'#N/A")
def test_a_cell_comes_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]), st.text())
def test_no_cell_begins_as_a_formula_does(first: str, rest: str) -> None:
    assert guarded(first + rest)[0] == "'"


@pytest.mark.parametrize("cell", ["'90s rock", "plain", "", "'0762202722"])
def test_an_apostrophe_of_the_writers_own_stays(cell: str) -> None:
    assert unguarded(cell) == cell


@given(
    st.text(string.printable + "漢ｶ=+-@'", min_size=1).filter(str.strip),
    st.text(string.printable + "漢ｶ=+-@'\t\r"),
    st.lists(st.integers(0, 10**9 - 1), unique=True, max_size=3),
)
def test_a_card_is_read_from_its_own_cells(name: str, note: str, numbers: list[int]) -> None:
    held = tuple(Number(f"+81{one:09}", f"0{one:09}", f"l{one}") for one in numbers)
    clean = "".join(char for char in name if char.isprintable()).strip() or "x"
    note = "".join(char for char in note if char.isprintable() or char in "\t\r\n")
    card = Card(name=clean, note=note, numbers=held, tags=("a", "b"))
    for language in ("ja", "en"):
        again, findings = Layout(heading(language, 3)).card(Row(2, 2, tuple(cells_of(card, 3))), Digits())
        assert (again, findings) == (card, [])


@pytest.mark.parametrize(
    "titles", ["氏名,ふりがな,ＴＥＬ,メモ", "name,Kana,phone_number,NOTES", "お名前,カナ,電話番号１,備考"]
)
def test_headings_are_understood_however_they_are_written(titles: str) -> None:
    card, found = card_of(titles, "佐藤", "サトウ", "0762202722", "昼")
    assert found == []
    assert (card.name, card.kana, card.numbers[0].number, card.note) == (
        "佐藤",
        "サトウ",
        "+81762202722",
        "昼",
    )


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        ("名前,住所", "'住所' .column B. is no field"),
        ("カナ,電話", "no heading 'name'"),
        ("名前,氏名", "two columns are the name: 名前 .A. and 氏名 .B."),
        ("名前,電話,電話番号1", "two columns are the number"),
        ("名前,備考2", "'備考2' .column B. is no field"),
    ],
)
def test_a_heading_that_loses_something_is_refused(titles: str, said: str) -> None:
    with pytest.raises(SheetError, match=said) as caught:
        Layout(titles.split(","))
    assert not caught.value.japanese.isascii()


def test_a_column_may_be_left_out_by_name() -> None:
    assert Layout(["名前", "住所"], skip=["住所"]).fields == {"name"}


def test_several_numbers_may_stand_in_one_cell_or_in_several() -> None:
    card, found = card_of(
        "名前,電話1,種類1,電話2", "a", "0762200001；0762200002\n0762200003", "代表", "'0762200004"
    )
    assert found == []
    assert [(one.shown[-1], one.label) for one in card.numbers] == [
        ("1", "代表"), ("2", "代表"), ("3", "代表"), ("4", ""),
    ]  # fmt: skip


WRONG = {
    "a number that is none": (("名前,電話", "a", "abc"), [("電話 (B)", Fault.NO_NUMBER)]),
    "no name": (("名前,電話", "", "0762202722"), [("名前 (A)", Fault.NO_NAME)]),
    "an error value": (("名前,備考", "a", "#REF!"), [("備考 (B)", Fault.ERROR_VALUE)]),
    "a comma that was not quoted": (("名前,備考", "a", "b", "c"), [("", Fault.TOO_MANY_CELLS)]),
    "a cell under no heading": (("名前,,備考", "a", "b", "c"), [("(B)", Fault.NO_HEADING)]),
    "a label without its number": (("名前,電話,種類", "a", "", "携帯"), [("種類 (C)", Fault.LABEL_ALONE)]),
    "one number twice": (("名前,電話,電話2", "a", "0762202722", "0762202722"), [("電話 (B)", Fault.TWICE)]),
    "a line break in a name": (("名前", "a\nb"), [("名前 (A)", Fault.CONTROL)]),
}  # fmt: skip


@pytest.mark.parametrize("why", WRONG)
def test_what_is_wrong_is_said_with_its_column(why: str) -> None:
    arguments, expected = WRONG[why]
    _, found = card_of(*arguments)
    assert found == expected


def test_a_row_that_ends_early_has_empty_cells() -> None:
    card, found = card_of("名前,カナ,備考", "a")
    assert (card, found) == (Card(name="a"), [])
