"""The switches a scenario can be played on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from fsbridge.embedded import Switch, SwitchConf, VirtualClock
from fsbridge.embedded.eventsocket import Client
from fsbridge.esl.frames import Event, FrameReader
from tests.embedded.scenarios import EXTENSIONS, HERE, QUEUES

CONF = SwitchConf(queues=QUEUES, dialplan={"public": EXTENSIONS}, seed=1)


class EmbeddedStage:
    """The embedded switch on a virtual clock, its Event Socket read by the project's own reader."""

    def __init__(self, start: dt.datetime, conf: SwitchConf = CONF) -> None:
        self.clock = VirtualClock(start)
        self.switch = Switch(self.clock, conf)
        self.events: list[Event] = []
        self._heard = FrameReader()
        self._replies: list[Event] = []
        self._answers = FrameReader()
        self.listener = self._client(self._hear)
        self.asker = self._client(self._take_reply)
        self.listener.feed(b"event plain all\n\n")

    def _client(self, send: Callable[[bytes], object]) -> Client:
        client = Client(self.switch, send, lambda: None)
        client.begin()
        client.feed(f"auth {self.switch.conf.password}\n\n".encode())
        return client

    def _hear(self, data: bytes) -> None:
        self.events += [event for event in self._heard.feed(data) if event.name]

    def _take_reply(self, data: bytes) -> None:
        self._replies += self._answers.feed(data)

    def phone(self, name: str) -> str:
        return f"sofia/internal/{name}@{HERE}"

    def api(self, line: str) -> str:
        return self._ask(f"api {line}\n\n").data or ""

    def background(self, line: str) -> Mapping[str, str]:
        return self._ask(f"bgapi {line}\n\n").headers

    def _ask(self, command: str) -> Event:
        self._replies.clear()
        self.asker.feed(command.encode())
        assert self.clock.run_until(lambda: bool(self._replies), within=60), f"no answer to {command}"
        return self._replies.pop()

    def wait(self, seconds: float, brief: float | None = None) -> None:
        self.clock.advance(seconds)

    def until(self, reached: Callable[[], bool]) -> None:
        assert self.clock.run_until(reached, within=120), "it never came"
