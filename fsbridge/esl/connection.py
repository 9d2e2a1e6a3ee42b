"""One socket to FreeSWITCH: a reader, a writer, and a slot in line for every command's reply.

FreeSWITCH answers commands in the order it got them and says nothing about which reply is whose. So
every command written keeps its slot until its reply came, even when nobody waits for it any more.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable
from typing import cast

import gevent
from gevent import socket
from gevent.event import AsyncResult

from fsbridge.errors import CommandTimeout, ConnectionLost, Delivery, NotConnectedError, ProtocolError
from fsbridge.esl.commands import Command
from fsbridge.esl.frames import MAX_FRAME, Event, FrameReader

logger = logging.getLogger(__name__)

DEADLINE = 5.0
"""Seconds a command may take unless it is said otherwise."""
READ_SIZE = 128 * 1024
PLENTY = READ_SIZE // 2
"""Bytes in one read that show there is more to come."""
REPLIES = ("command/reply", "api/response")
"""The content types of frames that answer a command."""
MAX_UNSENT = 4 * 1024 * 1024
"""Bytes that may wait for a peer that does not read; beyond, commands are refused at once."""

EventHandler = Callable[[Event], None]
LossHandler = Callable[[str], None]


class _Slot:
    """A command's place in the line of replies."""

    __slots__ = ("end", "result")

    def __init__(self, end: int) -> None:
        self.end = end  # how many bytes must have been written for the command to be out
        self.result: AsyncResult[Event] = AsyncResult()


