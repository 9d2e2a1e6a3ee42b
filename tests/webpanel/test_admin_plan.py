"""Flows, queues, seasons, tiers, kinds of case in the browser: errors at the field, one change at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.casetypes import StoredCases
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.domain.plan import CentrePlan
from fsbridge.services.casetypes import CaseKinds
from tests.webpanel.browsing import Browser
from webpanel.admin.flows import FLOW_FIELDS, QUEUE_FIELDS, YES_NO, plain_flow, plain_queue

Open = Callable[..., Browser]


def plan(store: Store) -> CentrePlan:
    return StoredPlan(store).load()


def seen_of(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def form(values: dict[str, Any], fields: tuple[str, ...], **more: str) -> dict[str, str]:
    """A form's fields as the browser sends them: a box that is not ticked is not there."""
    texts = {name: str(values[name]) for name in fields if name not in YES_NO or values[name]}
    return {**texts, **more}


def change_flow(browser: Browser, store: Store, key: str, **more: str) -> Any:
    seen = seen_of(browser.get(f"/admin/flows/{key}").text)
    sent = form(plain_flow(plan(store).flow(key)), FLOW_FIELDS, **{"seen": seen, **more})
    return browser.post(f"/admin/flows/{key}", sent)


def test_a_flow_s_form_saves_what_it_shows(browser: Open, store: Store) -> None:
    before = plan(store).flow("leak")
    assert change_flow(browser("admin"), store, "leak").status_code == 302
    assert plan(store).flow("leak") == before
    assert (
        change_flow(
            browser("admin"), store, "leak", target="98", wrap_up="timed", wrap_up_seconds="45"
        ).status_code
        == 302
    )
    after = plan(store).flow("leak")
    assert (after.target, after.wrap_up, after.wrap_up_seconds) == (98, "timed", 45)


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"target": "101"}, "target", "0から100までの整数"),
        ({"max_wait": "long"}, "max_wait", "整数を入力"),
        ({"menu_key": "12"}, "menu_key", "電話のボタンを1つ"),
        ({"wrap_up": "timed", "wrap_up_seconds": "0"}, "wrap_up", "秒数が必要"),
        ({"overflow_to": ""}, "overflow_to", "あふれ先のキューを選んで"),
        ({"name": "a\nb"}, "name", "1行の文字"),
        ({"overflow_after": "900"}, "overflow_after", "だれもあふれません"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_changed(
    browser: Open, store: Store, more: dict[str, str], field: str, said: str
) -> None:
    before = plan(store)
    answer = change_flow(browser("admin"), store, "leak", **more)
    assert answer.status_code == 400
    place = answer.text.partition(f'id="wrong-{field}">')[2].partition("<")[0]
    assert said in place
    assert plan(store) == before


def test_a_circle_of_overflows_is_refused(browser: Open, store: Store) -> None:
    more = {"overflow_to": "leak@kanazawa", "overflow_after": "60"}
    answer = change_flow(browser("admin"), store, "other", **more)
    assert "あふれ先が一巡しています" in answer.text


def test_a_form_that_is_out_of_date_is_not_saved(browser: Open, store: Store) -> None:
    first, second = browser("admin"), browser("admin")
    seen = seen_of(first.get("/admin/flows/leak").text)
    assert change_flow(second, store, "leak", target="91").status_code == 302
    answer = change_flow(first, store, "leak", target="92", seen=seen)
    assert answer.status_code == 400
    assert "ほかの人が先に変更しました" in answer.text
    assert plan(store).flow("leak").target == 91


def test_a_flow_comes_and_goes_with_its_queue(browser: Open, store: Store) -> None:
    admin = browser("admin")
    sent = form(plain_flow(plan(store).flow("other")), FLOW_FIELDS)
    sent |= {"key": "meters", "name": "検針", "menu_key": "5", "menu_words": "検針は5を"}
    assert admin.post("/admin/flows/new", sent).status_code == 302
    assert plan(store).flow_of("meters@kanazawa").name == "検針"
    assert "だれも" not in admin.get("/admin/flows").text
    assert "「検針」に受け持ちが一人もいません" in admin.get("/admin").text
    again = admin.post("/admin/flows/new", sent)
    assert again.status_code == 400
    assert "すでに使われています" in again.text
    admin.post("/admin/flows/meters/remove")
    assert "meters" not in [one.key for one in plan(store).flows]
    answer = admin.post("/admin/queues/opening@kanazawa/remove")
    assert answer.location == "/admin/queues/opening@kanazawa"


def test_a_queue_is_changed(browser: Open, store: Store) -> None:
    admin = browser("admin")
    page = admin.get("/admin/queues/leak@kanazawa").text
    sent = form(plain_queue(plan(store).queue("leak@kanazawa")), QUEUE_FIELDS, seen=seen_of(page))
    sent.pop("record")
    assert admin.post("/admin/queues/leak@kanazawa", {**sent, "strategy": "round-robin"}).status_code == 302
    queue = plan(store).queue("leak@kanazawa")
    assert (queue.strategy, queue.record) == ("round-robin", False)


def test_seats_and_ids_of_a_season(browser: Open, store: Store) -> None:
    admin = browser("admin")
    page = admin.get("/admin/seasons").text
    seen = seen_of(page.partition('action="/admin/seasons/busy"')[2])
    sent = {"name": "繁忙期", "name_en": "", "seats": "22", "reserve": "2", "registered": "30", "seen": seen}
    assert admin.post("/admin/seasons/busy", sent).status_code == 302
    assert plan(store).season("busy").seats == 22
    bad = admin.post("/admin/seasons/busy", {**sent, "seats": "1", "seen": seen_of(
        admin.get("/admin/seasons").text.partition('action="/admin/seasons/busy"')[2])})  # fmt: skip
    assert "スーパーバイザー用の席が席数（1）より多くなっています" in bad.text
    admin.post(
        "/admin/seasons", {"key": "summer", "name": "夏期", "seats": "12", "reserve": "0", "registered": "25"}
    )
    assert plan(store).season("summer").seats == 12
    admin.post("/admin/seasons/summer/remove")
    admin.post("/admin/seasons/busy/remove")
    assert [one.key for one in plan(store).seasons] == ["normal", "busy"]


def tiers(browser: Browser, season: str = "busy") -> dict[str, Any]:
    text = browser.get(f"/admin/tiers?season={season}").text
    return json.loads(text.partition('id="boot">')[2].partition("</script>")[0])


def test_a_season_s_tiers_are_saved_as_one_change(browser: Open, store: Store) -> None:
    boss = browser("boss")
    boot = tiers(boss)
    order = {queue["key"]: queue["levels"] for queue in boot["queues"]}
    order["leak@kanazawa"] = [["op16", "op01"], ["op02"]]
    answer = boss.post(boot["address"], json={"queues": order, "seen": boot["seen"]})
    assert answer.status_code == 200
    rows = plan(store).tiers_of("busy", "leak@kanazawa")
    assert [(one.operator, one.level, one.position) for one in rows] == [
        ("op16", 1, 1),
        ("op01", 1, 2),
        ("op02", 2, 1),
    ]
    assert plan(store).tiers_of("normal") == plan(store).tiers_of("normal")
    with store.connection():
        log = AuditEntry.select().where(AuditEntry.subject == "tier", AuditEntry.actor == "boss")
        assert {one.which.split()[1] for one in log} == {"leak@kanazawa"}
    again = boss.post(boot["address"], json={"queues": order, "seen": boot["seen"]})
    assert again.status_code == 409
    assert "ほかの人が先に変更しました" in again.json["error"]


@pytest.mark.parametrize(
    "queues",
    [
        None,
        [],
        {"leak@kanazawa": [["nobody"]]},
        {"leak@kanazawa": "x"},
        {"nope": [["op01"]]},
        {"leak@kanazawa": [["op01", "op01"]]},
        {"leak@kanazawa": [[1]]},
    ],
)
def test_an_order_that_cannot_be_is_refused(browser: Open, store: Store, queues: object) -> None:
    boss, before = browser("boss"), plan(store)
    answer = boss.post("/admin/tiers/busy", json={"queues": queues, "seen": tiers(boss)["seen"]})
    assert answer.status_code in (400, 409)
    assert plan(store) == before


def test_kinds_of_case_in_two_levels_and_in_order(browser: Open, store: Store) -> None:
    admin = browser("admin")
    kinds = CaseKinds(StoredCases(store))
    sent = {"new": "1", "key": "leak.meter", "name": "メーター漏水", "kana": "メーター", "parent": "leak",
            "name_en": "", "flow": ""}  # fmt: skip
    assert admin.post("/admin/cases", sent).status_code == 302
    below = [one.key for one in kinds.all() if one.parent == "leak"]
    assert below[-1] == "leak.meter"
    admin.post("/admin/cases/leak.meter/move", {"up": "1"})
    assert [one.key for one in kinds.all() if one.parent == "leak"][-2] == "leak.meter"
    edited = {**sent, "new": "", "name": "メーターまわりの漏水"}
    admin.post("/admin/cases", edited)
    made = next(one for one in kinds.all() if one.key == "leak.meter")
    assert (made.name, made.active) == ("メーターまわりの漏水", False)
    for wrong, said in (({"key": "leak"}, "使われています"), ({"key": "a b"}, "半角の英数字"),
                        ({"key": "x", "parent": "leak.meter"}, "上位の種別が正しくありません"),
                        ({"key": "x", "name": ""}, "1行の文字")):  # fmt: skip
        answer = admin.post("/admin/cases", {**sent, **wrong})
        assert answer.status_code == 400
        assert said in answer.text
    with store.connection():
        log = [
            (one.actor, one.action) for one in AuditEntry.select().where(AuditEntry.subject == "case type")
        ]
    assert log == [("admin", "added"), ("admin", "changed"), ("admin", "changed")]
