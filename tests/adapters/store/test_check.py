"""The look through a database finds what is wrong with it, and says what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.check import INVARIANTS, check
from fsbridge.adapters.store.fill import AlreadyFilled, fill
from fsbridge.adapters.store.models import CaseType, Contact, TalkScript
from fsbridge.domain.finding import Finding

NOW = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
WHO = {"by": "sato", "at": NOW}


def wrong(store: Store) -> list[Finding]:
    return [one for one in check(store) if not one.ok]


def test_a_new_database_lacks_its_tables(empty_url: str):
    store = Store(empty_url)
    try:
        (finding,) = check(store)
    finally:
        store.close()
    assert (finding.name, finding.ok, finding.cure) == ("tables", False, "fsbridge db migrate")


def test_a_server_that_is_not_there_is_a_finding():
    store = Store("postgresql://nobody@127.0.0.1:1/none")
    try:
        (finding,) = check(store)
    finally:
        store.close()
    assert not finding.ok
    assert "127.0.0.1" in finding.found


def test_an_example_is_right_but_for_the_administrator(store: Store):
    fill(store, example("kanazawa"), **WHO)
    (finding,) = wrong(store)
    assert finding.name == "administrator"
    assert "fsbridge users add" in finding.cure
    with store.connection():
        assert TalkScript.select().count() == 4
        assert CaseType.get(CaseType.key == "leak.road").parent.key == "leak"
        assert CaseType.get(CaseType.key == "none").system


def test_a_filled_store_is_not_filled_again(store: Store):
    fill(store, example("porto"), **WHO)
    with pytest.raises(AlreadyFilled, match="holds a centre already"):
        fill(store, example("kanazawa"), **WHO)


def test_what_fails_beside_the_plan_undoes_all_of_it(store: Store):
    def fail() -> None:
        Contact.create(name="x", created_at=NOW, changed_at=NOW)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fill(store, example("porto"), **WHO, also=fail)
    with store.connection():
        assert Contact.select().count() == 0
        assert CaseType.select().count() == 0


BREAKS = {
    "a call ends after it began": [
        "INSERT INTO call (uuid, direction, started_at, ended_at) VALUES ('a', 'inbound', 2, 1)"
    ],
    "a case type is of the first or the second level": [
        "UPDATE case_type SET parent_id = (SELECT id FROM case_type WHERE key = 'avarias.rotura')"
        " WHERE key = 'avarias.sem-agua'"
    ],
    "the schedule's versions have no gap": ["UPDATE schedule SET version = 3"],
    "plan": ["UPDATE setting SET value = '{\"key\": \"porto\"}' WHERE key = 'centre'"],
    "a contact's number is kept in its normal form": [
        "INSERT INTO contact (name, created_at, changed_at) VALUES ('x', 1, 1)",
        "INSERT INTO contact_number (contact_id, number, shown)"
        " VALUES ((SELECT max(id) FROM contact), '1-2', '1-2')",
    ],
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_rule_is_found_with_its_row(store: Store, name: str):
    fill(store, example("porto"), **WHO)
    with store.writing() as database:
        for statement in BREAKS[name]:
            database.execute_sql(statement)
    finding = next(one for one in wrong(store) if one.name == name)
    assert finding.cure
    if name in INVARIANTS:
        assert "(id " in finding.found


def test_every_rule_can_be_asked_of_both_databases(store: Store):
    with store.reading() as database:
        for statement in INVARIANTS.values():
            sql = statement.replace("%", "%%") if store.kind == "postgresql" else statement
            assert database.execute_sql(sql).fetchall() == []
