"""The supervisor's page as a browser meets it, without a switch: the picture, and each order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.models import AuditEntry, Setting
from fsbridge.adapters.store.signals import StoredSignals
from fsbridge.domain import events as ev
from fsbridge.domain.contacts import Card
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.facts import AgentRow, Facts, QueueRow, TierRow
from fsbridge.domain.monitoring import Mode, Monitoring
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.recordingalarms import Alarm
from fsbridge.sections import SpeechSettings
from fsbridge.services.contacts import Contacts
from fsbridge.services.operators import Operators
from tests.webpanel.browsing import Browser
from webpanel import Centre, Panel
from webpanel.supervise import Live

Open = Callable[..., Browser]
READY = Choice(Status.READY)
CITIZEN = "0760000002"
OPENING, LEAK = "opening@kanazawa", "leak@kanazawa"


def now() -> datetime:
    return datetime.now(UTC)


class Supervisor:
    """A browser at the supervisor's page, and what it was told."""

    def __init__(self, panel: Panel, browser: Browser, centre: Centre) -> None:
        self.panel, self.browser, self.floor = panel, browser, centre.floor
        assert centre.kept is not None
        self.operators: Operators = centre.kept.operators
        self.socket = browser.live(panel, "/supervise")
        live = panel.socketio.server.namespace_handlers["/supervise"]
        assert isinstance(live, Live)
        self.live = live
        self.picture: dict[str, Any] = {}
        self.look()

    def look(self) -> dict[str, Any]:
        """The newest picture."""
        told = [one["args"][0] for one in self.socket.get_received("/supervise") if one["name"] == "picture"]
        self.picture = told[-1] if told else self.picture
        return self.picture

    def turn(self) -> dict[str, Any]:
        """The picture once what is kept was looked at again."""
        self.live.turn(fresh=True)
        self.live._pushed_at = float("-inf")
        self.live.push()
        return self.look()

    def operator(self, key: str) -> dict[str, Any]:
        return next(one for one in self.turn()["operators"] if one["key"] == key)

    def order(self, path: str, expected: int = 200, **said: Any) -> dict[str, Any]:
        answer = self.browser.post(f"/supervise/{path}", json=said, headers={"Accept": "application/json"})
        assert answer.status_code == expected, answer.text
        assert answer.json is not None
        return dict(answer.json)

    def sits(self, *operators: str) -> None:
        for operator in operators:
            self.operators.log_in(operator, f"browser of {operator}", now(), choice=READY)

    def waits(self, visit: str, queue: str = OPENING, number: str = CITIZEN, ago: int = 0) -> None:
        at = now() - timedelta(seconds=ago)
        self.floor.apply(ev.CallStarted(at=at, uuid=f"call-{visit}", number=number))
        entered = ev.CallerEnteredQueue(at=at, visit=visit, call=f"call-{visit}", queue=queue, number=number)
        self.floor.apply(entered)

    def talks(self, operator: str, visit: str = "v1", queue: str = OPENING) -> None:
        self.waits(visit, queue)
        told = {"visit": visit, "call": f"call-{visit}", "queue": queue}
        leg = f"leg-{visit}"
        self.operators.offered(operator, now(), **told)
        self.floor.apply(ev.OfferAnswered(at=now(), operator=operator, leg=leg, **told))
        self.operators.answered(operator, now(), leg=leg, **told)


@pytest.fixture
def boss(panel: Panel, browser: Open, centre: Centre, store: Store) -> Supervisor:
    contacts = Contacts(StoredContacts(store), PhoneNumbers("JP"))
    card = Card(name="兼六設備工業", numbers=contacts.numbers([("076-000-0002", "")]))
    contacts.add(card, by="test", now=now())
    return Supervisor(panel, browser("boss"), centre)


def audited(store: Store) -> list[tuple[str, str, str]]:
    with store.connection():
        return [(one.actor, one.action, one.which) for one in AuditEntry.select().order_by(AuditEntry.id)]


