"""The first bytes of a WAV file: what they say, whether that is true, and what they should have said."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

CANONICAL = 44
"""Bytes of the header that FreeSWITCH writes."""
HEAD = 4096
"""So many first bytes tell what a file is."""
_PCM = 1
_RATES = (8000, 16000, 32000, 48000)


@dataclass(frozen=True, slots=True)
class Wave:
    """How a file's sound lies in it: samples of 16 bits from `begins` on, `size` bytes of them.

    `whole` is whether the file says so itself; a writer that was killed leaves sizes of zero behind.

    >>> Wave(8000, 2, 44, 320_000, whole=True).length
    datetime.timedelta(seconds=10)
    """

    rate: int
    channels: int
    begins: int
    size: int
    whole: bool

    @property
    def frames(self) -> int:
        """Samples of each channel."""
        return self.size // (2 * self.channels)

    @property
    def length(self) -> timedelta:
        """How long it sounds."""
        return timedelta(seconds=self.frames / self.rate)


def header(rate: int, channels: int, size: int) -> bytes:
    """The header of a file with `size` bytes of sound.

    >>> len(header(8000, 2, 0)), read_wave(header(8000, 2, 0) + bytes(8), 52).frames
    (44, 2)
    """
    step = channels * 2
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, _PCM, channels, rate, rate * step,
        step, 16, b"data", size,
    )  # fmt: skip


def read_wave(head: bytes, size: int) -> Wave | None:
    """What the first bytes of a file of `size` bytes say of its sound; None if they say nothing sound.

    The sound reaches to the end of the file where the header tells no size, or a wrong one.

    >>> read_wave(b"RIFF", 4) is None
    True
    """
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    rate = channels = 0
    at = 12
    while at + 8 <= len(head):
        name, told = struct.unpack_from("<4sI", head, at)
        at += 8
        if name == b"fmt " and at + 16 <= len(head):
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", head, at)
            if kind != _PCM or bits != 16 or channels not in (1, 2) or rate not in _RATES:
                return None
        if name == b"data":
            if not rate:
                return None
            there = (size - at) // (2 * channels) * 2 * channels
            whole = told == size - at or (0 < told < size - at and told % (2 * channels) == 0)
            return Wave(rate, channels, at, told if whole else there, whole)
        at += told + told % 2
    return None


def guess(size: int, lengths: Iterable[timedelta]) -> Wave | None:
    """What a file without a header of its own holds, by the `lengths` it may have; None if nothing fits.

    >>> guess(44 + 320_000, [timedelta(seconds=10)]).rate
    8000
    >>> guess(44 + 320_000, [timedelta(minutes=10)]) is None
    True
    """
    wanted = list(lengths)
    for rate in _RATES:
        for channels in (2, 1):
            begins = CANONICAL if size >= CANONICAL else 0
            there = (size - begins) // (2 * channels) * 2 * channels
            found = Wave(rate, channels, begins, there, whole=False)
            if any(abs(found.length - one) <= timedelta(seconds=1) for one in wanted):
                return found
    return None
