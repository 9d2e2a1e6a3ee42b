"""The operator's desk as its browser meets it, without a switch: seat, status, notes, screen pop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store, StoredSeats
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.models import Note
from fsbridge.adapters.store.recording_pauses import StoredPauses
from fsbridge.adapters.store.signals import StoredSignals
from fsbridge.domain import events as ev
from fsbridge.domain.contacts import Card
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.seats import Allowance
from fsbridge.services.contacts import Contacts
from fsbridge.services.recordings_pause import Pausing
from fsbridge.services.seats import Register
from tests.webpanel.browsing import Browser
from webpanel import Centre, Panel
from webpanel.desk import Live
from webpanel.desk.presence import GRACE

Open = Callable[..., Browser]
READY = Choice(Status.READY)
CITIZEN = "0760000002"


def now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """A browser at the desk, and what it was told."""

    def __init__(self, panel: Panel, browser: Browser, centre: Centre) -> None:
        self.panel, self.browser = panel, browser
        assert centre.kept is not None
        self.operators, self.floor = centre.kept.operators, centre.floor
        self.socket = browser.live(panel, "/desk")
        self._seen: list[dict[str, Any]] = []

    def say(self, event: str, **said: Any) -> dict[str, Any]:
        answer = self.socket.emit(event, said, namespace="/desk", callback=True)
        assert isinstance(answer, dict)
        return answer

    @property
    def live(self) -> Live:
        live = self.panel.socketio.server.namespace_handlers["/desk"]
        assert isinstance(live, Live)
        return live

    def told(self, name: str) -> list[Any]:
        self._seen += self.socket.get_received("/desk")
        return [one["args"][0] for one in self._seen if one["name"] == name]

    @property
    def state(self) -> dict[str, Any]:
        return dict(self.told("state")[-1])

    @property
    def pop(self) -> dict[str, Any] | None:
        found = self.told("pop")[-1]["about"]
        return dict(found) if found else None

    def rings(self, visit: str = "v1", queue: str = "opening@kanazawa", operator: str = "op01") -> None:
        """A citizen waits, and the operator's telephone rings."""
        began = now()
        call = f"call-{visit}"
        self.floor.apply(ev.CallStarted(at=began, uuid=call, number=CITIZEN))
        entered = ev.CallerEnteredQueue(at=began, visit=visit, call=call, queue=queue, number=CITIZEN)
        self.floor.apply(entered)
        self.operators.offered(operator, now(), call=call, visit=visit, queue=queue)
        self.live.turn()

    def talks(self, visit: str = "v1", **more: str) -> str:
        """And is answered; the operator's leg."""
        self.rings(visit, **more)
        leg = f"leg-{visit}"
        operator = more.get("operator", "op01")
        queue = more.get("queue", "opening@kanazawa")
        told = {"visit": visit, "call": f"call-{visit}", "queue": queue, "operator": operator, "leg": leg}
        self.floor.apply(ev.OfferAnswered(at=now(), **told))
        self.operators.answered(operator, now(), visit=visit, leg=leg, call=f"call-{visit}", queue=queue)
        self.live.turn()
        return leg

    def hangs_up(self, visit: str = "v1", operator: str = "op01") -> None:
        self.operators.ended(operator, now(), visit)
        self.live.turn()


@pytest.fixture
def desk(panel: Panel, browser: Open, centre: Centre, store: Store) -> Desk:
    contacts = Contacts(StoredContacts(store), PhoneNumbers("JP"))
    card = Card(
        name="兼六設備工業",
        kana="ケンロクセツビコウギョウ",
        note="<script>alert(1)</script>",
        numbers=contacts.numbers([("076-000-0002", "")]),
        tags=("業者",),
    )
    contacts.add(card, by="test", now=now())
    desk = Desk(panel, browser("op01"), centre)
    desk.live.turn()
    return desk


