"""Passwords are kept so that nobody reads them back."""

from __future__ import annotations

import pytest

from fsbridge.adapters.store import Passwords

WEAK = Passwords(memory_kib=64)


def test_a_password_opens_what_it_was_hashed_for() -> None:
    kept = WEAK.hash("かいへいせんのうけつけ受付")
    assert kept.startswith("$argon2id$")
    assert WEAK.matches(kept, "かいへいせんのうけつけ受付")
    assert not WEAK.matches(kept, "かいへいせんのうけつけ受付 ")


def test_two_hashes_of_one_password_differ() -> None:
    assert WEAK.hash("correct horse") != WEAK.hash("correct horse")


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$v=19$broken"])
def test_without_a_hash_nothing_opens(kept: str | None) -> None:
    assert not WEAK.matches(kept, "")
    assert not WEAK.matches(kept, "nobody's password")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(ValueError, match="has 5 characters; give it 12 or more"):
        WEAK.hash("12345")


def test_old_parameters_are_noticed() -> None:
    kept = WEAK.hash("correct horse")
    assert not WEAK.outdated(kept)
    assert Passwords(memory_kib=128).outdated(kept)


def test_hashing_can_be_done_apart() -> None:
    elsewhere = []

    def apart(step):
        elsewhere.append(step)
        return step()

    passwords = Passwords(memory_kib=64, apart=apart)
    assert passwords.matches(passwords.hash("correct horse"), "correct horse")
    assert len(elsewhere) == 2
