"""The script API against a real FreeSWITCH: what the simulated channel claims, the real one does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from fsbridge import App, Call, CallEnded, FsbridgeError
from fsbridge.esl.quoting import Raw, literal
from fsbridge.esl.server import OutboundESLServer
from fsbridge.scripting.runner import Serving
from tests.freeswitch.freeswitch import LocalSwitch
from tests.waiting import wait_for

EXTENSION = """
<extension name="script-api"><condition field="destination_number" expression="^700$">
  <action application="socket" data="127.0.0.1:{port} async full"/>
  <action application="set" data="went_on=true"/>
  <action application="park"/>
</condition></extension>
"""
SHORT, LONG = "tone_stream://%(200,0,440)", "tone_stream://%(60000,0,440)"

Script = Callable[[Call], object]


class Bench:
    """Serves one script at a time to callers over SIP."""

    def __init__(self, switch: LocalSwitch) -> None:
        self.switch = switch
        self.script: Script = lambda call: None
        self.results: list[Any] = []
        self.errors: list[BaseException] = []
        self.over = gevent.event.Event()
        app = App("bench")
        app.route("700")(self._run)
        self._server = OutboundESLServer(bind_port=0, application=Serving.of(app))
        self._server.start()
        switch.extension("script-api", EXTENSION.format(port=self._server.bound_port))

    def _run(self, call: Call) -> None:
        try:
            self.results.append(self.script(call))
        except BaseException as error:
            self.errors.append(error)
            raise
        finally:
            self.over.set()

    def call(self, script: Script) -> str:
        """Places a call; returns the caller's own leg."""
        self.script = script
        self.results, self.errors = [], []
        self.over.clear()
        sounding = Raw("&playback(silence_stream://-1)")
        return self.switch.api("originate", f"sofia/trunk/700@{self.switch.sip}", sounding).split()[-1]

    def press(self, caller: str, keys: str) -> None:
        self.switch.api("uuid_send_dtmf", caller, keys)

    def result(self) -> Any:
        """What the script returned."""
        assert self.over.wait(30), "the script did not end"
        if self.errors:
            raise self.errors[0]
        return self.results[0]

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def bench(switch: LocalSwitch) -> Iterator[Bench]:
    one = Bench(switch)
    yield one
    one.stop()
    switch.api("hupall")
    switch.idle()


def test_several_sounds_play_in_one_application_and_missing_ones_do_no_harm(bench: Bench) -> None:
    def script(call: Call) -> list[str]:
        call.answer()
        call.play(SHORT, "/nowhere/missing.wav", SHORT)
        joined = call.get("current_application_response", "")
        call.play("/nowhere/missing.wav")
        return [joined, call.get("current_application_response", "")]

    bench.call(script)
    assert bench.result() == ["FILE PLAYED", "FILE NOT FOUND"]


def test_digits_cut_the_prompt(bench: Bench) -> None:
    ready = gevent.event.Event()

    def script(call: Call) -> str | None:
        call.answer()
        ready.set()
        return call.ask([LONG, SHORT], digits=(2, 6), timeout=10)

    caller = bench.call(script)
    assert ready.wait(20)
    gevent.spawn(_keep_pressing, bench, caller, "47#")
    assert set(bench.result()) <= set("47")


def _keep_pressing(bench: Bench, caller: str, keys: str) -> None:
    """Presses until the script is over: keys that come between two applications are lost."""
    while not bench.over.wait(0.5):
        bench.press(caller, keys)


def test_a_prompt_that_cannot_be_played_still_lets_the_caller_press(bench: Bench) -> None:
    def script(call: Call) -> str | None:
        call.answer()
        return call.ask("/nowhere/it's missing ${uuid}.wav", digits=2, timeout=10)

    caller = bench.call(script)
    gevent.spawn(_keep_pressing, bench, caller, "12")
    assert bench.result() == "12"


def test_nobody_presses(bench: Bench) -> None:
    def script(call: Call) -> str | None:
        call.answer()
        return call.ask(SHORT, digits=2, timeout=1, tries=2, invalid=SHORT)

    bench.call(script)
    assert bench.result() is None


def test_a_key_that_stops_a_sound_is_told(bench: Bench) -> None:
    def script(call: Call) -> str:
        call.answer()
        return call.play(LONG, stop_on="5")

    caller = bench.call(script)
    gevent.spawn(_keep_pressing, bench, caller, "5")
    assert bench.result() == "5"


