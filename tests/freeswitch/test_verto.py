"""Browsers: what the embedded switch says to them, a real FreeSWITCH says, message by message."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fsbridge.adapters.switchconf import Operator, a1_hash, render
from fsbridge.embedded import EmbeddedSwitch, QueueConf, SwitchConf
from fsbridge.embedded.dialplan import read_contexts
from fsbridge.embedded.verto import Verto, VertoConf, VertoUser
from fsbridge.embedded.vertoserver import VertoServer
from fsbridge.esl import InboundESL, Raw
from tests.freeswitch.browsers import Browser, Message, an_answer, an_offer
from tests.waiting import wait_for

USERS = ("1001", "1002")
SECRET = "very-secret"
DETACH = 2
QUEUE = "leak@kanazawa"
PUBLIC = f"""
<extension name="queue"><condition field="destination_number" expression="^701$">
  <action application="answer"/><action application="callcenter" data="{QUEUE}"/>
</condition></extension>
<extension name="operator"><condition field="destination_number" expression="^70([0-9]{{4}})$">
  <action application="answer"/><action application="bridge" data="user/$1@kanazawa"/>
</condition></extension>"""
OPERATORS = """
<extension name="colleague"><condition field="destination_number" expression="^(1001|1002)$">
  <action application="set" data="hangup_after_bridge=true"/>
  <action application="bridge" data="user/$1@kanazawa"/>
</condition></extension>
<extension name="echo"><condition field="destination_number" expression="^9196$">
  <action application="answer"/><action application="echo"/>
</condition></extension>
<extension name="early"><condition field="destination_number" expression="^800$">
  <action application="pre_answer"/><action application="sleep" data="200"/><action application="answer"/>
  <action application="sleep" data="200"/><action application="hangup" data="USER_BUSY"/>
</condition></extension>"""
PARTIES = {"caller_id_name", "caller_id_number", "callee_id_name", "callee_id_number", "display_direction"}
WHOLE = {"callID", "variables", "sdp", *PARTIES}


class Stage:
    """A switch with two operators in its directory, whichever it is."""

    def __init__(
        self, verto: tuple[str, int], client: InboundESL, records: Callable[[], list[dict[str, Any]]]
    ) -> None:
        self._verto, self._client, self._records = verto, client, records
        self.api = client.api
        self.tabs: list[Browser] = []

    def open(self) -> Browser:
        """A tab, not logged in."""
        self.tabs.append(Browser(*self._verto))
        return self.tabs[-1]

    def tab(self, user: str, sessid: str) -> Browser:
        """A tab that has logged in and is ready."""
        tab = self.open()
        assert tab.log_in(user, SECRET, sessid)["result"] == {"message": "logged in", "sessid": sessid}
        assert tab.hears("verto.clientReady") == {"reattached_sessions": []}
        return tab

    def originate(self, target: str) -> None:
        """The switch calls, and waits for nobody."""
        self._client.send(f"bgapi originate {target} &park()")

    def call_in(self, number: str) -> None:
        """A citizen calls a number of the public dialplan."""
        who = "{origination_caller_id_name=Taro,origination_caller_id_number=0761112222}"
        self.originate(f"{who}loopback/{number}/public/XML")

    def channels(self) -> dict[str, str]:
        """The state of each call, by its id."""
        rows = json.loads(self.api("show", "channels", "as", "json")).get("rows", [])
        return {row["uuid"]: row["callstate"] for row in rows}

    def sessions(self) -> int:
        """How many legs there are."""
        (count,) = re.findall(r"(\d+) session\(s\) - peak", self.api("status"))
        return int(count)

    def sees(self, call: str, state: str) -> None:
        """Wait until a call is in a state; the list of channels comes a little later than the facts."""
        wait_for(lambda: self.channels().get(call) == state, f"{state}: {self.channels()}")

    def record(self, call: str) -> tuple[str, str | None]:
        """The hang-up cause of a call that is over, and who said so."""

        def found() -> list[dict[str, Any]]:
            return [one["variables"] for one in self._records() if one["variables"].get("uuid") == call]

        variables = wait_for(found, f"the record of {call}")[0]
        return variables["hangup_cause"], variables.get("verto_hangup_disposition")

    def clear(self) -> None:
        """Nobody calls, nobody is logged in."""
        self.api("hupall")
        wait_for(lambda: self.sessions() == 0, "the last call ended")
        for tab in self.tabs:
            tab.leave()
        self.tabs.clear()
        wait_for(lambda: not any(self.is_there(user) for user in USERS), "nobody is logged in")

    def is_there(self, user: str) -> bool:
        """Whether a browser of the user's is logged in."""
        return "error/" not in self.api("verto_contact", f"{user}@kanazawa")


