"""A leg's wrap-up is in its row, whether the record or the end of the wrap-up came first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fsbridge.adapters.cdr import parse
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.history import StoredPast
from fsbridge.adapters.store.models import Leg, OperatorSpan
from fsbridge.adapters.store.operators import StoredDuties
from fsbridge.domain.duty import Duty, Status
from fsbridge.services.history import Past
from tests.adapters.cdr.records import offered, queued
from tests.adapters.store.making import NOON, make_operator


def wrapped_up(store: Store, *, over: bool = True) -> None:
    """Fifty seconds of wrap-up after leg 9a, and ready again."""
    wrapping = Duty(operator="op01", status=Status.WRAP_UP, since=NOON, leg="9a")
    with StoredDuties(store).locked() as ledger:
        ledger.put(None, wrapping)
        if over:
            ledger.put(
                wrapping, Duty(operator="op01", status=Status.READY, since=NOON + timedelta(seconds=50))
            )


def recorded(store: Store) -> None:
    past = Past(StoredPast(store))
    past.take(parse(offered("9a", "7f1c", "v1", "op01", cc_agent_bridged="true")))
    past.take(parse(queued("7f1c", "v1", cc_cause="answered", cc_agent="op01")))


@pytest.mark.parametrize("order", [(wrapped_up, recorded), (recorded, wrapped_up)])
def test_the_wrap_up_is_the_leg_s_whichever_came_first(store: Store, order) -> None:  # type: ignore[no-untyped-def]
    make_operator("op01")
    for step in order:
        step(store)
    with store.reading():
        leg = Leg.get()
        assert leg.wrap_up == 50_000_000
        assert OperatorSpan.get(OperatorSpan.state == "wrap-up").leg == leg


def test_a_wrap_up_that_goes_on_is_no_length_yet(store: Store) -> None:
    make_operator("op01")
    recorded(store)
    wrapped_up(store, over=False)
    with store.reading():
        assert Leg.get().wrap_up == 0
