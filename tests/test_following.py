"""The composition that follows the plan: where the plan comes from, and what FreeSWITCH is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialplan_scripts import centre, kanazawa
from fsbridge.adapters.planfile import example
from fsbridge.adapters.speech.folder import RATES, SoundFolder
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.app import Watch
from fsbridge.config import Settings, load
from fsbridge.following import conf_in_force, following_of, published_folder
from fsbridge.scripting.app import App
from fsbridge.testing import Caller

NOW = datetime(2027, 4, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(home=tmp_path, environment={})


@pytest.fixture
def plan(settings: Settings) -> Iterator[StoredPlan]:
    """Porto's plan in the store of these settings."""
    store = Store(settings.database_url)
    store.migrate()
    stored = StoredPlan(store)
    stored.save(example("porto").plan, by="test", at=NOW)
    yield stored
    store.close()


def served(settings: Settings, app: App) -> App:
    """A copy of the app as `fsbridge run` would serve it."""
    mine = App(app.name, centre=app.centre)
    for route in app:
        mine.route(route.number.expression)(route.script)
    following_of(settings, mine, Watch("127.0.0.1", 1, "no-password"))
    return mine


def test_without_a_database_the_script_s_own_centre_answers(settings: Settings) -> None:
    Caller(served(settings, kanazawa.app)).dial("0762202722", at="2027-06-01T10:00").hears("金沢市企業局")
    assert conf_in_force(settings).centre.name == "kanazawa"


def test_the_stored_plan_takes_its_place(settings: Settings, plan: StoredPlan) -> None:
    for script in (kanazawa, centre):
        app = served(settings, script.app)
        assert app.zone == "Europe/Lisbon"
        Caller(app).dial("222000100", at="2027-02-02T10:00").hears("Bem-vindo")
    assert conf_in_force(settings).centre.name == "porto"


def test_an_empty_database_holds_no_plan(settings: Settings) -> None:
    store = Store(settings.database_url)
    store.migrate()
    store.close()
    assert conf_in_force(settings).centre.name == "kanazawa"


def test_published_announcements_are_heard_with_and_without_a_script(
    settings: Settings, plan: StoredPlan
) -> None:
    SoundFolder(published_folder(settings)).put("feriado", dict.fromkeys(RATES, b"RIFF"))
    path = SoundFolder(published_folder(settings)).path("feriado")
    app = served(settings, centre.app)
    assert Caller(app).dial("222000100", at="2027-12-25T10:00").listen().heard == [path]
    sounds = conf_in_force(settings).centre.announcements
    assert sounds["feriado"] == path
    assert sounds["cut-off"].startswith("tone_stream://")


def test_announcements_whose_names_no_file_can_have_do_no_harm(settings: Settings, plan: StoredPlan) -> None:
    def renamed(porto):
        one = replace(porto.announcement("espera"), key="Espera.1")
        flows = [replace(flow, waiting="Espera.1") for flow in porto.flows]
        return replace(porto, announcements=(*porto.announcements, one), flows=flows)

    plan.change(renamed, by="test", at=NOW)
    caller = Caller(served(settings, centre.app)).dial("222000100", at="2027-02-02T10:00")
    caller.hears("prima 2").press("2").hears(one_of(plan, "Espera.1"))


def one_of(plan: StoredPlan, announcement: str) -> str:
    return plan.load().announcement(announcement).text
