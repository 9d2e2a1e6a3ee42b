"""What is said to FreeSWITCH about legs, and what never is."""

from __future__ import annotations

import json

import pytest

from fsbridge.adapters.telephony import Telephony
from fsbridge.errors import CommandFailed, FsbridgeError, InvalidArgument
from fsbridge.services.desk import HeldInBrowser, NoSuchCall
from tests.waiting import wait_for

CONTACT = "[leg_timeout=20]user/1001@kanazawa"


class FreeSwitch:
    """Answers commands, and remembers them."""

    def __init__(self, **answers: str) -> None:
        self.said: list[tuple[str, ...]] = []
        self.answers = answers

    def api(self, name: str, *args: str) -> str:
        self.said.append((name, *args))
        answer = self.answers.get(name, "+OK\n")
        if answer.startswith("-ERR"):
            raise CommandFailed(name, answer)
        return answer

    def bgapi(self, name: str, *args: str) -> str:
        return self.api(name, *args)


def test_a_call_is_placed_with_its_variables_escaped() -> None:
    switch = FreeSwitch()
    Telephony(switch).place(CONTACT, "outside", {"fsbridge_flow": "a,b=c"}, pytest.fail)
    wait_for(lambda: switch.said, "it is placed")
    name, dial, *rest = switch.said[0]
    assert (name, rest) == ("originate", ["outside", "XML", "desk"])
    assert dial.startswith("{originate_timeout=30,ignore_early_media=true,fsbridge_flow=a\\,b\\\\=c}")
    assert dial.endswith(f"}}{CONTACT}")


def test_a_call_that_never_began_is_told() -> None:
    told: list[str] = []
    Telephony(FreeSwitch(originate="-ERR SUBSCRIBER_ABSENT")).place(CONTACT, "outside", {}, told.append)
    wait_for(lambda: told, "it is told")
    assert "SUBSCRIBER_ABSENT" in told[0]


@pytest.mark.parametrize(
    "contact", ["", "user/1 &system(id)", "user/1\napi x", "{a=b}user/1", "user/1,user/2", "&park()"]
)
def test_what_is_no_contact_is_never_dialled(contact: str) -> None:
    switch = FreeSwitch()
    with pytest.raises(InvalidArgument, match="contact must be one address"):
        Telephony(switch).place(contact, "outside", {}, pytest.fail)
    assert switch.said == []


def test_a_leg_that_is_gone_is_no_call() -> None:
    switch = FreeSwitch(uuid_setvar="-ERR No such channel!", uuid_dump="-ERR No such channel!")
    telephony = Telephony(switch)
    with pytest.raises(NoSuchCall):
        telephony.send("c1", "queue", {"fsbridge_queue": "leak@kanazawa"})
    assert telephony.leg("c1") is None


def test_another_refusal_is_passed_on() -> None:
    with pytest.raises(FsbridgeError, match="uuid_bridge: -ERR overloaded"):
        Telephony(FreeSwitch(uuid_bridge="-ERR overloaded")).join("c1", "b1")


def test_a_browsers_leg_is_never_held_from_here() -> None:
    switch = FreeSwitch(uuid_dump=json.dumps({"Channel-Name": "verto.rtc/tab"}))
    with pytest.raises(HeldInBrowser):
        Telephony(switch).hold("a1", on=True)
    assert [words[0] for words in switch.said] == ["uuid_dump"]


def test_a_leg_is_read_as_it_is_now() -> None:
    dump = {
        "Call-Direction": "outbound",
        "Caller-Destination-Number": "0312345678",
        "Answer-State": "answered",
        "Channel-Call-State": "HELD",
        "variable_signal_bond": "a1",
    }
    leg = Telephony(FreeSwitch(uuid_dump=json.dumps(dump))).leg("b1")
    assert leg is not None
    assert (leg.number, leg.answered, leg.held, leg.peer) == ("0312345678", True, True, "a1")
