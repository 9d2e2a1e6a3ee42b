"""`fsbridge tokens`: made and shown once, listed without secrets, revoked for good."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.adapters.store.models import AuditEntry
from fsbridge.config import load
from fsbridge.services.floor import utc_now
from fsbridge.services.tokens import Kind, Tokens

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    store = Store(load(home=tmp_path, environment={}).database_url)
    store.migrate()
    store.close()
    environment = {"FSBRIDGE_HOME": str(tmp_path), "FSBRIDGE_LANG": "ja"}
    return lambda *words, **more: CliRunner(env=environment | more).invoke(main, ["tokens", *words])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(load(home=tmp_path, environment={}).database_url)


@pytest.mark.parametrize("kind", ["kiosk", "api", "metrics"])
def test_a_token_is_shown_once_and_opens_what_it_is_for(run: Run, store: Store, kind: Kind) -> None:
    made = json.loads(run("make", kind, "crm", "--by", "sato", "--json").output)
    tokens = Tokens(StoredTokens(store))
    found = tokens.known(kind, made["token"], utc_now())
    assert found is not None
    assert (found.number, found.name, found.created_by) == (made["number"], "crm", "sato")
    others = {"kiosk", "api", "metrics"} - {kind}
    assert all(tokens.known(other, made["token"], utc_now()) is None for other in others)
    listed = run("list").output
    assert "crm" in listed
    assert made["token"] not in listed


def test_a_revoked_token_opens_nothing_and_is_listed_when_asked_for(run: Run, store: Store) -> None:
    made = json.loads(run("make", "api", "crm", "--json").output)
    done = run("revoke", str(made["number"]), "--by", "sato")
    assert done.output == "✔ トークン 1：失効させました\n"
    assert Tokens(StoredTokens(store)).known("api", made["token"], utc_now()) is None
    assert "crm" not in run("list").output
    assert "失効" in run("list", "--all").output
    with store.reading():
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
        assert (entry.actor, entry.action, entry.subject) == ("sato", "revoked", "token")


@pytest.mark.parametrize("words", [("revoke", "7"), ("make", "api", "two\nlines"), ("make", "api", " ")])
def test_what_will_not_do_is_refused_in_one_line(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
