"""The figures of one row: counts and times that add up, and the rates they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from fsbridge.domain.figures.judging import ASIDE, IN_FLOW, UNCLEAR, Item
from fsbridge.domain.tally import Outcome, Tally

_OUTCOME_FIELDS = {
    Outcome.ANSWERED: "answered",
    Outcome.ABANDONED: "abandoned",
    Outcome.SHORT_ABANDONED: "short_abandoned",
    Outcome.TIMED_OUT: "timed_out",
    Outcome.NO_OPERATOR: "no_operator",
    Outcome.EXIT_KEY: "exit_key",
    Outcome.TAKEN_OUT: "taken_out",
    Outcome.WAITING: "waiting",
}

BUSY = ("talking", "holding", "wrap-up")
IDLE = ("ready", "ringing")
AWAY = ("logged out", "unknown")
"""States of an operator who is not there. Any other that is neither busy nor idle is a break of some kind."""


class Figures:
    """What one row counts: additive, so that parts of a day, or days, make a whole.

    `counts` holds numbers of things and microseconds by name, `waits` each answered call's wait in
    microseconds, from its first entry.

    >>> counts = {"offered": 3, "answered": 2, "abandoned": 1, "in time": 1}
    >>> figures = Figures(counts, [4_000_000, 30_000_000])
    >>> figures.tally.balanced, figures.asa.seconds, figures.service_level
    (True, 17, 0.3333333333333333)
    """

    __slots__ = ("counts", "waits")

    def __init__(self, counts: Mapping[str, int] | None = None, waits: Iterable[int] = ()) -> None:
        self.counts: dict[str, int] = dict(counts or {})
        self.waits: list[int] = list(waits)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Figures):
            return NotImplemented
        mine, theirs = ({k: v for k, v in one.counts.items() if v} for one in (self, other))
        return mine == theirs and sorted(self.waits) == sorted(other.waits)

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        return f"Figures({self.counts}, {len(self.waits)} waits)"

    def put(self, item: Item) -> None:
        """Count one thing."""
        counts = self.counts
        what = item.what
        leg = item.leg
        counts[what] = counts.get(what, 0) + 1
        if leg is not None:
            if leg.open or leg.ended is None or leg.answered is None:
                counts[f"{what} open"] = counts.get(f"{what} open", 0) + 1
                return
            talk = leg.ended - leg.answered - leg.hold
            for name, length in (("talk", talk), ("hold", leg.hold), ("wrap-up", leg.wrap_up)):
                counts[f"{what} {name}"] = counts.get(f"{what} {name}", 0) + length
        elif item.offered:
            counts["offered"] = counts.get("offered", 0) + 1
            if what == "answered" and item.wait is not None:
                self.waits.append(item.wait)
            if item.in_time:
                counts["in time"] = counts.get("in time", 0) + 1
            if item.inferred:
                counts["inferred"] = counts.get("inferred", 0) + 1
            if item.call.repeat and not item.call.anonymous:
                counts["repeat"] = counts.get("repeat", 0) + 1

    def spend(self, state: str, length: int) -> None:
        """Add an operator's time in a state, in microseconds."""
        name = f"state {state}"
        self.counts[name] = self.counts.get(name, 0) + length

    def add(self, other: Figures) -> None:
        """Add another row's."""
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.waits += other.waits

    # Counts

    @property
    def tally(self) -> Tally:
        """The offered calls and what became of them, with the rates and the identity of the whole project."""
        count = self.counts.get
        return Tally(
            offered=count("offered", 0),
            in_time=count("in time", 0),
            inferred=count("inferred", 0),
            **{field: count(outcome.value, 0) for outcome, field in _OUTCOME_FIELDS.items()},
        )

    @property
    def unclear(self) -> int:
        """By how many calls the identity does not hold: offered, and in no part."""
        tally = self.tally
        return tally.offered - (
            tally.answered + tally.abandoned + tally.short_abandoned + tally.overflowed + tally.waiting
        )

    @property
    def handled(self) -> int:
        """Operators' legs in inbound calls."""
        return self.counts.get("handled", 0)

    @property
    def arrived(self) -> int:
        """Every inbound call: offered, gone elsewhere, or still in the flow's menu."""
        return sum(self.counts.get(name, 0) for name in ("offered", *ASIDE, IN_FLOW))

    @property
    def service_level(self) -> float | None:
        """Answered in time of those who did not hang up at once."""
        return self.tally.service_level

    # Times

    @property
    def asa(self) -> timedelta | None:
        """The mean wait of the answered calls."""
        return _length(sum(self.waits) / len(self.waits)) if self.waits else None

    @property
    def median_wait(self) -> timedelta | None:
        """The middle wait of the answered calls (the mean of the two middle ones)."""
        if not self.waits:
            return None
        ordered = sorted(self.waits)
        half = len(ordered) // 2
        return _length(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2)

    @property
    def wait_90(self) -> timedelta | None:
        """The wait that nine of ten answered calls did not exceed (nearest rank)."""
        if not self.waits:
            return None
        return _length(sorted(self.waits)[-(-len(self.waits) * 9 // 10) - 1])

    def handling(self, what: str = "handled") -> timedelta | None:
        """Mean talk + hold + wrap-up of the closed legs, ``handled`` (AHT) or ``outbound``."""
        closed = self.counts.get(what, 0) - self.counts.get(f"{what} open", 0)
        parts = (self.counts.get(f"{what} {name}", 0) for name in ("talk", "hold", "wrap-up"))
        return _length(sum(parts) / closed) if closed else None

    def _states(self, names: Iterable[str]) -> int:
        return sum(self.counts.get(f"state {name}", 0) for name in names)

    @property
    def logged_in(self) -> timedelta:
        """The time operators were there, breaks included."""
        states = {name for name in self.counts if name.startswith("state ")}
        return _length(sum(self.counts[name] for name in states - {f"state {away}" for away in AWAY}))

    @property
    def occupancy(self) -> float | None:
        """Talk, hold and wrap-up of all time in which a call could reach the operator."""
        return _share(self._states(BUSY), self._states((*BUSY, *IDLE)))

    @property
    def utilisation(self) -> float | None:
        """The time in which a call could reach the operator or did, of the time logged in."""
        return _share(self._states((*BUSY, *IDLE)), self.logged_in // timedelta(microseconds=1))

    def data(self) -> dict[str, Any]:
        """Every figure as plain data: shares from 0 to 1, times in seconds, None where there is nothing."""
        tally = self.tally
        count = self.counts.get
        legs = {
            what: {
                "legs": count(what, 0),
                "open": count(f"{what} open", 0),
                "average": _seconds(self.handling(what)),
                **{
                    name: count(f"{what} {name}", 0) / 1_000_000
                    for name in ("talk", "hold", "wrap-up")
                },
            }
            for what in ("handled", "outbound")
        }  # fmt: skip
        return {
            "offered": tally.offered,
            **{field: getattr(tally, field) for field in _OUTCOME_FIELDS.values()},
            "overflowed": tally.overflowed,
            "balanced": tally.balanced,
            "off_by": self.unclear,
            "answer_rate": tally.answer_rate,
            "net_answer_rate": tally.net_answer_rate,
            "service_level": tally.service_level,
            "in_time": tally.in_time,
            "asa": _seconds(self.asa),
            "median_wait": _seconds(self.median_wait),
            "wait_90": _seconds(self.wait_90),
            "aht": _seconds(self.handling()),
            "handled": legs["handled"],
            "outbound": legs["outbound"],
            "occupancy": self.occupancy,
            "utilisation": self.utilisation,
            "logged_in": _seconds(self.logged_in),
            "states": {
                name.removeprefix("state "): length / 1_000_000
                for name, length in sorted(self.counts.items())
                if name.startswith("state ")
            },
            "arrived": self.arrived,
            **{name.replace(" ", "_").lower(): count(name, 0) for name in (*ASIDE, IN_FLOW)},
            "repeat": count("repeat", 0),
            "inferred": tally.inferred,
        }


def members(figure: str, item: Item) -> bool:
    """Whether an item is one of those that a figure counts; the names are those of `FIGURES`.

    >>> from fsbridge.domain.figures.records import CallRecord
    >>> members("overflowed", Item("timed out", 0, CallRecord("7f1c", started=0)))
    True
    """
    if figure == "offered":
        return item.offered
    if figure == "overflowed":
        return item.what in _OVERFLOWS
    if figure == "in time":
        return item.in_time
    if figure == "inferred":
        return item.inferred and item.offered
    if figure == "repeat":
        return item.offered and item.call.repeat and not item.call.anonymous
    if figure == "open":
        return item.leg is not None and (item.leg.open or item.leg.ended is None)
    if figure == "arrived":
        return item.leg is None
    return item.what == figure


_OVERFLOWS = {outcome.value for outcome in Outcome if outcome.is_overflow}
FIGURES = (
    "offered", "answered", "in time", "abandoned", "short abandoned", "overflowed", "timed out",
    "no operator", "exit key", "taken out", "waiting", UNCLEAR, "handled",
    "open", "outbound", *ASIDE, IN_FLOW, "arrived", "repeat", "inferred",
)  # fmt: skip
"""What can be asked for as a list of calls."""


def _length(micros: float) -> timedelta:
    return timedelta(microseconds=round(micros))


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
