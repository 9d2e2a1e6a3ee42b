"""The room on the volume that recordings are made on."""

from __future__ import annotations

import os
from pathlib import Path

from fsbridge.domain.recordingspace import Room


def room_at(folder: Path) -> Room:
    """The volume a folder is on, or will be on once it is made: what ordinary users can fill.

    >>> room_at(Path("/nowhere/at/all")).total > 0
    True
    """
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    return Room(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize)
