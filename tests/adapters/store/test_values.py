"""What is written comes back as it was, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Setting
from tests.adapters.store.making import NOON, put

ONE_STORE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ONE_STORE
@given(
    st.datetimes(
        min_value=datetime(1900, 1, 1),
        max_value=datetime(9000, 1, 1),
        timezones=st.sampled_from(
            [UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3, minutes=-30))]
        ),
    )
)
def test_a_moment_comes_back_to_the_microsecond(store: Store, at: datetime) -> None:
    with store.writing():
        row = Setting.create(key=f"{at.timestamp()}", value=None, changed_at=at)
        back = Setting.get_by_id(row.id).changed_at
        assert (back, back.tzinfo) == (at, UTC)
        assert Setting.select().where(Setting.changed_at == at, Setting.id == row.id).exists()
        row.delete_instance()


def test_moments_are_in_order_and_subtract(store: Store) -> None:
    later = NOON + timedelta(microseconds=7)
    with store.writing():
        Call.create(uuid="a", direction="inbound", started_at=NOON, ended_at=later)
        lasted = Call.select((Call.ended_at - Call.started_at).converter(int)).scalar()
        assert lasted == 7
        assert (
            Call.select()
            .where(Call.ended_at > NOON, Call.ended_at < later + timedelta(microseconds=1))
            .count()
            == 1
        )


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="has no time zone; give an aware time"), store.writing():
        Setting.create(key="a", value=1, changed_at=datetime(2027, 4, 1))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("aあ漏", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@ONE_STORE
@given(plain)
def test_data_comes_back_as_it_was(store: Store, data: object) -> None:
    with store.writing():
        row = put("data", data)
        back = Setting.get_by_id(row.id).value
        assert back == data
        assert repr(back) == repr(data)  # keys in their order, 1 and 1.0 and True apart
        row.delete_instance()
