"""Telephone numbers in any notation come to one form; what a spreadsheet broke is told with its cure."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.domain.contacts import ContactError, Fault
from fsbridge.errors import ConfigError

JAPAN, AMERICA, GERMANY = PhoneNumbers("JP"), PhoneNumbers("US"), PhoneNumbers("DE")


@pytest.mark.parametrize(
    "text",
    [
        "076-220-2722", "0762202722", "０７６－２２０－２７２２", "０７６ー２２０ー２７２２", "076−220−2722",
        "(076) 220 2722", "（０７６）２２０−２７２２", "076(220)2722", "+81 76-220-2722",
        "＋８１（０）７６ー２２０−２７２２", "+81 (0)76 220 2722", "81762202722", "010-81-76-220-2722",
        " 076.220.2722 ", "076‐220‑2722", "076-220-2722 内線12", "076-220-2722（代表）",
    ],
)  # fmt: skip
def test_every_notation_is_one_number(text: str) -> None:
    assert JAPAN.read(text).number == "+81762202722"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0762202722", "076-220-2722"),
        ("0312345678", "03-1234-5678"),
        ("0467221234", "0467-22-1234"),
        ("09012345678", "090-1234-5678"),
        ("0120328117", "0120-328-117"),
        ("0570000123", "0570-000-123"),
        ("0762202111 ext 12", "076-220-2111 ext12"),
        ("+12125550100", "+1 212-555-0100"),
        ("110", "110"),
    ],
)
def test_a_number_is_shown_with_the_hyphens_of_its_area_code(text: str, shown: str) -> None:
    assert JAPAN.read(text).shown == shown


def test_the_region_is_an_argument() -> None:
    assert AMERICA.read("(212) 555-0100").number == "+12125550100"
    assert GERMANY.read("030/123456").number == "+4930123456"
    assert JAPAN.read("+49 30 123456").number == "+4930123456"
    with pytest.raises(ConfigError, match="two letters"):
        PhoneNumbers("Kanazawa")


@pytest.mark.parametrize(
    ("text", "fault", "hint"),
    [
        ("762202722", Fault.LOST_ZERO, "076-220-2722"),
        ("762202722.0", Fault.LOST_ZERO, "076-220-2722"),
        ("9012345678", Fault.LOST_ZERO, "090-1234-5678"),
        ("7.62203E+08", Fault.EXPONENT, ""),
        ("7.62202722E8", Fault.EXPONENT, ""),
        ("0762-20", Fault.WRONG_LENGTH, "03-1234-5678"),
        ("2001", Fault.WRONG_LENGTH, "03-1234-5678"),
        ("07622027220", Fault.NOT_IN_PLAN, "+81 76-2202-7220"),
        ("なし", Fault.NO_NUMBER, "03-1234-5678"),
        ("4月5日", Fault.NO_NUMBER, "03-1234-5678"),
        ("", Fault.NO_NUMBER, "03-1234-5678"),
    ],
)
def test_a_number_that_is_none_is_refused_with_its_cure(text: str, fault: Fault, hint: str) -> None:
    with pytest.raises(ContactError) as caught:
        JAPAN.read(text)
    (problem,) = caught.value.problems
    assert (problem.fault, problem.found, problem.hint) == (fault, text, hint)


def test_where_no_zero_is_written_none_is_missed() -> None:
    assert AMERICA.read("2125550100").number == "+12125550100"
    with pytest.raises(ContactError, match="lost its leading 0"):
        GERMANY.read("30123456")


def test_a_number_newer_than_the_plan_may_be_written_with_its_country_code() -> None:
    one = JAPAN.read("+81 76-2202-7220")
    assert one.number == "+817622027220"
    assert JAPAN.read(one.shown) == one


@given(st.from_regex(r"0[1-9]\d{8,9}", fullmatch=True), st.sampled_from([JAPAN, GERMANY, AMERICA]))
def test_what_is_shown_is_read_as_the_same_number(text: str, plan: PhoneNumbers) -> None:
    try:
        one = plan.read(text)
    except ContactError:
        return
    assert plan.read(one.shown) == one
    assert plan.caller(text) == plan.caller(one.shown) == one.number


@given(st.text(max_size=30) | st.text("+0123456789-()EeＥ内線 ", max_size=30))
def test_hostile_text_is_read_or_refused(text: str) -> None:
    JAPAN.caller(text)
    with suppress(ContactError):
        assert JAPAN.read(text).number


@pytest.mark.parametrize(
    "text",
    ["", "anonymous", "Anonymous", "unknown", "unavailable", "restricted", "非通知", "公衆電話", "P", "***"],
)
def test_an_anonymous_caller_has_no_number(text: str) -> None:
    assert JAPAN.caller(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "0762202722",
        "+81762202722",
        "81762202722",
        "tel:+81-76-220-2722",
        "sip:0762202722@192.0.2.1:5060;user=phone",
    ],
)
def test_a_caller_comes_in_any_form_the_line_sends(text: str) -> None:
    assert JAPAN.caller(text) == "+81762202722"
