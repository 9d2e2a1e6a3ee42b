"""Accounts: roles, passwords, operator IDs within the season's limit, and never nobody in charge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.domain.seats import Allowance, RegisterFull
from fsbridge.errors import ConfigError
from fsbridge.services.users import UserRefused, Users
from fsbridge.testing.accounts import AccountsInMemory

NOW = datetime(2027, 4, 1, tzinfo=UTC)
WHO = {"by": "me", "at": NOW}


def hashed(password: str) -> str:
    if len(password) < 12:
        raise ValueError(f"the password has {len(password)} characters; give it 12 or more")
    return f"hash of {len(password)}"


@pytest.fixture
def room() -> AccountsInMemory:
    return AccountsInMemory()


@pytest.fixture
def users(room: AccountsInMemory) -> Users:
    return Users(room, hashed, lambda at: Allowance("tiny", seats=1, registered=1))


def test_an_operator_gets_an_id_as_long_as_the_season_allows(users: Users):
    assert users.add("sato", "佐藤", ["operator"], **WHO).operator == "sato"
    with pytest.raises(RegisterFull, match="retire one first"):
        users.add("suzuki", "鈴木", ["operator"], **WHO)
    assert [one.login for one in users.all()] == ["sato"]
    users.disable("sato", **WHO)
    assert users.add("suzuki", "鈴木", ["operator"], **WHO).operator == "suzuki"


def test_who_stops_being_an_operator_gives_the_id_back(users: Users):
    users.add("sato", "佐藤", ["operator"], **WHO)
    assert users.set_roles("sato", ["supervisor"], **WHO).operator == ""
    assert users.set_roles("sato", ["supervisor", "operator"], **WHO).roles == ("operator", "supervisor")


def test_the_last_administrator_stays(users: Users):
    users.add("boss", "長", ["administrator"], **WHO)
    for attempt in (
        lambda: users.disable("boss", **WHO),
        lambda: users.set_roles("boss", ["supervisor"], **WHO),
    ):
        with pytest.raises(UserRefused, match="last administrator"):
            attempt()
    users.add("deputy", "副", ["administrator"], **WHO)
    assert not users.disable("boss", **WHO).active


def test_a_password_is_kept_hashed_and_never_logged(users: Users, room: AccountsInMemory):
    users.add("sato", "佐藤", ["supervisor"], password="correct horse battery", **WHO)
    users.set_password("sato", "another long secret", **WHO)
    assert room.passwords == {"sato": "hash of 19"}
    assert not any("secret" in part or "horse" in part for entry in room.log for part in entry)


def test_a_short_password_changes_nothing(users: Users, room: AccountsInMemory):
    with pytest.raises(UserRefused, match="give it 12 or more"):
        users.add("sato", "佐藤", ["supervisor"], password="short", **WHO)
    assert users.all() == ()
    assert room.log == []


@pytest.mark.parametrize("login", ["", "a b", "../x", "佐藤", "a\n", "x" * 65, "-x"])
def test_a_login_that_could_mean_something_else_is_refused(users: Users, login: str):
    with pytest.raises(UserRefused, match="log-in"):
        users.add(login, "佐藤", ["operator"], **WHO)


def test_a_login_is_given_once_and_roles_are_known(users: Users):
    users.add("sato", "佐藤", ["supervisor"], **WHO)
    with pytest.raises(UserRefused, match="already"):
        users.add("sato", "砂糖", ["supervisor"], **WHO)
    with pytest.raises(UserRefused, match="at least one role"):
        users.set_roles("sato", [], **WHO)
    with pytest.raises(ConfigError, match="there is no role 'king'"):
        users.set_roles("sato", ["king"], **WHO)
    with pytest.raises(UserRefused, match="there are: sato"):
        users.set_password("nobody", "correct horse battery", **WHO)


def test_an_administrator_without_a_password_does_not_stand_in_for_one_who_can_log_in(users: Users):
    users.add("admin", "管理", ["administrator"], password="long enough password", **WHO)
    users.add("later", "後任", ["administrator"], **WHO)
    with pytest.raises(UserRefused, match="last administrator"):
        users.disable("admin", **WHO)
    users.set_password("later", "long enough, too", **WHO)
    assert not users.disable("admin", **WHO).active


def test_a_person_is_renamed_in_one_line(users: Users, room: AccountsInMemory):
    users.add("sato", "佐藤", ["supervisor"], **WHO)
    assert users.rename("sato", " 鈴木 ", "スズキ", **WHO).name == "鈴木"
    with pytest.raises(UserRefused):
        users.rename("sato", "a\nb", "", **WHO)
    assert room.log[-1] == ("me", "renamed", "sato")
