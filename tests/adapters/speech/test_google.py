"""Google's service, by a server of the test's own: what is asked, how a refusal is respected."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator

import pytest

from fsbridge.adapters.speech.decode import decode
from fsbridge.adapters.speech.google import Google
from fsbridge.errors import SpeechBusy, SpeechError
from tests.adapters.speech.service import Service, sounding


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.stop()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_text_comes_back_as_sound(service):
    audio = decode(Google("ja", url=service.url).speak("水道です。", ""))
    assert audio.seconds == pytest.approx(0.5, abs=0.15)
    assert service.asked[0][:2] == ["水道です。", "ja"]


def test_a_long_text_goes_in_parts_and_comes_back_as_one(service):
    text = "本日の受付は終了しました。" * 12
    audio = decode(Google("ja", url=service.url).speak(text, ""))
    assert len(service.asked) > 1
    assert "".join(part[0] for part in service.asked).replace("。", "") == text.replace("。", "")
    assert all(len(part[0]) <= 100 for part in service.asked)
    assert audio.seconds == pytest.approx(0.5 * len(service.asked), abs=0.15 * len(service.asked))


def test_the_voice_is_a_language(service):
    Google("ja", url=service.url).speak("water", "en")
    assert service.asked[0][1] == "en"
    with pytest.raises(SpeechError, match="cannot speak"):
        Google("ja", url=service.url).speak("water", "xx")


def test_after_429_nothing_is_sent_until_the_rest_is_over_and_rests_grow(service):
    clock = Clock()
    google = Google("ja", url=service.url, clock=clock)
    service.answers = [(429, {}, b"")] * 3 + [(200, {}, sounding())]
    rests = []
    for sent in (1, 2, 3):
        with pytest.raises(SpeechBusy, match="429") as refused:
            google.speak("水", "")
        rests.append(refused.value.retry_after)
        clock.now += refused.value.retry_after - 0.5
        with pytest.raises(SpeechBusy, match="rest") as resting:
            google.speak("水", "")
        assert resting.value.retry_after == pytest.approx(0.5)
        assert len(service.asked) == sent
        clock.now += 0.5
    assert rests == [2, 4, 8]
    assert decode(google.speak("水", "")).seconds > 0.3
    service.answers = [(429, {}, b"")]
    with pytest.raises(SpeechBusy) as refused:
        google.speak("水", "")
    assert refused.value.retry_after == 2  # a success forgives


@pytest.mark.parametrize(
    ("header", "rest"),
    [
        ("30", 30),
        (email.utils.formatdate(5000 + 45, usegmt=True), 45),
        ("1", 2),
        ("86400", 600),
        ("soon", 2),
        (email.utils.formatdate(0, usegmt=True), 2),
    ],
)
def test_retry_after_is_respected(service, header, rest):
    service.answers = [(429, {"Retry-After": header}, b"")]
    with pytest.raises(SpeechBusy) as refused:
        Google("ja", url=service.url, wall=lambda: 5000.0).speak("水", "")
    assert refused.value.retry_after == rest


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((403, {}, b"no"), "403 Forbidden"),
        ((500, {}, b""), "500"),
        ((200, {}, b"<html>consent</html>"), "holds no sound"),
        ((200, {}, sounding(b"GIF89a")), "no WAV"),
        ((200, {}, b'jQ1olc","[\\"AAA\\"]'), "holds no sound"),
    ],
)
def test_other_answers_are_errors_with_a_cure(service, answer, why):
    service.answers = [answer]
    with pytest.raises(SpeechError, match=why) as refused:
        Google("ja", url=service.url).speak("水", "")
    assert not isinstance(refused.value, SpeechBusy)


def test_no_network(service):
    service.stop()
    with pytest.raises(SpeechError, match="cannot be reached"):
        Google("ja", url=service.url).speak("水", "")
