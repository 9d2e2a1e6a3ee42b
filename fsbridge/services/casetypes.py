"""Kinds of case (案件の種別) in two levels: added, changed, put in order, taken out of use."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from fsbridge.domain.planparts import key_of, one_line
from fsbridge.errors import ConfigError, FsbridgeError


class CaseRefused(FsbridgeError):
    """A kind of case that will not do as it is; the text says what to change."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """A kind of case. With a `parent` it is of the second level; `flow` is the one that offers it first.

    >>> CaseKind("leak.road", "道路漏水", parent="leak").active
    True
    """

    key: str
    name: str
    name_en: str = ""
    kana: str = ""
    parent: str = ""
    flow: str = ""
    position: int = 0
    active: bool = True
    system: bool = False


class CaseLedger(Protocol):
    """The kinds of case while nobody else changes them."""

    def all(self) -> Sequence[CaseKind]: ...
    def put(self, kind: CaseKind) -> None: ...
    def record(self, at: datetime, by: str, before: CaseKind | None, after: CaseKind) -> None: ...


class CaseRoom(Protocol):
    """Where they are kept."""

    def locked(self) -> AbstractContextManager[CaseLedger]: ...
    def all(self) -> Sequence[CaseKind]: ...


class CaseKinds:
    """The kinds of case of a centre; each change is in the audit log. None is ever removed."""

    def __init__(self, room: CaseRoom) -> None:
        self._room = room

    def all(self) -> Sequence[CaseKind]:
        """Every one, those of the second level after their parent, in the order people see."""
        return ordered(self._room.all())

    def put(self, kind: CaseKind, *, new: bool, by: str, at: datetime) -> CaseKind:
        """Add one as the last of its level, or give one other texts; CaseRefused for what does not fit."""
        with self._room.locked() as ledger:
            there = {one.key: one for one in ledger.all()}
            old = there.get(kind.key)
            if new and old is not None:
                raise CaseRefused(f"key {kind.key!r}: is taken; write another")
            if not new and old is None:
                raise CaseRefused(f"there is no kind of case {kind.key!r}")
            _check(kind, there)
            beside = [one for one in there.values() if one.parent == kind.parent and one.key != kind.key]
            place = old.position if old is not None and old.parent == kind.parent else _last(beside)
            made = replace(kind, position=place, system=old.system if old is not None else False)
            if made != old:
                ledger.put(made)
                ledger.record(at, by, old, made)
        return made

    def move(self, key: str, steps: int, *, by: str, at: datetime) -> None:
        """Put one so many places later (negative: earlier) among those of its level and parent."""
        with self._room.locked() as ledger:
            kinds = ordered(ledger.all())
            mine = next((one for one in kinds if one.key == key), None)
            if mine is None:
                raise CaseRefused(f"there is no kind of case {key!r}")
            beside = [one for one in kinds if one.parent == mine.parent]
            place = beside.index(mine)
            beside.remove(mine)
            beside.insert(min(max(place + steps, 0), len(beside)), mine)
            for position, one in enumerate(beside):
                if one.position != position:
                    ledger.put(replace(one, position=position))
            if beside.index(mine) != place:
                ledger.record(at, by, mine, replace(mine, position=beside.index(mine)))


def ordered(kinds: Sequence[CaseKind]) -> list[CaseKind]:
    """The kinds of the first level by their place, each followed by its own of the second.

    >>> [one.key for one in ordered([CaseKind("a.b", "", parent="a"), CaseKind("a", "")])]
    ['a', 'a.b']
    """
    by_place = sorted(kinds, key=lambda one: one.position)
    tops = [one for one in by_place if not one.parent]
    return [one for top in tops for one in (top, *(below for below in by_place if below.parent == top.key))]


def _check(kind: CaseKind, there: dict[str, CaseKind]) -> None:
    try:
        key_of("key", kind.key)
        one_line("name", kind.name)
    except ConfigError as error:
        raise CaseRefused(str(error)) from None
    for name, text in (("name_en", kind.name_en), ("kana", kind.kana)):
        if text and not text.isprintable():
            raise CaseRefused(f"{name} {text!r}: write a text of one line")
    if not kind.parent:
        return
    parent = there.get(kind.parent)
    if parent is None or parent.parent or kind.parent == kind.key:
        raise CaseRefused(f"parent {kind.parent!r}: is no kind of the first level")
    if any(one.parent == kind.key for one in there.values()):
        raise CaseRefused(f"parent: {kind.key} has kinds below it and stays on the first level")


def _last(beside: Sequence[CaseKind]) -> int:
    return max((one.position for one in beside), default=-1) + 1
