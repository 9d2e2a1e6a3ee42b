"""`fsbridge operators`: what it shows, what it does, in both languages."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.store.models import AuditEntry
from fsbridge.attending import reached
from fsbridge.commands import attendance
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.operators import OperatorStatus
from tests.commands.shift import MORNING, Shift


@pytest.fixture
def shift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shift]:
    shift = Shift(tmp_path, monkeypatch)
    shift.begin()
    yield shift
    shift.store.close()


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


class TestLooking:
    def test_status_shows_what_everybody_does_and_for_how_long(self, shift: Shift) -> None:
        result = shift.run("operators", "status")
        assert result.exit_code == 0
        shown = lines(result.output)
        assert shown[0] == "繁忙期：20席中 8席使用、空き 12席"
        (talking,) = [line.split() for line in shown if "☎" in line and "op02" in line]
        assert talking == ["2", "☎", "通話中", "4:56", "op02", "山本", "健一", "leak"]
        (held,) = [line for line in shown if "op06" in line]
        assert "‖ 保留" in held
        assert "休憩" in held
        (away,) = [line for line in shown if "op05" in line]
        assert "無応答" in away

    def test_the_same_in_english(self, shift: Shift) -> None:
        shown = shift.run("operators", "status", lang="en").output
        assert lines(shown)[0] == "busy season: 8 of 20 seats taken, 12 free"
        assert "⏸ Away" in shown
        assert "No answer" in shown

    def test_of_some_operators_alone(self, shift: Shift) -> None:
        shown = shift.run("operators", "status", "op04", "--json").output
        (one,) = json.loads(shown)
        assert (one["operator"], one["status"], one["reason"], one["seconds"], one["seat"]) == (
            "op04",
            "on break",
            "昼休み",
            600,
            4,
        )

    def test_the_clock_of_a_timed_wrap_up_is_shown(self, shift: Shift) -> None:
        (one,) = json.loads(shift.run("operators", "status", "op03", "--json").output)
        left = shift.run("operators", "status", "op03").output
        assert one["due_at"] is not None
        assert "1:12（残り" in left

    def test_nobody_is_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        shift = Shift(tmp_path, monkeypatch)
        assert "ログイン中の人はいません" in shift.run("operators", "status").output
        assert json.loads(shift.run("operators", "seats", "--json").output)["held"] == []
        shift.store.close()

    def test_seats(self, shift: Shift) -> None:
        told = json.loads(shift.run("operators", "seats", "--json").output)
        assert (told["season"], told["seats"], told["free"], told["over"]) == ("busy", 20, 12, 0)
        assert (told["registered"], told["registered_allowed"]) == (16, 30)
        assert [seat["operator"] for seat in told["held"]] == [f"op{number:02}" for number in range(1, 9)]
        assert "session" not in told["held"][0]
        shown = lines(shift.run("operators", "seats").output)
        assert shown[2].split() == ["1", "op01", "中村", "和子", "1番デスク", "08:30", "1", "秒前"]

    def test_list_shows_who_is_registered_for_what(self, shift: Shift) -> None:
        shown = shift.run("operators", "list").output
        assert "登録ID 16 / 30" in shown
        everyone = json.loads(shift.run("operators", "list", "--json").output)
        assert len(everyone) == 16
        assert everyone[0]["queues"]
        assert {one["operator"]: one["status"] for one in everyone}["op09"] == "logged out"

    def test_what_somebody_wrote_cannot_steer_the_terminal(self, shift: Shift) -> None:
        shift.operators.log_in("op09", "b", MORNING, place="\x1b[2J\nx", choice=Choice(Status.READY))
        shown = shift.run("operators", "seats").output
        assert "\x1b[2J" not in shown
        assert "·[2J·x" in shown


class TestDoing:
    def test_kick_logs_out_who_has_no_call(self, shift: Shift) -> None:
        result = shift.run("operators", "kick", "op01", "--reason", "終業", "--by", "suzuki")
        assert result.exit_code == 0
        assert "✔ op01 中村 和子：○ ログアウト（強制ログアウト）" in result.output
        assert shift.status("op01") is Status.LOGGED_OUT
        assert "op01" not in shift.run("operators", "seats").output
        with shift.store.reading():
            actions = {(row.actor, row.action, row.reason) for row in AuditEntry.select()}
        assert ("suzuki", "ordered out", "終業") in actions

    def test_kick_throws_nobody_out_of_a_call(self, shift: Shift) -> None:
        result = shift.run("operators", "kick", "op02")
        assert "op02 山本 健一 は通話中です。終わりしだい「ログアウト」に変わります。" in result.output
        assert shift.status("op02") is Status.TALKING
        shift.operators.ended("op02", MORNING, "visit of op02")
        assert shift.status("op02") is Status.LOGGED_OUT

    def test_of_several_the_unknown_is_named_before_the_first_is_touched(self, shift: Shift) -> None:
        for unknown, said in (("op99", "no operator 'op99'"), ("op12", "op12 is not logged in")):
            result = shift.run("operators", "kick", "op01", unknown)
            assert result.exit_code == 1
            assert said in result.output
            assert shift.status("op01") is Status.READY

    def test_back_brings_one_into_rotation(self, shift: Shift) -> None:
        assert shift.status("op05") is Status.AWAY
        assert shift.distributor.rows["op05"].status is OperatorStatus.LOGGED_OUT
        (told,) = json.loads(shift.run("operators", "back", "op05", "--json").output)
        assert (told["status"], told["missed"]) == ("ready", 0)
        assert shift.status("op05") is Status.READY
        assert shift.distributor.rows["op05"].status is OperatorStatus.ON_DEMAND

    def test_set_takes_a_status_by_either_word(self, shift: Shift) -> None:
        assert "⏸ 離席（会議）" in shift.run("operators", "set", "op04", "離席", "--reason", "会議").output
        assert "Ready" in shift.run("operators", "set", "op04", "ready", lang="en").output
        assert shift.status("op04") is Status.READY

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("op01", "swimming"), "there is no status 'swimming'"),
            (("op01", "talking"), "comes with a call"),
            (("op01", "離席", "--reason", "釣り"), "give 会議"),
            (("op01", "離席", "--reason", "a\nb"), "is unknown"),
        ],
    )
    def test_set_refuses_what_cannot_be(self, shift: Shift, words: tuple[str, ...], said: str) -> None:
        result = shift.run("operators", "set", *words)
        assert result.exit_code == 1
        assert said in result.output
        assert shift.status("op01") is Status.READY

    def test_without_freeswitch_it_is_done_and_said_once(
        self, shift: Shift, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(attendance, "reached", reached)
        result = shift.run("operators", "kick", "op01", "op07")
        assert result.exit_code == 0
        said = [line for line in result.output.splitlines() if line.startswith("!")]
        assert len(said) == 1
        assert said[0].startswith("! op01, op07: FreeSWITCH cannot be reached")


class TestReasons:
    def test_are_the_centre_s_own_to_add_and_remove(self, shift: Shift) -> None:
        assert shift.run("operators", "reasons", "add", "離席", "健康診断", "--en", "Check-up").exit_code == 0
        assert shift.run("operators", "reasons", "remove", "会議").exit_code == 0
        names = [
            row["name"] for row in json.loads(shift.run("operators", "reasons", "list", "--json").output)
        ]
        assert "健康診断" in names
        assert "会議" not in names
        assert shift.run("operators", "set", "op01", "away", "--reason", "健康診断").exit_code == 0
        assert "Check-up" in shift.run("operators", "status", "op01", lang="en").output
        assert "Check-up" in shift.run("operators", "reasons", lang="en").output

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("add", "離席", "無応答"), "a reason the system gives"),
            (("add", "着信中", "なんとなく"), "comes with a call alone"),
            (("add", "離席", "a\x07b"), "in one line"),
            (("remove", "釣り"), "there is no reason '釣り'"),
        ],
    )
    def test_that_cannot_be_are_refused(self, shift: Shift, words: tuple[str, ...], said: str) -> None:
        result = shift.run("operators", "reasons", *words)
        assert (result.exit_code, said in result.output) == (1, True)


def test_every_command_has_help_in_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    root = Path(__file__).parents[2]
    texts = {}
    for lang in ("ja", "en"):
        env = {**os.environ, "FSBRIDGE_LANG": lang, "FSBRIDGE_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "cli.py", "operators", "--help"],
            cwd=root,
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        texts[lang] = done.stdout
    for name in ("list", "status", "seats", "kick", "back", "set", "reasons"):
        assert name in texts["ja"]
    assert "席の使用状況" in texts["ja"]
    assert "Show who holds which seat." in texts["en"]
