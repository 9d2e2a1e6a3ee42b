"""The voice scripts speak with: one rendering however many ask, never late, always something to hear."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.speech import Readings, Voice
from fsbridge.adapters.speech.audio import CEILING, LOUDNESS, loudness, peak
from fsbridge.adapters.speech.decode import decode
from fsbridge.errors import InvalidArgument, SpeechBusy, SpeechError
from tests.adapters.speech.service import Service, sounding
from tests.adapters.speech.slow import Slow
from tests.adapters.speech.sounds import file_of, tone
from tests.waiting import wait_for


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    one = Slow(tmp_path)
    yield one
    for voice in one.voices:
        voice.stop()


def together(*what: Callable[[], str]) -> list[str]:
    results = [""] * len(what)

    def do(at: int) -> None:
        results[at] = what[at]()

    threads = [threading.Thread(target=do, args=(at,)) for at in range(len(what))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_a_text_is_rendered_once_however_many_ask_in_two_processes(slow):
    one, other = slow.voice(), slow.voice()

    def opened() -> str:
        wait_for(slow.spoken, "the engine was asked")
        slow.open()  # only runs if nobody who waits blocks the hub
        return ""

    asked = [lambda voice=voice: voice.render("水道です。", "") for voice in (one, other) for _ in range(50)]
    paths = set(together(*asked, opened)) - {""}
    assert len(paths) == 1
    assert slow.spoken() == ["水道です。"]
    assert one.folder.has(Path(paths.pop()).stem)


def test_what_is_rendered_is_there_for_the_next_run_without_any_engine(slow):
    slow.open()
    path = slow.voice().render("はい", "")
    again = slow.voice()
    assert again.render("はい", "") == path
    assert again.render(" はい\n", "") == path
    assert slow.spoken() == ["はい"]


def test_a_slow_engine_makes_no_caller_wait_and_the_next_one_hears_the_text(slow):
    voice = slow.voice(deadline=0.0)
    assert [voice.render("水", "") for _ in range(20)] == ["sorry.wav"] * 20
    slow.open()
    path = wait_for(lambda: (path := voice.render("水", "")) != "sorry.wav" and path, "the text itself")
    assert decode(voice.folder.file(Path(path).stem, 8000).read_bytes()).seconds == pytest.approx(0.2)
    assert slow.spoken() == ["水"]


def test_an_engine_that_hangs_is_killed_and_started_again(slow):
    voice = slow.voice(limit=6.0)
    assert voice.render("水", "") == "sorry.wav"
    slow.open()
    assert voice.render("道", "") != "sorry.wav"


def test_stopping_ends_who_waits_and_asking_starts_it_again(slow):
    voice = slow.voice()

    def stop() -> str:
        wait_for(slow.spoken, "the engine was asked")
        voice.stop()
        return "stopped"

    assert together(*[lambda at=at: voice.render(f"水{at}", "") for at in range(3)], stop) == [
        *["sorry.wav"] * 3,
        "stopped",
    ]
    slow.open()
    assert voice.render("道", "") != "sorry.wav"


def test_a_text_that_fails_is_left_alone_for_a_while(slow):
    slow.open()
    voice = slow.voice()
    assert [voice.render("bad", "") for _ in range(3)] == ["sorry.wav"] * 3
    assert voice.render("good", "") != "sorry.wav"
    slow.now += 10
    assert voice.render("bad", "") == "sorry.wav"
    assert slow.spoken() == ["bad", "good", "bad"]


def test_an_earlier_rendering_by_another_engine_is_better_than_the_fallback(slow):
    slow.open()
    earlier = slow.voice().render("水", "")
    now = slow.voice(f"command:{sys.executable} -c 'import sys; sys.exit(1)'", standby=[slow.name])
    assert now.render("水", "someone") == earlier
    assert now.render("道", "") == "sorry.wav"


@pytest.mark.parametrize("text", ["", " \n", "あ" * 1001, "a\0b"])
def test_what_cannot_be_spoken_is_the_fallback_in_a_call_and_an_error_ahead(slow, text):
    voice = slow.voice()
    assert voice.render(text, "") == "sorry.wav"
    with pytest.raises(InvalidArgument, match="must have 1 to 1000 characters"):
        voice.prepare([text])
    assert slow.spoken() == []


def test_the_fallback_can_be_a_text_that_is_rendered_at_the_start(slow):
    voice = slow.voice()
    voice.stand_in("sorry")
    assert voice.render("", "") == "sorry.wav"  # not yet
    slow.open()
    path = wait_for(
        lambda: (path := voice.render("", "")) != "sorry.wav" and path, "the fallback's rendering"
    )
    assert path == voice.render("sorry", "")


def test_a_reading_changes_what_holds_the_word_and_nothing_else(slow):
    slow.open()
    plain = slow.voice()
    paths = plain.prepare(["開閉栓です", "水です"])
    read = slow.voice(readings=Readings({"開閉栓": "かいへいせん"}))
    assert read.render("水です", "") == paths["水です"]
    assert read.render("開閉栓です", "") != paths["開閉栓です"]
    assert slow.spoken() == ["開閉栓です", "水です", "かいへいせんです"]


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.stop()


def test_preparing_rests_when_the_service_asks_for_it(slow, service):
    service.answers = [(429, {}, b""), (200, {}, sounding())]
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        time.sleep(seconds)

    voice = slow.voice(f"google:ja@{service.url}", sleep=rest)
    voice.prepare(["水", "道"])
    assert rests[0] == 2.0
    assert [asked[0] for asked in service.asked] == ["水", "水", "道"]


def test_preparing_gives_up_when_the_service_never_recovers(slow, service):
    service.answers = [(429, {}, b"")]
    rests: list[float] = []
    voice = slow.voice(f"google:ja@{service.url}", sleep=rests.append)
    with pytest.raises(SpeechBusy, match="rest"):
        voice.prepare(["水"], tries=3)
    assert len(rests) == 2
    assert len(service.asked) == 1  # nothing is sent before the rest is over


def test_while_the_service_rests_callers_hear_the_fallback_at_once(slow, service):
    service.answers = [(429, {"Retry-After": "30"}, b"")]
    voice = slow.voice(f"google:ja@{service.url}")
    assert [voice.render(text, "") for text in ("水", "道", "水")] == ["sorry.wav"] * 3
    assert len(service.asked) == 1


def test_the_default_engine_is_equally_loud_at_both_rates(tmp_path):
    voice = Voice("openjtalk", tmp_path, deadline=120)
    name = Path(voice.render("開閉栓の受付は、午前八時四十五分からです。", "")).stem
    voice.stop()
    for rate in (8000, 48000):
        audio = decode(voice.folder.file(name, rate).read_bytes())
        assert audio.rate == rate
        assert loudness(audio) == pytest.approx(LOUDNESS, abs=0.5)
        assert peak(audio) <= CEILING


def test_a_studio_recording_is_checked_and_levelled(slow):
    voice = slow.voice()
    name = voice.take(file_of(tone(440, 1.5, 44100, 0.9), "FLAC", channels=2))
    for rate in (8000, 48000):
        audio = decode(voice.folder.file(name, rate).read_bytes())
        assert (audio.rate, audio.seconds) == (rate, pytest.approx(1.5, abs=0.001))
        assert loudness(audio) == pytest.approx(LOUDNESS, abs=0.2)
    with pytest.raises(SpeechError, match="no WAV"):
        voice.take(b"\x7fELF")
    assert voice.take(file_of(tone(440, 1.5, 44100, 0.9), "FLAC", channels=2)) == name


LIGHT = """
import sys
from pathlib import Path
import fsbridge.app
from fsbridge.adapters.speech import Voice
voice = Voice("openjtalk", Path(sys.argv[1]), deadline=120)
voice.prepare(["はい。"])
voice.stop()
print(sorted({"numpy", "miniaudio", "pyopenjtalk", "gtts", "requests"} & set(sys.modules)))
"""


def test_the_program_that_carries_calls_loads_no_engine_and_no_arithmetic(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "[]\n"
