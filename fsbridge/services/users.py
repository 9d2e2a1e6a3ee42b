"""Accounts: who may log in, and what they may do. The last administrator cannot be locked out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from fsbridge.domain.planparts import ROLES, roles_of
from fsbridge.domain.seats import Allowance, enrol
from fsbridge.errors import FsbridgeError

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")


class UserRefused(FsbridgeError):
    """There is no such account, or what was asked would not be right; the text says what to do."""


@dataclass(frozen=True)
class Account:
    """One person's account; `operator` is the ID it works under, empty for none.

    >>> Account("sato", "佐藤", roles=("operator",), operator="sato").active
    True
    """

    login: str
    name: str
    kana: str = ""
    roles: tuple[str, ...] = ()
    operator: str = ""
    active: bool = True
    has_password: bool = False


class AccountLedger(Protocol):
    """The accounts while nobody else changes them."""

    def all(self) -> Sequence[Account]: ...
    def get(self, login: str) -> Account | None: ...
    def put(self, account: Account, at: datetime) -> None: ...
    def keep_password(self, login: str, kept: str, at: datetime) -> None: ...
    def registered(self) -> int: ...
    def record(self, at: datetime, by: str, action: str, login: str, reason: str) -> None: ...


class AccountRoom(Protocol):
    """Where accounts are kept."""

    def locked(self) -> AbstractContextManager[AccountLedger]: ...
    def look(self) -> Sequence[Account]: ...


class Users:
    """Accounts added, given roles and passwords, and disabled; each step is in the audit log.

    `hashed` makes of a password what is kept (ValueError if it is too short); `allowance` says how many
    operator IDs the season in force allows.

    >>> from fsbridge.testing.accounts import AccountsInMemory
    >>> users = Users(AccountsInMemory(), hashed=str.upper)
    >>> at = datetime(2027, 4, 1)
    >>> users.add("sato", "佐藤", ["administrator"], by="me", at=at).roles
    ('administrator',)
    >>> users.disable("sato", by="me", at=at)
    Traceback (most recent call last):
    fsbridge.services.users.UserRefused: sato is the last administrator; make somebody else one first
    """

    def __init__(
        self,
        room: AccountRoom,
        hashed: Callable[[str], str],
        allowance: Callable[[datetime], Allowance] | None = None,
    ) -> None:
        self._room = room
        self._hashed = hashed
        self._allowance = allowance

    def all(self) -> Sequence[Account]:
        """Every account there ever was, by log-in."""
        return self._room.look()

    def add(
        self,
        login: str,
        name: str,
        roles: Iterable[str],
        *,
        by: str,
        at: datetime,
        kana: str = "",
        password: str = "",
    ) -> Account:
        """A new account; an operator gets an operator ID of the same name, if the season allows one more.

        Without a password nobody gets in with it until there is one.
        """
        if not _LOGIN.fullmatch(login):
            raise UserRefused(f"log-in {login!r}: write letters, digits, _ . -, at most 64")
        if not name.strip() or not name.isprintable():
            raise UserRefused(f"name {name!r}: write a text of one line, not empty")
        wanted = _roles(login, roles)
        kept = self._hash(password) if password else ""
        with self._room.locked() as ledger:
            if ledger.get(login) is not None:
                raise UserRefused(f"there is an account {login} already; take another log-in")
            account = Account(login, name.strip(), kana.strip(), wanted)
            account = self._put(ledger, account, at)
            if kept:
                ledger.keep_password(login, kept, at)
            ledger.record(at, by, "added", login, ", ".join(wanted))
        return replace(account, has_password=bool(kept))

    def rename(self, login: str, name: str, kana: str, *, by: str, at: datetime) -> Account:
        """Another name for a person, and how it is read."""
        if not name.strip() or not name.isprintable() or not kana.isprintable():
            raise UserRefused(f"name {name!r}: write a text of one line, not empty")
        with self._room.locked() as ledger:
            before = self._known(ledger, login)
            account = replace(before, name=name.strip(), kana=kana.strip())
            if account != before:
                ledger.put(account, at)
                ledger.record(at, by, "renamed", login, f"{before.name} → {account.name}")
        return account

    def set_roles(self, login: str, roles: Iterable[str], *, by: str, at: datetime) -> Account:
        """Let a person be exactly this; who becomes an operator gets an ID, who stops being one loses it."""
        wanted = _roles(login, roles)
        with self._room.locked() as ledger:
            account = replace(self._known(ledger, login), roles=wanted)
            self._somebody_left(ledger, account)
            account = self._put(ledger, account, at)
            ledger.record(at, by, "roles", login, ", ".join(wanted))
        return account

    def set_password(self, login: str, password: str, *, by: str, at: datetime) -> None:
        """Another password; UserRefused for one that is too short. It is never logged."""
        kept = self._hash(password)
        with self._room.locked() as ledger:
            self._known(ledger, login)
            ledger.keep_password(login, kept, at)
            ledger.record(at, by, "password", login, "")

    def disable(self, login: str, *, by: str, at: datetime, reason: str = "") -> Account:
        """Nobody gets in with it any more, and its operator ID is free for somebody else."""
        return self._activate(login, by, at, reason, active=False)

    def enable(self, login: str, *, by: str, at: datetime, reason: str = "") -> Account:
        """It may be used again, if the season allows one more operator ID."""
        return self._activate(login, by, at, reason, active=True)

    def _activate(self, login: str, by: str, at: datetime, reason: str, *, active: bool) -> Account:
        with self._room.locked() as ledger:
            account = replace(self._known(ledger, login), active=active)
            self._somebody_left(ledger, account)
            account = self._put(ledger, account, at)
            ledger.record(at, by, "enabled" if active else "disabled", login, reason)
        return account

    def _put(self, ledger: AccountLedger, account: Account, at: datetime) -> Account:
        works = account.active and "operator" in account.roles
        if works and not account.operator:
            if self._allowance is not None:
                enrol(ledger.registered(), self._allowance(at))
            account = replace(account, operator=account.login)
        elif not works:
            account = replace(account, operator="")
        ledger.put(account, at)
        return account

    def _known(self, ledger: AccountLedger, login: str) -> Account:
        account = ledger.get(login)
        if account is None:
            known = ", ".join(one.login for one in ledger.all()) or "none"
            raise UserRefused(f"there is no account {login!r}; there are: {known}")
        return account

    def _somebody_left(self, ledger: AccountLedger, account: Account) -> None:
        before = ledger.all()
        kept = next(one.has_password for one in before if one.login == account.login)
        mine = replace(account, has_password=kept)
        after = [mine if one.login == account.login else one for one in before]
        if _in_charge(after) < _in_charge(before):
            raise UserRefused(f"{account.login} is the last administrator; make somebody else one first")

    def _hash(self, password: str) -> str:
        try:
            return self._hashed(password)
        except ValueError as error:
            raise UserRefused(str(error)) from None


def new_password() -> str:
    """A password to be shown once and changed: 20 letters and digits that cannot be mistaken for another.

    >>> len(new_password()), new_password() == new_password()
    (20, False)
    """
    return "".join(
        secrets.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(20)
    )


def _in_charge(accounts: Iterable[Account]) -> int:
    """Whether anybody is: 2, by somebody who can log in; 1, by somebody without a password yet; 0."""
    ruling = (one for one in accounts if one.active and "administrator" in one.roles)
    return max((1 + one.has_password for one in ruling), default=0)


def _roles(login: str, roles: Iterable[str]) -> tuple[str, ...]:
    wanted = roles_of(f"user {login}", tuple(roles))
    if not wanted:
        raise UserRefused(f"user {login}: name at least one role of {', '.join(ROLES)}")
    return tuple(role for role in ROLES if role in wanted)
