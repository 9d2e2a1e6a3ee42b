"""Audio files, from an engine or a studio, read into numbers."""

from __future__ import annotations

import struct
from typing import Any

import miniaudio  # type: ignore[import-untyped]
import numpy as np

from fsbridge.adapters.speech.audio import Audio
from fsbridge.errors import SpeechError

LONGEST = 300.0
"""Seconds an announcement may last."""
LARGEST = 64 * 1024 * 1024
"""Bytes an audio file may have."""

_RATES = (4_000, 192_000)


def decode(data: bytes) -> Audio:
    """The sound in a WAV, FLAC, Ogg Vorbis or MP3 file, its channels mixed into one.

    SpeechError says what is wrong with a file that is none of these, is damaged, or lasts too long.

    >>> decode(b"GIF89a")
    Traceback (most recent call last):
    fsbridge.errors.SpeechError: this is no WAV, FLAC, Ogg Vorbis or MP3 file; export it as one of these
    """
    if len(data) > LARGEST:
        raise SpeechError(f"the file is larger than {LARGEST // 2**20} MB; shorten it")
    look = _look(data)
    data = _with_true_sizes(data) if look is miniaudio.wav_get_info else data
    try:
        about = look(data)
    except miniaudio.MiniaudioError:
        raise SpeechError("the audio file is damaged; export it again") from None
    if not _RATES[0] <= about.sample_rate <= _RATES[1] or not about.nchannels:
        raise SpeechError(f"the file claims {about.sample_rate} samples a second; export it with 48000")
    if about.duration > LONGEST:
        raise SpeechError(
            f"the recording lasts {about.duration:.0f} s; an announcement may last {LONGEST:g} s"
        )
    try:
        sound = miniaudio.decode(
            data, miniaudio.SampleFormat.FLOAT32, nchannels=about.nchannels, sample_rate=about.sample_rate
        )
    except miniaudio.MiniaudioError:
        raise SpeechError("the audio file is damaged; export it again") from None
    samples = np.asarray(sound.samples, dtype=np.float64)
    samples = samples[: len(samples) // about.nchannels * about.nchannels]
    mono = samples.reshape(-1, about.nchannels).mean(axis=1)
    if not np.isfinite(mono).all():
        raise SpeechError("the audio file holds values that are no numbers; export it again")
    if not len(mono):
        raise SpeechError("the audio file is empty; export it again")
    return Audio(mono, about.sample_rate)


def _look(data: bytes) -> Any:
    """What reads the header of this kind of file, told by its first bytes and never by its name."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return miniaudio.wav_get_info
    if data[:4] == b"fLaC":
        return miniaudio.flac_get_info
    if data[:4] == b"OggS":
        return miniaudio.vorbis_get_info
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0):
        return miniaudio.mp3_get_info
    raise SpeechError("this is no WAV, FLAC, Ogg Vorbis or MP3 file; export it as one of these")


def _with_true_sizes(data: bytes) -> bytes:
    """A WAV whose lengths are what is there: programs that write to a pipe put in 2 GB (espeak-ng)."""
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        left = len(data) - at - 8
        if name == b"data" or size > left:
            fixed = bytearray(data)
            struct.pack_into("<I", fixed, at + 4, min(size, left))
            struct.pack_into("<I", fixed, 4, len(data) - 8)
            return bytes(fixed)
        at += 8 + size + size % 2
    raise SpeechError("the WAV file holds no sound; export it again")
