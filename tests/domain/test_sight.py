"""Whose numbers somebody sees, and what of a masked one can be told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.sight import VISIBLE, Rights, Sight, masked, masked_text, rights_table
from fsbridge.errors import ConfigError

digits = st.text("0123456789", min_size=7, max_size=15)


@given(digits, st.lists(st.integers(1, 14), max_size=3))
def test_a_masked_number_hides_something_and_shows_its_end(number: str, places: list[int]) -> None:
    written = number
    for place in sorted({one for one in places if one < len(number)}, reverse=True):
        written = f"{written[:place]}-{written[place:]}"
    shown = masked(written)
    assert len(shown) == len(written)
    assert "*" in shown
    kept = shown.replace("-", "")
    assert kept[-VISIBLE:] == number[-VISIBLE:]
    assert all(one in (other, "*") for one, other in zip(kept, number, strict=True))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("090-1234-5678", "090-****-5678"),
        ("0120-328-117", "0120-**8-117"),
        ("+81-90-1234-5678", "+81-**-****-5678"),
        ("非通知", "非通知"),
        ("1001", "1001"),
    ],
)
def test_numbers_as_they_are_written(number: str, shown: str) -> None:
    assert masked(number) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("０９０－１２３４－５６７８へ", "０９０－****－５６７８へ"),
        ("2027-03-01 090-1234-5678", "2027-03-01 090-****-5678"),
        ("3丁目15-2、10時30分", "3丁目15-2、10時30分"),
        ("お客様番号 12345", "お客様番号 12345"),
    ],
)
def test_numbers_within_a_text(text: str, shown: str) -> None:
    assert masked_text(text) == shown


def test_two_roles_may_what_either_may() -> None:
    both = Sight.of(["administrator", "operator"], "op01")
    assert both.may_play("op01")
    assert not both.may_play("op02")
    assert not Sight.of(["operator"], "").may_play(""), "who is no operator has no own calls"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"boss": {}}, "no role 'boss'"),
        ({"operator": {"plays": "all"}}, "operator has no 'plays'"),
        ({"operator": {"export": "yes"}}, "operator.export is 'yes'; give one of True, False"),
    ],
)
def test_a_mistake_in_the_centre_s_data_is_named(data: dict, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        rights_table(data)
    assert rights_table({})["operator"] == Rights(numbers="own", play="own")
