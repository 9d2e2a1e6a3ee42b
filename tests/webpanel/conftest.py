"""A whole panel over the Kanazawa example: its store filled, a person for each role, no switch."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.attending import operators_of, unreachable
from fsbridge.config import Settings, load
from fsbridge.domain.tally import Definitions
from fsbridge.services.floor import Floor
from fsbridge.services.users import Users
from tests.webpanel.browsing import PASSWORD, PEOPLE, Browser, Built
from webpanel import Centre, Kept, Panel, create_panel


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(home=tmp_path, environment={})


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database filled once, to be copied for each test."""
    settings = load(home=tmp_path_factory.mktemp("filled"), environment={})
    store = Store(settings.database_url)
    store.migrate()
    fill(store, example("kanazawa"), by="test", at=datetime.now(UTC))
    users = Users(StoredUsers(store), hashed=Passwords(memory_kib=64).hash)
    known = {one.login for one in users.all()}
    for login, roles in PEOPLE.items():
        if login in known:
            users.set_roles(login, roles, by="test", at=datetime.now(UTC))
            users.set_password(login, PASSWORD, by="test", at=datetime.now(UTC))
        else:
            users.add(login, login, roles, by="test", at=datetime.now(UTC), password=PASSWORD)
    store.close()
    return settings.home / "centre.sqlite3"


@pytest.fixture
def store(settings: Settings, filled: Path) -> Iterator[Store]:
    shutil.copy(filled, settings.home / "centre.sqlite3")
    store = Store(settings.database_url)
    yield store
    store.close()


@pytest.fixture
def centre(settings: Settings, store: Store) -> Centre:
    """The centre at half past ten of an ordinary Thursday in March."""
    plan = example("kanazawa").plan
    moment = datetime(2027, 3, 4, 10, 30, tzinfo=plan.schedule.clock)
    operators = operators_of(store, lambda: plan, unreachable("none in this test"), clock=lambda: moment)
    kept = Kept(settings=settings, store=store, operators=operators)
    floor = Floor(Definitions(zone=plan.schedule.clock))
    return Centre.whole(floor, lambda: plan, kept, clock=lambda: moment)


@pytest.fixture
def panel(centre: Centre) -> Panel:
    panel = create_panel(centre)
    panel.app.config["TESTING"] = True
    Built(panel.app)
    return panel


@pytest.fixture
def browser(panel: Panel) -> Callable[..., Browser]:
    """``browser()`` is a stranger's, ``browser("boss")`` one that is logged in."""

    def opened(login: str = "") -> Browser:
        browser = Browser(panel.app.test_client())
        if login:
            answer = browser.log_in(login)
            assert answer.status_code == 302, answer.text
        return browser

    return opened
