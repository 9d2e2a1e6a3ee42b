"""Loudness is what it says, nothing clips, another rate is the same sound."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.adapters.speech.audio import (
    CEILING,
    LOUDNESS,
    Audio,
    levelled,
    loudness,
    peak,
    resampled,
    to_wav,
)
from fsbridge.errors import SpeechError
from tests.adapters.speech.sounds import syllables, tone

RATES = st.sampled_from([8000, 11025, 16000, 22050, 24000, 44100, 48000])


def spectrum_peak(audio: Audio) -> float:
    """The strongest frequency, in hertz."""
    return float(np.argmax(np.abs(np.fft.rfft(audio.samples)))) * audio.rate / len(audio.samples)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    seconds=st.floats(0.3, 3),
    rate=RATES,
    amplitude=st.floats(1e-3, 3.0),
    crest=st.floats(0.3, 1.5),
)
def test_every_announcement_is_equally_loud_and_none_clips(seed, seconds, rate, amplitude, crest):
    result = levelled(syllables(seed, seconds, rate, amplitude, crest))
    assert loudness(result) == pytest.approx(LOUDNESS, abs=1.0)
    assert peak(result) <= CEILING


@settings(max_examples=40, deadline=None)
@given(
    samples=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3000),
    rate=RATES,
)
def test_nothing_passes_the_ceiling_whatever_comes_in(samples, rate):
    audio = Audio(np.array(samples), rate)
    try:
        result = levelled(audio)
    except SpeechError:
        assert loudness(audio) == -np.inf
        return
    assert peak(result) <= CEILING
    assert len(result.samples) == len(samples)
    to_wav(result)


def test_a_click_is_turned_down_and_the_speech_around_it_is_not():
    audio = tone(400, 3.0, amplitude=0.1)
    audio.samples[12000] = 1.0
    result = levelled(audio)
    assert peak(result) <= CEILING
    assert loudness(result) == pytest.approx(LOUDNESS, abs=0.5)
    quiet_half = Audio(result.samples[16000:], 8000)
    assert loudness(quiet_half) == pytest.approx(LOUDNESS, abs=0.5)


def test_pauses_do_not_make_an_announcement_louder():
    speech = syllables(1, 2.0, 8000, 0.05, 1.0)
    with_pause = Audio(np.concatenate([speech.samples, np.zeros(40000), speech.samples]), 8000)
    assert loudness(with_pause) == pytest.approx(loudness(speech), abs=0.1)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(8000), np.full(8000, 1e-5)])
def test_silence_is_refused(samples):
    with pytest.raises(SpeechError, match="nothing to be heard"):
        levelled(Audio(samples, 8000))


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 20000), rate=RATES, other=RATES)
def test_another_rate_lasts_as_long(count, rate, other):
    result = resampled(Audio(np.zeros(count), rate), other)
    assert result.rate == other
    assert len(result.samples) == round(count * other / rate)


@settings(max_examples=30, deadline=None)
@given(hertz=st.floats(300, 3000), rate=RATES, other=RATES)
def test_another_rate_is_the_same_sound(hertz, rate, other):
    audio = tone(hertz, 0.5, rate)
    result = resampled(audio, other)
    assert loudness(result) == pytest.approx(loudness(audio), abs=0.1)
    assert spectrum_peak(result) == pytest.approx(hertz, abs=3)


def test_what_the_telephone_cannot_carry_does_not_fold_back():
    within, beyond = tone(1000, 1.0, 48000, 0.1), tone(7000, 1.0, 48000, 0.3)
    both = resampled(Audio(within.samples + beyond.samples, 48000), 8000)
    middle = Audio(both.samples[400:-400], 8000)
    assert np.max(np.abs(middle.samples - resampled(within, 8000).samples[400:-400])) < 10 ** (-60 / 20)


def test_a_wav_is_mono_16_bit_and_says_its_rate():
    with wave.open(io.BytesIO(to_wav(tone(rate=48000)))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48000)
        assert file.getnframes() == 48000


def test_a_wav_never_wraps_around():
    with pytest.raises(SpeechError, match="louder than full scale"):
        to_wav(Audio(np.array([1.5]), 8000))
