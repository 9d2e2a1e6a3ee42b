"""CSV files as spreadsheets write and read them: nothing is lost without a word."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.contactfile import encoded, lacking, parsed, read_sheet, write_file
from fsbridge.domain.contacts import Fault
from fsbridge.domain.contacts.sheet import SheetError

TEXT = '名前,備考\r\n佐藤,"一行目\r\n二行目"\r\n\r\n鈴木,x\r\n'


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("cp932"), "shift_jis"),
        (TEXT.replace(",", "\t").encode("utf-8-sig"), "utf-8"),
        (TEXT.replace(",", ";").encode("utf-8"), "utf-8"),
    ],
)
def test_what_spreadsheets_write_is_recognised(content: bytes, encoding: str) -> None:
    sheet = parsed(content)
    assert sheet.encoding == encoding
    assert sheet.heading == ("名前", "備考")
    assert [(row.number, row.line, row.cells) for row in sheet.rows] == [
        (2, 2, ("佐藤", "一行目\r\n二行目")),
        (4, 5, ("鈴木", "x")),
    ]


def test_empty_cells_beyond_the_heading_are_nothing() -> None:
    sheet = parsed("名前,備考,,\na,b,,\na,b,c\n".encode())
    assert sheet.heading == ("名前", "備考")
    assert [row.cells for row in sheet.rows] == [("a", "b"), ("a", "b", "c")]


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (b"", "auto", "the file is empty"),
        (TEXT.encode("utf-16"), "auto", "UTF-16; save it as 'CSV UTF-8'"),
        (b"name\na\n\xff\xff\n", "auto", "line 3 is not in shift_jis .byte 0xff"),
        ("名前\n佐藤\n".encode("cp932"), "utf-8", "line 1 is not in utf-8"),
        (b'name,note\na,"b\nc,d\n', "auto", "row 2, from line 2 on, is no CSV: .*not closed"),
        (b'name,note\na,b\nc,"d"e\n', "auto", "row 3, from line 3 on, is no CSV"),
        (b"name\n" + b"a" * 200_000, "auto", "row 2, from line 2 on, is no CSV: field larger"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(content: bytes, encoding: str, said: str) -> None:
    with pytest.raises(SheetError, match=said) as caught:
        parsed(content, encoding)
    assert not caught.value.japanese.isascii()


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2
        )
    )
)
def test_rows_come_back_as_they_went(rows: list[list[str]]) -> None:
    sheet = parsed(encoded([["名前", "備考"], *([f"x{one}", two] for one, two in rows)], "utf-8"))
    assert [list(row.cells) for row in sheet.rows] == [[f"x{one}", two] for one, two in rows]


def test_a_file_of_ours_has_the_mark_spreadsheets_look_for() -> None:
    assert encoded([["名前"]], "utf-8").startswith(codecs.BOM_UTF8)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_shift_jis_gives_back_every_text_it_does_not_report(text: str) -> None:
    if not lacking(text, "shift_jis", "note"):
        assert encoded([[text]], "shift_jis").decode("cp932") == encoded([[text]], "utf-8").decode(
            "utf-8-sig"
        )


def test_each_character_shift_jis_lacks_is_named_with_its_cure() -> None:
    found = lacking("髙島〜𠮷〜", "shift_jis", "name")
    assert [(one.fault, one.found, one.hint) for one in found] == [
        (Fault.LOOKALIKE, "〜", "～"),
        (Fault.NOT_ENCODABLE, "𠮷", "U+20BB7"),
    ]
    assert lacking("髙島〜𠮷〜", "utf-8", "name") == []


def test_every_lookalike_can_be_written() -> None:
    for problem in lacking("〜−‖¢£¬—¥", "shift_jis", "name"):
        assert problem.fault is Fault.LOOKALIKE
        assert lacking(problem.hint, "shift_jis", "name") == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(SheetError, match="cannot be written: No such file"):
        write_file(tmp_path / "nowhere" / "contacts.csv", b"three")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match=r"nowhere.csv cannot be read: No such file"):
        read_sheet(tmp_path / "nowhere.csv")
