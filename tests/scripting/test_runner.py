"""A caller is never lost, whatever the script does."""

from __future__ import annotations

import logging
import re

import pytest

from fsbridge import App, Call
from fsbridge.errors import ConfigError
from fsbridge.esl.fallback import Fallback
from fsbridge.testing import Caller


def broken(call: Call) -> None:
    call.answer()
    raise ValueError("a bug")


def app_with(script: object, fallback: str = "dialplan") -> App:
    app = App("test", fallback=fallback)
    app.route("100")(script)  # type: ignore[type-var]
    return app


def test_a_bug_is_logged_with_the_calls_id_and_the_caller_transferred(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caller = Caller(app_with(broken, "transfer:9000 XML centre"), raise_failures=False).dial("100")
    assert caller.transferred_to == "9000 XML centre"
    assert not caller.ended
    assert isinstance(caller.failure, ValueError)
    record = next(record for record in caplog.records if record.levelno == logging.ERROR)
    assert caller.channel.uuid in record.getMessage()
    assert record.exc_info is not None


def test_by_default_the_dialplan_goes_on_behind_its_socket() -> None:
    caller = Caller(app_with(broken), raise_failures=False).dial("100").finish()
    assert caller.left_to_dialplan


def test_a_fallback_may_hang_up_with_a_cause() -> None:
    caller = Caller(app_with(broken, "hangup:USER_BUSY"), raise_failures=False).dial("100").finish()
    assert caller.cause == "USER_BUSY"


def test_a_number_without_a_script_goes_to_the_fallback(caplog: pytest.LogCaptureFixture) -> None:
    caller = Caller(app_with(broken, "transfer:9000")).dial("200")
    assert caller.transferred_to == "9000 XML default"
    assert "200" in caplog.text


def test_a_failing_guard_is_a_failing_script() -> None:
    app = App("test", fallback="transfer:9000")

    @app.route("100", guard=lambda call: bool(1 / 0))
    def guarded(call: Call) -> None:
        call.play("never.wav")

    caller = Caller(app, raise_failures=False).dial("100")
    assert caller.transferred_to == "9000 XML default"


def test_in_a_test_a_bug_comes_up_where_it_was_provoked() -> None:
    with pytest.raises(ValueError, match="a bug"):
        Caller(app_with(broken)).dial("100")


def test_a_bug_after_the_hangup_sends_nobody_anywhere() -> None:
    def script(call: Call) -> None:
        call.hangup()
        raise ValueError("a bug")

    caller = Caller(app_with(script, "transfer:9000"), raise_failures=False).dial("100").finish()
    assert caller.transferred_to == ""
    assert caller.cause == "NORMAL_CLEARING"


@pytest.mark.parametrize(
    "text", ["", "transfer:", "transfer", "nowhere:1", "dialplan:9", "transfer:1 2 3 4", "hangup:A B"]
)
def test_a_fallback_that_makes_no_sense_is_refused_at_load(text: str) -> None:
    with pytest.raises(ConfigError, match="fallback"):
        App("test", fallback=text)


def test_fallbacks_read_back_as_they_are_written() -> None:
    for text in ("dialplan", "transfer:9000", "transfer:9000 XML centre", "hangup:USER_BUSY"):
        assert str(Fallback.parse(text)) == text


class TestRoutes:
    def play(self, name: str) -> object:
        return lambda call: call.play(name)

    def heard(self, app: App, number: str) -> list[str]:
        return Caller(app).dial(number).listen().heard

    def test_exact_before_range_before_pattern_before_nothing(self) -> None:
        app = App("test")
        for number in ("0120X.", "100-199", "150", "NXX"):
            app.route(number)(self.play(number))  # type: ignore[type-var]
        app.route(re.compile(r"\+81\d+"))(self.play("+81"))  # type: ignore[type-var]
        assert self.heard(app, "150") == ["150"]
        assert self.heard(app, "151") == ["100-199"]
        assert self.heard(app, "250") == ["NXX"]
        assert self.heard(app, "0120328117") == ["0120X."]
        assert self.heard(app, "+81762202722") == ["+81"]
        assert self.heard(app, "0120") == []

    def test_hyphens_are_for_reading(self) -> None:
        app = App("test")
        app.route("076-220-2722", "(0120) 328117")(self.play("hello.wav"))  # type: ignore[type-var]
        assert self.heard(app, "0762202722") == ["hello.wav"]
        assert self.heard(app, "0120-328117") == ["hello.wav"]

    def test_a_guard_decides_first(self) -> None:
        app = App("test")

        @app.route("100")
        def everybody(call: Call) -> None:
            call.play("everybody.wav")

        @app.route("100", guard=lambda call: call.caller == "0761111111")
        def somebody(call: Call) -> None:
            call.play("somebody.wav")

        assert self.heard(app, "100") == ["everybody.wav"]
        caller = Caller(app, number="0761111111").dial("100").listen()
        assert caller.heard == ["somebody.wav"]

    @pytest.mark.parametrize(
        ("first", "second"), [("100", "1-0-0"), ("1-5", "4-8"), ("0120X.", "0120X."), ("+81X.", "+81X.")]
    )
    def test_two_scripts_with_one_claim_are_refused_at_load(self, first: str, second: str) -> None:
        app = App("test")
        app.route(first)(broken)
        with pytest.raises(ConfigError, match=r"broken|twice"):
            app.route(second)(self.play("x"))  # type: ignore[type-var]

    @pytest.mark.parametrize("number", ["", "12 a", "5-1", "..", "12-345-"])
    def test_what_is_no_number_is_refused_at_load(self, number: str) -> None:
        if number == "12-345-":
            App("test").route(number)(broken)  # hyphens are dropped
            return
        with pytest.raises(ConfigError):
            App("test").route(number)(broken)

    def test_a_route_needs_a_number(self) -> None:
        with pytest.raises(ConfigError):
            App("test").route()

    def test_a_decorated_function_is_returned_unchanged(self) -> None:
        assert App("test").route("100")(broken) is broken
