"""What an address asks for: the search form, read from it and written into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.domain.contacts import ContactError
from fsbridge.domain.figures import FIGURES, Window, day_start
from fsbridge.domain.sight import Sight
from fsbridge.domain.tally import Outcome
from fsbridge.errors import InvalidArgument
from fsbridge.services.calllist import Counted
from fsbridge.services.calls import Wanted

ADDRESS = "/calls"
FIELDS = (
    "from", "until", "operator", "number", "contact", "flow", "queue", "case", "text", "outcome",
    "direction", "recorded", "figure", "by", "row", "weekday", "hour",
)  # fmt: skip
"""The parts of an address, in the order in which they are written."""
OUTCOMES = (*(one.value for one in Outcome), "out of hours", "left in IVR", "lines busy", "announcement")
DIRECTIONS = ("inbound", "outbound", "internal")
LONGEST = 200
"""Characters of a field; more is nobody's search."""


class TurnedRound(InvalidArgument):
    """A time whose end comes before its beginning.

    >>> str(TurnedRound("2027-03-02", "2027-03-01"))
    'until (2027-03-01) comes before from (2027-03-02)'
    """

    def __init__(self, start: str, end: str) -> None:
        super().__init__("until", f"({end}) comes before from ({start})")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: `form` is what its address says, `wanted` and `figure` what it means."""

    form: Mapping[str, str]
    wanted: Wanted
    figure: Counted | None
    page: int

    def address(self, *, page: int = 1, **other: str | None) -> str:
        """The address of another page, or of the same search with other parts; None takes one out."""
        form = {**self.form, **other}
        parts = [(name, value) for name in FIELDS if (value := form.get(name)) is not None and value != ""]
        if form.get("row") == "":
            parts.append(("row", ""))
        if page > 1:
            parts.append(("page", str(page)))
        return f"{ADDRESS}?{urlencode(parts)}"


def asked_of(
    query: Mapping[str, str], zone: ZoneInfo, now: datetime, numbers: PhoneNumbers, eyes: Sight
) -> Asked:
    """The search that an address asks for; today's calls if it asks for nothing.

    InvalidArgument names the part that cannot be understood.
    """
    form = {name: query[name].strip()[:LONGEST] for name in FIELDS if name in query}
    if not any(form.values()) or ("figure" in form and not (form.get("from") or form.get("until"))):
        start = day_start(now.astimezone(zone).date(), zone)
        form["from"] = written(start, zone)
        form["until"] = written(day_start(now.astimezone(zone).date() + timedelta(days=1), zone), zone)
    figure = None
    if form.get("figure"):
        figure = Counted(
            _one_of("figure", form["figure"], FIGURES),
            form.get("by", ""),
            form.get("row"),
            weekday=_number(form, "weekday"),
            hour=_number(form, "hour"),
        )
    number = form.get("number", "")
    wanted = Wanted(
        window=_window(form, zone, now),
        numbers=_whole(number, numbers),
        number=number,
        outcome=_one_of("outcome", form.get("outcome", ""), OUTCOMES),
        direction=_one_of("direction", form.get("direction", ""), DIRECTIONS),
        recorded={"yes": True, "no": False}.get(form.get("recorded", "")),
        eyes=eyes,
        operator=form.get("operator", ""),
        contact=form.get("contact", ""),
        flow=form.get("flow", ""),
        queue=form.get("queue", ""),
        case=form.get("case", ""),
        text=form.get("text", ""),
    )
    return Asked(form, wanted, figure, _page(query.get("page", "1")))


def written(at: datetime, zone: ZoneInfo) -> str:
    """A moment as an address has it: on the centre's clock, with its offset where that alone is not clear.

    >>> tokyo = ZoneInfo("Asia/Tokyo")
    >>> written(datetime(2027, 3, 1, 0, 15, tzinfo=UTC), tokyo)
    '2027-03-01T09:15'
    >>> written(datetime(2027, 3, 1, 0, 15, 0, 250, tzinfo=UTC), tokyo)
    '2027-03-01T09:15:00.000250'
    """
    local = at.astimezone(zone)
    plain = local.replace(tzinfo=None)
    whole = not (plain.second or plain.microsecond)
    text = plain.isoformat(timespec="minutes") if whole else plain.isoformat()
    clear = moment(text, zone) == at
    return text if clear else local.isoformat()


def moment(text: str, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """The moment that an address means; InvalidArgument says how to write one. A day alone is its midnight.

    >>> moment("2027-03-01", ZoneInfo("Asia/Tokyo"), end=True).isoformat()
    '2027-03-01T15:00:00+00:00'
    """
    try:
        at = datetime.fromisoformat(text)
        if not 1970 < at.year < 9000:
            raise ValueError
    except ValueError:
        name = "until" if end else "from"
        raise InvalidArgument(name, f"is {text!r}; give a time like 2027-03-01T09:15") from None
    if len(text) == len("2027-03-01"):
        return day_start(at.date() + timedelta(days=1 if end else 0), zone)
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _window(form: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Window | None:
    start, end = form.get("from", ""), form.get("until", "")
    if not start and not end:
        return None
    first = moment(start, zone) if start else datetime(2000, 1, 1, tzinfo=UTC)
    last = moment(end, zone, end=True) if end else max(now, first) + timedelta(days=1)
    if last < first:
        raise TurnedRound(start, end)
    return Window(first, last)


def _whole(number: str, numbers: PhoneNumbers) -> tuple[str, ...]:
    """The ways in which the history may have a number, if what was typed is a whole one."""
    if sum(map(str.isdigit, number)) < 9:
        return ()
    try:
        read = numbers.read(number)
    except ContactError:
        return ()
    plain = "".join(char for char in read.shown.partition(" ")[0] if char.isdigit())
    return tuple(dict.fromkeys((read.number, plain)))


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    """The word that an address writes with hyphens and in lower case."""
    if not text:
        return ""
    words = {hyphened(word): word for word in known}
    found = words.get(hyphened(text))
    if found is None:
        raise InvalidArgument(name, f"is {text!r}; give one of {', '.join(words)}")
    return found


def hyphened(word: str) -> str:
    """A figure's or an outcome's name as an address writes it.

    >>> hyphened("left in IVR")
    'left-in-ivr'
    """
    return word.replace(" ", "-").replace("_", "-").lower()


def _number(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InvalidArgument(name, f"is {text!r}; give a number")
    return int(text)


def _page(text: str) -> int:
    return max(1, min(int(text), 100_000)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
