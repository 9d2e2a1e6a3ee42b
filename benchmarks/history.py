"""A long history made fast, by the databases themselves: the same rows on both, every time.

Ten years of a centre of twenty operators: calls by day and hour, a twentieth of them outside the opening
hours, some that overflow, four spans of an operator's time to each answered call.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.models import CaseType, Flow, Operator, Queue, Season

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 3652
"""Ten years."""
OPERATORS = 20
_FLOWS = ("opening", "leak", "billing", "other")
_S = 1_000_000

# A call's number {n} decides everything, by remainders of products with primes.
_NUMBERS = """WITH RECURSIVE numbers(n) AS
    (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {calls})"""
_CALLS = """INSERT INTO call (id, uuid, direction, number, dialled, flow_id, started_at, answered_at,
    ended_at, cause, outcome)
{numbers}, timed(n, at) AS (
    SELECT n, {first} + (n * {days} / {calls}) * 86400000000 + 85500000000 - 86400000000
        + ((n * 7919) % 33000) * 1000000 + (n * 104729) % 1000000 FROM numbers)
SELECT n, (10000000 + n) || '-5e55-4a00-8000-3f0c9d21f0c9',
    CASE WHEN n % 25 = 0 THEN 'outbound' ELSE 'inbound' END,
    CASE WHEN n % 31 = 0 THEN '' ELSE '+8176' || (2000000 + (n * 7919) % 60013) END,
    '0120328117', 1 + (n * 13) % 4,
    CASE WHEN n % 20 = 1 THEN at + 36000000000 ELSE at END, at, at + 600000000, 'NORMAL_CLEARING',
    CASE WHEN n % 25 = 0 THEN 'outbound' WHEN n % 20 = 1 THEN 'out of hours' ELSE 'queued' END
FROM timed"""
# What becomes of a call in the queue: 84 in 100 answered, 4 by a second queue after 60 s.
_VISITS = """INSERT INTO visit (id, uuid, call_id, queue_id, ordinal, entered_at, first_entered_at,
    answered_at, left_at, operator_id, outcome)
SELECT id, (10000000 + id) || '-5e55-4a00-8000-ff0c9d21f0c9', id, 1 + (id * 13) % 4, 1, at, at,
    CASE WHEN fate < 84 THEN at + wait END,
    at + CASE WHEN fate < 84 THEN wait + talk WHEN fate < 90 THEN 40000000 WHEN fate < 93 THEN 3000000
        ELSE 60000000 END,
    CASE WHEN fate < 84 THEN 1 + (id * 31) % {operators} END,
    CASE WHEN fate < 84 THEN 'answered' WHEN fate < 90 THEN 'abandoned' WHEN fate < 93 THEN 'short abandoned'
        WHEN fate < 98 THEN 'timed out' WHEN fate < 99 THEN 'exit key' ELSE 'no operator' END
FROM (SELECT id, started_at + 12000000 AS at, (id * 7907) % 100 AS fate,
    (1 + (id * 97) % 45) * 1000000 AS wait, (60 + (id * 89) % 480) * 1000000 AS talk
    FROM call WHERE outcome = 'queued') AS queued"""
_SECOND_VISITS = """INSERT INTO visit (id, uuid, call_id, queue_id, ordinal, entered_at, first_entered_at,
    answered_at, left_at, operator_id, outcome)
SELECT id + 10000000, (10000000 + id) || '-5e55-4a00-8000-ef0c9d21f0c9', call_id, 1 + queue_id % 4, 1,
    left_at, entered_at, left_at + 8000000, left_at + 208000000, 1 + (id * 37) % {operators}, 'answered'
FROM visit WHERE outcome = 'timed out' AND id % 5 <> 0"""
_LEGS = """INSERT INTO leg (id, uuid, call_id, visit_id, operator_id, kind, started_at, answered_at, ended_at,
    hold, wrap_up)
SELECT id, (10000000 + id) || '-5e55-4a00-8000-df0c9d21f0c9', call_id, id, operator_id,
    'queue', answered_at - 3000000, answered_at, left_at,
    CASE WHEN id % 9 = 0 THEN 20000000 ELSE 0 END, (20 + id % 70) * 1000000
FROM visit WHERE outcome = 'answered'"""
_TRANSFERS = """INSERT INTO leg (id, uuid, call_id, operator_id, kind, started_at, answered_at, ended_at)
SELECT id + 20000000, (10000000 + id) || '-5e55-4a00-8000-cf0c9d21f0c9', call_id,
    1 + (id * 41) % {operators}, 'transfer', left_at, left_at + 2000000, left_at + 90000000
FROM visit WHERE outcome = 'answered' AND id % 12 = 0"""
_OUTBOUND = """INSERT INTO leg (id, uuid, call_id, operator_id, kind, started_at, answered_at, ended_at)
SELECT id + 40000000, (10000000 + id) || '-5e55-4a00-8000-bf0c9d21f0c9', id,
    1 + (id * 31) % {operators}, 'outbound', started_at, answered_at, ended_at
FROM call WHERE direction = 'outbound'"""
_NOTES = """INSERT INTO note (call_id, leg_id, operator_id, case_type_id, text, created_at,
    changed_at, saved_at)
SELECT call_id, id, operator_id, 1 + (id * 17) % 12, '折り返し希望', answered_at, ended_at, ended_at
FROM leg WHERE kind = 'queue'"""
_SPANS = """INSERT INTO operator_span (operator_id, state, leg_id, started_at, ended_at)
SELECT operator_id, 'ringing', id, started_at, answered_at FROM leg WHERE kind = 'queue'
UNION ALL SELECT operator_id, 'talking', id, answered_at, ended_at FROM leg WHERE kind = 'queue'
UNION ALL SELECT operator_id, 'wrap-up', id, ended_at, ended_at + wrap_up FROM leg WHERE kind = 'queue'
UNION ALL SELECT operator_id, 'ready', NULL, ended_at + wrap_up, ended_at + wrap_up + 200000000
    FROM leg WHERE kind = 'queue'"""
STEPS = (_CALLS, _VISITS, _SECOND_VISITS, _LEGS, _TRANSFERS, _OUTBOUND, _NOTES, _SPANS)


def fill(store: Store, visits: int, *, first: datetime = FIRST, days: int = DAYS) -> int:
    """Fill an empty store with about so many visits over so many days; how many there are."""
    calls = round(visits / 0.952)
    with store.writing() as database:
        _plan()
        for step in STEPS:
            words = {
                "numbers": _NUMBERS.format(calls=calls), "calls": calls, "days": days,
                "first": micros(first), "operators": OPERATORS,
            }  # fmt: skip
            database.execute_sql(
                step.format(**words).replace("%", "%%" if store.kind == "postgresql" else "%")
            )
        found = database.execute_sql("SELECT COUNT(*) FROM visit").fetchone()[0]
    if store.kind == "postgresql":
        with store.connection() as database:
            database.execute_sql("ANALYZE")  # as its autovacuum does within a minute
    return int(found)


def _plan() -> None:
    Season.create(key="normal", name="通常期", seats=16, registered=25)
    for number, key in enumerate(_FLOWS):
        flow = Flow.create(key=key, name=key, position=number)
        Queue.create(key=f"{key}@centre", name=key, flow=flow, position=number)
    for number in range(OPERATORS):
        Operator.create(key=f"op{number + 1:02}", name=f"担当 {number + 1}", registered_at=FIRST)
    for number in range(12):
        CaseType.create(key=f"case{number}", name=f"用件 {number}", position=number)


def day(number: int) -> datetime:
    """The noon of one of its days."""
    return FIRST + timedelta(days=number, hours=3)
