"""The ticker: at once when quiet, never more than ten times a second, and never silent."""

from __future__ import annotations

import threading

from fsbridge.services.floor import Floor
from tests.waiting import wait_for
from webpanel.ticker import Ticker


class Pushed:
    """Counts pushes, in a thread that ends with the block."""

    def __init__(self, floor: Floor, **options: float) -> None:
        self.count = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=Ticker(floor, self._push, **options).run, args=(self._stop,))

    def _push(self) -> None:
        self.count += 1

    def __enter__(self) -> Pushed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_a_change_is_pushed_and_a_burst_is_one_push() -> None:
    floor = Floor()
    with Pushed(floor, at_most_every=3600, at_least_every=3600) as pushed:
        floor.lost("a")
        wait_for(lambda: pushed.count == 1, "the first change is pushed at once")
        for reason in "bcdef":
            floor.lost(reason)
        assert pushed.count == 1


def test_when_nothing_changes_it_still_says_that_it_lives() -> None:
    with Pushed(Floor(), at_most_every=0.001, at_least_every=0.001) as pushed:
        wait_for(lambda: pushed.count > 3, "pushes without changes")
