"""HTML, PDF and Excel from one report: the same figures, the same bytes, no text taken for markup."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from fsbridge.adapters.reportfiles import FORMS, fonts, written
from fsbridge.domain.figures import Label
from fsbridge.domain.reporting.document import Document, Table
from fsbridge.domain.reporting.layout import laid_out
from fsbridge.errors import ConfigError, InvalidArgument
from tests.services.reports import contents_of, town

HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>#show#[*]$\\{{ @a'


@pytest.fixture(scope="module")
def document() -> Document:
    return laid_out(contents_of(town()))


@pytest.fixture(scope="module")
def hostile() -> Document:
    past = town()
    labels = dict(past.labels())
    labels["operator"] = {"op1": Label(HOSTILE), "op2": Label("+1-2")}
    labels["case"] = {"open": Label("@SUM(A1)"), "road": Label("-1+2")}
    past.names = labels
    past.noted = [replace(past.noted[0], text=HOSTILE, who="\t=1+1")]
    found = contents_of(past)
    return laid_out(replace(found, centre=HOSTILE))


def book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def pages(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


def squeezed(text: str) -> str:
    """Without white space: PDF files break lines as they like. Signs that fonts share count as one."""
    return re.sub(r"\s", "", text).replace("\u2212", "-").replace("\ufffe", "")


def plain(html: str) -> str:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = found.append  # type: ignore[method-assign]
    parser.feed(html)
    return squeezed("".join(found))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_data_give_the_same_bytes(form: str, document: Document) -> None:
    again = laid_out(contents_of(town(), now=datetime(2031, 5, 6, 7, tzinfo=UTC)))
    assert written(document, form) == written(again, form)


def test_another_form_is_refused(document: Document) -> None:
    with pytest.raises(InvalidArgument, match="form is 'doc'; give one of html, pdf, xlsx"):
        written(document, "doc")


def test_every_cell_is_in_every_file(document: Document) -> None:
    html = plain(written(document, "html").decode())
    pdf = squeezed("".join(pages(written(document, "pdf"))))
    for section, table in document.tables:
        assert squeezed(section.title) in html
        if isinstance(table, Table):
            for row in (*table.rows, *table.foot):
                for cell in row:
                    assert squeezed(cell.shown) in html
                    assert squeezed(cell.shown) in pdf, cell


def test_the_page_needs_nothing_beside_it_and_prints_on_a4(document: Document) -> None:
    html = written(document, "html").decode()
    outside = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:)(\w+:)?//", html)
    assert not outside
    assert "<script" not in html
    assert "@page{size:A4 portrait" in html
    assert html.count("<svg") == html.count("</svg>") == 4


def test_what_does_not_add_up_is_red_in_the_page() -> None:
    past = town()
    call = past.records[2]
    past.records[2] = replace(call, visits=[call.visits[0]._replace(outcome="waiting")])
    made = laid_out(contents_of(past))
    assert '<p class="mark broken">× 着信数 7 ≠' in written(made, "html").decode()
    assert "×着信数7≠" in squeezed("".join(pages(written(made, "pdf"))))
    sheet = book(written(made, "xlsx")).worksheets[0]
    (cell,) = [row[0] for row in sheet.iter_rows() if str(row[0].value).startswith("×")]
    assert cell.font.color.rgb == "FFC0392B"


def test_the_pdf_is_a4_with_its_fonts_inside(document: Document) -> None:
    data = written(document, "pdf")
    read = pypdfium2.PdfDocument(data)
    for page in read:
        assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
    assert read.get_metadata_dict()["Title"] == "運用報告書 令和9年度上期"
    assert read.get_metadata_dict()["CreationDate"].startswith("D:20270930150000")
    assert b"/FontFile3" in data or b"/FontFile" in data
    first = squeezed(pages(data)[0])
    for text in ("町", "運用報告書", "令和9年度上期", "令和9年4月1日"):
        assert text in first


def test_numbers_in_the_workbook_are_numbers_in_their_units(document: Document) -> None:
    read = book(written(document, "xlsx"))
    assert read.sheetnames[:3] == ["概況", "前の期間・前年との比較", "月別の状況"]
    sheet = read["月別の状況"]
    assert sheet.freeze_panes == "B3"
    assert sheet.print_title_rows == "$2:$2"
    heads = [cell.value for cell in sheet[2]]
    april = dict(zip(heads, sheet[3], strict=True))
    assert april["月"].value == "令和9年4月"
    assert (april["着信"].value, april["着信"].number_format) == (3, "#,##0")
    assert (april["応答率"].value, april["応答率"].number_format) == (pytest.approx(2 / 3), "0.0%")
    assert april["平均処理"].number_format == "[m]:ss"
    assert april["平均処理"].value.total_seconds() == 90
    assert read.properties.created == datetime(2027, 9, 30, 15)


def test_no_text_is_taken_for_a_formula_or_for_markup(hostile: Document) -> None:
    html = written(hostile, "html").decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    pdf = squeezed("".join(pages(written(hostile, "pdf"))))
    assert squeezed(HOSTILE) in pdf
    cells = [
        cell
        for sheet in book(written(hostile, "xlsx")).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert HOSTILE in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.hyperlink]


def test_a_missing_font_is_said_with_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(
        ConfigError, match="run `pip install noto-cjk-sans-jp-regular`, or make the report as"
    ):
        fonts.font_folders()
