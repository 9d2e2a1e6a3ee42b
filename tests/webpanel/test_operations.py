"""Whether it lives, whether it can work, and the figures that a monitoring system keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.alarms import StoredAlarms
from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.config import load
from fsbridge.domain.events import (
    CallBridged,
    CallerEnteredQueue,
    CallerLeftQueue,
    LeftReason,
    OfferAnswered,
)
from fsbridge.domain.recordingalarms import Alarm
from fsbridge.errors import ConfigError
from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Kind, Tokens
from tests.webpanel.browsing import ADDRESS, Browser
from webpanel import Centre, Panel, create_panel
from webpanel.operations import LoopLag

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
LEAK, OPENING = "leak@kanazawa", "opening@kanazawa"
GAVE_UP = LeftReason.GAVE_UP


@pytest.fixture
def client(panel: Panel) -> FlaskClient:
    return panel.app.test_client()


@pytest.fixture
def bearer(store: Store) -> Callable[[Kind], dict[str, str]]:
    """``bearer("api")``: the headers of a program with such a token."""

    def made(kind: Kind) -> dict[str, str]:
        _, secret = Tokens(StoredTokens(store)).make(kind, "prometheus", by="test", at=utc_now())
        return {"Authorization": f"Bearer {secret}"}

    return made


def parts(client: FlaskClient) -> dict[str, dict[str, object]]:
    return client.get("/ready").json["parts"]


def figures(client: FlaskClient, **more) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels."""
    answer = client.get("/metrics", **more)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


# Alive and ready


def test_a_process_that_answers_is_alive_for_everybody(client: FlaskClient) -> None:
    assert client.get("/health", environ_base=ELSEWHERE).text == "ok\n"


def test_it_is_ready_when_every_part_is_there(client: FlaskClient, centre: Centre) -> None:
    centre.floor.heard()
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["ready"]) == (200, True)
    assert answer.json["parts"]["plan"] == {"ok": True, "why": "kanazawa: 4 flows, 4 queues"}
    assert set(answer.json["parts"]) == {
        "process", "plan", "switch", "store", "disk home", "disk recordings",
    }  # fmt: skip


def test_without_freeswitch_it_is_not_ready_and_says_why(client: FlaskClient, centre: Centre) -> None:
    centre.floor.heard()
    centre.floor.lost("closed by peer")
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert answer.json["parts"]["switch"] == {
        "ok": False, "why": "there is no link to FreeSWITCH: closed by peer",
    }  # fmt: skip


