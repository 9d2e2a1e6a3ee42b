"""Settings: which source wins, and how a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.config import SPECIAL, Settings, keys, load, variable
from fsbridge.errors import ConfigError


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    settings = load(home=tmp_path, environment={})
    assert settings == Settings(home=tmp_path)
    assert settings.switch_folder == tmp_path / "switch"


def test_each_source_overlays_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "fsbridge.toml").write_text(
        'zone = "Europe/London"\n[switch]\nport = 1\nsip_port = 1\nhost = "file"\n[outbound]\nport = 5\n'
    )
    environment = {
        "FSBRIDGE_HOME": str(tmp_path),
        "FSBRIDGE_SWITCH_PORT": "2",
        "FSBRIDGE_SWITCH_SIP_PORT": "2",
    }
    overrides = {"switch.sip_port": "3", "outbound.port": None}
    settings = load(environment=environment, overrides=overrides)
    assert (settings.switch.host, settings.switch.port, settings.switch.sip_port) == ("file", 2, 3)
    assert (settings.outbound.port, settings.zone, settings.drain) == (5, "Europe/London", 30.0)


def test_the_command_line_s_home_wins_and_a_named_file_is_read(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("drain = 1\n")
    environment = {"FSBRIDGE_HOME": "/nowhere", "FSBRIDGE_CONFIG": str(other)}
    settings = load(home=tmp_path, environment=environment)
    assert (settings.home, settings.drain) == (tmp_path, 1.0)


def test_lists_are_comma_separated_in_a_variable_and_lists_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "fsbridge.toml").write_text('[outbound]\nallow = ["10.0.0.0/8"]\n')
    assert load(home=tmp_path, environment={}).outbound.allow == ("10.0.0.0/8",)
    environment = {"FSBRIDGE_OUTBOUND_ALLOW": "10.0.0.0/8, ::1/128"}
    assert load(home=tmp_path, environment=environment).outbound.allow == ("10.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[switch]\nprot = 1", "switch.prot is no setting; did you mean switch.port?"),
        ("home = '/x'", "home is no setting"),
        ("[switch]\nport = 'x'", "switch.port is 'x'"),
        ("[switch]\nport = true", "switch.port is True"),
        ("[switch]\nport = 1.5", "give a whole number"),
        ("[switch]\nport = 0", "give a port from 1 to 65535"),
        ("[switch]\nhost = ''", "switch.host is empty"),
        ('[switch]\npassword = "a\\nb"', "switch.password holds a line break"),
        ("[outbound]\nport = 65536", "outbound.port"),
        ("[outbound]\nlisten = 'localhost'", "outbound.listen"),
        ("[outbound]\nallow = ['10.0.0.1/8']", "outbound.allow"),
        ("[outbound]\nallow = [1]", "give a list of texts"),
        ("[operators]\nring = 90", "operators.ring is 90; give 1 to 60 seconds"),
        ("[operators]\nmisses = 0", "operators.misses must be 1 or more"),
        ("[outbound]\nmax_connections = 0", "outbound.max_connections must be 1 or more"),
        ("zone = 'Asia/Kanazawa'", "zone is 'Asia/Kanazawa'"),
        ("zone = '../etc/passwd'", "zone is '../etc/passwd'"),
        ("drain = -1", "drain is negative"),
        ("switch = 1", "switch is no setting"),
        ("[switch", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_naming_the_key(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "fsbridge.toml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        load(home=tmp_path, environment={})
    assert complaint in str(refused.value)


def test_a_wrong_variable_is_refused_naming_it(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match="FSBRIDGE_SWICH_PORT is no setting; did you mean FSBRIDGE_SWITCH_PORT"
    ):
        load(home=tmp_path, environment={"FSBRIDGE_SWICH_PORT": "1"})
    with pytest.raises(ConfigError, match="in FSBRIDGE_SWITCH_PORT; give a whole number"):
        load(home=tmp_path, environment={"FSBRIDGE_SWITCH_PORT": "eight"})
    with pytest.raises(ConfigError, match="there is no settings file"):
        load(home=tmp_path, config=tmp_path / "none.toml", environment={})


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environment = {"PATH": "/bin", "FSBRIDGE": "x", **dict.fromkeys(SPECIAL[2:], "/x")}
    assert load(home=tmp_path, environment=environment) == Settings(home=tmp_path)


def test_every_key_has_a_variable_of_its_own_and_a_meaning() -> None:
    rows = list(keys())
    assert len({variable(key) for key, _, _ in rows}) == len(rows)
    assert all(meaning for _, _, meaning in rows)


@given(st.sampled_from([row[0] for row in keys()]), st.text(max_size=20))
def test_any_text_in_a_variable_is_taken_or_refused_by_name(key: str, text: str) -> None:
    complaint = key
    try:
        load(home="/nowhere", environment={variable(key): text})
    except ConfigError as error:
        complaint = str(error)
    assert key in complaint
