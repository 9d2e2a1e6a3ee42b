"""Studio files of every kind are read; what is no sound, or damaged, is refused with the cure."""

from __future__ import annotations

import shutil
import struct
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.adapters.speech.audio import loudness
from fsbridge.adapters.speech.decode import decode
from fsbridge.errors import SpeechError
from tests.adapters.speech.sounds import file_of, tone

WAV = file_of(tone(seconds=0.2))


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        ("WAV", "PCM_U8"),
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "FLOAT"),
        ("WAV", "ULAW"),
        ("FLAC", "PCM_24"),
        ("OGG", "VORBIS"),
        ("MP3", None),
    ],
)
@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (24000, 1)])
def test_every_usual_file_is_read(kind, subtype, rate, channels):
    sound = tone(1000, 1.0, rate)
    audio = decode(file_of(sound, kind, subtype, channels))
    assert audio.rate == rate
    assert audio.seconds == pytest.approx(1.0, abs=0.12)  # coders pad
    assert loudness(audio) == pytest.approx(loudness(sound), abs=0.5)


def test_a_wav_written_to_a_pipe_claims_a_length_it_has_not():
    endless = bytearray(WAV)
    at = WAV.index(b"data")
    struct.pack_into("<I", endless, at + 4, 0x7FFFF000)
    assert np.array_equal(decode(bytes(endless)).samples, decode(WAV).samples)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="no espeak-ng on this machine")
def test_what_espeak_ng_writes_is_read():
    done = subprocess.run(
        ["espeak-ng", "--stdin", "--stdout"], input=b"water", capture_output=True, check=True, timeout=30
    )
    assert 0.2 < decode(done.stdout).seconds < 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no WAV"),
        (b"<html>", "no WAV"),
        (WAV[:12], "holds no sound"),
        (WAV[:12] + b"junk" + struct.pack("<I", 0), "holds no sound"),
        (WAV[: WAV.index(b"data") + 8], "empty|damaged"),
        (b"fLaC" + bytes(100), "damaged"),
        (b"OggS" + bytes(100), "damaged"),
        (b"ID3" + bytes(100), "damaged|empty"),
    ],
)
def test_what_is_no_sound_is_refused(data, why):
    with pytest.raises(SpeechError, match=why):
        decode(data)


def test_a_recording_that_is_too_long_is_refused_before_it_is_read():
    long = file_of(tone(seconds=301, rate=4000), "FLAC")
    with pytest.raises(SpeechError, match="lasts 301 s; an announcement may last 300 s"):
        decode(long)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["WAV", "FLAC", "OGG", "MP3"]).map(lambda kind: _FILES[kind]), st.data())
def test_damage_is_refused_or_read_but_never_worse(whole, data):
    cut = data.draw(st.integers(0, len(whole)))
    damaged = bytearray(whole[:cut])
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, max(0, cut - 1)), st.integers(0, 255)), max_size=8)
    ):
        if at < len(damaged):
            damaged[at] = byte
    try:
        audio = decode(bytes(damaged))
    except SpeechError:
        return
    assert np.isfinite(audio.samples).all()
    assert len(audio.samples) > 0


_FILES = {kind: file_of(tone(seconds=0.2, rate=24000), kind) for kind in ("WAV", "FLAC", "OGG", "MP3")}
