"""Recordings of a real FreeSWITCH, played to the library."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from fsbridge.errors import CallEnded
from fsbridge.esl import InboundESL
from fsbridge.esl.outbound import OutboundSession
from fsbridge.esl.server import OutboundESLServer
from fsbridge.testing import FakeSwitch, replay
from tests.waiting import wait_for

RECORDINGS = Path(__file__).parents[1] / "recordings"


def test_a_recording_is_read_packed_or_plain(tmp_path: Path) -> None:
    packed = RECORDINGS / "agent_status_round.esl.gz"
    plain = tmp_path / "agent_status_round.esl"
    plain.write_bytes(replay.read_bytes(packed))
    names = [event.name for event in replay.events(packed)]
    assert names == [event.name for event in replay.events(plain)]
    assert "CUSTOM" in names


def test_a_recording_streams_through_the_stand_in() -> None:
    recording = RECORDINGS / "exit_key.esl.gz"
    expected = [event.name for event in replay.events(recording) if event.name]
    seen: list[str] = []
    with FakeSwitch() as switch, InboundESL("127.0.0.1", switch.port, "ClueCon") as client:
        client.register_handle("*", lambda event: seen.append(event.name))
        data = replay.read_bytes(recording)
        switch.send_raw(data[data.index(b"\n\n") + 2 :])  # behind the recorded reply to `event plain all`
        wait_for(lambda: len(seen) >= len(expected), "every event")
    assert sorted(filter(None, seen)) == sorted(expected)  # the goodbye has no name


class Recorded:
    """The recorded script, written for the library."""

    log: ClassVar[list[str]] = []

    def __init__(self, session: OutboundSession) -> None:
        self.session = session

    def run(self) -> None:
        session = self.session
        session.control()
        session.send("divert_events on")
        try:
            session.execute("answer")
            session.execute("playback", "tone_stream://%(400,0,440)")
            session.execute("set", "playback_terminators=none")
            for variable in ("choice", "choice2"):
                event = session.execute("play_and_get_digits", f"… {variable}")
                self.log.append(event.headers.get(f"variable_{variable}", "-"))
            session.execute("playback", "tone_stream://%(20000,0,440)")
        except CallEnded as ended:
            self.log.append(ended.cause)


@pytest.mark.parametrize(
    ("recording", "log"),
    [
        ("outbound_ivr_hangup_in_playback.jsonl.gz", ["2", "-", "NORMAL_CLEARING"]),
        ("outbound_unknown_app.jsonl.gz", ["2", "-", "DESTINATION_OUT_OF_ORDER"]),
    ],
)
def test_a_recorded_call_is_served_again(recording: str, log: list[str]) -> None:
    Recorded.log = []
    server = OutboundESLServer(bind_port=0, application=Recorded)
    server.start()
    assert server.bound_port is not None
    replay.ReplayedCall(RECORDINGS / recording).run("127.0.0.1", server.bound_port)
    wait_for(lambda: server.connection_count == 0, "the call to end")
    server.stop()
    assert Recorded.log == log
