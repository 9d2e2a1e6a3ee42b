"""Announcements with versions, on the real engine's folder and the real shelf."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.speech import FileShelf, Studio, Voice
from fsbridge.adapters.speech.decode import decode
from fsbridge.errors import InvalidArgument, SpeechError
from fsbridge.services.announcements import Announcements, Version
from tests.adapters.speech.sounds import file_of, tone

NOW = dt.datetime(2027, 1, 2, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))


class Office:
    """Announcements in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.voice = Voice("openjtalk", folder / "spoken")
        self.studio = Studio(self.voice, folder / "published")
        self.announcements = Announcements(FileShelf(folder / "versions"), self.studio)

    def heard(self, name: str, rate: int = 8000) -> float:
        """How long what is published lasts."""
        return decode(self.studio.published.file(name, rate).read_bytes()).seconds


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    one = Office(tmp_path)
    yield one
    one.voice.stop()


def test_from_a_preview_to_a_version_and_back(office):
    announcements = office.announcements
    preview = Path(announcements.preview("本日の受付は終了しました。"))
    assert decode(preview.read_bytes()).rate == 48000
    assert announcements.names() == []

    first = announcements.speak("closed", "本日の受付は終了しました。", author="sato", now=NOW)
    short = office.heard("closed")
    second = announcements.record(
        "closed", file_of(tone(440, 9.0, 44100)), author="mori", now=NOW, text="終了"
    )
    assert [office.heard("closed", rate) for rate in (8000, 48000)] == pytest.approx([9.0, 9.0], abs=0.01)
    back = announcements.back_to("closed", 1, author="sato", now=NOW)
    assert office.heard("closed") == short

    assert [(one.number, one.source, one.author) for one in announcements.history("closed")] == [
        (1, "speech", "sato"),
        (2, "studio", "mori"),
        (3, "speech", "sato"),
    ]
    assert (first.sound, second.text, announcements.current("closed")) == (back.sound, "終了", back)
    assert back.at.tzinfo == dt.UTC
    assert back.at == NOW


def test_the_same_again_is_no_new_version(office):
    for _ in range(2):
        office.announcements.speak("closed", "はい。", author="sato", now=NOW)
    assert len(office.announcements.history("closed")) == 1


def test_a_bad_recording_changes_nothing(office):
    office.announcements.speak("closed", "はい。", author="sato", now=NOW)
    before = office.heard("closed")
    with pytest.raises(SpeechError, match="no WAV"):
        office.announcements.record("closed", b"PK\3\4", author="sato", now=NOW)
    assert office.heard("closed") == before
    assert len(office.announcements.history("closed")) == 1


@pytest.mark.parametrize("name", ["../closed", "", "a/b", "閉"])
def test_a_name_stays_in_its_folder(office, name):
    with pytest.raises(InvalidArgument, match="small letters"):
        office.announcements.speak(name, "はい。", author="sato", now=NOW)
    with pytest.raises(InvalidArgument, match="small letters"):
        office.announcements.record(name, file_of(tone()), author="sato", now=NOW)
    assert {path.name for path in office.folder.iterdir()} <= {"spoken"}


def test_what_there_is_not(office):
    with pytest.raises(SpeechError, match="there are: none yet"):
        office.announcements.current("closed")
    office.announcements.speak("closed", "はい。", author="sato", now=NOW)
    with pytest.raises(SpeechError, match="there are: closed"):
        office.announcements.current("open")
    with pytest.raises(SpeechError, match="has no version 9; it has 1"):
        office.announcements.back_to("closed", 9, author="sato", now=NOW)


def test_a_time_without_a_zone_is_refused(office):
    with pytest.raises(ValueError, match="aware"):
        office.announcements.speak("closed", "はい。", author="sato", now=NOW.replace(tzinfo=None))


def test_two_people_at_once_lose_nothing(office):
    version = office.announcements.speak("closed", "はい。", author="sato", now=NOW)
    with pytest.raises(SpeechError, match="changed by somebody else"):
        FileShelf(office.folder / "versions").add(version)


def test_published_sounds_come_back_from_the_shelf(office):
    office.announcements.speak("closed", "はい。", author="sato", now=NOW)
    for path in office.studio.published.folder.rglob("*.wav"):
        path.unlink()
    paths = office.announcements.publish_all()
    assert paths == {"closed": office.studio.published.path("closed")}
    assert office.heard("closed") > 0.2


def test_a_damaged_version_is_named(office):
    office.announcements.speak("closed", "はい。", author="sato", now=NOW)
    [path] = office.folder.glob("versions/closed/*.json")
    row = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**row, "colour": "red"}), "utf-8")
    with pytest.raises(SpeechError, match=r"000001.json is no version .* restore it"):
        office.announcements.current("closed")


def test_a_version_written_before_it_was_rendered_gets_its_sound(office):
    shelf = FileShelf(office.folder / "versions")
    shelf.add(Version("closed", 1, "speech", "はい。", "", "", "init", NOW))
    rendered = office.announcements.render("closed", author="sato", now=NOW)
    assert (rendered.number, rendered.author) == (1, "init")
    assert office.announcements.history("closed") == [rendered]
    assert office.heard("closed") > 0.2
    assert [path.name for path in (office.folder / "versions" / "closed").iterdir()] == ["000001.json"]
