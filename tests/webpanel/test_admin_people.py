"""Users, tokens and the audit log in the browser: secrets shown once, nobody locked out, all written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.adapters.store.models import AuditEntry, User
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.services.tokens import Tokens
from tests.webpanel.browsing import PASSWORD, Browser

Open = Callable[..., Browser]


def account(store: Store, login: str):
    return next(one for one in StoredUsers(store).look() if one.login == login)


def secret_of(page: str) -> str:
    return page.partition("data-copied>")[2].partition("<")[0]


def logged(store: Store, subject: str) -> list[tuple[str, str, str]]:
    with store.connection():
        rows = AuditEntry.select().where(AuditEntry.subject == subject, AuditEntry.actor == "admin")
        return [(one.action, one.which, one.reason) for one in rows.order_by(AuditEntry.id)]


def test_a_new_user_gets_a_password_that_is_shown_once(browser: Open, store: Store) -> None:
    admin = browser("admin")
    sent = {
        "login": "tanaka",
        "name": "田中 恵",
        "kana": "タナカ メグミ",
        "roles": ["operator", "supervisor"],
    }
    answer = admin.post("/admin/users", sent)
    password = secret_of(answer.text)
    assert len(password) == 20
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in admin.get("/admin/users/tanaka").text
    made = account(store, "tanaka")
    assert (made.roles, made.operator) == (("operator", "supervisor"), "tanaka")
    assert browser().log_in("tanaka", password).status_code == 302
    with store.connection():
        assert not any(password in str(vars(one)["__data__"]) for one in AuditEntry.select())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"login": "op01"}, "すでに使われています"),
        ({"login": "a b"}, "ログインIDは半角"),
        ({"name": ""}, "1行の文字"),
        ({"roles": []}, "権限を一つ以上"),
        ({"roles": ["root"]}, "「root」（role）がありません"),
    ],
)
def test_a_user_that_cannot_be_is_refused(browser: Open, store: Store, more: dict, said: str) -> None:
    before = StoredUsers(store).look()
    sent = {"login": "tanaka", "name": "田中", "roles": ["operator"], **more}
    answer = browser("admin").post("/admin/users", sent)
    assert answer.status_code == 400
    assert said in answer.text
    assert StoredUsers(store).look() == before


def test_name_roles_and_extension_are_changed_together_or_not_at_all(browser: Open, store: Store) -> None:
    admin = browser("admin")
    sent = {
        "name": "中村 和代",
        "kana": "ナカムラ カズヨ",
        "roles": ["operator", "supervisor"],
        "extension": "1101",
    }
    assert admin.post("/admin/users/op01", sent).status_code == 302
    operator = StoredPlan(store).load().operator("op01")
    assert (operator.name, operator.extension, account(store, "op01").name) == (
        "中村 和代",
        "1101",
        "中村 和代",
    )
    bad = admin.post("/admin/users/op01", {**sent, "name": "別の名前", "extension": "1002"})
    assert bad.status_code == 400
    assert "すでに使われています" in bad.text
    assert account(store, "op01").name == "中村 和代"
    assert ("renamed", "op01", "中村 和子 → 中村 和代") in logged(store, "user")


def test_the_last_administrator_who_can_log_in_is_not_locked_out(browser: Open, store: Store) -> None:
    admin = browser("admin")
    admin.post("/admin/users", {"login": "second", "name": "副", "roles": ["administrator"]})
    admin.post("/admin/users/second/active", {"active": "0"})
    assert not account(store, "second").active
    admin.post("/admin/users/admin/active", {"active": "0"})
    assert "最後の管理者です" in admin.get("/admin/users/admin").text
    bad = admin.post("/admin/users/admin", {"name": "admin", "kana": "", "roles": ["supervisor"]})
    assert "最後の管理者です" in bad.text
    assert account(store, "admin").roles == ("administrator",)


def test_who_is_disabled_is_logged_out_at_once_and_may_come_back(browser: Open, store: Store) -> None:
    admin, boss = browser("admin"), browser("boss")
    admin.post("/admin/users/boss/active", {"active": "0", "reason": "異動"})
    assert boss.get("/admin/contacts").status_code == 302
    assert browser().log_in("boss").status_code == 401
    admin.post("/admin/users/boss/active", {"active": "1"})
    assert browser().log_in("boss").status_code == 302
    assert logged(store, "user") == [("disabled", "boss", "異動"), ("enabled", "boss", "")]


def test_a_locked_account_is_unlocked_and_a_new_password_ends_every_session(
    browser: Open, store: Store
) -> None:
    admin, old = browser("admin"), browser("op01")
    for _ in range(5):
        browser().log_in("op01", "wrong password")
    assert browser().log_in("op01").status_code == 429
    assert "ロック中" in admin.get("/admin/users").text
    admin.post("/admin/users/op01/unlock")
    assert browser().log_in("op01").status_code == 302
    answer = admin.post("/admin/users/op01/password")
    assert old.get("/desk").status_code == 302
    assert browser().log_in("op01", PASSWORD).status_code == 401
    assert browser().log_in("op01", secret_of(answer.text)).status_code == 302
    admin.post("/admin/users/op01/sessions")
    assert "ログインしていません" in admin.get("/admin/users/op01").text


def test_a_lost_telephone_s_one_time_password_is_forgotten(browser: Open, store: Store) -> None:
    with store.writing():
        User.update(totp="JBSWY3DPEHPK3PXP").where(User.login == "op01").execute()
    assert "code" in browser().log_in("op01").text
    admin = browser("admin")
    assert "確認コード（二段階認証）を解除" in admin.get("/admin/users/op01").text
    admin.post("/admin/users/op01/code")
    assert browser().log_in("op01").status_code == 302
    assert ("one-time password off", "op01", "") in logged(store, "log-in")


def test_a_kiosk_s_link_is_shown_once_works_and_is_revoked(browser: Open, store: Store) -> None:
    admin = browser("admin")
    answer = admin.post("/admin/tokens", {"kind": "kiosk", "name": "1階執務室"})
    link = secret_of(answer.text)
    assert link.startswith("https://panel.example/kiosk/")
    secret = link.rpartition("/")[2]
    assert secret not in admin.get("/admin/tokens").text
    screen = browser()
    assert screen.get(f"/kiosk/{secret}").status_code == 302
    assert screen.get("/wallboard").status_code == 200
    admin.post("/admin/tokens/1/revoke")
    assert screen.get("/wallboard").status_code == 302
    key = secret_of(admin.post("/admin/tokens", {"kind": "api", "name": "集計"}).text)
    assert Tokens(StoredTokens(store)).known("api", key, datetime.now(UTC)) is not None
    assert [one[0] for one in logged(store, "token")] == ["made", "revoked", "made"]
    assert admin.post("/admin/tokens", {"kind": "kiosk", "name": " "}).status_code == 400
    admin.post("/admin/tokens/99/revoke")
    assert "使う場所や相手" in admin.get("/admin/tokens").text


def test_the_audit_log_is_found_by_who_what_and_when(browser: Open, store: Store) -> None:
    admin = browser("admin")
    admin.post("/admin/tokens", {"kind": "kiosk", "name": "1F"})

    def found(query: str) -> int:
        text = admin.get(f"/admin/audit?{query}").text
        return int(re.search(r"<strong>([\d,]+)件</strong>", text)[1].replace(",", ""))

    assert found("subject=token") == 1
    assert found("subject=token&actor=boss") == 0
    assert found("which=1F&action=made") == 1
    today = datetime.now(StoredPlan(store).load().schedule.clock).date().isoformat()
    assert found(f"since={today}&until={today}") == found("")
    assert found("until=2001-01-01") == 0
    assert found("since=never") == found("")
    first, second = admin.get("/admin/audit").text, admin.get("/admin/audit?page=2").text
    assert "表示端末・連携キー" in first
    assert first.count('<td class="num when">') == 50 == second.count('<td class="num when">')


def test_the_audit_log_as_a_file_holds_no_formula_and_notes_that_it_was_made(
    browser: Open, store: Store
) -> None:
    admin = browser("admin")
    with store.writing():
        AuditEntry.create(
            at=datetime.now(UTC), actor="=cmd|'/C calc'!A0", action="@x", subject="+y", which="-z"
        )
    answer = admin.post("/admin/audit/export", {"form": "csv"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    line = next(one for one in answer.text.splitlines() if "calc" in one)
    assert "'=cmd|'/C calc'!A0,'+y,'@x,'-z" in line
    assert logged(store, "audit log")[0][0] == "exported"
    assert admin.post("/admin/audit/export", {"form": "exe"}).status_code == 400
