"""FreeSWITCH's ``socket`` application, as far as a call script can tell: many calls from one thread.

usage: dialler.py RECORDING PORT. Takes one order a line on its standard input, as JSON, and answers
each with a line: ``sessions`` to make, ``at_once``; ``hold`` as seconds [shortest, longest] that the
sound of a call lasts; ``burst`` to begin `at_once` calls at the same instant and the next lot only
when all of them are over. What it says is what a real FreeSWITCH said in the recording, with the
call's and the execution's own ids put in.
"""

from __future__ import annotations

import gzip
import heapq
import json
import random
import re
import select
import socket
import sys
import time
import uuid
from itertools import count

REPLY = b"Content-Type: command/reply\nReply-Text: %b\n\n"
OK = REPLY % b"+OK"
APPLICATION = re.compile(rb"^execute-app-name: (.+)$", re.MULTILINE)
EVENT_UUID = re.compile(rb"^Event-UUID: (.+)$", re.MULTILINE)
STALL = 30.0
"""Seconds without any progress after which the calls still open count as failed."""


class Frame:
    """A frame of the recording, into which a call's ids are put; ids always have 36 bytes."""

    def __init__(self, data: bytes, call: bytes) -> None:
        head, inner = data.split(b"\n\n", 1)
        inner, found = re.subn(rb"(?m)^Application-UUID: .*$", b"Application-UUID: " + b"?" * 36, inner)
        assert found <= 1
        if inner:
            head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(inner), head)
        before, mark, after = (head + b"\n\n" + inner).partition(b"?" * 36)
        self._before = before.split(call)
        self._mark = bool(mark)
        self._after = after.split(call)

    def of(self, call: bytes, execution: bytes) -> bytes:
        before = call.join(self._before)
        return before + execution + call.join(self._after) if self._mark else before


class Recording:
    """The frames needed, from one recorded call that answered, played and ended."""

    def __init__(self, path: str) -> None:
        with gzip.open(path, "rt") as lines:
            said = [json.loads(line) for line in lines]
        frames = [line["data"].encode() for line in said if line["from"] == "freeswitch"]
        call = re.search(rb"(?m)^Unique-ID: (.+)$", frames[0])
        assert call is not None
        self._call = call.group(1)
        self.channel = Frame(frames[0], self._call)
        self.answer = self._frames(frames, "CHANNEL_EXECUTE answer", "CHANNEL_ANSWER")
        self.answered = self._frames(frames, "CHANNEL_EXECUTE_COMPLETE answer")
        self.playback = self._frames(frames, "CHANNEL_EXECUTE playback")
        self.played = self._frames(frames, "CHANNEL_EXECUTE_COMPLETE playback")
        self.hangup = self._frames(frames, "CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE")
        notice = next(frame for frame in frames if frame.startswith(b"Content-Type: text/disconnect-notice"))
        self.hangup.append(Frame(notice, self._call))

    def _frames(self, frames: list[bytes], *wanted: str) -> list[Frame]:
        found = []
        for what in wanted:
            name, _, application = what.partition(" ")
            lines = [f"\nEvent-Name: {name}\n"] + ([f"\nApplication: {application}\n"] if application else [])
            found.append(
                next(Frame(f, self._call) for f in frames if all(line.encode() in f for line in lines))
            )
        return found


