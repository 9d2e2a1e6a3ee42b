"""Compression by a process of its own: nothing is kept that is not what was recorded."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy
import pytest
import soundfile

from fsbridge.adapters.recordings import pressing
from fsbridge.adapters.recordings.press import ChildPress
from fsbridge.domain.recordingwave import header
from fsbridge.services.recordings_finish import Order, Pressed
from tests.adapters.recordings.tapes import RATE, path_of, sound, tape

PCM = sound(3)


def pressed(folder: Path, path: str, *lengths: float, kind: str = "flac") -> Pressed:
    order = Order(path, tuple(timedelta(seconds=one) for one in lengths))
    (answer,) = ChildPress(folder, kind).press([order])
    return answer


def samples(path: Path) -> bytes:
    return soundfile.read(path, dtype="int16", always_2d=True)[0].tobytes()


def test_flac_gives_back_every_sample(tmp_path: Path) -> None:
    done = pressed(tmp_path, tape(tmp_path, "a", 3))
    assert (done.problem, done.repaired, done.length) == ("", False, timedelta(seconds=3))
    assert samples(tmp_path / done.kept) == PCM
    assert (tmp_path / done.path).exists()  # letting it go is somebody else's decision


def test_opus_is_smaller_and_as_long(tmp_path: Path) -> None:
    rate = numpy.arange(RATE * 5) / RATE
    tone = (9000 * numpy.sin(2 * numpy.pi * 440 * rate)).astype("<i2")
    body = numpy.stack([tone, tone // 4], axis=1).tobytes()
    path = tape(tmp_path, "a", 0, body=header(RATE, 2, len(body)) + body)
    done = pressed(tmp_path, path, kind="opus")
    assert (done.problem, done.length) == ("", timedelta(seconds=5))
    assert done.size < len(body) / 3
    heard, again = soundfile.read(tmp_path / done.kept, always_2d=True)
    assert abs(len(heard) / again - 5) < 0.1


@pytest.mark.parametrize(
    ("body", "lengths"),
    [
        (header(RATE, 2, 0) + PCM, ()),
        (header(RATE, 2, len(PCM) * 2) + PCM, ()),
        (bytes(44) + PCM, (3.2,)),
        (b"RIFF" + bytes(40) + PCM, (60.0, 2.9)),
    ],
    ids=["no sizes", "sizes of more", "header of noughts", "header that breaks off"],
)
def test_a_broken_header_is_mended(tmp_path: Path, body: bytes, lengths: tuple[float, ...]) -> None:
    done = pressed(tmp_path, tape(tmp_path, "a", 0, body=body), *lengths)
    assert (done.problem, done.repaired) == ("", True)
    assert samples(tmp_path / done.kept) == PCM


@pytest.mark.parametrize(
    ("body", "lengths"),
    [
        (b"", (3.0,)),
        (bytes(44) + PCM, (600.0,)),
        (header(RATE, 2, 0), ()),
        (header(RATE, 2, 100)[:30], ()),
    ],
    ids=["empty", "of no length that fits", "without sound", "half a header"],
)
def test_what_holds_no_sound_is_left_and_said(
    tmp_path: Path, body: bytes, lengths: tuple[float, ...]
) -> None:
    path = tape(tmp_path, "a", 0, body=body)
    done = pressed(tmp_path, path, *lengths)
    assert done.problem == "unreadable"
    assert done.note
    assert [one.name for one in (tmp_path / path).parent.iterdir()] == [Path(path).name]


@pytest.mark.parametrize("path", ["../secret.wav", "2027-04-01/notes.wav", "/etc/passwd"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    assert pressed(tmp_path, path).problem == "unreadable"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(header(RATE, 2, len(PCM)) + PCM)
    path = path_of("a")
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).symlink_to(secret)
    assert pressed(tmp_path, path).problem == "unreadable"
    (tmp_path / "2027-04-02").symlink_to((tmp_path / path).parent)
    assert pressed(tmp_path, path.replace("04-01", "04-02")).problem == "unreadable"


def test_a_process_that_dies_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = "import os, sys, fsbridge.adapters.recordings.pressing as it\n"
    dying += "press = it.press\n"
    dying += "def killed(folder, kind, order):\n"
    dying += "    return os._exit(9) if '/bad-' in order['path'] else press(folder, kind, order)\n"
    dying += "it.press = killed\nsys.exit(it.main(sys.argv[1:]))"
    import sys

    monkeypatch.setattr("fsbridge.adapters.recordings.press._PROGRAM", (sys.executable, "-c", dying))
    orders = [Order(tape(tmp_path, leg, 0.5)) for leg in ("a", "bad", "c")]
    answers = list(ChildPress(tmp_path, "flac").press(orders))
    assert [(one.path, one.problem) for one in answers] == [
        (orders[0].path, ""),
        (orders[1].path, "unreadable"),
        (orders[2].path, ""),
    ]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A volume of a quarter of a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount") or "mount"
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("only root can make a volume")
    yield folder
    subprocess.run([shutil.which("umount") or "umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_leaves_the_raw_file_alone(small: Path) -> None:
    path = tape(small, "a", 6)  # 192 kB of noise, which no format makes small
    before = (small / path).read_bytes()
    done = pressed(small, path)
    assert done.problem == "full"
    assert (small / path).read_bytes() == before
    assert [one.name for one in (small / path).parent.iterdir()] == [Path(path).name]


def test_what_differs_after_decoding_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = pressing.compress

    def wrong(file: int, wave: object, kind: str) -> bytes:
        return right(file, wave.__class__(8000, 2, 44, len(PCM) // 2, whole=True), kind)  # type: ignore[call-arg]

    monkeypatch.setattr(pressing, "compress", wrong)
    path = tape(tmp_path, "a", 3)
    answer = pressing.press(str(tmp_path), "flac", {"path": path})
    assert answer["problem"] == "unreadable"
    assert "not those of the raw file" in answer["note"]
    assert [one.name for one in (tmp_path / path).parent.iterdir()] == [Path(path).name]
