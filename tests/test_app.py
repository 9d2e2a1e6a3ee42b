"""The composition root: who speaks for the scripts, by the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from fsbridge.adapters.speech import Voice
from fsbridge.app import speech_of
from fsbridge.config import SHIPPED, load
from fsbridge.errors import ConfigError
from fsbridge.scripting.sounds import ToneSpeech
from tests.waiting import wait_for


def test_the_default_voice_renders_what_is_heard_in_an_emergency_before_anybody_calls(tmp_path: Path) -> None:
    settings = load(home=tmp_path, environment={}, overrides={"speech.deadline": 0})
    voice = speech_of(settings)
    assert isinstance(voice, Voice)
    name = wait_for(
        lambda: [path.stem for path in tmp_path.glob("sounds/spoken/8000/*.wav")], "the fallback", 60
    )
    wait_for(
        lambda: voice.render("別の文です。", "") == str(tmp_path / f"sounds/spoken/{name[0]}.wav"), "its use"
    )
    voice.stop()


def test_tones_for_trying_a_flow(tmp_path: Path) -> None:
    settings = load(home=tmp_path, environment={"FSBRIDGE_SPEECH_ENGINE": "tone"})
    assert isinstance(speech_of(settings), ToneSpeech)


def test_the_shipped_readings_are_read(tmp_path: Path) -> None:
    readings = str(SHIPPED / "kanazawa-readings.toml")
    overrides = {"speech.readings": readings, "speech.fallback": "", "speech.deadline": 60}
    voice = speech_of(load(home=tmp_path, environment={}, overrides=overrides))
    assert voice.render("主計町の開閉栓", "") == voice.render("かずえまちのかいへいせん", "")
    voice.stop()


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("engine", "siri", "speech.engine or speech.standby: speech engine 'siri' is unknown"),
        ("standby", ("siri",), "speech.engine or speech.standby: speech engine 'siri' is unknown"),
        ("readings", "/nowhere.toml", "/nowhere.toml: No such file"),
        ("deadline", -1, "speech.deadline must be between"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(tmp_path: Path, key: str, value: object, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        speech_of(load(home=tmp_path, environment={}, overrides={f"speech.{key}": value}))


def test_the_program_does_not_start_with_an_engine_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["run", "--home", str(tmp_path)], env={"FSBRIDGE_SPEECH_ENGINE": "siri"}
    )
    assert result.exit_code == 1
    assert "speech engine 'siri' is unknown" in result.output
