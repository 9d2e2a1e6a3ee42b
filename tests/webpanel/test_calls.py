"""The call history in a browser: found, told, heard, given out; each to whom it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.call_story import StoredCalls
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.models import Call, Contact, Note, Setting
from fsbridge.config import Settings
from fsbridge.domain.figures import FIGURES, Question, Step, Window
from fsbridge.domain.reporting.heat import heat_of
from fsbridge.domain.sight import Rights, Sight
from fsbridge.errors import InvalidArgument
from fsbridge.routine import recordings_folder
from fsbridge.services.calllist import CallList
from fsbridge.services.figures import Reporting
from tests.adapters.store.test_calllist import figure_of
from tests.webpanel.browsing import Browser
from tests.webpanel.pasts import A_DAY, DAYS, FIRST, HOSTILE, STAR, audit, lay_down, recording, rows, total
from webpanel.calls import calls_of
from webpanel.calls.asking import asked_of

Open = Callable[..., Browser]
TOKYO = ZoneInfo("Asia/Tokyo")
WINDOW = Window.of_days(date(2027, 3, 2), date(2027, 3, 4), TOKYO)
WHOLE = "from=2027-03-02T00:00&until=2027-03-05T00:00"


@pytest.fixture
def past(store: Store, settings: Settings) -> Store:
    lay_down(store, recordings_folder(settings))
    return store


# Finding


def test_without_a_question_the_page_shows_today(past: Store, browser: Open) -> None:
    page = browser("boss").get("/calls")
    assert total(page.text) == A_DAY + 1
    assert len(rows(page.text)) == 50
    assert all("2027-03-04" in row for row in rows(page.text))
    second = browser("boss").get("/calls?page=2")
    assert len(rows(second.text)) == A_DAY + 1 - 50
    assert not set(rows(page.text)) & set(rows(second.text))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (WHOLE, DAYS * A_DAY + 1),
        (f"{WHOLE}&number=０９０-１２３４-５６７８", 1),
        (f"{WHOLE}&number=1234-56", 1),
        (f"{WHOLE}&number=%2B81 90 1234 5678", 1),
        (f"{WHOLE}&contact=ほくりく", 1),
        (f"{WHOLE}&text=道路から水", 1),
        ("from=2027-03-04T10:02&until=2027-03-04T10:03", 1),
        ("from=2027-03-04T10:03&until=2027-03-04T10:04", 0),
        (f"{WHOLE}&operator=op01&number=5678&outcome=answered&direction=inbound&recorded=yes", 1),
        (f"{WHOLE}&number=09012345678&recorded=no", 0),
        ("number=09012345678", 1),
    ],
)
def test_a_search_is_its_address(past: Store, browser: Open, query: str, count: int) -> None:
    page = browser("boss").get(f"/calls?{query}")
    assert page.status_code == 200
    assert total(page.text) == count
    if count == 1:
        assert STAR in page.text
    again = browser("boss").get("/calls?" + page.request.query_string.decode())
    assert rows(again.text) == rows(page.text)


def test_the_form_shows_what_was_asked(past: Store, browser: Open) -> None:
    boss = browser("boss")
    sent = boss.get(f"/calls?{WHOLE}&flow=leak&number=076&case=&text=%3Cb%3E&operator=")
    assert "case" not in sent.location
    assert "operator" not in sent.location
    text = boss.get(sent.location).text
    assert 'value="2027-03-02T00:00"' in text
    assert '<option value="leak" selected>' in text
    assert 'name="number" value="076"' in text
    assert 'value="&lt;b&gt;"' in text
    days = boss.get("/calls?from=2027-03-02&until=2027-03-04")
    assert 'name="until" value="2027-03-05T00:00"' in days.text
    assert total(days.text) == DAYS * A_DAY + 1


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("from=yesterday", "指定を読み取れません"),
        ("from=yesterday", "give a time like 2027-03-01T09:15"),
        ("from=2027-03-05&until=2027-03-01", "終了が開始より前になっています"),
        ("figure=happy&from=2027-03-05", "give one of offered"),
        ("outcome=happy&from=2027-03-05", "give one of"),
        ("operator=nobody&from=2027-03-05", "no operator"),
    ],
)
def test_what_cannot_be_understood_is_said(past: Store, browser: Open, query: str, why: str) -> None:
    page = browser("boss").get(f"/calls?{query}")
    assert page.status_code == 400
    assert why in unescape(page.text)


# Figures


def reports(store: Store) -> Iterator[tuple[str, Question]]:
    yield "all", Question(window=WINDOW)
    for by in ("flow", "queue", "operator", "case"):
        yield by, Question(window=WINDOW, by=by)
    yield "by day and flow", Question(window=WINDOW, by="flow", step=Step.DAY)
    yield "leak by hour", Question(window=WINDOW, flow="leak", step=Step.HOUR)
    yield "leak by case", Question(window=WINDOW, flow="leak", by="case")
    yield "op01 by queue", Question(window=WINDOW, operator="op01", by="queue")


def test_every_figure_s_address_lists_exactly_what_it_counts(past: Store) -> None:
    """Read as the page reads it, each figure of each row of many reports."""
    stored = StoredCalls(past)
    works = Reporting(stored, FigureShelf(past), TOKYO.key)
    lists = CallList(stored, works)
    numbers = PhoneNumbers("JP")
    seen = set()
    tried = 0

    def listed(address: str) -> int:
        query = {k: v[0] for k, v in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}
        asked = asked_of(query, TOKYO, WINDOW.end, numbers, Sight(Rights(numbers="all")))
        return lists.page(asked.wanted, asked.figure, asked.page).all

    for name, question in reports(past):
        answer = works.answer(question, WINDOW.end)
        filters = {"flow": question.flow, "queue": question.queue, "operator": question.operator}
        lines = [(answer.total, question.window, {})]
        lines += [
            (row.figures, row.interval or question.window, {"by": question.by or "", "row": row.key})
            for row in answer.rows
        ]
        for figures, window, row in lines:
            for figure in FIGURES:
                count = figure_of(figures, figure)
                if not count and figure not in ("offered", "abandoned"):
                    continue
                seen.add(figure)
                tried += 1
                assert listed(calls_of(figure, window, TOKYO, **filters, **row)) == count, (name, row, figure)
    missing = set(FIGURES) - seen
    assert missing <= {"taken out", "unclear", "in flow", "open", "inferred"}, (
        "the past has calls of every kind"
    )
    assert tried > 300


def test_the_page_behind_a_figure_says_the_same_number(past: Store, browser: Open) -> None:
    boss = browser("boss")
    answer = Reporting(StoredCalls(past), FigureShelf(past), TOKYO.key).answer(
        Question(window=WINDOW, by="flow"), WINDOW.end
    )
    row = next(row for row in answer.rows if row.key == "leak")
    for name, count in (
        ("offered", row.figures.tally.offered),
        ("overflowed", row.figures.tally.overflowed),
        ("handled", row.figures.handled),
    ):
        page = boss.get(calls_of(name, WINDOW, TOKYO, by="flow", row="leak"))
        assert page.status_code == 200
        assert total(page.text) == count > 0
        assert "に数えた呼" in page.text
    nothing = boss.get(calls_of("taken_out", WINDOW, TOKYO))
    assert "該当する通話はありません" in nothing.text


def test_a_weekday_s_hour_of_a_figure_lists_what_the_heat_map_counts(past: Store, browser: Open) -> None:
    boss = browser("boss")
    works = Reporting(StoredCalls(past), FigureShelf(past), TOKYO.key)
    heat = heat_of(works.answer(Question(window=WINDOW, step=Step.HOUR), WINDOW.end).rows, TOKYO)
    most, weekday, hour = max(
        (count, day, hour)
        for day, counts in enumerate(heat.counts, 1)
        for hour, count in zip(heat.hours, counts, strict=True)
    )
    page = boss.get(calls_of("offered", WINDOW, TOKYO, weekday=str(weekday), hour=str(hour))).text
    assert total(page) == most > 1
    assert f"{'月火水木金土日'[weekday - 1]}曜日 {hour}時台" in page
    assert total(boss.get(calls_of("offered", WINDOW, TOKYO, weekday=str(weekday))).text) == sum(
        heat.counts[weekday - 1]
    )
    shown = boss.get("/reports?from=2027-03-02&until=2027-03-04").text
    assert f"figure=offered&amp;weekday={weekday}&amp;hour={hour}" in shown
    for wrong in ("weekday=8", "hour=24", "hour=noon"):
        assert boss.get(f"/calls?from=2027-03-01&figure=offered&{wrong}").status_code == 400


def test_rates_lead_to_what_they_are_of_and_unknown_figures_are_refused() -> None:
    assert "figure=answered" in calls_of("asa", WINDOW, TOKYO)
    assert "figure=in-time" in calls_of("service_level", WINDOW, TOKYO)
    assert "figure=left-in-ivr" in calls_of("left_in_ivr", WINDOW, TOKYO)
    assert "by=case&row=" in calls_of("handled", WINDOW, TOKYO, by="case", row="")
    with pytest.raises(InvalidArgument, match="give one of"):
        calls_of("happiness", WINDOW, TOKYO)


def test_an_interval_that_the_clock_shows_twice_keeps_its_offset() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    first = Window.of_days(date(2027, 10, 31), date(2027, 10, 31), lisbon)
    start = first.start.replace(hour=1)
    address = calls_of("offered", Window(start, first.end), lisbon)
    query = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
    asked = asked_of(query, lisbon, first.end, PhoneNumbers("PT"), Sight(Rights()))
    assert asked.wanted.window == Window(start, first.end)


# Who sees what


def test_an_operator_sees_own_numbers_whole_and_others_masked(past: Store, browser: Open) -> None:
    star = f"/calls?{WHOLE}&number=09012345678"
    assert "090-1234-5678" in rows(browser("boss").get(star).text)[0]
    assert "090-1234-5678" in rows(browser("op01").get(star).text)[0], "who took the transfer"
    admin = browser("admin")
    (row,) = rows(admin.get(star).text)
    assert "090-****-5678" in row
    page = admin.get(f"/calls/{STAR}").text
    assert "090-1234-5678" not in page
    assert "09012345678" not in page
    assert "折り返し 090-****-5678 まで" in page
    assert "076-***-9999" in page


def test_masked_digits_cannot_be_searched_for(past: Store, browser: Open) -> None:
    admin = browser("admin")
    assert total(admin.get(f"/calls?{WHOLE}&number=5678").text) == 1
    assert total(admin.get(f"/calls?{WHOLE}&number=0901234").text) == 0
    assert total(browser("boss").get(f"/calls?{WHOLE}&number=0901234").text) == 1


def test_the_centre_s_data_say_who_may_what(past: Store, browser: Open) -> None:
    with past.writing():
        Setting.create(key="calls.rights", value={"administrator": {"numbers": "all"}}, changed_at=FIRST)
    assert "090-1234-5678" in browser("admin").get(f"/calls/{STAR}").text
    with past.writing():
        Setting.update(value={"boss": {}}).execute()
    broken = browser("admin").get("/calls")
    assert broken.status_code == 500
    assert "there is no role 'boss'" in broken.text


def test_files_and_downloads_are_for_supervisors(past: Store, browser: Open) -> None:
    number = recording(past)
    for login in ("op01", "admin"):
        visitor = browser(login)
        assert visitor.post("/calls/export", {"form": "csv"}).status_code == 403
        download = visitor.post(f"/calls/{STAR}/recordings/{number}/download", {"reason": "quality"})
        assert download.status_code == 403
        assert "ファイルに出力" not in visitor.get("/calls").text
    assert audit(past, "exported", "opened") == []


# One call


def test_a_call_is_told_whole(past: Store, browser: Open) -> None:
    page = unescape(browser("boss").get(f"/calls/{STAR}").text)
    for words in ("北陸設備株式会社", "不応答", "保留", "転送", "後処理", "録音の一時停止", "漏水・緊急"):
        assert words in page, words
    moments = rows(page.partition("経過の一覧")[2])
    assert moments[0] == "10:02:11 0:00 090-1234-5678 から着信（076-220-2722）"
    assert any("を呼び出す" in row for row in moments)
    assert moments[-1] == "10:09:41 7:30 中村 和子の後処理が終わる"
    assert sum("メモを保存" in row for row in moments) == 2


def test_a_call_that_is_not_there_is_not_found(past: Store, browser: Open) -> None:
    boss = browser("boss")
    assert boss.get("/calls/nothing").status_code == 404
    assert boss.get(f"/calls/{STAR[:10]}").location == f"/calls/{STAR}"
    assert boss.get("/calls/00000").status_code == 404, "several begin so"


def test_what_callers_and_operators_write_is_text_and_nothing_else(past: Store, browser: Open) -> None:
    with past.writing():
        Contact.update(name=HOSTILE, note=HOSTILE).execute()
        Note.update(text=HOSTILE).execute()
    boss = browser("boss")
    for address in (f"/calls?{WHOLE}", f"/calls/{STAR}", f"/calls?{WHOLE}&text=%3Cscript%3Ealert(1)"):
        page = boss.get(address)
        assert "<script>alert" not in page.text
        assert "alert(1)" in page.text
    with past.writing():
        Call.update(contact=None, number="anonymous").where(Call.uuid == STAR).execute()
    for address in (f"/calls?{WHOLE}", f"/calls/{STAR}"):
        assert "<script>alert" not in boss.get(address).text
