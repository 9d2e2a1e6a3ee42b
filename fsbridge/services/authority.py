"""Who may do what: asked in the service, whatever the page or the command before it has checked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from fsbridge.errors import FsbridgeError
from fsbridge.services.users import Account

logger = logging.getLogger(__name__)

SUPERVISING = ("supervisor", "administrator")
"""The roles that may look over operators' shoulders."""


class NotAllowed(FsbridgeError):
    """The person has not the role that this takes; the text names it."""


class Accounts(Protocol):
    """Who has which role; `fsbridge.services.users.AccountRoom` for one."""

    def look(self) -> Sequence[Account]: ...


def supervising(accounts: Accounts, login: str, what: str) -> Account:
    """The account of a supervisor or administrator; NotAllowed for anybody else, noted in the log.

    >>> from fsbridge.testing.accounts import AccountsInMemory
    >>> supervising(AccountsInMemory(), "sato", "listen in")
    Traceback (most recent call last):
    fsbridge.services.authority.NotAllowed: sato may not listen in: that takes the role supervisor or ...
    """
    account = next((one for one in accounts.look() if one.login == login), None)
    if account is None or not account.active or not set(account.roles) & set(SUPERVISING):
        logger.warning("%s asked to %s, and may not", login, what)
        raise NotAllowed(f"{login} may not {what}: that takes the role {' or '.join(SUPERVISING)}")
    return account
