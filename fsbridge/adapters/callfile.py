"""Lists as files for spreadsheets: CSV in UTF-8 or Shift_JIS, and Excel; no text is ever a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

from fsbridge.adapters.contactfile import ENCODINGS
from fsbridge.errors import InvalidArgument

FORMS = {"csv": "text/csv; charset=utf-8", "csv-sjis": "text/csv; charset=Shift_JIS", "xlsx": (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}  # fmt: skip
"""The forms there are, with their media types."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LOOKALIKES = str.maketrans("〜−‖¢£¬—", "～－∥￠￡￢―")
_GETA = "〓"
"""What printers set where they lack a character."""
_WIDTHS = (17, 6, 16, 18, 12, 14, 12, 8, 14, 8, 18, 40, 6, 38)


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever it begins with.

    >>> safe("=HYPERLINK(1)"), safe("076-220-2722"), safe("-3")
    ("'=HYPERLINK(1)", '076-220-2722', "'-3")
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_pieces(rows: Iterable[Sequence[object]], form: str) -> Iterator[bytes]:
    """The bytes of a CSV file, a piece for some hundred rows; what Shift_JIS lacks becomes 〓.

    >>> next(csv_pieces([["番号"], ["=1"]], "csv"))[:3] == b"\\xef\\xbb\\xbf"
    True
    """
    if form not in ("csv", "csv-sjis"):
        raise InvalidArgument("form", f"is {form!r}; give csv or csv-sjis")
    codec = ENCODINGS["shift_jis"] if form == "csv-sjis" else "utf-8"
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if codec == "utf-8":
        out.write("\ufeff")
    for number, row in enumerate(rows):
        writer.writerow([safe(_text(cell)) for cell in row])
        if number % 200 == 199:
            yield _encoded(out.getvalue(), codec)
            out.seek(0)
            out.truncate()
    if out.tell():
        yield _encoded(out.getvalue(), codec)


def workbook(
    heading: Sequence[str], rows: Iterable[Sequence[object]], facts: Sequence[tuple[str, str]]
) -> IO[bytes]:
    """An Excel workbook as an open file, which goes when it is closed: the list, and a sheet of `facts`.

    Rows are written as they come; memory stays small.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever gets it closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet("通話")
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(_WIDTHS[: len(heading)]):
        sheet.set_column(column, column, width)
    for column, name in enumerate(heading):
        sheet.write_string(0, column, name, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, last, column, cell, moment)
    sheet.autofilter(0, 0, last, max(0, len(heading) - 1))
    about = book.add_worksheet("条件")
    about.set_column(0, 0, 20)
    about.set_column(1, 1, 60)
    for number, (name, value) in enumerate(facts):
        about.write_string(number, 0, name, bold)
        about.write_string(number, 1, safe(value))
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, cell: object, moment: Any) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), moment)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, safe(str(cell))[:32_767])


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", timespec="seconds")[:19]
    return "" if cell is None else str(cell)


def _encoded(text: str, codec: str) -> bytes:
    if codec == "utf-8":
        return text.encode("utf-8", "replace")
    text = text.translate(_LOOKALIKES)
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return b"".join(_character(char, codec) for char in text)


def _character(char: str, codec: str) -> bytes:
    try:
        return char.encode(codec)
    except UnicodeEncodeError:
        return _GETA.encode(codec)
