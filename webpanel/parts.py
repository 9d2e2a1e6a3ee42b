"""What a page's package gives the panel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint

from webpanel.live import Guarded


@dataclass(frozen=True, kw_only=True)
class Part:
    """One page, or a family of them.

    `entry` is where the navigation leads, `label` its word there, `roles` who sees it. `live` is its
    namespace, `push` what tells its listeners that the floor has changed (at most ten times a second),
    `run` a thread of its own until it is told to stop, `drain` is told that the program will end soon.
    """

    pages: Blueprint
    roles: frozenset[str] = frozenset()
    entry: str = ""
    label: str = ""
    live: Guarded | None = None
    push: Callable[[], None] | None = None
    run: Callable[[threading.Event], None] | None = None
    drain: Callable[[], None] | None = None
