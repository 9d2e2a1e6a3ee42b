"""Browsers on a virtual clock: silence, time limits, and what hostile pages send."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.embedded import Handset, QueueConf, Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.core import Fired
from fsbridge.embedded.verto import Verto, VertoConf, VertoUser
from fsbridge.embedded.vertosdp import Descriptions, acceptable, read_media
from fsbridge.embedded.vertosession import VertoSession
from tests.freeswitch.browsers import an_answer, an_offer

USERS = {
    "op01": VertoUser(password="secret", variables={"user_context": "operators"}),
    "op02": VertoUser(password="secret", variables={"user_context": "operators"}),
}
PLAN = {
    "operators": [
        extension("^9196$", ("answer",), ("echo", "")),
        extension("^(op0[12])$", ("bridge", "user/$1@kanazawa")),
        extension("^desk$", ("bridge", "user/desk")),
    ],
    "public": [
        extension("^100$", ("answer",), ("callcenter", "leak@kanazawa")),
        extension("^200$", ("answer",), ("bridge", "user/op01@kanazawa")),
    ],
}


class Exchange:
    """A switch on a virtual clock with two operators in its directory."""

    def __init__(self, **conf: Any) -> None:
        self.clock = VirtualClock()
        queues = (QueueConf("leak@kanazawa"),)
        self.switch = Switch(self.clock, SwitchConf(queues=queues, dialplan=PLAN, seed=1))
        self.records: list[dict[str, Any]] = []
        self.switch.on_record.append(self.records.append)
        self.verto = Verto(self.switch, VertoConf(users=USERS, **conf))

    def tab(self, user: str = "op01", sessid: str = "tab") -> Tab:
        tab = Tab(self)
        assert tab.ask("login", login=user, passwd="secret", sessid=sessid)["result"]["sessid"] == sessid
        return tab


class Tab:
    """One browser's socket, without the socket."""

    def __init__(self, exchange: Exchange) -> None:
        self.said: list[Any] = []
        self.closed = False
        self._clock = exchange.clock
        self.session: VertoSession = exchange.verto.connect(self.said.append, self._close, "192.0.2.1:50000")

    def _close(self) -> None:
        self.closed = True
        self.session.lost()

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.session.feed(json.dumps({"jsonrpc": "2.0", "id": "mine", "method": method, "params": params}))
        answer = next(one for one in reversed(self.said) if isinstance(one, dict) and one.get("id") == "mine")
        self._clock.advance(0.001)
        assert isinstance(answer, dict)
        return answer

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [one["params"] for one in self.said if isinstance(one, dict) and one.get("method") == method]


