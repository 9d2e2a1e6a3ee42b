"""The folder: whole files only, names that lead nowhere else, one maker at a time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.speech.folder import SoundFolder, key_of
from fsbridge.domain.soundnames import checked
from fsbridge.errors import InvalidArgument


def test_a_sound_is_there_whole_or_not_at_all(tmp_path):
    folder = SoundFolder(tmp_path)
    assert not folder.has("a")
    with pytest.raises(KeyError):
        folder.put("a", {48000: b"high"})  # the second one fails
    assert not folder.has("a")
    folder.put("a", {8000: b"low", 48000: b"high"})
    assert folder.has("a")
    assert (folder.file("a", 8000).read_bytes(), folder.file("a", 48000).read_bytes()) == (b"low", b"high")


def test_who_reads_the_old_one_reads_it_to_its_end(tmp_path):
    folder = SoundFolder(tmp_path)
    folder.put("a", {8000: b"old", 48000: b"old"})
    with folder.file("a", 8000).open("rb") as playing:
        folder.put("a", {8000: b"new!", 48000: b"new!"})
        assert playing.read() == b"old"
    assert folder.file("a", 8000).read_bytes() == b"new!"


def test_a_full_disk_leaves_no_parts(tmp_path, monkeypatch):
    folder = SoundFolder(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.put("a", {8000: b"low", 48000: b"high"})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_freeswitch_may_be_another_user(tmp_path):
    folder = SoundFolder(tmp_path)
    folder.put("a", {8000: b"low", 48000: b"high"})
    assert folder.file("a", 8000).stat().st_mode & 0o044 == 0o044


@given(st.text(max_size=30))
def test_a_name_leads_nowhere_else(name):
    try:
        good = checked(name)
    except InvalidArgument:
        return
    assert "/" not in good
    assert not good.startswith(".")
    assert good.isprintable()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/b", "/a", "a\0", "a.wav", "a!b", "A", "-a", "a" * 101]
)
def test_bad_names_are_refused_everywhere(tmp_path, name):
    folder = SoundFolder(tmp_path)
    for use in (folder.path, folder.has, lambda one: folder.put(one, {8000: b"", 48000: b""})):
        with pytest.raises(InvalidArgument, match="small letters"):
            use(name)


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)), min_size=2))
def test_different_words_have_different_names(rows):
    without_nul = {tuple(part.replace("\0", "") for part in row) for row in rows}
    assert len({key_of(*row) for row in without_nul}) == len(without_nul)


HOLDER = """
import sys
from pathlib import Path
from fsbridge.adapters.speech.folder import SoundFolder
with SoundFolder(Path(sys.argv[1])).only_one("a"):
    with open(sys.argv[1] + "/log", "a") as log:
        log.write("in\\n"); log.flush()
        print("in", flush=True); sys.stdin.readline()
        log.write("out\\n")
"""


def test_one_process_makes_a_sound_and_the_others_wait(tmp_path):
    def holder() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    with holder() as first:
        assert first.stdout.readline() == b"in\n"
        with holder() as second:
            second.stdin.write(b"\n")
            second.stdin.flush()  # it may leave as soon as it is in
            first.stdin.write(b"\n")
            first.stdin.flush()
            assert first.wait(30) == second.wait(30) == 0
    assert (tmp_path / "log").read_text() == "in\nout\nin\nout\n"
