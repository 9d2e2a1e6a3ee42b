"""A real FreeSWITCH as the stage of a scenario: the recordings' queues and extensions on its own ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import gevent
from gevent import socket

from fsbridge.esl.frames import Event, FrameReader
from tests.embedded.scenarios import as_xml, queues_as_xml
from tests.freeswitch.freeswitch import LocalSwitch, prepared
from tests.freeswitch.ports import Ports


def recorded_one(home: Path, ports: Ports) -> LocalSwitch:
    """A FreeSWITCH as the recorded one was, not yet started."""
    switch = prepared(home, ports)
    conf = home / "conf"
    (conf / "autoload_configs" / "callcenter.conf.xml").write_text(
        queues_as_xml(str(home), [queue.name for queue in switch.conf.centre.queues])
    )
    main = conf / "freeswitch.xml"
    silent = [line for line in main.read_text().splitlines() if "hold_music" not in line]
    main.write_text("\n".join(silent))
    (conf / "dialplan" / "public.d" / "recorded.xml").write_text(as_xml("trunk", f"127.0.0.1:{ports.sip}"))
    whole = conf / "freeswitch.xml"
    lines = whole.read_text().splitlines(keepends=True)
    whole.write_text("".join(line for line in lines if "hold_music=" not in line))  # it had none
    return switch


class LiveStage:
    """The stage on a started FreeSWITCH; `close` leaves it as it was found."""

    def __init__(self, switch: LocalSwitch) -> None:
        self.switch = switch
        self.events: list[Event] = []
        self.raw: list[bytes] = []
        """What the listener received, byte for byte."""
        self._replies: list[Event] = []
        self._asker, answers = self._client()
        self._readers = [gevent.spawn(self._read, self._asker, answers, self._replies)]
        self._listener, heard = self._client()
        self._listener.sendall(b"event plain all\n\n")
        self._readers.append(gevent.spawn(self._read, self._listener, heard, self.events))
        self.until(lambda: bool(self.events))  # its reply: from now on nothing is missed

    def _client(self) -> tuple[socket.socket, FrameReader]:
        conf, reader = self.switch.conf, FrameReader()
        sock = socket.create_connection((conf.host, conf.port), timeout=10)
        sock.sendall(f"auth {conf.password}\n\n".encode())
        frames: list[Event] = []
        while len(frames) < 2:
            frames += reader.feed(sock.recv(65536))
        sock.settimeout(None)
        return sock, reader

    def _read(self, sock: socket.socket, reader: FrameReader, kept: list[Event]) -> None:
        try:
            while data := sock.recv(65536):
                kept.extend(reader.feed(data))
                if kept is self.events:
                    self.raw.append(data)
        except OSError:
            return

    def phone(self, name: str) -> str:
        return f"sofia/trunk/{name}@{self.switch.sip}"

    def api(self, line: str) -> str:
        return self._ask(f"api {line}\n\n").data or ""

    def background(self, line: str) -> Mapping[str, str]:
        return self._ask(f"bgapi {line}\n\n").headers

    def _ask(self, command: str) -> Event:
        self._replies.clear()
        self._asker.sendall(command.encode())
        self.until(lambda: bool(self._replies))
        return self._replies.pop()

    def wait(self, seconds: float, brief: float | None = None) -> None:
        gevent.sleep(seconds if brief is None else brief)

    def until(self, reached: Callable[[], bool]) -> None:
        with gevent.Timeout(20, AssertionError("it never came")):
            while not reached():
                gevent.sleep(0.005)

    def close(self) -> None:
        """Hang up whoever is left, forget the agents, go."""
        self.api("hupall")
        self.until(lambda: self.api("show channels count").strip() == "0 total.")
        for row in self.switch.table("agent", "list"):
            self.api(f"callcenter_config agent del {row['name']}")
        for sock in (self._asker, self._listener):
            sock.close()
        gevent.killall(self._readers)
