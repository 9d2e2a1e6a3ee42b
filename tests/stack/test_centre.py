"""The whole centre on either switch: what callers, operators and supervisors would notice."""

from __future__ import annotations

import io
import math
import wave
from datetime import UTC, datetime, timedelta

from fsbridge.announcing import emergencies_of
from fsbridge.domain.duty import Status
from tests.stack.centre import BREAK, READY, Centre
from tests.waiting import wait_for


def text(centre: Centre, announcement: str) -> str:
    return next(one.text for one in centre.plan.announcements if one.key == announcement)


def test_callers_reach_the_operators_who_serve_what_they_chose(centre: Centre) -> None:
    centre.sit("op03", "op09", "op13")
    served = {key: centre.dial().press(key) for key in ("1", "3", "4")}
    assert {key: person.talks() for key, person in served.items()} == {"1": "op03", "3": "op09", "4": "op13"}
    for person in served.values():
        person.ends()
        assert person.heard[0] == text(centre, "greeting")
        assert person.record["cc_cause"] == "answered"


def test_the_next_caller_waits_until_the_wrap_up_is_done(centre: Centre) -> None:
    centre.sit("op13", writes=True)
    first = centre.dial().press("4")
    assert first.talks() == "op13"
    second = centre.dial().press("4")
    first.ends()
    wait_for(lambda: centre.status("op13") is Status.WRAP_UP, "op13 writes")
    assert second.waits().operators == ()
    assert centre.status("op13") is Status.WRAP_UP
    centre.finish("op13")
    assert second.talks() == "op13"


def test_everybody_on_break_sends_callers_on_and_then_away(centre: Centre) -> None:
    centre.sit("op03", "op01")
    centre.choose("op03", BREAK)
    overflowing = centre.dial().press("1")  # nobody opens supplies: op01 answers for anything else
    assert overflowing.talks() == "op01"
    overflowing.ends()
    centre.choose("op01", BREAK)
    wait_for(lambda: centre.status("op01") is Status.ON_BREAK, "op01 is on break")
    told = centre.dial().press("4")
    told.ends()
    assert told.heard[-1] == text(centre, "cut-off")
    centre.choose("op01", READY)
    assert centre.dial().press("4").talks() == "op01"


def test_the_hours_decide_who_is_let_in(centre: Centre) -> None:
    centre.sit("op03")
    for moment, announcement in (("2027-05-12T20:00", "out-of-hours"), ("2028-01-02T10:00", "new-year")):
        centre.at(moment)
        outside = centre.dial()
        outside.ends()
        assert list(outside.heard) == [text(centre, announcement)]
        assert outside.record["fsbridge_outcome"] == "out of hours"
    centre.at("2027-03-10T18:30")  # the busy season: open longer
    assert centre.dial().press("1").talks() == "op03"


def test_an_emergency_is_heard_first_while_it_lasts(centre: Centre) -> None:
    centre.sit("op13")
    now = centre.told()
    with emergencies_of(centre.settings, centre.store) as emergencies:
        until = now + timedelta(hours=2)
        one = emergencies.put_on("断水のお知らせ", until=until, author="op01", now=now, recording=spoken())
        wait_for(lambda: centre.running.live and centre.running.live.in_force().also, "it is on")
        during = centre.dial().press("4")
        assert during.talks() == "op13"
        assert one.sound in during.heard[0]
        during.ends()
        assert during.record["fsbridge_emergency"] == "heard"
        emergencies.take_off(author="op01", now=now)
    wait_for(lambda: centre.running.live and not centre.running.live.in_force().also, "it is off")
    after = centre.dial().press("4")
    assert after.talks() == "op13"
    assert after.heard[0] == text(centre, "greeting")


def spoken() -> bytes:
    """A third of a second of a tone, as a recording."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        wanted = (int(9000 * math.sin(place / 6)) for place in range(5000))
        file.writeframes(b"".join(one.to_bytes(2, "little", signed=True) for one in wanted))
    return kept.getvalue()


def test_who_gives_up_soon_is_counted_apart(centre: Centre) -> None:
    before = centre.watch.floor.snapshot().total
    centre.sit("op13", talks=60)
    speaking = centre.dial().press("4")
    assert speaking.talks() == "op13"
    brief, patient = centre.dial().press("4"), centre.dial().press("4")
    brief.waits()
    brief.hang_up()
    since = patient.waits().waiting_since
    assert since is not None
    wait_for(lambda: datetime.now(UTC) - since > timedelta(seconds=7.2), "patience is lost")
    patient.hang_up()
    speaking.hang_up()
    wait_for(
        lambda: all(one.view is None for one in (speaking, brief, patient)), "they are gone from the floor"
    )
    after = centre.watch.floor.snapshot().total
    assert after.answered - before.answered == 1
    assert after.short_abandoned - before.short_abandoned == 1
    assert after.abandoned - before.abandoned == 1


def test_a_restart_loses_nobody(centre: Centre) -> None:
    centre.sit("op13")
    talking = centre.dial().press("4")
    assert talking.talks() == "op13"
    centre.choose("op13", BREAK)  # after this call
    waiting = centre.dial().press("1")
    waiting.waits()
    centre.restart()
    assert talking.record["cc_cause"] == "answered"
    assert not waiting.call.over
    centre.choose("op13", READY)
    assert waiting.talks() == "op13"
    waiting.ends()
    assert centre.dial().press("4").talks() == "op13"
