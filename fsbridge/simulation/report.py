"""A simulated month as one page with its plots: a file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from fsbridge.domain.charts import Series, columns, lines
from fsbridge.simulation.month import Result
from fsbridge.simulation.report_words import STYLE, say
from fsbridge.simulation.staffing import Staffing

GREEN, RED, GREY, AMBER = "#2f7d4f", "#c0392b", "#a9b2ba", "#d9822b"
BLUE, LIGHT, VIOLET = "#1f5fa8", "#86b2e0", "#7a4fa0"


def report(result: Result, data: dict[str, Any], staffing: Staffing | None, language: str) -> str:
    """The page as HTML, in a language; `data` is what `Result.data` gave.

    >>> from fsbridge.simulation.report_words import say
    >>> say("title", "ja")
    'センターのシミュレーション'
    """
    order, plan = result.order, result.order.plan

    def word(key: str, *gaps: object) -> str:
        return escape(say(key, language, *gaps))

    name = plan.name_en if language == "en" and plan.name_en else plan.name
    sections = [
        _section(word("calls by day"), _calls(data["days"], _days(data), language), word("calls note")),
        _section(word("level by day"), _level(data["days"], _days(data), result, language)),
        _section(word("calls by hour"), _calls(_open(data), _hours(data), language)),
        _section(word("waits by hour"), _waits(_open(data), _hours(data), language), word("waits note")),
        _section(word("occupancy by hour"), _occupancy(_open(data), _hours(data), language)),
        _section(word("flows"), _flows(data, result, language)),
    ]
    if staffing is not None:
        sections.append(_staffing(staffing, language))
    facts = [
        (word("period"), f"{data['from']} – {data['to']}"),
        (word("calls"), f"{order.calls:,}"),
        (word("operators"), f"{order.operators}"),
        (word("seed"), f"{order.seed}"),
    ]
    listed = "".join(f"<dt>{key}</dt><dd>{escape(value)}</dd>" for key, value in facts)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{word('title')} {escape(name)}</title><style>{STYLE}</style></head><body><main>"
        f"<header><p>{escape(name)}</p><h1>{word('title')}</h1><dl>{listed}</dl></header>"
        f"{_tiles(data, language)}{''.join(sections)}"
        f"<footer>{word('foot')}</footer></main></body></html>\n"
    )


def _section(title: str, body: str, note: str = "") -> str:
    return f"<section><h2>{title}</h2>{body}" + (f"<p>{note}</p>" if note else "") + "</section>"


def _tiles(data: dict[str, Any], language: str) -> str:
    shown = [
        ("offered", f"{data['offered']:,}"),
        ("answered", f"{data['answered']:,}"),
        ("abandoned", f"{data['abandoned']:,}"),
        ("short_abandoned", f"{data['short_abandoned']:,}"),
        ("overflowed", f"{data['overflowed']:,}"),
        ("service_level", _percent(data["service_level"])),
        ("asa", _seconds(data["asa"], language)),
        ("wait_90", _seconds(data["wait_90"], language)),
        ("occupancy", _percent(data["occupancy"])),
    ]
    tiles = "".join(
        f"<div><span>{escape(say(key, language))}</span><b>{escape(value)}</b></div>" for key, value in shown
    )
    parts = " + ".join(
        f"{escape(say(key, language))} {data[key]:,}"
        for key in ("answered", "abandoned", "short_abandoned", "overflowed", "waiting")
    )
    holds = "✔" if data["balanced"] else "✘"
    style = "" if data["balanced"] else ' class="broken"'
    line = f"{holds} {escape(say('offered', language))} {data['offered']:,} = {parts}"
    return f'<div class="tiles">{tiles}</div><p{style}>{line}</p>'


def _days(data: dict[str, Any]) -> list[str]:
    return [f"{int(row['day'][5:7])}/{int(row['day'][8:])}" for row in data["days"]]


def _open(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in data["hours"] if row["offered"]]


def _hours(data: dict[str, Any]) -> list[str]:
    return [f"{row['hour']}:00" for row in _open(data)]


def _calls(rows: Sequence[dict[str, Any]], labels: list[str], language: str) -> str:
    kinds = (("answered", GREEN), ("abandoned", RED), ("short_abandoned", GREY), ("overflowed", AMBER))
    return columns(
        labels, [Series(say(key, language), [row[key] for row in rows], colour) for key, colour in kinds]
    ).figure


def _level(rows: Sequence[dict[str, Any]], labels: list[str], result: Result, language: str) -> str:
    goal = min((flow.target for flow in result.order.plan.flows), default=80)
    found = [
        Series(say("service_level", language), [_share(row["service_level"]) for row in rows], BLUE),
        Series(
            say("answer_rate", language), [_share(row["answer_rate"]) for row in rows], GREEN, dashed=True
        ),
    ]
    return lines(labels, found, unit="%", top=100, goal=(goal, say("goal", language, goal))).figure


def _waits(rows: Sequence[dict[str, Any]], labels: list[str], language: str) -> str:
    kinds = (("wait_90", LIGHT), ("asa", BLUE), ("median_wait", VIOLET))
    found = [Series(say(key, language), [row[key] for row in rows], colour) for key, colour in kinds]
    return lines(labels, found, unit=say("s", language)).figure


def _occupancy(rows: Sequence[dict[str, Any]], labels: list[str], language: str) -> str:
    kinds = (("occupancy", BLUE), ("utilisation", GREY))
    found = [Series(say(key, language), [_share(row[key]) for row in rows], colour) for key, colour in kinds]
    return lines(labels, found, unit="%", top=100).figure


def _flows(data: dict[str, Any], result: Result, language: str) -> str:
    names = {
        flow.key: flow.name_en if language == "en" and flow.name_en else flow.name
        for flow in result.order.plan.flows
    }
    heads = (
        "flow",
        "offered",
        "answered",
        "abandoned",
        "short_abandoned",
        "overflowed",
        "service_level",
        "asa",
    )
    rows = [
        [
            names[row["flow"]],
            *(f"{row[key]:,}" for key in heads[1:6]),
            _percent(row["service_level"]),
            _seconds(row["asa"], language),
        ]
        for row in data["flows"]
        if row["flow"] in names
    ]
    return _table([say(head, language) for head in heads], rows)


def _staffing(found: Staffing, language: str) -> str:
    rows = list(found.rows)
    labels = [str(row.operators) for row in rows]
    goal = (found.target * 100, say("goal", language, f"{found.target:.0%}".rstrip("%")))
    level = lines(
        labels,
        [
            Series(say("simulated", language), [_share(row.figures.service_level) for row in rows], BLUE),
            Series("Erlang C", [row.erlang_c.level * 100 for row in rows], AMBER, dashed=True),
            Series("Erlang A", [row.erlang_a.level * 100 for row in rows], GREEN, dashed=True),
        ],
        unit="%",
        top=100,
        goal=goal,
    )
    rest = lines(
        labels,
        [
            Series(say("occupancy", language), [_share(row.figures.occupancy) for row in rows], BLUE),
            Series(say("abandoned share", language), [row.abandoned * 100 for row in rows], RED),
        ],
        unit="%",
    )
    best = found.recommended
    said = say("recommended", language, best) if best is not None else say("not reached", language)
    return (
        f'<section><h2>{escape(say("by staffing", language))}</h2><p class="advice">{escape(said)}</p>'
        f"{level.figure}{rest.figure}<p>{escape(say('staffing note', language))}</p></section>"
    )


def _table(heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _share(value: float | None) -> float | None:
    return None if value is None else value * 100


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f}%"


def _seconds(value: float | None, language: str) -> str:
    return "–" if value is None else f"{value:.1f}{say('s', language)}"
