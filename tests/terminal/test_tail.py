"""The terminal table: what it says, at every width, and that no caller can steer the screen."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from fsbridge.domain import events as ev
from fsbridge.domain.operators import Activity, OperatorStatus
from fsbridge.domain.tally import Tally
from fsbridge.domain.views import (
    CallState,
    CallView,
    Gap,
    LinkView,
    OperatorView,
    QueueView,
    Snapshot,
)
from fsbridge.errors import InvalidArgument
from fsbridge.services.floor import Floor
from fsbridge.terminal.clean import clean
from fsbridge.terminal.look import CALL_MARKS, MARKS
from fsbridge.terminal.sentences import sentence
from fsbridge.terminal.tail import render, watch
from fsbridge.terminal.words import ENGLISH, JAPANESE
from tests.recordings import SCENARIOS, domain_events

NOW = datetime(2026, 4, 1, 1, 0, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def drawn(snapshot: Snapshot, width: int = 80, **options: Any) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(render(snapshot, NOW, zone=TOKYO, **options))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


BUSY = Snapshot(
    link=LinkView(connected=True, heard_at=ago(3)),
    total=Tally(offered=8, answered=4, abandoned=1, short_abandoned=1, timed_out=1, waiting=1, in_time=3),
    queues=(
        QueueView(name="leak@city", waiting=1, waiting_since=ago(75), operators=2, available=0),
        QueueView(name="other@city", talking=1, available=1, tally=Tally(offered=1, answered=1)),
    ),
    operators=(
        OperatorView(
            name="op01", activity=Activity.TALKING, since=ago(65), queue="other@city", number="0761230000"
        ),
        OperatorView(name="op02", activity=Activity.ON_BREAK, since=ago(600)),
        OperatorView(name="op03", activity=Activity.READY, since=ago(5), available=True),
    ),
    calls=(
        CallView(
            uuid="a", number="0762201111", state=CallState.WAITING, queue="leak@city", waiting_since=ago(75)
        ),
        CallView(
            uuid="b",
            number="0761230000",
            state=CallState.TALKING,
            queue="other@city",
            waiting_since=ago(80),
            talking_since=ago(65),
            operators=("op01",),
        ),
    ),
    recent=(ev.OperatorStatusChanged(at=ago(600), operator="op02", status=OperatorStatus.ON_BREAK),),
)


class TestWhatItSays:
    """The figures and rows a supervisor looks for."""

    def test_japanese_first(self) -> None:
        shown = drawn(BUSY)
        for word in ("待ち呼数", "最長待ち", "受付可能", "着信数", "応答数", "応答率", "放棄数", "あふれ"):
            assert word in shown
        assert "1:15" in shown
        assert "50.0%" in shown
        assert "● 接続中" in shown
        assert "3秒前に更新" in shown
        assert "10:00:00" in shown, "the clock of the centre, not of UTC"

    def test_english_second(self) -> None:
        shown = drawn(BUSY, lang="en")
        for word in ("waiting", "longest", "available", "abandoned", "connected", "talking"):
            assert word in shown

    def test_no_other_language(self) -> None:
        with pytest.raises(InvalidArgument):
            drawn(BUSY, lang="xx")

    def test_a_state_has_a_shape_and_a_word(self) -> None:
        assert len({mark for mark, _ in MARKS.values()}) == len(MARKS), "no two states share a shape"
        shown = drawn(BUSY)
        for text in ("☎ 通話中", "◌ 休憩", "● 待受", "▲ 待ち"):
            assert text in shown

    def test_the_oldest_waiting_caller_comes_first(self) -> None:
        lines = drawn(BUSY).splitlines()
        rows = [n for n, line in enumerate(lines) if "▲ 待ち" in line or "☎ 通話中       0761230000" in line]
        assert "0762201111" in lines[rows[0]]

    def test_a_lost_connection_says_how_old_the_picture_is(self) -> None:
        link = LinkView(heard_at=ago(30), lost_at=ago(29), reason="closed by peer")
        shown = drawn(Snapshot(link=link))
        assert "✕ 接続断 0:29" in shown
        assert "09:59:31から接続断（closed by peer）。表示は09:59:30時点のもの" in shown
        assert "接続中" not in shown

    def test_a_gap_stays_in_sight(self) -> None:
        link = LinkView(connected=True, heard_at=NOW, gaps=(Gap(ago(60), ago(50), "restart"),))
        shown = drawn(Snapshot(link=link, total=Tally(offered=1, abandoned=1, inferred=1)))
        assert "受信中断 1回" in shown
        assert "推定を含む結果 1件" in shown

    def test_figures_that_do_not_add_up_are_shouted(self) -> None:
        shown = drawn(Snapshot(total=Tally(offered=3, answered=1)))
        assert "一致しません" in shown
        assert "一致しません" not in drawn(Snapshot(total=Tally(offered=1, answered=1)))

    def test_an_empty_floor(self) -> None:
        assert drawn(Snapshot()).count("ありません") == 4

    def test_long_lists_say_how_much_is_hidden(self) -> None:
        many = tuple(OperatorView(name=f"op{n:02}", activity=Activity.READY) for n in range(20))
        assert "ほか15件" in drawn(Snapshot(operators=many), rows=5)


class TestFilter:
    """What the filter lets through."""

    @pytest.mark.parametrize(
        ("text", "there", "gone"),
        [
            ("0762201111", "0762201111", "0761230000"),
            ("OP01", "0761230000", "0762201111"),
            ("other@", "op01", "op02"),
        ],
    )
    def test_number_operator_and_queue(self, text: str, there: str, gone: str) -> None:
        shown = drawn(BUSY, filter=text)
        assert f"絞り込み「{text}」" in shown
        assert there in shown.replace(f"「{text}」", "")
        assert gone not in shown

    def test_the_figures_stay_whole(self) -> None:
        assert "50.0%" in drawn(BUSY, filter="0762201111")


@pytest.mark.parametrize("width", [40, 60, 80, 100, 111, 112, 132, 200])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_line_is_wider_than_the_terminal(width: int, lang: str) -> None:
    for line in drawn(BUSY, width, lang=lang, filter="0").splitlines():
        assert cell_len(line) <= width


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_heading_is_cut_at_eighty_columns(lang: str) -> None:
    words = {"ja": JAPANESE, "en": ENGLISH}[lang]
    shown = drawn(BUSY, 80, lang=lang)
    for title in (
        *words.queue_titles,
        words.wait,
        words.talk,
        words.operator,
        words.short,
        words.in_time.format(20),
    ):
        assert title in shown


HOSTILE = st.text(max_size=40) | st.sampled_from(
    [
        "[bold red]x[/]",
        "[/]",
        "\x1b[2J\x1b]0;owned\x07",
        "a\nb",
        "\u202eevil",
        "\x9b31m",
        "[link=file:///]x[/link]",
        "\\[",
    ]
)


@settings(deadline=None, max_examples=40)
@given(name=HOSTILE, width=st.sampled_from([80, 132]))
def test_no_caller_steers_the_screen(name: str, width: int) -> None:
    """Whatever stands in a name: no control character gets out, no markup is obeyed, no line breaks."""
    snapshot = Snapshot(
        link=LinkView(lost_at=NOW, reason=name),
        queues=(QueueView(name=name or "q"),),
        operators=(OperatorView(name=name, activity=Activity.TALKING, queue=name, number=name),),
        calls=(
            CallView(uuid="a", state=CallState.WAITING, number=name, destination=name, operators=(name,)),
        ),
        recent=(ev.CallerEnteredQueue(at=NOW, visit="v", call="c", queue=name, number=name, name=name),),
    )
    shown = drawn(snapshot, width)
    steering = [c for c in shown if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c in "\u202e\u2066"]
    assert steering == []
    assert len(shown.splitlines()) == len(drawn(snapshot_named(snapshot, "x"), width).splitlines())


def snapshot_named(snapshot: Snapshot, name: str) -> Snapshot:
    return Snapshot(
        link=LinkView(lost_at=NOW, reason=name),
        queues=(QueueView(name=name),),
        operators=(OperatorView(name=name, activity=Activity.TALKING, queue=name, number=name),),
        calls=(
            CallView(uuid="a", state=CallState.WAITING, number=name, destination=name, operators=(name,)),
        ),
        recent=(ev.CallerEnteredQueue(at=NOW, visit="v", call="c", queue=name, number=name, name=name),),
    )


def test_markup_is_shown_as_it_was_written() -> None:
    call = CallView(uuid="a", state=CallState.WAITING, number="[red]x[/]", queue="q")
    assert "[red]x[/]" in drawn(Snapshot(calls=(call,)))


@settings(deadline=None)
@given(st.text(), st.integers(1, 30))
def test_clean_text_fits_and_holds_nothing_that_steers(text: str, width: int) -> None:
    cleaned = clean(text, width)
    assert cell_len(cleaned) <= width
    assert cleaned.isprintable()


@pytest.mark.parametrize("words", [JAPANESE, ENGLISH])
def test_every_recorded_event_worth_telling_has_its_sentence(words: Any) -> None:
    for scenario in SCENARIOS:
        for event in domain_events(scenario):
            text = sentence(event, words)
            assert "{" not in text
            assert bool(text) != isinstance(
                event, ev.CallAnswered | ev.CallBridged | ev.CallUnbridged | ev.OperatorStateChanged
            )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_moment_of_every_recording_can_be_drawn(scenario: str) -> None:
    floor = Floor()
    for number, event in enumerate(domain_events(scenario)):
        floor.apply(event)
        if number % 3 == 0:
            assert drawn(floor.snapshot(), (80, 132)[number % 2])


class TestWatching:
    """The loop around it."""

    def test_a_pipe_gets_the_last_state_once_and_without_colour(self) -> None:
        floor = Floor()
        for event in domain_events("exit_key"):
            floor.apply(event)
        console = Console(width=80, file=io.StringIO())
        watch(floor, console, running=lambda: False, clock=lambda: domain_events("exit_key")[-1].at)
        shown = console.file.getvalue()  # type: ignore[attr-defined]
        assert shown.count("待ち呼数") == 1
        assert "\x1b" not in shown

    def test_a_terminal_is_drawn_until_told_to_stop_and_left_as_it_was(self) -> None:
        turns = iter([True, True, False])
        console = Console(width=80, height=40, file=io.StringIO(), force_terminal=True)
        watch(Floor(), console, running=lambda: next(turns), clock=lambda: NOW)
        shown = console.file.getvalue()  # type: ignore[attr-defined]
        assert "\x1b[?1049h" in shown
        assert "\x1b[?1049l" in shown

    def test_shapes_of_calls_differ_where_their_words_do(self) -> None:
        shapes = {state: mark for state, (mark, _) in CALL_MARKS.items()}
        assert shapes[CallState.WAITING] != shapes[CallState.TALKING] != shapes[CallState.HELD]