def test_awkward_arguments_arrive_as_they_are_and_nothing_is_expanded(bench: Bench) -> None:
    names = ["${uuid}.wav", "it's.wav", 'say "x".wav', "back\\slash.wav", "$${domain} \\${uuid}", "a  b.wav"]
    values = [
        "O'Hara",
        "100% \\ of it",
        "two  blanks",
        '"quoted"',
        "a=b;c,d|e",
        "\\n is no line feed",
        "日本語",
    ]

    def script(call: Call) -> tuple[list[str], list[str]]:
        call.answer()
        played = [call.run("playback", literal(name)).headers["Application-Data"] for name in names]
        stored = []
        for value in values:
            call.set(note=value)
            call.run("answer")
            stored.append(call["note"])
        return played, stored

    bench.call(script)
    assert bench.result() == (names, values)


def test_variables_are_removed_with_an_empty_text(bench: Bench) -> None:
    def script(call: Call) -> list[str | None]:
        call.set(note="x")
        call.answer()
        before = call.get("note")
        call.set(note="")
        call.run("answer")
        return [before, call.get("note")]

    bench.call(script)
    assert bench.result() == ["x", None]


def test_a_background_sound_gives_way_and_ends(bench: Bench) -> None:
    def script(call: Call) -> str:
        call.answer()
        with call.background(LONG):
            gevent.sleep(0.1)
            call.play(SHORT)
        with call.background(SHORT):
            pass
        call.play(SHORT)
        return call.get("current_application_response", "")

    bench.call(script)
    assert bench.result() == "FILE PLAYED"


def test_a_recording_is_as_long_as_asked(bench: Bench) -> None:
    path = bench.switch.conf.home / "a recording.wav"

    def script(call: Call) -> float:
        call.answer()
        return call.record(str(path), longest=2, silence=30).seconds

    bench.call(script)
    assert 1.0 < bench.result() < 4.0
    assert path.stat().st_size > 8000


def test_an_unknown_queue_is_an_error(bench: Bench) -> None:
    def script(call: Call) -> str:
        call.answer()
        with pytest.raises(FsbridgeError, match="nosuch"):
            call.queue("nosuch@kanazawa")
        return "told"

    bench.call(script)
    assert bench.result() == "told"


def test_a_queue_answers_and_the_script_is_told_when_the_talk_is_over(bench: Bench) -> None:
    bench.call(lambda call: call.queue("opening@kanazawa", waiting=[SHORT, LONG]))

    def in_talk() -> str:
        rows = [row for row in bench.switch.table("agent", "list") if row["state"] == "In a queue call"]
        return rows[0]["uuid"] if rows else ""

    agent = wait_for(in_talk, "an operator in a talk")
    assert not bench.over.wait(1.0)  # the talk goes on, and so does the wait for its end
    bench.switch.api("uuid_kill", agent)
    visit = bench.result()
    assert visit.outcome == "answered"
    assert visit.agent.startswith("agent")


def test_other_telephones(bench: Bench) -> None:
    def script(call: Call) -> list[object]:
        call.answer()
        busy = call.bridge(f"sofia/trunk/busy1@127.0.0.1:{bench.switch.ports.phones}")
        silent = call.bridge(f"sofia/trunk/noanswer1@127.0.0.1:{bench.switch.ports.phones}", timeout=2)
        talk = call.bridge(
            f"sofia/trunk/short1@127.0.0.1:{bench.switch.ports.phones}", caller_name='O\'Hara, "Ken" = \\'
        )
        return [busy.cause, silent.cause, talk.answered, talk.cause]

    bench.call(script)
    assert bench.result() == ["USER_BUSY", "NO_ANSWER", True, "NORMAL_CLEARING"]


def test_the_caller_hangs_up_whatever_the_script_waits_for(bench: Bench) -> None:
    never = gevent.event.Event()
    for wait in (lambda call: call.play(LONG), lambda call: never.wait(), lambda call: call.pause(60)):

        def script(call: Call, wait: Script = wait) -> object:
            call.answer()
            with pytest.raises(CallEnded):
                wait(call)
            return call.leg.cause

        caller = bench.call(script)
        bench.switch.api("uuid_kill", caller)
        assert bench.result() == "NORMAL_CLEARING"


@pytest.mark.parametrize("how", ["bug", "release"])
def test_the_dialplan_goes_on(bench: Bench, how: str) -> None:
    uuids: list[str] = []

    def script(call: Call) -> None:
        uuids.append(call.uuid)
        call.answer()
        if how == "bug":
            raise ValueError("a bug")
        call.release()

    bench.call(script)
    assert bench.over.wait(20)
    wait_for(lambda: bench.switch.api("uuid_getvar", uuids[0], "went_on") == "true", "the next action")
