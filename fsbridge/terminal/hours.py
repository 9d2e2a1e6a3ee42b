"""Rules, explanations and findings of opening hours in sentences a person reads, Japanese or English."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from fsbridge.domain.schedule import Explanation, Finding, Kind, Override, Schedule, Verdict
from fsbridge.domain.schedule.rules import kind_of
from fsbridge.domain.schedule.week import WEEKDAYS

_KINDS = {"season": "シーズン", "special days": "特別な日", "override": "臨時の変更"}
_VERDICTS = {Verdict.DECIDES: "これに決定", Verdict.OUTRANKED: "他が優先", Verdict.DOES_NOT_HOLD: "該当せず"}
_STYLES = {Verdict.DECIDES: "bold green", Verdict.OUTRANKED: "yellow", Verdict.DOES_NOT_HOLD: "dim"}
_FINDINGS = {
    Kind.GAP: "シーズンのない日です（受付しません）。シーズンを割り当ててください。",
    Kind.OVERLAP: "二つの規則が重なり、先のものが使われます。意図と違うときは順番を変えてください。",
    Kind.NEVER_WINS: "他の規則が常に優先するため、使われません。順番を変えるか、削除してください。",
    Kind.NO_HOLIDAYS: "祝日の暦にこの年がありません。暦を更新するか、日付で書いてください。",
    Kind.CLOCK_CHANGE: "時計の切り替えと開始・終了が重なります。必要なら臨時の変更を登録してください。",
}
_DAYS = "月火水木金土日"


def rules_table(schedule: Schedule, lang: str = "ja") -> Table:
    """Every rule in the order in which they are asked."""
    headings = {
        "ja": ("順", "種別", "名前", "日", "受付時間", "ガイダンス", "登録者"),
        "en": ("", "kind", "name", "days", "hours", "when closed", "by"),
    }[lang]
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for place, rule in enumerate(schedule.rules, 1):
        kind, hours, by, days = kind_of(rule), _week(str(rule.hours), lang), "", ""
        if isinstance(rule, Override):
            days = f"{rule.day} {rule.since}-{rule.until}"
            by = f"{rule.author} {rule.reason}".strip()
        else:
            days = rule.days.text
        kind = _KINDS[kind] if lang == "ja" else kind
        table.add_row(str(place), kind, rule.name, days, hours, rule.announcement, by)
    return table


def explained(found: Explanation, schedule: Schedule, lang: str = "ja") -> tuple[Text, Table]:
    """What holds, in one line, and how each rule fared."""
    standing, at = found.standing, found.at
    if lang == "ja":
        word = "受付中" if standing.open else "受付時間外"
        day = _DAYS[at.weekday()]
        line = Text(f"{at:%Y-%m-%d}（{day}）{at:%H:%M}  ", "bold").append(word, _style(standing.open))
        line.append(f"  シーズン {standing.season or 'なし'}、規則 {standing.rule}")
    else:
        line = Text(f"{at:%Y-%m-%d} ({WEEKDAYS[at.weekday()]}) {at:%H:%M}  ", "bold")
        line.append("open" if standing.open else "closed", _style(standing.open))
        line.append(f"  season {standing.season or 'none'}, rule {standing.rule}")
    headings = (
        ("規則", "種別", "判定", "日", "受付時間") if lang == "ja" else ("rule", "kind", "verdict", "why")
    )
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    rules = {rule.name: rule for rule in schedule.rules}
    for one in found.considered:
        verdict = Text(_VERDICTS[one.verdict] if lang == "ja" else one.verdict.value, _STYLES[one.verdict])
        if lang == "ja":
            rule = rules[one.name]
            days = f"{rule.day} {rule.since}-{rule.until}" if isinstance(rule, Override) else rule.days.text
            table.add_row(one.name, _KINDS[one.kind], verdict, days, _week(str(rule.hours), lang))
        else:
            table.add_row(one.name, one.kind, verdict, one.why)
    return line, table


def finding_line(finding: Finding, lang: str = "ja") -> str:
    """A finding as a sentence with its days and rules.

    >>> import datetime as dt
    >>> day = dt.date(2027, 5, 1)
    >>> finding_line(Finding(Kind.GAP, (), ((day, day),), "2027-05-01 has no season"))
    '2027-05-01：シーズンのない日です（受付しません）。シーズンを割り当ててください。'
    """
    if lang != "ja":
        return finding.message
    days = "、".join(f"{first}" if first == last else f"{first}～{last}" for first, last in finding.days)
    rules = "、".join(finding.rules)
    place = " ".join(part for part in (days, rules) if part)
    return f"{place}：{_FINDINGS[finding.kind]}"


def _week(text: str, lang: str) -> str:
    if lang != "ja":
        return text
    for name, japanese in zip(WEEKDAYS, _DAYS, strict=True):
        text = text.replace(name, japanese)
    return text.replace("closed", "受付なし")


def _style(is_open: bool) -> str:
    return "bold green" if is_open else "bold red"
