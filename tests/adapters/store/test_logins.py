"""Sessions and tokens, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.logins import StoredLogins, StoredTokens
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.services.logins import LoginLocked, LoginRefused, Logins
from fsbridge.services.tokens import TokenRefused, Tokens
from fsbridge.services.users import Users

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)


@pytest.fixture
def logins(store: Store) -> Logins:
    users = Users(StoredUsers(store), hashed=str.upper)
    users.add("sato", "佐藤", ["operator", "supervisor"], by="me", at=NOON, password="open sesame")
    return Logins(StoredLogins(store), matches=lambda kept, given: kept == given.upper())


def test_a_session_knows_the_roles_as_they_are_now(store: Store, logins: Logins) -> None:
    token = logins.enter("sato", "open sesame", NOON, place="192.0.2.7")
    account = logins.who(token, NOON)
    assert account is not None
    assert account.roles == ("operator", "supervisor")
    assert account.operator == "sato"
    Users(StoredUsers(store), hashed=str.upper).set_roles("sato", ["supervisor"], by="me", at=NOON)
    account = logins.who(token, NOON)
    assert account is not None
    assert (account.roles, account.operator) == (("supervisor",), "")
    (session,) = logins.sessions("sato", NOON)
    assert session.place == "192.0.2.7"


def test_a_disabled_account_is_out_at_once(store: Store, logins: Logins) -> None:
    token = logins.enter("sato", "open sesame", NOON)
    Users(StoredUsers(store), hashed=str.upper).disable("sato", by="me", at=NOON)
    assert logins.who(token, NOON) is None
    with pytest.raises(LoginRefused):
        logins.enter("sato", "open sesame", NOON)


def test_the_lock_is_kept_and_the_log_says_who_tried_from_where(store: Store, logins: Logins) -> None:
    for _ in range(5):
        with pytest.raises(LoginRefused):
            logins.enter("sato", "guess", NOON, place="203.0.113.9")
    with pytest.raises(LoginLocked):
        Logins(StoredLogins(store), matches=lambda kept, given: True).enter("sato", "open sesame", NOON)
    with store.reading():
        entries = [
            (row.action, row.reason) for row in AuditEntry.select().where(AuditEntry.subject == "log-in")
        ]
    assert entries.count(("failed to log in", "203.0.113.9")) == 5


def test_a_session_stays_alive_by_being_used(logins: Logins) -> None:
    token = logins.enter("sato", "open sesame", NOON)
    for hours in range(1, 8):
        assert logins.who(token, NOON + timedelta(hours=hours)) is not None


def test_a_token_opens_what_it_is_for_until_it_is_revoked(store: Store) -> None:
    tokens = Tokens(StoredTokens(store))
    token, secret = tokens.make("kiosk", "1階ロビー", by="admin", at=NOON)
    assert tokens.known("kiosk", secret, NOON) is not None
    assert tokens.known("api", secret, NOON) is None
    assert tokens.known("kiosk", secret + "x", NOON) is None
    assert tokens.all()[0].used_at == NOON
    tokens.revoke(token.number, by="admin", at=NOON)
    assert tokens.known("kiosk", secret, NOON) is None
    with pytest.raises(TokenRefused):
        tokens.revoke(token.number, by="admin", at=NOON)
    with pytest.raises(TokenRefused, match="one line"):
        tokens.make("api", "two\nlines", by="admin", at=NOON)
