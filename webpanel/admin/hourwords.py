"""Rules, verdicts and findings of the opening hours in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from fsbridge.domain.schedule import Explanation, Finding, Override, Schedule
from fsbridge.domain.schedule.rules import Rule, kind_of
from fsbridge.domain.schedule.week import WEEKDAYS, Week
from fsbridge.terminal.hours import finding_line
from webpanel.labels import t
from webpanel.language import language

_DAYS = "月火水木金土日"


def hours_text(week: Week) -> str:
    """A week's hours: 月-金 09:00-17:00; 土 09:00-12:00, or in English as they are written."""
    text = str(week)
    if language() == "en":
        return text
    for name, japanese in zip(WEEKDAYS, _DAYS, strict=True):
        text = text.replace(name, japanese)
    return text.replace("closed", t("admin_schedule.closed_all_day"))


def days_text(rule: Rule) -> str:
    """The days a rule is about."""
    return f"{rule.day} {rule.since}-{rule.until}" if isinstance(rule, Override) else rule.days.text


def kind(rule: Rule) -> str:
    """What a rule is, in a word."""
    return t(f"admin_schedule.kind_{kind_of(rule).replace(' ', '_')}")


def finding(one: Finding) -> str:
    """A finding of `check` as a sentence."""
    return finding_line(one, language())


def considered(found: Explanation, schedule: Schedule, names: Mapping[str, str]) -> list[dict[str, str]]:
    """How each rule fared, in the order in which they were asked; `names` are those of seasons."""
    rules = {rule.name: rule for rule in schedule.rules}
    return [
        {
            "name": names.get(one.name, one.name),
            "kind": kind(rules[one.name]),
            "verdict": one.verdict.value.replace(" ", "-"),
            "word": t(f"admin_schedule.v_{one.verdict.value.replace(' ', '_')}"),
            "days": days_text(rules[one.name]),
            "hours": hours_text(rules[one.name].hours),
            "why": one.why if language() == "en" else "",
        }
        for one in found.considered
    ]
