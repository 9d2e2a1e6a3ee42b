"""Duties in the store: what was put comes back, and what is over stays as a span."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fsbridge.adapters.store import Store, StoredSeats
from fsbridge.adapters.store.models import (
    AuditEntry,
    Call,
    CaseType,
    Flow,
    Leg,
    Note,
    Operator,
    OperatorSpan,
    Queue,
    Setting,
    Tier,
)
from fsbridge.adapters.store.models import Duty as DutyRow
from fsbridge.adapters.store.operators import REASONS_KEY, StoredDuties
from fsbridge.domain import duty as rules
from fsbridge.domain.duty import (
    KICKED,
    NOTHING,
    REASONS,
    TIMED_OUT,
    Choice,
    Duty,
    Miss,
    Mode,
    Status,
    WrapUp,
)
from fsbridge.domain.facts import TierRow
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.services.operators import Operators
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import NoDistributor
from tests.adapters.store.making import NOON, make_operator, make_season

READY = Choice(Status.READY)
LUNCH = Choice(Status.ON_BREAK, "昼休み")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def book(store: Store) -> StoredDuties:
    make_operator("op01")
    return StoredDuties(store)


def put(book: StoredDuties, before: Duty | None, after: Duty, cut: str = "") -> Duty:
    with book.locked() as ledger:
        ledger.put(before, after, cut=cut)
    return after


def spans(store: Store) -> list[tuple[str, str, str, float, float | None]]:
    with store.reading():
        return [
            (
                row.state,
                row.reason,
                row.leg_uuid,
                (row.started_at - NOON).total_seconds(),
                (row.ended_at - NOON).total_seconds() if row.ended_at is not None else None,
            )
            for row in OperatorSpan.select().order_by(OperatorSpan.id)
        ]


def a_call(book: StoredDuties, rule: WrapUp) -> Duty:
    """op01 ready at 0, talking from 15, writing up from 100."""
    duty = put(book, None, rules.begin("op01", NOON, READY))
    duty = put(book, duty, rules.offered(duty, at(10), call="c1", visit="v1", queue="leak@city"))
    duty = put(book, duty, rules.answered(duty, at(15), visit="v1", leg="a1"))
    return put(book, duty, rules.ended(duty, at(100), "v1", rule))


def test_everything_of_a_duty_comes_back(store: Store, book: StoredDuties) -> None:
    duty = a_call(book, WrapUp(Mode.NO_EXIT, timedelta(seconds=30)))
    duty = put(book, duty, rules.choose(duty, LUNCH, at(110)))
    assert book.look() == (duty,)
    assert StoredDuties(store).duty("op01") == duty
    assert (duty.due_at, duty.next) == (at(130), LUNCH)
    assert book.duty("op02") is None


def test_each_status_leaves_a_span_without_gap_or_overlap(store: Store, book: StoredDuties) -> None:
    duty = a_call(book, WrapUp())
    duty = put(book, duty, rules.finish(duty, at(120)))
    put(book, duty, rules.kick(duty, at(200)))
    assert spans(store) == [
        ("ready", "", "", 0, 10),
        ("ringing", "", "", 10, 15),
        ("talking", "", "a1", 15, 100),
        ("wrap-up", "", "a1", 100, 120),
        ("ready", "", "", 120, 200),
    ]
    assert book.look() == ()


def test_what_changes_but_the_status_leaves_none(store: Store, book: StoredDuties) -> None:
    duty = put(book, None, rules.begin("op01", NOON, READY))
    duty = put(book, duty, rules.offered(duty, at(10), call="c1", visit="v1", queue="q"))
    put(book, duty, rules.choose(duty, LUNCH, at(12)))
    assert len(spans(store)) == 2
    assert book.look()[0].next == LUNCH


def test_a_clock_set_back_leaves_no_span_that_ends_before_it_began(store: Store, book: StoredDuties) -> None:
    put(book, None, rules.begin("op01", at(100), READY))
    put(book, None, rules.begin("op01", NOON, READY))
    assert spans(store) == [("ready", "", "", 100, 100), ("ready", "", "", 0, None)]


def test_a_call_that_is_placed_keeps_its_flow(book: StoredDuties) -> None:
    duty = put(book, None, rules.begin("op01", NOON, READY))
    duty = put(book, duty, rules.dialled(duty, at(10), leg="b1", flow="leak"))
    assert book.look() == (duty,)
    assert duty.flow == "leak"


def test_nobody_who_is_not_registered_has_a_duty(book: StoredDuties) -> None:
    with pytest.raises(FsbridgeError, match="no operator op99; register the ID first"):
        put(book, None, rules.begin("op99", NOON))


def test_a_block_that_fails_leaves_nothing(store: Store, book: StoredDuties) -> None:
    def half() -> None:
        with book.locked() as ledger:
            ledger.put(None, rules.begin("op01", NOON))
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        half()
    assert (book.look(), spans(store)) == ((), [])


def test_a_word_nobody_knows_is_an_error_that_names_it(store: Store, book: StoredDuties) -> None:
    put(book, None, rules.begin("op01", NOON))
    with store.writing():
        OperatorSpan.update(state="asleep").execute()
    with pytest.raises(FsbridgeError, match=r"operator op01: .*'asleep' is not a valid Status"):
        book.look()


def test_a_queue_s_flow_says_how_its_calls_are_written_up(store: Store, book: StoredDuties) -> None:
    with store.writing():
        flow = Flow.create(key="leak", name="漏水", wrap_up="timed", wrap_up_seconds=45)
        Queue.create(key="leak@city", flow=flow, name="漏水")
    with book.locked() as ledger:
        assert ledger.wrap_up("leak@city") == WrapUp(Mode.TIMED, timedelta(seconds=45))
        assert ledger.wrap_up("nobody's") == WrapUp()
        assert ledger.wrap_up("", "leak") == WrapUp(Mode.TIMED, timedelta(seconds=45))
        assert ledger.wrap_up("", "") == ledger.wrap_up("", "nobody's") == NOTHING


def test_who_does_what_to_whom_is_in_the_audit_log(store: Store, book: StoredDuties) -> None:
    with book.locked() as ledger:
        ledger.record(NOON, "boss", "ordered out", "op01", "終業")
    with store.reading():
        row = AuditEntry.get()
        assert (row.actor, row.action, row.subject, row.which, row.reason) == (
            "boss",
            "ordered out",
            "operator",
            "op01",
            "終業",
        )


class TestThePlan:
    def test_tiers_of_the_season_in_force(self, store: Store) -> None:
        busy, normal = make_season("busy", 20), make_season("normal", 16)
        first, retired = make_operator("op01"), make_operator("op02")
        with store.writing():
            flow = Flow.create(key="leak", name="漏水")
            queue = Queue.create(key="leak@city", flow=flow, name="漏水")
            closed = Queue.create(key="closed@city", flow=flow, name="以前", active=False)
            Tier.create(season=busy, queue=queue, operator=first, level=2, position=3)
            Tier.create(season=busy, queue=closed, operator=first)
            Tier.create(season=normal, queue=queue, operator=first)
            Tier.create(season=busy, queue=queue, operator=retired)
            Operator.update(retired_at=NOON).where(Operator.key == "op02").execute()
        book = StoredDuties(store, season_at=lambda moment: "busy")
        assert book.tiers(NOON) == (TierRow(queue="leak@city", operator="op01", level=2, position=3),)
        assert StoredDuties(store).tiers(NOON) is None
        assert StoredDuties(store, season_at=lambda moment: "summer").tiers(NOON) is None

    def test_only_an_extension_makes_a_dial_string(self, store: Store) -> None:
        make_operator("op01")
        with store.writing():
            Operator.create(key="op02", name="二", extension="1002", registered_at=NOON)
            Operator.create(key="op03", name="三", registered_at=NOON, retired_at=NOON)
        book = StoredDuties(store, contact="[leg_timeout=20]user/{extension}@city")
        assert book.contacts() == {"op01": "", "op02": "[leg_timeout=20]user/1002@city"}

    def test_reasons_are_the_centre_s_own(self, store: Store, book: StoredDuties) -> None:
        assert book.reasons() == REASONS
        rows = [
            {"name": "電話当番", "status": "training", "name_en": "Desk"},
            {"name": "昼", "status": "休憩"},
        ]
        with store.writing():
            Setting.create(key=REASONS_KEY, value=rows, changed_at=NOON)
        assert [(one.name, one.status.en) for one in book.reasons()] == [
            ("電話当番", "Training"),
            ("昼", "On break"),
        ]

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([{"status": "away"}], "name"),
            ([{"name": "x", "status": "swimming"}], "there is no status 'swimming'"),
            ([{"name": "a\nb", "status": "away"}], "in one line"),
            ([{"name": "x", "status": "talking"}], "comes with a call alone"),
            (["x"], "list of tables"),
        ],
    )
    def test_bad_reasons_are_refused_by_name(
        self, store: Store, book: StoredDuties, rows: list[object], said: str
    ) -> None:
        with store.writing():
            Setting.create(key=REASONS_KEY, value=rows, changed_at=NOON)
        with pytest.raises(ConfigError, match=said) as caught:
            book.reasons()
        assert REASONS_KEY in str(caught.value)


class TestTheSystemsCode:
    def cut(self, store: Store, book: StoredDuties, *, call: bool = True) -> None:
        """A wrap-up that the clock ended at 130; the call's record has been read or not."""
        duty = a_call(book, WrapUp(Mode.TIMED, timedelta(seconds=30)))
        put(book, duty, rules.time_out(duty, at(130)), TIMED_OUT)
        if call:
            self.read_record(store)

    def read_record(self, store: Store) -> None:
        with store.writing():
            row = Call.create(uuid="c1", direction="inbound", started_at=NOON)
            Leg.create(uuid="a1", call=row, operator=Operator.get(), kind="queue", started_at=NOON)

    def notes(self, store: Store) -> list[tuple[str, str, bool, bool]]:
        with store.reading():
            return [
                (
                    row.case_type.key if row.case_type else "",
                    row.text,
                    row.by_system,
                    row.saved_at is not None,
                )
                for row in Note.select()
            ]

    def test_is_written_once(self, store: Store, book: StoredDuties) -> None:
        self.cut(store, book)
        assert [book.write_owed(at(140)), book.write_owed(at(150))] == [1, 0]
        assert self.notes(store) == [("system", "", True, True)]
        with store.reading():
            assert CaseType.get(key="system").system
        assert ("wrap-up", TIMED_OUT, "a1", 100, 130) in spans(store)

    def test_waits_for_the_call_s_record(self, store: Store, book: StoredDuties) -> None:
        self.cut(store, book, call=False)
        assert book.write_owed(at(140)) == 0
        self.read_record(store)
        assert book.write_owed(at(3600)) == 1

    def test_never_replaces_what_the_operator_saved(self, store: Store, book: StoredDuties) -> None:
        self.cut(store, book)
        self.note(store, text="折り返し", saved_at=at(120))
        assert book.write_owed(at(140)) == 0
        assert self.notes(store) == [("", "折り返し", False, True)]

    def test_keeps_a_draft_s_text_and_kind_of_case(self, store: Store, book: StoredDuties) -> None:
        self.cut(store, book)
        with store.writing():
            leak = CaseType.create(key="leak", name="漏水")
        self.note(store, text="玄関前", case_type=leak)
        assert book.write_owed(at(140)) == 1
        assert self.notes(store) == [("leak", "玄関前", True, True)]

    def note(self, store: Store, **more: object) -> None:
        with store.writing():
            Note.create(
                call=Call.get(), operator=Operator.get(), created_at=at(20), changed_at=at(20), **more
            )

    def test_is_owed_too_where_an_order_left_no_wrap_up(self, store: Store, book: StoredDuties) -> None:
        duty = put(book, None, rules.begin("op01", NOON, READY))
        duty = put(book, duty, rules.answered(duty, at(15), visit="v1", leg="a1", call="c1", queue="q"))
        duty = put(book, duty, rules.kick(duty, at(20)))
        put(book, duty, rules.ended(duty, at(100), "v1", WrapUp()), KICKED.reason)
        self.read_record(store)
        assert book.write_owed(at(140)) == 1


