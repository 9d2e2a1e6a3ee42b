"""Accounts in the store: the port of `fsbridge.services.users`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from fsbridge.adapters.store.models import AuditEntry, Operator, User, UserRole
from fsbridge.adapters.store.store import Store
from fsbridge.domain.planparts import ROLES
from fsbridge.services.users import Account


class StoredUsers:
    """The accounts of a store; `locked` lets one change at a time happen, on either database.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredUsers(store).look()
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The accounts while nobody else changes them; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("operator", "seat", "user_account", "user_role")
            yield _Ledger()

    def look(self) -> Sequence[Account]:
        """Every account, by log-in."""
        with self._store.reading():
            return _Ledger().all()

    def password(self, login: str) -> str | None:
        """What is kept of the password of an account that may be used; None for any other."""
        with self._store.connection():
            row = User.get_or_none(User.login == login, User.active)
            return row.password or None if row is not None else None


class _Ledger:
    """The accounts within a transaction."""

    def all(self) -> Sequence[Account]:
        roles: dict[int, set[str]] = {}
        for role in UserRole.select(UserRole, User).join(User):
            roles.setdefault(role.user.id, set()).add(role.role)
        ids = {
            row.user.id: row.key
            for row in Operator.select(Operator, User).join(User).where(Operator.retired_at.is_null())
            if row.user is not None
        }
        return tuple(
            Account(
                login=row.login,
                name=row.name,
                kana=row.kana,
                roles=tuple(role for role in ROLES if role in roles.get(row.id, ())),
                operator=ids.get(row.id, ""),
                active=row.active,
                has_password=bool(row.password),
            )
            for row in User.select().order_by(User.login)
        )

    def get(self, login: str) -> Account | None:
        return next((one for one in self.all() if one.login == login), None)

    def put(self, account: Account, at: datetime) -> None:
        values = {"name": account.name, "kana": account.kana, "active": account.active, "changed_at": at}
        user = User.get_or_none(User.login == account.login)
        if user is None:
            user = User.create(login=account.login, created_at=at, **values)
        else:
            User.update(values).where(User.login == account.login).execute()
        UserRole.delete().where(UserRole.user == user).execute()
        for role in account.roles:
            UserRole.create(user=user, role=role)
        self._put_operator(user, account, at)

    def _put_operator(self, user: User, account: Account, at: datetime) -> None:
        """The account's operator ID in use, or retired. One it had before is taken up again."""
        row = Operator.get_or_none(Operator.user == user)
        if not account.operator:
            if row is not None and row.retired_at is None:
                Operator.update(retired_at=at).where(Operator.id == row.id).execute()
            return
        if row is None:
            row = Operator.get_or_none(Operator.key == account.operator)
        if row is None:
            Operator.create(
                key=account.operator, user=user, name=account.name, kana=account.kana, registered_at=at
            )
        elif row.retired_at is not None or row.user is None:
            values = {"user": user, "retired_at": None, "registered_at": at}
            Operator.update(values).where(Operator.id == row.id).execute()

    def keep_password(self, login: str, kept: str, at: datetime) -> None:
        User.update(password=kept, changed_at=at).where(User.login == login).execute()

    def registered(self) -> int:
        return int(Operator.select().where(Operator.retired_at.is_null()).count())

    def record(self, at: datetime, by: str, action: str, login: str, reason: str) -> None:
        AuditEntry.create(at=at, actor=by, action=action, subject="user", which=login, reason=reason)
