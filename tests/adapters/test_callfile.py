"""Files for spreadsheets: nothing in them is a formula, and no character is lost unseen."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.callfile import csv_pieces, safe, workbook
from fsbridge.errors import InvalidArgument


def read(content: bytes, codec: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(codec), newline="")))


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5)
)
def test_what_is_written_comes_back_and_begins_like_no_formula(rows: list[list[str]]) -> None:
    content = b"".join(csv_pieces(rows, "csv"))
    for row in read(content, "utf-8-sig"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    if all("\r" not in cell and "\n" not in cell and "\0" not in cell for row in rows for cell in row):
        assert read(content, "utf-8-sig") == [[safe(cell) for cell in row] for row in rows]


def test_shift_jis_writes_the_likeness_or_a_mark_for_what_it_lacks() -> None:
    content = b"".join(csv_pieces([["10〜12時", "髙橋", "𠮷田", "☎"]], "csv-sjis"))
    assert read(content, "cp932") == [["10～12時", "髙橋", "〓田", "〓"]]


def test_long_lists_come_in_pieces() -> None:
    pieces = list(csv_pieces(([str(n)] for n in range(1000)), "csv"))
    assert len(pieces) == 5
    assert len(read(b"".join(pieces), "utf-8-sig")) == 1000
    with pytest.raises(InvalidArgument, match="csv or csv-sjis"):
        list(csv_pieces([], "exe"))


def test_a_workbook_has_times_numbers_and_texts_that_are_no_formulas() -> None:
    rows = [[datetime(2027, 3, 4, 10, 2), "=1+1", 12.5, None, "https://evil.example"]]
    with workbook(["a", "b", "c", "d", "e"], rows, [("条件", "=2")]) as file:
        archive = zipfile.ZipFile(file)
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        about = archive.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in sheet + about
    assert "&#39;=1+1" in sheet or "'=1+1" in sheet
    assert "<v>12.5</v>" in sheet
    assert "hyperlink" not in sheet.lower()
