"""The figures in a browser: as at the command line, each leading to its calls, for whom they are for."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import (
    AuditEntry,
    CaseType,
    Flow,
    Leg,
    Offer,
    Operator,
    OperatorSpan,
    Visit,
)
from fsbridge.config import Settings
from fsbridge.domain.figures import Figures, Window
from fsbridge.domain.reporting.document import Cell
from fsbridge.printing import PAGE_POLICY
from tests.webpanel.browsing import Browser
from tests.webpanel.pasts import FIRST, audit, lay_down, total
from webpanel.reports.asking import TooFine, TooLong, asked_of
from webpanel.reports.columns import COLUMNS
from webpanel.reports.plots import Place, Plots

Open = Callable[..., Browser]
TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2027, 3, 4, 12, tzinfo=TOKYO)
WHOLE = "from=2027-03-02&until=2027-03-04"
EVIL = "=cmd|'/C calc'!A0<script>alert(1)</script>"


@pytest.fixture
def past(store: Store) -> Store:
    lay_down(store)
    with store.writing():
        for operator in Operator.select().order_by(Operator.key).limit(3):
            at = FIRST + timedelta(hours=9)
            for state, minutes in (("ready", 20), ("talking", 30), ("wrap-up", 5), ("break", 15)):
                until = at + timedelta(minutes=minutes)
                OperatorSpan.create(operator=operator, state=state, started_at=at, ended_at=until)
                at = until
    return store


def from_cli(settings: Settings, *arguments: str) -> dict[str, Any]:
    """What ``fsbridge report figures`` says."""
    home = {"FSBRIDGE_HOME": str(settings.home)}
    done = CliRunner().invoke(main, ["report", "figures", *arguments, "--json"], env=home)
    assert done.stdout, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def in_data(data: dict[str, Any], key: str) -> float | None:
    """A column's figure as the command line has it."""
    handled, outbound = data["handled"], data["outbound"]
    closed = handled["legs"] - handled["open"]
    part = {"talk": "talk", "hold": "hold", "wrap_up": "wrap-up"}.get(key)
    if part is not None:
        return handled[part] / closed if closed else None
    beside = {
        "handled": handled["legs"],
        "outbound": outbound["legs"],
        "outbound_aht": outbound["average"],
        "open": handled["open"] + outbound["open"],
    }
    found: float | None = beside[key] if key in beside else data[key]
    return found


def shown_in_words(data: dict[str, Any], key: str) -> str:
    column = next(one for one in COLUMNS if one.key == key)
    return Cell(in_data(data, key), column.unit).shown