def test_a_freeswitch_that_has_fallen_silent_counts_as_gone(
    client: FlaskClient, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.floor.heard()
    later = utc_now() + timedelta(minutes=5)
    monkeypatch.setattr("webpanel.operations.ready.utc_now", lambda: later)
    assert "nothing was heard of FreeSWITCH for 300 s" in str(parts(client)["switch"]["why"])


def test_a_database_that_cannot_be_opened_is_named(
    client: FlaskClient, centre: Centre, tmp_path: Path
) -> None:
    assert centre.kept is not None
    gone = centre.kept.store
    gone.close()
    gone.database.init(str(tmp_path / "nowhere" / "centre.sqlite3"))
    found = parts(client)["store"]
    assert found["ok"] is False
    assert "cannot be opened" in str(found["why"])


def test_a_plan_that_cannot_be_read_is_named(centre: Centre) -> None:
    plan = centre.plan()
    there = [True]

    def read():
        if there[0]:
            return plan
        raise ConfigError("flows: there is none; write at least one, with its queue")

    client = create_panel(replace(centre, plan=read)).app.test_client()
    there[0] = False
    assert parts(client)["plan"]["why"] == "flows: there is none; write at least one, with its queue"


def test_once_it_drains_it_is_ready_for_nobody_new_and_serves_on(
    panel: Panel, centre: Centre, browser: Callable[..., Browser]
) -> None:
    boss = browser("boss")
    centre.floor.heard()
    panel.drain()
    answer = panel.app.test_client().get("/ready")
    assert answer.status_code == 503
    assert "asked to end" in answer.json["parts"]["process"]["why"]
    assert boss.get("/wallboard").status_code == 200


# Who may read


@pytest.mark.parametrize("address", ["/ready", "/metrics"])
def test_they_are_for_this_machine_and_for_tokens(
    client: FlaskClient, bearer: Callable[[Kind], dict[str, str]], address: str
) -> None:
    refused = client.get(address, environ_base=ELSEWHERE)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer ")
    assert refused.content_type == "application/problem+json"
    for kind in ("api", "metrics"):
        there = client.get(address, headers=bearer(kind), environ_base=ELSEWHERE)
        assert there.status_code in (200, 503)
    assert client.get(address, headers=bearer("kiosk"), environ_base=ELSEWHERE).status_code == 401


def test_what_a_server_in_front_hands_on_is_not_this_machine(client: FlaskClient) -> None:
    handed_on = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert handed_on.status_code == 401


def test_behind_known_servers_the_one_who_asks_decides(centre: Centre, tmp_path: Path) -> None:
    assert centre.kept is not None
    settings = load(home=tmp_path, environment={}, overrides={"panel.proxies": 1})
    app = create_panel(replace(centre, kept=replace(centre.kept, settings=settings))).app
    client = app.test_client()
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 401
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 200
    lied = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1, 192.0.2.7"})
    assert lied.status_code == 401


def test_a_token_for_figures_opens_nothing_else(
    client: FlaskClient, bearer: Callable[[Kind], dict[str, str]]
) -> None:
    assert client.get("/api/v1/calls", headers=bearer("metrics")).status_code == 401


# Figures


def test_the_figures_are_those_of_the_floor(client: FlaskClient, centre: Centre) -> None:
    now = utc_now()
    for number, queue in enumerate((LEAK, LEAK, OPENING)):
        centre.floor.apply(CallerEnteredQueue(at=now, visit=f"v{number}", call=f"c{number}", queue=queue))
    centre.floor.apply(OfferAnswered(at=now, visit="v0", call="c0", queue=LEAK, operator="op01", leg="a0"))
    centre.floor.apply(CallBridged(at=now, uuid="c0", other="a0", visit="v0"))
    found = figures(client)
    assert found["fsbridge_waiting_callers", "leak"] == 1
    assert found["fsbridge_waiting_callers", "opening"] == 1
    assert found["fsbridge_waiting_callers", "billing"] == 0
    assert 0 <= found["fsbridge_longest_wait_seconds", "leak"] < 60
    assert found[("fsbridge_today_offered_calls",)] == 3
    assert found["fsbridge_today_calls", "waiting"] == 2
    assert found["fsbridge_today_calls", "answered"] == 1
    assert found["fsbridge_today_visits", "leak", "answered"] == 1
    assert found[("fsbridge_link_up",)] == 1
    assert found[("fsbridge_today_balanced",)] == 1
    assert found[("fsbridge_today_since_timestamp_seconds",)] == pytest.approx(now.timestamp())


def test_what_becomes_of_the_offered_calls_adds_up(client: FlaskClient, centre: Centre) -> None:
    now = utc_now() - timedelta(minutes=1)
    for number in range(4):
        centre.floor.apply(CallerEnteredQueue(at=now, visit=f"v{number}", call=f"c{number}", queue=LEAK))
    centre.floor.apply(CallerLeftQueue(at=utc_now(), visit="v1", call="c1", queue=LEAK, reason=GAVE_UP))
    found = figures(client)
    became = [value for key, value in found.items() if key[0] == "fsbridge_today_calls"]
    assert sum(became) == found[("fsbridge_today_offered_calls",)] == 4


def test_a_new_day_begins_at_nothing_though_no_call_comes(
    client: FlaskClient, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = utc_now() - timedelta(days=1)
    centre.floor.apply(CallerEnteredQueue(at=yesterday, visit="v", call="c", queue=LEAK))
    centre.floor.apply(CallerLeftQueue(at=yesterday, visit="v", call="c", queue=LEAK, reason=GAVE_UP))
    assert figures(client)[("fsbridge_today_offered_calls",)] == 0


def test_callers_make_no_new_series(client: FlaskClient, centre: Centre) -> None:
    before = {key for key in figures(client) if key[0].startswith("fsbridge_")}
    centre.floor.heard()
    for number in range(50):
        centre.floor.apply(
            CallerEnteredQueue(
                at=utc_now(), visit=f"v{number}", call=f"c{number}", queue=f"made-up-{number}@elsewhere"
            )
        )
    after = {key for key in figures(client) if key[0].startswith("fsbridge_")}
    assert after - before <= {("fsbridge_link_heard_age_seconds",)}


def test_alarms_and_clients_are_counted(
    client: FlaskClient, panel: Panel, store: Store, browser: Callable[..., Browser]
) -> None:
    StoredAlarms(store).ring(Alarm("none", "7f1c/1"), datetime.now(UTC))
    live = browser("boss").live(panel, "/wallboard")
    found = figures(client)
    assert found[("fsbridge_recording_alarms",)] == 1
    assert found["fsbridge_panel_clients", "wallboard"] == 1
    assert found["fsbridge_panel_clients", "desk"] == 0
    assert found["fsbridge_disk_free_bytes", "home"] > 0
    live.disconnect("/wallboard")


def test_without_the_database_the_other_figures_are_told(
    client: FlaskClient, centre: Centre, tmp_path: Path
) -> None:
    assert centre.kept is not None
    gone = centre.kept.store
    gone.close()
    gone.database.init(str(tmp_path / "nowhere" / "centre.sqlite3"))
    found = figures(client)
    assert found["fsbridge_waiting_callers", "leak"] == 0
    assert ("fsbridge_recording_alarms",) not in found


def test_the_process_and_the_loop_are_told_of(client: FlaskClient, panel: Panel) -> None:
    found = figures(client)
    assert found[("process_resident_memory_bytes",)] > 0
    assert ("fsbridge_loop_lag_seconds_count",) in found
    assert found["fsbridge_info", "0.1.0"] == 1


def test_a_loop_that_is_held_up_shows() -> None:
    lag = LoopLag()
    stop = threading.Event()
    runner = threading.Thread(target=lag.run, args=(stop,), kwargs={"every": 0.001})
    runner.start()
    while not lag.registry.get_sample_value("fsbridge_loop_lag_seconds_count"):
        stop.wait(0.001)
    stop.set()
    runner.join()
    assert lag.registry.get_sample_value("fsbridge_loop_lag_seconds_sum") >= 0


def test_two_panels_have_figures_of_their_own(panel: Panel, centre: Centre) -> None:
    other = create_panel(centre).app.test_client()
    assert figures(panel.app.test_client()).keys() == figures(other).keys()


def test_a_scraper_that_wants_openmetrics_gets_it(client: FlaskClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.content_type.startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")
    assert client.get("/metrics", base_url=ADDRESS).headers["Cache-Control"] == "no-store"
