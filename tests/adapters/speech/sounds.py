"""Sounds to test with: tones, bursts like syllables, and files of every kind."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from fsbridge.adapters.speech.audio import Audio


def tone(hertz: float = 1000, seconds: float = 1.0, rate: int = 8000, amplitude: float = 0.3) -> Audio:
    return Audio(amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), rate)


def syllables(seed: int, seconds: float, rate: int, amplitude: float, crest: float) -> Audio:
    """Noise in bursts with pauses between; the higher the crest, the more it is made of peaks."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    bursts = np.sin(np.pi * np.arange(count) / rate * 4) ** 2
    noise = np.sign(noise := random.standard_normal(count)) * np.abs(noise) ** crest
    return Audio(amplitude * bursts * noise, rate)


def file_of(audio: Audio, kind: str = "WAV", subtype: str | None = None, channels: int = 1) -> bytes:
    """An audio file: WAV, FLAC, OGG, MP3."""
    buffer = io.BytesIO()
    samples = np.repeat(audio.samples[:, None], channels, axis=1)
    soundfile.write(buffer, samples, audio.rate, format=kind, subtype=subtype)
    return buffer.getvalue()