def test_a_silent_browser_is_asked_every_thirty_seconds_whether_it_is_there() -> None:
    exchange = Exchange()
    tab = exchange.tab()
    exchange.clock.advance(29)
    assert tab.asked("verto.ping") == []
    tab.ask("echo")
    exchange.clock.advance(29)
    assert tab.asked("verto.ping") == []
    exchange.clock.advance(2)
    (ping,) = tab.asked("verto.ping")
    assert ping == {"serno": exchange.clock.micro() // 1_000_000 - 1}
    exchange.clock.advance(60)
    assert len(tab.asked("verto.ping")) == 3
    tab.session.lost()
    exchange.clock.advance(600)
    assert len(tab.asked("verto.ping")) == 3


def test_an_answered_call_waits_for_its_browser_as_long_as_is_set_and_no_longer() -> None:
    exchange = Exchange(detach=120)
    tab = exchange.tab()
    call = exchange.switch.dial_in("200", caller="0761")
    exchange.clock.advance(1)
    (invite,) = tab.asked("verto.invite")
    tab.ask("verto.answer", sdp=an_answer(invite["sdp"]), dialogParams={"callID": invite["callID"]})
    exchange.clock.advance(1)
    assert call.leg.bridge is not None
    tab.session.lost()
    exchange.clock.advance(119)
    assert not call.over
    again = exchange.tab()
    (attach,) = again.asked("verto.attach")
    assert attach["callID"] == invite["callID"]
    exchange.clock.advance(600)
    assert not call.over
    again.session.lost()
    exchange.clock.advance(122)
    assert call.over
    record = next(one for one in exchange.records if one["variables"]["uuid"] == invite["callID"])
    assert record["variables"]["hangup_cause"] == "RECOVERY_ON_TIMER_EXPIRE"


def test_consulting_a_colleague_and_leaving_the_two_alone() -> None:
    exchange = Exchange()
    exchange.switch.telephones["desk"] = Handset(1.0)
    tab = exchange.tab()
    citizen = exchange.switch.dial_in("200", caller="0761112222")
    exchange.clock.advance(1)
    (invite,) = tab.asked("verto.invite")
    first = {"callID": invite["callID"]}
    tab.ask("verto.answer", sdp=an_answer(invite["sdp"]), dialogParams=first)
    assert tab.ask("verto.modify", action="hold", dialogParams=first)["result"]["holdState"] == "held"
    second = {"callID": "second", "destination_number": "desk"}
    tab.ask("verto.invite", sdp=an_offer(), dialogParams=second)
    exchange.clock.advance(3)
    assert "sdp" in tab.asked("verto.answer")[0]
    assert tab.asked("verto.display")[-1]["display_number"] == "desk"
    answer = tab.ask("verto.modify", action="replace", replaceCallID="second", dialogParams=first)
    assert "result" in answer
    exchange.clock.advance(5)
    assert {bye["callID"] for bye in tab.asked("verto.bye")} == {"second", invite["callID"]}
    assert citizen.leg.bridge is not None
    assert citizen.leg.bridge.partner(citizen.leg.uuid).profile.number == "desk"


def test_keys_pressed_in_the_browser_reach_the_other_side() -> None:
    exchange = Exchange()
    tab = exchange.tab()
    citizen = exchange.switch.dial_in("200", caller="0761")
    exchange.clock.advance(1)
    (invite,) = tab.asked("verto.invite")
    dialog = {"callID": invite["callID"]}
    tab.ask("verto.answer", sdp=an_answer(invite["sdp"]), dialogParams=dialog)
    exchange.clock.advance(1)
    tab.ask("verto.info", dtmf="1 2\n#", dialogParams=dialog)
    exchange.clock.advance(1)
    assert citizen.heard_keys == "12#"


def test_logins_are_events() -> None:
    exchange = Exchange()
    heard: list[tuple[str, str]] = []

    class Ear:
        def wants(self, name: str, subclass: str) -> bool:
            return subclass.startswith("verto::")

        def hear(self, event: Fired) -> None:
            heard.append((event.subclass, event.get("verto_success") or ""))

    exchange.switch.core.listeners.append(Ear())
    tab = exchange.tab()
    tab.ask("login", login="op01", passwd="guessed")
    tab.session.lost()
    assert heard == [
        ("verto::client_connect", ""),
        ("verto::login", "1"),
        ("verto::login", "0"),
        ("verto::client_disconnect", ""),
    ]


def test_a_session_s_name_cannot_make_the_switch_call_somebody_else() -> None:
    exchange = Exchange()
    tab = Tab(exchange)
    tab.ask("login", login="op01", passwd="secret", sessid="a,error/USER_BUSY|loopback/200" + "x" * 100)
    printed: list[str] = []
    exchange.switch.api("originate user/op01@kanazawa &park()", printed.append)
    exchange.clock.advance(1)
    assert len(exchange.switch.core.legs) == len(tab.asked("verto.invite")) == 1
    assert len(tab.said[0]["result"]["sessid"]) == 36


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = (
    "dialogParams",
    "sdp",
    "action",
    "dtmf",
    "echoParams",
    "sessid",
    "login",
    "passwd",
    "cause",
    "causeCode",
)
METHODS = (
    "echo",
    "login",
    "verto.invite",
    "verto.answer",
    "verto.bye",
    "verto.modify",
    "verto.info",
    "verto.attach",
)
DIALOG = st.fixed_dictionaries(
    {"callID": st.sampled_from(["call", "other"]) | json_values},
    optional={"destination_number": json_values | st.just("9196"), "caller_id_name": json_values},
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(METHODS),
            st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4),
            st.none() | DIALOG,
        )
        | st.text(st.characters(codec="utf-8"), max_size=30),
        max_size=8,
    )
)
def test_whatever_a_page_sends_is_answered_and_hurts_nobody(messages: list[Any]) -> None:
    exchange = Exchange()
    tab, other = exchange.tab(sessid="hostile"), exchange.tab("op02", "other")
    for message in messages:
        if isinstance(message, str):
            tab.session.feed(message)
        else:
            method, params, dialog = message
            if dialog is not None:
                params = {"sdp": an_offer(), **params, "dialogParams": dialog}
            request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
            tab.session.feed(json.dumps(request))
        exchange.clock.advance(1)
    json.dumps(tab.said, ensure_ascii=False).encode()
    assert other.ask("verto.ping")["result"]["message"] == "PONG"
    tab.session.lost()
    exchange.clock.advance(300)
    exchange.switch.tell("hupall")
    exchange.clock.advance(1)
    assert exchange.switch.core.legs == {}
    assert exchange.verto.calls == {}


def test_an_answer_takes_one_audio_and_refuses_the_rest_in_order() -> None:
    offer = an_offer() + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
    answer = Exchange().verto.sdp.answer(offer)
    audio, video = read_media(answer)
    assert (audio.kind, audio.protocol, audio.payloads) == ("audio", "UDP/TLS/RTP/SAVPF", ["111", "126"])
    assert (audio.value("mid"), audio.value("setup")) == ("0", "active")
    assert (video.kind, video.value("mid")) == ("video", "1")
    assert "m=video 0 " in answer
    assert "a=group:BUNDLE 0\r\n" in answer
    assert acceptable(answer)


@pytest.mark.parametrize("missing", ["a=fingerprint", "a=ice-ufrag", "m=audio", "a=rtpmap"])
def test_what_could_never_be_talked_over_is_not_acceptable(missing: str) -> None:
    lines = [line for line in an_offer().splitlines() if not line.startswith(missing)]
    text = "\r\n".join(lines).replace("SAVPF 111 0 126", "SAVPF 111 126")
    assert not acceptable(text)


def test_pcmu_alone_is_enough() -> None:
    offer = an_offer().replace("a=rtpmap:111 opus/48000/2\r\n", "")
    (audio,) = read_media(Exchange().verto.sdp.answer(offer))
    assert audio.payloads == ["0", "126"]


def test_two_switches_have_different_fingerprints_and_each_one_keeps_its_own() -> None:
    one, two = Descriptions(random.Random(1)), Descriptions(random.Random(2))
    marks = [read_media(text)[0].value("fingerprint") for text in (one.offer(), one.offer(), two.offer())]
    assert marks[0] == marks[1] != marks[2]