@pytest.fixture
def seated(desk: Desk) -> Desk:
    assert desk.say("log_in") == {"seat": 1}
    return desk


@pytest.fixture
def ready(seated: Desk) -> Desk:
    assert seated.say("choose", status="ready") == {}
    return seated


def test_the_page_begins_with_kinds_of_case_reasons_and_no_secret(browser: Open) -> None:
    answer = browser("op01").get("/desk")
    assert answer.status_code == 200
    assert "オペレーターデスク" in answer.text
    assert "\\u9053\\u8def\\u6f0f\\u6c34" in answer.text or "道路漏水" in answer.text
    assert "昼休み" in answer.text or "\\u663c\\u4f11\\u307f" in answer.text
    assert '"none"' not in answer.text  # a code of the system's
    assert "Operator desk" in browser("op01").get("/desk?lang=en").text


def test_who_comes_is_told_that_there_is_a_seat_to_take(desk: Desk) -> None:
    state = desk.state
    assert (state["seat"], state["elsewhere"], state["duty"]) == (None, None, None)
    assert (state["seats"]["taken"], state["seats"]["of"]) == (0, 20)
    assert desk.pop is None


def test_log_in_begins_as_getting_ready_and_calls_come_when_the_operator_says_so(desk: Desk) -> None:
    assert desk.say("log_in") == {"seat": 1}
    assert desk.state["seat"]["number"] == 1
    assert (desk.state["duty"]["status"], desk.state["duty"]["reason"]) == ("away", "準備中")
    assert desk.say("choose", status="ready") == {}
    assert desk.state["duty"]["status"] == "ready"


def test_only_statuses_and_reasons_there_are_can_be_chosen(seated: Desk) -> None:
    assert seated.say("choose", status="on break", reason="昼休み") == {}
    assert seated.state["duty"]["reason"] == "昼休み"
    for said in ({"status": "talking"}, {"status": "on break", "reason": "釣り"}, {"status": 7}, {}):
        assert seated.say("choose", **said) == {"error": "その状態は選べません。"}


def test_the_next_operator_is_refused_by_the_names_of_who_sits(desk: Desk, store: Store) -> None:
    room = StoredSeats(store)
    register = Register(room, lambda at: Allowance("all", seats=0, registered=99))
    others = [f"op{number:02}" for number in range(2, 17)] + [f"temp{number}" for number in range(5)]
    for operator in others:
        if operator.startswith("temp"):
            register.enrol(operator, operator, now(), by="test")
        desk.operators.log_in(operator, f"session of {operator}", now())
    answer = desk.say("log_in")
    assert answer["error"] == "空いている席がありません。"
    assert len(answer["full"]) == 20
    assert "山本 健一" in [one["name"] for one in answer["full"]]
    assert "session" not in str(answer)


def test_a_seat_at_another_computer_is_taken_over_on_purpose(
    panel: Panel, browser: Open, centre: Centre, ready: Desk
) -> None:
    other = Desk(panel, browser("op01"), centre)
    assert other.state["elsewhere"]["number"] == 1
    refused = other.say("log_in")
    assert refused["error"] == "すでに着席しています。"
    assert refused["taken"]["mine"] is True
    assert other.say("log_in", take_over=True) == {"seat": 1}
    assert other.state["duty"]["status"] == "ready"
    assert ready.say("beat") == {"lost": True}
    assert ready.state["elsewhere"]["number"] == 1
    assert other.say("beat") == {}


def test_an_arriving_call_shows_who_calls_how_long_they_waited_and_what_to_say(ready: Desk) -> None:
    ready.rings()
    duty = ready.state["duty"]
    assert (duty["status"], duty["flow_name"]) == ("ringing", "開閉栓受付")
    assert duty["waits"] <= duty["since"]
    assert duty["withdrawn"] - duty["since"] == 20_000
    pop = ready.pop
    assert pop is not None
    assert (pop["contact"]["name"], pop["contact"]["kana"]) == ("兼六設備工業", "ケンロクセツビコウギョウ")
    assert pop["shown"] == "076-000-0002"
    assert pop["script"]["title"] == "開閉栓受付"
    assert pop["contact"]["tags"] == ["業者"]


