"""Logging in and out of the panel: password, one-time password, lock-out, and the sessions that follow."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from fsbridge.domain.access import Lock, WebSession
from fsbridge.errors import FsbridgeError
from fsbridge.services.users import Account

logger = logging.getLogger(__name__)

TOUCH = timedelta(seconds=30)
"""How seldom it is written down that a session lives."""


class LoginRefused(FsbridgeError):
    """Log-in, password or one-time password are not right; which of them is not said."""


class LoginLocked(FsbridgeError):
    """Too many wrong passwords; `until` says when the account opens again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong passwords; wait, or ask an administrator for a new password")
        self.until = until


class CodeNeeded(FsbridgeError):
    """The password is right; the account asks for a one-time password, too."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is kept to know an account by; `totp` empty: it asks for no one-time password.

    >>> Credentials("argon2…").totp
    ''
    """

    password: str
    totp: str = ""
    totp_step: int = 0
    lock: Lock = field(default_factory=Lock)


class LoginLedger(Protocol):
    """Credentials and sessions while nobody else changes them."""

    def credentials(self, login: str) -> Credentials | None: ...
    def keep(self, login: str, credentials: Credentials) -> None: ...
    def begin(self, digest: str, session: WebSession) -> None: ...
    def end(self, digest: str, at: datetime) -> None: ...
    def end_all(self, login: str, at: datetime, *, but: str = "") -> int: ...
    def record(self, at: datetime, by: str, action: str, login: str, reason: str) -> None: ...


class LoginRoom(Protocol):
    """Where they are kept."""

    def locked(self) -> AbstractContextManager[LoginLedger]: ...
    def credentials(self, login: str) -> Credentials | None: ...
    def session(self, digest: str) -> tuple[WebSession, Account] | None: ...
    def sessions(self, login: str) -> Sequence[WebSession]: ...
    def touch(self, digest: str, at: datetime) -> None: ...


