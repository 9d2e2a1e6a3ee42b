"""Accounts without a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from fsbridge.services.users import Account


class AccountsInMemory:
    """The port of `fsbridge.services.users`; `log` is what would be in the audit log.

    >>> AccountsInMemory().look()
    ()
    """

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self.passwords: dict[str, str] = {}
        self.log: list[tuple[str, str, str]] = []

    @contextmanager
    def locked(self) -> Iterator[AccountsInMemory]:
        """The accounts; undone if the block raises."""
        before = dict(self._accounts), dict(self.passwords), list(self.log)
        try:
            yield self
        except BaseException:
            self._accounts, self.passwords, self.log = before
            raise

    def look(self) -> Sequence[Account]:
        """Every account, by log-in."""
        return self.all()

    def all(self) -> Sequence[Account]:
        """Every account, by log-in."""
        return tuple(
            replace(one, has_password=login in self.passwords)
            for login, one in sorted(self._accounts.items())
        )

    def get(self, login: str) -> Account | None:
        """One account."""
        return self._accounts.get(login)

    def put(self, account: Account, at: datetime) -> None:
        """Keep an account."""
        self._accounts[account.login] = account

    def keep_password(self, login: str, kept: str, at: datetime) -> None:
        """Keep what was made of a password."""
        self.passwords[login] = kept

    def registered(self) -> int:
        """How many operator IDs are in use."""
        return sum(bool(one.operator) for one in self._accounts.values())

    def record(self, at: datetime, by: str, action: str, login: str, reason: str) -> None:
        """Note who did what."""
        self.log.append((by, action, login))