def embedded() -> Iterator[Stage]:
    contexts = {
        name: read_contexts(f'<section><context name="{name}">{xml}</context></section>')[name]
        for name, xml in {"public": PUBLIC, "operators": OPERATORS}.items()
    }
    users = {
        name: VertoUser(
            a1_hash=a1_hash(name, "kanazawa", SECRET),
            variables={
                "user_context": "operators",
                "effective_caller_id_name": "佐藤",
                "effective_caller_id_number": name,
            },
        )
        for name in USERS
    }
    records: list[dict[str, Any]] = []
    switch = EmbeddedSwitch(SwitchConf(queues=(QueueConf(QUEUE),), dialplan=contexts))
    switch.on_record.append(records.append)
    verto = Verto(switch, VertoConf(users=users, detach=DETACH))
    with (
        switch,
        VertoServer(verto) as server,
        InboundESL("127.0.0.1", switch.port, switch.conf.password) as client,
    ):
        yield Stage(("127.0.0.1", server.port), client, lambda: records)


def real(start: Callable[..., Any]) -> Iterator[Stage]:
    switch = start(verto_detach=DETACH, numbers=["700", "701"])
    people = tuple(Operator(name, a1_hash(name, "kanazawa", SECRET), "佐藤") for name in USERS)
    centre = dataclasses.replace(switch.conf.centre, operators=people)
    render(dataclasses.replace(switch.conf, centre=centre))
    for context, xml in {"public": PUBLIC, "operators": OPERATORS}.items():
        switch.extension("verto", xml, context)
    conf = switch.conf
    with InboundESL(conf.host, conf.port, conf.password) as client:
        yield Stage((conf.host, conf.verto_port), client, switch.cdrs)
    switch.kill()


@pytest.fixture(scope="module", params=["embedded", pytest.param("freeswitch", marks=pytest.mark.freeswitch)])
def the_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    yield from real(request.getfixturevalue("_starter")) if request.param == "freeswitch" else embedded()


@pytest.fixture
def stage(the_stage: Stage) -> Iterator[Stage]:
    yield the_stage
    the_stage.clear()


def error(answer: Message) -> tuple[int, str]:
    return answer["error"]["code"], answer["error"]["message"]


NOT_IN = (-32000, "Authentication Required")
NO_METHOD = (-32601, "Invalid Method, Missing Method or Permission Denied")


def test_who_is_not_logged_in_may_do_nothing(stage: Stage) -> None:
    tab = stage.open()
    assert error(tab.ask("echo", a=1)) == NOT_IN
    assert error(tab.ask("login")) == NOT_IN
    assert error(tab.ask("login", login="1001@kanazawa")) == (-32001, "Missing passwd")
    assert error(tab.log_in("1001", "guessed", "s")) == (-32001, "Authentication Failure")
    assert error(tab.log_in("nobody", "guessed", "s")) == (-32001, "Login Incorrect")
    assert stage.api("verto_contact", "1001@kanazawa") == "error/user_not_registered"
    assert tab.log_in("1001", SECRET, "s")["result"] == {"message": "logged in", "sessid": "s"}
    assert stage.api("verto_contact", "1001@kanazawa") == "verto.rtc/u:s"


