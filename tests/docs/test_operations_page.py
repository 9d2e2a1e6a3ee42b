"""docs/operations.md: every figure and part is there, its examples hold."""

from __future__ import annotations

import configparser
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fsbridge.app import Watch, serving
from fsbridge.config import Settings
from fsbridge.domain.recordingspace import LEAST
from fsbridge.esl.server import HAND_OVER
from fsbridge.scripting.app import App
from fsbridge.services.floor import utc_now
from tests.docs.pages import exchanges, within
from webpanel import Centre, create_panel
from webpanel.operations.metrics import SLOW_EVERY
from webpanel.operations.ready import SILENT

TEXT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")


@pytest.fixture
def client(centre: Centre) -> FlaskClient:
    """A panel with all that it can tell of."""
    assert centre.kept is not None
    watch, scripts = Watch("127.0.0.1", 8021, "ClueCon", floor=centre.floor), serving(App("empty"), port=0)
    kept = replace(centre.kept, watch=watch, scripts=scripts)
    return create_panel(replace(centre, kept=kept)).app.test_client()


def test_every_figure_is_on_the_page_and_none_else(client: FlaskClient, centre: Centre) -> None:
    centre.floor.heard()
    centre.floor.advance(utc_now() - timedelta(days=1))  # the page's request begins another day
    told = dict(re.findall(r"^# TYPE (fsbridge_\w+) (\w+)$", client.get("/metrics").text, re.MULTILINE))
    listed = {
        name: kind.strip()
        for names, kind in re.findall(r"^\| ((?:`fsbridge_\w+`(?:, )?)+) \|([^|]+)\|", TEXT, re.MULTILINE)
        for name in re.findall(r"\w+", names)
    }
    assert {name: kind for name, kind in told.items() if not name.endswith("_created")} == listed


def test_the_alerts_ask_for_figures_that_there_are(client: FlaskClient, centre: Centre) -> None:
    centre.floor.heard()
    text = client.get("/metrics").text
    for name in re.findall(r"fsbridge_\w+", "".join(re.findall(r'expr: "(.*?)"', TEXT))):
        assert name in text


def test_the_example_of_ready_is_what_it_answers(client: FlaskClient, centre: Centre) -> None:
    centre.floor.heard()
    centre.floor.lost("closed by peer")
    ((method, address, _, shown),) = exchanges(TEXT)
    real = client.open(address, method=method).json
    assert within(shown, real), real
    for name in real["parts"]:
        assert f"`{name}`" in TEXT


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    assert f"in the last {SILENT.total_seconds():.0f} s" in TEXT
    assert f"more than {LEAST:.0%} of".replace("%", " %") in TEXT
    assert f"{SLOW_EVERY:.0f} s old" in TEXT


def test_the_unit_gives_the_calls_their_time(settings: Settings) -> None:
    (unit,) = re.findall(r"```ini\n(.*?)```", TEXT, re.DOTALL)
    read = configparser.ConfigParser(delimiters="=")
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(unit)
    service = read["Service"]
    assert service["ExecStart"].endswith("fsbridge run")
    assert service["KillSignal"] == "SIGTERM"
    assert int(service["TimeoutStopSec"]) >= settings.drain + HAND_OVER + 10
