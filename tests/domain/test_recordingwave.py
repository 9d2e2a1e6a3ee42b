"""The header of a WAV file, whole, broken and gone."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.recordingwave import guess, header, read_wave

RATES = st.sampled_from([8000, 16000, 48000])
CHANNELS = st.sampled_from([1, 2])


@given(RATES, CHANNELS, st.integers(0, 100_000))
def test_what_a_header_says_is_read(rate: int, channels: int, frames: int) -> None:
    size = frames * channels * 2
    found = read_wave(header(rate, channels, size), 44 + size)
    assert found is not None
    assert (found.rate, found.channels, found.begins, found.frames, found.whole) == (
        rate, channels, 44, frames, True,
    )  # fmt: skip


@given(RATES, CHANNELS, st.integers(1, 100_000), st.integers(0, 3), st.sampled_from([0, 1 << 30]))
def test_a_wrong_size_is_replaced_by_what_is_there(
    rate: int, channels: int, frames: int, loose: int, told: int
) -> None:
    size = frames * channels * 2 + loose % (channels * 2)
    found = read_wave(header(rate, channels, told), 44 + size)
    assert found is not None
    assert (found.frames, found.whole) == (frames, False)


@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_no_bytes_make_it_fail(head: bytes, size: int) -> None:
    for one in (head, b"RIFF\0\0\0\0WAVE" + head, header(8000, 2, 0)[:36] + head):
        found = read_wave(one, size)
        assert found is None or found.channels in (1, 2)


def test_a_chunk_before_the_sound_is_passed_over() -> None:
    whole = header(8000, 2, 400)
    extra = whole[:36] + b"LIST\x03\x00\x00\x00abc\0" + whole[36:]
    found = read_wave(extra, len(extra) + 400)
    assert found is not None
    assert (found.begins, found.frames, found.whole) == (56, 100, True)


@given(RATES, st.integers(3, 3600))
def test_a_header_that_is_gone_is_guessed_by_the_length(rate: int, seconds: int) -> None:
    found = guess(44 + rate * 4 * seconds, [timedelta(seconds=seconds)])
    assert found is not None
    assert abs(found.length.total_seconds() - seconds) <= 1


def test_no_length_no_guess() -> None:
    assert guess(44 + 320_000, []) is None
    assert guess(0, [timedelta(seconds=10)]) is None
