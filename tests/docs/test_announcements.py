"""docs/announcements.md: its programs print what it says they print, its settings are all there are."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest

from fsbridge.adapters.speech import Readings, make_engine
from fsbridge.adapters.speech.audio import CEILING, LOUDNESS
from fsbridge.adapters.speech.decode import LARGEST, LONGEST
from fsbridge.adapters.speech.engines import LONGEST_TEXT
from fsbridge.adapters.speech.voice import PENDING, REST
from fsbridge.config import keys
from fsbridge.testing import Caller

TEXT = Path(__file__).parents[2].joinpath("docs", "announcements.md").read_text("utf-8")
PROGRAMS = re.findall(r"```python\n((?:(?!```).)*)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("program", "printed"), PROGRAMS)
def test_a_program_prints_what_the_page_says(program: str, printed: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "docs/announcements.md", "exec"), {"__name__": "page"})
    assert out.getvalue() == printed


def test_the_call_script_says_its_texts() -> None:
    names: dict = {"__name__": "page"}
    [script, *_] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(script, "docs/announcements.md", "exec"), names)
    heard = Caller(names["app"]).dial("0762202722").listen().heard
    assert heard == ["本日の受付は終了しました。", "chime.wav", "受付時間内におかけ直しください。"]


def test_the_readings_are_readings() -> None:
    [table] = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert len(Readings(tomllib.loads(table))) == 2


def test_every_setting_and_its_default_is_there() -> None:
    rows = dict(re.findall(r"^\| `(speech\.\w+)` \| (.*?) \|", TEXT, re.MULTILINE))
    settings = {key: default for key, default, _ in keys() if key.startswith("speech.")}
    assert set(rows) == set(settings)
    for key in ("speech.engine", "speech.deadline", "speech.fallback"):
        assert rows[key].strip("`") == str(settings[key])


def test_the_engines_of_the_table_exist() -> None:
    names = re.findall(r"`([a-z:-]+)`", "".join(re.findall(r"^\| (`[a-z].*?) \| [JmlL]", TEXT, re.MULTILINE)))
    assert {"openjtalk", "google", "google:en", "espeak-ng", "espeak-ng:en"} <= set(names)
    for name in names:
        assert make_engine(name).identity


def test_the_limits_are_the_ones_in_force() -> None:
    plain = TEXT.replace("−", "-").replace("\n", " ")
    for limit in (
        f"Loudness is {LOUDNESS:g} dBFS",
        f"no sample passes {CEILING:g} dBFS",
        f"up to {LONGEST / 60:g} minutes and {LARGEST // 2**20} MB",
        f"longer than {LONGEST_TEXT} characters",
        f"tried again {REST:g} s later",
    ):
        assert limit in plain
    assert PENDING == 100