def test_a_browser_may_telephone_and_nothing_else(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    assert tab.ask("echo", a=1)["result"] == {"a": 1, "sessid": "s"}
    assert tab.ask("echo", a=1, echoParams=True)["result"]["requestParams"]["a"] == 1
    assert tab.ask("verto.ping")["result"] == {"message": "PONG", "sessid": "s"}
    for method in ("jsapi", "fsapi", "verto.subscribe", "verto.broadcast", "nothing", ""):
        assert error(tab.ask(method)) == NO_METHOD


def test_what_is_no_request_is_refused_in_its_words(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    for nonsense, answer in (
        ("not json", {"error": {"code": -32600, "message": "Invalid Request"}, "id": None}),
        ('"text"', {"error": {"code": -32600, "message": "Invalid message"}, "id": None}),
        ({"id": 5}, {"error": {"code": -32600, "message": "Invalid message"}, "id": 5}),
        (
            {"jsonrpc": "2.0", "id": "x", "method": "echo"},
            {"error": {"message": "Params data missing", "code": -32002}, "id": "x"},
        ),
    ):
        tab.say(nonsense)
        assert tab.answer_to(answer["id"]) == {"jsonrpc": "2.0", **answer}
    tab.say([])
    assert tab.answer_to(None) == []
    tab.say([{"jsonrpc": "2.0", "id": 7, "method": "verto.ping"}])
    assert tab.answer_to(None)[0]["id"] == 7


@pytest.mark.parametrize("method", ["verto.answer", "verto.attach", "verto.bye", "verto.modify"])
def test_a_call_that_does_not_exist_is_named(stage: Stage, method: str) -> None:
    tab = stage.tab("1001", "s")
    told = {"sdp": an_offer(), "action": "hold"}
    assert error(tab.in_dialog(method, "nobody", **told)) == (-32002, "CALL DOES NOT EXIST")
    assert error(tab.ask(method, **told)) == (-32002, "Dialog data missing")
    assert error(tab.ask(method, dialogParams={}, **told)) == (-32002, "CallID missing")
    wanted = {"verto.answer": "SDP missing", "verto.attach": "SDP missing", "verto.modify": "action missing"}
    if method in wanted:
        assert error(tab.in_dialog(method, "nobody")) == (-32002, wanted[method])
    refused = tab.ask("verto.invite")["error"]
    assert (refused["message"], refused["cause"]) == ("CALL ERROR", "INVALID_MSG_UNSPECIFIED")


def test_an_operator_takes_a_call_and_hangs_up(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("{origination_caller_id_number=0761,origination_caller_id_name=Taro}user/1001@kanazawa")
    invite = tab.hears("verto.invite")
    assert invite.keys() == WHOLE
    assert (invite["caller_id_name"], invite["caller_id_number"]) == ("Taro", "0761")
    assert (invite["callee_id_number"], invite["display_direction"]) == ("1001", "outbound")
    stage.sees(invite["callID"], "RINGING")
    call = tab.take(invite)
    stage.sees(call, "ACTIVE")
    answer = tab.in_dialog("verto.bye", call, causeCode=16)["result"]
    ended = {"message": "CALL ENDED", "causeCode": 16, "cause": "NORMAL_CLEARING"}
    assert answer == {"callID": call, **ended, "sessid": "s"}
    assert stage.record(call) == ("NORMAL_CLEARING", "recv_bye")
    assert not tab.asked


def test_the_switch_hangs_up(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    call = tab.take(tab.hears("verto.invite"))
    stage.api("uuid_kill", call, "MANAGER_REQUEST")
    bye = {"callID": call, "causeCode": 703, "cause": "MANAGER_REQUEST"}
    assert tab.hears("verto.bye") == bye
    assert stage.record(call) == ("MANAGER_REQUEST", "send_bye")


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ({"cause": "CALL_REJECTED"}, ("CALL_REJECTED", 21)),
        ({"causeCode": "17"}, ("USER_BUSY", 17)),
        ({"cause": "TIRED", "causeCode": 999}, ("NORMAL_CLEARING", 16)),
    ],
)
def test_an_operator_refuses_with_a_cause(stage: Stage, told: dict[str, Any], cause: tuple[str, int]) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    call = tab.hears("verto.invite")["callID"]
    answer = tab.in_dialog("verto.bye", call, **told)["result"]
    assert (answer["cause"], answer["causeCode"]) == cause
    assert stage.record(call) == (cause[0], "recv_bye")


def test_a_description_that_nobody_understands_takes_no_call(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    call = tab.hears("verto.invite")["callID"]
    assert error(tab.in_dialog("verto.answer", call, sdp="rubbish")) == (-32002, "CODEC ERROR")
    stage.sees(call, "RINGING")
    stage.api("hupall")
    assert tab.hears("verto.bye")["callID"] == call
    tab.in_dialog("verto.invite", "a-call", sdp="rubbish")
    assert tab.hears("verto.bye")["callID"] == "a-call"


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("user/1002@kanazawa", "USER_NOT_REGISTERED"),
        ("verto.rtc/1002@kanazawa", "USER_NOT_REGISTERED"),
        ("user/1003@kanazawa", "SUBSCRIBER_ABSENT"),
        ("verto.rtc/u:nobody", "DESTINATION_OUT_OF_ORDER"),
    ],
)
def test_who_is_not_there_is_not_called(stage: Stage, target: str, cause: str) -> None:
    with pytest.raises(Exception, match=cause):
        stage.api("originate", target, Raw("&park()"))


def test_both_tabs_ring_and_one_takes_the_call(stage: Stage) -> None:
    one, two = stage.tab("1001", "one"), stage.tab("1001", "two")
    assert stage.api("verto_contact", "1001@kanazawa") == "verto.rtc/u:two,verto.rtc/u:one"
    stage.originate("user/1001@kanazawa")
    lost = one.hears("verto.invite")["callID"]
    call = two.take(two.hears("verto.invite"))
    assert one.hears("verto.bye") == {"callID": lost, "causeCode": 702, "cause": "LOSE_RACE"}
    wait_for(lambda: list(stage.channels()) == [call], "the other leg is gone")


def test_a_browser_calls(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    call, answer = tab.invite("9196")
    assert answer["result"] == {"message": "CALL CREATED", "callID": call, "sessid": "s"}
    assert tab.hears("verto.answer").keys() == {"callID", "sdp", "variables"}
    again = tab.in_dialog("verto.invite", call, sdp=an_offer())["error"]
    assert (again["message"], again["cause"]) == ("CALL ERROR", "DESTINATION_OUT_OF_ORDER")
    assert tab.in_dialog("verto.info", call, dtmf="12")["result"] == {"message": "SENT", "sessid": "s"}
    for action, params, message in (
        ("transfer", {}, "destination missing"),
        ("transfer", {"destination": "9196"}, "call is not bridged"),
        ("replace", {}, "replaceCallID missing"),
        ("replace", {"replaceCallID": "nobody"}, "invalid transfer leg"),
    ):
        refused = tab.in_dialog("verto.modify", call, action=action, **params)["error"]
        assert refused == {"callID": call, "action": action, "message": message, "code": -32002}
    assert tab.in_dialog("verto.bye", call)["result"]["message"] == "CALL ENDED"
    assert not tab.asked


def test_a_number_that_nobody_has(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    call, answer = tab.invite("555")
    assert answer["result"]["message"] == "CALL CREATED"
    assert tab.hears("verto.bye") == {"callID": call, "causeCode": 3, "cause": "NO_ROUTE_DESTINATION"}


def test_early_media_brings_the_description_and_the_answer_only_says_so(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    tab.invite("800")
    assert tab.hears("verto.media").keys() == {"callID", "sdp", "variables"}
    assert tab.hears("verto.answer").keys() == {"callID", "variables"}


def test_a_colleague_is_called_and_is_busy(stage: Stage) -> None:
    tab, colleague = stage.tab("1001", "s"), stage.tab("1002", "c")
    call, _ = tab.invite("1002")
    invite = colleague.hears("verto.invite")
    assert (invite["caller_id_name"], invite["caller_id_number"]) == ("佐藤", "1001")
    assert "result" in colleague.in_dialog("verto.bye", invite["callID"], cause="USER_BUSY")
    assert tab.hears("verto.bye") == {"callID": call, "causeCode": 17, "cause": "USER_BUSY"}


def test_holding_and_taking_back(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.call_in("701001")
    call = tab.take(tab.hears("verto.invite"))
    assert tab.hears("verto.display")["display_number"] == "0761112222"
    for action, state in (("hold", "held"), ("toggleHold", "active"), ("toggleHold", "held")):
        answer = tab.in_dialog("verto.modify", call, action=action)["result"]
        assert answer == {"callID": call, "action": action, "holdState": state, "sessid": "s"}
    stage.sees(call, "HELD")
    assert tab.in_dialog("verto.modify", call, action="unhold")["result"]["holdState"] == "active"
    stage.sees(call, "ACTIVE")
    assert tab.in_dialog("verto.modify", call, action="dance")["result"]["holdState"] == "active"


def test_a_caller_is_sent_elsewhere_and_the_operator_is_free(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.call_in("701001")
    call = tab.take(tab.hears("verto.invite"))
    tab.hears("verto.display")
    answer = tab.in_dialog("verto.modify", call, action="transfer", destination="701")["result"]
    assert answer["message"] == "CALL TRANSFERRED"
    assert tab.hears("verto.bye") == {"callID": call, "causeCode": 16, "cause": "NORMAL_CLEARING"}
    waiting = ("callcenter_config", "queue", "count", "members", QUEUE)
    wait_for(lambda: stage.api(*waiting).strip() == "1", "the caller in the queue")


def test_two_callers_are_joined(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    calls = []
    for _ in range(2):
        stage.call_in("701001")
        calls.append(tab.take(tab.hears("verto.invite")))
        tab.hears("verto.display")
    answer = tab.in_dialog("verto.modify", calls[0], action="replace", replaceCallID=calls[1])["result"]
    assert answer == {"callID": calls[0], "action": "replace", "holdState": "active", "sessid": "s"}
    byes = {tab.hears("verto.bye")["callID"] for _ in calls}
    assert byes == set(calls)
    assert stage.sessions() > 0


def test_a_reloaded_page_takes_its_call_up_again(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.call_in("701001")
    call = tab.take(tab.hears("verto.invite"))
    told = tab.hears("verto.display")
    assert told.keys() == {"callID", "display_name", "display_number", *PARTIES}
    tab.leave()
    tab = stage.open()
    tab.log_in("1001", SECRET, "s")
    attach = tab.hears("verto.attach")
    assert attach.keys() == WHOLE
    assert attach["callID"] == call
    assert tab.hears("verto.clientReady") == {"reattached_sessions": [call]}
    answer = tab.in_dialog("verto.attach", call, sdp=an_answer(attach["sdp"]))
    assert answer["result"] == {"sessid": "s"}
    assert tab.hears("verto.display")["display_number"] == told["display_number"]
    assert tab.in_dialog("verto.bye", call)["result"]["message"] == "CALL ENDED"


def test_a_second_tab_of_the_same_session_puts_the_first_one_out(stage: Stage) -> None:
    first = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    call = first.take(first.hears("verto.invite"))
    second = stage.open()
    second.log_in("1001", SECRET, "s")
    assert first.hears("verto.punt") == {}
    first.is_put_out()
    assert second.hears("verto.attach")["callID"] == call
    assert second.hears("verto.clientReady") == {"reattached_sessions": [call]}
    stage.sees(call, "ACTIVE")


def test_another_user_does_not_get_somebody_s_session(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    thief = stage.open()
    assert error(thief.log_in("1002", SECRET, "s")) == (-32001, "Session in use")
    thief.is_put_out()
    assert tab.ask("verto.ping")["result"]["message"] == "PONG"
    assert stage.api("verto_contact", "1002@kanazawa") == "error/user_not_registered"


def test_what_rings_in_a_tab_that_is_closed_is_over(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    call = tab.hears("verto.invite")["callID"]
    tab.leave()
    assert stage.record(call) == ("DESTINATION_OUT_OF_ORDER", None)


def test_an_answered_call_waits_for_its_browser_and_not_for_ever(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    call = tab.take(tab.hears("verto.invite"))
    tab.leave()
    wait_for(lambda: not stage.is_there("1001"), "the tab is gone")
    stage.sees(call, "ACTIVE")
    assert stage.record(call) == ("RECOVERY_ON_TIMER_EXPIRE", None)


def test_attaching_to_what_still_rings_ends_it(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    stage.originate("user/1001@kanazawa")
    invite = tab.hears("verto.invite")
    answer = tab.in_dialog("verto.attach", invite["callID"], sdp=an_answer(invite["sdp"]))
    assert error(answer) == (-32002, "Cannot attach to a call that has not been answered.")
    assert tab.hears("verto.bye")["cause"] == "DESTINATION_OUT_OF_ORDER"


def test_a_caller_in_the_queue_reaches_the_operator_s_browser(stage: Stage) -> None:
    tab = stage.tab("1001", "s")
    for words in (
        "agent add 1001 callback",
        "agent set contact 1001 [leg_timeout=8]user/1001@kanazawa",
        "agent set status 1001 Available",
        f"tier add {QUEUE} 1001 1 1",
    ):
        stage.api("callcenter_config", *words.split())
    try:
        stage.call_in("701")
        call = tab.hears("verto.invite")["callID"]
        tab.leave()  # F5 while it rings: no answer, and the caller waits on
        assert stage.record(call) == ("DESTINATION_OUT_OF_ORDER", None)
        tab = stage.open()
        tab.log_in("1001", SECRET, "s")  # the call may be there before the tab is told that it is ready
        call = tab.take(tab.hears("verto.invite", after=("verto.clientReady",)))
        told = tab.hears("verto.display", after=("verto.clientReady",))
        assert (told["display_name"], told["display_number"]) == ("Taro", "0761112222")
        assert tab.in_dialog("verto.bye", call)["result"]["message"] == "CALL ENDED"
    finally:
        stage.api("callcenter_config", "agent", "del", "1001")
