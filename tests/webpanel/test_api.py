"""The API: what it answers, to whom, and that it keeps to its own description whatever is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.adapters.store.models import AuditEntry, Call
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.events import CallerEnteredQueue
from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Tokens
from tests.webpanel.browsing import Browser
from tests.webpanel.pasts import DAYS, FIRST, STAR, lay_down
from webpanel import Centre, Panel
from webpanel.api.document import document
from webpanel.api.past import FigureReport, Figures
from webpanel.api.table import table
from webpanel.problems import KIND

WINDOW = {"from": "2027-03-01T15:00:00Z", "until": "2027-03-04T15:00:00Z"}


class Program:
    """Another program with a token of its own."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, query: Any = None, **headers: str):
        return self._client.get(f"/api/v1{path}", query_string=query, headers=self.headers | headers)

    def json(self, path: str, query: Any = None) -> Any:
        answer = self.get(path, query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def put(self, path: str, body: object, version: str | None = None, **more):
        headers = self.headers | ({"If-Match": version} if version is not None else {})
        return self._client.put(f"/api/v1{path}", json=body, headers=headers, **more)


@pytest.fixture
def secret(store: Store) -> str:
    return Tokens(StoredTokens(store)).make("api", "crm", by="test", at=utc_now())[1]


@pytest.fixture
def program(panel: Panel, secret: str) -> Program:
    return Program(panel.app.test_client(), secret)


@pytest.fixture
def past(store: Store) -> Store:
    lay_down(store)
    return store


@pytest.fixture
def contact(past: Store) -> int:
    (found,) = StoredContacts(past).by_number("+81762209999")
    return found.id


# Who gets in


def test_without_a_token_nothing_is_told(panel: Panel) -> None:
    answer = panel.app.test_client().get("/api/v1/centre")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert answer.content_type == KIND
    assert answer.json["title"] == "Unauthorized"
    assert "fsbridge tokens make" in answer.json["detail"]


def test_a_cookie_opens_nothing(browser: Callable[..., Browser]) -> None:
    for login in ("boss", "admin"):
        assert browser(login).get("/api/v1/centre").status_code == 401


def test_a_wrong_kind_of_token_or_one_revoked_opens_nothing(panel: Panel, store: Store) -> None:
    tokens = Tokens(StoredTokens(store))
    for kind in ("kiosk", "metrics"):
        _, secret = tokens.make(kind, "other", by="test", at=utc_now())
        assert Program(panel.app.test_client(), secret).get("/centre").status_code == 401
    token, secret = tokens.make("api", "old", by="test", at=utc_now())
    tokens.revoke(token.number, by="test", at=utc_now())
    assert Program(panel.app.test_client(), secret).get("/centre").status_code == 401


def test_what_is_no_token_is_refused(panel: Panel) -> None:
    client = panel.app.test_client()
    for said in ("Bearer", "Bearer ", "Basic YTpi", "Bearer \u00e9", "bearer nonsense", "x"):
        headers = {"Authorization": said.encode().decode("latin-1")}
        assert client.get("/api/v1/centre", headers=headers).status_code == 401, said


def test_no_cookie_is_set_and_no_other_origin_let_in(program: Program) -> None:
    answer = program.get("/centre", Origin="https://elsewhere.example")
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_one_token_may_not_ask_without_end(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = program.get("/centre")
    assert int(answer.headers["X-RateLimit-Limit"]) == 1200
    assert int(answer.headers["X-RateLimit-Remaining"]) < 1200


# Now


def test_the_centre_says_whether_it_is_open(program: Program) -> None:
    found = program.json("/centre")
    assert (found["key"], found["zone"]) == ("kanazawa", "Asia/Tokyo")
    assert found["at"] == "2027-03-04T10:30:00+09:00"
    assert found["standing"]["open"] is True
    assert found["standing"]["season"] == "busy"
    assert found["standing"]["seats"] == 20
    change = datetime.fromisoformat(found["standing"]["next_change"]["at"])
    assert change == datetime(2027, 3, 4, 10, tzinfo=UTC)
    assert found["standing"]["next_change"]["open"] is False


def test_a_moment_is_explained(program: Program) -> None:
    found = program.json("/schedule/explain", {"at": "2028-01-02T12:00:00+09:00"})
    assert found["open"] is False
    assert found["rule"] == "new-year"
    assert found["considered"][0]["verdict"] == "decides"


def test_the_floor_is_told(program: Program, centre: Centre) -> None:
    centre.floor.apply(CallerEnteredQueue(at=utc_now(), visit="v", call="c", queue="leak@kanazawa"))
    found = program.json("/floor")
    assert (found["waiting"], found["today"]["offered"], found["balanced"]) == (1, 1, True)
    assert found["link"]["connected"] is True
    (leak,) = [one for one in program.json("/queues")["queues"] if one["key"] == "leak@kanazawa"]
    assert (leak["waiting"], leak["flow"], leak["name"]) == (1, "leak", "漏水・緊急")
    assert leak in found["queues"]


def test_operators_and_what_they_do(program: Program, centre: Centre) -> None:
    assert centre.kept is not None
    operators = centre.kept.operators
    operators.log_in("op01", "3f0c", utc_now())
    operators.choose("op01", Choice(Status.ON_BREAK, "昼休み"), utc_now())
    found = {one["key"]: one for one in program.json("/operators")["operators"]}
    assert len(found) == 16
    assert (found["op01"]["status"], found["op01"]["reason"]) == ("on break", "昼休み")
    assert (found["op02"]["status"], found["op02"]["since"]) == ("logged out", None)


# The past


def test_pages_of_calls_hold_every_call_once_though_new_ones_come(program: Program, past: Store) -> None:
    with past.reading():
        wanted = [call.uuid for call in Call.select().order_by(Call.started_at.desc(), Call.id.desc())]
    seen: list[str] = []
    cursor = None
    while True:
        found = program.json("/calls", {"limit": 70} | ({"cursor": cursor} if cursor else {}))
        seen += [one["uuid"] for one in found["calls"]]
        cursor = found["next"]
        if cursor is None:
            break
        with past.writing():
            Call.create(
                uuid=f"new-{len(seen)}", number="anonymous", dialled="1", direction="inbound",
                started_at=FIRST + timedelta(days=DAYS + 1, seconds=len(seen)), outcome="announcement",
            )  # fmt: skip
    assert seen == wanted


def test_calls_of_one_moment_are_told_apart_by_the_cursor(program: Program, store: Store) -> None:
    with store.writing():
        for number in range(5):
            Call.create(
                uuid=f"same-{number}", number="", dialled="1", direction="inbound", started_at=FIRST,
                outcome="announcement",
            )  # fmt: skip
    seen, cursor = [], ""
    while cursor is not None:
        found = program.json("/calls", {"limit": 2} | ({"cursor": cursor} if cursor else {}))
        seen += [one["uuid"] for one in found["calls"]]
        cursor = found["next"]
    assert sorted(seen) == [f"same-{number}" for number in range(5)]


def test_calls_are_filtered_as_on_the_page(program: Program, past: Store) -> None:
    found = program.json("/calls", WINDOW | {"outcome": "abandoned", "limit": "200"})["calls"]
    assert found
    assert {one["outcome"] for one in found} == {"abandoned"}
    assert program.json("/calls", {"number": "090-1234"}) is not None
    refused = program.get("/calls", {"flow": "leek"})
    assert refused.status_code == 400
    assert "there is no flow 'leek'; known: " in refused.json["detail"]


def test_a_call_is_told_moment_by_moment(program: Program, past: Store) -> None:
    found = program.json(f"/calls/{STAR}")
    assert found["call"]["uuid"] == STAR
    assert found["moments"][0]["what"] == "began"
    assert {one["lane"] for one in found["stretches"]} >= {"queue", "talk", "hold"}
    assert len(found["notes"]) == 2
    assert found["contact"]


def test_a_part_of_a_uuid_is_none(program: Program, past: Store) -> None:
    answer = program.get(f"/calls/{STAR[:8]}")
    assert (answer.status_code, answer.json["title"]) == (404, "Not Found")


def test_figures_say_by_which_definitions(program: Program, past: Store) -> None:
    found = program.json("/figures", WINDOW | {"every": "day", "by": "flow"})
    assert found["balanced"] is True
    assert found["definitions"]["version"] == 1
    assert "offered" in found["definitions"]["texts"]
    assert len({row["from"] for row in found["rows"]}) == DAYS
    assert sum(row["figures"]["offered"] for row in found["rows"]) == found["sum_of_rows"]["offered"]


def test_no_figure_is_left_out(program: Program, past: Store) -> None:
    from fsbridge.domain import figures as domain

    told = set(msgspec.json.schema(Figures)["$defs"]["Figures"]["properties"])
    assert told == set(domain.Figures().data())
    report = set(msgspec.json.schema(FigureReport)["$defs"]["FigureReport"]["properties"])
    assert set(program.json("/figures", WINDOW)) == report


# Contacts


def test_contacts_are_found_by_words_and_by_number(program: Program, contact: int) -> None:
    assert [one["id"] for one in program.json("/contacts", {"q": "北陸"})["contacts"]] == [contact]
    (found,) = program.json("/contacts", {"number": "076-220-9999"})["contacts"]
    assert found["numbers"][0]["shown"] == "076-220-9999"
    assert program.json("/contacts", {"number": "anonymous"})["total"] == 0


def test_a_contact_is_changed_by_who_has_read_it(program: Program, store: Store, contact: int) -> None:
    read = program.get(f"/contacts/{contact}")
    body = {"name": "北陸設備", "numbers": [{"number": "０７６（２２０）１１１１"}], "tags": ["業者"]}
    done = program.put(f"/contacts/{contact}", body, read.headers["ETag"])
    assert done.status_code == 200, done.text
    assert done.json["numbers"][0]["number"] == "+81762201111"
    assert done.headers["ETag"] != read.headers["ETag"]
    with store.reading():
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
        assert (entry.actor, entry.action, entry.which) == ("api:crm", "changed", str(contact))
    again = program.put(f"/contacts/{contact}", body | {"name": "x"}, read.headers["ETag"])
    assert (again.status_code, again.json["title"]) == (412, "Precondition Failed")
    assert program.json(f"/contacts/{contact}")["name"] == "北陸設備"


def test_a_change_without_a_version_is_refused(program: Program, contact: int) -> None:
    answer = program.put(f"/contacts/{contact}", {"name": "x"})
    assert answer.status_code == 428
    assert "If-Match" in answer.json["detail"]


def test_what_was_not_changed_need_not_be_sent_again(program: Program, contact: int) -> None:
    version = program.get(f"/contacts/{contact}").headers["ETag"]
    assert program.get(f"/contacts/{contact}", **{"If-None-Match": version}).status_code == 304


BAD_CARDS: tuple[tuple[object, str, str], ...] = (
    ({}, "body", "name"),
    ({"name": 1}, "body.name", "Expected `str`"),
    ({"name": "x", "nmae": "y"}, "body", "nmae"),
    ({"name": "x", "numbers": [{"number": "12"}, {"number": 3}]}, "body.numbers[1].number", "`str`"),
    ({"name": "x", "numbers": [{"number": "762202722"}]}, "body", "lost its leading 0"),
    ({"name": "x\u0007"}, "body", "U+0007"),
    ([], "body", "Expected `object`"),
)


def test_a_card_that_will_not_do_is_refused_with_the_place(program: Program, contact: int) -> None:
    for body, place, why in BAD_CARDS:
        answer = program.put(f"/contacts/{contact}", body, "*")
        assert answer.status_code == 400, answer.text
        assert answer.json["place"] == place
        assert why in answer.json["detail"]


def test_bodies_that_are_no_json_or_too_large(program: Program, panel: Panel, contact: int) -> None:
    client = panel.app.test_client()
    at = f"/api/v1/contacts/{contact}"
    headers = program.headers | {"If-Match": "*"}
    assert client.put(at, data="name=x", headers=headers).status_code == 415
    deep = b"[" * 100_000
    for broken in (b"{", b"\xff", b'{"name": "\xff"}', b'{"name": "\\ud800"}', b"", deep, b'{"x": ' + deep):
        answer = client.put(at, data=broken, content_type="application/json", headers=headers)
        assert answer.status_code == 400, broken
    large = client.put(at, data=b" " * 1_100_000, content_type="application/json", headers=headers)
    assert large.status_code == 413


# What will not do


BAD_QUESTIONS: tuple[tuple[str, Any, str], ...] = (
    ("/calls", {"limit": "0"}, "query.limit"),
    ("/calls", {"limit": "many"}, "query.limit"),
    ("/calls", {"limt": "3"}, "query"),
    ("/calls", [("flow", "leak"), ("flow", "billing")], "query.flow"),
    ("/calls", {"from": "2027-03-01"}, "query.from"),
    ("/calls", {"from": "2027-03-01T00:00:00"}, "query.from"),
    ("/calls", {"from": "0001-01-01T00:00:00Z"}, "query.from"),
    ("/calls", {"from": "2027-03-02T00:00:00Z", "until": "2027-03-01T00:00:00Z"}, "query.until"),
    ("/calls", {"cursor": "Zm9v"}, "query.cursor"),
    ("/calls", {"cursor": "%%%"}, "query.cursor"),
    ("/calls", {"number": "abc"}, "number"),
    ("/calls", {"text": "a\x00"}, "query.text"),
    ("/calls", {"outcome": "happy"}, "query.outcome"),
    ("/figures", {"until": "2027-03-01T00:00:00Z"}, "query"),
    ("/figures", WINDOW | {"from": "2010-03-01T00:00:00Z"}, "query.until"),
    ("/figures", WINDOW | {"from": "2026-03-01T00:00:00Z", "every": "15min"}, "query.every"),
    ("/figures", WINDOW | {"by": "colour"}, "query.by"),
    ("/schedule/explain", {"at": "9999-12-31T23:59:59Z"}, "query.at"),
    ("/contacts", {"q": "a", "number": "0762202722"}, "query.number"),
    ("/centre", {"pretty": "1"}, "query"),
)


def test_a_question_that_will_not_do_is_refused_with_the_place(
    program: Program,
) -> None:
    for path, query, place in BAD_QUESTIONS:
        answer = program.get(path, query)
        assert answer.status_code == 400, answer.text
        assert answer.content_type == KIND
        assert answer.json["place"] == place
        assert len(answer.json["detail"]) > len(place) + 2


def test_addresses_that_are_none_are_problems_too(program: Program, panel: Panel) -> None:
    for path in ("/nothing", "/contacts/0", "/contacts/x", "/contacts/99999999999999999999", "/calls/a%00b"):
        answer = program.get(path)
        assert (answer.status_code, answer.content_type) == (404, KIND), path
    wrong = panel.app.test_client().delete("/api/v1/centre", headers=program.headers)
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]


# The description


def test_everybody_may_read_the_description(panel: Panel, centre: Centre) -> None:
    answer = panel.app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json["openapi"] == "3.1.0"
    assert centre.kept is not None
    assert answer.json == json.loads(json.dumps(document(table(centre, centre.kept))))
    assert "kanazawa" not in answer.text


def test_every_route_of_the_api_is_described(panel: Panel) -> None:
    described = panel.app.test_client().get("/api/v1/openapi.json").json["paths"]
    routed = {
        str(rule).removeprefix("/api/v1").replace("<", "{").replace(">", "}")
        for rule in panel.app.url_map.iter_rules()
        if str(rule).startswith("/api/")
    }
    assert routed - {"/openapi.json"} == set(described)
