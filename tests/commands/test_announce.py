"""Announcements at the command line: spoken for real, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from tests.adapters.speech.sounds import file_of, tone

Run = Callable[..., Result]


@pytest.fixture
def fsbridge(tmp_path: Path) -> Run:
    def run(*words: str, lang: str = "ja", typed: str = "") -> Result:
        environment = {"FSBRIDGE_HOME": str(tmp_path / "home"), "FSBRIDGE_LANG": lang, "COLUMNS": "120"}
        result = CliRunner(env=environment).invoke(main, words, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    assert run("init", "--example", "kanazawa").exit_code == 0
    return run


def as_json(result: Result) -> Any:
    return json.loads(result.stdout)


def test_an_announcement_from_its_text_to_a_version_and_back(fsbridge: Run, tmp_path: Path) -> None:
    before = {row["name"]: row for row in as_json(fsbridge("announce", "list", "--json"))}
    assert before["cut-off"]["published"] is None
    assert "✘ は未公開です" in fsbridge("announce", "list").stdout

    (first,) = as_json(fsbridge("announce", "render", "menu-end", "--json"))["rendered"]
    assert (first["version"], first["level"]) == (1, pytest.approx(-20, abs=0.2))
    assert 0.5 < first["seconds"] < 4
    (second,) = as_json(
        fsbridge(
            "announce", "render", "menu-end", "--file", "-", "--json", "--by", "sato", typed="を、押す。\n"
        )
    )["rendered"]
    assert (second["version"], second["text"], second["author"]) == (2, "を、押す。", "sato")

    studio = tmp_path / "studio.flac"
    studio.write_bytes(file_of(tone(440, 3.0, 44100), "FLAC"))
    third = as_json(fsbridge("announce", "record", "menu-end", str(studio), "--text", "試験", "--json"))
    assert (third["source"], third["seconds"]) == ("studio", pytest.approx(3.0, abs=0.01))
    back = as_json(fsbridge("announce", "back", "menu-end", "1", "--json"))
    assert (back["version"], back["seconds"]) == (4, first["seconds"])
    shown = fsbridge("announce", "history", "menu-end", lang="en").stdout
    assert [line.split()[:2] for line in shown.splitlines()[1:]] == [
        ["1", "speech"],
        ["2", "speech"],
        ["3", "studio"],
        ["4", "speech"],
    ]


def test_a_preview_is_published_nowhere(fsbridge: Run, tmp_path: Path) -> None:
    told = as_json(fsbridge("announce", "preview", "はい。", "--json"))
    assert Path(told["file"]).read_bytes()[:4] == b"RIFF"
    assert told["level"] == pytest.approx(-20, abs=0.2)
    assert not (tmp_path / "home" / "sounds" / "published").exists()


def test_an_emergency_is_on_and_off_with_one_command_each(fsbridge: Run) -> None:
    on = fsbridge(
        "announce", "emergency", "on", "断水です。", "--flow", "leak", "--for", "2h", "--why", "破損"
    )
    assert "業務 leak の呼に" in on.stdout
    (row,) = as_json(fsbridge("announce", "emergency", "list", "--json"))
    assert (row["flow"], row["text"], row["reason"]) == ("leak", "断水です。", "破損")
    assert "callers of leak" in fsbridge("announce", "emergency", lang="en").stdout
    assert fsbridge("announce", "emergency", "off", "--flow", "leak").exit_code == 0
    assert "流れていません" in fsbridge("announce", "emergency").stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("render", "../x", "はい。"), "small letters"),
        (("render", "none"), "there is no announcement 'none'"),
        (("record", "cut-off", "/etc/hostname"), "no WAV"),
        (("back", "cut-off", "9"), "has no version 9"),
        (("history", "none"), "there is no announcement"),
        (("preview", ""), "must have 1 to 1000 characters"),
        (("emergency", "on", "断水", "--flow", "gas"), "no flow 'gas'"),
        (("emergency", "on", "断水", "--until", "2020-01-01T00:00"), "over before it begins"),
        (("emergency", "on", "断水", "--for", "soon"), "30m、2h、3d"),
        (("emergency", "on", "断水", "--for", "2h", "--until", "2030-01-01"), "一方だけ"),
        (("emergency", "off"), "on are: none"),
    ],
)
def test_what_cannot_be_is_one_line_with_the_cure(fsbridge: Run, words: tuple[str, ...], why: str) -> None:
    result = fsbridge("announce", *words)
    assert result.exit_code == 1
    assert why in result.output
    assert as_json(fsbridge("announce", "emergency", "list", "--json")) == []