def test_the_page_begins_with_limits_reasons_and_announcements(browser: Open) -> None:
    answer = browser("boss").get("/supervise")
    assert answer.status_code == 200
    assert "管理席" in answer.text
    assert '"talking": [900, 1800]' in answer.text
    assert "Supervisor" in browser("admin").get("/supervise?lang=en").text
    assert browser("op01").get("/supervise").status_code == 403


def test_limits_are_the_centre_s_data(browser: Open, store: Store) -> None:
    with store.connection():
        Setting.create(
            key="supervise.limits", value={"talking": [60, 120]}, changed_at=now(), changed_by="test"
        )
    assert '"talking": [60, 120]' in browser("boss").get("/supervise").text


def test_who_comes_gets_the_whole_picture(boss: Supervisor, store: Store) -> None:
    boss.sits("op01", "op02")
    boss.talks("op01")
    StoredSignals(store).raise_hand("op02", now())
    one = boss.operator("op01")
    assert (one["name"], one["status"], one["flow"], one["seat"]) == ("中村 和子", "talking", "opening", 1)
    assert one["caller"] == {"number": "076-000-0002", "name": "兼六設備工業"}
    two = boss.operator("op02")
    assert two["status"] == "ready"
    assert two["hand"] is not None
    seats = boss.picture["seats"]
    assert (seats["of"], [seat["operator"] for seat in seats["held"]]) == (20, ["op01", "op02"])


def test_who_keeps_the_system_going_sees_no_numbers(panel: Panel, browser: Open, centre: Centre) -> None:
    admin = Supervisor(panel, browser("admin"), centre)
    boss = Supervisor(panel, browser("boss"), centre)
    admin.sits("op01")
    admin.talks("op01")
    admin.waits("v2")
    admin.turn()
    assert CITIZEN not in str(admin.picture).replace("-", "")
    assert admin.picture["queue"][0]["number"] == "076-***-0002"
    assert boss.look()["queue"][0]["number"] == "076-000-0002"


def test_those_who_wait_stand_the_oldest_first(boss: Supervisor) -> None:
    boss.waits("v1", ago=10)
    boss.waits("v2", LEAK, number="", ago=70)
    waiting = boss.turn()["queue"]
    assert [(one["call"], one["flow"], one["number"], one["name"]) for one in waiting] == [
        ("call-v2", "leak", "", ""),
        ("call-v1", "opening", "076-000-0002", "兼六設備工業"),
    ]


def test_each_flow_has_levels_of_its_own(boss: Supervisor) -> None:
    agent = AgentRow(name="op01", status=OperatorStatus.AVAILABLE, state=OperatorState.WAITING)
    boss.floor.resync(
        Facts(
            agents=(agent,),
            tiers=(TierRow(queue=OPENING, operator="op01"),),
            queues=(QueueRow(name=OPENING), QueueRow(name=LEAK)),
        )
    )
    boss.waits("v1", LEAK, ago=200)
    boss.turn()
    levels = {one["key"]: one["levels"] for one in boss.picture["flows"]}
    assert levels["leak"]["longest"] == "alarm"
    assert levels["leak"]["available"] == "alarm"
    assert levels["opening"]["longest"] == "calm"
    assert levels["opening"]["available"] == "caution"


def test_a_change_in_what_is_kept_is_pushed_and_no_change_is_not(boss: Supervisor) -> None:
    boss.turn()
    boss.live._pushed_at = float("-inf")
    boss.live.turn()
    assert boss.socket.get_received("/supervise") == []
    boss.sits("op01")
    boss.live._pushed_at = float("-inf")
    boss.live.turn()
    assert boss.look()["operators"][0]["key"] == "op01"


