"""A block of loopback ports for one FreeSWITCH, held against every other test run on this machine."""

from __future__ import annotations

import random
import socket

SIZE = 1000
FIRST, LAST = 10_000, 30_000
"""Below the kernel's ephemeral range, where a reconnecting client could meet itself."""


class Ports:
    """`SIZE` ports nobody else of us uses until `release`."""

    def __init__(self) -> None:
        bases = list(range(FIRST, LAST, SIZE))
        random.shuffle(bases)
        for base in bases:
            claim = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                claim.bind(("127.0.0.1", base))
            except OSError:
                claim.close()
                continue
            self._claim, self.base = claim, base
            return
        raise RuntimeError(f"no free block of {SIZE} ports between {FIRST} and {LAST}")

    event_socket = property(lambda self: int(self.base + 1))
    script = property(lambda self: int(self.base + 2))
    verto = property(lambda self: int(self.base + 3))
    sip = property(lambda self: int(self.base + 10))
    phones = property(lambda self: int(self.base + 12))
    rtp_first = property(lambda self: int(self.base + 100))
    rtp_last = property(lambda self: int(self.base + SIZE - 2))

    def spare(self, number: int = 0) -> int:
        """One of twenty ports for whatever a test wants to listen with."""
        assert 0 <= number < 20
        return self.base + 20 + number

    def release(self) -> None:
        """Give the block back."""
        self._claim.close()