class Logins:
    """Lets people in. `matches` compares a kept password with a given one, `step_of` a key with a one-time
    password: the number of its 30 seconds, or None.

    >>> from datetime import UTC
    >>> from fsbridge.testing.logins import LoginsInMemory
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> logins = Logins(LoginsInMemory({"sato": "open sesame"}), matches=str.__eq__)
    >>> token = logins.enter("sato", "open sesame", noon)
    >>> logins.who(token, noon).login
    'sato'
    >>> logins.leave(token, noon); logins.who(token, noon)
    >>> logins.enter("sato", "guess", noon)
    Traceback (most recent call last):
    fsbridge.services.logins.LoginRefused: the log-in or the password is not right
    """

    def __init__(
        self,
        room: LoginRoom,
        *,
        matches: Callable[[str, str], bool],
        step_of: Callable[[str, str, datetime], int | None] = lambda key, code, at: None,
    ) -> None:
        self._room = room
        self._matches = matches
        self._step_of = step_of

    def enter(self, login: str, password: str, now: datetime, *, code: str = "", place: str = "") -> str:
        """A new session's secret; LoginRefused, LoginLocked or CodeNeeded, each but the last written down."""
        known = self._room.credentials(login)
        if known is not None and known.lock.shut(now):
            self._record(now, login, "was refused: locked", place)
            raise LoginLocked(known.lock.until or now)
        # outside the transaction: it takes a tenth of a second on purpose
        right = self._matches(known.password if known is not None else "", password)
        if known is None or not right:
            raise self._failed(login, now, place)
        if known.totp and not code:
            raise CodeNeeded("give the one-time password, too")
        step = self._step_of(known.totp, code, now) if known.totp else 0
        if step is None:
            raise self._failed(login, now, place)
        token = secrets.token_urlsafe(32)
        with self._room.locked() as ledger:
            current = ledger.credentials(login)
            if current is None or current.password != known.password:
                raise LoginRefused("the log-in or the password is not right")
            if known.totp and step <= current.totp_step:
                raise LoginRefused("this one-time password was used already; wait for the next")
            ledger.keep(login, replace(current, totp_step=max(step, current.totp_step), lock=Lock()))
            ledger.begin(digest(token), WebSession(login, place, now, now))
            ledger.record(now, login, "logged in", login, place)
        return token

    def who(self, token: str, now: datetime) -> Account | None:
        """Whose session it is, roles as they are now; None once it is over."""
        found = self._room.session(digest(token))
        if found is None:
            return None
        session, account = found
        if not account.active or not session.lives(now):
            return None
        if now - session.seen_at >= TOUCH:
            self._room.touch(digest(token), now)
        return account

    def leave(self, token: str, now: datetime) -> None:
        """The session is over, and a copy of its cookie is worth nothing."""
        found = self._room.session(digest(token))
        with self._room.locked() as ledger:
            ledger.end(digest(token), now)
            if found is not None:
                ledger.record(now, found[1].login, "logged out", found[1].login, "")

    def leave_everywhere(self, login: str, now: datetime, *, by: str, but: str = "") -> int:
        """End every session of an account, but the one with this secret; how many there were."""
        with self._room.locked() as ledger:
            ended = ledger.end_all(login, now, but=digest(but) if but else "")
            ledger.record(now, by, "ended the sessions of", login, "")
        return ended

    def sessions(self, login: str, now: datetime) -> tuple[WebSession, ...]:
        """The sessions of an account that live."""
        return tuple(one for one in self._room.sessions(login) if one.lives(now))

    def is_right(self, login: str, password: str) -> bool:
        """Whether this is the account's password, to be asked again before something grave."""
        known = self._room.credentials(login)
        return self._matches(known.password if known is not None else "", password)

    def asks_code(self, login: str) -> bool:
        """Whether the account asks for a one-time password."""
        known = self._room.credentials(login)
        return known is not None and bool(known.totp)

    def set_totp(self, login: str, key: str, code: str, now: datetime) -> None:
        """Ask for a one-time password of this key from now on, proved by one; an empty key: no more."""
        step = self._step_of(key, code, now) if key else 0
        if step is None:
            raise LoginRefused("the one-time password does not fit; look at the clock of the telephone")
        with self._room.locked() as ledger:
            known = ledger.credentials(login)
            if known is None:
                raise LoginRefused(f"there is no account {login}")
            ledger.keep(login, replace(known, totp=key, totp_step=step))
            ledger.record(now, login, "one-time password " + ("on" if key else "off"), login, "")

    def lock(self, login: str) -> Lock:
        """How often somebody failed with an account, and until when it is shut."""
        known = self._room.credentials(login)
        return known.lock if known is not None else Lock()

    def unlock(self, login: str, now: datetime, *, by: str) -> None:
        """Open an account again that wrong passwords have shut; LoginRefused if there is none."""
        with self._room.locked() as ledger:
            ledger.keep(login, replace(_there(ledger, login), lock=Lock()))
            ledger.record(now, by, "unlocked", login, "")

    def forget_code(self, login: str, now: datetime, *, by: str) -> None:
        """Ask an account for no one-time password any more: its telephone is lost."""
        with self._room.locked() as ledger:
            ledger.keep(login, replace(_there(ledger, login), totp="", totp_step=0))
            ledger.record(now, by, "one-time password off", login, "")

    def _failed(self, login: str, now: datetime, place: str) -> LoginRefused:
        with self._room.locked() as ledger:
            known = ledger.credentials(login)
            if known is not None:
                ledger.keep(login, replace(known, lock=known.lock.failed(now)))
            ledger.record(now, login[:64], "failed to log in", login[:64], place)
        logger.warning("a log-in as %r from %s failed", login[:64], place or "nowhere")
        return LoginRefused("the log-in or the password is not right")

    def _record(self, now: datetime, login: str, action: str, place: str) -> None:
        with self._room.locked() as ledger:
            ledger.record(now, login, action, login, place)


def _there(ledger: LoginLedger, login: str) -> Credentials:
    known = ledger.credentials(login)
    if known is None:
        raise LoginRefused(f"nobody can log in as {login}")
    return known


def digest(token: str) -> str:
    """What is kept of a secret.

    >>> len(digest("3f0c"))
    64
    """
    return hashlib.sha256(token.encode()).hexdigest()