def test_what_comes_too_soon_is_made_up_for(boss: Supervisor) -> None:
    boss.turn()
    boss.live._pushed_at = float("inf")
    boss.waits("v1")
    boss.live.push()
    assert boss.socket.get_received("/supervise") == []
    boss.live._pushed_at = float("-inf")
    boss.live.turn()
    assert len(boss.look()["queue"]) == 1


def test_a_status_is_changed_with_a_reason_now_or_after_the_call(boss: Supervisor, store: Store) -> None:
    boss.sits("op01", "op02")
    boss.talks("op02")
    assert boss.order("operators/op01/status", status="on break", reason="昼休み", why="交代") == {
        "later": False
    }
    assert boss.order("operators/op02/status", status="training") == {"later": True}
    assert (boss.operator("op01")["status"], boss.operator("op01")["reason"]) == ("on break", "昼休み")
    assert boss.operator("op02")["next"] == {"status": "training", "reason": ""}
    assert ("boss", "set on break", "op01") in audited(store)
    assert boss.order("operators/op01/back") == {"later": False}
    assert boss.operator("op01")["status"] == "ready"
    assert boss.order("operators/op01/status", 400, status="釣り")["error"] == "その状態は選べません。"
    answer = boss.order("operators/op03/status", 409, status="away")
    assert answer["error"] == "このオペレーターはログインしていません。"


def test_who_is_logged_out_leaves_at_once_or_after_the_conversation(boss: Supervisor, store: Store) -> None:
    boss.sits("op01", "op02")
    boss.talks("op02")
    assert boss.order("operators/op01/out", why="早退") == {"later": False}
    assert boss.order("operators/op02/out") == {"later": True}
    assert [one["key"] for one in boss.turn()["operators"]] == ["op02"]
    assert boss.operator("op02")["next"]["status"] == "logged out"
    assert ("boss", "ordered out", "op01") in audited(store)
    boss.operators.ended("op02", now(), "v1")
    assert boss.turn()["seats"]["held"] == []


def test_a_hand_is_answered_and_lowered(boss: Supervisor, store: Store) -> None:
    boss.sits("op01")
    StoredSignals(store).raise_hand("op01", now())
    assert boss.order("message", text="いま行きます", to="op01") == {"number": 1}
    boss.order("operators/op01/hand")
    boss.order("operators/op01/hand")
    assert boss.operator("op01")["hand"] is None
    assert audited(store).count(("boss", "lowered the hand", "op01")) == 1


def test_a_message_that_is_none_is_refused_in_words(boss: Supervisor) -> None:
    for text in ("", "あ" * 501, "\x00"):
        assert "500文字" in boss.order("message", 400, text=text, to="")["error"]
    assert "500文字" in boss.order("message", 400, text="x", to="nobody")["error"]


def test_queues_are_assigned_until_an_hour_and_given_back(boss: Supervisor) -> None:
    boss.sits("op01")

    def level(queue: str) -> tuple[int, bool]:
        answer = boss.browser.get("/supervise/operators/op01/queues").json
        one = next(one for one in answer["queues"] if one["key"] == queue)
        return one["level"], one["until"] is not None

    before, _ = level(LEAK)
    later = (now() + timedelta(hours=9, minutes=30)).strftime("%H:%M")
    boss.order("operators/op01/assign", queue=LEAK, level=7, until=later)
    assert level(LEAK) == (7, True)
    assert boss.operator("op01")["assigned"] is not None
    assert boss.order("operators/op01/release", queue=LEAK) == {"released": True}
    assert level(LEAK) == (before, False)
    for said in ({"level": 100}, {"level": "x"}, {"until": "25:00"}, {"queue": "none@kanazawa"}):
        boss.order("operators/op01/assign", 400, **({"queue": LEAK, "level": 1, "until": later} | said))


