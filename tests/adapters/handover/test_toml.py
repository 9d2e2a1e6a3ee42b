"""What is written as TOML is read back as the same."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.handover.toml import toml
from fsbridge.adapters.planfile import example, parse
from fsbridge.domain.plandata import data_of

_TEXT = st.text(st.characters(blacklist_categories=["Cs"]))
_DATA = st.recursive(
    st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | _TEXT | st.floats(allow_nan=False, width=32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(_TEXT, _DATA, max_size=4))
def test_it_comes_back(data: dict[str, object]):
    assert tomllib.loads(toml(data)) == data


@pytest.mark.parametrize("name", ["kanazawa", "porto"])
def test_a_plan_comes_back(name: str):
    plan = example(name).plan
    assert parse(toml(data_of(plan)), name).plan == plan