class Call:
    __slots__ = ("began", "buffer", "events", "hung_up", "id", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.id = str(uuid.uuid4()).encode()
        self.buffer = b""
        self.events = self.hung_up = False
        self.began = 0.0


class Dialler:
    """Carries out one order."""

    def __init__(self, recording: Recording, port: int, order: dict) -> None:
        self.recording = recording
        self.port = port
        self.wanted = order["sessions"]
        self.at_once = order["at_once"]
        self.hold = tuple(order.get("hold", (0.0, 0.0)))
        self.burst = order.get("burst", False)
        self.poll = select.epoll()
        self.calls: dict[int, Call] = {}
        self.timers: list[tuple[float, int, Call, bytes]] = []
        self.number = count()
        self.begun = self.done = self.failed = 0
        self.first_byte: list[float] = []
        self.started = time.perf_counter()

    def run(self) -> dict:
        cpu = time.process_time()
        seen = self.started
        self.dial()
        while self.calls:
            for fd, _ in self.poll.poll(self.patience()):
                seen = time.perf_counter()
                self.hear(self.calls[fd])
            now = time.perf_counter()
            while self.timers and self.timers[0][0] <= now:
                _, _, call, execution = heapq.heappop(self.timers)
                self.say(call, self.recording.played, execution)
            if now - seen > STALL:
                break
            if not self.burst or not self.calls:
                self.dial()
        self.failed += len(self.calls)
        return {
            "sessions": self.done,
            "failed": self.failed,
            "seconds": time.perf_counter() - self.started,
            "cpu": time.process_time() - cpu,
            "first_byte": self.first_byte,
        }

    def patience(self) -> float:
        """How long nothing has to be done here, in seconds."""
        waits = [1.0]
        if self.timers:
            waits.append(self.timers[0][0] - time.perf_counter())
        if self.room() < self.at_once:
            waits.append(0.002)
        return max(0.0, min(waits))

    def room(self) -> int:
        """How many calls may be in progress now: where they last, they do not begin all at once."""
        if not self.hold[1]:
            return self.at_once
        elapsed = time.perf_counter() - self.started
        return min(self.at_once, 1 + int(self.at_once * elapsed / self.hold[1]))

    def dial(self) -> None:
        room = self.room()
        while self.begun < self.wanted and len(self.calls) < room:
            self.begun += 1
            sock = socket.socket()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            call = Call(sock)
            self.calls[sock.fileno()] = call
            self.poll.register(sock, select.EPOLLIN)
            call.began = time.perf_counter()
            sock.connect_ex(("127.0.0.1", self.port))

    def hear(self, call: Call) -> None:
        try:
            data = call.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if call.began:
            if data:
                self.first_byte.append(time.perf_counter() - call.began)
            call.began = 0.0
        if not data:  # a script may just leave once it has hung up
            self.done += call.hung_up
            self.failed += not call.hung_up
            self.close(call)
            return
        call.buffer += data
        while b"\n\n" in call.buffer:
            command, call.buffer = call.buffer.split(b"\n\n", 1)
            if not self.answer(call, command):
                return

    def answer(self, call: Call, command: bytes) -> bool:
        word = command.split(None, 1)[0]
        if word == b"sendmsg":
            application = APPLICATION.search(command)
            self.execute(call, application.group(1) if application else b"hangup", command)
        elif word == b"connect":
            self.send(call, self.recording.channel.of(call.id, b""))
        elif word == b"exit":
            self.send(call, REPLY % b"+OK bye")
            self.done += 1
            self.close(call)
            return False
        else:
            call.events |= word == b"myevents"
            self.send(call, OK)
        return True

    def execute(self, call: Call, application: bytes, command: bytes) -> None:
        self.send(call, OK)
        chosen = EVENT_UUID.search(command)
        execution = chosen.group(1) if chosen else b"%036d" % next(self.number)
        if application == b"answer":
            self.say(call, self.recording.answer + self.recording.answered, execution)
        elif application == b"playback":
            self.say(call, self.recording.playback, execution)
            if self.hold[1]:
                due = time.perf_counter() + random.uniform(*self.hold)
                heapq.heappush(self.timers, (due, next(self.number), call, execution))
            else:
                self.say(call, self.recording.played, execution)
        elif application == b"hangup":
            call.hung_up = True
            self.say(call, self.recording.hangup, execution)

    def say(self, call: Call, frames: list[Frame], execution: bytes) -> None:
        if call.events:
            self.send(call, b"".join([frame.of(call.id, execution) for frame in frames]))

    def send(self, call: Call, data: bytes) -> None:
        if call.sock.fileno() < 0:
            return
        try:
            sent = call.sock.send(data)
        except OSError:
            sent = 0  # it has gone; `hear` notices
        assert sent in (0, len(data)), "a script that does not read what it is told"

    def close(self, call: Call) -> None:
        del self.calls[call.sock.fileno()]
        self.poll.unregister(call.sock)
        call.sock.close()


def main() -> None:
    recording = Recording(sys.argv[1])
    port = int(sys.argv[2])
    for line in sys.stdin:
        print(json.dumps(Dialler(recording, port, json.loads(line)).run()), flush=True)


if __name__ == "__main__":
    main()
