"""Contact sheets as CSV files: UTF-8 or Shift_JIS, read whole and strictly, written whole or not at all."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fsbridge.domain.contacts import Problem
from fsbridge.domain.contacts.faults import Fault
from fsbridge.domain.contacts.sheet import Row, SheetError

ENCODINGS = {"utf-8": "utf-8-sig", "shift_jis": "cp932"}
"""What people call an encoding, and what Python calls what spreadsheets mean by it."""
LARGEST = 200_000_000
"""Bytes of a file that is read at all; a hundred thousand contacts are about 10 MB."""
_NOBODYS = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
_DELIMITERS = (",", "\t", ";")
_WRITE_INSTEAD = {"〜": "～", "−": "－", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢", "—": "―", "¥": "￥"}
"""Characters Shift_JIS lacks for which it has one that looks the same."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its heading, its rows without the empty ones, and how it was encoded.

    >>> parsed("name,kana\\n佐藤,サトウ\\n".encode("cp932")).encoding
    'shift_jis'
    """

    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str


def read_sheet(path: Path, encoding: str = "auto") -> Sheet:
    """The sheet in a CSV file; SheetError, with place and cure, if it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise SheetError(
            f"{path} cannot be read: {error.strerror}", f"{path} を読めません：{error.strerror}"
        ) from None
    if len(content) > LARGEST:
        raise SheetError(
            f"{path} is larger than {LARGEST:,} bytes; split it",
            f"{path} が大きすぎます（{LARGEST:,}バイトまで）。分割してください",
        )
    return parsed(content, encoding)


def parsed(content: bytes, encoding: str = "auto") -> Sheet:
    """The sheet in the bytes of a CSV file, in ``utf-8``, ``shift_jis``, or whichever of them it is."""
    text, found = _decoded(content, encoding)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    # Strict: a quotation mark left open would swallow the rest of the file without a word.
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line, number = 1, 0
    try:
        for number, cells in enumerate(lines, start=1):
            if any(cell.strip() for cell in cells):
                rows.append(Row(number, line, tuple(cells)))
            line = lines.line_num + 1
    except csv.Error as error:
        raise SheetError(
            f"row {number + 1}, from line {line} on, is no CSV: {error}; "
            "look for a quotation mark that is not closed, and write one within a cell twice",
            f"{number + 1}行目（ファイルの{line}行目から）がCSVとして読めません：{error}。"
            '閉じていない「"」がないか確かめ、セルの中の「"」は二つ重ねてください',
        ) from None
    if not rows:
        raise SheetError(
            "the file is empty; its first row is the heading", "ファイルが空です。1行目は見出しです"
        )
    width = max((at for at, cell in enumerate(rows[0].cells, start=1) if cell.strip()), default=0)
    heading = rows[0].cells[:width]
    return Sheet(heading, tuple(_cut(row, width) for row in rows[1:]), found)


def _cut(row: Row, width: int) -> Row:
    """A row without empty cells beyond the heading: spreadsheets leave them behind."""
    cells = row.cells
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return row if cells is row.cells else Row(row.number, row.line, cells)


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SheetError(
            "the file is in UTF-16; save it as 'CSV UTF-8' in the spreadsheet",
            "ファイルがUTF-16です。表計算ソフトで「CSV UTF-8」として保存し直してください",
        )
    if encoding == "auto":
        for name in ENCODINGS:
            try:
                return _strictly(content, ENCODINGS[name]), name
            except UnicodeDecodeError:
                continue
        encoding = "utf-8" if content.startswith(codecs.BOM_UTF8) else "shift_jis"
    try:
        return _strictly(content, ENCODINGS[encoding]), encoding
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SheetError(
            f"line {line} is not in {encoding} (byte {content[error.start]:#04x}); "
            "save the file as 'CSV UTF-8', or name its encoding with --encoding",
            f"{line}行目が{encoding}ではありません（バイト {content[error.start]:#04x}）。"
            "「CSV UTF-8」で保存し直すか、--encoding で文字コードを指定してください",
        ) from None


def _strictly(content: bytes, codec: str) -> str:
    """The text; UnicodeDecodeError also for the bytes that Python's cp932 reads as characters of nobody's."""
    text = content.decode(codec)
    if codec == "cp932" and (found := _NOBODYS.search(text)):
        start = len(text[: found.start()].encode(codec))
        raise UnicodeDecodeError(codec, content, start, start + 1, "stands for no character")
    return text


def encoded(rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    """Rows as the bytes of a CSV file that spreadsheets open as it is: UTF-8 with its mark, or Shift_JIS.

    What Shift_JIS lacks is to be looked for before, with `lacking`.

    >>> encoded([["name"], ["佐藤"]], "utf-8")[:3] == codecs.BOM_UTF8
    True
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(ENCODINGS[encoding])


def lacking(text: str, encoding: str, field: str) -> list[Problem]:
    """Each character of a text that would not come back from a file of this encoding, with its cure.

    >>> [(one.found, one.hint) for one in lacking("3〜5", "shift_jis", "note")]
    [('〜', '～')]
    """
    codec = ENCODINGS[encoding]
    if text.isascii() or encoding == "utf-8" or text.encode(codec, "replace").decode(codec) == text:
        return []
    wrong = dict.fromkeys(char for char in text if char.encode(codec, "replace").decode(codec) != char)
    return [_lacks(char, field) for char in wrong]


def _lacks(char: str, field: str) -> Problem:
    if char in _WRITE_INSTEAD:
        return Problem(Fault.LOOKALIKE, field, char, _WRITE_INSTEAD[char])
    return Problem(Fault.NOT_ENCODABLE, field, char, f"U+{ord(char):04X}")


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole, for its owner alone, or not at all; SheetError if it cannot be written."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise SheetError(
            f"{path} cannot be written: {error.strerror}; name a folder you may write to",
            f"{path} に書き込めません：{error.strerror}。書き込めるフォルダーを指定してください",
        ) from None
