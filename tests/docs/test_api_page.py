"""docs/api.md: its requests are answered as it shows, its program prints what it says, tables are whole."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Tokens
from tests.docs.pages import exchanges, within
from tests.webpanel.pasts import lay_down
from webpanel import Panel
from webpanel.api.history import MOST_ROWS
from webpanel.api.pages import RATE

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


@pytest.fixture
def token(store: Store) -> str:
    lay_down(store)
    return Tokens(StoredTokens(store)).make("api", "page", by="test", at=utc_now())[1]


def test_the_requests_of_the_page_are_answered_as_it_shows(panel: Panel, token: str) -> None:
    client = panel.app.test_client()
    shown = list(exchanges(TEXT))
    assert len(shown) == TEXT.count("```http")
    for method, address, rest, answer in shown:
        *lines, body = rest.splitlines() or [""]
        headers = dict(line.split(": ", 1) for line in lines) | {"Authorization": f"Bearer {token}"}
        real = client.open(
            address, method=method, data=body, headers=headers, content_type="application/json"
        )
        assert within(answer, real.json), f"{method} {address}\n{real.text}"


def test_the_program_prints_what_the_page_says(
    panel: Panel, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((program, printed),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", TEXT, re.DOTALL)
    port = panel.start("127.0.0.1", 0)
    monkeypatch.setenv("FSBRIDGE_ADDRESS", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("FSBRIDGE_TOKEN", token)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(program, "docs/api.md", "exec"), {"__name__": "page"})
    finally:
        panel.stop()
    assert out.getvalue() == printed


def test_every_operation_is_on_the_page_and_none_else(panel: Panel) -> None:
    described = panel.app.test_client().get("/api/v1/openapi.json").json["paths"]
    there = {
        (about["operationId"], f"{method.upper()} {path}")
        for path, methods in described.items()
        for method, about in methods.items()
    }
    listed = re.findall(r"^\| `(\w+)` \| `(\w+ [^`?]+)(?:\?[^`]*)?` \|", TEXT, re.MULTILINE)
    assert set(listed) == there


def test_every_refusal_of_the_description_is_on_the_page(panel: Panel) -> None:
    described = panel.app.test_client().get("/api/v1/openapi.json").json["paths"]
    statuses = {
        status for methods in described.values() for one in methods.values() for status in one["responses"]
    }
    rows = " ".join(re.findall(r"^\| ([\d, ]+) \|", TEXT, re.MULTILINE))
    assert statuses - {"200", "304"} <= set(re.findall(r"\d+", rows))


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    assert RATE.split()[0] in TEXT
    assert f"{MOST_ROWS} intervals" in TEXT
