"""Handlers run in order for each call and each queue, in parallel for different ones.

An event belongs to one mailbox or several (its call's, its queue's) and is handled when it has come
to the head of all of them: at once, in the greenlet that brings it, if they are empty. A handler that
blocks holds up its own calls and queues, nobody else's; whoever reads the socket has itself relieved
(see `Connection`). Mailboxes are bounded: what does not fit is dropped, counted and told.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import gevent

from fsbridge.esl.frames import Event

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAILBOX_LIMIT = 10_000
WARN_AT = 5_000
"""Events waiting in all, from which on a warning is logged; FreeSWITCH itself gives up at 100,000."""


def keys_of(event: Event) -> tuple[str, ...]:
    """The mailboxes of an event: its call's, its queue's, or the one of all that have neither.

    >>> keys_of(Event(b"Content-Type: text/event-plain", b"Event-Name: PARK\\nUnique-ID: 7f1c\\n\\n"))
    ('7f1c',)
    """
    get = event.headers.get
    if get("Event-Name") != "CUSTOM":
        return (get("Unique-ID", ""),)
    call = get("Unique-ID") or get("CC-Member-Session-UUID")
    queue = get("CC-Queue")
    if call and queue:
        return (call, queue)
    return (call or queue or "",)


@dataclass(frozen=True, slots=True)
class Load:
    """How a dispatcher is doing: events waiting, handled and dropped; seconds the oldest has waited.

    >>> Load(waiting=0, handled=12, dropped=0, lag=0.0).waiting
    0
    """

    waiting: int
    handled: int
    dropped: int
    lag: float


class _Item(Generic[T]):
    __slots__ = ("at", "behind", "keys", "work")

    def __init__(self, work: T, keys: tuple[str, ...], at: float) -> None:
        self.work = work
        self.keys = keys
        self.at = at
        self.behind = 0  # mailboxes in which something else stands before this one


class Dispatcher(Generic[T]):
    """Runs `handle(work)`, at most `parallel` at once, each key's in order.

    `on_overflow(key, dropped, seconds)` is called when a mailbox that had to drop events, the first
    one `seconds` ago, is empty again: the moment to ask FreeSWITCH how things stand.

    >>> heard = []
    >>> dispatcher = Dispatcher(heard.append)
    >>> dispatcher.put("hello", ("call-1",)), heard
    (True, ['hello'])
    """

    def __init__(
        self,
        handle: Callable[[T], None],
        *,
        mailbox_limit: int = MAILBOX_LIMIT,
        warn_at: int = WARN_AT,
        parallel: int = 1_000,
        on_overflow: Callable[[str, int, float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._handle = handle
        self._limit = mailbox_limit
        self._warn_at = warn_at
        self._parallel = parallel
        self._on_overflow = on_overflow
        self._clock = clock
        # A key that is busy with a handler stands here; None as long as nothing waits behind it.
        self._boxes: dict[str, deque[_Item[T]] | None] = {}
        self._ready: deque[_Item[T]] = deque()
        self._dropping: dict[str, tuple[int, float]] = {}  # how many, since when
        self._running = 0
        self._warned = False
        self._waiting = 0
        self._handled = 0
        self._dropped = 0

    def put(self, work: T, keys: tuple[str, ...] = ("",)) -> bool:
        """Handle this now if nothing stands before it, else queue it; False if it had to be dropped."""
        boxes = self._boxes
        for key in keys:
            if key in boxes:
                return self._queue(work, keys)
        if self._running >= self._parallel:
            return self._queue(work, keys)
        for key in keys:
            boxes[key] = None
        self._running += 1
        try:
            self._handle(work)
        finally:
            self._running -= 1
            self._handled += 1
            for key in keys:
                if boxes[key] is None:
                    del boxes[key]
                else:
                    self._next(key)
        if self._ready:
            self._work()
        return True

    def put_later(self, work: T, keys: tuple[str, ...] = ("",)) -> bool:
        """Queue this for a greenlet of its own, whoever stands before it; False if it had to be dropped."""
        return self._queue(work, keys)

    def load(self) -> Load:
        """The figures of this moment."""
        heads = [box[0].at for box in self._boxes.values() if box]
        lag = self._clock() - min(heads) if heads else 0.0
        return Load(self._waiting, self._handled, self._dropped, lag)

    def _queue(self, work: T, keys: tuple[str, ...]) -> bool:
        boxes = self._boxes
        for key in keys:
            box = boxes.get(key)
            if box is not None and len(box) >= self._limit:
                self._drop(key)
                return False
        item = _Item(work, keys, self._clock())
        for key in keys:
            if key not in boxes:
                boxes[key] = None
                continue
            item.behind += 1
            box = boxes[key]
            if box is None:
                boxes[key] = deque((item,))
            else:
                box.append(item)
        self._waiting += 1
        if not item.behind:
            self._ready.append(item)
            gevent.spawn(self._work)
        if self._waiting >= self._warn_at and not self._warned:
            self._warned = True
            logger.warning("%d events wait for their handlers; FreeSWITCH gives up at 100,000", self._waiting)
        return True

    def _drop(self, key: str) -> None:
        self._dropped += 1
        if key not in self._dropping:
            logger.error("the mailbox %r is full (%d events): dropping until it is empty", key, self._limit)
        count, since = self._dropping.get(key, (0, self._clock()))
        self._dropping[key] = (count + 1, since)

    def _work(self) -> None:
        ready = self._ready
        while ready and self._running < self._parallel:
            item = ready.popleft()
            if ready:
                gevent.spawn(self._work)  # goes on should this handler block
            self._waiting -= 1
            self._running += 1
            try:
                self._handle(item.work)
            finally:
                self._running -= 1
                self._handled += 1
                for key in item.keys:
                    self._next(key)

    def _next(self, key: str) -> None:
        """The handler that kept this key busy is done: who stands behind it moves up."""
        box = self._boxes[key]
        if box is None:
            del self._boxes[key]
        else:
            head = box.popleft()
            if not box:
                self._boxes[key] = None
            head.behind -= 1
            if not head.behind:
                self._ready.append(head)
        if self._warned and self._waiting < self._warn_at // 2:
            self._warned = False
        if box is None and key in self._dropping:
            dropped, since = self._dropping.pop(key)
            if self._on_overflow is not None:
                self._on_overflow(key, dropped, self._clock() - since)
