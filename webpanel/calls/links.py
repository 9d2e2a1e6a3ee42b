"""Addresses of exactly the calls that a figure counts: what every figure on every page leads to."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import FIGURES, GROUPS, Window
from fsbridge.errors import InvalidArgument
from webpanel.calls.asking import ADDRESS, FIELDS, hyphened, written

_SAME = {
    "asa": "answered",
    "answer-rate": "answered",
    "net-answer-rate": "answered",
    "median-wait": "answered",
    "wait-90": "answered",
    "service-level": "in-time",
    "aht": "handled",
    "talk": "handled",
    "hold": "handled",
    "wrap-up": "handled",
    "repeated": "repeat",
    "short-abandon": "short-abandoned",
    "overflow": "overflowed",
    "ivr-abandon": "left-in-ivr",
}
"""Rates and means, by the calls they are about, and other names of the same figures."""
_KNOWN = frozenset(map(hyphened, FIGURES))


def calls_of(
    figure: str,
    window: Window,
    zone: ZoneInfo,
    *,
    flow: str = "",
    queue: str = "",
    operator: str = "",
    case: str = "",
    by: str = "",
    row: str | None = None,
    weekday: str = "",
    hour: str = "",
) -> str:
    """The address of the calls (visits, legs) that a figure counts in a window, with a report's filters.

    `figure` is a name of `FIGURES`, of `Figures.data`, or a rate's. For a figure of one row, give what the
    rows are `by` and the row's key, "" for what has none; for one of an interval, that as the window;
    for one of a week's pattern, the `weekday` (1 for Monday), the `hour` of the centre's clock, or both.
    InvalidArgument for a figure, or a `by`, that is none.

    >>> from datetime import date
    >>> tokyo = ZoneInfo("Asia/Tokyo")
    >>> day = Window.of_days(date(2027, 3, 1), date(2027, 3, 1), tokyo)
    >>> calls_of("short_abandoned", day, tokyo, by="flow", row="leak")
    '/calls?from=2027-03-01T00%3A00&until=2027-03-02T00%3A00&flow=leak&figure=short-abandoned'
    """
    name = hyphened(figure)
    name = _SAME.get(name, name)
    if name not in _KNOWN:
        raise InvalidArgument(
            "figure", f"is {figure!r}; give one of {', '.join(sorted(_KNOWN | set(_SAME)))}"
        )
    if by and by not in GROUPS:
        raise InvalidArgument("by", f"is {by!r}; give one of {', '.join(GROUPS)}")
    parts = {
        "from": written(window.start, zone),
        "until": written(window.end, zone),
        "flow": flow,
        "queue": queue,
        "operator": operator,
        "case": case,
        "figure": name,
        "weekday": weekday,
        "hour": hour,
    }
    address = {field: parts[field] for field in FIELDS if parts.get(field)}
    if by and row is not None:
        # A row of a flow, queue or operator is that filter; a case is not: its filter takes lower levels in.
        if row and by != "case" and not parts[by]:
            address[by] = row
        else:
            address |= {"by": by, "row": row}
    ordered = [(field, address[field]) for field in FIELDS if field in address]
    return f"{ADDRESS}?{urlencode(ordered)}"