class Connection:
    """A connected socket, without Nagle's delay, speaking Event Socket.

    `on_event` gets every frame that is no reply, in order, in the reader's greenlet. When it blocks,
    another greenlet takes over the reading. `on_lost` gets the reason, once.
    """

    def __init__(
        self,
        sock: socket.socket,
        *,
        on_event: EventHandler,
        on_lost: LossHandler,
        max_frame: int = MAX_FRAME,
    ) -> None:
        self._sock = sock
        self._on_event = on_event
        self._on_lost = on_lost
        self._frames = FrameReader(max_frame=max_frame)
        self._slots: deque[_Slot] = deque()
        self._unsent: deque[bytes] = deque()
        self._unsent_bytes = 0
        self._queued = 0  # bytes given to us so far
        self._written = 0  # bytes of them the kernel took
        self._flusher: gevent.Greenlet[..., None] | None = None
        self.bytes_read = 0
        self.frames_read = 0
        self.lost: str | None = None
        """Why the connection ended; None while it lives."""
        self._inbox: deque[Event] = deque()
        self._reader = gevent.spawn(self._read)

    @property
    def alive(self) -> bool:
        """Whether commands can still be sent."""
        return self.lost is None

    @property
    def awaiting(self) -> int:
        """Replies that FreeSWITCH still owes, tombstones of given-up waiters included."""
        return len(self._slots)

    def send(self, command: Command, timeout: float | None = DEADLINE) -> Event:
        """Send a command and return its reply; `timeout` in seconds, None waits for ever.

        Raises `NotConnectedError`, `ConnectionLost` or `CommandTimeout`; the last two say whether
        the command may have run. A reply of ``-ERR`` is returned, not raised.
        """
        slot = self._enqueue(command)
        result = slot.result
        result.wait(timeout)
        if not result.ready():
            raise CommandTimeout(str(command), timeout or 0.0, self._delivery(slot))
        return cast(Event, result.get())

    def close(self, reason: str = "closed here") -> None:
        """End the connection; everybody who waits on it is woken. Closing twice is harmless."""
        self._lose(reason)

    # -- writing

    def _enqueue(self, command: Command) -> _Slot:
        if self.lost is not None:
            raise NotConnectedError(f"not connected: {self.lost}")
        data = command.payload
        if self._unsent_bytes + len(data) > MAX_UNSENT:
            raise ConnectionLost("FreeSWITCH has stopped reading", Delivery.NOT_SENT)
        self._queued += len(data)
        slot = _Slot(self._queued)
        self._slots.append(slot)
        if not self._unsent:
            data = data[self._write_now(data) :]
        if data and self.lost is None:
            self._unsent.append(data)
            self._unsent_bytes += len(data)
            if self._flusher is None:
                self._flusher = gevent.spawn(self._flush)
        return slot

    def _write_now(self, data: bytes) -> int:
        try:
            count = os.write(self._sock.fileno(), data)
        except BlockingIOError:
            return 0
        except OSError as error:
            self._lose(f"writing failed: {error}")
            return 0
        self._written += count
        return count

    def _flush(self) -> None:
        """Write what the kernel would not take at once; not the caller's greenlet, so nobody's
        deadline or death can cut a command in half."""
        try:
            while self._unsent and self.lost is None:
                count = self._sock.send(self._unsent[0])
                if not self._unsent:
                    break  # lost in the meantime
                self._written += count
                self._unsent_bytes -= count
                head = self._unsent.popleft()[count:]
                if head:
                    self._unsent.appendleft(head)
        except OSError as error:
            self._lose(f"writing failed: {error}")
        finally:
            self._flusher = None

    def _delivery(self, slot: _Slot) -> Delivery:
        return Delivery.UNCONFIRMED if self._written >= slot.end else Delivery.NOT_SENT

    # -- reading

    def _read(self) -> None:
        reason = "a handler in the reader failed"
        try:
            reason = self._read_frames()
        except OSError as error:
            reason = f"reading failed: {error}"
        except ProtocolError as error:
            reason = f"out of step: {error}"
            logger.error("closing the connection to FreeSWITCH, %s", reason)
        finally:
            if self._reading:
                self._lose(reason)

    @property
    def _reading(self) -> bool:
        """Whether the present greenlet is the reader, and has not been relieved."""
        return gevent.getcurrent() is self._reader

    def _read_frames(self) -> str:
        """Read until the connection ends, and say why; or until this greenlet was relieved."""
        inbox = self._inbox
        while self.lost is None:
            if inbox and not self._take_in():
                return "relieved"
            if self._frames.fault is not None:
                raise self._frames.fault
            data = self._sock.recv(READ_SIZE)
            if not data:
                half = " in the middle of a frame" if self._frames.pending else ""
                return f"closed by FreeSWITCH{half}"
            self.bytes_read += len(data)
            frames = self._frames.feed(data)
            self.frames_read += len(frames)
            inbox.extend(frames)
            if len(data) > PLENTY:
                gevent.sleep(0)  # recv does not yield while bytes are waiting, and others need their turn
        return self.lost

    def _take_in(self) -> bool:
        """Handle what has been read; False if this greenlet was relieved because a handler blocked."""
        inbox = self._inbox
        while inbox and self.lost is None and inbox[0].content_type in REPLIES:
            self._take_reply(inbox.popleft())
        if not inbox:
            return True
        relief = gevent.get_hub().loop.run_callback(self._relieve, gevent.getcurrent())
        try:
            while inbox and self.lost is None:
                event = inbox.popleft()
                if event.content_type in REPLIES:
                    self._take_reply(event)
                    continue
                self._on_event(event)
                if not relief.pending and not self._reading:
                    return False
        finally:
            relief.stop()
        return True

    def _take_reply(self, event: Event) -> None:
        if not self._slots:
            raise ProtocolError(f"a reply nobody asked for: {event.text[:80]!r}")
        self._slots.popleft().result.set(event)

    def _relieve(self, reader: object) -> None:
        """Runs in the hub, so the reader is switched out in the middle of a frame: a handler blocks."""
        if reader is self._reader and self.lost is None:
            self._reader = gevent.spawn(self._read)

    def _lose(self, reason: str) -> None:
        if self.lost is not None:
            return
        self.lost = reason
        if self._flusher is not None:
            self._flusher.kill(block=False)
        slots, self._slots = self._slots, deque()
        for slot in slots:
            slot.result.set_exception(ConnectionLost(reason, self._delivery(slot)))
        self._unsent.clear()
        self._sock.close()
        if gevent.getcurrent() is not self._reader:
            self._reader.kill(block=False)
        self._on_lost(reason)
