"""The dialplan: extensions from Python, and the project's own as it is rendered for FreeSWITCH."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from fsbridge.adapters.switchconf import (
    TEMPLATES,
    SwitchConf,
    machine_values,
    password_in,
    read_centre,
    render,
)
from fsbridge.config import OutboundSettings, SwitchSettings
from fsbridge.embedded import Action, Condition, Extension, QueueConf, Switch, VirtualClock, extension
from fsbridge.embedded import SwitchConf as EmbeddedConf
from fsbridge.embedded.dialplan import read_contexts
from fsbridge.embedded.hours import matches_time
from fsbridge.errors import ConfigError

NUMBER = "0762202722"


def played(switch: Switch, clock: VirtualClock, number: str, seconds: float = 60) -> dict[str, str]:
    """Calls a number and stays; the variables of the leg when all is over."""
    call = switch.dial_in(number, caller="0761234567")
    clock.advance(seconds)
    return call.leg.variables | {"over": str(call.over)}


def on(*extensions: Extension, at: str = "2027-03-03T10:00") -> tuple[Switch, VirtualClock]:
    clock = VirtualClock(at)
    return Switch(clock, EmbeddedConf(dialplan={"public": extensions})), clock


def test_groups_of_the_number_stand_in_the_actions():
    switch, clock = on(extension("^(a)(.*)$", ("set", "first=$1"), ("set", "rest=$2 of $0")))
    variables = played(switch, clock, "abc")
    assert (variables["first"], variables["rest"]) == ("a", "bc of abc")


def test_the_first_extension_that_fits_is_taken_unless_it_goes_on():
    marks = [
        Extension(name, (Condition("destination_number", "^x$", (Action("set", f"{name}=yes"),)),), go_on)
        for name, go_on in (("one", True), ("two", False), ("three", False))
    ]
    switch, clock = on(*marks)
    variables = played(switch, clock, "x")
    assert (variables.get("one"), variables.get("two"), variables.get("three")) == ("yes", "yes", None)


def test_an_inline_action_decides_what_is_read_next():
    first = Condition("destination_number", "^x$", (Action("set", "mood=good", inline=True),))
    second = Condition("${mood}", "^good$", (Action("set", "said=hello"),))
    switch, clock = on(Extension("mood", (first, second)))
    assert played(switch, clock, "x")["said"] == "hello"


def test_an_anti_action_stands_for_what_does_not_match():
    condition = Condition(
        "${cc_cause}", "^answered$", (Action("set", "was=served"),), (Action("set", "was=not served"),)
    )
    switch, clock = on(Extension("after", (Condition("destination_number", "^x$"), condition)))
    assert played(switch, clock, "x")["was"] == "not served"


def test_a_number_nobody_knows_has_no_route():
    switch, clock = on(extension("^1$", ("answer",)))
    call = switch.dial_in("2", caller="0761234567")
    clock.advance(1)
    assert (call.over, call.leg.cause) == (True, "NO_ROUTE_DESTINATION")


def test_an_application_nobody_knows_ends_the_call():
    switch, clock = on(extension("^1$", ("answer",), ("teleport", "x"), ("set", "after=yes")))
    assert played(switch, clock, "1")["hangup_cause"] == "DESTINATION_OUT_OF_ORDER"


def test_bad_xml_is_refused_by_its_place():
    with pytest.raises(ConfigError, match=r"public\.xml: not well-formed"):
        read_contexts("<context>", "public.xml")


@pytest.mark.parametrize(
    ("attributes", "held"),
    [
        ({"wday": "4"}, True),  # 1 is Sunday
        ({"wday": "mon-fri", "hour": "8-10"}, True),
        ({"time-of-day": "22:00-06:00"}, False),
        ({"mon": "11-3"}, True),
        ({"mday": "1-2,4"}, False),
        ({"minute-of-day": "601"}, True),
        ({"date-time": "2027-03-03 00:00:00~2027-03-03 23:59:59"}, True),
        ({"year": "2026"}, False),
    ],
)
def test_hours(attributes, held):
    assert matches_time(attributes, datetime(2027, 3, 3, 10, 0)) is held


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Extension]]:
    """The dialplan that the project renders for Kanazawa, read by the embedded switch."""
    home = tmp_path_factory.mktemp("rendered")
    values = {**machine_values(SwitchSettings(), OutboundSettings()), "script_port": 1}
    render(SwitchConf(read_centre(TEMPLATES / "kanazawa.toml"), home, password_in(home), **values))
    path = Path(home, "conf", "dialplan", "public.xml")
    return read_contexts(path.read_text("utf-8"), path.name)


@pytest.mark.parametrize(
    ("at", "answered"),
    [
        ("2027-06-02T10:00", "open"),
        ("2027-06-02T19:00", "out-of-hours"),
        ("2027-03-02T18:30", "open"),
        ("2027-01-02T10:00", "new-year"),
    ],
)
def test_the_project_s_own_fallback_works_without_freeswitch(rendered, at, answered):
    clock = VirtualClock(at, zone="Asia/Tokyo")
    queues = tuple(QueueConf(f"{name}@kanazawa") for name in ("opening", "leak", "billing", "other"))
    switch = Switch(clock, EmbeddedConf(queues=queues, dialplan=rendered, zone="UTC"))
    call = switch.dial_in(NUMBER, caller="0761234567")
    clock.advance(1)
    assert call.leg.variables["fsbridge_fallback"].startswith(answered)
    if answered == "open":
        assert call.leg.variables["cc_side"] == "member"
    else:
        clock.advance(60)
        assert call.over
