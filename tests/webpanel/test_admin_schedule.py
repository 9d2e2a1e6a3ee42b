"""Opening hours in the browser: the year, any minute and why, overrides, rules tried before they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.plan import StoredPlan
from tests.webpanel.browsing import Browser

Open = Callable[..., Browser]


def why(browser: Browser, day: str, minute: int) -> dict:
    return browser.get(f"/admin/schedule/explain?day={day}&minute={minute}").json


def storm(**more: str) -> dict[str, str]:
    return {"kind": "closed", "reason": "大雪", "announcement": "out-of-hours", "name": "storm", **more}


def test_the_year_shows_each_day_s_state_by_colour_and_mark(browser: Open) -> None:
    text = browser("boss").get("/admin/schedule?year=2027").text
    days = re.findall(r'class="day (\w+)(?: today)?" href="/admin/schedule/(2027-\d\d-\d\d)"', text)
    looks = {day: look for look, day in days}
    assert len(looks) == 365
    assert (looks["2027-01-01"], looks["2027-03-01"], looks["2027-05-01"]) == ("closed", "season1", "season0")
    assert "繁忙期 08:00-19:00" in text
    assert "空き・重なり・使われない規則はありません" in text


@pytest.mark.parametrize(
    ("day", "minute", "is_open", "rule", "change"),
    [
        ("2027-03-01", 479, False, "繁忙期", "2027-03-01 08:00"),
        ("2027-03-01", 480, True, "繁忙期", "2027-03-01 19:00"),
        ("2027-02-28", 1079, True, "通常期", "2027-02-28 18:00"),
        ("2027-02-28", 1080, False, "通常期", "2027-03-01 08:00"),
        ("2027-01-02", 600, False, "new-year", "2027-01-04 08:45"),
    ],
)
def test_any_minute_says_who_decides_why_and_what_comes_next(
    browser: Open, day: str, minute: int, is_open: bool, rule: str, change: str
) -> None:
    found = why(browser("boss"), day, minute)
    assert (found["open"], found["rule"], found["next"]) == (is_open, rule, change)
    assert [one["name"] for one in found["considered"]] == ["new-year", "繁忙期", "通常期"]
    assert [one["name"] for one in found["considered"] if one["verdict"] == "decides"] == [rule]


def test_an_override_of_a_day_has_an_author_and_a_reason_and_can_be_ended(
    browser: Open, store: Store
) -> None:
    admin = browser("admin")
    assert (
        admin.post("/admin/schedule/2027-03-10/override", storm(since="13:00", until="17:00")).status_code
        == 302
    )
    made = StoredPlan(store).load().schedule.overrides[0]
    assert (made.author, made.reason, made.since, made.until) == ("admin", "大雪", "13:00", "17:00")
    assert why(admin, "2027-03-10", 14 * 60)["rule"] == "storm"
    assert why(admin, "2027-03-10", 17 * 60)["open"]
    assert 'class="day over" href="/admin/schedule/2027-03-10"' in admin.get("/admin/schedule?year=2027").text
    assert admin.post("/admin/schedule/override/storm/end").status_code == 302
    assert why(admin, "2027-03-10", 14 * 60)["open"]
    with store.connection():
        log = [(one.actor, one.action) for one in AuditEntry.select().where(AuditEntry.subject == "override")]
    assert log == [("admin", "added"), ("admin", "removed")]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": ""}, "理由を入力してください"),
        ({"kind": "open", "hours": "8-20"}, "時刻は 08:45 のように"),
        ({"kind": "open", "hours": "22:00-02:00"}, "日をまたぐ場合は"),
        ({"since": "17:00", "until": "13:00"}, "終わりの時刻が始まりより後"),
        ({"name": "busy"}, "すでに使われています"),
        ({"announcement": "nope"}, "「nope」（announcement）がありません"),
    ],
)
def test_a_mistake_in_an_override_is_said_with_its_cure_and_nothing_is_kept(
    browser: Open, store: Store, more: dict[str, str], said: str
) -> None:
    answer = browser("admin").post("/admin/schedule/2027-03-10/override", storm(**more))
    assert answer.status_code == 400
    assert said in answer.text
    assert StoredPlan(store).load().schedule.overrides == ()


def test_a_rule_is_tried_over_two_years_before_a_new_version_is_saved(browser: Open, store: Store) -> None:
    admin = browser("admin")
    change = {"kind": "season", "days": "03-01..04-29", "whole": "08:00-20:00", "by": "whole"}
    tried = admin.post("/admin/schedule/rules/busy", change)
    assert tried.status_code == 200
    assert re.search(r"\d{4}-04-30：シーズンのない日です", tried.text)
    assert "61日の受付時間が変わります" in tried.text
    assert len(StoredPlan(store).versions()) == 1
    preview = tried.text.partition('class="card preview"')[2].partition("</form>")[0]
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', preview))
    assert admin.post("/admin/schedule/rules/busy", form).status_code == 302
    assert [row.version for row in StoredPlan(store).versions()] == [2, 1]
    page = admin.get("/admin/schedule/rules").text
    assert "第2版" in page
    assert "<ins>03-01..04-29  08:00-20:00  out-of-hours</ins>" in page


def test_what_somebody_else_has_changed_since_the_trial_is_not_written_over(
    browser: Open, store: Store
) -> None:
    admin, other = browser("admin"), browser("admin")
    change = {"kind": "season", "days": "03..04", "whole": "08:00-20:00", "by": "whole"}
    pages = [one.post("/admin/schedule/rules/busy", change).text for one in (admin, other)]
    seen = [page.partition('name="seen" value="')[2].partition('"')[0] for page in pages]
    assert (
        admin.post("/admin/schedule/rules/busy", {**change, "sure": "1", "seen": seen[0]}).status_code == 302
    )
    late = other.post(
        "/admin/schedule/rules/busy", {**change, "whole": "09:00-10:00", "sure": "1", "seen": seen[1]}
    )
    assert late.status_code == 400
    assert "ほかの人が先に変更しました" in late.text
    assert str(StoredPlan(store).load().schedule.seasons[0].hours) == "08:00-20:00"


def test_special_days_by_weekday_are_added_and_removed(browser: Open, store: Store) -> None:
    admin = browser("admin")
    change = {"kind": "special", "name": "bon", "days": "08-13..08-15", "by": "weekday", "mon": "09:00-12:00",
              "sat": "10:00-11:00"}  # fmt: skip
    seen = admin.post("/admin/schedule/rules/new", change).text.partition('name="seen" value="')[2][:16]
    assert admin.post("/admin/schedule/rules/new", {**change, "sure": "1", "seen": seen}).status_code == 302
    rule = StoredPlan(store).load().schedule.special_days[-1]
    assert str(rule.hours) == "mon 09:00-12:00; sat 10:00-11:00"
    tried = admin.post("/admin/schedule/rules/bon/remove")
    assert "「bon」を削除すると" in tried.text
    seen = tried.text.partition('name="seen" value="')[2][:16]
    assert admin.post("/admin/schedule/rules/bon/remove", {"sure": "1", "seen": seen}).status_code == 302
    assert [one.name for one in StoredPlan(store).load().schedule.special_days] == ["new-year"]


def test_days_that_cannot_be_are_refused_at_their_field(browser: Open) -> None:
    change = {"kind": "special", "name": "x", "days": "02-30", "by": "whole"}
    answer = browser("admin").post("/admin/schedule/rules/new", change)
    assert answer.status_code == 400
    assert 'id="wrong-days">暦にない日付です' in answer.text
