"""The recordings in progress, asked of FreeSWITCH, and masked there."""

from __future__ import annotations

import pytest

from fsbridge.adapters.recordings.live import LiveRecordings
from fsbridge.errors import CommandFailed
from fsbridge.services.recordings_pause import NotRecorded

WHOLE = "/srv/switch/recordings/2027-04-01/b-1806541200250000.wav"
BUGS = f"""<media-bugs>
 <media-bug><function>eavesdrop</function><target>x</target></media-bug>
 <media-bug>
  <function>session_record</function>
  <target>{WHOLE}</target>
  <thread-locked>0</thread-locked>
 </media-bug>
</media-bugs>
"""


class Switch:
    """A FreeSWITCH on which the leg ``a`` is connected with ``b``, which is recorded."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def api(self, *words: str) -> str:
        match words:
            case ("uuid_getvar", "a", "signal_bond"):
                return "b\n"
            case ("uuid_getvar", "b" | "a", _):
                return "_undef_"
            case ("uuid_buglist", "b"):
                return BUGS
            case ("uuid_buglist", "a"):
                return "<media-bugs>\n</media-bugs>\n"
            case ("uuid_record", *_):
                self.told.append(words)
                return "+OK Success\n"
        raise CommandFailed(words[0], "-ERR No such channel!")


def test_the_recorded_leg_is_found_from_the_call_and_masked() -> None:
    switch = Switch()
    live = LiveRecordings(switch.api)
    ((leg, path),) = live.of("a")
    assert (leg, path) == ("b", "2027-04-01/b-1806541200250000.wav")
    live.mask(leg, path)
    live.unmask(leg, path)
    assert switch.told == [("uuid_record", "b", "mask", WHOLE), ("uuid_record", "b", "unmask", WHOLE)]


def test_a_call_that_is_gone_has_none() -> None:
    live = LiveRecordings(Switch().api)
    assert live.of("gone") == []
    with pytest.raises(NotRecorded):
        live.mask("gone", "2027-04-01/gone-1806541200250000.wav")


@pytest.mark.parametrize("call", ["a\napi shutdown", "a b", "", "a" * 100])
def test_what_is_no_uuid_never_reaches_freeswitch(call: str) -> None:
    def api(*words: str) -> str:
        raise AssertionError(words)

    with pytest.raises(NotRecorded):
        LiveRecordings(api).of(call)