def test_notes_are_kept_from_the_first_second_and_come_back(
    ready: Desk, panel: Panel, browser: Open, centre: Centre
) -> None:
    leg = ready.talks()
    assert ready.say("draft", leg=leg, text="広岡3丁目\r\n水が道に", case="") == {}
    again = Desk(panel, ready.browser, centre)
    pop = again.pop
    assert pop is not None
    assert pop["note"] == {"text": "広岡3丁目\n水が道に", "case": "", "saved": False}
    assert again.say("draft", leg="another's", text="x")["error"].startswith("この通話は")
    assert "長すぎます" in again.say("draft", leg=leg, text="あ" * 10_001)["error"]
    assert "error" in again.say("draft", leg=leg)
    pop = Desk(panel, ready.browser, centre).pop
    assert pop is not None
    assert pop["note"]["text"].startswith("広岡")


def test_saving_ends_the_wrap_up_and_the_next_status_comes(ready: Desk, store: Store) -> None:
    leg = ready.talks()
    ready.say("choose", status="on break", reason="昼休み")
    assert ready.state["duty"]["next"] == {"status": "on break", "reason": "昼休み"}
    ready.hangs_up()
    assert ready.state["duty"]["status"] == "wrap-up"
    assert ready.say("save", leg=leg, text="漏水", case="", finish=True) == {
        "error": "案件の種別を選んでください。"
    }
    assert ready.say("save", leg=leg, text="漏水", case="none", finish=True)["error"]
    assert ready.state["duty"]["status"] == "wrap-up"
    answer = ready.say("save", leg=leg, text="漏水", case="leak.road", finish=True)
    assert answer == {"notice": ""}
    assert (ready.state["duty"]["status"], ready.state["duty"]["reason"]) == ("on break", "昼休み")
    with store.reading():
        note = Note.get()
        assert (note.text, note.case_type.key, note.leg_uuid) == ("漏水", "leak.road", leg)
    ready.say("choose", status="ready")
    ready.talks("v2")
    assert ready.pop is not None
    assert ready.pop["last_case"] == "leak.road"


def test_a_hand_goes_up_and_down(seated: Desk, store: Store) -> None:
    assert seated.say("hand", up=True) == {}
    assert seated.state["hand"] is not None
    assert [hand.operator for hand in StoredSignals(store).hands()] == ["op01"]
    seated.say("hand", up=False)
    assert seated.state["hand"] is None


def test_a_supervisor_s_message_comes_once_and_again_after_a_reload(
    seated: Desk, panel: Panel, centre: Centre
) -> None:
    seated.live.turn()
    seated.live.pictures.messages.send("開栓が混んでいます", by="boss", now=now(), to="op01")
    seated.live.pictures.messages.send("op02 さんへ", by="boss", now=now(), to="op02")
    seated.live.turn()
    seated.live.turn()
    assert [one["text"] for one in seated.told("notice")] == ["開栓が混んでいます"]
    assert [one["text"] for one in Desk(panel, seated.browser, centre).told("notice")] == [
        "開栓が混んでいます"
    ]


def test_a_closed_page_sends_away_and_a_reload_does_not(ready: Desk, panel: Panel, centre: Centre) -> None:
    clock = [0.0]
    ready.live._tabs._clock = lambda: clock[0]
    ready.socket.disconnect(namespace="/desk")
    clock[0] = GRACE / 2
    ready.live.turn()
    again = Desk(panel, ready.browser, centre)
    clock[0] = GRACE * 2
    ready.live.turn()
    assert again.state["duty"]["status"] == "ready"
    again.socket.disconnect(namespace="/desk")
    clock[0] = GRACE * 4
    ready.live.turn()
    duty = ready.operators.book.duty("op01")
    assert duty is not None
    assert (duty.status, duty.reason) == (Status.AWAY, "電話不通")
    back = Desk(panel, ready.browser, centre)
    assert back.say("phone") == {}
    assert back.state["duty"]["status"] == "ready"