def lines(text: str) -> list[list[tuple[str, str]]]:
    """The table's lines: each cell's words, and where it leads."""
    table = text.partition('<table class="list figures num">')[2].partition("</table>")[0]
    found = []
    for row in table.partition("<tbody>")[2].split("<tr")[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append(
            [
                (
                    " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()),
                    unescape(address[1]) if (address := re.search(r'href="([^"]+)"', cell)) else "",
                )
                for cell in cells
            ]
        )
    return found


def keys_of(text: str) -> list[str]:
    """Which columns the table has; only an operator's time is left out of some."""
    return [one.key for one in COLUMNS if one.group != "work" or ">ログイン時間</th>" in text]


# Counting


@pytest.mark.parametrize(
    "reports",
    [
        {
            "": ("--by", "day"),
            "&by=flow": ("--by", "flow"),
            "&by=queue&every=day": ("--by", "queue", "--by", "day"),
            "&by=case": ("--by", "case"),
        },
        {
            "&by=operator": ("--by", "operator"),
            "&flow=leak&every=hour": ("--flow", "leak", "--by", "hour"),
            "&operator=op01&every=month": ("--operator", "op01", "--by", "month"),
        },
    ],
    ids=["grouped", "filtered"],
)
def test_the_page_says_what_the_command_line_says(
    past: Store, settings: Settings, browser: Open, reports: dict[str, tuple[str, ...]]
) -> None:
    boss = browser("boss")
    for query, arguments in reports.items():
        page = boss.get(f"/reports?{WHOLE}{query}")
        assert page.status_code == 200
        said = from_cli(settings, "--from", "2027-03-02", "--to", "2027-03-04", *arguments)
        keys = keys_of(page.text)
        found = lines(page.text)
        expected = [row["figures"] for row in said["rows"]]
        happened = [one for one in expected if one["arrived"] or one["handled"]["legs"] or one["logged_in"]
                    or one["outbound"]["legs"]]  # fmt: skip
        if said["sum_of_rows"] and said["sum_of_rows"]["offered"] != said["total"]["offered"]:
            happened.append(said["sum_of_rows"])
        happened.append(said["total"])
        assert len(found) == len(happened) > 1, query
        for row, data in zip(found, happened, strict=True):
            assert [text for text, _ in row[2:]] == [shown_in_words(data, key) for key in keys], query


def test_every_column_is_a_figure_of_the_report() -> None:
    counts = {"offered": 9, "answered": 4, "abandoned": 2, "short abandoned": 1, "timed out": 1, "waiting": 1,
              "in time": 3, "handled": 5, "handled open": 1, "handled talk": 4_000_000, "outbound": 2,
              "outbound open": 1, "outbound talk": 9_000_000, "state ready": 5, "state talking": 7,
              "left in IVR": 3, "repeat": 2}  # fmt: skip
    figures = Figures(counts, [3_000_000, 5_000_000, 9_000_000, 30_000_000])
    data = figures.data()
    for column in COLUMNS:
        assert column.value(figures) == pytest.approx(in_data(data, column.key)), column.key


def test_every_number_leads_to_exactly_the_calls_it_counts(past: Store, browser: Open) -> None:
    boss = browser("boss")
    tried = 0
    for query in ("&every=day", "&by=operator", "&by=case&every=none", "&by=queue&flow=leak"):
        page = boss.get(f"/reports?{WHOLE}{query}")
        keys = keys_of(page.text)
        counted = {one.key for one in COLUMNS if one.unit.value == "count"}
        found = lines(page.text)
        for row in (found[0], found[-2], found[-1]):
            for key, (text, address) in zip(keys, row[2:], strict=True):
                if key in counted and address and tried < 60:
                    tried += 1
                    assert total(boss.get(address).text) == int(text.replace(",", "")), (query, key, address)
                assert not (key in counted and text == "0" and address), "nothing to list"
    assert tried > 40


def test_the_address_is_the_question(past: Store, browser: Open) -> None:
    boss = browser("boss")
    form = boss.get(f"/reports?{WHOLE}&every=hour&by=&flow=leak&queue=&operator=&case=")
    assert form.status_code == 302
    assert form.location == f"/reports?{WHOLE}&every=hour&flow=leak"
    page = boss.get(form.location).text
    assert 'value="2027-03-02"' in page
    assert re.search(r'value="hour" selected', page)
    assert re.search(r'value="leak" selected', page)
    assert lines(boss.get(form.location).text) == lines(page)


def test_without_a_question_it_is_today_by_the_hour(past: Store, browser: Open) -> None:
    page = browser("boss").get("/reports").text
    assert "2027-03-04" in page
    assert [row[0][0].split()[0] for row in lines(page)[:2]] == ["08:00–09:00", "09:00–10:00"]


def test_what_is_not_over_is_provisional(past: Store, browser: Open) -> None:
    found = lines(browser("boss").get("/reports?from=2027-03-02&until=2027-03-04&every=day").text)
    leads = [row[0][0] for row in found]
    assert "暫定" in leads[2]
    assert "暫定" in leads[3]
    assert "暫定" not in leads[0] or "1" in found[0][7][0], "but where callers still wait"


def test_a_report_that_does_not_add_up_says_so_and_leads_to_the_calls(past: Store, browser: Open) -> None:
    boss = browser("boss")
    assert "内訳と一致しています" in boss.get(f"/reports?{WHOLE}").text
    with past.writing():
        visit = Visit.select().where(Visit.outcome == "answered").order_by(Visit.id).get()
        call = visit.call
        for one in Visit.select().where(Visit.call == call):
            Offer.delete().where(Offer.visit == one).execute()
            Leg.update(visit=None).where(Leg.visit == one).execute()
            one.delete_instance()
    page = boss.get(f"/reports?{WHOLE}&every=day").text
    assert "内訳と1件合いません" in page
    assert "内訳と一致しています" not in page
    broken = [row for row in lines(page) if "不一致" in row[1][0]]
    assert len(broken) == 2, "the day, and the whole"
    assert total(boss.get(broken[0][1][1]).text) == 1


def test_the_definitions_and_the_basis_are_at_the_foot(past: Store, browser: Open) -> None:
    page = browser("boss").get(f"/reports?{WHOLE}&flow=leak").text
    foot = page.partition("用語の定義（第1版）")[2]
    assert "サービスレベル：最初の待ち開始から10秒以内の応答" in foot
    assert "受付時間の版" in foot
    assert "95%" in foot
    assert "Asia/Tokyo" in foot


def test_charts_show_the_course_and_nothing_where_nothing_was(past: Store, browser: Open) -> None:
    boss = browser("boss")
    page = boss.get(f"/reports?{WHOLE}&by=flow").text
    assert page.count("data-plot") == 4
    assert 'class="bar s-answered"' in page
    assert "style=" not in page, "the content policy forbids it"
    assert boss.get(f"/reports?{WHOLE}&flow=leak").text.count("data-plot") == 3, "time is of no flow"
    empty = boss.get("/reports?from=2020-01-01&until=2020-01-31").text
    assert "data-plot" not in empty
    assert "この期間に該当する記録はありません" in empty


def test_a_bar_is_as_high_as_what_it_shows() -> None:
    low = Figures({"offered": 3, "answered": 2, "abandoned": 1})
    high = Figures({"offered": 6, "answered": 6})
    drawing = Plots([Place("8時", "8", low, "/calls?a"), Place("9時", "9", high, "")], lambda key: key)
    plot = drawing.calls()
    two, one, six = plot.bars
    assert six.height == pytest.approx(3 * two.height) == pytest.approx(6 * one.height)
    assert one.y + one.height == pytest.approx(two.y), "it stands on it"
    assert plot.spots[0].said.splitlines()[:3] == ["8時", "c_offered 3", "c_answered 2"]
    assert plot.spots[0].href == "/calls?a"
    waits = Plots([Place("8時", "8", low, "")], lambda key: key).waits()
    assert waits.lines == (), "nobody waited"


def test_what_cannot_be_answered_is_said(past: Store, browser: Open) -> None:
    boss = browser("boss")
    for query, why in (
        ("from=yesterday", "give a time like"),
        ("from=2027-03-05&until=2027-03-01", "終了が開始より前になっています"),
        ("every=fortnight", "give one of none, 15min"),
        ("by=weather", "give one of flow"),
        ("flow=gas", "no flow 'gas'"),
        ("from=2020-01-01&until=2027-03-04&every=15min", "3,000行を超えます"),
        ("from=1999-01-01&until=2027-01-01", "11年を超えています"),
    ):
        page = boss.get(f"/reports?{query}")
        assert page.status_code == 400, query
        assert why in unescape(page.text), query
        assert '<form class="card asking"' in page.text, "and one can ask again"


def test_a_window_is_read_from_days_and_from_moments() -> None:
    def window(query: dict[str, str]) -> Window:
        return asked_of(query, TOKYO, NOON).window

    days = window({"from": "2027-03-01", "until": "2027-03-02"})
    assert days == Window.of_days(date(2027, 3, 1), date(2027, 3, 2), TOKYO)
    assert window({}) == window({"from": "2027-03-04", "until": "2027-03-04"})
    assert window({"from": "2027-03-02"}).end == window({}).end
    part = window({"from": "2027-03-01T09:00", "until": "2027-03-01T09:45"})
    assert part.length == timedelta(minutes=45)
    with pytest.raises(TooFine):
        asked_of({"from": "2027-01-01", "every": "15min"}, TOKYO, NOON)
    with pytest.raises(TooLong):
        asked_of({"from": "1999-01-01", "every": "none"}, TOKYO, NOON)


# Who sees what


def test_an_operator_sees_nobody_else_s_figures(past: Store, settings: Settings, browser: Open) -> None:
    mine = browser("op01")
    for query in (WHOLE, f"{WHOLE}&operator=op02", f"{WHOLE}&by=operator"):
        page = mine.get(f"/reports?{query}").text
        said = from_cli(settings, "--from", "2027-03-02", "--to", "2027-03-04", "--operator", "op01")
        assert lines(page)[-1][2][0] == str(said["total"]["offered"])
        assert "ご自身の数値だけ" in page
        assert "/reports/export" not in page
        assert 'name="operator"' not in page
    others = [row[0][0] for row in lines(mine.get(f"/reports?{WHOLE}&by=operator").text)]
    with past.reading():
        name = Operator.get(Operator.key == "op01").name
    assert len(others) == 2
    assert name in others[0]
    for path in ("/reports/print", "/reports/print/daily/2027-03-02/page"):
        assert mine.get(path).status_code == 403
    assert mine.post("/reports/export", {"form": "csv"}).status_code == 403
    assert mine.post("/reports/print/daily/2027-03-02/pdf").status_code == 403


def test_supervisors_who_take_calls_and_administrators_see_everybody_s(past: Store, browser: Open) -> None:
    boss, chief, admin = (
        lines(browser(one).get(f"/reports?{WHOLE}").text) for one in ("boss", "chief", "admin")
    )
    assert boss == chief == admin


# Hostile names, files


@pytest.fixture
def hostile(past: Store) -> Store:
    """A centre whose names are what a person with bad intentions would choose."""
    with past.writing():
        Operator.update(name=EVIL).where(Operator.key == "op01").execute()
        Flow.update(name=EVIL).where(Flow.key == "leak").execute()
        CaseType.update(name=EVIL).execute()
    return past


def test_names_are_text_on_the_page(hostile: Store, browser: Open) -> None:
    boss = browser("boss")
    for by in ("flow", "queue", "operator", "case"):
        page = boss.get(f"/reports?{WHOLE}&by={by}&flow=leak").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_files_have_the_page_s_figures_and_no_formula(
    hostile: Store, settings: Settings, browser: Open
) -> None:
    boss = browser("boss")
    question = {"from": "2027-03-02", "until": "2027-03-04", "by": "flow"}
    said = from_cli(settings, "--from", "2027-03-02", "--to", "2027-03-04", "--by", "flow")
    for form, codec in (("csv", "utf-8-sig"), ("csv-sjis", "cp932")):
        answer = boss.post("/reports/export", {**question, "form": form})
        assert answer.status_code == 200
        assert 'filename="figures-20270302-20270304.csv"' in answer.headers["Content-Disposition"]
        heads, *rows = csv.reader(io.StringIO(answer.data.decode(codec)))
        assert (answer.data[:3] == b"\xef\xbb\xbf") == (form == "csv")
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert rows[-1][heads.index("着信数")] == str(said["total"]["offered"])
        assert rows[-1][heads.index("応答率 (%)")] == f"{said['total']['answer_rate'] * 100:.2f}".rstrip("0")
        assert rows[-1][2] == "全体"
        assert sum(int(row[heads.index("応答数")]) for row in rows[:-2]) == said["sum_of_rows"]["answered"]
    book = zipfile.ZipFile(io.BytesIO(boss.post("/reports/export", {**question, "form": "xlsx"}).data))
    sheets = [book.read(name).decode() for name in book.namelist() if "worksheets" in name]
    assert len(sheets) == 3
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<hyperlink" in sheet]
    assert f"<v>{said['total']['offered']}</v>" in sheets[0]
    assert "用語の定義" in book.read("xl/workbook.xml").decode()
    assert [one[:2] for one in audit(hostile, "exported")] == [("boss", "exported")] * 3
    assert boss.post("/reports/export", {**question, "form": "exe"}).status_code == 400


def test_a_file_of_too_many_rows_is_refused_on_the_page(past: Store, browser: Open) -> None:
    question = {"from": "2027-01-01", "until": "2027-03-04", "every": "15min", "form": "csv"}
    assert browser("boss").post("/reports/export", question).status_code == 400
    assert audit(past, "exported") == []


# Reports to print


def test_periods_are_listed_and_shown_in_a_frame(past: Store, browser: Open) -> None:
    boss = browser("boss")
    page = boss.get("/reports/print")
    for name in ("令和8年度下期", "令和8年度上期", "令和9年3月", "令和9年3月3日（水）"):
        assert name in page.text
    assert "<iframe" not in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    chosen = boss.get("/reports/print?kind=daily&period=2027-03-03").text
    source = re.search(r'<iframe src="([^"]+)"', chosen)
    assert source is not None
    report = boss.get(source[1])
    assert report.headers["Content-Security-Policy"] == PAGE_POLICY
    assert report.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "日次報告書" in report.text
    assert "<script" not in report.text
    other = boss.get("/reports")
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"


def test_reports_are_taken_as_files_and_that_is_logged(past: Store, browser: Open) -> None:
    boss = browser("boss")
    for form, magic in (("pdf", b"%PDF-"), ("xlsx", b"PK"), ("html", b"<!doctype html>")):
        answer = boss.post(f"/reports/print/daily/2027-03-03/{form}")
        assert answer.data.startswith(magic)
        assert f'filename="report-daily-2027-03-03.{form}"' in answer.headers["Content-Disposition"]
    with past.reading():
        rows = list(AuditEntry.select().where(AuditEntry.subject == "report").order_by(AuditEntry.id))
    assert [(row.actor, row.action, row.which, row.reason) for row in rows] == [
        ("boss", "exported", "daily 2027-03-03", form) for form in ("pdf", "xlsx", "html")
    ]


def test_any_days_make_a_period(past: Store, browser: Open) -> None:
    boss = browser("boss")
    asked = boss.get("/reports/print?kind=period&first=2027-03-02&last=2027-03-03")
    assert asked.location == "/reports/print?kind=period&period=2027-03-02..2027-03-03"
    page = boss.get(asked.location).text
    assert "/reports/print/period/2027-03-02..2027-03-03/page" in page


def test_periods_and_files_that_are_none_are_refused(past: Store, browser: Open) -> None:
    boss = browser("boss")
    for path, status in (
        ("/reports/print?kind=daily&period=tomorrow", 400),
        ("/reports/print?kind=daily&period=2031-01-01", 400),
        ("/reports/print?kind=hourly&period=1", 404),
        ("/reports/print?kind=period&first=2027-03-05&last=2027-03-01", 302),
        ("/reports/print?kind=period&period=2027-03-05..2027-03-01", 400),
        ("/reports/print?kind=period&period=<script>", 400),
        ("/reports/print/daily/2031-01-01/page", 400),
        ("/reports/print/daily/<script>/page", 400),
        ("/reports/print/hourly/2027-03-03/page", 404),
    ):
        answer = boss.get(path)
        assert answer.status_code == status, path
        assert "<iframe" not in answer.text, path
        assert "<script>" not in answer.text, path
    assert boss.post("/reports/print/daily/2027-03-03/docx").status_code == 404
    assert audit(past, "exported") == []


def test_what_was_mailed_is_shown(past: Store, browser: Open) -> None:
    boss = browser("boss")
    assert "メール送信の記録" not in boss.get("/reports/print").text
    with past.writing():
        for action, why in (("sent", ""), ("could not send", "<b>refused</b>")):
            AuditEntry.create(
                at=FIRST, actor="fsbridge", action=action, subject="report mail", which="monthly 2027-02",
                reason=why, after={"to": "chief@example.jp"},
            )  # fmt: skip
    page = boss.get("/reports/print").text
    assert "令和9年2月" in page.partition("メール送信の記録")[2]
    assert "送信できず" in page
    assert "&lt;b&gt;refused" in page


def test_addresses_are_the_centre_s_own(past: Store, browser: Open) -> None:
    """Every address on the page leads into the panel."""
    page = browser("boss").get(f"/reports?{WHOLE}&by=case").text
    for address in re.findall(r'(?:href|data-href|action|src)="([^"]+)"', page):
        assert not urlsplit(unescape(address)).netloc
