"""Keys for what is no person: screens on a wall, and other programs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from fsbridge.errors import FsbridgeError
from fsbridge.services.logins import digest

Kind = Literal["kiosk", "api", "metrics"]
"""A screen on a wall, another program, or what watches the system and sees its figures alone."""
KINDS: tuple[Kind, ...] = get_args(Kind)


class TokenRefused(FsbridgeError):
    """There is no such token, or its name will not do."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; its secret is shown once and not kept.

    >>> from datetime import UTC
    >>> Token(1, "kiosk", "1F", datetime(2027, 4, 1, tzinfo=UTC), "admin").revoked_at is None
    True
    """

    number: int
    kind: Kind
    name: str
    created_at: datetime
    created_by: str
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class TokenRoom(Protocol):
    """Where tokens are kept."""

    def add(self, kind: Kind, name: str, digest: str, by: str, at: datetime) -> Token: ...
    def find(self, digest: str) -> Token | None: ...
    def all(self) -> Sequence[Token]: ...
    def used(self, number: int, at: datetime) -> None: ...
    def revoke(self, number: int, by: str, at: datetime) -> bool: ...


class Tokens:
    """Tokens made, recognised and revoked; making and revoking are in the audit log."""

    def __init__(self, room: TokenRoom) -> None:
        self._room = room

    def make(self, kind: Kind, name: str, *, by: str, at: datetime) -> tuple[Token, str]:
        """A token and its secret, which nobody can look up later."""
        if not name.strip() or not name.isprintable() or len(name) > 64:
            raise TokenRefused(f"name {name!r}: say in one line of at most 64 characters who will use it")
        secret = secrets.token_urlsafe(32)
        return self._room.add(kind, name.strip(), digest(secret), by, at), secret

    def known(self, kind: Kind, secret: str, now: datetime) -> Token | None:
        """The token with this secret, unless it is of another kind or revoked."""
        found = self._room.find(digest(secret))
        if found is None or found.kind != kind or found.revoked_at is not None:
            return None
        if found.used_at is None or (now - found.used_at).total_seconds() >= 60:
            self._room.used(found.number, now)
        return found

    def all(self) -> Sequence[Token]:
        """Every token there ever was, the newest first."""
        return self._room.all()

    def revoke(self, number: int, *, by: str, at: datetime) -> None:
        """From now on it opens nothing; TokenRefused if there is none that does."""
        if not self._room.revoke(number, by, at):
            raise TokenRefused(f"there is no token {number} in use")
