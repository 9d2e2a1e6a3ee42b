"""Calls per second on a real FreeSWITCH: a script of ours, and the same flow in static XML beside it.

FreeSWITCH and SIPp are those of tests/freeswitch. The rate rises step by step; a step is held when
every call of it was answered, heard its sound, was hung up by FreeSWITCH, and ended in time.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure, Table
from benchmarks.processes import Program
from benchmarks.scale import Scale
from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.errors import ConfigError
from tests.freeswitch.freeswitch import LocalSwitch, prepared
from tests.freeswitch.ports import Ports
from tests.freeswitch.sipp import Sipp

RATES = (10, 20, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300)
IN_TIME = 2.0
"""Seconds that the last call of a step may be late."""
SOUND = "tone_stream://%(400,0,440)"
NUMBERS = {"script": "99001", "static XML": "99002"}
EXTENSIONS = """<include>
  <extension name="benchmark-script">
    <condition field="destination_number" expression="^99001$">
      <action application="socket" data="127.0.0.1:{port} async full"/>
    </condition>
  </extension>
  <extension name="benchmark-static">
    <condition field="destination_number" expression="^99002$">
      <action application="answer"/>
      <action application="playback" data="{sound}"/>
      <action application="hangup"/>
    </condition>
  </extension>
</include>
"""


def measure(scale: Scale, say: Callable[[str], None]) -> Table | None:
    """The highest rate held of both; None where FreeSWITCH or SIPp is not installed."""
    try:
        find_freeswitch()
    except ConfigError as error:
        print(f"no calls on a real FreeSWITCH: {error}\n")
        return None
    if shutil.which("sipp") is None:
        print("no calls on a real FreeSWITCH: SIPp is not installed (Debian: apt install sip-tester)\n")
        return None
    ports = Ports()
    home = Path(tempfile.mkdtemp(prefix="fsbridge-bench-"))
    switch = prepared(home, ports, max_sessions=5000, sessions_per_second=2000)
    try:
        switch.start()
        switch.wait_ready()
        with Program("script_app", ports.spare()) as script:
            switch.extension("benchmark", EXTENSIONS.format(port=script.line(), sound=SOUND))
            held = {flow: _climb(switch, flow, scale, say) for flow in NUMBERS}
    finally:
        switch.kill()
        ports.release()
        shutil.rmtree(home, ignore_errors=True)
    (script_rate, script_end), (static_rate, static_end) = held.values()
    title = (
        f"Real FreeSWITCH: calls per second held for {scale.hold:g} s with no failure "
        "(answer, 0.4 s of sound, hang up)"
    )
    return Table(
        "freeswitch",
        title,
        [
            Figure("script of ours", script_rate, "/s", note=script_end),
            Figure("static XML", static_rate, "/s", script_rate / (static_rate or 1), note=static_end),
        ],
    )


def _climb(switch: LocalSwitch, flow: str, scale: Scale, say: Callable[[str], None]) -> tuple[int, str]:
    """The last rate held, and why the next was not."""
    held = 0
    for rate in RATES:
        say(f"FreeSWITCH: {flow}, {rate} calls a second")
        trouble = _trouble(switch, flow, rate, scale.hold)
        switch.idle(60)
        if trouble:
            return held, f"at {rate}: {trouble}"
        held = rate
        if held >= scale.highest_rate:
            break
    return held, "no limit found"


def _trouble(switch: LocalSwitch, flow: str, rate: int, seconds: float) -> str:
    """What went wrong in one step; empty if nothing did."""
    calls = max(1, round(rate * seconds))
    started = time.monotonic()
    sipp = Sipp(
        "listener", switch.sip, dialled=NUMBERS[flow], calls=calls, rate=rate, at_once=4000,
        rows=["0761234567"], stay=15_000, media_port=40_000,
    ).start()  # fmt: skip
    try:
        counted = sipp.wait(seconds + 40)
    except AssertionError as error:
        return str(error).partition("\n")[0][:80]
    late = time.monotonic() - started - seconds - 0.4
    if counted.failed or counted.counters["released"] < calls:
        return f"{calls - counted.counters['released']} of {calls} calls failed"
    if late > IN_TIME:
        return f"the last call was {late:.1f} s late"
    return ""
