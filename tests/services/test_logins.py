"""Who gets in, and who does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.domain.access import FAILURES, IDLE, LOCKED, LONGEST
from fsbridge.services.logins import CodeNeeded, LoginLocked, LoginRefused, Logins
from fsbridge.testing.logins import LoginsInMemory

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)


def codes(key: str, code: str, at: datetime) -> int | None:
    """The one-time passwords of a key are its name and the minute."""
    return at.minute + 1 if code == f"{key}{at.minute}" else None


@pytest.fixture
def room() -> LoginsInMemory:
    return LoginsInMemory({"sato": "open sesame"})


@pytest.fixture
def logins(room: LoginsInMemory) -> Logins:
    return Logins(room, matches=str.__eq__, step_of=codes)


def test_an_unknown_name_and_a_wrong_password_are_refused_in_the_same_words(logins: Logins) -> None:
    with pytest.raises(LoginRefused) as unknown:
        logins.enter("nobody", "open sesame", NOON)
    with pytest.raises(LoginRefused) as wrong:
        logins.enter("sato", "guess", NOON)
    assert str(unknown.value) == str(wrong.value)


def test_guessing_locks_the_account_even_for_the_right_password(logins: Logins) -> None:
    for _ in range(FAILURES):
        with pytest.raises(LoginRefused):
            logins.enter("sato", "guess", NOON)
    with pytest.raises(LoginLocked) as locked:
        logins.enter("sato", "open sesame", NOON)
    assert locked.value.until == NOON + LOCKED
    assert logins.enter("sato", "open sesame", NOON + LOCKED)


def test_a_success_forgives_the_failures_before_it(logins: Logins) -> None:
    for _ in range(3):
        for _ in range(FAILURES - 1):
            with pytest.raises(LoginRefused):
                logins.enter("sato", "guess", NOON)
        assert logins.enter("sato", "open sesame", NOON)


def test_each_session_has_a_secret_of_its_own_and_ends_alone(logins: Logins, room: LoginsInMemory) -> None:
    first = logins.enter("sato", "open sesame", NOON)
    second = logins.enter("sato", "open sesame", NOON)
    assert first != second
    assert first not in room.open, "the secret itself is not kept"
    logins.leave(first, NOON)
    assert logins.who(first, NOON) is None
    assert logins.who(second, NOON) is not None
    assert logins.leave_everywhere("sato", NOON, by="admin") == 1
    assert logins.who(second, NOON) is None


def test_a_session_ends_when_nothing_is_heard_of_it_and_when_the_shift_is_over(logins: Logins) -> None:
    silent = logins.enter("sato", "open sesame", NOON)
    assert logins.who(silent, NOON + IDLE) is None
    busy = logins.enter("sato", "open sesame", NOON)
    at = NOON
    while at < NOON + LONGEST - timedelta(hours=1):
        at += timedelta(hours=1)
        assert logins.who(busy, at) is not None
    assert logins.who(busy, NOON + LONGEST) is None


def test_with_a_one_time_password_each_is_good_once(logins: Logins) -> None:
    with pytest.raises(LoginRefused, match="clock"):
        logins.set_totp("sato", "key", "wrong", NOON)
    logins.set_totp("sato", "key", "key0", NOON)
    later = NOON + timedelta(minutes=1)
    with pytest.raises(CodeNeeded):
        logins.enter("sato", "open sesame", later)
    with pytest.raises(LoginRefused):
        logins.enter("sato", "open sesame", later, code="key9")
    assert logins.enter("sato", "open sesame", later, code="key1")
    with pytest.raises(LoginRefused, match="used already"):
        logins.enter("sato", "open sesame", later, code="key1")


def test_everything_is_written_down(logins: Logins, room: LoginsInMemory) -> None:
    with pytest.raises(LoginRefused):
        logins.enter("sato", "guess", NOON)
    token = logins.enter("sato", "open sesame", NOON)
    logins.leave(token, NOON)
    assert [action for _, action, _ in room.log] == ["failed to log in", "logged in", "logged out"]


def test_an_administrator_opens_a_locked_account(logins: Logins, room: LoginsInMemory) -> None:
    for _ in range(FAILURES):
        with pytest.raises(LoginRefused):
            logins.enter("sato", "guess", NOON)
    assert logins.lock("sato").shut(NOON)
    logins.unlock("sato", NOON, by="admin")
    assert logins.enter("sato", "open sesame", NOON)
    assert ("admin", "unlocked", "sato") in room.log
    with pytest.raises(LoginRefused, match="nobody can log in as nobody"):
        logins.unlock("nobody", NOON, by="admin")


def test_a_lost_telephone_is_forgotten(logins: Logins) -> None:
    logins.set_totp("sato", "key", f"key{NOON.minute}", NOON)
    with pytest.raises(CodeNeeded):
        logins.enter("sato", "open sesame", NOON)
    logins.forget_code("sato", NOON, by="admin")
    assert not logins.asks_code("sato")
    assert logins.enter("sato", "open sesame", NOON)