def service(store: Store) -> Operators:
    room, book = StoredSeats(store), StoredDuties(store)
    seats = Seats(room, lambda moment: room.allowance("normal"), talking=book.talking)
    return Operators(seats, book, NoDistributor())


def test_a_restart_in_the_middle_of_a_wrap_up_keeps_the_clock(url: str) -> None:
    first = Store(url)
    make_season("normal", 16)
    make_operator("op01")
    with first.writing():
        flow = Flow.create(key="leak", name="漏水", wrap_up="timed", wrap_up_seconds=30)
        Queue.create(key="leak@city", flow=flow, name="漏水")
    operators = service(first)
    operators.log_in("op01", "browser", NOON, choice=READY)
    operators.offered("op01", at(10), call="c1", visit="v1", queue="leak@city")
    operators.answered("op01", at(12), visit="v1", leg="a1")
    operators.ended("op01", at(60), "v1")
    first.close()

    second = Store(url)
    operators = service(second)
    operators.time_out("op01", at(89))
    assert operators.book.look()[0].due_at == at(90)
    operators.time_out("op01", at(90))
    assert operators.book.look()[0].status is Status.READY
    second.close()


def test_kicked_and_gone_nothing_is_left_but_the_past(store: Store) -> None:
    make_season("normal", 16)
    make_operator("op01")
    operators = service(store)
    operators.log_in("op01", "browser", NOON, choice=READY)
    operators.kick("op01", at(10), by="boss", reason="終業")
    with store.reading():
        assert DutyRow.select().count() == 0
        assert [row.action for row in AuditEntry.select().order_by(AuditEntry.id)] == [
            "logged in",
            "ordered out",
            "logged op01 out",
        ]
    assert (operators.standing(at(10))[0].held, spans(store)) == ((), [("ready", "", "", 0, 10)])


