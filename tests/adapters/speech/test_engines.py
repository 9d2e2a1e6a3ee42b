"""Engines: Japanese without a network, any program, and what goes wrong with either."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from fsbridge.adapters.speech import Command, OpenJTalk, make_engine
from fsbridge.adapters.speech.decode import decode
from fsbridge.errors import ConfigError, SpeechError

CLOSED = "本日の受付は終了しました。"


def program(tmp_path, text: str) -> list[str]:
    """A program of one's own."""
    path = tmp_path / "program.py"
    path.write_text(text)
    return [sys.executable, str(path)]


def test_openjtalk_speaks_and_a_slower_voice_takes_longer():
    usual, slow = (decode(OpenJTalk().speak(CLOSED, voice)) for voice in ("", "0.7"))
    assert usual.rate == 48000
    assert 1.5 < usual.seconds < 4
    assert slow.seconds > 1.2 * usual.seconds


@pytest.mark.skipif(
    not shutil.which("unshare")
    or subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine lets nobody take the network away",
)
def test_openjtalk_needs_no_network(tmp_path):
    script = "import sys; from fsbridge.adapters.speech import OpenJTalk; "
    script += "open(sys.argv[1], 'wb').write(OpenJTalk().speak('はい。', ''))"
    out = tmp_path / "out.wav"
    subprocess.run(["unshare", "-n", sys.executable, "-c", script, str(out)], check=True, timeout=120)
    assert decode(out.read_bytes()).seconds > 0.3


@pytest.mark.parametrize("text", ["。。。", " ", "！"])
def test_openjtalk_says_when_there_is_nothing_to_say(text):
    with pytest.raises(SpeechError, match="nothing to say"):
        OpenJTalk().speak(text, "")


@pytest.mark.parametrize("voice", ["mei", "0", "9", "nan"])
def test_openjtalk_takes_a_speed_only(voice):
    with pytest.raises(SpeechError, match="no speed between"):
        OpenJTalk().speak("はい", voice)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="no espeak-ng on this machine")
def test_espeak_ng_speaks():
    assert 0.5 < decode(make_engine("espeak-ng:en").speak("We are closed today.", "")).seconds < 5


ECHO = """
import io, sys, wave
text = sys.stdin.buffer.read().decode()
with wave.open(sys.argv[1] if len(sys.argv) > 1 else sys.stdout.buffer, "wb") as out:
    out.setparams((1, 2, 8000, 0, "NONE", ""))
    out.writeframes(b"\\x00\\x40\\x00\\xc0" * 400 * len(text))
"""


@pytest.mark.parametrize("out", [[], ["{out}"]])
def test_a_program_gets_the_text_on_its_standard_input(tmp_path, out):
    engine = Command(program(tmp_path, ECHO) + out)
    assert decode(engine.speak("-rf *; $(x)", "")).seconds == pytest.approx(1.1)


def test_a_voice_is_one_word_of_an_argument_or_refused(tmp_path):
    argv = program(tmp_path, "import sys; sys.exit(sys.argv[1])")
    with pytest.raises(SpeechError, match=r"failed with 1: \[ja\+f2\]"):
        Command([*argv, "[{voice}]"]).speak("a", "ja+f2")
    for voice in ("-x", "a b", "../x", "a\0", "a;b"):
        with pytest.raises(SpeechError, match="must be letters"):
            Command([*argv, "{voice}"]).speak("a", voice)


def test_a_program_that_is_missing_or_hangs(tmp_path):
    with pytest.raises(SpeechError, match="no program nosuch; install it"):
        Command(["nosuch"]).speak("a", "")
    hanging = Command(program(tmp_path, "import threading; threading.Event().wait()"), limit=0.2)
    with pytest.raises(SpeechError, match=r"did not end within 0.2 s"):
        hanging.speak("a", "")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "unknown"),
        ("openjtalk:x", "unknown"),
        ("command:", "name a program"),
        ("command:'", "No closing quotation"),
        ("command:nosuch -x", "no program nosuch"),
    ],
)
def test_a_bad_engine_is_refused_at_the_start(name, why):
    with pytest.raises(ConfigError, match=why):
        make_engine(name)
