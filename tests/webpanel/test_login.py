"""Logging in: who gets in, what a browser is then worth, and what becomes of guesses."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry
from tests.webpanel.browsing import ADDRESS, PASSWORD, Browser
from webpanel import Panel

Open = Callable[..., Browser]


def test_a_stranger_is_sent_to_the_log_in_and_afterwards_to_where_it_wanted(browser: Open) -> None:
    stranger = browser()
    sent = stranger.get("/account?x=1")
    assert sent.status_code == 302
    assert sent.location == "/login?next=/account?x%3D1"
    assert "ログインID" in stranger.get(sent.location).text
    token = stranger.token()
    done = stranger.client.post(
        "/login",
        data={"login": "boss", "password": PASSWORD, "next": "/account?x=1", "csrf_token": token},
        base_url=ADDRESS,
        headers={"Referer": ADDRESS},
    )
    assert done.location == "/account?x=1"
    assert stranger.get("/account").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\tx"]
)
def test_after_the_log_in_nobody_is_led_elsewhere(browser: Open, elsewhere: str) -> None:
    stranger = browser()
    done = stranger.post("/login", {"login": "boss", "password": PASSWORD, "next": elsewhere})
    assert done.status_code == 302
    assert "evil" not in done.location
    assert "javascript" not in done.location


def test_a_wrong_password_and_an_unknown_name_look_the_same(browser: Open) -> None:
    stranger = browser()
    wrong = stranger.log_in("boss", "wrong wrong wrong")
    unknown = stranger.log_in("nobody", "wrong wrong wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert "正しくありません" in wrong.text
    assert (
        wrong.text.replace('value="boss"', "").count("notice error")
        == unknown.text.count("notice error")
        == 1
    )


def test_guessing_locks_the_account_and_hurries_nobody(browser: Open, store: Store) -> None:
    stranger = browser()
    for _ in range(5):
        stranger.log_in("boss", "wrong wrong wrong")
    locked = stranger.log_in("boss")
    assert locked.status_code == 429
    assert "ロック" in locked.text
    for _ in range(20):
        answer = stranger.log_in("op01", "wrong wrong wrong")
    assert answer.status_code == 429
    with store.reading():
        tries = AuditEntry.select().where(AuditEntry.action == "failed to log in", AuditEntry.which == "boss")
        assert tries.count() == 5


def test_without_the_pages_token_a_form_is_refused(browser: Open) -> None:
    boss = browser("boss")
    forged = boss.client.post("/logout", base_url=ADDRESS, headers={"Origin": "https://evil.example"})
    assert forged.status_code == 400
    assert boss.get("/account").status_code == 200


def test_the_cookie_changes_at_log_in_and_is_worth_nothing_after_log_out(browser: Open) -> None:
    stranger = browser()
    stranger.get("/login")
    before = stranger.client.get_cookie("fsbridge", domain="panel.example")
    answer = stranger.log_in("boss")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    after = stranger.client.get_cookie("fsbridge", domain="panel.example")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    stranger.post("/logout")
    thief = browser()
    thief.client.set_cookie("fsbridge", after.value, domain="panel.example")
    assert thief.get("/account").status_code == 302


def test_a_cookie_planted_before_the_log_in_is_nobody(browser: Open) -> None:
    """Session fixation: what an attacker knew beforehand does not become the victim's."""
    attacker = browser()
    attacker.get("/login")
    planted = attacker.client.get_cookie("fsbridge", domain="panel.example")
    victim = browser()
    victim.client.set_cookie("fsbridge", planted.value, domain="panel.example")
    victim.log_in("boss")
    assert attacker.get("/account").status_code == 302


def test_a_new_password_logs_every_other_browser_out(browser: Open) -> None:
    here, there = browser("boss"), browser("boss")
    new = "another long password"
    short = here.post("/account/password", {"old": PASSWORD, "new": "short", "again": "short"})
    assert "12" in here.get(short.location).text
    here.post("/account/password", {"old": "not mine at all", "new": new, "again": new})
    assert "現在のパスワードが正しくありません" in here.get("/account").text
    here.post("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert browser().log_in("boss", new).status_code == 302


def test_with_one_time_passwords_a_password_alone_opens_nothing(browser: Open, panel: Panel) -> None:
    boss = browser("boss")
    key = boss.get("/account").text.partition("<code>")[2].partition("</code>")[0]
    boss.post("/account/code", {"old": PASSWORD, "code": pyotp.TOTP(key).now()})
    assert "確認コードを使用しています" in boss.get("/account").text
    stranger = browser()
    asked = stranger.log_in("boss")
    assert asked.status_code == 200
    assert "確認コード" in asked.text
    wrong = stranger.post("/login", {"login": "boss", "password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 401
    used = stranger.post("/login", {"login": "boss", "password": PASSWORD, "code": pyotp.TOTP(key).now()})
    assert used.status_code == 401, "it was used to turn them on"
    assert stranger.get("/account").status_code == 302


def test_language_and_colours_are_remembered(browser: Open) -> None:
    boss = browser("boss")
    boss.post("/look", {"lang": "en", "theme": "contrast", "next": "/account"})
    page = boss.get("/account").text
    assert '<html lang="en" data-theme="contrast">' in page
    assert "Change the password" in page
    boss.post("/look", {"lang": "xx", "theme": "<script>"})
    assert '<html lang="en" data-theme="contrast">' in boss.get("/account").text
