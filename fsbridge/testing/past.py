"""The past without a database: what `fsbridge.services.history` needs, in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from fsbridge.domain.history import History
from fsbridge.errors import FsbridgeError
from fsbridge.services.history import Item


class PastInMemory:
    """A past that lasts as long as the process; ``failing`` makes it refuse until it is None again.

    >>> PastInMemory().histories
    {}
    """

    def __init__(self, *, short_abandon: timedelta = timedelta(seconds=5)) -> None:
        self._lock = threading.RLock()
        self._items: dict[str, Item] = {}
        self._short_abandon = short_abandon
        self.histories: dict[str, History] = {}
        """What is kept of each call, by its first leg."""
        self.failing: FsbridgeError | None = None

    @contextmanager
    def locked(self) -> Iterator[PastInMemory]:
        """The past while nobody else writes to it; undone if the block raises."""
        with self._lock:
            if self.failing is not None:
                raise self.failing
            before = dict(self._items), dict(self.histories)
            try:
                yield self
            except BaseException:
                self._items, self.histories = before
                raise

    def item(self, uuid: str) -> Item | None:
        """What was told under this uuid."""
        return self._items.get(uuid)

    def group(self, root: str) -> Sequence[Item]:
        """All that was told of a call."""
        return [item for uuid, item in sorted(self._items.items()) if item.root == root]

    def keep(self, item: Item) -> None:
        """Keep what was told, as the store does: as JSON."""
        self._items[item.uuid] = replace(item, data=json.loads(json.dumps(item.data)))

    def move(self, root: str, to: str) -> None:
        """What seemed to be one call is a part of another."""
        for item in self.group(root):
            self._items[item.uuid] = replace(item, root=to)

    def open_calls(self) -> Sequence[str]:
        """Calls that have not ended."""
        return [uuid for uuid, history in self.histories.items() if history.call.ended_at is None]

    def short_abandon(self, queue: str) -> timedelta:
        """How soon a caller must leave to count as a short abandon."""
        return self._short_abandon

    def write(self, history: History) -> None:
        """The rows of a call, made anew."""
        self.histories[history.call.uuid] = history
