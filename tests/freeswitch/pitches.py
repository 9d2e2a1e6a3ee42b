"""Who hears whom, measured: each person says a tone of a pitch of its own, and keeps what the ear gets."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy

CITIZEN, OPERATOR, SUPERVISOR = 440, 770, 1250
"""Hertz; no harmonic of one, and no sum or difference of small multiples of two, is near another."""
ABSENT = -40.0
"""Decibels under the loudest voice at which a pitch is not there."""
PLAN = """<include>
  <extension name="ear"><condition field="destination_number" expression="^ear([0-9]+)$">
    <action application="answer"/>
    <action application="set" data="RECORD_READ_ONLY=true"/>
    <action application="playback" data="tone_stream://v=-13;%(1000,0,$1);loops=-1"/>
  </condition></extension>
  <extension name="ask"><condition field="destination_number" expression="^ask$">
    <action application="answer"/>
    <action application="callcenter" data="other@kanazawa"/>
    <action application="hangup"/>
  </condition></extension>
</include>"""
"""Telephones ``ear<hertz>``, and a number that leads to the queue."""


def seconds(path: Path) -> float:
    """How much has been recorded so far; 0 while there is no file."""
    if not path.exists() or path.stat().st_size < 44:
        return 0.0
    with path.open("rb") as file:
        rate = int.from_bytes(file.read(32)[28:32], "little")
    return (path.stat().st_size - 44) / rate


def levels(path: Path, *, window: float = 0.25) -> list[dict[int, float]]:
    """The level of each pitch, window after window, in decibels under the loudest of the whole recording.

    In a recording of two channels it is the level in the channel where the pitch is louder.
    """
    with wave.open(str(path)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        samples = numpy.frombuffer(file.readframes(file.getnframes()), numpy.int16).astype(float)
    sides = samples.reshape(-1, channels).T
    size = int(rate * window)
    shape = numpy.hanning(size)
    found = []
    for start in range(0, sides.shape[1] - size + 1, size // 2):
        spectrum = numpy.abs(numpy.fft.rfft(sides[:, start : start + size] * shape)).max(axis=0)
        found.append({pitch: _near(spectrum, pitch * window) for pitch in (CITIZEN, OPERATOR, SUPERVISOR)})
    loudest = max((max(one.values()) for one in found), default=0.0)
    assert loudest > 0, f"{path} is silent"
    return [
        {pitch: 20 * numpy.log10(max(value, 1e-9) / loudest) for pitch, value in one.items()} for one in found
    ]


def _near(spectrum: numpy.ndarray, place: float) -> float:
    """How far a pitch stands out: a lost packet is a click, which is at every pitch alike and no voice."""
    middle = round(place)
    beside = numpy.concatenate((spectrum[middle - 12 : middle - 5], spectrum[middle + 6 : middle + 13]))
    return float(max(0.0, spectrum[middle - 2 : middle + 3].max() - beside.max()))


def voices(path: Path) -> set[int]:
    """The pitches in a recording: there in most windows, or in no single one; AssertionError in between."""
    found = levels(path)
    assert len(found) >= 4, f"{path} is too short: {len(found)} windows"
    there = set()
    for pitch in (CITIZEN, OPERATOR, SUPERVISOR):
        loudest = max(one[pitch] for one in found)
        if sum(one[pitch] > -20 for one in found) > len(found) * 0.7:
            there.add(pitch)
        else:
            assert loudest < ABSENT, f"{path}: {pitch} Hz comes and goes, {loudest:.0f} dB at most"
    return there
