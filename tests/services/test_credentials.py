"""Secrets of browsers' telephones: good for one session, refused after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.facts import Facts
from fsbridge.domain.seats import Allowance, Person
from fsbridge.services.credentials import LIFETIME, Credentials, NoTelephone, SecretsCheck
from fsbridge.services.seats import Seats, digest
from fsbridge.testing.directory import DirectoryInMemory
from fsbridge.testing.seats import SeatsInMemory

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
EXTENSIONS = {"op01": "1001", "op02": "1002", "op03": ""}


@pytest.fixture
def directory() -> DirectoryInMemory:
    return DirectoryInMemory()


@pytest.fixture
def credentials(directory: DirectoryInMemory) -> Credentials:
    return Credentials(directory, lambda: EXTENSIONS)


def test_a_secret_lets_its_telephone_in_until_it_is_revoked(
    credentials: Credentials, directory: DirectoryInMemory
) -> None:
    secret = credentials.mint("op01", "tab", NOON).password
    assert directory.log_in("1001", secret)
    credentials.revoke("op01")
    assert directory.inside == set()
    assert not directory.log_in("1001", secret)


def test_a_reload_keeps_the_telephone_and_a_take_over_does_not(
    credentials: Credentials, directory: DirectoryInMemory
) -> None:
    first = credentials.mint("op01", "tab", NOON).password
    directory.log_in("1001", first)
    second = credentials.mint("op01", "tab", NOON).password
    assert directory.inside == {"1001"}
    assert not directory.log_in("1001", first)
    credentials.mint("op01", "another machine", NOON)
    assert directory.inside == set()
    assert not directory.log_in("1001", second)


def test_who_has_no_extension_has_no_telephone(credentials: Credentials) -> None:
    with pytest.raises(NoTelephone, match="op03 has no extension"):
        credentials.mint("op03", "tab", NOON)


def test_a_sweep_leaves_those_who_have_a_seat(credentials: Credentials) -> None:
    credentials.mint("op01", "one", NOON)
    credentials.mint("op02", "two", NOON)
    seats = {"op01": digest("one"), "op02": digest("taken over elsewhere")}
    assert credentials.sweep(NOON, seats) == ["op02"]
    assert credentials.sweep(NOON + LIFETIME, seats) == ["op01"]
    assert not credentials.revoke("op01")


def test_nobody_reads_a_secret_in_a_log(credentials: Credentials) -> None:
    minted = credentials.mint("op01", "tab", NOON)
    assert minted.password not in repr(minted)


def test_who_loses_the_seat_loses_the_telephone(
    credentials: Credentials, directory: DirectoryInMemory
) -> None:
    people = SeatsInMemory([Person("op01"), Person("op02")])
    seats = Seats(people, lambda at: Allowance("all", seats=2, registered=2))
    check = SecretsCheck(credentials, seats, clock=lambda: NOON)
    secrets = {}
    for operator in ("op01", "op02"):
        seats.log_in(operator, operator, NOON)
        secrets[operator] = credentials.mint(operator, operator, NOON).password
        assert directory.log_in(EXTENSIONS[operator], secrets[operator])
    check(Facts())
    assert directory.inside == {"1001", "1002"}
    seats.kick("op01", NOON, by="boss")
    check(Facts())
    assert directory.inside == {"1002"}
    assert not directory.log_in("1001", secrets["op01"])


@given(st.lists(st.tuples(st.sampled_from(["mint", "revoke", "sweep"]), st.sampled_from(["op01", "op02"]))))
def test_only_the_newest_secret_of_who_was_not_revoked_is_good(steps: list[tuple[str, str]]) -> None:
    directory = DirectoryInMemory()
    credentials = Credentials(directory, lambda: EXTENSIONS)
    good: dict[str, str] = {}
    minted: list[tuple[str, str]] = []
    for number, (step, operator) in enumerate(steps):
        now = NOON + timedelta(seconds=number)
        if step == "mint":
            good[operator] = credentials.mint(operator, operator, now).password
            minted.append((operator, good[operator]))
        elif step == "revoke":
            credentials.revoke(operator)
            good.pop(operator, None)
        else:
            credentials.sweep(now, {operator: digest(operator)})
            good = {key: value for key, value in good.items() if key == operator}
    for operator, secret in minted:
        assert directory.log_in(EXTENSIONS[operator], secret) == (good.get(operator) == secret)
