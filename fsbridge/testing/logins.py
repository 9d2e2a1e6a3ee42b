"""Log-ins without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from fsbridge.domain.access import WebSession
from fsbridge.services.logins import Credentials
from fsbridge.services.users import Account


class LoginsInMemory:
    """The port of `fsbridge.services.logins`: accounts by log-in and what is kept of their passwords.

    >>> LoginsInMemory({"sato": "kept"}).credentials("sato").password
    'kept'
    """

    def __init__(self, passwords: Mapping[str, str], roles: Sequence[str] = ("operator",)) -> None:
        self.kept = {login: Credentials(password) for login, password in passwords.items()}
        self.accounts = {login: Account(login, login, roles=tuple(roles)) for login in passwords}
        self.open: dict[str, WebSession] = {}
        self.log: list[tuple[str, str, str]] = []

    @contextmanager
    def locked(self) -> Iterator[LoginsInMemory]:
        """Itself."""
        yield self

    def credentials(self, login: str) -> Credentials | None:
        """What an account is known by."""
        return self.kept.get(login)

    def keep(self, login: str, credentials: Credentials) -> None:
        """Keep it."""
        self.kept[login] = credentials

    def begin(self, digest: str, session: WebSession) -> None:
        """A session begins."""
        self.open[digest] = session

    def end(self, digest: str, at: datetime) -> None:
        """It is over."""
        self.open.pop(digest, None)

    def end_all(self, login: str, at: datetime, *, but: str = "") -> int:
        """All of an account are over."""
        ended = [key for key, one in self.open.items() if one.login == login and key != but]
        for key in ended:
            del self.open[key]
        return len(ended)

    def session(self, digest: str) -> tuple[WebSession, Account] | None:
        """A session and whose it is."""
        found = self.open.get(digest)
        return None if found is None else (found, self.accounts[found.login])

    def sessions(self, login: str) -> Sequence[WebSession]:
        """Those of an account."""
        return tuple(one for one in self.open.values() if one.login == login)

    def touch(self, digest: str, at: datetime) -> None:
        """It lives."""
        self.open[digest] = replace(self.open[digest], seen_at=at)

    def record(self, at: datetime, by: str, action: str, login: str, reason: str) -> None:
        """Into the log."""
        self.log.append((by, action, login))
