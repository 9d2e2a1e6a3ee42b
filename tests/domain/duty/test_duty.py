"""An operator's day, one step after the other, and whatever order of steps somebody may think of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.domain import duty as rules
from fsbridge.domain.duty import (
    CHOOSABLE,
    KICKED,
    NO_ANSWER,
    PHONE_GONE,
    REASONS,
    REJECTED,
    SEAT_LOST,
    SYSTEM_REASONS,
    Choice,
    Duty,
    Miss,
    Mode,
    Status,
    StatusRefused,
    WrapUp,
    WrapUpNotOver,
    miss_of,
    reasoned,
)

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
READY = Choice(Status.READY)
LUNCH = Choice(Status.ON_BREAK, "昼休み")
TIMED = WrapUp(Mode.TIMED, timedelta(seconds=30))
NO_EXIT = WrapUp(Mode.NO_EXIT, timedelta(seconds=30))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def ready() -> Duty:
    return rules.begin("op01", NOON, READY)


def ringing(duty: Duty | None = None, visit: str = "v1") -> Duty:
    return rules.offered(duty or ready(), after(10), call="c1", visit=visit, queue="leak@city")


def talking() -> Duty:
    return rules.answered(ringing(), after(15), visit="v1", leg="a1")


def called(duty: Duty) -> tuple[str, str]:
    return duty.status.ja, duty.reason


class TestACall:
    def test_rings_is_spoken_held_and_written_up(self) -> None:
        duty = ringing()
        assert (duty.status.ja, duty.queue, duty.call) == ("着信中", "leak@city", "c1")
        duty = rules.answered(duty, after(15), visit="v1", leg="a1")
        assert (duty.status.ja, duty.since, duty.queue) == ("通話中", after(15), "leak@city")
        duty = rules.held(duty, after(60), on=True)
        assert (duty.status.ja, duty.leg) == ("保留", "a1")
        duty = rules.held(duty, after(70), on=False)
        duty = rules.ended(duty, after(100), "v1", WrapUp())
        assert (duty.status.ja, duty.call, duty.leg, duty.due_at) == ("後処理", "c1", "a1", None)
        duty = rules.finish(duty, after(130))
        assert (duty.status.ja, duty.call, duty.since) == ("待受", "", after(130))

    def test_what_is_chosen_during_it_comes_after_it_and_its_wrap_up(self) -> None:
        duty = rules.choose(talking(), LUNCH, after(20))
        assert (duty.status, duty.next, duty.since) == (Status.TALKING, LUNCH, after(15))
        duty = rules.ended(duty, after(100), "v1", WrapUp())
        assert (duty.status, duty.next) == (Status.WRAP_UP, LUNCH)
        assert called(rules.finish(duty, after(130))) == ("休憩", "昼休み")

    def test_where_nobody_spoke_there_is_nothing_to_write_up(self) -> None:
        assert called(rules.ended(talking(), after(16), "v1", WrapUp(), bridged=False)) == ("待受", "")

    def test_told_twice_or_too_late_it_changes_nothing(self) -> None:
        duty = talking()
        assert rules.offered(duty, after(20), call="c1", visit="v1", queue="leak@city") is duty
        assert rules.answered(duty, after(20), visit="v1", leg="a1") is duty
        assert rules.ended(duty, after(20), "another", WrapUp()) is duty
        assert rules.offer_failed(duty, after(20), "v1", Miss.RANG_OUT) is duty
        over = rules.ended(duty, after(20), "v1", WrapUp())
        assert rules.ended(over, after(30), "v1", WrapUp()) is over
        assert rules.held(over, after(30), on=True) is over

    def test_one_that_comes_although_it_should_not_gives_the_break_back(self) -> None:
        on_break = rules.choose(ready(), LUNCH, after(5))
        assert called(rules.offer_failed(ringing(on_break), after(12), "v1", Miss.CALLER_GONE)) == (
            "休憩",
            "昼休み",
        )
        spoken = rules.answered(on_break, after(15), visit="v1", leg="a1", call="c1", queue="q")
        assert called(rules.ended(spoken, after(90), "v1", WrapUp(Mode.OPTIONAL))) == ("休憩", "昼休み")

    def test_a_clock_set_back_makes_no_time_run_backwards(self) -> None:
        assert rules.ended(talking(), NOON, "v1", WrapUp()).since == after(15)


class TestWrapUp:
    def test_optional_is_one_that_was_chosen(self) -> None:
        optional = WrapUp(Mode.OPTIONAL)
        assert called(rules.ended(talking(), after(100), "v1", optional)) == ("待受", "")
        lunch = rules.choose(talking(), LUNCH, after(20))
        assert called(rules.ended(lunch, after(100), "v1", optional)) == ("休憩", "昼休み")
        wanted = rules.choose(talking(), Choice(Status.WRAP_UP), after(20))
        duty = rules.ended(wanted, after(100), "v1", optional)
        assert (duty.status, duty.next) == (Status.WRAP_UP, None)
        assert called(rules.finish(duty, after(110))) == ("待受", "")

    def test_at_one_s_own_pace_no_clock_ends_it(self) -> None:
        duty = rules.ended(talking(), after(100), "v1", WrapUp())
        assert not rules.overdue(duty, after(100_000))
        assert rules.time_out(duty, after(100_000)) is duty

    def test_timed_ends_by_itself_or_earlier(self) -> None:
        duty = rules.ended(talking(), after(100), "v1", TIMED)
        assert rules.time_out(duty, after(129)) is duty
        assert called(rules.time_out(duty, after(130))) == ("待受", "")
        assert called(rules.finish(duty, after(101))) == ("待受", "")

    def test_timed_without_exit_lets_nobody_out_early(self) -> None:
        duty = rules.ended(talking(), after(100), "v1", NO_EXIT)
        with pytest.raises(WrapUpNotOver, match="lasts 20 s more"):
            rules.finish(duty, after(110))
        duty = rules.choose(duty, LUNCH, after(110))
        assert (duty.status, duty.next) == (Status.WRAP_UP, LUNCH)
        assert called(rules.time_out(duty, after(130))) == ("休憩", "昼休み")

    def test_another_status_ends_it_too(self) -> None:
        duty = rules.ended(talking(), after(100), "v1", WrapUp())
        assert called(rules.choose(duty, LUNCH, after(120))) == ("休憩", "昼休み")


class TestMisses:
    def test_two_calls_in_a_row_that_rang_out_take_one_out_of_rotation(self) -> None:
        duty = rules.offer_failed(ringing(), after(30), "v1", Miss.RANG_OUT)
        assert (called(duty), duty.missed) == (("待受", ""), 1)
        duty = rules.offer_failed(ringing(duty, "v2"), after(60), "v2", Miss.RANG_OUT)
        assert duty.chose(NO_ANSWER)
        duty = rules.back(duty, after(90))
        assert (called(duty), duty.missed) == (("待受", ""), 0)

    def test_rejected_calls_are_told_apart(self) -> None:
        assert rules.offer_failed(ringing(), after(30), "v1", Miss.REJECTED, limit=1).chose(REJECTED)

    def test_a_call_that_is_answered_forgives_the_one_before(self) -> None:
        duty = rules.offer_failed(ringing(), after(30), "v1", Miss.RANG_OUT)
        assert rules.answered(ringing(duty, "v2"), after(40), visit="v2", leg="a2").missed == 0

    def test_a_caller_who_hangs_up_never_counts(self) -> None:
        duty = ready()
        for number in range(10):
            duty = rules.offer_failed(ringing(duty, f"v{number}"), after(30), f"v{number}", Miss.CALLER_GONE)
            duty = rules.offer_failed(ringing(duty, f"w{number}"), after(40), f"w{number}", Miss.WITHDRAWN)
        assert (called(duty), duty.missed) == (("待受", ""), 0)

    def test_a_telephone_that_is_gone_is_no_miss_but_gets_no_more_calls(self) -> None:
        duty = rules.offer_failed(ringing(), after(11), "v1", Miss.PHONE_GONE)
        assert (duty.chose(PHONE_GONE), duty.missed) == (True, 0)
        assert called(rules.phone_ready(duty, after(15))) == ("待受", "")

    def test_a_telephone_that_comes_back_ends_no_other_absence(self) -> None:
        duty = rules.choose(ready(), Choice(Status.AWAY, "会議"), after(5))
        assert rules.phone_ready(duty, after(15)) is duty
        assert rules.phone_ready(talking(), after(15)) == talking()

    def test_the_operator_s_own_choice_comes_before_any_order(self) -> None:
        chosen = rules.choose(ringing(), LUNCH, after(12))
        assert called(rules.offer_failed(chosen, after(30), "v1", Miss.PHONE_GONE)) == ("休憩", "昼休み")

    @pytest.mark.parametrize(
        ("cause", "miss"),
        [
            ("NO_ANSWER", Miss.RANG_OUT),
            ("ALLOTTED_TIMEOUT", Miss.RANG_OUT),
            ("CALL_REJECTED", Miss.REJECTED),
            ("USER_BUSY", Miss.REJECTED),
            ("USER_NOT_REGISTERED", Miss.PHONE_GONE),
            ("DESTINATION_OUT_OF_ORDER", Miss.PHONE_GONE),
            ("RECOVERY_ON_TIMER_EXPIRE", Miss.PHONE_GONE),
            ("ORIGINATOR_CANCEL", Miss.CALLER_GONE),
            ("LOSE_RACE", Miss.WITHDRAWN),
            ("NORMAL_CIRCUIT_CONGESTION", Miss.WITHDRAWN),
            ("MANAGER_REQUEST", Miss.WITHDRAWN),
        ],
    )
    def test_freeswitch_s_causes(self, cause: str, miss: Miss) -> None:
        assert miss_of(cause) is miss


class TestLoggingOut:
    def test_by_one_s_own_will_comes_after_the_wrap_up(self) -> None:
        duty = rules.choose(talking(), Choice(Status.LOGGED_OUT), after(20))
        duty = rules.ended(duty, after(100), "v1", WrapUp())
        assert duty.status is Status.WRAP_UP
        assert rules.finish(duty, after(120)).status is Status.LOGGED_OUT

    @pytest.mark.parametrize("why", [KICKED, SEAT_LOST])
    def test_by_order_cuts_no_conversation_but_leaves_no_wrap_up(self, why: Choice) -> None:
        duty = rules.kick(talking(), after(20), why)
        assert duty.status is Status.TALKING
        assert rules.ended(duty, after(100), "v1", WrapUp()).chose(why)

    def test_by_order_takes_a_ringing_call_away(self) -> None:
        assert rules.kick(ringing(), after(12)).chose(KICKED)


class TestChoices:
    def test_a_status_that_comes_with_calls_cannot_be_chosen(self) -> None:
        for status in set(Status) - set(CHOOSABLE):
            with pytest.raises(StatusRefused):
                Choice(status)

    def test_reasons_belong_to_their_status(self) -> None:
        assert reasoned(LUNCH, REASONS) == LUNCH
        assert reasoned(Choice(Status.AWAY), REASONS).reason == ""
        with pytest.raises(StatusRefused, match="give 会議, 窓口対応, 調べもの, or no reason"):
            reasoned(Choice(Status.AWAY, "昼休み"), REASONS)

    def test_nobody_chooses_the_system_s_reasons(self) -> None:
        for one in SYSTEM_REASONS:
            with pytest.raises(StatusRefused):
                reasoned(Choice(one.status, one.name), REASONS)

    def test_every_status_is_found_by_every_name(self) -> None:
        for status in Status:
            assert {Status.named(word) for word in (status.value, status.name, status.ja)} == {status}
        with pytest.raises(StatusRefused, match="on-break"):
            Status.named("lunch")

    def test_shapes_and_words_are_each_status_s_own(self) -> None:
        for name in ("ja", "en", "mark"):
            assert len({getattr(status, name) for status in Status}) == len(Status)


STEPS = st.one_of(
    st.tuples(st.just("choose"), st.sampled_from(CHOOSABLE)),
    st.tuples(st.just("offered"), st.sampled_from("abc")),
    st.tuples(st.just("failed"), st.sampled_from("abc"), st.sampled_from(list(Miss))),
    st.tuples(st.just("answered"), st.sampled_from("abc")),
    st.tuples(st.just("held"), st.booleans()),
    st.tuples(st.just("ended"), st.sampled_from("abc"), st.sampled_from(list(Mode)), st.booleans()),
    st.tuples(st.just("dialled"), st.sampled_from("xy")),
    st.tuples(st.just("hung up"), st.sampled_from("xy")),
    st.tuples(st.just("finish")),
    st.tuples(st.just("kick")),
    st.tuples(st.just("back")),
    st.tuples(st.just("time out")),
    st.tuples(st.just("phone")),
)


def _step(duty: Duty, step: tuple, at: datetime) -> Duty:  # type: ignore[type-arg]
    match step:
        case ("choose", status):
            return rules.choose(duty, Choice(status), at)
        case ("offered", visit):
            return rules.offered(duty, at, call=visit, visit=visit, queue="q")
        case ("failed", visit, miss):
            return rules.offer_failed(duty, at, visit, miss)
        case ("answered", visit):
            return rules.answered(duty, at, visit=visit, leg=f"leg {visit}", call=visit, queue="q")
        case ("held", on):
            return rules.held(duty, at, on=on)
        case ("ended", visit, mode, bridged):
            return rules.ended(duty, at, visit, WrapUp(mode, timedelta(seconds=20)), bridged=bridged)
        case ("dialled", leg):
            return rules.dialled(duty, at, leg=leg)
        case ("hung up", leg):
            return rules.hung_up(duty, at, leg)
        case ("finish",):
            try:
                return rules.finish(duty, at)
            except WrapUpNotOver:
                return duty
        case ("kick",):
            return rules.kick(duty, at)
        case ("back",):
            return rules.back(duty, at)
        case ("phone",):
            return rules.phone_ready(duty, at)
        case _:
            return rules.time_out(duty, at)


@given(st.lists(st.tuples(STEPS, st.integers(-5, 30)), max_size=40))
def test_whatever_happens_in_whatever_order(steps: list[tuple[tuple, int]]) -> None:  # type: ignore[type-arg]
    duty, at = ready(), NOON
    for step, seconds in steps:
        at += timedelta(seconds=seconds)
        before, duty = duty, _step(duty, step, at)
        assert duty.since >= before.since, "time never runs backwards"
        if (before.status, before.reason) == (duty.status, duty.reason) and not duty.status.in_call:
            assert duty.since == before.since, "a status that stays keeps its clock"
        assert duty.status.in_call or duty.status is Status.WRAP_UP or not duty.call
        assert duty.status.in_call or duty.status is Status.WRAP_UP or duty.next is None
        assert (duty.leg != "") >= duty.status.in_conversation
        if before.status.in_conversation and not duty.status.in_conversation:
            assert step[0] in ("ended", "hung up"), "nothing but its end ends a conversation"
        if duty.status.in_call:
            assert duty.mode is None
        if duty.status is Status.LOGGED_OUT:
            break
