"""An operator's own figures of today, counted as every report counts them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.figure_days import FigureShelf
from fsbridge.adapters.store.figures import StoredHistory
from fsbridge.domain.figures import Question, Window
from fsbridge.services.figures import Reporting
from fsbridge.services.plan_live import Apart

EVERY = 15.0
"""Seconds an answer is good for."""
_NOTHING: dict[str, Any] = {"answered": 0, "handling": None, "ready": 0}


class Today:
    """Answered calls, mean handling time and time ready of each operator since midnight; milliseconds."""

    def __init__(self, store: Store, zone: Callable[[], str], apart: Apart, *, every: float = EVERY) -> None:
        self._store = store
        self._zone = zone
        self._apart = apart
        self._every = every
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._figures: dict[str, dict[str, Any]] = {}

    def of(self, operator: str) -> dict[str, Any]:
        """The figures as they last were; nothing is asked."""
        return self._figures.get(operator, _NOTHING)

    def refresh(self, now: datetime) -> None:
        """Count anew if the last count is too old."""
        with self._lock:
            if time.monotonic() - self._asked_at < self._every:
                return
            self._asked_at = time.monotonic()
        self._figures = self._apart(lambda: self._count(now))

    def _count(self, now: datetime) -> dict[str, dict[str, Any]]:
        zone = self._zone()
        midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        reporting = Reporting(StoredHistory(self._store), FigureShelf(self._store), zone)
        question = Question(window=Window(midnight, midnight + timedelta(days=1)), by="operator")
        return {
            row.key: {
                "answered": row.figures.handled,
                "handling": _ms(row.figures.handling()),
                "ready": row.figures.counts.get("state ready", 0) // 1000,
            }
            for row in reporting.answer(question, now).rows
            if row.key is not None
        }


def _ms(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds() * 1000)
