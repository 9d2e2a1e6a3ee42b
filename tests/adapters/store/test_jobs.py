"""Who may do a job is decided by the database, whichever it is."""

from __future__ import annotations

from datetime import timedelta

import gevent
import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.jobs import StoredJobs
from tests.adapters.store.making import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def book(store: Store) -> StoredJobs:
    return StoredJobs(store)


@pytest.mark.parametrize("known", [True, False])
def test_of_twenty_who_ask_at_once_one_gets_it(book: StoredJobs, known: bool) -> None:
    if known:
        book.open("purge", NOON - HOUR)
    asking = [gevent.spawn(book.take, "purge", NOON, f"p{n}", NOON, NOON + HOUR) for n in range(20)]
    gevent.joinall(asking, raise_error=True, timeout=60)
    assert sum(one.value for one in asking) == 1


def test_a_job_is_given_back_with_what_became_of_it(book: StoredJobs) -> None:
    book.take("purge", NOON, "one", NOON, NOON + HOUR)
    assert book.states()["purge"].running(NOON)
    book.end("purge", "other", NOON, NOON, "failed", "never mine")
    assert book.states()["purge"].running(NOON)
    book.end("purge", "one", NOON + HOUR / 2, NOON, "done", "3 removed")
    state = book.states()["purge"]
    assert (state.slot, state.ended_at, state.outcome, state.message) == (
        NOON,
        NOON + HOUR / 2,
        "done",
        "3 removed",
    )
    assert not book.take("purge", NOON, "other", NOON, NOON + HOUR)
    assert book.take("purge", NOON + HOUR, "other", NOON, NOON + HOUR)


def test_only_the_holder_renews(book: StoredJobs) -> None:
    book.take("purge", NOON, "one", NOON, NOON + HOUR)
    assert book.renew("purge", "one", NOON + 2 * HOUR)
    assert not book.renew("purge", "other", NOON + 9 * HOUR)
    assert book.states()["purge"].leased_until == NOON + 2 * HOUR
    book.end("purge", "one", NOON, None, "done", "")
    assert not book.renew("purge", "one", NOON + 2 * HOUR)


def test_opening_counts_from_now_on_and_changes_nothing_known(book: StoredJobs) -> None:
    book.open("purge", NOON)
    book.open("purge", NOON + HOUR)
    assert book.states()["purge"].slot == NOON
    book.take("seats", None, "one", NOON, NOON + HOUR)  # by hand, before any process counted
    book.end("seats", "one", NOON, None, "done", "")
    book.open("seats", NOON)
    assert book.states()["seats"].slot == NOON
