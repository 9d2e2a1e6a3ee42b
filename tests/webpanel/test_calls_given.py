"""Recordings heard and taken away, lists given out as files: to whom they may, with what is written down."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry, Contact, Recording
from fsbridge.config import Settings
from fsbridge.routine import recordings_folder
from tests.webpanel.browsing import Browser
from tests.webpanel.pasts import FIRST, HOSTILE, STAR, audit, lay_down, recording, total

Open = Callable[..., Browser]
WHOLE = "from=2027-03-02T00:00&until=2027-03-05T00:00"


@pytest.fixture
def past(store: Store, settings: Settings) -> Store:
    lay_down(store, recordings_folder(settings))
    return store


# Recordings


def test_a_recording_is_heard_after_a_reason_is_in_the_audit_log(past: Store, browser: Open) -> None:
    number = recording(past)
    base = f"/calls/{STAR}/recordings/{number}"
    boss = browser("boss")
    for what in ("sound", "wave"):
        assert boss.get(f"{base}/{what}").status_code == 403
    for form in ({}, {"reason": ""}, {"reason": "other", "more": " \r\n"}, {"reason": "made up"}):
        refused = boss.post(f"{base}/listen", form)
        assert "理由を入力してください" in boss.get(refused.location).text
        assert boss.get(f"{base}/sound", buffered=True).status_code == 403
    assert audit(past, "opened") == []
    boss.post(f"{base}/listen", {"reason": "complaint", "more": "4/2の\r\n申し出"})
    assert audit(past, "opened") == [("boss", "opened", "再生：苦情・お問い合わせへの対応：4/2の 申し出")]
    sound = boss.get(f"{base}/sound", buffered=True)
    assert (sound.status_code, sound.mimetype) == (200, "audio/wav")
    assert sound.data[:4] == b"RIFF"
    part = boss.get(f"{base}/sound", headers={"Range": "bytes=100-199"}, buffered=True)
    assert part.status_code == 206
    assert part.data == sound.data[100:200]
    assert boss.get(f"{base}/sound", headers={"Range": "bytes=99999999-"}, buffered=True).status_code == 416
    wave = boss.get(f"{base}/wave").json
    assert wave["seconds"] == 12
    citizen, operator = wave["peaks"]
    assert len(citizen) == len(operator) <= 900
    assert max(citizen[:100]) > 70 > 5 > max(operator[:100]), "the citizen speaks first, left"
    assert 'class="player"' in boss.get(f"/calls/{STAR}").text
    assert browser("boss").get(f"{base}/sound", buffered=True).status_code == 403, (
        "another browser has given no reason"
    )


def test_operators_hear_their_own_calls_alone(past: Store, browser: Open) -> None:
    mine = browser("op01")
    number = recording(past)
    mine.post(f"/calls/{STAR}/recordings/{number}/listen", {"reason": "content"})
    assert mine.get(f"/calls/{STAR}/recordings/{number}/sound", buffered=True).status_code == 200
    with past.reading():
        other = next(
            row
            for row in Recording.select().where(Recording.purged_at.is_null(), Recording.id != number)
            if row.operator.key not in ("op01", "chief")
        )
        uuid, number = other.call.uuid, other.id
    refused = mine.post(f"/calls/{uuid}/recordings/{number}/listen", {"reason": "content"})
    assert refused.status_code == 403
    assert "再生する権限がありません" in refused.text
    assert mine.get(f"/calls/{uuid}/recordings/{number}/sound", buffered=True).status_code == 403
    assert "ご自身が応対した録音だけ" in mine.get(f"/calls/{uuid}").text
    assert [actor for actor, _, _ in audit(past, "opened")] == ["op01"]


def test_a_recording_of_another_call_is_not_found(past: Store, browser: Open) -> None:
    with past.reading():
        other = Recording.select().where(Recording.id != recording(past)).first()
    boss = browser("boss")
    assert boss.post(f"/calls/{STAR}/recordings/{other.id}/listen", {"reason": "quality"}).status_code == 404


@pytest.mark.parametrize(
    "path", ["../panel.key", "/etc/passwd", "2027-03-04/../../x", "2027-03-04/link.wav", "gone.wav"]
)
def test_no_path_leads_out_of_the_folder(past: Store, browser: Open, settings: Settings, path: str) -> None:
    folder = recordings_folder(settings) / "2027-03-04"
    (folder / "link.wav").symlink_to(settings.home / "panel.key")
    number = recording(past)
    boss = browser("boss")
    base = f"/calls/{STAR}/recordings/{number}"
    boss.post(f"{base}/listen", {"reason": "quality"})
    with past.writing():
        Recording.update(path=path).where(Recording.id == number).execute()
    for answer in (
        boss.get(f"{base}/sound", buffered=True),
        boss.get(f"{base}/wave"),
        boss.post(f"{base}/download", {"reason": "quality"}),
        browser("boss").post(f"{base}/listen", {"reason": "quality"}),
    ):
        assert answer.status_code == 404
        assert "録音ファイルがない" in answer.text


def test_a_supervisor_downloads_for_a_reason(past: Store, browser: Open) -> None:
    number = recording(past)
    boss = browser("boss")
    address = f"/calls/{STAR}/recordings/{number}/download"
    assert boss.post(address, {}).status_code == 302
    assert audit(past, "opened") == []
    file = boss.post(address, {"reason": "disclosure"}, buffered=True)
    assert file.data[:4] == b"RIFF"
    assert file.headers["Content-Disposition"] == "attachment; filename=20270304-100303-5ca1ab1e.wav"
    assert audit(past, "opened") == [("boss", "opened", "ダウンロード：開示請求への対応")]


def test_a_purged_recording_is_gone(past: Store, browser: Open) -> None:
    number = recording(past)
    with past.writing():
        Recording.update(purged_at=FIRST).where(Recording.id == number).execute()
    boss = browser("boss")
    assert "消去しました" in boss.get(f"/calls/{STAR}").text
    assert boss.post(f"/calls/{STAR}/recordings/{number}/listen", {"reason": "quality"}).status_code == 404


def test_a_recording_that_is_not_finished_is_not_offered_yet(past: Store, browser: Open) -> None:
    number = recording(past)
    with past.writing():
        Recording.update(verified_at=None).where(Recording.id == number).execute()
    boss = browser("boss")
    page = boss.get(f"/calls/{STAR}").text
    assert "録音を準備しています" in page
    assert "再生の準備" not in page
    assert boss.post(f"/calls/{STAR}/recordings/{number}/listen", {"reason": "quality"}).status_code == 404


# Files


def query_of(text: str) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(text, keep_blank_values=True).items()}


@pytest.mark.parametrize("query", [WHOLE, f"{WHOLE}&figure=handled", f"{WHOLE}&flow=leak&outcome=abandoned"])
def test_a_file_holds_as_many_lines_as_the_page_says(past: Store, browser: Open, query: str) -> None:
    boss = browser("boss")
    count = total(boss.get(f"/calls?{query}").text)
    utf = boss.post("/calls/export", {**query_of(query), "form": "csv"})
    assert utf.data[:3] == b"\xef\xbb\xbf"
    lines = utf.data.decode("utf-8-sig").split("\r\n")
    assert len(lines) - 2 == count > 0
    sjis = boss.post("/calls/export", {**query_of(query), "form": "csv-sjis"})
    assert sjis.data.decode("cp932").split("\r\n")[0].startswith("日時,発着,電話番号")
    book = boss.post("/calls/export", {**query_of(query), "form": "xlsx"})
    book.close()
    sheet = zipfile.ZipFile(io.BytesIO(book.data)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == count + 1
    assert [one[:2] for one in audit(past, "exported")] == [("boss", "exported")] * 3
    with past.reading():
        entry = AuditEntry.get(AuditEntry.action == "exported")
        assert entry.after == {"form": "csv", "lines": count}
        assert "2027-03-02" in entry.which


def test_no_field_of_a_file_is_a_formula(past: Store, browser: Open) -> None:
    with past.writing():
        Contact.update(name=HOSTILE).execute()
    boss = browser("boss")
    form = query_of(f"{WHOLE}&number=09012345678")
    text = boss.post("/calls/export", {**form, "form": "csv"}).data.decode("utf-8-sig")
    assert "'=cmd|" in text
    assert not re.search(r'(^|,|\n)"?[=+\-@\t\r]', text)
    book = boss.post("/calls/export", {**form, "form": "xlsx"})
    book.close()
    archive = zipfile.ZipFile(io.BytesIO(book.data))
    assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_too_long_a_file_is_refused_plainly(past: Store, browser: Open, monkeypatch) -> None:
    monkeypatch.setattr("webpanel.calls.export.MOST", 10)
    boss = browser("boss")
    refused = boss.post("/calls/export", {**query_of(WHOLE), "form": "csv"})
    assert refused.status_code == 302
    assert "期間を短くしてください" in boss.get(refused.location).text
    assert audit(past, "exported") == []
    assert boss.post("/calls/export", {"form": "exe"}).status_code == 400
