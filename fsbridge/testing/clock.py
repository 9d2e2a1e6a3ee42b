"""A clock that moves only when told to: the embedded switch's own."""

from __future__ import annotations

from fsbridge.embedded.clock import VirtualClock

__all__ = ["VirtualClock"]