def test_a_page_closed_in_a_call_ends_nothing(ready: Desk) -> None:
    ready.talks()
    ready.operators.phone_gone("op01", now())
    duty = ready.operators.book.duty("op01")
    assert duty is not None
    assert duty.status is Status.TALKING
    ready.say("phone")
    assert ready.state["duty"]["next"] is None


def test_log_out_frees_the_seat_now_or_after_the_call(ready: Desk) -> None:
    ready.talks()
    assert ready.say("log_out") == {"gone": False}
    assert ready.state["duty"]["next"]["status"] == "logged out"
    ready.hangs_up()
    leg = ready.state["duty"]["leg"]
    ready.say("save", leg=leg, text="", case="leak.road", finish=True)
    assert (ready.state["seat"], ready.state["duty"]) == (None, None)
    assert ready.operators.seats.standing(now()).held == ()


def test_a_telephone_needs_a_seat_and_a_switch(desk: Desk) -> None:
    headers = {"Accept": "application/json"}
    assert desk.browser.post("/desk/verto", headers=headers).status_code == 409
    desk.say("log_in")
    answer = desk.browser.post("/desk/verto", headers=headers)
    assert answer.status_code == 400
    assert answer.json == {"error": "内線番号が登録されていないため、電話を使えません。"}


def test_without_a_switch_nobody_is_called(seated: Desk) -> None:
    for event in ("dial", "call_back", "transfer", "complete", "take_back", "line"):
        assert seated.say(event) == {"error": "外線への発信は利用できません。"}


class Recorder:
    """A switch that records every call, and which of them fall silent now."""

    def __init__(self) -> None:
        self.silent: set[str] = set()

    def of(self, call: str) -> list[tuple[str, str]]:
        return [(call, f"2027-04-01/{call}-1806541200250000.wav")]

    def mask(self, leg: str, path: str) -> None:
        self.silent.add(leg)

    def unmask(self, leg: str, path: str) -> None:
        self.silent.discard(leg)


def test_the_recording_falls_silent_and_speaks_again(ready: Desk, store: Store) -> None:
    assert "error" in ready.say("record", pause=True)
    recorder = Recorder()
    ready.live._pausing = Pausing(recorder, StoredPauses(store))
    assert ready.say("record", pause=True) == {"error": "対象の通話がありません。"}
    ready.talks()
    assert ready.say("record") == {"paused": False}
    assert ready.say("record", pause=True) == {"paused": True}
    assert recorder.silent == {"call-v1"}
    assert ready.say("record", resume=True) == {"paused": False}
    assert recorder.silent == set()
    assert [span.started_by for span in StoredPauses(store).spans("call-v1")] == ["op01"]


def test_a_call_can_be_sent_to_colleagues_and_queues(seated: Desk) -> None:
    seated.operators.log_in("op02", "elsewhere", now(), choice=READY)
    targets = seated.say("targets")
    assert [(one["key"], one["status"], one["free"]) for one in targets["operators"]] == [
        ("op02", "ready", True)
    ]
    assert "漏水・緊急" in [one["flow_name"] for one in targets["queues"]]


@pytest.mark.parametrize("said", [None, [], "x", {"leg": {}}, {"text": 5, "leg": [], "case": None}])
def test_rubbish_is_refused_and_breaks_nothing(seated: Desk, said: object) -> None:
    for event in ("draft", "save", "choose", "transfer", "dial"):
        answer = seated.socket.emit(event, said, namespace="/desk", callback=True)
        assert "error" in answer, event
    seated.socket.emit("quality", said, namespace="/desk", callback=True)
    assert seated.say("beat") == {}
