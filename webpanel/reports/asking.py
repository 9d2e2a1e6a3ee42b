"""What an address asks for: a window, how it is cut, and whose figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import GROUPS, Question, Step, Window, day_start
from fsbridge.domain.reporting.periods import Kind, last_over, period_at
from fsbridge.errors import FsbridgeError, InvalidArgument
from webpanel.calls.asking import TurnedRound, moment, written

ADDRESS = "/reports"
FIELDS = ("from", "until", "every", "by", "flow", "queue", "operator", "case")
"""The parts of an address, in the order in which they are written."""
WHOLE = "none"
"""The window in one piece, where an address says so."""
MOST_INTERVALS = 3_000
"""A month by quarter-hours."""
MOST_ROWS = 5_000
MOST_BARS = 400
"""A chart has no room for more."""
_LONGEST = timedelta(days=11 * 366)
_FIELD_LONGEST = 200
_ONE = timedelta(days=1)
_LENGTHS = {Step.DAY: _ONE, Step.WEEK: 7 * _ONE, Step.MONTH: 28 * _ONE}


class TooFine(FsbridgeError):
    """The window has more rows than anybody reads: cut it more coarsely, or make it shorter."""

    def __init__(self, most: int) -> None:
        super().__init__(f"these are more than {most} rows: choose longer intervals or a shorter time")
        self.most = f"{most:,}"


class TooLong(FsbridgeError):
    """The window is longer than any contract."""

    def __init__(self) -> None:
        super().__init__("the time is longer than 11 years: choose a shorter one")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its address has it: `form` is what it says, the rest what it means.

    `own` is the operator of a visitor who sees nobody else's figures; the address does not say it.
    """

    form: Mapping[str, str]
    window: Window
    step: Step | None
    by: str | None
    own: str = ""

    @property
    def filters(self) -> dict[str, str]:
        """The filters by group, those that filter."""
        chosen = {group: self.form.get(group, "") for group in GROUPS}
        chosen["operator"] = self.own or chosen["operator"]
        return {group: key for group, key in chosen.items() if key}

    @property
    def question(self) -> Question:
        """What the table shows."""
        return self._asking(self.step, self.by)

    @property
    def course(self) -> Question:
        """What the charts show: the window's intervals, as many as a chart has room for."""
        step = self.step or automatic(self.window)
        if _count(self.window, step) > MOST_BARS:
            step = automatic(self.window)
        return self._asking(step, None)

    @property
    def hours(self) -> Question:
        """What the heat map shows."""
        return self._asking(Step.HOUR, None, states=False)

    def _asking(self, step: Step | None, by: str | None, *, states: bool = True) -> Question:
        chosen = self.filters
        return Question(
            window=self.window,
            step=step,
            by=by,
            flow=chosen.get("flow", ""),
            queue=chosen.get("queue", ""),
            operator=chosen.get("operator", ""),
            cases=frozenset({chosen["case"]} if "case" in chosen else ()),
            states=states,
        )

    def address(self, **other: str | None) -> str:
        """The address of the same question, some parts of it different; None takes one out."""
        form = {**self.form, **other}
        return f"{ADDRESS}?{urlencode([(name, form[name]) for name in FIELDS if form.get(name)])}"


def asked_of(query: Mapping[str, str], zone: ZoneInfo, now: datetime, own: str = "") -> Asked:
    """The question of an address; today's figures if it asks for nothing.

    InvalidArgument names the part that cannot be understood, TooFine and TooLong say what is too much.

    >>> noon = datetime.fromisoformat("2027-03-04T12:00:00+09:00")
    >>> asked = asked_of({"by": "flow"}, ZoneInfo("Asia/Tokyo"), noon)
    >>> asked.address(every="hour")
    '/reports?from=2027-03-04&until=2027-03-04&every=hour&by=flow'
    """
    form = {name: query[name].strip()[:_FIELD_LONGEST] for name in FIELDS if query.get(name, "").strip()}
    if own:
        form.pop("operator", None)
    today = now.astimezone(zone).date().isoformat()
    if "from" not in form and "until" not in form:
        form["from"] = today
    form.setdefault("until", max(today, form.get("from", "")[:10]))
    end = moment(form["until"], zone, end=True)
    form.setdefault("from", (end - timedelta(microseconds=1)).astimezone(zone).date().isoformat())
    start = moment(form["from"], zone)
    if end <= start:
        raise TurnedRound(form["from"], form["until"])
    if end - start > _LONGEST:
        raise TooLong
    window = Window(start, end)
    every, by = form.get("every", ""), form.get("by", "")
    if every and every != WHOLE and every not in {step.value for step in Step}:
        known = ", ".join((WHOLE, *(step.value for step in Step)))
        raise InvalidArgument("every", f"is {every!r}; give one of {known}")
    if by and by not in GROUPS:
        raise InvalidArgument("by", f"is {by!r}; give one of {', '.join(GROUPS)}")
    step = Step(every) if every and every != WHOLE else None
    if not every and not by:
        step = automatic(window)
    if step is not None and _count(window, step) > MOST_INTERVALS:
        raise TooFine(MOST_INTERVALS)
    return Asked(form, window, step, by or None, own)


def automatic(window: Window) -> Step:
    """The intervals that a window is read by best.

    >>> from datetime import date
    >>> tokyo = ZoneInfo("Asia/Tokyo")
    >>> automatic(Window.of_days(date(2027, 3, 1), date(2027, 3, 31), tokyo)).value
    'day'
    """
    if window.length <= 2 * _ONE:
        return Step.HOUR
    return Step.DAY if window.length <= 62 * _ONE else Step.MONTH


def ranges(now: datetime, zone: ZoneInfo, year_begins: int) -> list[tuple[str, str, str]]:
    """Times that are often wanted: a label's name, and the address's from and until."""
    today = now.astimezone(zone).date()
    month = last_over(Kind.MONTH, today)
    half = period_at(Kind.HALF_YEAR, today, year_begins=year_begins)
    before = last_over(Kind.HALF_YEAR, today, year_begins=year_begins)
    spans = (
        ("today", today, today),
        ("yesterday", today - _ONE, today - _ONE),
        ("week", today - 6 * _ONE, today),
        ("month", today.replace(day=1), today),
        ("last_month", month.first, month.last),
        ("half_year", half.first, today),
        ("last_half_year", before.first, before.last),
    )
    return [(name, first.isoformat(), last.isoformat()) for name, first, last in spans]


def field(text: str, asked: Asked, zone: ZoneInfo, *, end: bool = False) -> tuple[str, str]:
    """An input's type and value for one end of the window: a day where both ends are midnights."""
    whole = all(
        day_start(at.astimezone(zone).date(), zone) == at for at in (asked.window.start, asked.window.end)
    )
    at = asked.window.end if end else asked.window.start
    if whole:
        return "date", (at - timedelta(microseconds=end)).astimezone(zone).date().isoformat()
    return "datetime-local", written(at, zone)[:16] if text else ""


def _count(window: Window, step: Step) -> float:
    length = timedelta(minutes=step.minutes) if step.minutes else _LENGTHS[step]
    return window.length / length
