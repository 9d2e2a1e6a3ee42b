"""Which numbers operators may call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.destinations import Destinations, NumberForbidden
from fsbridge.errors import ConfigError


@pytest.mark.parametrize("number", ["110", "118", "119", "0762202111", "09012345678", "0120328117"])
def test_emergencies_and_ordinary_numbers_are_called_plainly(number: str) -> None:
    assert Destinations().check(number) == number


@pytest.mark.parametrize(
    "number", ["0101212555010", "+12125550100", "0990123456", "0570012345", "117", "00330101234", "1"]
)
def test_abroad_and_premium_are_refused_by_default(number: str) -> None:
    with pytest.raises(NumberForbidden, match=r"may not be called|no number"):
        Destinations().check(number)


def test_the_longer_rule_holds() -> None:
    rules = Destinations(allowed=("0*", "0570064*"), forbidden=("0570*",))
    assert rules.check("0570064123") == "0570064123"
    with pytest.raises(NumberForbidden, match=r"rule 0570\* forbids"):
        rules.check("0570123456")


def test_a_rule_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match=r"'07\.'"):
        Destinations(forbidden=("07.",))


@given(st.text())
def test_nothing_but_digits_ever_passes(text: str) -> None:
    try:
        passed = Destinations(allowed=("0*", "+*", "1*")).check(text)
    except NumberForbidden:
        return
    assert passed.isascii()
    assert passed.removeprefix("+").isdigit()
