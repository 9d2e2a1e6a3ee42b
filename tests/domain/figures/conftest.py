"""A night with one call that shows most of the traps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from fsbridge.domain.figures import (
    CallRecord,
    Count,
    LegRecord,
    SpanRecord,
    Step,
    VisitRecord,
    day_start,
    micros,
)
from tests.domain.figures.histories import MINUTE, SECOND, History

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def tokyo_night() -> Callable[[Step | None, str | None], Count]:
    """Entered 23:57:50, overflowed after 65 s, answered 5 s later, sent on after midnight, then outside."""
    from tests.domain.figures.test_counting import count_of, question_of

    midnight = micros(day_start(datetime(2027, 3, 2).date(), TOKYO))
    entered = midnight - 130 * SECOND
    overflowed, answered = entered + 65 * SECOND, entered + 70 * SECOND
    ended = midnight + 540 * SECOND
    call = CallRecord(
        "c", entered - 9 * SECOND, number="+81762202722", flow="leak", outcome="queued",
        visits=[
            VisitRecord("v1", "leak@x", "leak", entered, entered, left=overflowed, outcome="timed out"),
            VisitRecord("v2", "bill@x", "bill", overflowed, entered, answered, ended, "op01", "answered"),
        ],
        legs=[
            LegRecord("a", "queue", overflowed, "v2", "op01", answered, midnight, wrap_up=MINUTE),
            LegRecord("b", "transfer", midnight + SECOND, "", "op02", midnight + 2 * SECOND, ended),
            LegRecord("o", "transfer", ended, "", "", ended + SECOND, ended + MINUTE),
            LegRecord("m", "monitoring", answered, "v2", "boss", answered, ended),
        ],
    )  # fmt: skip
    history = History(TOKYO, datetime(2027, 3, 1), [call], [SpanRecord("op01", "talking", answered, ended)])

    def counted(step: Step | None, by: str | None) -> Count:
        return count_of(question_of(history.window(0, 1), step, by, {}), history)

    return counted
