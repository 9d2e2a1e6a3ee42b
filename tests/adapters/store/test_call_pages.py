"""Calls page by page, each page beginning beyond the last call of the one before; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.history_search import StoredPast
from fsbridge.adapters.store.models import Call
from fsbridge.services.calls import Wanted

NINE = datetime(2027, 3, 1, tzinfo=UTC)


def add(store: Store, uuid: str, second: int) -> None:
    at = NINE + timedelta(seconds=second)
    with store.writing():
        Call.create(
            uuid=uuid, number="", dialled="1", direction="inbound", started_at=at, outcome="announcement"
        )


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seconds=st.lists(st.integers(0, 5), max_size=12), limit=st.integers(1, 5))
def test_every_call_is_on_one_page_though_newer_ones_come(
    store: Store, seconds: list[int], limit: int
) -> None:
    with store.writing():
        Call.delete().execute()
    for number, second in enumerate(seconds):
        add(store, f"old-{number}", second)
    past = StoredPast(store)
    seen: list[str] = []
    beyond = None
    while True:
        with past.reading():
            found = past.find(Wanted(limit=limit, beyond=beyond))
        page = found[:limit]
        seen += [call.uuid for call in page]
        if len(found) <= limit:
            break
        beyond = (page[-1].started_at, page[-1].uuid)
        add(store, f"new-{len(seen)}", 1000 + len(seen))
    order = sorted(enumerate(seconds), key=lambda one: (one[1], one[0]), reverse=True)
    assert seen == [f"old-{number}" for number, _ in order]
