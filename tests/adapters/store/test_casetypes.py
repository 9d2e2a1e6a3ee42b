"""Kinds of case on both databases: two levels, an order, and none that is ever lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.casetypes import StoredCases
from fsbridge.adapters.store.models import AuditEntry, Flow
from fsbridge.services.casetypes import CaseKind, CaseKinds, CaseRefused

WHO = {"by": "sato", "at": datetime(2027, 4, 1, tzinfo=UTC)}


@pytest.fixture
def kinds(store: Store) -> CaseKinds:
    with store.writing():
        Flow.create(key="leak", name="漏水")
    made = CaseKinds(StoredCases(store))
    for kind in (
        CaseKind("leak", "漏水", flow="leak"),
        CaseKind("other", "その他"),
        CaseKind("leak.road", "道路", parent="leak"),
        CaseKind("leak.home", "宅地", parent="leak"),
    ):
        made.put(kind, new=True, **WHO)
    return made


def keys(kinds: CaseKinds) -> list[str]:
    return [one.key for one in kinds.all()]


def test_those_below_follow_theirs_in_the_order_people_want(kinds: CaseKinds) -> None:
    assert keys(kinds) == ["leak", "leak.road", "leak.home", "other"]
    kinds.move("leak.home", -1, **WHO)
    kinds.move("other", -5, **WHO)
    assert keys(kinds) == ["other", "leak", "leak.home", "leak.road"]


def test_one_is_changed_and_taken_out_of_use_and_never_removed(kinds: CaseKinds, store: Store) -> None:
    kinds.put(CaseKind("leak.road", "道路漏水", kana="ドウロ", parent="leak", active=False), new=False, **WHO)
    changed = next(one for one in kinds.all() if one.key == "leak.road")
    assert (changed.name, changed.kana, changed.active, changed.position) == ("道路漏水", "ドウロ", False, 0)
    with store.connection():
        last = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert (last.action, last.before["name"], last.after["name"]) == ("changed", "道路", "道路漏水")


def test_nothing_is_logged_when_nothing_changes(kinds: CaseKinds, store: Store) -> None:
    with store.connection():
        before = AuditEntry.select().count()
    kinds.put(CaseKind("leak", "漏水", flow="leak"), new=False, **WHO)
    kinds.move("leak", -1, **WHO)
    with store.connection():
        assert AuditEntry.select().count() == before


@pytest.mark.parametrize(
    ("kind", "new", "why"),
    [
        (CaseKind("leak", "x"), True, "is taken"),
        (CaseKind("nope", "x"), False, "there is no kind of case"),
        (CaseKind("a b", "x"), True, "write its key as letters"),
        (CaseKind("x", " "), True, "write a text of one line"),
        (CaseKind("x", "x", kana="a\nb"), True, "kana"),
        (CaseKind("x", "x", parent="leak.road"), True, "no kind of the first level"),
        (CaseKind("leak", "x", parent="other"), False, "has kinds below it"),
        (CaseKind("x", "x", flow="nope"), True, "there is no flow"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    kinds: CaseKinds, kind: CaseKind, new: bool, why: str
) -> None:
    before = kinds.all()
    with pytest.raises(CaseRefused, match=why):
        kinds.put(kind, new=new, **WHO)
    assert kinds.all() == before
