"""Log-ins and tokens in the store: the ports of `fsbridge.services.logins` and `fsbridge.services.tokens`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from fsbridge.adapters.store.models import AccessToken, AuditEntry, Operator, User, UserRole, WebSession
from fsbridge.adapters.store.store import Store
from fsbridge.domain import access
from fsbridge.domain.access import Lock
from fsbridge.domain.planparts import ROLES
from fsbridge.services.logins import Credentials
from fsbridge.services.tokens import KINDS, Kind, Token
from fsbridge.services.users import Account


class StoredLogins:
    """The credentials and sessions of a store.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredLogins(store).credentials("nobody")
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """Credentials and sessions while nobody else changes them."""
        with self._store.writing() as database:
            database.lock("user_account", "web_session")
            yield _Ledger()

    def credentials(self, login: str) -> Credentials | None:
        """What an account that may be used is known by."""
        with self._store.connection():
            return _Ledger().credentials(login)

    def session(self, digest: str) -> tuple[access.WebSession, Account] | None:
        """A session that has not been ended, and whose it is."""
        with self._store.reading():
            row = (
                WebSession.select(WebSession, User)
                .join(User)
                .where(WebSession.digest == digest, WebSession.ended_at.is_null())
                .get_or_none()
            )
            return None if row is None else (_session(row), _account(row.user))

    def sessions(self, login: str) -> Sequence[access.WebSession]:
        """The sessions of an account that have not been ended, the newest first."""
        with self._store.reading():
            rows = (
                WebSession.select(WebSession, User)
                .join(User)
                .where(User.login == login, WebSession.ended_at.is_null())
                .order_by(WebSession.began_at.desc())
            )
            return tuple(_session(row) for row in rows)

    def touch(self, digest: str, at: datetime) -> None:
        """It lives."""
        with self._store.connection():
            WebSession.update(seen_at=at).where(WebSession.digest == digest).execute()


class _Ledger:
    """Within a transaction."""

    def credentials(self, login: str) -> Credentials | None:
        row = User.get_or_none(User.login == login, User.active)
        if row is None or not row.password:
            return None
        return Credentials(row.password, row.totp, row.totp_step, Lock(row.failures, row.locked_until))

    def keep(self, login: str, credentials: Credentials) -> None:
        User.update(
            totp=credentials.totp,
            totp_step=credentials.totp_step,
            failures=credentials.lock.failures,
            locked_until=credentials.lock.until,
        ).where(User.login == login).execute()

    def begin(self, digest: str, session: access.WebSession) -> None:
        WebSession.create(
            digest=digest,
            user=User.get(User.login == session.login),
            place=session.place,
            began_at=session.began_at,
            seen_at=session.seen_at,
        )

    def end(self, digest: str, at: datetime) -> None:
        WebSession.update(ended_at=at).where(
            WebSession.digest == digest, WebSession.ended_at.is_null()
        ).execute()

    def end_all(self, login: str, at: datetime, *, but: str = "") -> int:
        users = User.select(User.id).where(User.login == login)
        return int(
            WebSession.update(ended_at=at)
            .where(WebSession.user.in_(users), WebSession.ended_at.is_null(), WebSession.digest != but)
            .execute()
        )

    def record(self, at: datetime, by: str, action: str, login: str, reason: str) -> None:
        AuditEntry.create(at=at, actor=by, action=action, subject="log-in", which=login, reason=reason)


class StoredTokens:
    """The tokens of a store.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredTokens(store).all()
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, kind: Kind, name: str, digest: str, by: str, at: datetime) -> Token:
        """Keep one, in the audit log as well."""
        with self._store.writing():
            row = AccessToken.create(kind=kind, name=name, digest=digest, created_at=at, created_by=by)
            AuditEntry.create(at=at, actor=by, action="made", subject="token", which=f"{row.id} {name}")
            return _token(row)

    def find(self, digest: str) -> Token | None:
        """The one with this digest."""
        with self._store.connection():
            row = AccessToken.get_or_none(AccessToken.digest == digest)
            return None if row is None else _token(row)

    def all(self) -> Sequence[Token]:
        """Every one, the newest first."""
        with self._store.reading():
            return tuple(_token(row) for row in AccessToken.select().order_by(AccessToken.id.desc()))

    def used(self, number: int, at: datetime) -> None:
        """It was used."""
        with self._store.connection():
            AccessToken.update(used_at=at).where(AccessToken.id == number).execute()

    def revoke(self, number: int, by: str, at: datetime) -> bool:
        """End one; False if there is none to end."""
        with self._store.writing():
            ended = (
                AccessToken.update(revoked_at=at)
                .where(AccessToken.id == number, AccessToken.revoked_at.is_null())
                .execute()
            )
            if ended:
                AuditEntry.create(at=at, actor=by, action="revoked", subject="token", which=str(number))
            return bool(ended)


def _session(row: WebSession) -> access.WebSession:
    return access.WebSession(row.user.login, row.place, row.began_at, row.seen_at)


def _account(user: User) -> Account:
    roles = {role.role for role in UserRole.select().where(UserRole.user == user)}
    operator = Operator.get_or_none(Operator.user == user, Operator.retired_at.is_null())
    return Account(
        login=user.login,
        name=user.name,
        kana=user.kana,
        roles=tuple(role for role in ROLES if role in roles),
        operator=operator.key if operator is not None else "",
        active=user.active,
        has_password=bool(user.password),
    )


def _token(row: AccessToken) -> Token:
    return Token(
        number=row.id,
        kind=next(kind for kind in KINDS if kind == row.kind),
        name=row.name,
        created_at=row.created_at,
        created_by=row.created_by,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
