"""Passwords as argon2 hashes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
"""Characters a password has at least."""


class Passwords:
    """Hashes and checks; an unknown user takes as long to refuse as a wrong password.

    Hashing takes a tenth of a second on purpose; `apart` runs it where it holds nobody up: give
    ``gevent.get_hub().threadpool.apply`` where calls are served.

    >>> passwords = Passwords(memory_kib=64)  # as little as a test wants
    >>> kept = passwords.hash("correct horse battery")
    >>> passwords.matches(kept, "correct horse battery"), passwords.matches(kept, "guess")
    (True, False)
    """

    def __init__(
        self, *, memory_kib: int = 65_536, apart: Callable[[Callable[[], Any]], Any] = lambda step: step()
    ) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_kib)
        self._apart = apart

    def hash(self, password: str) -> str:
        """What to keep of a password; ValueError for one that is too short."""
        if len(password) < SHORTEST:
            raise ValueError(f"the password has {len(password)} characters; give it {SHORTEST} or more")
        return str(self._apart(partial(self._hasher.hash, password)))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one that was kept; None or empty for a user there is not."""
        fits = bool(self._apart(partial(self._verify, kept or self._nobody, password)))
        return fits and bool(kept)

    def outdated(self, kept: str) -> bool:
        """Whether to hash the password again at the next log-in: the parameters are of another day."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody's password")
