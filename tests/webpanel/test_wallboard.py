"""The wallboard's page and picture, as a browser gets them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.domain import events as ev
from fsbridge.domain.tally import Definitions
from fsbridge.services.floor import Floor
from tests.webpanel.browsing import Built
from webpanel import Centre, Panel, Staff, create_panel
from webpanel.assets import Assets

KANAZAWA = example("kanazawa").plan


@pytest.fixture
def floor() -> Floor:
    return Floor(Definitions(zone=KANAZAWA.schedule.clock))


def panel_at(floor: Floor, at: str) -> Panel:
    moment = datetime.fromisoformat(at).replace(tzinfo=KANAZAWA.schedule.clock)
    centre = Centre(floor=floor, plan=lambda: KANAZAWA, clock=lambda: moment, staff=lambda: Staff(3, 1, 2))
    panel = create_panel(centre)
    Built(panel.app)
    return panel


def picture(panel: Panel) -> dict:
    client = panel.socketio.test_client(panel.app, namespace="/wallboard")
    (message,) = client.get_received("/wallboard")
    assert message["name"] == "board"
    return message["args"][0]


def test_the_page_says_who_it_is_for_and_carries_its_guards(floor: Floor) -> None:
    client = panel_at(floor, "2027-03-04T10:42").app.test_client()
    answer = client.get("/wallboard")
    assert answer.status_code == 200
    assert '<html lang="ja"' in answer.text
    assert "金沢市企業局" in answer.text
    assert "/static/built/src/wallboard/main.tsx" in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert '<html lang="en"' in client.get("/wallboard?lang=en").text
    assert client.get("/").location == "/wallboard"
    assert client.get("/health").text == "ok\n"


def test_who_comes_gets_the_whole_picture(floor: Floor) -> None:
    floor.heard()
    now = datetime.now(UTC)
    floor.apply(ev.CallerEnteredQueue(at=now, visit="v1", call="c1", queue="leak@kanazawa", number="0762"))
    board = picture(panel_at(floor, "2027-03-04T10:42"))
    assert board["seq"] == floor.seq
    assert (board["waiting"], board["total"]["offered"], board["balanced"]) == (1, 1, True)
    assert [flow["name"] for flow in board["flows"]] == ["開閉栓受付", "漏水・緊急", "料金", "その他"]
    assert (board["wrap_up"], board["away"]) == (1, 2)
    assert [flow["waiting"] for flow in board["flows"]] == [0, 1, 0, 0]
    assert "0762" not in str(board["flows"])  # nobody's number on the wall


@pytest.mark.parametrize(
    ("at", "open_", "season", "hours", "announcement", "seats"),
    [
        ("2027-03-04T10:42", True, "繁忙期", "8:00 – 19:00", "", 20),
        ("2027-02-28T18:00", False, "通常期", "8:45 – 18:00", "out-of-hours", 16),
        ("2027-01-02T10:00", False, "通常期", "", "new-year", 16),
    ],
)
def test_the_opening_state_is_the_schedule_s(
    floor: Floor, at: str, open_: bool, season: str, hours: str, announcement: str, seats: int
) -> None:
    standing = picture(panel_at(floor, at))["standing"]
    assert (standing["open"], standing["season"], standing["hours"]) == (open_, season, hours)
    assert (standing["announcement"], standing["seats"], standing["seats_taken"]) == (announcement, seats, 3)


def test_a_front_end_that_is_not_built_says_how_to_build_it(floor: Floor, tmp_path) -> None:
    panel = create_panel(Centre(floor=floor, plan=lambda: KANAZAWA))
    Assets(panel.app, tmp_path)
    answer = panel.app.test_client().get("/wallboard")
    assert answer.status_code == 500
    assert "make panel" in answer.text
