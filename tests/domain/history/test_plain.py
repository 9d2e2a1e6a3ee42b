"""What is kept as plain data comes back the same, from another version too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain.history import SeenOffer, Sighting, made, plain
from fsbridge.domain.records import LegRecord, Step, VisitNote

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
WORDS = st.text(max_size=5)
VISITS = st.builds(VisitNote, uuid=WORDS, queue=WORDS, joined=st.none() | MOMENTS, cause=WORDS)
RECORDS = st.builds(
    LegRecord,
    uuid=WORDS,
    started_at=MOMENTS,
    ended_at=MOMENTS,
    answered_at=st.none() | MOMENTS,
    inbound=st.booleans(),
    visits=st.lists(VISITS, max_size=2).map(tuple),
    steps=st.lists(st.builds(Step, WORDS, WORDS, MOMENTS), max_size=2).map(tuple),
    hold=st.timedeltas(timedelta(), timedelta(days=1)),
)
SIGHTINGS = st.builds(
    Sighting,
    visit=WORDS,
    call=WORDS,
    queue=WORDS,
    entered_at=st.none() | MOMENTS,
    offers=st.lists(st.builds(SeenOffer, operator=WORDS, at=MOMENTS, answered=st.booleans()), max_size=2).map(
        tuple
    ),
)


@given(RECORDS | SIGHTINGS)
def test_what_is_kept_comes_back(thing: LegRecord | Sighting) -> None:
    assert made(type(thing), json.loads(json.dumps(plain(thing)))) == thing


def test_what_a_later_version_wrote_is_read_as_far_as_it_is_known() -> None:
    kept = plain(Sighting(visit="v1", call="7f1c", queue="leak@city")) | {"mood": "angry"}
    assert made(Sighting, kept).visit == "v1"
