"""The answer to a question: rows, a total, and what they were counted by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fsbridge.domain.figures.counting import Question
from fsbridge.domain.figures.definitions import Basis, Label, Labels
from fsbridge.domain.figures.figures import Figures
from fsbridge.domain.figures.intervals import Window


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report. `provisional` while its interval goes on or callers of it still wait.

    >>> Row(None, "leak", Label("漏水・緊急"), Figures()).provisional
    False
    """

    interval: Window | None
    key: str | None
    label: Label | None
    figures: Figures
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A report: its rows, the total over all of them (each call once), and what it was counted by.

    `bases` holds each basis that was in use with its first day, the newest last; `kept_days` is how many
    days come from figures that were kept.

    >>> from datetime import UTC
    >>> at = datetime(2027, 3, 1, tzinfo=UTC)
    >>> Answer(
    ...     question=Question(window=Window(at, at)), at=at, zone="UTC", rows=(), labels={},
    ...     total=Figures({"offered": 1}), bases=((None, Basis(zone="UTC")),), kept_days=0,
    ... ).off_by
    1
    """

    question: Question
    at: datetime
    zone: str
    rows: tuple[Row, ...]
    total: Figures
    bases: tuple[tuple[date | None, Basis], ...]
    kept_days: int
    labels: Labels

    @property
    def basis(self) -> Basis:
        """What the newest part was counted by."""
        return self.bases[-1][1]

    @property
    def balanced(self) -> bool:
        """The identity, in the total and in every row."""
        return self.off_by == 0

    @property
    def off_by(self) -> int:
        """By how many calls the identity fails: in the total, or in a row where that is more."""
        return max(abs(one.unclear) for one in (self.total, *(row.figures for row in self.rows)))

    @property
    def provisional(self) -> bool:
        """Whether the window has not ended, or callers of it still wait."""
        return self.question.window.end > self.at or self.total.tally.waiting > 0

    @property
    def sum(self) -> Figures | None:
        """The rows together, where that may be more than the total: a call can be in several."""
        if self.question.by in (None, "operator"):
            return None
        whole = Figures()
        for row in self.rows:
            whole.add(row.figures)
        return whole

    def data(self, language: str = "ja") -> dict[str, Any]:
        """The whole report as plain data; times in the centre's zone, texts in a language."""
        asked = self.question
        filters = {"flow": asked.flow, "queue": asked.queue, "operator": asked.operator}
        whole = self.sum
        return {
            **self._ends(asked.window),
            "every": asked.step and asked.step.value,
            "by": asked.by,
            "filters": {name: key for name, key in filters.items() if key}
            | ({"case": sorted(asked.cases)} if asked.cases else {}),
            "at": self.at.isoformat(),
            "balanced": self.balanced,
            "off_by": self.off_by,
            "provisional": self.provisional,
            "total": self.total.data(),
            "sum_of_rows": whole.data() if whole is not None else None,
            "rows": [
                {
                    **self._ends(row.interval),
                    "key": row.key,
                    "name": row.label.of(language) if row.label else None,
                    "provisional": row.provisional,
                    "figures": row.figures.data(),
                }
                for row in self.rows
            ],
            "definitions": {
                "version": self.basis.version,
                "texts": self.basis.texts(language),
                "in_force": [
                    {"since": since and since.isoformat(), **basis.data()} for since, basis in self.bases
                ],
                "kept_days": self.kept_days,
            },
        }

    def _ends(self, window: Window | None) -> dict[str, str | None]:
        if window is None:
            return {"from": None, "to": None}
        start, end = (at.astimezone(ZoneInfo(self.zone)).isoformat() for at in (window.start, window.end))
        return {"from": start, "to": end}
