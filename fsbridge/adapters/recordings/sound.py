"""The sound of recordings: raw files read (or mended), compressed, and compared with what was compressed."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]

from fsbridge.domain.recordingwave import HEAD, Wave, guess, read_wave

FORMATS = {"flac": ("FLAC", "PCM_16"), "opus": ("OGG", "OPUS")}
"""What recordings can be kept as, in libsndfile's words."""
_SECONDS = 30
"""Seconds of sound that are in memory at a time."""
_OPUS_DELAY = timedelta(milliseconds=100)
_LOUD = 50.0
"""Below this mean (of 32,768) a channel is as good as silent."""

Samples = np.ndarray[Any, np.dtype[np.int16]]


class Unreadable(Exception):
    """There is no sound in this file that could be understood; the text says why."""


class Differs(Exception):
    """What was compressed is not what it was made from."""


@dataclass(frozen=True)
class Read:
    """A raw file's sound, and whether its header had to be mended."""

    wave: Wave
    repaired: bool


def read_raw(file: int, lengths: Sequence[timedelta]) -> Read:
    """How the sound lies in an open raw file; Unreadable if it cannot be told."""
    size = os.fstat(file).st_size
    head = os.pread(file, HEAD, 0)
    wave = read_wave(head, size)
    if wave is not None and wave.frames:
        return Read(wave, not wave.whole)
    guessed = guess(size, lengths) if wave is None else None
    if guessed is None or not guessed.frames:
        raise Unreadable(
            "it holds no sound" if wave is not None else "its header is gone, and its size fits no length"
        )
    return Read(guessed, repaired=True)


def blocks(file: int, wave: Wave) -> Iterator[Samples]:
    """The samples of a raw file, some seconds at a time: a row a frame, a column a channel."""
    step = 2 * wave.channels
    at, end = wave.begins, wave.begins + wave.frames * step
    while at < end:
        piece = os.pread(file, min(end - at, _SECONDS * wave.rate * step), at)
        if not piece:
            raise Unreadable("it became shorter while it was read")
        piece = piece[: len(piece) // step * step]
        at += len(piece)
        yield np.frombuffer(piece, "<i2").reshape(-1, wave.channels)


def compress(file: int, wave: Wave, kind: str) -> bytes:
    """A raw file's sound in another format, whole in memory; the disk is not touched."""
    form, subtype = FORMATS[kind]
    out = io.BytesIO()
    with soundfile.SoundFile(
        out, "w", samplerate=wave.rate, channels=wave.channels, format=form, subtype=subtype
    ) as sound:
        for block in blocks(file, wave):
            for part in np.array_split(block, max(1, len(block) // wave.rate)):  # libsndfile's stack is small
                sound.write(part)
    return out.getvalue()


def compare(file: int, wave: Wave, kept: Any, kind: str) -> None:
    """Decode what was kept, against the raw file: FLAC by sample, Opus by length and loudness; Differs."""
    kept.seek(0)
    with soundfile.SoundFile(kept) as sound:
        if (sound.samplerate, sound.channels) != (wave.rate, wave.channels):
            raise Differs(f"it has {sound.channels} channels at {sound.samplerate} Hz")
        if kind == "flac":
            for block in blocks(file, wave):
                if not np.array_equal(sound.read(len(block), dtype="int16", always_2d=True), block):
                    raise Differs("its samples are not those of the raw file")
            if len(sound.read(1, dtype="int16")):
                raise Differs("it goes on after the raw file's end")
            return
        before = _loudness(blocks(file, wave), wave.channels)
        after = _loudness(_decoded(sound), wave.channels)
    if abs(timedelta(seconds=(after[0] - before[0]) / wave.rate)) > _OPUS_DELAY:
        raise Differs("it is not as long as the raw file")
    for loud, kept_loud in zip(before[1], after[1], strict=True):
        if loud > _LOUD and not 0.5 < kept_loud / loud < 2:
            raise Differs("a channel of it is not as loud as in the raw file")


def length_of(wave: Wave) -> timedelta:
    """How long a raw file sounds, to the microsecond."""
    return timedelta(microseconds=round(wave.frames * 1_000_000 / wave.rate))


def hashed(piece: bytes) -> str:
    """The SHA-256 of some bytes."""
    return hashlib.sha256(piece).hexdigest()


def _decoded(sound: Any) -> Iterator[Samples]:
    while len(block := sound.read(_SECONDS * sound.samplerate, dtype="int16", always_2d=True)):
        yield block


def _loudness(pieces: Iterator[Samples], channels: int) -> tuple[int, list[float]]:
    """How many frames, and each channel's mean sample without its sign."""
    frames, total = 0, np.zeros(channels)
    for piece in pieces:
        frames += len(piece)
        total += np.abs(piece.astype(np.int32)).sum(axis=0)
    return frames, [float(one) / max(1, frames) for one in total]