STEPS = st.lists(
    st.sampled_from(["ready", "lunch", "ring", "miss", "answer", "end", "finish"]), min_size=1, max_size=12
)


@given(steps=STEPS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_spans_of_any_day_are_one_unbroken_line(store: Store, steps: list[str]) -> None:
    with store.writing():
        OperatorSpan.delete().execute()
        DutyRow.delete().execute()
        Operator.delete().execute()
    make_operator("op01")
    book = StoredDuties(store)
    duty = put(book, None, rules.begin("op01", NOON))
    for number, step in enumerate(steps, 1):
        before, now, visit = duty, at(number), f"v{number}"
        match step:
            case "ready":
                duty = rules.choose(duty, READY, now)
            case "lunch":
                duty = rules.choose(duty, LUNCH, now)
            case "ring":
                duty = rules.offered(duty, now, call="c", visit=visit, queue="q")
            case "miss":
                duty = rules.offer_failed(duty, now, duty.visit, Miss.RANG_OUT)
            case "answer":
                duty = rules.answered(duty, now, visit=duty.visit or visit, leg=f"a{number}")
            case "end":
                duty = rules.ended(duty, now, duty.visit, WrapUp())
            case _:
                duty = rules.finish(duty, now)
        if duty != before:
            put(book, before, duty)
        assert book.look() == (duty,)
    line = spans(store)
    assert line[-1][-1] is None
    assert [one[4] for one in line[:-1]] == [one[3] for one in line[1:]]
