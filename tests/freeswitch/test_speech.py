"""A synthesised announcement on a real call: what the caller hears is the file, as long and as loud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
import numpy as np
import pytest
import soundfile

from fsbridge import App, Call, CallEnded, Say
from fsbridge.adapters.speech import Studio, Voice
from fsbridge.adapters.speech.audio import LOUDNESS, Audio, loudness, to_wav
from fsbridge.adapters.speech.decode import decode
from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.announcements import StoredShelf
from fsbridge.adapters.store.emergencies import StoredEmergencies
from fsbridge.app import serving
from fsbridge.esl.quoting import Raw
from fsbridge.services.announcements import Announcements
from fsbridge.services.emergency import Emergencies, LiveEmergencies
from tests.adapters.speech.slow import Slow
from tests.adapters.speech.sounds import tone
from tests.freeswitch.freeswitch import LocalSwitch
from tests.waiting import wait_for

NOW = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
CLOSED = "本日の受付は終了しました。開閉栓の受付は、午前八時四十五分からです。"
EXTENSION = """
<extension name="speech"><condition field="destination_number" expression="^710$">
  <action application="socket" data="127.0.0.1:{port} async full"/>
</condition></extension>
"""


class Line:
    """A number that says what it is told to, and a caller who records what is heard."""

    def __init__(self, switch: LocalSwitch, voice: Voice) -> None:
        self.switch = switch
        self.text = CLOSED
        self.sound = lambda: Say(self.text)
        self.recording = switch.conf.home / "recording.wav"
        self.ended: list[str] = []
        self.over = gevent.event.Event()
        app = App("speech", speech=voice)
        app.route("710")(self._speak)
        self._server = serving(app, port=0)
        self._server.start()
        switch.extension("speech", EXTENSION.format(port=self._server.bound_port))

    def _speak(self, call: Call) -> None:
        try:
            call.answer()
            call.execute("record_session", str(self.recording))
            call.pause(1)  # so that both recordings begin before the announcement
            call.play(self.sound())
            call.pause(1)
        except CallEnded as ended:
            self.ended.append(ended.cause)
            raise
        finally:
            self.over.set()

    def heard(self) -> tuple[Audio, Audio]:
        """A call from answer to hang-up: the centre's own recording, and what the caller's end recorded.

        The caller's went through RTP, of which a busy machine loses some packets.
        """
        path = self.switch.conf.home / f"heard-{len(list(self.switch.conf.home.glob('heard-*')))}.wav"
        self.over.clear()
        self.switch.api("originate", f"sofia/trunk/710@{self.switch.sip}", Raw(f"&record({path})"))
        assert self.over.wait(60), "the script did not end"
        self.switch.idle()
        sides, rate = soundfile.read(self.recording, dtype="float32")  # the caller's, and ours
        return spoken_part(Audio(sides[:, 1], rate)), spoken_part(decode(path.read_bytes()))

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def voice(tmp_path: Path) -> Iterator[Voice]:
    one = Voice("openjtalk", tmp_path / "spoken", deadline=120)
    yield one
    one.stop()


@pytest.fixture
def line(switch: LocalSwitch, voice: Voice) -> Iterator[Line]:
    one = Line(switch, voice)
    yield one
    one.stop()
    switch.api("hupall")
    switch.idle()


def spoken_part(audio: Audio) -> Audio:
    """From the first to the last 20 ms that are no silence (a line's is some 60 dB down)."""
    size = audio.rate // 50
    frames = audio.samples[: len(audio.samples) // size * size].reshape(-1, size)
    loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > 10 ** (-45 / 20))
    assert len(loud), "nothing was heard"
    return Audio(frames[loud[0] : loud[-1] + 1].reshape(-1), audio.rate)


def likeness(heard: Audio, file: Audio) -> float:
    """How like the sounds are, between -1 and 1: the median over quarters of a second of the file.

    Each is looked for where it is best, since a busy machine loses a packet now and then.
    """
    size = file.rate // 4
    results = []
    for start in range(0, len(file.samples) - size, size):
        part = file.samples[start : start + size]
        if loudness(Audio(part, file.rate)) < LOUDNESS - 10:
            continue
        around = heard.samples[max(0, start - 6 * size) : start + 3 * size]
        energy = np.convolve(around**2, np.ones(size), mode="valid")
        products = np.correlate(around, part, mode="valid")
        results.append(float(np.max(products / np.sqrt((energy + 1e-9) * np.sum(part**2)))))
    return float(np.median(results))


def is_the_same(hear: Callable[[], tuple[Audio, Audio]], path: str) -> Audio:
    """Asserts that a call's recordings are the sound of this path, as long and as loud; the centre's own.

    A call whose voice a busy machine has torn is placed again, twice at most.
    """
    name = Path(path)
    file = spoken_part(decode((name.parent / "8000" / name.name).read_bytes()))
    for _ in range(3):
        recording, caller = hear()
        if likeness(caller, file) > 0.95:
            break
    assert recording.rate == caller.rate == 8000
    assert recording.seconds == pytest.approx(file.seconds, abs=0.03)
    assert loudness(recording) == pytest.approx(loudness(file), abs=0.3)
    assert loudness(caller) == pytest.approx(loudness(file), abs=1.0)
    for sound in (recording, caller):
        assert likeness(sound, file) > 0.95
    return recording


def test_what_a_caller_hears_is_as_long_and_as_loud_as_the_file(line: Line, voice: Voice) -> None:
    [path] = voice.prepare([CLOSED]).values()
    recording = is_the_same(line.heard, path)
    assert loudness(recording) == pytest.approx(LOUDNESS, abs=1.0)


def test_what_was_not_rendered_ahead_is_rendered_in_the_call(line: Line, voice: Voice) -> None:
    line.text = "ただいまの時間は、十時三十二分です。"
    is_the_same(line.heard, voice.render(line.text, ""))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    one = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    one.migrate()
    yield one
    one.close()


def test_a_named_announcement_is_heard_in_the_version_that_is_published(
    line: Line, voice: Voice, store: Store, tmp_path: Path
) -> None:
    studio = Studio(voice, tmp_path / "published")
    announcements = Announcements(StoredShelf(store), studio)
    path = studio.published.path("out-of-hours")
    line.sound = lambda: path
    first = announcements.speak("out-of-hours", "受付は終了しました。", author="sato", now=NOW)
    second = announcements.speak("out-of-hours", "ただいま休止しています。", author="mori", now=NOW)
    is_the_same(line.heard, voice.folder.path(second.sound))
    announcements.back_to("out-of-hours", 1, author="sato", now=NOW)
    is_the_same(line.heard, voice.folder.path(first.sound))


def test_an_emergency_announcement_is_heard_by_the_next_caller(
    line: Line, voice: Voice, store: Store, tmp_path: Path
) -> None:
    board = StoredEmergencies(store)
    studio = Studio(voice, tmp_path / "published")
    emergencies = Emergencies(board, studio, board.flows)
    live = LiveEmergencies(board.all, studio.published.path)
    line.sound = lambda: live.sound("leak", NOW) or Say(line.text)
    line.text = "受付は終了しました。"
    ordinary = voice.render(line.text, "")
    one = emergencies.put_on("断水しています。", until=NOW + timedelta(hours=1), author="sato", now=NOW)
    live.refresh()
    is_the_same(line.heard, studio.published.path(one.sound))
    emergencies.take_off(author="sato", now=NOW)
    live.refresh()
    is_the_same(line.heard, ordinary)


def test_a_caller_hears_the_prerendered_sound_when_the_engine_does_not_come(
    switch: LocalSwitch, voice: Voice, tmp_path: Path
) -> None:
    [sorry] = voice.prepare(["ただいま音声を準備しています。"]).values()
    broken = Voice("command:false", tmp_path / "none", fallback=sorry)
    line = Line(switch, broken)
    try:
        is_the_same(line.heard, sorry)
    finally:
        line.stop()
        broken.stop()


def test_a_caller_need_not_wait_for_the_engine_to_hang_up(switch: LocalSwitch, tmp_path: Path) -> None:
    slow = Slow(tmp_path)
    voice = slow.voice()
    line = Line(switch, voice)
    try:
        caller = switch.api("originate", f"sofia/trunk/710@{switch.sip}", Raw("&park()")).split()[-1]
        wait_for(slow.spoken, "the engine was asked")
        switch.api("uuid_kill", caller)
        assert line.over.wait(30), "the script still waits"
        assert line.ended == ["NORMAL_CLEARING"]
        slow.open()  # the rendering went on, for the next caller
        assert voice.folder.has(Path(voice.render(CLOSED, "")).stem)
        assert slow.spoken() == [CLOSED]
    finally:
        line.stop()
        voice.stop()
        switch.idle()


@pytest.mark.parametrize(("rate", "hertz"), [(8000, 400), (48000, 1200)])
def test_one_path_gives_each_call_the_file_of_its_own_rate(
    switch: LocalSwitch, tmp_path: Path, rate: int, hertz: int
) -> None:
    """The two files differ here, so that the tone tells which one was opened."""
    folder = SoundFolder(tmp_path / "tones")
    folder.put("a", {8000: to_wav(tone(400, 2.0, 8000)), 48000: to_wav(tone(1200, 2.0, 48000))})
    out = tmp_path / "heard.wav"
    leg = switch.api(
        "originate", Raw(f"{{rate={rate},null_enable_auto_answer=true}}null/nobody"), Raw("&park()")
    ).split()[-1]
    switch.api("uuid_record", leg, "start", str(out))
    switch.api("uuid_broadcast", leg, folder.path("a"), "aleg")
    wait_for(lambda: out.exists() and out.stat().st_size > 2 * rate, "a second of it")
    switch.api("uuid_kill", leg)
    switch.idle()
    heard = spoken_part(decode(out.read_bytes()))
    assert heard.rate == rate
    spectrum = np.abs(np.fft.rfft(heard.samples))
    assert np.argmax(spectrum) * rate / len(heard.samples) == pytest.approx(hertz, abs=5)
