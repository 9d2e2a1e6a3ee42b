"""The administration's frame: who sees what, and what wants attention."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.webpanel.browsing import Browser
from webpanel import Panel
from webpanel.admin.office import SECTIONS

Open = Callable[..., Browser]

BOTH = ["", "/contacts", "/contacts/new", "/schedule", "/schedule/2027-03-04", "/tiers", "/scripts",
        "/scripts/leak", "/announcements", "/announcements/out-of-hours"]  # fmt: skip
ALONE = ["/contacts/import", "/schedule/rules", "/schedule/rules/busy", "/schedule/rules/new", "/flows",
         "/flows/leak", "/flows/new", "/queues/leak@kanazawa", "/queues/new", "/seasons", "/cases", "/users",
         "/users/op01", "/tokens", "/audit"]  # fmt: skip


@pytest.mark.parametrize("path", [*BOTH, *ALONE])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_an_administrator_sees_every_page(browser: Open, path: str, lang: str) -> None:
    answer = browser("admin").get(f"/admin{path}?lang={lang}")
    assert answer.status_code == 200, answer.text
    assert answer.text.count("<h1") == 1
    assert 'style="' not in answer.text


def test_a_supervisor_is_shown_only_where_to_go(browser: Open) -> None:
    text = browser("boss").get("/admin").text
    assert "/admin/contacts" in text
    assert "/admin/users" not in text
    boss = browser("boss")
    for path in BOTH:
        assert boss.get(f"/admin{path}").status_code == 200
    for path in ALONE:
        assert boss.get(f"/admin{path}").status_code == 403


@pytest.mark.parametrize("path", ["/contacts/999", "/schedule/2027-02-30", "/schedule/1.1", "/flows/nope",
                                  "/users/nobody", "/scripts/nope", "/announcements/..%2fetc"])  # fmt: skip
def test_what_there_is_not_is_not_found(browser: Open, path: str) -> None:
    assert browser("admin").get(f"/admin{path}").status_code == 404


def test_the_start_page_says_what_wants_attention_and_where_it_is_mended(browser: Open) -> None:
    text = browser("admin").get("/admin").text
    assert "音声を公開していないガイダンスがあります（11件中11件）" in text
    assert "パスワード未設定の利用者が15名います" in text
    assert "/admin/users" in text
    assert "op01" not in browser("boss").get("/admin").text


def test_the_addresses_in_the_documents_are_those_of_the_pages(panel: Panel) -> None:
    text = Path(__file__).parents[2].joinpath("docs", "panel-administration.md").read_text("utf-8")
    told = dict(re.findall(r"^\| (\w+) \| `(\S+)` \|", text, re.MULTILINE))
    rules = {key: str(next(panel.app.url_map.iter_rules(endpoint))) for key, endpoint, _ in SECTIONS}
    assert told == rules
