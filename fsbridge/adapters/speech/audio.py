"""Sound as numbers: its level, its loudness set, its rate changed, and as a WAV file."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fsbridge.errors import SpeechError

Samples = NDArray[np.float64]
"""One channel between -1 and 1."""

LOUDNESS = -20.0
"""dBFS, root mean square over what is not silence: the level of every announcement."""
CEILING = -3.0
"""dBFS that no sample passes; telephone coders distort near full scale."""

_FRAME = 0.02  # seconds a level is measured over
_SILENT = -70.0  # dBFS; as in EBU R128, frames below it are silence …
_GATE = -10.0  # … and so are those this far below the mean of the rest
_TAPER = 0.05  # part of the band that fades out below the new limit
_MARGIN = 0.05  # seconds of silence around what is resampled, so that its ends do not meet


@dataclass(frozen=True)
class Audio:
    """One channel of sound and its samples a second.

    >>> Audio(np.zeros(8000), 8000).seconds
    1.0
    """

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def decibel(amplitude: float) -> float:
    """An amplitude (full scale is 1) in dBFS.

    >>> decibel(0.1), decibel(0.0)
    (-20.0, -inf)
    """
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf


def loudness(audio: Audio) -> float:
    """The level of what is not silence, in dBFS: pauses do not make an announcement quieter.

    >>> tone = np.sin(np.arange(8000) * 0.3) * 0.1
    >>> round(loudness(Audio(tone, 8000)), 1)
    -23.0
    >>> round(loudness(Audio(np.concatenate([tone, np.zeros(24000)]), 8000)), 1)
    -23.0
    """
    size = max(1, round(audio.rate * _FRAME))
    padded = np.pad(audio.samples, (0, -len(audio.samples) % size))
    power = np.mean(padded.reshape(-1, size) ** 2, axis=1)
    loud = power[power > 10 ** (_SILENT / 10)]
    if not len(loud):
        return -math.inf
    loud = loud[loud >= np.mean(loud) * 10 ** (_GATE / 10)]
    return 10 * math.log10(float(np.mean(loud)))


def peak(audio: Audio) -> float:
    """The highest sample, in dBFS.

    >>> peak(Audio(np.array([0.0, -0.1]), 8000))
    -20.0
    """
    return decibel(float(np.max(np.abs(audio.samples), initial=0.0)))


def levelled(audio: Audio) -> Audio:
    """At `LOUDNESS`, no sample above `CEILING`; SpeechError for silence.

    Peaks are turned down around themselves, they are not cut off.

    >>> quiet = Audio(np.sin(np.arange(8000) * 0.3) * 0.001, 8000)
    >>> round(loudness(levelled(quiet)), 1)
    -20.0
    """
    result = audio
    for _ in range(4):  # turning peaks down costs some loudness, which is given back
        now = loudness(result)
        if now == -math.inf:
            raise SpeechError("there is nothing to be heard in it; give it words, or a louder recording")
        if result is not audio and abs(now - LOUDNESS) < 0.1:
            break
        gain = 10 ** ((LOUDNESS - now) / 20)
        result = _limited(Audio(result.samples * gain, audio.rate))
    return result


def _limited(audio: Audio) -> Audio:
    """The gain falls some milliseconds before a peak and rises after it.

    Each point of the smoothed gain is a mean of minima over windows that all hold the point, so it is
    never above what the point itself needs.
    """
    ceiling = 10 ** (CEILING / 20) * 0.999  # what rounding to 16 bits may add
    size = max(1, round(audio.rate * 0.001))
    half = 5
    blocks = np.abs(np.pad(audio.samples, (0, -len(audio.samples) % size))).reshape(-1, size).max(axis=1)
    if blocks.max(initial=0.0) <= ceiling:
        return audio
    needed = np.minimum(1.0, ceiling / np.maximum(blocks, 1e-12))
    reach = half + 1
    padded = np.pad(needed, reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * half + 3)[1:-1]
    smooth = np.convolve(np.pad(lowest, half, mode="edge"), window / window.sum(), mode="valid")
    centres = np.arange(len(blocks)) * size + (size - 1) / 2
    return Audio(audio.samples * np.interp(np.arange(len(audio.samples)), centres, smooth), audio.rate)


def resampled(audio: Audio, rate: int) -> Audio:
    """The same sound at another rate; what the new rate cannot carry fades out, nothing folds back.

    >>> resampled(Audio(np.zeros(44100), 44100), 8000).seconds
    1.0
    """
    if rate == audio.rate:
        return audio
    margin = math.ceil(audio.rate * _MARGIN)
    unit = audio.rate // math.gcd(audio.rate, rate)  # this many samples become a whole number of new ones
    margin += -margin % unit
    wanted = round(len(audio.samples) * rate / audio.rate)
    padded = np.pad(audio.samples, (margin, margin + (-len(audio.samples) % unit)))
    size = len(padded) * rate // audio.rate
    spectrum = np.fft.rfft(padded)
    kept = min(len(spectrum), size // 2 + 1)
    spectrum = spectrum[:kept]
    fade = max(1, int(kept * _TAPER))
    spectrum[kept - fade :] *= 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fade))
    whole = np.fft.irfft(spectrum, size) * (size / len(padded))
    start = margin * rate // audio.rate
    return Audio(whole[start : start + wanted], rate)


def joined(parts: Sequence[Audio]) -> Audio:
    """The parts one after the other, at the rate of the first.

    >>> joined([Audio(np.zeros(8000), 8000), Audio(np.zeros(48000), 48000)]).seconds
    2.0
    """
    rate = parts[0].rate
    return Audio(np.concatenate([resampled(part, rate).samples for part in parts]), rate)


def to_wav(audio: Audio) -> bytes:
    """A WAV file: mono, 16 bits. Samples beyond full scale are SpeechError, not noise.

    >>> to_wav(Audio(np.zeros(80), 8000))[:4]
    b'RIFF'
    """
    if np.max(np.abs(audio.samples), initial=0.0) > 1.0:
        raise SpeechError("the sound is louder than full scale; level it first")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(audio.rate)
        file.writeframes(np.round(audio.samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()
