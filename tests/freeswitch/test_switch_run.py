"""`fsbridge switch run` as somebody types it: it starts, it says where, and Ctrl-C ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fsbridge.adapters.switchconf import find_freeswitch, password_in
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.esl import InboundESL
from tests.freeswitch.ports import Ports
from tests.waiting import wait_for

COMMAND = (
    "from gevent import monkey; monkey.patch_all()\n"
    "from fsbridge.commands.switch import switch; switch(prog_name='fsbridge switch')"
)


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    ports = Ports()
    yield {
        **{name: value for name, value in os.environ.items() if not name.startswith("FSBRIDGE_")},
        "FSBRIDGE_HOME": str(tmp_path),
        "FSBRIDGE_SWITCH_PORT": str(ports.event_socket),
        "FSBRIDGE_SWITCH_SIP_PORT": str(ports.sip),
        "FSBRIDGE_SWITCH_VERTO_PORT": str(ports.verto),
        "FSBRIDGE_SWITCH_RTP_FIRST": str(ports.rtp_first),
        "FSBRIDGE_SWITCH_RTP_LAST": str(ports.rtp_last),
        "FSBRIDGE_OUTBOUND_PORT": str(ports.script),
        "PYTHONUNBUFFERED": "1",
    }
    ports.release()


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )


@pytest.mark.freeswitch
@pytest.mark.parametrize("goodbye", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_end(
    environment: dict[str, str], tmp_path: Path, goodbye: signal.Signals
) -> None:
    try:
        find_freeswitch(environment)
    except ConfigError as error:
        pytest.skip(str(error))
    with start(environment) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        try:
            assert "is ready after" in first
            port = int(environment["FSBRIDGE_SWITCH_PORT"])
            esl = InboundESL("127.0.0.1", port, password_in(tmp_path / "switch"))
            with esl:
                assert "is ready" in esl.api("status")
            with start(environment) as second:  # in the same folder: the first goes on undisturbed
                output, _ = second.communicate(timeout=60)
                assert second.returncode == 1, output
                assert "runs already" in output
            with esl:
                assert "is ready" in esl.api("status")
        finally:
            process.send_signal(goodbye)
            rest = process.stdout.read()
        assert process.wait(30) == 0, first + rest
        assert "Traceback" not in rest
    wait_for(lambda: not serves(port), "the event socket is closed")


def serves(port: int) -> bool:
    try:
        with InboundESL("127.0.0.1", port, "no-matter"):
            return True
    except (FsbridgeError, OSError) as error:
        return "refused" not in str(error)


def test_without_freeswitch_it_says_what_to_install(environment: dict[str, str], tmp_path: Path) -> None:
    with start({**environment, "FSBRIDGE_FREESWITCH": str(tmp_path / "nothing")}) as process:
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "FSBRIDGE_FREESWITCH" in output
    assert "Traceback" not in output
    assert not (tmp_path / "switch").exists()
