"""How late the event loop is: what everybody waits for who waits at all."""

from __future__ import annotations

import threading
import time

from prometheus_client import CollectorRegistry, Histogram

EVERY = 0.25
"""Seconds between two looks."""
BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class LoopLag:
    """Wakes up regularly and notes how much too late that was.

    >>> lag = LoopLag()
    >>> stop = threading.Event()
    >>> stop.set()
    >>> lag.run(stop, every=0); lag.registry.get_sample_value("fsbridge_loop_lag_seconds_count")
    0.0
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._lag = Histogram(
            "fsbridge_loop_lag_seconds",
            "How much later than asked for the event loop woke a sleeper, looked at four times a second.",
            buckets=BUCKETS,
            registry=self.registry,
        )

    def run(self, stop: threading.Event, *, every: float = EVERY) -> None:
        """Look until `stop` is set."""
        due = time.monotonic() + every
        while not stop.wait(max(0.0, due - time.monotonic())):
            late = time.monotonic() - due
            self._lag.observe(max(0.0, late))
            due = time.monotonic() + every
