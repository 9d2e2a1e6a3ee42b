"""Talk scripts and announcements in the browser: drafts, versions, sounds heard before they are published."""

from __future__ import annotations

import io
import json
import sys
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.announcements import StoredShelf
from fsbridge.adapters.store.callside import CallSide
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.config import Settings, load
from tests.webpanel.browsing import Browser
from webpanel import Panel

Open = Callable[..., Browser]
BODY = "「はい。」\n→ ある：住所\n## 住所\n1. **町名**をうかがう。\n"


def seen_of(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_a_draft_is_shown_to_nobody_until_it_is_published(browser: Open, store: Store) -> None:
    boss, side = browser("boss"), CallSide(store)
    before = side.script("leak")
    seen = seen_of(boss.get("/admin/scripts/leak").text)
    assert boss.post("/admin/scripts/leak", {"title": "漏水", "body": BODY, "seen": seen}).status_code == 302
    assert side.script("leak") == before
    assert "下書きがあります" in boss.get("/admin").text
    assert boss.post("/admin/scripts/leak/publish/2").status_code == 302
    assert side.script("leak").body == BODY
    boss.post("/admin/scripts/leak/publish/1")
    assert (side.script("leak").version, side.script("leak").body) == (3, before.body)
    with store.connection():
        log = AuditEntry.select().where(AuditEntry.subject == "talk script").order_by(AuditEntry.id)
        assert [(one.actor, one.action) for one in log] == [
            ("boss", "drafted"), ("boss", "published"), ("boss", "published")]  # fmt: skip


def test_who_writes_over_a_newer_version_is_told(browser: Open, store: Store) -> None:
    boss, chief = browser("boss"), browser("chief")
    seen = seen_of(boss.get("/admin/scripts/leak").text)
    sent = {"title": "漏水", "body": BODY, "seen": seen, "publish": "1"}
    assert chief.post("/admin/scripts/leak", sent).status_code == 302
    answer = boss.post("/admin/scripts/leak", {**sent, "body": "私の文"})
    assert answer.status_code == 409
    assert "chief さんが第2版を保存しました" in answer.text
    assert "私の文" in answer.text
    assert CallSide(store).script("leak").body == BODY


@pytest.mark.parametrize("body", ["", " \n", "a\0b", "x" * 20_001])
def test_a_script_that_cannot_be_is_refused(browser: Open, store: Store, body: str) -> None:
    answer = browser("boss").post("/admin/scripts/leak", {"title": "x", "body": body, "seen": "1"})
    assert answer.status_code == 400
    assert answer.text.count('class="notice error') == 1


def test_a_script_is_text_and_never_part_of_the_page(browser: Open) -> None:
    boss = browser("boss")
    body = "</textarea><script>alert(1)</script>"
    boss.post("/admin/scripts/leak", {"title": body, "body": body, "seen": "1"})
    text = boss.get("/admin/scripts/leak").text
    assert "<script>alert(1)" not in text
    assert "&lt;/textarea&gt;" in text


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """As everywhere, but that what speaks is a program of the test's."""
    program = tmp_path / "speak.py"
    program.write_text(
        "import math, struct, sys, wave\n"
        "text = sys.stdin.read()\n"
        "with wave.open(sys.stdout.buffer, 'wb') as out:\n"
        "    out.setparams((1, 2, 16000, 0, 'NONE', ''))\n"
        "    wanted = (int(9000 * math.sin(n / 9)) for n in range(1600 * len(text)))\n"
        "    out.writeframes(b''.join(struct.pack('<h', one) for one in wanted))\n"
    )
    engine = f"command:{sys.executable} {program}"
    return load(home=tmp_path, environment={"FSBRIDGE_SPEECH_ENGINE": engine})


@pytest.fixture(autouse=True)
def _silent_afterwards(panel: Panel) -> Iterator[None]:
    """The speaking process ends with the panel, as it does when that is stopped."""
    yield
    stopped = threading.Event()
    stopped.set()
    for part in panel._parts:
        if part.pages.name == "admin" and part.run is not None:
            part.run(stopped)


def sound_of(browser: Browser, address: str) -> bytes:
    """What a browser hears there, empty for nothing."""
    answer = browser.get(address)
    try:
        assert answer.status_code == 404 or answer.mimetype == "audio/wav"
        return answer.data if answer.status_code == 200 else b""
    finally:
        answer.close()


def recording(seconds: float, level: float) -> bytes:
    samples = (np.sin(np.arange(int(16000 * seconds)) * 0.3) * level * 32767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def test_a_text_is_listened_to_and_then_published(browser: Open, store: Store) -> None:
    boss, admin = browser("boss"), browser("admin")
    heard = boss.post("/admin/sounds/preview", json={"text": "断水のお知らせです。", "voice": ""})
    assert heard.status_code == 200, heard.text
    assert heard.json["seconds"] == pytest.approx(1.0, abs=0.1)
    assert heard.json["level"] == pytest.approx(-20, abs=0.5)
    sound = sound_of(boss, heard.json["address"])
    assert sound.startswith(b"RIFF")
    assert len(StoredShelf(store).history("out-of-hours")) == 1
    assert sound_of(boss, "/admin/sounds/published/out-of-hours") == b""
    assert boss.post("/admin/announcements/out-of-hours/speak", {"text": "x"}).status_code == 403
    sent = {"text": "断水のお知らせです。", "voice": "", "seen": "1"}
    assert admin.post("/admin/announcements/out-of-hours/speak", sent).status_code == 302
    assert sound_of(boss, "/admin/sounds/published/out-of-hours") == sound
    late = admin.post("/admin/announcements/out-of-hours/speak", {**sent, "text": "別の文"})
    assert late.status_code == 400
    assert "先に第2版を公開しました" in late.text
    admin.post("/admin/announcements/out-of-hours/back/1")
    versions = StoredShelf(store).history("out-of-hours")
    assert [(one.number, one.author) for one in versions] == [(1, "test"), (2, "admin"), (3, "admin")]
    assert versions[2].text == versions[0].text
    page = admin.get("/admin/announcements").text
    assert "dBFS" in page
    assert "11件中10件" in admin.get("/admin").text


def test_a_studio_s_file_is_looked_at_and_replaces_the_voice(browser: Open, store: Store) -> None:
    admin = browser("admin")
    quiet = admin.post("/admin/sounds/check", {"file": (io.BytesIO(recording(2, 0.01)), "a.wav")})
    assert quiet.json["seconds"] == pytest.approx(2.0)
    assert "音量がかなり小さい" in quiet.json["cautions"][0]
    loud = admin.post("/admin/sounds/check", {"file": (io.BytesIO(recording(2, 1.0)), "a.wav")})
    assert "音が割れて" in loud.json["cautions"][0]
    wrong = admin.post("/admin/sounds/check", {"file": (io.BytesIO(b"GIF89a"), "a.wav")})
    assert (wrong.status_code, wrong.json) == (400, {"error": "WAV、FLAC、Ogg、MP3のいずれでもありません。"})
    sent = {"file": (io.BytesIO(recording(2, 0.1)), "studio.wav"), "text": "録音です", "seen": "1"}
    assert admin.post("/admin/announcements/new-year/record", sent).status_code == 302
    made = StoredShelf(store).history("new-year")[-1]
    assert (made.source, made.text, made.author) == ("studio", "録音です", "admin")
    bad = {"file": (io.BytesIO(b"MZ"), "evil.exe"), "seen": "2"}
    assert admin.post("/admin/announcements/new-year/record", bad).status_code == 400
    assert len(StoredShelf(store).history("new-year")) == 2


@pytest.mark.parametrize("name", ["..%2f..%2fcentre", "%2e%2e", "A", "x/../y", "nope"])
def test_no_sound_leads_out_of_its_folder(browser: Open, name: str) -> None:
    boss = browser("boss")
    for folder in ("heard", "published"):
        assert boss.get(f"/admin/sounds/{folder}/{name}").status_code == 404


def test_an_announcement_s_name_is_a_file_s_and_taken_once(browser: Open, store: Store) -> None:
    admin = browser("admin")
    for name in ("../x", "Groß", "cut-off"):
        admin.post("/admin/announcements", {"name": name, "text": "はい"})
    assert len(StoredShelf(store).names()) == 11
    assert admin.post("/admin/announcements", {"name": "water-cut", "text": "断水です"}).status_code == 302
    assert StoredShelf(store).history("water-cut")[0].text == "断水です"
    answer = admin.post("/admin/sounds/preview", data=json.dumps(["x"]), content_type="application/json")
    assert answer.status_code == 400