def test_a_level_for_the_season_is_in_the_plan(boss: Supervisor, store: Store) -> None:
    from fsbridge.adapters.store.plan import StoredPlan

    boss.order("operators/op01/assign", queue=LEAK, level=9, until="season")
    tiers = StoredPlan(store).load().tiers_of("busy", LEAK)
    assert [one.level for one in tiers if one.operator == "op01"] == [9]
    boss.order("operators/op01/assign", 400, queue=LEAK, level=-1, until="season")


def test_who_listens_is_seen_and_without_a_switch_nobody_does(boss: Supervisor, store: Store) -> None:
    from fsbridge.adapters.store.monitoring import StoredMonitoring

    boss.sits("op01")
    boss.talks("op01")
    answer = boss.order("operators/op01/listen", 409, mode="listen")
    assert answer["error"].startswith("いまは聴けません")
    assert boss.order("verto", 400)["error"].startswith("内線番号")
    with StoredMonitoring(store).locked() as ledger:
        ledger.put(
            Monitoring(
                by="chief",
                operator="op01",
                leg="6d6f6e69-746f-8000-8000-000000000007",
                spied="leg-v1",
                mode=Mode.WHISPER,
                since=now(),
            )
        )
    assert [(one["name"], one["operator"], one["mode"]) for one in boss.turn()["listening"]] == [
        ("chief", "op01", "whisper")
    ]


def test_an_alarm_is_acknowledged_with_what_was_done(boss: Supervisor, store: Store) -> None:
    StoredAlarms(store).ring(Alarm("none", "7f1c/1", call="7f1c"), now())
    alarm = boss.turn()["alarms"][0]
    assert (alarm["text"], alarm["call"], boss.picture["alarm_count"]) == ("録音がありません", "7f1c", 1)
    assert boss.order("acknowledge", 400, alarm=alarm["id"], why=" ")["error"].startswith("対応した")
    boss.order("acknowledge", alarm=alarm["id"], why="回線障害のため")
    assert boss.turn()["alarms"] == []


def test_an_emergency_announcement_is_on_until_its_hour_or_stopped(boss: Supervisor, store: Store) -> None:
    later = (now() + timedelta(hours=9, minutes=30)).strftime("%H:%M")
    assert "until" in boss.order("announce", flow="", text="断水しています。", until=later, why="訓練")
    on = boss.turn()["emergencies"]
    assert [(one["flow"], one["text"], one["author"]) for one in on] == [("", "断水しています。", "boss")]
    boss.order("silence", flow="")
    assert boss.turn()["emergencies"] == []
    assert boss.order("silence", 400, flow="")["error"] == "この緊急アナウンスはすでに止まっています。"
    boss.order("announce", 400, flow="", text="x", until="tonight")
    assert [one[:2] for one in audited(store)][-2:] == [("boss", "put on"), ("boss", "took off")]


def test_where_nothing_speaks_no_announcement_is_made(boss: Supervisor, centre: Centre) -> None:
    assert centre.kept is not None
    settings = centre.kept.settings
    object.__setattr__(centre.kept, "settings", replace(settings, speech=SpeechSettings(engine="tone")))
    answer = boss.order("announce", 400, flow="", text="断水しています。", until="12:00")
    assert answer["error"].startswith("音声合成が設定されていない")


@pytest.mark.parametrize("said", [None, [], "x", 5, {"text": {}, "to": [], "level": True}])
def test_rubbish_is_refused_and_breaks_nothing(boss: Supervisor, said: object) -> None:
    for path in ("message", "announce", "acknowledge", "operators/op01/status", "operators/op01/assign"):
        answer = boss.browser.post(f"/supervise/{path}", json=said, headers={"Accept": "application/json"})
        assert 400 <= answer.status_code < 500, path
    assert boss.browser.post("/supervise/nothing", json={}).status_code == 404


def test_who_is_no_supervisor_orders_nothing(browser: Open) -> None:
    operator = browser("op01")
    for path in ("message", "stop", "operators/op01/out"):
        assert operator.post(f"/supervise/{path}", json={"text": "x"}).status_code == 403
