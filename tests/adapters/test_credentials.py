"""The files that say who may log in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fsbridge.adapters.credentials import FOLDER, DirectoryFiles
from fsbridge.embedded.vertodirectory import read_users
from fsbridge.errors import ConfigError, NotConnectedError
from fsbridge.services.credentials import Admitted

NOBODY_LISTENS = ("127.0.0.1", 1)
EXPIRES = datetime(2027, 4, 1, 19, tzinfo=UTC)
WHO = Admitted("1001", "op01", "9d21", EXPIRES)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir(parents=True)
    return tmp_path


def directory(home: Path, said: list[str], name: str = "佐藤 花子") -> DirectoryFiles:
    def api(command: str, *args: str) -> str:
        said.append(command)
        return "error/user_not_registered" if command == "verto_contact" else "+OK"

    return DirectoryFiles(home, "kanazawa", api, NOBODY_LISTENS, names=lambda: {"op01": name})


def test_who_was_admitted_is_known_after_a_restart(home: Path) -> None:
    said: list[str] = []
    directory(home, said).admit(WHO, "secret")
    assert said == ["reloadxml"]
    assert list(directory(home, []).admitted()) == [WHO]
    users = read_users(home / "conf" / "directory")
    assert users["1001"].variables["fsbridge_operator"] == "op01"


def test_what_is_shown_of_an_operator_stays_a_text(home: Path) -> None:
    name = '"/><param name="password" value=""/><x a="<&'
    directory(home, [], name).admit(WHO, "secret")
    user = read_users(home / "conf" / "directory")["1001"]
    assert user.variables["effective_caller_id_name"] == name
    assert user.password == ""


@pytest.mark.parametrize("name", ["${system(id)}", "$${base_dir}", "two\nlines"])
def test_what_freeswitch_would_expand_is_refused(home: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        directory(home, [], name).admit(WHO, "secret")
    assert list((home / FOLDER).iterdir()) == []


@pytest.mark.parametrize("extension", ["../../x", "", "10 01", "１００１"])
def test_an_extension_is_digits(home: Path, extension: str) -> None:
    with pytest.raises(ConfigError, match="write digits"):
        directory(home, []).admit(Admitted(extension, "op01", "9d21", EXPIRES), "secret")


def test_a_file_that_is_none_of_ours_admits_nobody(home: Path) -> None:
    for name, text in {"1001": "<include><user", "1002": "<include/>", "1003": "<user id='1003'/>"}.items():
        (home / FOLDER / f"{name}.xml").write_text(text)
    assert list(directory(home, []).admitted()) == []
    assert list((home / FOLDER).iterdir()) == []


def test_a_freeswitch_elsewhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="whose folder is on this machine"):
        directory(tmp_path, []).admit(WHO, "secret")


def test_who_is_dismissed_while_freeswitch_is_away_is_not_admitted_again(home: Path) -> None:
    directory(home, []).admit(WHO, "secret")

    def away(command: str, *args: str) -> str:
        raise NotConnectedError("FreeSWITCH cannot be reached")

    gone = DirectoryFiles(home, "kanazawa", away, NOBODY_LISTENS)
    gone.dismiss("1001")
    assert list(gone.admitted()) == []


def test_supervisors_and_operators_do_not_sweep_each_other_away(home: Path) -> None:
    boss = Admitted("supervisor-boss.1", "boss.1", "5e55", EXPIRES)
    theirs = DirectoryFiles(
        home, "kanazawa", lambda command, *args: "error/none", NOBODY_LISTENS, supervisors=True
    )
    theirs.admit(boss, "secret")
    directory(home, []).admit(WHO, "secret")
    assert list(theirs.admitted()) == [boss]
    assert list(directory(home, []).admitted()) == [WHO]
    theirs.dismiss("supervisor-boss.1")
    assert (list(theirs.admitted()), list(directory(home, []).admitted())) == ([], [WHO])
    for bad in ("1001", "supervisor-../../x", "supervisor-"):
        with pytest.raises(ConfigError, match="no supervisor's telephone"):
            theirs.admit(Admitted(bad, "boss", "5e55", EXPIRES), "secret")
