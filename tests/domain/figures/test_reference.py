"""A history small enough to count by hand: the reference, too, has to be right."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from fsbridge.domain.figures import CallRecord, LegRecord, VisitRecord, day_start, micros
from tests.domain.figures.histories import MINUTE, SECOND, SECONDS, History
from tests.domain.figures.reference import Asked, report

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = datetime(2027, 3, 1)


def night() -> History:
    """Nine o'clock: one answered in 8 s, one in 30 s, one short abandon, one abandon after 40 s."""
    nine = micros(day_start(DAY.date(), TOKYO)) + 9 * 60 * MINUTE
    calls = []
    for number, (after, outcome) in enumerate(
        [(8, "answered"), (30, "answered"), (5, "short abandoned"), (40, "abandoned")]
    ):
        entered = nine + number * 5 * MINUTE
        end = entered + after * SECOND
        answered = outcome == "answered"
        over = end + 60 * SECOND if answered else end
        operator = "op01" if answered else ""
        visit = VisitRecord(
            f"v{number}",
            "leak@x",
            "leak",
            entered,
            entered,
            end if answered else None,
            over,
            operator,
            outcome,
        )
        leg = LegRecord(f"l{number}", "queue", end, f"v{number}", operator, end, over, wrap_up=30 * SECOND)
        calls.append(
            CallRecord(
                f"c{number}", entered - 20 * SECOND, number=f"+8176220{number}", flow="leak",
                outcome="queued", visits=[visit], legs=[leg] if answered else [],
            )
        )  # fmt: skip
    calls.append(CallRecord("c9", nine, number="+81762209", outcome="out of hours"))
    return History(TOKYO, DAY, calls, [])


def test_the_reference_counts_what_one_counts_by_hand() -> None:
    history = night()
    window = history.window(0, 0)
    _, total = report(history.calls, [], Asked(window.start, window.end, TOKYO, history.now, SECONDS))
    figures = total.figures()
    assert {name: value for name, value in figures.items() if value} == {
        "offered": 4, "answered": 2, "abandoned": 1, "short abandoned": 1, "answer rate": 0.5,
        "net answer rate": 2 / 3, "service level": 1 / 3, "asa": 19.0, "median": 19.0, "p90": 30.0,
        "handled": 2, "handled time": 90.0, "out of hours": 1,
    }  # fmt: skip
