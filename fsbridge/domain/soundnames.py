"""The names sounds are kept under: what a file can be called, and leads nowhere else."""

from __future__ import annotations

import re

from fsbridge.errors import InvalidArgument

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def checked(name: str) -> str:
    """The name, if it can be a file's and leads nowhere else.

    >>> checked("../etc/passwd")
    Traceback (most recent call last):
    fsbridge.errors.InvalidArgument: name '../etc/passwd' must be small letters, digits, - and _, at most 100
    """
    if not _NAME.fullmatch(name):
        raise InvalidArgument("name", f"{name!r} must be small letters, digits, - and _, at most 100")
    return name
