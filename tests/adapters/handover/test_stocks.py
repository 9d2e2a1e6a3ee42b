"""Settings are handed over without what is secret, and never over those that are there."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import pytest

from fsbridge.adapters.handover.stocks import PASSWORDS, SettingsStock
from fsbridge.config import keys
from fsbridge.services.handover import HandoverError, Listed


def test_a_setting_that_sounds_like_a_secret_is_known_as_one():
    """A setting that is added has to be put among them."""
    assert {
        key for key, _, _ in keys() if any(word in key for word in ("password", "secret", "token"))
    } == PASSWORDS


def test_passwords_in_whatever_notation_are_left_out(tmp_path: Path):
    (tmp_path / "fsbridge.toml").write_text(
        'database = "postgresql://a:b@c/d"\nmail = { "password" = "x", host = "m" }\n'
        '[cdr]\n"secret" = """y\nz"""\n'
    )
    kept = SettingsStock(tmp_path, secrets=False).open("fsbridge.toml").read()
    assert tomllib.loads(kept.decode()) == {"mail": {"host": "m"}}
    kept = SettingsStock(tmp_path, secrets=True).open("fsbridge.toml").read()
    assert tomllib.loads(kept.decode()) == {"mail": {"password": "x", "host": "m"}, "cdr": {"secret": "y\nz"}}


def test_settings_that_are_there_stay(tmp_path: Path):
    (tmp_path / "fsbridge.toml").write_text('zone = "UTC"\n')
    listed = Listed("fsbridge.toml", 1, "ab")
    SettingsStock(tmp_path, secrets=True).put(listed, io.BytesIO(b'zone = "Asia/Tokyo"'))
    assert (tmp_path / "fsbridge.toml").read_text() == 'zone = "UTC"\n'


def test_settings_that_lead_to_another_database_are_not_taken(tmp_path: Path):
    told = b'database = "postgresql://their.example/theirs"\nzone = "UTC"\n'
    SettingsStock(tmp_path, secrets=True).put(Listed("fsbridge.toml", 1, "ab"), io.BytesIO(told))
    assert (tmp_path / "fsbridge.toml").read_text() == 'zone = "UTC"\n'
    assert (tmp_path / "fsbridge.toml").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["panel.key", "../labels.toml", "centre.sqlite3"])
def test_no_other_file_gets_into_the_home_folder(tmp_path: Path, name: str):
    with pytest.raises(HandoverError, match="is no file of settings"):
        SettingsStock(tmp_path, secrets=True).put(Listed(name, 1, "ab"), io.BytesIO(b"x"))
    assert list(tmp_path.iterdir()) == []
